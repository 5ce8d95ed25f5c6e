//! What every command starts with: the time, the configuration, and accounts on which everything due
//! by then is posted.

use super::command::PORTIONS_MAX;
use super::portion::portion;
use super::{notices, tiers};
use crate::domain::amount::Amount;
use crate::domain::award::Facts;
use crate::domain::config::{Merchant, Programme};
use crate::domain::ids::{Id, Name};
use crate::domain::instant::Instant;
use crate::domain::limit::{Counter, Counters};
use crate::domain::member::Member;
use crate::domain::order_file::OrderFile;
use crate::ports::{Level, Ports};
use crate::records::holdings::Holdings;
use crate::records::state::{InForce, Spent, Used};
use crate::records::{WRITES_MAX, Work, keys};
use crate::reject::Reject;
use crate::shared::Shared;

/// Lots that are posted together with a command, at most. More are posted in commits of their own
/// before it: they are facts whatever becomes of the command.
pub const SETTLED_MAX: usize = 200;

/// The same of each of two members whose accounts one commit changes.
const SETTLED_OF_TWO: usize = 40;

/// Records that opening one member's accounts and changing them may write in a commit: of each posted lot its
/// record, its place in a queue and an entry, and a few more.
pub const ROOM: usize = 3 * SETTLED_MAX + 50;

/// Posts a portion of what is due on a member's accounts, by itself; tells whether that was all.
fn post(ports: &dyn Ports, (member, now): (&Id, Instant)) -> Result<bool, Reject> {
    let mut scope = Scope::new(ports, now, true, &[])?;
    let mut holdings = Holdings::load(&mut scope.work, member, now)?;
    let all = scope.settle(&mut holdings, SETTLED_MAX)?;
    scope.save(holdings)?;
    // A conflict is no harm: the next try finds what is there.
    scope.work.commit()?;
    Ok(all)
}

/// Refuses points that a programme can't have.
///
/// # Errors
/// [`Reject::Invalid`] at `/points`.
pub fn whole(programme: &Programme, points: Amount) -> Result<(), Reject> {
    if points.floor_to(programme.unit()) == points {
        return Ok(());
    }
    let unit = format!("a multiple of {}", programme.unit());
    Err(Reject::invalid("/points", points, &unit))
}

/// Why a flow stopped.
#[derive(Clone, Debug, PartialEq)]
pub enum Stop {
    /// It was refused.
    Reject(Reject),
    /// So much was due on an account that a portion of it was committed first, or others changed what was being
    /// read: begin anew.
    Again,
}

impl From<Reject> for Stop {
    fn from(reject: Reject) -> Self {
        Self::Reject(reject)
    }
}

/// One try of a command.
pub struct Scope<'p> {
    /// What is read and written.
    pub work: Work<'p>,
    /// The time, read once.
    pub now: Instant,
    /// The configuration in force.
    pub merchant: Merchant,
    /// Its number.
    pub number: u32,
    /// When it was applied.
    pub since: Instant,
    ports: &'p dyn Ports,
    durable: bool,
}

impl<'p> Scope<'p> {
    /// A try at `now`; `durable` if it may commit. `keys` are read in the same call as the configuration.
    ///
    /// # Errors
    /// [`Reject::NotConfigured`] and those of the storage.
    pub fn new(
        ports: &'p dyn Ports,
        now: Instant,
        durable: bool,
        keys: &[String],
    ) -> Result<Self, Reject> {
        let mut work = Work::new(ports);
        let configuration = [keys::CONFIGURATION.to_owned()];
        work.fetch(configuration.into_iter().chain(keys.iter().cloned()))?;
        let InForce {
            number,
            at: since,
            document: merchant,
        } = work
            .get(keys::CONFIGURATION)?
            .ok_or(Reject::NotConfigured)?;
        Ok(Self {
            work,
            now,
            merchant,
            number,
            since,
            ports,
            durable,
        })
    }

    /// A line for the operator, without personal data.
    pub fn log(&self, level: Level, context: &str, text: &str) {
        self.ports.log(level, context, text);
    }

