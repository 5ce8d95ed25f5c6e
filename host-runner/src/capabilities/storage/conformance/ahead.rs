//! Commits that are promised: what is told of each, to a thread and to a task, in whichever order it is asked.

use super::{Backend, Check, Problem, commit, get, holds, merchant, put, same, value, version};
use crate::capabilities::Merchant;
use crate::capabilities::storage::{Error, KEY_BYTES, Outcome, Promise, Storage};
use std::pin::pin;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

pub(super) const CHECKS: &[Check] = &[
    ("ahead: what was promised is there", there),
    (
        "ahead: a conflict is told, and nothing is written",
        conflict,
    ),
    ("ahead: of two for one version the first wins", first_wins),
    (
        "ahead: what nobody waits for is written all the same",
        unheard,
    ),
    ("ahead: a task hears of it", task),
    ("ahead: what is over a limit is refused at once", refused),
    ("ahead: nobody's wait hangs on another's", independent),
];

/// Longer than any commit takes.
const LONG: Duration = Duration::from_secs(30);

/// Threads that wait at the same time.
const THREADS: usize = 24;

fn ahead(
    storage: &dyn Storage,
    merchant: &Merchant,
    key: &str,
    at: u64,
) -> Result<Promise, Problem> {
    let write = put(key, key).at(at);
    Ok(storage.commit_ahead(merchant, vec![write])?)
}

fn there(backend: &dyn Backend) -> Result<(), Problem> {
    let (storage, merchant) = (backend.fresh(), merchant()?);
    let promise = ahead(&*storage, &merchant, "a", 0)?;
    same("the outcome", promise.wait()?, Outcome::Committed)?;
    let stands = value(&*storage, &merchant, "a")?;
    same("the value", stands.as_deref(), Some("a"))?;
    let none = storage.commit_ahead(&merchant, Vec::new())?;
    same("an empty list", none.wait()?, Outcome::Committed)?;
    let Some(storage) = backend.reopen(storage) else {
        return Ok(());
    };
    let stands = value(&*storage, &merchant, "a")?;
    same("the value, opened again", stands.as_deref(), Some("a"))
}

fn conflict(backend: &dyn Backend) -> Result<(), Problem> {
    let (storage, merchant) = (backend.fresh(), merchant()?);
    commit(&*storage, &merchant, &[put("a", "before")])?;
    let before = get(&*storage, &merchant, "a")?;
    let writes = vec![put("a", "a").at(before.version + 1), put("b", "b")];
    let promise = storage.commit_ahead(&merchant, writes)?;
    same("the outcome", promise.wait()?, Outcome::Conflict)?;
    same("the first key", get(&*storage, &merchant, "a")?, before)?;
    same("the other", version(&*storage, &merchant, "b")?, 0)
}

fn first_wins(backend: &dyn Backend) -> Result<(), Problem> {
    let (storage, merchant) = (backend.fresh(), merchant()?);
    for round in 0..20 {
        let key = format!("a/{round}");
        let first = ahead(&*storage, &merchant, &key, 0)?;
        let second = ahead(&*storage, &merchant, &key, 0)?;
        same("the second", second.wait()?, Outcome::Conflict)?;
        same("the first", first.wait()?, Outcome::Committed)?;
    }
    Ok(())
}

fn unheard(backend: &dyn Backend) -> Result<(), Problem> {
    let (storage, merchant) = (backend.fresh(), merchant()?);
    for key in ["a", "b", "c"] {
        drop(ahead(&*storage, &merchant, key, 0)?);
    }
    commit(&*storage, &merchant, &[put("d", "d")])?;
    for key in ["a", "b", "c", "d"] {
        let stands = value(&*storage, &merchant, key)?;
        same("the value", stands.as_deref(), Some(key))?;
    }
    Ok(())
}

/// Wakes a thread.
struct Awake(Thread);

impl Wake for Awake {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Does on this thread what a task does, and another task before it that goes away.
fn await_on_thread(promise: Promise) -> Result<Outcome, Problem> {
    let mut promise = pin!(promise);
    let gone = &mut Context::from_waker(Waker::noop());
    if let Poll::Ready(outcome) = promise.as_mut().poll(gone) {
        return Ok(outcome?);
    }
    let waker = Waker::from(Arc::new(Awake(thread::current())));
    let since = Instant::now();
    loop {
        match promise.as_mut().poll(&mut Context::from_waker(&waker)) {
            _ if since.elapsed() >= LONG => {
                return Err(Problem("a task was not woken in 30 s".to_owned()));
            }
            Poll::Ready(outcome) => return Ok(outcome?),
            Poll::Pending => thread::park_timeout(LONG),
        }
    }
}

fn task(backend: &dyn Backend) -> Result<(), Problem> {
    let (storage, merchant) = (backend.fresh(), merchant()?);
    let kept = ahead(&*storage, &merchant, "a", 0)?;
    let void = ahead(&*storage, &merchant, "a", 0)?;
    same("the first", await_on_thread(kept)?, Outcome::Committed)?;
    same("the second", await_on_thread(void)?, Outcome::Conflict)
}

fn refused(backend: &dyn Backend) -> Result<(), Problem> {
    let (storage, merchant) = (backend.fresh(), merchant()?);
    let long = put(&"k".repeat(KEY_BYTES + 1), "x");
    let told = storage.commit_ahead(&merchant, vec![put("a", "a"), long]);
    let told = matches!(told, Err(Error::TooLarge(_)));
    holds("a longer key is too-large", told)?;
    same("the other", version(&*storage, &merchant, "a")?, 0)
}

/// Threads that wait at once for commits of one group: for the last of their promises, for the first, as tasks, and for no
/// promise at all; and promises that nobody looks at between them.
fn independent(backend: &dyn Backend) -> Result<(), Problem> {
    let storage: Arc<dyn Storage> = Arc::from(backend.fresh());
    let (done, ended) = channel();
    for number in 0..THREADS {
        let (storage, merchant, done) = (storage.clone(), merchant()?, done.clone());
        thread::spawn(move || {
            let all = (0..20).try_for_each(|round| several(&*storage, &merchant, number, round));
            drop(storage);
            // Nobody listens any more after the first problem.
            drop(done.send(all));
        });
    }
    for _ in 0..THREADS {
        let told = ended.recv_timeout(LONG);
        told.unwrap_or_else(|_| Err(Problem("a promise was not kept in 30 s".to_owned())))?;
    }
    Ok(())
}

/// One thread's commits of a round.
fn several(
    storage: &dyn Storage,
    merchant: &Merchant,
    thread: usize,
    round: usize,
) -> Result<(), Problem> {
    let key = |name: &str| format!("{thread}/{round}/{name}");
    let promise = |name: &str| ahead(storage, merchant, &key(name), 0);
    let mut promises = vec![promise("a")?, promise("b")?, promise("c")?];
    match thread % 4 {
        0 => commit(storage, merchant, &[put(&key("d"), "d")])?,
        1 => promises.reverse(),
        2 => promises.truncate(1),
        _ => {}
    }
    for promise in promises {
        let outcome = if thread.is_multiple_of(2) {
            await_on_thread(promise)?
        } else {
            promise.wait()?
        };
        same("the outcome", outcome, Outcome::Committed)?;
    }
    Ok(())
}
