//! A campaign as members meet it, and the rows of its book.

use crate::domain::campaign::{Campaign, State};
use crate::domain::config::Verifier;
use crate::domain::ids::{Id, Name};
use crate::domain::instant::Instant;
use crate::domain::member::Member;
use crate::domain::submission::{Message, Participant, Submission, Tally};
use crate::flows::members::live;
use crate::flows::scope::Scope;
use crate::records::keys::{self, Book};
use crate::records::sent_in::Which;
use crate::records::state::Mark;
use crate::reject::Reject;
use siphasher::sip::SipHasher24;
use stampcard_invoice::judging::Conditions;
use std::hash::Hasher;

/// Records over which a campaign's counters are spread, so that members don't wait for each other.
pub(super) const SHARDS: u64 = 8;

/// A campaign with its book.
pub(super) struct Rules {
    pub(super) campaign: Campaign,
    pub(super) book: Book,
    pub(super) state: State,
}

/// The campaign of that id; none: there is none.
#[inline(never)]
pub(super) fn rules(scope: &mut Scope<'_>, campaign: &Id) -> Result<Option<Rules>, Reject> {
    let found: Option<Campaign> = scope.work.get(&keys::campaign(campaign))?;
    Ok(found.map(|found| {
        let state = found.state(scope.now);
        Rules {
            book: Book {
                campaign: campaign.clone(),
                draft: state == State::Draft,
            },
            campaign: found,
            state,
        }
    }))
}

/// The same, for people of the merchant's.
#[inline(never)]
pub(super) fn known(scope: &mut Scope<'_>, campaign: &Id) -> Result<Rules, Reject> {
    let found = rules(scope, campaign)?;
    found.ok_or_else(|| Reject::UnknownCampaign(campaign.to_string()))
}

impl Rules {
    /// Why nothing is taken in now by a channel; none: it is.
    pub(super) fn closed(&self, scope: &Scope<'_>, channel: &Id) -> Option<Message> {
        let section = scope.merchant.campaigns.as_ref();
        let section = section.filter(|section| section.enabled);
        let own = self.campaign.settings.channel.as_ref();
        let linked = section.and_then(|section| section.channels.get(channel.as_str()));
        let linked = linked.is_some_and(|it| it.linked && it.liff_id.is_some());
        if own != Some(channel) || !linked {
            return Some(Message::NotThere);
        }
        match self.state {
            State::Draft | State::Running => None,
            State::Scheduled => Some(Message::NotStarted),
            State::Paused => Some(Message::NotThere),
            State::Ended => Some(Message::Ended),
        }
    }

    /// Why no invoice is taken in now by a channel; none: it is. A draft may have no conditions yet.
    pub(super) fn refuses(&self, scope: &Scope<'_>, channel: &Id) -> Option<Message> {
        let closed = self.closed(scope, channel);
        closed.or_else(|| self.conditions().is_none().then_some(Message::Unexpected))
    }

    /// Its conditions; none: a draft has none yet.
    pub(super) fn conditions(&self) -> Option<Conditions> {
        let settings = &self.campaign.settings;
        let terms = settings.conditions.as_ref()?;
        let terms = terms.terms(settings.reward.as_ref());
        Conditions::new(&terms, None).ok()
    }

    /// Who answers for its invoices, by the first name of its key.
    pub(super) fn verifier(&self, scope: &Scope<'_>) -> Option<(Name, Verifier)> {
        let settings = &self.campaign.settings;
        let trial = settings.trial_verifier.as_ref();
        let name = trial
            .filter(|_| self.book.draft)
            .or(settings.verifier.as_ref());
        let section = scope.merchant.campaigns.as_ref()?;
        let (_, verifier) = section.verifier(name)?;
        Some((section.first_name(verifier)?.clone(), verifier.clone()))
    }
}

/// The record of a member that is known and was not merged.
#[inline(never)]
pub(super) fn member(scope: &mut Scope<'_>, member: &Id) -> Result<Member, Reject> {
    if let Some(record) = scope.work.get(&keys::member(member))? {
        return live(record);
    }
    if scope.work.has(&keys::account(member))? {
        return Ok(Member::new(member.clone()));
    }
    Err(Reject::UnknownMember(member.to_string()))
}

