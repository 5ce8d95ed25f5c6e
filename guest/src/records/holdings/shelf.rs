//! Where an account's lots stand: in its record, or under keys of their own.

use super::super::keys;
use super::super::work::Work;
use super::batch::Batch;
use super::tail::Tail;
use crate::domain::amount::Amount;
use crate::domain::ids::{Id, Name};
use crate::domain::instant::Instant;
use crate::domain::lot::{Lot, Queue};
use crate::reading::Read;
use crate::sorted::sort_by;
use crate::sorted_map::SortedMap;
use serde::Serialize;
use std::collections::BTreeSet;

/// Open batches of a queue in the account's record, at most. Few, because the record is read and written by
/// every command; most members have fewer open ones than this.
const INLINE_MAX: usize = 6;

/// How many stay when there were more, so that the next grants find room.
const INLINE_KEPT: usize = 3;

/// Where lots stand that are not in the account's record.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Shelf {
    pub(super) spills: SortedMap<String, Spill>,
    /// The first lots of the batches that were loaded.
    pub(super) starts: BTreeSet<u64>,
    /// Loaded batches that have a key of their own, as they are stored.
    pub(super) own: SortedMap<u64, Standing>,
}

/// A batch under a key of its own.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Standing {
    pub(super) batch: Batch,
    /// Whether it is open, and so stands in a queue.
    pub(super) queued: bool,
}

/// The part of a queue that has no room in the record.
#[derive(Clone, Debug, PartialEq, Read, Serialize)]
pub(super) struct Spill {
    /// All of it lies behind this place; all other batches of the queue do not.
    pub(super) after: String,
    /// Nothing of it is due before; none: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) due: Option<Instant>,
    /// So many points are due at that instant, above 0; none: perhaps none, nobody has counted them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) points: Option<Amount>,
}

/// A batch's place in a queue.
#[derive(Clone, Copy, Read, Serialize)]
pub(super) struct QueueRow {
    /// Its first lot.
    pub(super) lot: u64,
}

impl Spill {
    /// Counts a batch in that goes there.
    fn add(&mut self, batch: &Batch) {
        let Some(due) = batch.due() else { return };
        if self.due.is_none_or(|known| due < known) {
            self.due = Some(due);
            // An idle lot that is stored doesn't know of the member's later acts.
            let counts = !matches!(batch.queue(), Queue::Idle(_));
            self.points = counts.then(|| batch.points_due(due));
        } else if self.due == Some(due) {
            self.points = self.points.map(|points| points + batch.points_due(due));
        }
    }

    /// Counts a batch out that comes from there, as it is stored.
    fn take(&mut self, batch: &Batch) {
        if let Some(due) = self.due {
            let left = self.points.map(|points| points - batch.points_due(due));
            self.points = left.filter(|points| points.is_positive());
        }
    }
}

impl Shelf {
    /// Takes note of a batch that was loaded from under its own key.
    pub(super) fn take_in(&mut self, batch: Batch) {
        let queued = !batch.is_closed();
        let spill = self.spills.get_mut(&keys::queue_name(batch.queue()));
        if let Some(spill) = spill.filter(|spill| queued && batch.place() > spill.after) {
            spill.take(&batch);
        }
        self.starts.insert(batch.id());
        self.own.insert(batch.id(), Standing { batch, queued });
    }

    /// Notes of a queue that what is stored of it begins behind that place, with a lot not due before `due`.
    pub(super) fn begin_behind(&mut self, queue: &str, after: String, due: Option<Instant>) {
        if let Some(spill) = self.spills.get_mut(queue) {
            spill.after = after;
            // What is counted at an instant is still there; else what holds for all that was not loaded before holds for
            // what is left of it.
            if spill.points.is_none() && spill.due.is_some() {
                spill.due = spill.due.max(due);
            }
        }
    }

