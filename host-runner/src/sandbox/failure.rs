//! What became of a command that the engine stopped.

use super::State;
use crate::call::CallError;
use crate::limits::{Limit, Limits};
use wasmtime::{Error, Trap, WasmBacktrace};

/// Frames of the plugin's stack that are told, the innermost first.
const FRAMES: usize = 12;

/// The caller's error for an error of the engine.
pub(super) fn classify(error: &Error, limits: &Limits, state: &State) -> CallError {
    if let Some(limit) = limit(error) {
        return limits.error(limit);
    }
    let mut text = error.root_cause().to_string();
    if let Some(logged) = &state.last_error {
        text.push_str("; it logged: ");
        text.push_str(logged);
    }
    if let Some(backtrace) = error.downcast_ref::<WasmBacktrace>() {
        let names = backtrace
            .frames()
            .iter()
            .filter_map(|frame| frame.func_name())
            .take(FRAMES);
        for (index, name) in names.enumerate() {
            let joint = if index == 0 { "; in" } else { ", called by" };
            text.push_str(&format!("{joint} {:#}", rustc_demangle::demangle(name)));
        }
    }
    CallError::Trap(text)
}

fn limit(error: &Error) -> Option<Limit> {
    if let Some(limit) = error.downcast_ref::<Limit>() {
        return Some(*limit);
    }
    match error.downcast_ref::<Trap>() {
        Some(Trap::OutOfFuel) => return Some(Limit::Fuel),
        Some(Trap::Interrupt) => return Some(Limit::Deadline),
        _ => {}
    }
    // The engine keeps the type of this one to itself, and its text is all there is to know it by; a
    // test holds the two together.
    let text = error.root_cause().to_string();
    text.contains("hostcall").then_some(Limit::Output)
}
