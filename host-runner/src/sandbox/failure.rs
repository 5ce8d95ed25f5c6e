//! What became of a command that the engine stopped.

use crate::call::CallError;
use crate::limits::{Limit, Limits};
use crate::plugin::Plugin;
use wasmtime::{Error, FrameInfo, Trap, WasmBacktrace};

/// What the build calls the component's core module (`build/module.rs`).
const MODULE: &str = "stampcard";

/// Frames of the plugin's stack that are told, the innermost first.
const FRAMES: usize = 12;

/// The caller's error for an error of the engine; `logged` is what the plugin last logged as one.
pub(super) fn classify(
    error: &Error,
    plugin: &Plugin,
    limits: &Limits,
    logged: Option<&str>,
) -> CallError {
    if let Some(limit) = limit(error) {
        return limits.error(limit);
    }
    let mut text = error.root_cause().to_string();
    if let Some(logged) = logged {
        text.push_str("; it logged: ");
        text.push_str(logged);
    }
    if let Some(backtrace) = error.downcast_ref::<WasmBacktrace>() {
        let names = backtrace
            .frames()
            .iter()
            .filter_map(|frame| name(frame, plugin))
            .take(FRAMES);
        for (index, name) in names.enumerate() {
            let joint = if index == 0 { "; in" } else { ", called by" };
            text.push_str(&format!("{joint} {name}"));
        }
    }
    CallError::Trap(text)
}

/// The function's own name, or the one that the build put beside the component; what the engine and the component's
/// wrapping have between them is left out.
fn name(frame: &FrameInfo, plugin: &Plugin) -> Option<String> {
    if let Some(name) = frame.func_name() {
        return Some(format!("{:#}", rustc_demangle::demangle(name)));
    }
    if frame.module().name() != Some(MODULE) {
        return None;
    }
    let index = frame.func_index();
    let known = plugin.function_name(index).map(str::to_owned);
    Some(known.unwrap_or_else(|| format!("function {index}")))
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
