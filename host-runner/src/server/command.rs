//! One call of a function for a merchant, whoever asked for it: on a thread of the workers, counted, and with the merchant's tick
//! behind it.

use super::metrics::Ending;
use super::routes::Shared;
use super::shops::{Service, Shop};
use super::traces::Trace;
use super::workers::{Done, Place, Undone};
use crate::call::{Answer, Call, CallError, Execution, Subject};
use crate::capabilities::logging::Level;
use std::sync::Arc;
use std::time::Instant;

/// What became of a call: an answer of the plugin, none, or no thread for it.
pub(super) type Outcome = Result<Result<Answer, CallError>, Undone>;

/// Runs the call, and has the merchant ticked where it may have made something due. Once it has a thread it goes on to its end, even where
/// nobody waits for it any more.
pub(super) async fn run(shared: &Shared, shop: &Arc<Shop>, call: Call, trace: &Trace) -> Outcome {
    if let Service::Suspended(_) = shop.service() {
        return Err(Undone::Suspended);
    }
    let place = shared.workers.place(trace, shop).await?;
    let whole = whole(shared.clone(), shop.clone(), place, call, trace.clone());
    let done = tokio::spawn(whole).await;
    done.unwrap_or(Err(Undone::Broken))
}

/// The call with all that follows from it.
async fn whole(shared: Shared, shop: Arc<Shop>, place: Place, call: Call, trace: Trace) -> Outcome {
    let began = Instant::now();
    let name = call.function.clone();
    let commits = matches!(call.execution, Some(Execution::Commit(_)));
    let ticks = name.starts_with("upkeep.");
    let done = if ticks {
        let shop = shop.clone();
        // A tick that somebody asks for waits for the merchant's providers as any other does.
        let tick = move |sandbox: &mut dyn Subject| match shop.ticking() {
            Some(mut ticking) => trace.watch(&mut ticking).call(&call),
            None => sandbox.call(&call),
        };
        place.work(tick).await
    } else if commits {
        // What an idempotency key stands under does one thing, and may be made again.
        place.once(move |sandbox| sandbox.call(&call)).await
    } else {
        place.work(move |sandbox| sandbox.call(&call)).await
    };
    let Done {
        value: answered,
        turn,
        again,
    } = done?;
    let cost = answered.as_ref().ok();
    let cost = cost.and_then(|answer| answer.cost.as_ref());
    let stopped = matches!(answered, Err(CallError::Limit { .. } | CallError::Trap(_)));
    if stopped || cost.is_some() {
        turn.used(cost.map(|cost| cost.fuel));
    }
    let metrics = &shared.metrics;
    metrics.command(&name, Ending::of(&answered), began.elapsed(), cost);
    if again {
        metrics.again(&name);
    }
    match &answered {
        Ok(Answer { result: Ok(_), .. }) if commits => shared.ticker.nudge(shop.merchant()),
        Err(error @ CallError::Trap(_)) => {
            let text = format!("{name}: {error}");
            let log = &shared.log;
            log.log(shop.merchant(), Level::Error, "server", &text);
        }
        Ok(_) | Err(_) => {}
    }
    Ok(answered)
}