    /// The named programme, or the only one.
    ///
    /// # Errors
    /// [`Reject::UnknownProgramme`], and [`Reject::Invalid`] where there are several and none is named.
    pub fn programme(&self, name: Option<&str>) -> Result<(Name, Shared<Programme>), Reject> {
        let programmes = &self.merchant.programmes;
        let found = match name {
            Some(name) => programmes
                .get_key_value(name)
                .ok_or_else(|| Reject::UnknownProgramme(name.to_owned()))?,
            None => {
                let mut all = programmes.iter();
                let names: Vec<&str> = programmes.keys().map(Name::as_str).collect();
                match (all.next(), all.next()) {
                    (Some(only), None) => only,
                    _ => {
                        return Err(Reject::invalid(
                            "/programme",
                            "nothing",
                            &format!("one of {}", names.join(", ")),
                        ));
                    }
                }
            }
        };
        Ok((found.0.clone(), found.1.clone()))
    }

    /// One unit of money.
    #[must_use]
    pub fn money_unit(&self) -> Amount {
        self.merchant.money_unit()
    }

    /// A member's accounts with everything due by now posted, in every programme.
    ///
    /// # Errors
    /// Those of the storage; [`Stop::Again`] after a portion was committed.
    pub fn open(&mut self, member: &Id) -> Result<Holdings, Stop> {
        self.open_within(member, SETTLED_MAX)
    }

    /// The same, with about so many lots posted together with the command, at most.
    fn open_within(&mut self, member: &Id, most: usize) -> Result<Holdings, Stop> {
        let mut holdings = Holdings::load(&mut self.work, member, self.now)?;
        if !self.settle(&mut holdings, most)? {
            if self.durable {
                // What the command has decided so far is not part of it, or it would be done twice.
                for _ in 0..PORTIONS_MAX {
                    if portion(self.ports, (member, self.now), post)? {
                        break;
                    }
                }
                return Err(Stop::Again);
            }
            while !self.settle(&mut holdings, SETTLED_MAX)? {}
        }
        Ok(holdings)
    }

    /// Commits what was decided so far by itself, because it is true whatever becomes of the command, and has the command
    /// begin anew.
    ///
    /// # Errors
    /// Those of the storage.
    pub fn portion(&mut self) -> Result<Stop, Reject> {
        let work = std::mem::replace(&mut self.work, Work::new(self.ports));
        // A conflict is no harm: the next try finds what is there.
        work.commit()?;
        Ok(Stop::Again)
    }

    /// Whether a portion could be committed and another one of so many records would not fit beside what is decided.
    #[must_use]
    pub fn is_full(&self, more: usize) -> bool {
        self.durable && self.work.size().saturating_add(more) > WRITES_MAX
    }

    /// Goes on only if all that was read so far still stands. An order tells its member, so that the member's accounts
    /// are read after it: both must be of one time, or what is decided on them makes no sense.
    ///
    /// # Errors
    /// [`Stop::Again`], and those of the storage.
    pub fn at_one_time(&self) -> Result<(), Stop> {
        if self.work.is_stale()? {
            return Err(Stop::Again);
        }
        Ok(())
    }

    /// A member's accounts as reads show them, with everything due posted. Nothing of it is to be saved.
    ///
    /// # Errors
    /// Those of the storage.
    pub fn peek(&mut self, member: &Id) -> Result<Holdings, Reject> {
        let mut holdings = Holdings::load(&mut self.work, member, self.now)?;
        while !self.settle(&mut holdings, SETTLED_MAX)? {}
        Ok(holdings)
    }

    /// Posts what is due, at most about `most` lots of all accounts; tells whether that is all.
    ///
    /// # Errors
    /// Those of the storage.
    pub fn settle(&mut self, holdings: &mut Holdings, most: usize) -> Result<bool, Reject> {
        let at = holdings.at;
        if let Some(tier) = &mut holdings.tier {
            tier.settle(at);
        }
        let programmes: Vec<Name> = holdings.accounts.keys().cloned().collect();
        let most = most.div_ceil(programmes.len().max(1));
        let mut all = true;
        for programme in programmes {
            loop {
                let loaded = holdings.load_due(&mut self.work, &programme, at, most)?;
                let settled = holdings.account(&programme).settle(at, most);
                all &= settled;
                // Lots that were activated may have lapsed lots behind them in another queue.
                if !settled || !loaded {
                    break;
                }
            }
        }
        Ok(all)
    }

    /// A member's accounts, if the member is known by a record or an account.
    ///
    /// # Errors
    /// [`Reject::UnknownMember`], and as [`Self::open`].
    pub fn open_known(&mut self, member: &Id) -> Result<Holdings, Stop> {
        self.open_known_within(member, SETTLED_MAX)
    }

    fn open_known_within(&mut self, member: &Id, most: usize) -> Result<Holdings, Stop> {
        let holdings = self.open_within(member, most)?;
        if !holdings.known && !self.is_member(member)? {
            return Err(Reject::UnknownMember(member.to_string()).into());
        }
        Ok(holdings)
    }

