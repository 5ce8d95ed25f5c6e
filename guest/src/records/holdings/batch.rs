//! The lots of one grant, stored together: what they share stands once.

use crate::domain::amount::Amount;
use crate::domain::ids::{Id, Name};
use crate::domain::instant::Instant;
use crate::domain::lot::{Lot, Queue, Terms};
use crate::reading::{Read, Reader, Wrong};
use crate::sorted::sort_by;
use serde::{Serialize, Serializer};
use std::collections::BTreeSet;

/// Lots of a batch, at most.
pub(super) const BATCH_MAX: u64 = 16;

/// 1 to 16 lots with numbers in succession that share everything but rule and points.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Batch(Vec<Lot>);

/// A batch as it is stored. What nearly every batch has is left out, since the account's record is read and written by
/// every command.
#[derive(Read, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Stored<L> {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    order: Option<Id>,
    earned_at: Instant,
    /// None: when it was earned; of lots that are not active: not known yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    activates_at: Option<Instant>,
    #[serde(default = "active", skip_serializing_if = "is_active")]
    active: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires_at: Option<Instant>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    ends_day: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    terms: Option<Box<Terms>>,
    lots: L,
}

/// What a lot of a batch has for itself.
#[derive(Read, Serialize)]
struct Share {
    id: u64,
    rule: Name,
    granted: Amount,
    /// None: all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    left: Option<Amount>,
    #[serde(default, skip_serializing_if = "Amount::is_zero")]
    held: Amount,
    #[serde(default, skip_serializing_if = "Amount::is_zero")]
    lapsed: Amount,
}

fn active() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "what serde asks for")]
fn is_active(active: &bool) -> bool {
    *active
}

impl Batch {
    /// Puts lots into batches, by number. A batch begins wherever one of `starts` does, so that those which are
    /// stored stay as they are.
    pub(super) fn gather(mut lots: Vec<Lot>, starts: &BTreeSet<u64>) -> Vec<Self> {
        sort_by(&mut lots, |a, b| a.id.cmp(&b.id));
        let mut batches: Vec<Self> = Vec::new();
        for lot in lots {
            match batches.last_mut() {
                Some(batch) if !starts.contains(&lot.id) && batch.takes(&lot) => batch.0.push(lot),
                _ => batches.push(Self(vec![lot])),
            }
        }
        batches
    }

    fn takes(&self, lot: &Lot) -> bool {
        let (Some(first), Some(last)) = (self.0.first(), self.0.last()) else {
            return true;
        };
        lot.id.checked_sub(last.id) == Some(1)
            && lot.id.saturating_sub(first.id) < BATCH_MAX
            && lot.order == first.order
            && lot.earned_at == first.earned_at
            && lot.activates_at == first.activates_at
            && lot.active == first.active
            && lot.expires_at == first.expires_at
            && lot.ends_day == first.ends_day
            && lot.terms == first.terms
    }

    /// The same with higher numbers.
    pub(super) fn raised(mut self, by: u64) -> Self {
        for lot in &mut self.0 {
            lot.id = lot.id.saturating_add(by);
        }
        self
    }

    pub(super) fn lots(&self) -> &[Lot] {
        &self.0
    }

    pub(super) fn into_lots(self) -> Vec<Lot> {
        self.0
    }

    /// The number of its first lot, by which it is known.
    pub(super) fn id(&self) -> u64 {
        self.0.first().map_or(0, |lot| lot.id)
    }

    /// Whether nothing is left to be done with any of its lots.
    pub(super) fn is_closed(&self) -> bool {
        self.0.iter().all(Lot::is_closed)
    }

    /// Whether a hold reserves something of it.
    pub(super) fn is_held(&self) -> bool {
        self.0.iter().any(|lot| lot.held.is_positive())
    }

    /// The queue that all of it stands in.
    pub(super) fn queue(&self) -> Queue {
        self.0.first().map_or(Queue::Fixed, Lot::queue)
    }

    /// Its place in its queue; see [`Lot::place`].
    pub(super) fn place(&self) -> String {
        self.0.first().map(Lot::place).unwrap_or_default()
    }

    /// When something becomes due on it.
    pub(super) fn due(&self) -> Option<Instant> {
        self.0.iter().filter_map(Lot::due).min()
    }

    /// The points of it that are due at that instant.
    pub(super) fn points_due(&self, at: Instant) -> Amount {
        let due = self.0.iter().filter(|lot| lot.due() == Some(at));
        due.map(Lot::free).sum()
    }
}

