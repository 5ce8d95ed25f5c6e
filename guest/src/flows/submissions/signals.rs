//! What looks like fraud: one carrier of many members, one picture in several uploads, many failures of one member. None of it
//! refuses anything.

use super::book::known;
use crate::domain::campaign::Actor;
use crate::domain::ids::Id;
use crate::flows::campaigns::access;
use crate::flows::scope::{Scope, Stop};
use crate::records::codec;
use crate::records::keys::{self, Book};
use crate::records::sent_in::Signal;
use crate::reject::Reject;
use crate::sorted::sort_by;

/// Members that a signal names, at most.
const MEMBERS_MAX: usize = 20;

/// Something that may come to look like fraud.
pub(super) struct Sight<'a> {
    /// `carrier`, `picture` or `failures`.
    pub(super) kind: &'static str,
    /// What it is about, as a key has it.
    pub(super) about: &'a str,
    /// Who.
    pub(super) member: &'a Id,
    /// The submission.
    pub(super) id: Option<&'a str>,
}

impl Sight<'_> {
    /// Whether it does.
    fn is_signal(&self, signal: &Signal) -> bool {
        match self.kind {
            "carrier" => signal.members.len() >= 3,
            "picture" => signal.count >= 2,
            _ => signal.count >= 5,
        }
    }

    /// Notes it.
    ///
    /// # Errors
    /// Those of the storage.
    #[inline(never)]
    pub(super) fn note(&self, scope: &mut Scope<'_>, book: &Book) -> Result<(), Reject> {
        let tail = [self.kind, "/", self.about].concat();
        let key = keys::of_book(keys::SEEN, book, &tail);
        let known: Option<Signal> = scope.work.get(&key)?;
        let mut signal = known.unwrap_or(Signal {
            count: 0,
            at: scope.now,
            members: Vec::new(),
            id: None,
        });
        signal.count = signal.count.saturating_add(1);
        signal.at = scope.now;
        signal.id = self.id.map(str::to_owned).or(signal.id);
        if !signal.members.contains(self.member) {
            signal.members.push(self.member.clone());
            if signal.members.len() > MEMBERS_MAX {
                signal.members.remove(0);
            }
            sort_by(&mut signal.members, Id::cmp);
        }
        if self.is_signal(&signal) {
            let shown = keys::of_book(keys::SIGNALS, book, &tail);
            scope.work.put(shown, &signal);
        }
        scope.work.put(key, &signal);
        Ok(())
    }
}

/// Signals by what they are about, and the place behind which more may follow.
type Page = (Vec<(String, Signal)>, Option<String>);

/// A page of signals, by kind and then by what they are about, and the place behind which more may follow.
///
/// # Errors
/// Those of [`access`], [`Reject::UnknownCampaign`], and those of the storage.
pub fn signals(
    scope: &mut Scope<'_>,
    actor: &Actor,
    campaign: &Id,
    (after, limit): (Option<&str>, u32),
) -> Result<Page, Stop> {
    access(scope, actor)?;
    let rules = known(scope, campaign)?;
    let prefix = rules.book.under(keys::SIGNALS);
    let after = after.map(|after| [&prefix, after].concat());
    let rows = scope
        .work
        .scan(&keys::under(&prefix, after.as_deref(), limit))?;
    let more = u32::try_from(rows.len()).is_ok_and(|rows| rows == limit);
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        let about = row.key.strip_prefix(&prefix).unwrap_or_default();
        found.push((about.to_owned(), codec::decode(&row.key, &row.value)?));
    }
    let next = found
        .last()
        .filter(|_| more)
        .map(|(about, _)| about.clone());
    Ok((found, next))
}
