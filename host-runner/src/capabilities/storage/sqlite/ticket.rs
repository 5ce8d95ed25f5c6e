//! What the writer and a sender of work have in common: the answer, and who waits for it.

use crate::capabilities::storage::{Error, Outcome, Pending};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::thread::Thread;

/// Threads that another one wakes.
pub(super) type Pair = [Option<Thread>; 2];

/// The answer to come of one job.
#[derive(Debug, Default)]
pub(super) struct Ticket(Mutex<Standing>);

#[derive(Debug)]
enum Standing {
    Open(Option<Waiter>),
    /// With whom the waiting thread wakes once it has it.
    Answered(Result<Outcome, Error>, Pair),
}

#[derive(Debug)]
enum Waiter {
    Thread(Thread),
    Task(Waker),
}

impl Default for Standing {
    fn default() -> Self {
        Self::Open(None)
    }
}

impl Ticket {
    /// One whose answer this thread is going to wait for at once.
    pub(super) fn of_this_thread() -> Self {
        let waiter = Waiter::Thread(std::thread::current());
        Self(Mutex::new(Standing::Open(Some(waiter))))
    }

    /// The thread that waits, and whom the caller wakes from now on.
    pub(super) fn sleeper(&self) -> Option<Thread> {
        match &mut *self.lock() {
            Standing::Open(waiter) => match waiter.take() {
                Some(Waiter::Thread(thread)) => Some(thread),
                other => {
                    *waiter = other;
                    None
                }
            },
            Standing::Answered(..) => None,
        }
    }

    /// Tells the answer, unless one was told, and wakes whom nobody else does.
    pub(super) fn tell(&self, answer: Result<Outcome, Error>, others: Pair) {
        let mut standing = self.lock();
        let Standing::Open(waiter) = &mut *standing else {
            return;
        };
        let waiter = waiter.take();
        *standing = Standing::Answered(answer, others);
        drop(standing);
        match waiter {
            Some(Waiter::Thread(thread)) => thread.unpark(),
            Some(Waiter::Task(task)) => task.wake(),
            None => {}
        }
    }

    fn lock(&self) -> MutexGuard<'_, Standing> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pending for Ticket {
    fn wait(&self) -> Result<Outcome, Error> {
        loop {
            match &mut *self.lock() {
                Standing::Answered(answer, others) => {
                    others
                        .iter_mut()
                        .filter_map(Option::take)
                        .for_each(|it| it.unpark());
                    return answer.clone();
                }
                Standing::Open(waiter) => {
                    *waiter = Some(Waiter::Thread(std::thread::current()));
                }
            }
            std::thread::park();
        }
    }

    fn poll(&self, task: &mut Context<'_>) -> Poll<Result<Outcome, Error>> {
        match &mut *self.lock() {
            Standing::Answered(answer, _) => Poll::Ready(answer.clone()),
            Standing::Open(waiter) => {
                *waiter = Some(Waiter::Task(task.waker().clone()));
                Poll::Pending
            }
        }
    }
}
