//! A member's accounts as they are kept: one record for all of them, with the first few open lots of each
//! queue in it and what happened of late behind it. Further lots, closed ones, and what happened before stand under keys of
//! their own, so that a command costs the same however long the history and however many lots are open. Lots of one
//! grant stand together.

mod ahead;
mod batch;
mod inherit;
mod load;
mod past;
mod record;
mod shelf;
mod tail;

use super::keys;
use super::work::Work;
use crate::domain::account::Account;
use crate::domain::acts::Acts;
use crate::domain::amount::Amount;
use crate::domain::config::{Act, Expiry};
use crate::domain::ids::{Id, Name};
use crate::domain::instant::Instant;
use crate::domain::lot::{Lot, Queue};
use crate::domain::merge::Merged;
use crate::domain::tier::Tier;
use crate::domain::zone::Zone;
use crate::reject::Reject;
use crate::sorted::set;
use crate::sorted_map::SortedMap;
use ahead::Ahead;
use batch::Batch;
use record::{AccountRecord, Record};
use shelf::{Shelf, Spill};
use tail::Tail;

/// All accounts of one member.
#[derive(Clone, Debug)]
pub struct Holdings {
    /// Whose.
    pub member: Id,
    /// When the first of them came to be; later bulk grants reach only older ones.
    pub since: Instant,
    /// The time of the last command; a clock that stepped back does not turn it back.
    pub at: Instant,
    /// Whether there is a record.
    pub known: bool,
    /// What became of it, if it was merged into another member: nothing is done with it any more.
    pub merged: Option<Merged>,
    /// Its level and the sums behind it, where something was counted.
    pub tier: Option<Box<Tier>>,
    /// By programme; boxed, since a map makes room for eleven values at once.
    pub accounts: SortedMap<Name, Box<Account>>,
    shelves: SortedMap<Name, Box<Shelf>>,
    indexed: Option<Instant>,
    ahead: Ahead,
    tail: Tail,
}

impl Holdings {
    /// The member's accounts at `now`, or none with `known` false.
    ///
    /// # Errors
    /// Those of the storage.
    pub fn load(work: &mut Work<'_>, member: &Id, now: Instant) -> Result<Self, Reject> {
        let mut holdings = Self {
            member: member.clone(),
            since: now,
            at: now,
            known: false,
            merged: None,
            tier: None,
            accounts: SortedMap::new(),
            shelves: SortedMap::new(),
            indexed: None,
            ahead: Ahead::default(),
            tail: Tail::default(),
        };
        if let Some((record, lines)) = work.get_with::<Record>(&keys::account(member))? {
            holdings.tail = Tail::stored(lines);
            holdings.known = true;
            holdings.since = record.since;
            holdings.at = now.max(record.at);
            holdings.indexed = record.due;
            holdings.ahead.listed = record.listed;
            holdings.merged = record.merged;
            holdings.tier = record.tier;
            for (programme, record) in record.accounts {
                let shelf = Shelf {
                    spills: record.spills,
                    starts: set(record.lots.iter().map(Batch::id)),
                    ..Shelf::default()
                };
                let lots = record.lots.into_iter().flat_map(Batch::into_lots);
                let lots = lots.inspect(|lot| holdings.ahead.loaded(lot));
                holdings.shelves.insert(programme.clone(), Box::new(shelf));
                let account = Account {
                    entries: record.entries,
                    lots_made: record.lots_made,
                    debt: record.debt,
                    active: record.active,
                    pending: record.pending,
                    held: record.held,
                    acts: Acts {
                        last: record.last_act,
                        since: record.acting_since,
                        kinds: record.acts,
                    },
                    holds: record.holds,
                    lots: lots.collect(),
                    journal: Vec::new(),
                };
                holdings.accounts.insert(programme, Box::new(account));
            }
        }
        Ok(holdings)
    }

    /// These, of a member that was not merged.
    ///
    /// # Errors
    /// [`Reject::Merged`].
    pub fn live(self) -> Result<Self, Reject> {
        match &self.merged {
            Some(merged) => Err(Reject::merged(&self.member, &merged.into)),
            None => Ok(self),
        }
    }

    /// When the stored record says that something falls due, as the index of dues has it.
    #[must_use]
    pub fn due(&self) -> Option<Instant> {
        self.indexed
    }

    /// The account of a programme; an empty one where there is none yet.
    pub fn account(&mut self, programme: &Name) -> &mut Account {
        self.accounts.or_default(programme.clone())
    }

    /// Notes an act of the member in a programme of that policy.
    pub fn act(&mut self, programme: &Name, act: Act, policy: &Expiry, zone: Zone) {
        let at = self.at;
        let mut spills = self.spills(programme);
        let more = spills.any(|(queue, _)| matches!(queue, Queue::Idle(_)));
        drop(spills);
        if policy.counts(act) || self.accounts.contains_key(programme) {
            self.account(programme).act(act, at, (policy, zone), more);
        }
    }

