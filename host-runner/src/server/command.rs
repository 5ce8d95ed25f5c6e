//! One call of a function for a merchant, whoever asked for it: on a thread of the workers, counted, and with the merchant's tick
//! behind it.

use super::metrics::Ending;
use super::routes::Shared;
use super::shops::{Service, Shop};
use super::traces::Trace;
use super::workers::Undone;
use crate::call::{Answer, Call, CallError, Execution, Subject};
use crate::capabilities::logging::Level;
use std::sync::Arc;
use std::time::Instant;

/// What became of a call: an answer of the plugin, none, or no thread for it.
pub(super) type Outcome = Result<Result<Answer, CallError>, Undone>;

/// Runs the call, and has the merchant ticked where it may have made something due.
pub(super) async fn run(shared: &Shared, shop: &Arc<Shop>, call: Call, trace: &Trace) -> Outcome {
    let commits = matches!(call.execution, Some(Execution::Commit(_)));
    let name = call.function.clone();
    if let Service::Suspended(_) = shop.service() {
        return Err(Undone::Suspended);
    }
    let (metrics, for_whom) = (shared.metrics.clone(), shop.clone());
    let watched = trace.clone();
    let done = (shared.workers).work(trace, shop, move |sandbox, turn| {
        let began = Instant::now();
        // A tick that somebody asks for waits for the merchant's providers as any other does.
        let ticking = if call.function.starts_with("upkeep.") {
            for_whom.ticking()
        } else {
            None
        };
        let answered = match ticking {
            Some(mut ticking) => watched.watch(&mut ticking).call(&call),
            None => sandbox.call(&call),
        };
        let cost = answered.as_ref().ok();
        let cost = cost.and_then(|answer| answer.cost.as_ref());
        let stopped = matches!(answered, Err(CallError::Limit { .. } | CallError::Trap(_)));
        if stopped || cost.is_some() {
            turn.used(cost.map(|cost| cost.fuel));
        }
        metrics.command(&call.function, Ending::of(&answered), began.elapsed(), cost);
        answered
    });
    let outcome = done.await;
    match &outcome {
        Ok(Ok(Answer { result: Ok(_), .. })) if commits => shared.ticker.nudge(shop.merchant()),
        Ok(Err(error @ CallError::Trap(_))) => {
            let text = format!("{name}: {error}");
            let log = &shared.log;
            log.log(shop.merchant(), Level::Error, "server", &text);
        }
        Ok(_) | Err(_) => {}
    }
    outcome
}
