//! Notices that were made and are not stored yet.

use super::super::scope::Scope;
use super::judge::first;
use super::onward::onward;
use crate::domain::ids::Id;
use crate::domain::notice::{Notice, NoticeId, State};
use crate::records::state::Mark;
use crate::records::{Work, keys};
use crate::reject::Reject;

/// Notices of one commit.
#[derive(Debug, Default)]
pub(super) struct Made(Vec<(NoticeId, Notice)>);

impl Made {
    /// Adds one.
    pub(super) fn add(&mut self, member: &Id, tail: String, notice: Notice) {
        let id = NoticeId {
            member: member.clone(),
            tail,
        };
        self.0.push((id, notice));
    }

    /// How many records they are, at most.
    #[must_use]
    pub(super) fn size(&self) -> usize {
        self.0.len().saturating_mul(2)
    }

    /// All of them.
    pub(super) fn all(self) -> Vec<(NoticeId, Notice)> {
        self.0
    }

    /// Stores those that weren't made before; tells how many.
    ///
    /// # Errors
    /// Those of the storage.
    pub(super) fn store(self, scope: &mut Scope<'_>) -> Result<u32, Reject> {
        let mut needed: Vec<String> = Vec::new();
        for (id, _) in &self.0 {
            needed.push(keys::notice(id));
            needed.push(keys::member(&id.member));
            needed.push(keys::reach(&id.member));
        }
        scope.work.fetch(needed)?;
        let mut stored: u32 = 0;
        for (id, notice) in self.0 {
            if !scope.work.has(&keys::notice(&id))? {
                begin(scope, &id, notice)?;
                stored = stored.saturating_add(1);
            }
        }
        Ok(stored)
    }
}

/// Stores a notice that is new, as the policy has it. One that may not go is handed on to the next channel.
///
/// # Errors
/// Those of the storage.
pub(super) fn begin(
    scope: &mut Scope<'_>,
    id: &NoticeId,
    mut notice: Notice,
) -> Result<(), Reject> {
    first(scope, id, &mut notice)?;
    if let State::Denied(_) = notice.state {
        let next = scope.merchant.after(notice.kind, notice.channel);
        let now = scope.now;
        onward(&mut scope.work, id, &mut notice, next, now)?;
    }
    put(scope, id, &notice);
    Ok(())
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
