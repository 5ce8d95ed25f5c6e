//! By what points came about, as the rules say that granted them: those in force, and those of before.

use super::super::scope::Scope;
use crate::domain::config::{Merchant, Notices, Rule};
use crate::domain::ids::Name;
use crate::domain::notice::Channel;
use crate::domain::policy::Origin;
use crate::reading::Read;
use crate::records::{Work, keys};
use crate::reject::Reject;
use crate::sorted_map::SortedMap;
use serde::Serialize;

/// What rules said that are gone, or say something else now, by `programme/rule`.
#[derive(Clone, Debug, Default, PartialEq, Read, Serialize)]
pub(super) struct Past {
    rules: SortedMap<String, Origin>,
}

/// Keeps what the rules of a document say that another one takes the place of: their points are still there.
///
/// # Errors
/// Those of the storage.
pub(in crate::flows) fn keep(
    work: &mut Work<'_>,
    before: &Merchant,
    after: &Merchant,
) -> Result<(), Reject> {
    let stored: Option<Past> = work.get(keys::ORIGINS)?;
    let stored = stored.unwrap_or_default();
    let mut past = stored.clone();
    for (name, programme) in &before.programmes {
        let now = after.programmes.get(name);
        for rule in &programme.earn {
            let now = now.and_then(|now| now.rule(rule.id.as_str()));
            let origin = rule.origin();
            if now.is_none_or(|now| now.origin() != origin) {
                let key = of_rule(name, &rule.id);
                let kept = past.rules.get(&key).copied().unwrap_or(origin);
                let weaker = Origin::weaker(Some(kept), Some(origin)).unwrap_or(origin);
                past.rules.insert(key, weaker);
            }
        }
    }
    if past != stored {
        work.put(keys::ORIGINS.to_owned(), &past);
    }
    Ok(())
}

fn of_rule(programme: &Name, rule: &Name) -> String {
    [programme.as_str(), "/", rule.as_str()].concat()
}

/// What rules said before; none where no AlimTalk goes, since nothing else asks for it.
///
/// # Errors
/// Those of the storage.
pub(super) fn past(scope: &mut Scope<'_>, merchant: &Notices) -> Result<Option<Past>, Reject> {
    let mut ways = merchant.channels.iter();
    if ways.any(|way| way.channel == Channel::Alimtalk) {
        scope.work.get(keys::ORIGINS)
    } else {
        Ok(None)
    }
}

/// By what points of these rules came about, taken together; none: rules don't say it of all of them. A rule that said another thing
/// before counts as what shows less of an act.
pub(super) fn of<'r>(
    past: Option<&Past>,
    merchant: &Merchant,
    programme: &Name,
    rules: impl Iterator<Item = &'r Name>,
) -> Option<Origin> {
    let known = merchant.programmes.get(programme);
    let origin = |rule: &Name| {
        let now = known.and_then(|known| known.rule(rule.as_str()));
        let now = now.map(Rule::origin);
        let before = past.and_then(|past| past.rules.get(&of_rule(programme, rule)).copied());
        match (now, before) {
            (Some(_), Some(_)) => Origin::weaker(now, before),
            (Some(one), None) | (None, Some(one)) => Some(one),
            // What is given by hand without a rule has one of these.
            (None, None) => matches!(rule.as_str(), "grant" | "adjust").then_some(Origin::Free),
        }
    };
    rules.map(origin).reduce(Origin::weaker).flatten()
}
