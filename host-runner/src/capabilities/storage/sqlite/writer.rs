//! The thread that writes: many commits, one transaction, one confirmation by the disk.

use super::apply::Apply;
use super::file;
use super::log::Log;
use super::queue::{self, Job, Queue, Work};
use crate::capabilities::storage::{Error, Outcome, REMAINS_KEPT};
use rusqlite::Connection;
use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Jobs in one transaction, so that the first of them doesn't wait for ever for the last.
const GROUP: usize = 1_000;

/// How long a transaction is kept open for threads that are expected back: less than it costs to
/// confirm one.
const LINGER: Duration = Duration::from_micros(300);

/// How often the writer notes which version it has come to, to know later which remains are old.
const NOTE_EVERY: Duration = Duration::from_secs(60);

/// How long the remains of an earlier run are kept: its commands died with it.
const EARLIER_KEPT: Duration = Duration::from_secs(60);

/// The running thread. Dropping it finishes the jobs that wait.
#[derive(Debug)]
pub(super) struct Writer {
    queue: Arc<Queue>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts it on its connection, with the first version that it may give; `other` is a further
    /// connection, for what is done beside it.
    pub(super) fn start(
        mut connection: Connection,
        other: Connection,
        sequence: u64,
    ) -> io::Result<Self> {
        let queue = Arc::new(Queue::default());
        let own = Arc::clone(&queue);
        let log = Log::watch(&mut connection, other)?;
        let thread = std::thread::Builder::new()
            .name("stampcard-sqlite".to_owned())
            .spawn(move || {
                let abandon = Abandon(&own);
                if let Err(error) = work(&connection, log, &own, sequence) {
                    abandon.0.abandon(&error.to_string());
                }
            })?;
        Ok(Self {
            queue,
            thread: Some(thread),
        })
    }

    /// Has the work done and waits until it is durable.
    pub(super) fn run(&self, work: Work) -> Result<Outcome, Error> {
        self.queue.run(work)
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

fn work(
    connection: &Connection,
    mut log: Log,
    queue: &Queue,
    sequence: u64,
) -> rusqlite::Result<()> {
    let mut apply = Apply::new(connection, sequence)?;
    let mut remains = Remains::default();
    let mut jobs = Vec::new();
    let mut answers = Vec::new();
    let mut usual = 1;
    while queue.wait(&mut jobs) {
        match group(
            &mut apply,
            &mut remains,
            queue,
            usual,
            &mut jobs,
            &mut answers,
        ) {
            Ok(()) => {
                usual = answers.len();
                queue::answer(&mut jobs, answers.drain(..).map(Ok));
            }
            Err(error) => {
                let cause = file::error(&error);
                // None of them is told of a conflict either: it may have been one with another of
                // this group, of which nothing is left.
                answers.clear();
                let count = jobs.len();
                queue::answer(&mut jobs, (0..count).map(|_| Err(cause.clone())));
                apply.roll_back()?;
            }
        }
        log.tend(connection);
    }
    Ok(())
}

/// Does the jobs, and those that arrive meanwhile, in one transaction. With an error none is done.
///
/// Threads that got their answers together come back together, so it waits a little for as many as
/// usual: otherwise the first of them would be confirmed alone, and all others after it.
fn group(
    apply: &mut Apply<'_>,
    remains: &mut Remains,
    queue: &Queue,
    usual: usize,
    jobs: &mut Vec<Job>,
    answers: &mut Vec<Outcome>,
) -> rusqlite::Result<()> {
    apply.begin()?;
    let mut lingered = false;
    loop {
        while let Some(job) = jobs.get(answers.len()) {
            answers.push(apply.work(&job.work)?);
        }
        if jobs.len() >= GROUP {
            break;
        }
        queue.take(jobs);
        if jobs.len() == answers.len() {
            let missing = usual.saturating_sub(jobs.len());
            if missing > 0 && !lingered {
                lingered = true;
                queue.linger(jobs, missing, LINGER);
            }
        }
        if jobs.len() == answers.len() {
            break;
        }
    }
    remains.purge(apply, Instant::now())?;
    apply.commit()
}

/// Which remains of deleted keys have become old.
#[derive(Default)]
struct Remains {
    /// From the instant on, what was deleted before the version may be purged.
    due: VecDeque<(Instant, u64)>,
    /// When the last of them was noted.
    noted: Option<Instant>,
    /// What is being purged: everything deleted before this version.
    before: Option<u64>,
}

impl Remains {
    fn purge(&mut self, apply: &mut Apply<'_>, now: Instant) -> rusqlite::Result<()> {
        let kept = match self.noted {
            None => Some(EARLIER_KEPT),
            Some(at) if now.duration_since(at) >= NOTE_EVERY => Some(REMAINS_KEPT),
            Some(_) => None,
        };
        if let Some(kept) = kept {
            self.due.push_back((now + kept, apply.next_version()));
            self.noted = Some(now);
        }
        while let Some((_, version)) = self.due.pop_front_if(|(due, _)| *due <= now) {
            self.before = Some(version);
        }
        if let Some(version) = self.before
            && !apply.purge(version)?
        {
            self.before = None;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capabilities::storage::sqlite::file::TABLES;

    #[test]
    fn remains_become_old_after_their_time() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(TABLES).unwrap();
        connection
            .execute_batch("INSERT INTO removed VALUES ('shop', 'earlier', 5)")
            .unwrap();
        let mut apply = Apply::new(&connection, 10).unwrap();
        let mut remains = Remains::default();
        let start = Instant::now();
        let mut left_at = |seconds: u64| -> u64 {
            remains
                .purge(&mut apply, start + Duration::from_secs(seconds))
                .unwrap();
            let sql = "SELECT count(*) FROM removed";
            connection.query_row(sql, [], |row| row.get(0)).unwrap()
        };
        assert_eq!(left_at(0), 1);
        assert_eq!(left_at(59), 1);
        assert_eq!(left_at(60), 0, "what an earlier run deleted");
        connection
            .execute_batch("INSERT INTO removed VALUES ('shop', 'now', 9)")
            .unwrap();
        assert_eq!(left_at(3600), 1);
        assert_eq!(left_at(3660), 0, "an hour after it was noted");
    }
}
