//! Loading lots that do not stand in their account's record.

use super::super::keys;
use super::super::work::Work;
use super::Holdings;
use super::batch::{BATCH_MAX, Batch};
use super::inherit::inherited;
use super::shelf::{QueueRow, Spill};
use crate::domain::amount::Amount;
use crate::domain::ids::{Id, Name};
use crate::domain::instant::Instant;
use crate::domain::lot::{Lot, Queue};
use crate::reject::Reject;
use crate::sorted::sort_by;

/// Batches read at once from a queue.
const PAGE: u32 = 32;

impl Holdings {
    /// Loads lots that are due by `now`, up to about `most` of them; tells whether any were.
    ///
    /// # Errors
    /// Those of the storage.
    pub fn load_due(
        &mut self,
        work: &mut Work<'_>,
        programme: &Name,
        now: Instant,
        most: usize,
    ) -> Result<bool, Reject> {
        let due = |_, spill: &Spill| spill.due.is_some_and(|due| due <= now);
        self.load_while(work, programme, most, &due)
    }

    /// Loads pages of queues as long as there is one to load, up to about `most` lots; tells whether any were.
    fn load_while(
        &mut self,
        work: &mut Work<'_>,
        programme: &Name,
        most: usize,
        wanted: &dyn Fn(Queue, &Spill) -> bool,
    ) -> Result<bool, Reject> {
        let mut loaded = 0;
        while loaded < most {
            let mut queues = self.spills(programme);
            let next = queues.find(|(queue, spill)| wanted(*queue, spill));
            let next = next.map(|(queue, _)| queue);
            drop(queues);
            let Some(queue) = next else { break };
            loaded += self.load_page(work, programme, queue)?;
        }
        Ok(loaded > 0)
    }

    /// Loads lots until the free active ones before those that are not loaded hold `points` beside those of `own`, or all are loaded.
    ///
    /// # Errors
    /// Those of the storage.
    pub fn load_for(
        &mut self,
        work: &mut Work<'_>,
        programme: &Name,
        points: Amount,
        own: Option<&Id>,
    ) -> Result<(), Reject> {
        let queues: Vec<Queue> = self.spills(programme).map(|(queue, _)| queue).collect();
        for queue in queues {
            if queue == Queue::Pending {
                continue;
            }
            loop {
                let shelf = self.shelves.get(programme);
                let spill = shelf.and_then(|shelf| shelf.spills.get(&keys::queue_name(queue)));
                let Some(spill) = spill else { break };
                let account = self.accounts.get(programme);
                let lots = account.into_iter().flat_map(|account| &account.lots);
                let first = lots.filter(|lot| {
                    let others = own.is_none() || lot.order.as_ref() != own;
                    others && lot.active && lot.queue() == queue && lot.place() <= spill.after
                });
                if first.map(Lot::free).sum::<Amount>() >= points {
                    break;
                }
                self.load_page(work, programme, queue)?;
            }
        }
        Ok(())
    }

    /// Loads all open lots of an account, for pages that show them.
    ///
    /// # Errors
    /// Those of the storage.
    pub fn load_all(&mut self, work: &mut Work<'_>, programme: &Name) -> Result<(), Reject> {
        self.load_some(work, programme, usize::MAX)
    }

    /// Loads open lots until there are more than `most`, or all are loaded.
    ///
    /// # Errors
    /// Those of the storage.
    pub fn load_some(
        &mut self,
        work: &mut Work<'_>,
        programme: &Name,
        most: usize,
    ) -> Result<(), Reject> {
        let all = |_, _: &Spill| true;
        self.load_while(work, programme, most.saturating_add(1), &all)
            .map(drop)
    }

    /// Loads all open lots that lapse before an instant, and whatever is pending.
    ///
    /// # Errors
    /// Those of the storage.
    pub fn load_lapsing(
        &mut self,
        work: &mut Work<'_>,
        programme: &Name,
        before: Instant,
    ) -> Result<(), Reject> {
        let lapsing = |queue, spill: &Spill| {
            queue == Queue::Pending || spill.due.is_some_and(|due| due < before)
        };
        self.load_while(work, programme, usize::MAX, &lapsing)
            .map(drop)
    }

