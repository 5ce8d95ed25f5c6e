//! One call of a function for a merchant, whoever asked for it: on a thread of the workers, counted, and with the merchant's tick
//! behind it.

use super::metrics::Ending;
use super::routes::Shared;
use super::shops::{Service, Shop, Turn};
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
    // What an idempotency key stands under does one thing, and may be done again.
    let ahead = commits && !is_upkeep(&name);
    let mut made = None;
    if ahead {
        let once = one(call.clone(), shop, trace);
        made = shared.workers.ahead(trace, shop, once).await?;
    }
    let made = match made {
        Some(made) => made,
        None => {
            let once = one(call, shop, trace);
            shared.workers.work(trace, shop, once).await?
        }
    };
    let cost = made.answered.as_ref().ok();
    let cost = cost.and_then(|answer| answer.cost.as_ref());
    let (ending, time) = (Ending::of(&made.answered), made.began.elapsed());
    shared.metrics.command(&name, ending, time, cost);
    let outcome = Ok(made.answered);
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

/// What became of a call that found a thread, and since when.
struct Made {
    answered: Result<Answer, CallError>,
    began: Instant,
}

/// The call, once.
fn one(
    call: Call,
    shop: &Arc<Shop>,
    trace: &Trace,
) -> impl FnOnce(&mut dyn Subject, &Turn) -> Made + Send + 'static {
    let (shop, trace) = (shop.clone(), trace.clone());
    move |sandbox, turn| {
        let began = Instant::now();
        // A tick that somebody asks for waits for the merchant's providers as any other does.
        let ticking = is_upkeep(&call.function).then(|| shop.ticking()).flatten();
        let answered = match ticking {
            Some(mut ticking) => trace.watch(&mut ticking).call(&call),
            None => sandbox.call(&call),
        };
        let cost = answered.as_ref().ok();
        let cost = cost.and_then(|answer| answer.cost.as_ref());
        let stopped = matches!(answered, Err(CallError::Limit { .. } | CallError::Trap(_)));
        if stopped || cost.is_some() {
            turn.used(cost.map(|cost| cost.fuel));
        }
        Made { answered, began }
    }
}

fn is_upkeep(function: &str) -> bool {
    function.starts_with("upkeep.")
}
