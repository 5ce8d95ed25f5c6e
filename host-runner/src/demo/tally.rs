//! What came of what each part's members sent in.

use super::cast::{Cast, Part};
use crate::call::Subject;
use crate::desk::{Error, pages};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What came of one part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// What its members did.
    pub part: Part,
    /// How many they are.
    pub members: usize,
    /// Submissions by state and reason, such as `invalid (no-data)`.
    pub states: BTreeMap<String, usize>,
}

/// The state of a submission, with its reason.
fn state(submission: &Value) -> String {
    let text = |field| submission.get(field).and_then(Value::as_str);
    let state = text("state").unwrap_or_default();
    match text("reason") {
        Some(reason) => format!("{state} ({reason})"),
        None => state.to_owned(),
    }
}

/// Every part, with what is listed of its members.
pub(super) fn outcomes(
    subject: &mut dyn Subject,
    cast: &Cast,
    about: &Value,
) -> Result<Vec<Outcome>, Error> {
    let mut by_part: BTreeMap<Part, Outcome> = BTreeMap::new();
    let mut parts: BTreeMap<&str, Part> = BTreeMap::new();
    for player in &cast.players {
        parts.insert(&player.member, player.part);
        let outcome = by_part.entry(player.part).or_insert_with(|| Outcome {
            part: player.part,
            members: 0,
            states: BTreeMap::new(),
        });
        outcome.members += 1;
    }
    submissions(subject, about.clone(), &mut |submission| {
        let member = submission.get("member").and_then(Value::as_str);
        let part = member.and_then(|member| parts.get(member));
        if let Some(outcome) = part.and_then(|part| by_part.get_mut(part)) {
            *outcome.states.entry(state(submission)).or_default() += 1;
        }
    })?;
    Ok(by_part.into_values().collect())
}

/// Shows each submission that a search finds.
pub(super) fn submissions(
    subject: &mut dyn Subject,
    search: Value,
    take: &mut dyn FnMut(&Value),
) -> Result<(), Error> {
    let search = with(&search, json!({ "limit": 200 }));
    pages(subject, "submissions.search", search, "after", |_, page| {
        let listed = page.get("submissions").and_then(Value::as_array);
        listed.into_iter().flatten().for_each(&mut *take);
        Ok(())
    })
}

/// A request with further fields.
pub(super) fn with(request: &Value, further: Value) -> Value {
    match (request.clone(), further) {
        (Value::Object(mut request), Value::Object(further)) => {
            request.extend(further);
            Value::Object(request)
        }
        (request, _) => request,
    }
}