    /// The queues of an account that are stored in part, and that part.
    fn spills(&self, programme: &Name) -> impl Iterator<Item = (Queue, &Spill)> {
        let spills = self.shelves.get(programme).map(|shelf| &shelf.spills);
        let queues = spills.into_iter().flatten();
        queues.filter_map(|(name, spill)| Some((keys::queue_of(name)?, spill)))
    }

    /// When the first of the lots that are pending, or of those that are active, falls due.
    fn first_due(&self, programme: &Name, pending: bool) -> Option<Instant> {
        let account = self.accounts.get(programme)?;
        let lots = account.lots.iter().filter(|lot| lot.active != pending);
        let spilled = self.spills(programme);
        let spilled = spilled.filter(|(queue, _)| (*queue == Queue::Pending) == pending);
        lots.filter_map(Lot::due)
            .chain(spilled.filter_map(|(_, spill)| spill.due))
            .min()
    }

    /// What falls due next, and how many points: with `pending` what activates, else what lapses.
    ///
    /// # Errors
    /// Those of the storage.
    pub fn next(
        &mut self,
        work: &mut Work<'_>,
        programme: &Name,
        pending: bool,
    ) -> Result<Option<(Instant, Amount)>, Reject> {
        // What is stored elsewhere and not counted is loaded until the instant is exact.
        while let Some(at) = self.first_due(programme, pending) {
            let spills = self.spills(programme);
            let of_kind = |queue: &Queue| (*queue == Queue::Pending) == pending;
            let due: Vec<(Queue, Option<Amount>)> = spills
                .filter(|(queue, spill)| of_kind(queue) && spill.due == Some(at))
                .map(|(queue, spill)| (queue, spill.points))
                .collect();
            if let Some((queue, _)) = due.iter().find(|(_, points)| points.is_none()) {
                self.load_page(work, programme, *queue)?;
                continue;
            }
            let stored = due.iter().filter_map(|(_, points)| *points);
            let lots = self.accounts.get(programme).map(|account| &account.lots);
            let lots = lots.into_iter().flatten();
            let lots = lots.filter(|lot| lot.active != pending && lot.due() == Some(at));
            return Ok(Some((at, lots.map(Lot::free).chain(stored).sum())));
        }
        Ok(None)
    }

    /// Writes all accounts, the entries of this command, when to look at them again, and the dates on which
    /// points lapse, local to `zone`.
    pub fn save(mut self, work: &mut Work<'_>, posted_at: Instant, zone: Zone) {
        let member = self.member.clone();
        let mut record = Record {
            since: self.since,
            at: self.at,
            due: None,
            listed: None,
            merged: self.merged.take(),
            tier: self.tier.take(),
            accounts: SortedMap::new(),
        };
        if let Some(tier) = &mut record.tier {
            for change in tier.journal.drain(..) {
                let key = keys::tier_change(&member, change.sequence);
                work.put(key, &super::state::Changed { change });
            }
            record.due = tier.due();
        }
        for (programme, account) in std::mem::take(&mut self.accounts) {
            let shelf = self.shelves.remove(&programme).unwrap_or_default();
            for mut entry in account.journal {
                entry.posted_at = Some(posted_at);
                self.tail.add_entry(&programme, &entry);
            }
            self.ahead.list(work, &member, zone, &account.lots);
            let hold_ends = account.holds.iter().map(|hold| hold.until).min();
            let whose = (&member, &programme);
            let (lots, spills) = shelf.put_away(work, whose, account.lots, &mut self.tail);
            let dues = lots
                .iter()
                .map(Batch::due)
                .chain(spills.values().map(|spill| spill.due));
            record.due = [record.due, hold_ends, dues.flatten().min()]
                .into_iter()
                .flatten()
                .min();
            let account = AccountRecord {
                entries: account.entries,
                lots_made: account.lots_made,
                debt: account.debt,
                active: account.active,
                pending: account.pending,
                held: account.held,
                last_act: account.acts.last,
                acting_since: account.acts.since,
                acts: account.acts.kinds,
                holds: account.holds,
                lots,
                spills,
            };
            record.accounts.insert(programme, Box::new(account));
        }
        if self.indexed != record.due {
            if let Some(old) = self.indexed {
                work.delete(keys::due(old, &member));
            }
            if let Some(new) = record.due {
                work.put(keys::due(new, &member), &super::state::Mark {});
            }
        }
        record.listed = self.ahead.listed;
        // What is left of a merged member is looked for by its rows.
        if self.tail.is_long() || record.merged.is_some() {
            self.tail.spill(work, &member);
        }
        work.put_with(keys::account(&member), &record, self.tail.text());
    }
}