impl Serialize for Batch {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Some(first) = self.0.first() else {
            return serializer.serialize_none();
        };
        let share = |lot: &Lot| Share {
            id: lot.id,
            rule: lot.rule.clone(),
            granted: lot.granted,
            left: (lot.left != lot.granted).then_some(lot.left),
            held: lot.held,
            lapsed: lot.lapsed,
        };
        let stored: Stored<Vec<Share>> = Stored {
            order: first.order.clone(),
            earned_at: first.earned_at,
            activates_at: first
                .activates_at
                .filter(|at| !first.active || *at != first.earned_at),
            active: first.active,
            expires_at: first.expires_at,
            ends_day: first.ends_day,
            terms: first.terms.clone(),
            lots: self.0.iter().map(share).collect(),
        };
        stored.serialize(serializer)
    }
}

impl Read for Batch {
    fn blank() -> Self {
        Self(Vec::new())
    }

    fn read(&mut self, from: &mut Reader<'_>) -> Result<(), Wrong> {
        let mut stored = <Stored<Vec<Share>>>::blank();
        stored.read(from)?;
        let at_once = stored.active.then_some(stored.earned_at);
        let activates_at = stored.activates_at.or(at_once);
        let lot = |share: Share| Lot {
            id: share.id,
            rule: share.rule,
            order: stored.order.clone(),
            granted: share.granted,
            left: share.left.unwrap_or(share.granted),
            held: share.held,
            lapsed: share.lapsed,
            earned_at: stored.earned_at,
            activates_at,
            active: stored.active,
            expires_at: stored.expires_at,
            ends_day: stored.ends_day,
            terms: stored.terms.clone(),
        };
        self.0 = stored.lots.into_iter().map(lot).collect();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lot(id: u64, at: u64) -> Lot {
        let at = Instant::new(at, 0).unwrap();
        Lot {
            id,
            rule: Name::parse("base").unwrap(),
            order: None,
            granted: Amount::ONE,
            left: Amount::ONE,
            held: Amount::ZERO,
            lapsed: Amount::ZERO,
            earned_at: at,
            activates_at: Some(at),
            active: true,
            expires_at: None,
            ends_day: false,
            terms: None,
        }
    }

    fn ids(lots: Vec<Lot>, starts: &[u64]) -> Vec<Vec<u64>> {
        let batches = Batch::gather(lots, &starts.iter().copied().collect());
        let ids = |batch: &Batch| batch.lots().iter().map(|lot| lot.id).collect();
        batches.iter().map(ids).collect()
    }

    #[test]
    fn lots_of_one_grant_stand_together() {
        let lots = vec![lot(4, 7), lot(1, 5), lot(2, 5), lot(3, 7), lot(6, 7)];
        assert_eq!(ids(lots, &[]), [vec![1, 2], vec![3, 4], vec![6]]);
    }

    #[test]
    fn stored_batches_keep_their_bounds() {
        let lots: Vec<Lot> = (1..=40).map(|id| lot(id, 5)).collect();
        let sizes = |starts: &[u64]| -> Vec<usize> {
            ids(lots.clone(), starts).iter().map(Vec::len).collect()
        };
        assert_eq!(sizes(&[]), [16, 16, 8]);
        assert_eq!(sizes(&[1, 4]), [3, 16, 16, 5]);
    }

    #[test]
    fn reads_what_it_writes() {
        let mut lots = vec![lot(1, 5), lot(2, 5)];
        lots[1].held = Amount::ONE;
        let batch = Batch(lots);
        let text = crate::json::write(&batch);
        assert_eq!(crate::json::read::<Batch>(&text).unwrap(), batch);
        assert_eq!(text.matches("earned-at").count(), 1, "{text}");
    }

    #[test]
    fn what_nearly_every_batch_has_is_left_out() {
        let usual = lot(1, 5);
        let written = |lot: &Lot| {
            let batch = Batch(vec![lot.clone()]);
            let text = crate::json::write(&batch);
            assert_eq!(crate::json::read::<Batch>(&text).unwrap(), batch, "{text}");
            text
        };
        assert_eq!(
            written(&usual),
            r#"{"earned-at":"1970-01-01T00:00:05Z","lots":[{"id":1,"rule":"base","granted":"1"}]}"#
        );
        let later = Instant::new(9, 0);
        let cases: [fn(&mut Lot, Option<Instant>); 5] = [
            |lot, later| lot.activates_at = later,
            |lot, later| (lot.activates_at, lot.active) = (later, false),
            |lot, _| lot.active = false,
            |lot, _| (lot.activates_at, lot.active) = (None, false),
            |lot, _| lot.left = Amount::ZERO,
        ];
        for change in cases {
            let mut lot = usual.clone();
            change(&mut lot, later);
            written(&lot);
        }
    }

    /// As records were before these were left out.
    #[test]
    fn reads_what_says_everything() {
        let text = r#"{"earned-at":"1970-01-01T00:00:05Z","activates-at":"1970-01-01T00:00:05Z","active":true,
            "lots":[{"id":1,"rule":"base","granted":"1","left":"1"}]}"#;
        assert_eq!(
            crate::json::read::<Batch>(text).unwrap().into_lots(),
            [lot(1, 5)]
        );
    }
}
