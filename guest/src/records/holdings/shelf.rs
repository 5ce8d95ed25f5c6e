//! Where lots stand that have no room in their account's record: each under its own key, open ones in the order of
//! their queue besides.

use super::super::keys;
use super::super::work::Work;
use crate::domain::ids::{Id, Name};
use crate::domain::instant::Instant;
use crate::domain::lot::{Lot, Queue};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Open lots of a queue in the account's record, at most. Few, because the record is read and written by
/// every command; most members have fewer open lots than this.
const INLINE_MAX: usize = 8;

/// How many stay when there were more, so that the next grants find room.
const INLINE_KEPT: usize = 4;

/// Where lots stand that are not in the account's record.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Shelf {
    pub(super) spills: BTreeMap<String, Spill>,
    /// Loaded lots that have a key of their own, as they are stored.
    pub(super) own: BTreeMap<u64, (Lot, bool)>,
}

/// The part of a queue that has no room in the record.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub(super) struct Spill {
    /// All of it lies behind this place; all other lots of the queue do not.
    pub(super) after: String,
    /// Nothing of it is due before; none: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) due: Option<Instant>,
}

#[derive(Clone, Copy, Deserialize, Serialize)]
pub(super) struct QueueRow {
    pub(super) lot: u64,
}

impl Shelf {
    /// Decides where each loaded lot stands from now on, writes those that stand by themselves, and gives those
    /// that stay in the record.
    pub(super) fn put_away(
        mut self,
        work: &mut Work<'_>,
        member: &Id,
        programme: &Name,
        lots: Vec<Lot>,
    ) -> (Vec<Lot>, BTreeMap<String, Spill>) {
        let mut inline = Vec::new();
        let mut queues: BTreeMap<Queue, Vec<Lot>> = BTreeMap::new();
        for lot in lots {
            if lot.is_closed() {
                self.stand_alone(work, member, programme, &lot, false);
            } else if lot.held.is_positive() {
                // Its hold must find it.
                self.come_in(work, member, programme, &lot);
                inline.push(lot);
            } else {
                queues.entry(lot.queue()).or_default().push(lot);
            }
        }
        for (queue, mut lots) in queues {
            let name = keys::queue_name(queue);
            if lots.len() <= INLINE_MAX && !self.spills.contains_key(&name) {
                for lot in &lots {
                    self.come_in(work, member, programme, lot);
                }
                inline.extend(lots);
                continue;
            }
            lots.sort_by_cached_key(Lot::place);
            let bound = self.spills.get(&name).map(|spill| spill.after.clone());
            let behind = |lot: &Lot| bound.as_ref().is_some_and(|bound| lot.place() > *bound);
            let near = lots.iter().position(behind).unwrap_or(lots.len());
            let kept = if near > INLINE_MAX { INLINE_KEPT } else { near };
            let far = lots.split_off(kept);
            for lot in &far {
                self.stand_alone(work, member, programme, lot, true);
                let spill = self.spills.entry(name.clone()).or_insert(Spill {
                    after: String::new(),
                    due: None,
                });
                spill.due = [spill.due, lot.due()].into_iter().flatten().min();
            }
            if let (Some(spill), Some(last)) = (self.spills.get_mut(&name), lots.last())
                && (near > INLINE_MAX || spill.after.is_empty())
            {
                spill.after = last.place();
            }
            for lot in &lots {
                self.come_in(work, member, programme, lot);
            }
            inline.extend(lots);
        }
        (inline, self.spills)
    }

    /// Writes a lot under its own key; a spilled one into its queue too.
    fn stand_alone(
        &mut self,
        work: &mut Work<'_>,
        member: &Id,
        programme: &Name,
        lot: &Lot,
        spilled: bool,
    ) {
        let before = self.own.remove(&lot.id);
        let place = |lot: &Lot| {
            format!(
                "{}{}",
                keys::queue(member, programme, lot.queue()),
                lot.place()
            )
        };
        if before.as_ref() == Some(&(lot.clone(), spilled)) {
            return;
        }
        let was = before
            .filter(|(_, spilled)| *spilled)
            .map(|(lot, _)| place(&lot));
        let is = spilled.then(|| place(lot));
        work.put(keys::lot(member, programme, lot.id), lot);
        if was != is {
            if let Some(was) = was {
                work.delete(was);
            }
            if let Some(is) = is {
                work.put(is, &QueueRow { lot: lot.id });
            }
        }
    }

    /// Removes a lot's own key, because it stands in the record now.
    fn come_in(&mut self, work: &mut Work<'_>, member: &Id, programme: &Name, lot: &Lot) {
        if let Some((before, spilled)) = self.own.remove(&lot.id) {
            work.delete(keys::lot(member, programme, lot.id));
            if spilled {
                work.delete(format!(
                    "{}{}",
                    keys::queue(member, programme, before.queue()),
                    before.place()
                ));
            }
        }
    }
}