/// The record of a member, or of the one that it was merged into, as it is now.
#[inline(never)]
pub(in crate::flows) fn survivor(scope: &mut Scope<'_>, of: &Id) -> Result<Member, Reject> {
    let mut id = of.clone();
    loop {
        let record: Option<Member> = scope.work.get(&keys::member(&id))?;
        match record {
            Some(record) => match record.merged_into {
                Some(into) => id = into,
                None => return Ok(record),
            },
            None => return Ok(Member::new(id)),
        }
    }
}

/// With which submission the same invoice passed.
#[inline(never)]
pub(super) fn passed(
    scope: &mut Scope<'_>,
    book: &Book,
    it: &Submission,
) -> Result<Option<Which>, Reject> {
    let locks = keys::locks(book, &it.period, &it.number);
    scope.work.fetch(locks.clone())?;
    for lock in &locks {
        if let Some(passed) = scope.work.get(lock)? {
            return Ok(Some(passed));
        }
    }
    Ok(None)
}

/// It waits no more: what tells so, if that is about this submission. Another one of the survivor's may wait for the same invoice.
#[inline(never)]
pub(super) fn waits_no_more(
    scope: &mut Scope<'_>,
    book: &Book,
    id: &str,
    it: &Submission,
) -> Result<(), Reject> {
    let member = survivor(scope, &it.member)?.member;
    let key = keys::waiting(book, &member, &it.period, &it.number);
    let own: Option<Which> = scope.work.get(&key)?;
    if own.is_some_and(|own| own.id == id) {
        scope.work.delete(key);
    }
    Ok(())
}

/// The key of the counters that a member is counted in.
fn shard(book: &Book, member: &Id) -> String {
    let mut hasher = SipHasher24::new();
    hasher.write(member.as_str().as_bytes());
    let shard = hasher.finish() % SHARDS;
    keys::of_book(keys::TALLIES, book, &shard.to_string())
}

/// All keys of a book's counters.
pub(super) fn shards(book: &Book) -> Vec<String> {
    let shard = |shard: u64| keys::of_book(keys::TALLIES, book, &shard.to_string());
    (0..SHARDS).map(shard).collect()
}

/// Counts something of a member.
#[inline(never)]
pub(super) fn count(
    scope: &mut Scope<'_>,
    book: &Book,
    member: &Id,
    change: impl FnOnce(&mut Tally),
) -> Result<(), Reject> {
    let key = shard(book, member);
    let mut tally: Tally = scope.work.get(&key)?.unwrap_or_default();
    change(&mut tally);
    scope.work.put(key, &tally);
    Ok(())
}

/// What a member has come to in a campaign; whoever is new is counted.
#[inline(never)]
pub(super) fn participant(
    scope: &mut Scope<'_>,
    book: &Book,
    member: &Id,
) -> Result<(String, Participant), Reject> {
    let key = keys::of_book(keys::PARTICIPANTS, book, &keys::escaped(member));
    if let Some(known) = scope.work.get(&key)? {
        return Ok((key, known));
    }
    count(scope, book, member, |tally| {
        tally.participants = tally.participants.saturating_add(1);
    })?;
    let new = Participant::new(scope.now);
    scope.work.put(key.clone(), &new);
    scope.work.put(keys::took_part(member, book), &Mark {});
    Ok((key, new))
}

/// The submission of that id.
#[inline(never)]
pub(super) fn get(
    scope: &mut Scope<'_>,
    book: &Book,
    id: &str,
) -> Result<Option<Submission>, Reject> {
    scope.work.get(&keys::of_book(keys::SUBMISSIONS, book, id))
}

/// Writes a submission, which is looked at at `due` by itself, and no more at `before`.
#[inline(never)]
pub(super) fn put(
    scope: &mut Scope<'_>,
    book: &Book,
    id: &str,
    before: Option<Instant>,
    submission: &Submission,
) {
    if before != submission.due {
        if let Some(before) = before {
            scope.work.delete(keys::verify_due(before, book, id));
        }
        if let Some(due) = submission.due {
            let key = keys::verify_due(due, book, id);
            scope.work.put(key, &Mark {});
        }
    }
    let key = keys::of_book(keys::SUBMISSIONS, book, id);
    scope.work.put(key, submission);
}
