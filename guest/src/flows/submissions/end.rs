//! A submission comes to an end, or waits for a person; its member is told.

use super::book::{Rules, count, put, survivor, waits_no_more};
use super::say::Saying;
use crate::domain::campaign::quiet_until;
use crate::domain::submission::{Message, REPLY_SECONDS, State, Submission};
use crate::flows::scope::Scope;
use crate::records::keys::{self, Book};
use crate::records::state::Mark;
use crate::reject::Reject;

/// The token that came with it, if it is good still; it is forgotten in any case.
fn token(scope: &Scope<'_>, it: &mut Submission) -> Option<String> {
    let last = it.received.plus_seconds(REPLY_SECONDS);
    it.reply.take().filter(|_| scope.now <= last)
}

/// Tells the member that it waits, unless that was told before.
#[inline(never)]
fn waits(
    scope: &mut Scope<'_>,
    rules: &Rules,
    id: &str,
    it: &mut Submission,
) -> Result<(), Reject> {
    if it.told {
        return Ok(());
    }
    it.told = true;
    let member = survivor(scope, &it.member)?;
    let mut token = token(scope, it);
    let saying = Saying::new(Some(rules), &member, Message::Waiting).about(id, it);
    saying.say(scope, &mut token).map(drop)
}

/// It waits on: until the next try, or for a person; or it stays at its end, and a person is to look at it, or has.
#[inline(never)]
pub(super) fn wait(
    scope: &mut Scope<'_>,
    rules: &Rules,
    id: &str,
    before: &Submission,
    mut it: Submission,
) -> Result<(), Reject> {
    if it.state == State::Waiting {
        waits(scope, rules, id, &mut it)?;
    }
    let book = &rules.book;
    match (before.is_for_person(), it.is_for_person()) {
        (false, true) => {
            let review = keys::of_book(keys::REVIEWS, book, id);
            scope.work.put(review, &Mark {});
            if it.state == State::Waiting && !book.draft {
                let rival = keys::rival(book, &it.period, &it.number, id);
                scope.work.put(rival, &Mark {});
            }
        }
        (true, false) => seen_to(scope, book, id, before),
        _ => {}
    }
    put(scope, book, id, before.due, &it);
    Ok(())
}

/// It is for no person any more.
pub(super) fn seen_to(scope: &mut Scope<'_>, book: &Book, id: &str, it: &Submission) {
    scope.work.delete(keys::of_book(keys::REVIEWS, book, id));
    if it.state == State::Waiting && !book.draft {
        let rival = keys::rival(book, &it.period, &it.number, id);
        scope.work.delete(rival);
    }
}

/// It has come to its end, and the member is told.
#[inline(never)]
pub(super) fn settle(
    scope: &mut Scope<'_>,
    rules: &Rules,
    id: &str,
    before: &Submission,
    mut it: Submission,
) -> Result<(), Reject> {
    let book = &rules.book;
    if before.state == State::Waiting {
        waits_no_more(scope, book, id, &it)?;
    }
    if before.is_for_person() {
        seen_to(scope, book, id, before);
    }
    count(scope, book, &before.member, |tally| {
        tally.moves(Some(before.state), it.state);
    })?;
    if let Some(message) = message(&it) {
        let quiet = quiet_until(scope.merchant.zone, scope.now);
        if quiet.is_some() {
            waits(scope, rules, id, &mut it)?;
        }
        let member = survivor(scope, &it.member)?;
        let coupons = it.given.iter().filter(|given| given.coupon.is_some());
        let coupons = u32::try_from(coupons.count()).unwrap_or(u32::MAX);
        let mut token = token(scope, &mut it);
        let mut saying = Saying::new(Some(rules), &member, message).about(id, &it);
        saying.charge = Some(message.charge(coupons));
        saying.from = quiet;
        saying.say(scope, &mut token)?;
    }
    it.reply = None;
    put(scope, book, id, before.due, &it);
    Ok(())
}

/// What the member is told of an end.
fn message(it: &Submission) -> Option<Message> {
    match it.state {
        State::Passed => Some(Message::Qualified),
        State::NotQualified | State::Invalid | State::Duplicate => it.reason.map(Message::of),
        // What becomes of the reward is the merchant's to say.
        State::Revoked | State::Waiting => None,
    }
}
