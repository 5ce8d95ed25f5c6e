//! The shorthand `balances: { member: { programme: "23" } }`.

use super::compare;
use super::error::Fault;
use super::fields::fault;
use super::format::BalanceCheck;
use super::node::{Kind, Node};
use serde_json::{Value, json};

/// The accounts named, in the file's order. A bare number is the account's `balance`; a mapping names
/// fields of `points.account-balance`.
pub(super) fn checks(node: Option<&Node>, place: &str) -> Result<Vec<BalanceCheck>, Fault> {
    let Some(node) = node else {
        return Ok(Vec::new());
    };
    let wrong = |at: &Node| {
        fault(at, place, "there may stand members with their programmes and what they hold, such as { mei: { points: \"23\" } }".to_owned())
    };
    let Kind::Map(members) = &node.kind else {
        return Err(wrong(node));
    };
    let mut checks = Vec::new();
    for member in members {
        let Kind::Map(programmes) = &member.value.kind else {
            return Err(wrong(&member.value));
        };
        for programme in programmes {
            let expected = match &programme.value.kind {
                Kind::Text(_) | Kind::Integer(_) => json!({ "balance": programme.value.to_json() }),
                Kind::Map(_) => matched(&programme.value, place)?,
                _ => return Err(wrong(&programme.value)),
            };
            checks.push(BalanceCheck {
                member: member.name.clone(),
                programme: programme.name.clone(),
                expected,
                line: programme.line,
            });
        }
    }
    Ok(checks)
}

/// An expectation whose matchers are well formed.
pub(super) fn matched(node: &Node, place: &str) -> Result<Value, Fault> {
    let expected = node.to_json();
    match compare::malformed(&expected) {
        Some((pointer, problem)) => Err(fault(node, place, format!("{pointer}: {problem}"))),
        None => Ok(expected),
    }
}