    /// The accounts of an order's member. If that was merged, the order goes with it to the surviving one.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_of(&mut self, file: &mut OrderFile) -> Result<Holdings, Stop> {
        loop {
            let holdings = self.open(&file.member)?;
            match &holdings.merged {
                Some(merged) => file.follow(merged),
                None => return Ok(holdings),
            }
        }
    }

    /// The accounts of two members who are known and not merged, both at one time.
    ///
    /// # Errors
    /// As [`Self::open_known`], and [`Reject::Merged`].
    pub fn open_two(&mut self, one: &Id, other: &Id) -> Result<(Holdings, Holdings), Stop> {
        let mut one = self.open_known_within(one, SETTLED_OF_TWO)?.live()?;
        let mut other = self.open_known_within(other, SETTLED_OF_TWO)?.live()?;
        // A clock that stepped back may have left them apart.
        let at = one.at.max(other.at);
        for holdings in [&mut one, &mut other] {
            if holdings.at < at {
                holdings.at = at;
                self.settle(holdings, usize::MAX)?;
            }
        }
        Ok((one, other))
    }

    /// Whether the platform has told of the member.
    ///
    /// # Errors
    /// Those of the storage.
    pub fn is_member(&mut self, member: &Id) -> Result<bool, Reject> {
        let record: Option<Member> = self.work.get(&keys::member(member))?;
        Ok(record.is_some())
    }

    /// What rules may look at of a member, whose accounts are opened.
    ///
    /// # Errors
    /// Those of the storage.
    pub fn facts(&mut self, holdings: &Holdings) -> Result<Facts, Reject> {
        let record: Option<Member> = self.work.get(&keys::member(&holdings.member))?;
        let mut facts = record
            .map(|member| Facts {
                tier: member.tier,
                level: None,
                tags: member.tags,
            })
            .unwrap_or_default();
        tiers::tell(&self.merchant, holdings, &mut facts);
        Ok(facts)
    }

    /// Writes a member's accounts back, and the notices of what happened to them.
    ///
    /// # Errors
    /// Those of the storage.
    pub fn save(&mut self, holdings: Holdings) -> Result<(), Reject> {
        notices::tell(self, &holdings)?;
        holdings.save(&mut self.work, self.now, self.merchant.zone);
        Ok(())
    }

    /// The counters that the programme's limits need for a member, read in one call.
    ///
    /// # Errors
    /// Those of the storage.
    pub fn counters(
        &mut self,
        member: &Id,
        programmes: &[(Name, Shared<Programme>)],
    ) -> Result<Counters, Reject> {
        let mut of_member = Vec::new();
        let mut budgets = Vec::new();
        for (name, programme) in programmes {
            let rules = programme.earn.iter();
            let rules = rules.map(|rule| (Some(&rule.id), &rule.limits));
            for (rule, limits) in rules.chain([(None, &programme.limits)]) {
                if !limits.count_member() && limits.budget.is_none() {
                    continue;
                }
                let counter = match rule {
                    Some(rule) => Counter::Rule(name.clone(), rule.clone()),
                    None => Counter::Programme(name.clone()),
                };
                if limits.count_member() {
                    of_member.push((keys::used(member, &counter), counter.clone()));
                }
                if limits.budget.is_some() {
                    budgets.push((keys::budget(&counter), counter));
                }
            }
        }
        let all = of_member.iter().chain(&budgets).map(|(key, _)| key.clone());
        self.work.fetch(all)?;
        let mut counters = Counters::default();
        for (key, counter) in of_member {
            if let Some(used) = self.work.get::<Used>(&key)? {
                counters.members.insert(counter, used.usage);
            }
        }
        for (key, counter) in budgets {
            if let Some(spent) = self.work.get::<Spent>(&key)? {
                counters.budgets.insert(counter, spent.points);
            }
        }
        Ok(counters)
    }

    /// Writes the counters that changed.
    pub fn save_counters(&mut self, member: &Id, before: &Counters, after: &Counters) {
        for (counter, usage) in &after.members {
            if before.members.get(counter) != Some(usage) {
                self.work.put(
                    keys::used(member, counter),
                    &Used {
                        usage: usage.clone(),
                    },
                );
            }
        }
        for (counter, points) in &after.budgets {
            if before.budgets.get(counter) != Some(points) {
                self.work
                    .put(keys::budget(counter), &Spent { points: *points });
            }
        }
    }
}