    /// Decides where each loaded lot stands from now on, writes those that stand by themselves, adds those to the tail that
    /// are used up and never stood so, and gives those that stay in the record.
    pub(super) fn put_away(
        mut self,
        work: &mut Work<'_>,
        (member, programme): (&Id, &Name),
        lots: Vec<Lot>,
        tail: &mut Tail,
    ) -> (Vec<Batch>, SortedMap<String, Spill>) {
        let mut inline = Vec::new();
        let mut standing = Vec::new();
        let mut queues: SortedMap<Queue, Vec<Batch>> = SortedMap::new();
        for batch in Batch::gather(lots, &self.starts) {
            if batch.is_closed() {
                standing.push(Standing {
                    batch,
                    queued: false,
                });
            } else if batch.is_held() {
                // Its hold must find it.
                inline.push(batch);
            } else {
                queues.or_default(batch.queue()).push(batch);
            }
        }
        for (queue, batches) in queues {
            let (near, far) = self.divide(queue, batches);
            inline.extend(near);
            let far = far.into_iter();
            standing.extend(far.map(|batch| Standing {
                batch,
                queued: true,
            }));
        }
        for is in standing {
            let was = self.own.remove(&is.batch.id());
            if was.is_none() && !is.queued {
                tail.add_lots(programme, &is.batch);
            } else if was.as_ref() != Some(&is) {
                store(work, member, programme, was, Some(is));
            }
        }
        for was in self.own.into_values() {
            store(work, member, programme, Some(was), None);
        }
        (inline, self.spills)
    }

    /// Divides a queue into what stays in the record and what does not, and notes where the latter begins.
    fn divide(&mut self, queue: Queue, batches: Vec<Batch>) -> (Vec<Batch>, Vec<Batch>) {
        let name = keys::queue_name(queue);
        let bound = self.spills.get(&name).map(|spill| spill.after.clone());
        if batches.len() <= INLINE_MAX && bound.is_none() {
            return (batches, Vec::new());
        }
        let batches = batches.into_iter().map(|batch| (batch.place(), batch));
        let mut batches: Vec<(String, Batch)> = batches.collect();
        sort_by(&mut batches, |a, b| a.0.cmp(&b.0));
        let behind =
            |(place, _): &(String, Batch)| bound.as_ref().is_some_and(|bound| place > bound);
        let near = batches.iter().position(behind).unwrap_or(batches.len());
        let kept = if near > INLINE_MAX { INLINE_KEPT } else { near };
        let far: Vec<Batch> = batches
            .split_off(kept)
            .into_iter()
            .map(|row| row.1)
            .collect();
        if !far.is_empty() {
            let spill = self.spills.or_insert_with(name.clone(), || Spill {
                after: String::new(),
                due: None,
                points: None,
            });
            far.iter().for_each(|batch| spill.add(batch));
        }
        if let (Some(spill), Some((last, _))) = (self.spills.get_mut(&name), batches.last())
            && (near > INLINE_MAX || spill.after.is_empty())
        {
            spill.after.clone_from(last);
        }
        (batches.into_iter().map(|row| row.1).collect(), far)
    }
}

/// Makes what is stored of a batch under its own key, and its place in a queue, what it is now.
fn store(
    work: &mut Work<'_>,
    member: &Id,
    programme: &Name,
    was: Option<Standing>,
    is: Option<Standing>,
) {
    let place = |standing: &Standing| {
        let batch = &standing.batch;
        let queue = || keys::queue(member, programme, batch.queue()) + &batch.place();
        standing.queued.then(queue)
    };
    let (old, new) = (was.as_ref().and_then(place), is.as_ref().and_then(place));
    match (&was, &is) {
        (_, Some(is)) => work.put(keys::lots(member, programme, is.batch.id()), &is.batch),
        (Some(was), None) => work.delete(keys::lots(member, programme, was.batch.id())),
        (None, None) => {}
    }
    if old != new {
        if let Some(old) = old {
            work.delete(old);
        }
        if let (Some(new), Some(is)) = (new, is) {
            let lot = is.batch.id();
            work.put(new, &QueueRow { lot });
        }
    }
}
