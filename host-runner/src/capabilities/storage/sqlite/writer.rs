//! The thread that writes: many commits, one transaction of the journal, one confirmation by the disk.

use super::Settings;
use super::folder::Folder;
use super::journal::{self, Journal};
use super::log::Log;
use super::open::Opened;
use super::queue::{self, Job, Queue};
use super::recent::Recent;
use super::scribe::{Answer, Scribe};
use crate::capabilities::storage::{Error, Outcome, Promise};
use std::io;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

/// Jobs in one transaction, so that the first of them doesn't wait for ever for the last.
const GROUP: usize = 1_000;

/// Bytes of changes in one transaction, for the same reason.
const GROUP_BYTES: usize = 4 * 1024 * 1024;

/// How long a group is kept open for threads that are expected back: a fraction of what a caller notices, and long enough
/// for some of them on few processors.
const LINGER: Duration = Duration::from_millis(1);

/// Fewer threads than these are not waited for: what some of them do between two commits takes them less time than waiting for all would, and
/// while the disk confirms one group, the next gathers. With 8 threads that is a fifth more commits; of 32 and more it is a tenth less.
const FEW: usize = 16;

/// The running thread. Dropping it finishes the jobs that wait, and folds what is in the journal.
#[derive(Debug)]
pub(super) struct Writer {
    queue: Arc<Queue>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts it on what was opened.
    pub(super) fn start(
        opened: Opened,
        recent: Arc<Recent>,
        settings: Settings,
    ) -> io::Result<Self> {
        let queue = Arc::new(Queue::default());
        let own = Arc::clone(&queue);
        let folder = Folder::start(opened.tables, Arc::clone(&recent))?;
        let mut connection = opened.journal;
        let log = Log::watch(&mut connection, opened.journal_log)?;
        let base = opened.base;
        let (next, used, path) = (opened.next, opened.used, opened.path);
        let thread = std::thread::Builder::new()
            .name("stampcard-sqlite".to_owned())
            .spawn(move || {
                let abandon = Abandon(&own);
                let worked = Journal::new(&connection).and_then(|journal| {
                    let scribe = Scribe::new(journal, &base, &recent, folder, next, used, settings);
                    work(scribe, log, &own)
                });
                drop(connection);
                match worked {
                    Ok(true) => journal::remove(&path),
                    // What is in the journal goes into the tables when it is opened again.
                    Ok(false) => {}
                    Err(error) => abandon.0.abandon(&error.to_string()),
                }
            })?;
        Ok(Self {
            queue,
            thread: Some(thread),
        })
    }

    /// Has the work done and waits until it is durable.
    pub(super) fn run(&self, work: queue::Work) -> Result<Outcome, Error> {
        self.queue.run(work)
    }

    /// Has the work done, and doesn't wait.
    pub(super) fn begin(&self, work: queue::Work) -> Result<Promise, Error> {
        self.queue.begin(work)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue.close();
        if let Some(thread) = self.thread.take() {
            // A panic of the thread has been reported by itself and answered to whom it concerned.
            drop(thread.join());
        }
    }
}

/// Closes the queue when the thread ends, whichever way, so that nobody waits for it in vain.
struct Abandon<'q>(&'q Queue);

impl Drop for Abandon<'_> {
    fn drop(&mut self) {
        self.0.abandon("it ended");
    }
}

/// Works until the queue is closed; whether the journal is empty then.
fn work(mut scribe: Scribe<'_>, mut log: Log, queue: &Queue) -> rusqlite::Result<bool> {
    let mut jobs = Vec::new();
    let mut answers = Vec::new();
    let mut usual = 1;
    while queue.wait(&mut jobs, scribe.patience()) {
        scribe.tend(jobs.is_empty());
        if jobs.is_empty() {
            continue;
        }
        match group(&mut scribe, queue, usual, &mut jobs, &mut answers) {
            Ok(()) => {
                queue.take(&mut jobs);
                // All that waited at the same time: those that are answered now, and those that came meanwhile.
                usual = jobs.len();
                let later = jobs.split_off(answers.len());
                queue::answer(&mut jobs, answers.drain(..));
                jobs = later;
            }
            Err(cause) => {
                // None of them is told of a conflict either: it may have been one with another of
                // this group, of which nothing is left.
                answers.clear();
                let count = jobs.len();
                queue::answer(&mut jobs, (0..count).map(|_| Err(cause.clone())));
                scribe.roll_back()?;
            }
        }
        log.tend(scribe.journal());
    }
    Ok(scribe.finish())
}

/// Does the jobs, and those that arrive meanwhile, in one transaction. With an error none is done; without one, as many
/// as there are answers.
///
/// Threads that got their answers together come back together, so it waits a little for as many as usually wait at the
/// same time: otherwise the first of them would be confirmed alone, and all others after it.
fn group(
    scribe: &mut Scribe<'_>,
    queue: &Queue,
    usual: usize,
    jobs: &mut Vec<Job>,
    answers: &mut Vec<Answer>,
) -> Result<(), Error> {
    scribe.begin()?;
    let mut lingered = false;
    loop {
        while let Some(job) = jobs.get_mut(answers.len()) {
            let Some(answer) = scribe.work(&mut job.work)? else {
                return scribe.commit();
            };
            answers.push(answer);
            if scribe.bytes() >= GROUP_BYTES {
                return scribe.commit();
            }
        }
        if jobs.len() >= GROUP {
            break;
        }
        queue.take(jobs);
        if jobs.len() == answers.len() {
            let missing = usual.saturating_sub(jobs.len());
            if missing > 0 && usual >= FEW && !lingered {
                lingered = true;
                queue.linger(jobs, missing, LINGER);
            }
        }
        if jobs.len() == answers.len() {
            break;
        }
    }
    scribe.commit()
}
