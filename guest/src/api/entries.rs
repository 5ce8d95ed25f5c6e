//! Lots, entries and awards, in the interface's words.

use crate::bindings::exports::stampcard::plugin::points as wit;
use crate::domain::award::{Awarded, Skip};
use crate::domain::config::Award;
use crate::domain::entry::{Entry, EntryKind, Part};
use crate::domain::ids::{Id, Name};
use crate::domain::lot::Lot;

pub(super) fn lot(lot: &Lot) -> wit::Lot {
    wit::Lot {
        lot: lot.id,
        rule: lot.rule.to_string(),
        order: lot.order.as_ref().map(Id::to_string),
        granted: lot.granted.to_string(),
        left: lot.left.to_string(),
        held: lot.held.to_string(),
        earned_at: lot.earned_at.into(),
        activates_at: lot.activates_at.map(Into::into),
        expires_at: lot.expires_at.map(Into::into),
    }
}

pub(super) fn parts(parts: &[Part]) -> Vec<wit::Part> {
    let part = |part: &Part| wit::Part {
        lot: part.lot,
        points: part.points.to_string(),
        rule: part.rule.to_string(),
    };
    parts.iter().map(part).collect()
}

pub(super) fn award(award: &Awarded) -> wit::Award {
    let form = match award.formula.award {
        Award::Rate { .. } => "rate",
        Award::Step { .. } => "step",
        Award::Fixed { .. } | Award::Multiplier { .. } => "fixed",
    };
    wit::Award {
        rule: award.rule.to_string(),
        form: form.to_owned(),
        base: award.base.to_string(),
        raw: award.raw.clone(),
        factor: award.formula.factor.to_string(),
        multipliers: award.multipliers.iter().map(Name::to_string).collect(),
        rounded: award.rounded.to_string(),
        cap: award.cap.as_ref().map(|cap| wit::Cap {
            limit: cap.limit.clone(),
            room: cap.room.to_string(),
        }),
        points: award.points.to_string(),
    }
}

pub(super) fn skip(skip: &Skip) -> wit::Skip {
    wit::Skip {
        rule: skip.rule.to_string(),
        reason: skip.reason.to_owned(),
    }
}

pub(super) fn entry(member: &Id, programme: &Name, entry: &Entry) -> wit::Entry {
    let kind = match entry.kind {
        EntryKind::Earn => wit::EntryKind::Earn,
        EntryKind::Redeem => wit::EntryKind::Redeem,
        EntryKind::Expire => wit::EntryKind::Expire,
        EntryKind::Reverse => wit::EntryKind::Reverse,
        EntryKind::Restore => wit::EntryKind::Restore,
        EntryKind::Adjust => wit::EntryKind::Adjust,
    };
    wit::Entry {
        member: member.to_string(),
        programme: programme.to_string(),
        sequence: entry.sequence,
        kind,
        points: entry.points.to_string(),
        balance: entry.balance.to_string(),
        at: entry.at.into(),
        posted_at: entry.posted_at.map(Into::into),
        order: entry.order.as_ref().map(Id::to_string),
        note: entry.note.clone(),
        actor: entry.actor.clone(),
        parts: parts(&entry.parts),
        awards: entry.awards.iter().map(award).collect(),
    }
}