    /// Loads lots by their numbers, wherever they stand; closed ones too.
    ///
    /// # Errors
    /// Those of the storage, and [`Reject::Unreadable`] for a lot that is nowhere.
    pub fn load_lots(
        &mut self,
        work: &mut Work<'_>,
        programme: &Name,
        ids: &[u64],
    ) -> Result<(), Reject> {
        for id in ids {
            if self.account(programme).lot(*id).is_none()
                && let Some(batch) = self.tail.take_lot(&self.member, programme, *id)?
            {
                let shelf = self.shelves.or_default(programme.clone());
                shelf.starts.insert(batch.id());
                self.take_lots(programme, &batch, true);
            }
        }
        // A batch is known by its first lot, which is this one or one of the few before it.
        for before in [0..1, 1..BATCH_MAX] {
            let account = self.account(programme);
            let missing = ids.iter().filter(|id| account.lot(**id).is_none());
            let firsts = missing.flat_map(|id| before.clone().map(|few| id.saturating_sub(few)));
            let mut firsts: Vec<u64> = firsts.filter(|first| *first > 0).collect();
            sort_by(&mut firsts, u64::cmp);
            firsts.dedup();
            let key = |first: &u64| keys::lots(&self.member, programme, *first);
            let keys: Vec<String> = firsts.iter().map(key).collect();
            work.fetch(keys.iter().cloned())?;
            for (first, key) in firsts.iter().zip(&keys) {
                if self.account(programme).lot(*first).is_none()
                    && let Some(batch) = work.get::<Batch>(key)?
                {
                    self.take_in(programme, batch);
                }
            }
        }
        for id in ids {
            if self.account(programme).lot(*id).is_none() {
                let batch = inherited(work, &self.member, programme, *id)?;
                let missing = || Reject::Unreadable(keys::lots(&self.member, programme, *id));
                self.take_over(programme, batch.ok_or_else(missing)?);
            }
        }
        Ok(())
    }

    /// Loads the next page of a queue; tells how many lots came.
    pub(super) fn load_page(
        &mut self,
        work: &mut Work<'_>,
        programme: &Name,
        queue: Queue,
    ) -> Result<usize, Reject> {
        let name = keys::queue_name(queue);
        let Some(spill) = self
            .shelves
            .get(programme)
            .and_then(|s| s.spills.get(&name))
        else {
            return Ok(0);
        };
        let after = spill.after.clone();
        let prefix = keys::queue(&self.member, programme, queue);
        let rows = work.scan(&keys::under(
            &prefix,
            Some(&format!("{prefix}{after}")),
            PAGE,
        ))?;
        let more = u32::try_from(rows.len()).is_ok_and(|rows| rows == PAGE);
        let last = rows
            .last()
            .and_then(|row| row.key.strip_prefix(&prefix))
            .map(str::to_owned);
        let mut ids = Vec::new();
        for row in &rows {
            ids.extend(work.get::<QueueRow>(&row.key)?.map(|row| row.lot));
        }
        let known = self.account(programme).lots.len();
        self.load_lots(work, programme, &ids)?;
        let loaded = self.account(programme).lots.len().saturating_sub(known);
        let end = ids.last().and_then(|id| self.account(programme).lot(*id));
        // One that this command has moved says nothing of those behind its old place.
        let end = end.filter(|lot| last.as_ref() == Some(&lot.place()));
        let due = end.and_then(Lot::not_due_before);
        let Some(shelf) = self.shelves.get_mut(programme) else {
            return Ok(0);
        };
        if let (true, Some(after)) = (more, last) {
            shelf.begin_behind(&name, after, due);
        } else {
            shelf.spills.remove(&name);
        }
        Ok(loaded.max(1))
    }

    fn take_in(&mut self, programme: &Name, batch: Batch) {
        self.take_lots(programme, &batch, true);
        self.shelve(programme, batch);
    }

    /// Takes in lots of a member merged into this one: the index of what will lapse names that other one for them.
    fn take_over(&mut self, programme: &Name, batch: Batch) {
        self.take_lots(programme, &batch, false);
        self.shelve(programme, batch);
    }

    fn shelve(&mut self, programme: &Name, batch: Batch) {
        let shelf = self.shelves.or_default(programme.clone());
        shelf.take_in(batch);
    }

    /// With `listed`, their dates stand in the index for this member.
    fn take_lots(&mut self, programme: &Name, batch: &Batch, listed: bool) {
        let account = self.accounts.or_default(programme.clone());
        for lot in batch.lots() {
            if listed {
                self.ahead.loaded(lot);
            }
            let mut lot = lot.clone();
            // An empty lot waits until something comes back.
            if !lot.is_closed() {
                lot.keep_alive(&account.acts);
            }
            account.lots.push(lot);
        }
    }
}
