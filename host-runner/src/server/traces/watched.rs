//! A sandbox whose calls are told of, each with what it cost and what it waited for.

use super::calls::Calls;
use super::names::{CALLS, DRY_RUN, ERROR, FUEL, MEMORY, OUTCOME, REFUSAL, case};
use super::ports::behind;
use super::span::Trace;
use crate::call::{Answer, Call, CallError, Cost, Execution, Signature, Subject, refusal_name};
use crate::sandbox::Sandbox;
use crate::server::metrics::Ending;
use opentelemetry::KeyValue;
use std::sync::Arc;

/// A merchant's sandbox as part of a trace.
pub(in crate::server) struct Watched<'s> {
    sandbox: &'s mut Sandbox,
    trace: Trace,
}

impl<'s> Watched<'s> {
    pub(super) fn new(sandbox: &'s mut Sandbox, trace: Trace) -> Self {
        Self { sandbox, trace }
    }
}

impl Subject for Watched<'_> {
    fn signature(&self, function: &str) -> Option<Signature> {
        self.sandbox.signature(function)
    }

    fn call(&mut self, call: &Call) -> Result<Answer, CallError> {
        if !self.trace.is_open() {
            return self.sandbox.call(call);
        }
        let span = self.trace.part(call.function.clone());
        let calls = Arc::new(Calls::of(span.clone()));
        let answered = self.sandbox.call_behind(|host| behind(host, &calls), call);
        span.tell(|| calls.sums());
        span.tell(|| {
            let dry = matches!(call.execution, Some(Execution::DryRun));
            vec![
                KeyValue::new(DRY_RUN, dry),
                KeyValue::new(OUTCOME, Ending::of(&answered).name()),
            ]
        });
        match &answered {
            Ok(answer) => span.tell(|| {
                let refusal = answer.result.as_ref().err().map(refusal_name);
                let refusal = refusal.map(|name| KeyValue::new(REFUSAL, case(name)));
                let costs = answer.cost.iter().flat_map(costs);
                costs.chain(refusal).collect()
            }),
            // What doesn't fit the types is the caller's fault.
            Err(CallError::Shape { .. }) => span.tell(|| vec![KeyValue::new(ERROR, "shape")]),
            Err(CallError::UnknownFunction { .. }) => span.fail("unknown-function"),
            Err(CallError::Limit { limit, .. }) => span.fail(*limit),
            Err(CallError::Trap(_)) => span.fail("trap"),
            Err(CallError::Unreachable(_)) => span.fail("unreachable"),
        }
        span.end();
        answered
    }
}

fn costs(cost: &Cost) -> [KeyValue; 3] {
    let number = |figure: u64| i64::try_from(figure).unwrap_or(i64::MAX);
    [
        KeyValue::new(FUEL, number(cost.fuel)),
        KeyValue::new(MEMORY, number(cost.memory)),
        KeyValue::new(CALLS, number(cost.capability_calls)),
    ]
}
