//! Notices that were made and are not stored yet.

use super::super::scope::Scope;
use super::judge::{first, judge};
use super::look::words;
use super::onward::onward;
use crate::domain::amount::Amount;
use crate::domain::ids::Id;
use crate::domain::member::Member;
use crate::domain::notice::{Channel, Notice, NoticeId, State};
use crate::records::state::Mark;
use crate::records::{Work, keys};
use crate::reject::Reject;

/// Notices of one commit.
#[derive(Debug, Default)]
pub(super) struct Made {
    new: Vec<(NoticeId, Notice)>,
    again: Vec<(NoticeId, Notice)>,
}

impl Made {
    /// Adds one.
    pub(super) fn add(&mut self, member: &Id, tail: String, notice: Notice) {
        let id = NoticeId {
            member: member.clone(),
            tail,
        };
        self.new.push((id, notice));
    }

    /// Adds one that an earlier page of the same check finds too, as things stand now. What stood otherwise by then is made up for.
    pub(super) fn add_again(&mut self, member: &Id, tail: String, notice: Notice) {
        self.add(member, tail, notice);
        self.again.extend(self.new.pop());
    }

    /// How many records they are, at most.
    #[must_use]
    pub(super) fn size(&self) -> usize {
        self.new
            .len()
            .saturating_add(self.again.len())
            .saturating_mul(3)
    }

    /// Each of them, on the first page that finds it.
    pub(super) fn each(self) -> Vec<(NoticeId, Notice)> {
        self.new
    }

    /// Stores those that weren't made before; tells how many.
    ///
    /// # Errors
    /// Those of the storage.
    pub(super) fn store(self, scope: &mut Scope<'_>) -> Result<u32, Reject> {
        let mut needed: Vec<String> = Vec::new();
        for (id, _) in self.new.iter().chain(&self.again) {
            needed.push(keys::notice(id));
            needed.push(keys::member(&id.member));
            needed.push(keys::reach(&id.member));
        }
        scope.work.fetch(needed)?;
        let mut stored: u32 = 0;
        for (id, notice) in self.new.into_iter().chain(self.again) {
            if !scope.work.has(&keys::notice(&id))? {
                begin(scope, &id, notice)?;
                stored = stored.saturating_add(1);
            }
        }
        Ok(stored)
    }
}

/// Stores a notice that is new, as the policy has it, for the channel by which it costs least where only one is tried at a
/// time.
///
/// # Errors
/// Those of the storage.
pub(super) fn begin(
    scope: &mut Scope<'_>,
    id: &NoticeId,
    mut notice: Notice,
) -> Result<(), Reject> {
    notice.as_text = as_text(scope, id, &notice)?;
    let ways = scope.merchant.every_route_of(notice.kind, notice.as_text);
    let cheapest = ways.first().filter(|_| notice.as_text.is_some());
    let Some(channel) = cheapest.filter(|channel| **channel != notice.channel) else {
        return keep(scope, id, notice);
    };
    notice.channel = *channel;
    let id = id.by(*channel);
    if scope.work.has(&keys::notice(&id))? {
        return Ok(());
    }
    keep(scope, &id, notice)
}

/// What a notice would cost as a text message, as it reads now; none where the order of its channels doesn't depend on it.
///
/// # Errors
/// Those of the storage.
pub(super) fn as_text(
    scope: &mut Scope<'_>,
    id: &NoticeId,
    notice: &Notice,
) -> Result<Option<Amount>, Reject> {
    if notice.state != State::Queued || !scope.merchant.ranks_by_length(notice.kind) {
        return Ok(None);
    }
    let member: Option<Member> = scope.work.get(&keys::member(&id.member))?;
    let Some(member) = member else {
        return Ok(None);
    };
    let mut text = notice.clone();
    text.channel = Channel::Sms;
    let said = words(scope, id, &mut text, &member)?;
    Ok(judge(scope, &text, &member, said.as_ref(), notice.from)?.cost)
}

/// Stores a notice that is new, as the policy has it. One that may not go is handed on to the next channel.
///
/// # Errors
/// Those of the storage.
pub(super) fn keep(scope: &mut Scope<'_>, id: &NoticeId, mut notice: Notice) -> Result<(), Reject> {
    first(scope, id, &mut notice)?;
    if let State::Denied(_) = notice.state {
        let next = scope.merchant.after(&notice);
        let now = scope.now;
        onward(&mut scope.work, id, &mut notice, next, now)?;
    }
    put_new(&mut scope.work, id, &notice);
    Ok(())
}

/// Stores a notice that is new, with its place among those of its time.
pub(super) fn put_new(work: &mut Work<'_>, id: &NoticeId, notice: &Notice) {
    work.put(keys::made(notice.made, id), &Mark {});
    put_in(work, id, notice);
}

/// Stores a notice, in the outbox as well while it is open.
pub(super) fn put(scope: &mut Scope<'_>, id: &NoticeId, notice: &Notice) {
    put_in(&mut scope.work, id, notice);
}

/// The same, where there is no more than the work.
pub(super) fn put_in(work: &mut Work<'_>, id: &NoticeId, notice: &Notice) {
    work.put(keys::notice(id), notice);
    if notice.is_open() {
        let place = keys::outbox(notice.channel, notice.from, notice.until, id);
        work.put(place, &Mark {});
    }
}
