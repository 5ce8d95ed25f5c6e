//! One call of a function for a merchant, whoever asked for it: on a thread of the workers, counted, and with the merchant's tick
//! behind it.

use super::metrics::Ending;
use super::routes::Shared;
use super::shops::{Service, Shop, Turn};
use super::traces::Trace;
use super::workers::{Errand, Undone};
use crate::call::{Answer, Call, CallError, Execution, Subject};
use crate::capabilities::logging::Level;
use std::sync::Arc;
use std::time::Instant;

/// The one command that asks other parties itself.
const CARRIER: &str = "submissions.submit-carrier";

/// What became of a call: an answer of the plugin, none, or no thread for it.
pub(super) type Outcome = Result<Result<Answer, CallError>, Undone>;

/// Runs the call, and has the merchant ticked where it may have made something due. Once it has a thread it goes on to its end, even where
/// nobody waits for it any more.
pub(super) async fn run(shared: &Shared, shop: &Arc<Shop>, call: Call, trace: &Trace) -> Outcome {
    still_served(shared, shop)?;
    let commits = matches!(call.execution, Some(Execution::Commit(_)));
    let upkeep = call.function.starts_with("upkeep.");
    // What an idempotency key stands under does one thing, and may be made again.
    let once = commits && !upkeep;
    let errand = Errand {
        once,
        patient: upkeep || call.function == CARRIER,
    };
    let asked = Instant::now();
    let place = shared.workers.place(trace, shop, errand).await;
    let place = place.inspect_err(|_| {
        (shared.metrics).command(&call.function, Ending::Failed, asked.elapsed(), None);
    })?;
    // It may have been suspended while the command waited.
    still_served(shared, shop)?;
    let end = End {
        shared: shared.clone(),
        shop: shop.clone(),
        name: call.function.clone(),
        commits,
        began: Instant::now(),
    };
    if upkeep {
        // A tick that somebody asks for waits for the merchant's providers as any other does.
        let (shop, watched) = (shop.clone(), trace.clone());
        let tick = move |sandbox: &mut dyn Subject, turn: &Turn| {
            let answered = match shop.ticking(None) {
                Some(mut ticking) => watched.watch(&mut ticking).call(&call),
                None => sandbox.call(&call),
            };
            end.of(answered, turn)
        };
        return place.work(tick).await;
    }
    if !once {
        let call = move |sandbox: &mut dyn Subject, turn: &Turn| end.of(sandbox.call(&call), turn);
        return place.work(call).await;
    }
    let whole = async move {
        let done = place.once(move |sandbox| sandbox.call(&call)).await?;
        if done.again {
            end.shared.metrics.again(&end.name);
        }
        Ok(end.of(done.value, &done.turn))
    };
    tokio::spawn(whole).await.unwrap_or(Err(Undone::Broken))
}

/// Whether anything is done for the merchant as it stands now.
fn still_served(shared: &Shared, shop: &Shop) -> Result<(), Undone> {
    match shared.shops.any(shop.merchant()) {
        Some(now) => match now.service() {
            Service::Active(_) => Ok(()),
            Service::Suspended(_) => Err(Undone::Suspended),
            Service::Deleting | Service::Without(_) => Err(Undone::Closed),
        },
        None => Err(Undone::Closed),
    }
}

/// What follows from a call.
struct End {
    shared: Shared,
    shop: Arc<Shop>,
    name: String,
    commits: bool,
    began: Instant,
}

impl End {
    fn of(self, answered: Result<Answer, CallError>, turn: &Turn) -> Result<Answer, CallError> {
        let cost = answered.as_ref().ok();
        let cost = cost.and_then(|answer| answer.cost.as_ref());
        let stopped = matches!(answered, Err(CallError::Limit { .. } | CallError::Trap(_)));
        if stopped || cost.is_some() {
            turn.used(cost.map(|cost| cost.fuel));
        }
        let (metrics, time) = (&self.shared.metrics, self.began.elapsed());
        metrics.command(&self.name, Ending::of(&answered), time, cost);
        match &answered {
            Ok(Answer { result: Ok(_), .. }) if self.commits => {
                self.shared.ticker.nudge(self.shop.merchant());
            }
            // What is too long already at the door is the caller's.
            Err(CallError::Limit { limit: "input", .. }) => {}
            Err(error @ (CallError::Trap(_) | CallError::Limit { .. })) => {
                let text = format!("{}: {error}", self.name);
                let log = &self.shared.log;
                log.log(self.shop.merchant(), Level::Error, "server", &text);
            }
            Ok(_) | Err(_) => {}
        }
        answered
    }
}
