//! Lots, entries and awards, in the interface's words.

use crate::bindings::exports::stampcard::plugin::points as wit;
use crate::domain::award::{Awarded, Form, Skip};
use crate::domain::entry::{Entry, EntryKind, Part};
use crate::domain::ids::{Id, Name};
use crate::domain::lot::Lot;

pub(super) fn lot(lot: &Lot) -> wit::Lot {
    wit::Lot {
        lot: lot.id,
        rule: lot.rule.text(),
        order: lot.order.as_ref().map(Id::text),
        granted: lot.granted.text(),
        left: lot.left.text(),
        held: lot.held.text(),
        earned_at: lot.earned_at.into(),
        activates_at: lot.activates_at.map(Into::into),
        expires_at: lot.expires_at.map(Into::into),
    }
}

pub(super) fn parts(parts: &[Part]) -> Vec<wit::Part> {
    let part = |part: &Part| wit::Part {
        lot: part.lot,
        points: part.points.text(),
        rule: part.rule.text(),
    };
    parts.iter().map(part).collect()
}

pub(super) fn award(award: &Awarded) -> wit::Award {
    let form = match award.form {
        Form::Rate => "rate",
        Form::Step => "step",
        Form::Fixed => "fixed",
    };
    wit::Award {
        rule: award.rule.text(),
        form: form.to_owned(),
        base: award.base.text(),
        raw: award.raw.clone(),
        factor: award.factor.text(),
        multipliers: award.multipliers.iter().map(Name::text).collect(),
        rounded: award.rounded.text(),
        cap: award.cap.as_ref().map(|cap| wit::Cap {
            limit: cap.limit.clone(),
            room: cap.room.text(),
        }),
        points: award.points.text(),
    }
}

pub(super) fn skip(skip: &Skip) -> wit::Skip {
    wit::Skip {
        rule: skip.rule.text(),
        reason: skip.reason.to_owned(),
    }
}

pub(super) fn kind(kind: EntryKind) -> wit::EntryKind {
    match kind {
        EntryKind::Earn => wit::EntryKind::Earn,
        EntryKind::Redeem => wit::EntryKind::Redeem,
        EntryKind::Expire => wit::EntryKind::Expire,
        EntryKind::Reverse => wit::EntryKind::Reverse,
        EntryKind::Restore => wit::EntryKind::Restore,
        EntryKind::Adjust => wit::EntryKind::Adjust,
        EntryKind::Extend => wit::EntryKind::Extend,
        EntryKind::Transfer => wit::EntryKind::Transfer,
    }
}

pub(super) fn entry(member: &Id, programme: &Name, entry: &Entry) -> wit::Entry {
    wit::Entry {
        member: member.text(),
        programme: programme.text(),
        sequence: entry.sequence,
        kind: kind(entry.kind),
        points: entry.points.text(),
        balance: entry.balance.text(),
        at: entry.at.into(),
        posted_at: entry.posted_at.map(Into::into),
        order: entry.order.as_ref().map(Id::text),
        note: entry.note.clone(),
        actor: entry.actor.clone(),
        other: entry.other.as_ref().map(Id::text),
        parts: parts(&entry.parts),
        awards: entry.awards.iter().map(award).collect(),
    }
}
