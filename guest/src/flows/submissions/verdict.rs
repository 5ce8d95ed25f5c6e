//! What a verifier found is judged, and rewarded in the same commit.

use super::again::flag;
use super::book::{Rules, count as tallied, get, participant, passed, put, survivor};
use super::end::{settle, wait};
use super::limits::{Counted, count, is_over};
use super::reward::{give, tier_key};
use crate::domain::ids::Id;
use crate::domain::instant::Instant;
use crate::domain::submission::{Kept, Participant, Reason, State, Submission};
use crate::flows::scope::{Scope, Stop};
use crate::records::keys::{self, Book};
use crate::records::sent_in::Which;
use crate::reject::Reject;
use rust_decimal::Decimal;
use stampcard_invoice::evidence::Evidence;
use stampcard_invoice::judging::{
    Conditions, Decision, Doubt, Folded, Met, Sum, Verdict, Which as Condition, judge, lower, raise,
};

/// Tiers whose rewards one commit gives, at most: a coupon writes a dozen records.
const TIERS_MAX: u32 = 40;

/// Submissions that wait for a person with one invoice, of which one is found that waits still.
const RIVALS: u32 = 12;

/// Seconds.
const DAY: u32 = 86_400;

/// A submission that is being decided on.
pub(super) struct Case<'a> {
    pub(super) rules: &'a Rules,
    pub(super) id: &'a str,
    /// As it stands in the store.
    pub(super) before: &'a Submission,
    /// As it is becoming.
    pub(super) it: Submission,
}

impl Case<'_> {
    /// It comes to this end.
    #[inline(never)]
    pub(super) fn end(
        mut self,
        scope: &mut Scope<'_>,
        state: State,
        reason: Option<Reason>,
    ) -> Result<(), Stop> {
        self.it.becomes(state, reason);
        self.it.due = self.later(scope.now);
        if matches!(state, State::Passed | State::Duplicate) {
            self.wake(scope)?;
        }
        Ok(settle(scope, self.rules, self.id, self.before, self.it)?)
    }

    /// When what has ended is looked at next: at once, if more is to be done about it; what has passed, as the campaign is set.
    pub(super) fn later(&self, now: Instant) -> Option<Instant> {
        if self.it.again || self.it.owed {
            return Some(now);
        }
        if self.it.state != State::Passed {
            return None;
        }
        let campaign = &self.rules.campaign;
        let days = campaign.settings.verify_again.after_days;
        let days = days.map(|days| self.it.received.plus_seconds(days.saturating_mul(DAY)));
        let end = campaign.life.to.filter(|_| self.it.look);
        // What was not looked at at the end is looked at now; a day that is over is left out.
        let end = end.map(|end| end.max(now));
        days.filter(|at| *at > now).into_iter().chain(end).min()
    }

    /// One of those that wait for a person with the same invoice is looked at now: it has lost. It has the next one looked at in turn.
    fn wake(&self, scope: &mut Scope<'_>) -> Result<(), Reject> {
        if self.rules.book.draft {
            return Ok(());
        }
        let rivals = keys::rivals(&self.it.period, &self.it.number);
        for key in scope.work.index(&keys::under(&rivals, None, RIVALS))? {
            let tail = key.strip_prefix(&rivals).unwrap_or_default();
            let which = tail.split_once('/');
            let which = which.and_then(|(book, id)| Some((Book::of(book)?, id)));
            let (book, id) = which.ok_or_else(|| Reject::Unreadable(key.clone()))?;
            if book == self.rules.book && id == self.id {
                continue;
            }
            let waits = get(scope, &book, id)?
                .filter(|it| it.state == State::Waiting && it.is_for_person());
            let Some(before) = waits else {
                scope.work.delete(key);
                continue;
            };
            let mut it = before;
            let due = it.due.replace(scope.now);
            put(scope, &book, id, due, &it);
            break;
        }
        Ok(())
    }

    /// It waits for a person.
    #[inline(never)]
    pub(super) fn person(mut self, scope: &mut Scope<'_>, reason: Reason) -> Result<(), Stop> {
        if self.is_duplicate(scope)? {
            return self.end(scope, State::Duplicate, Some(Reason::Duplicate));
        }
        self.it.becomes(State::Waiting, Some(reason));
        Ok(wait(scope, self.rules, self.id, self.before, self.it)?)
    }

    /// Whether another submission of the same invoice has passed.
    #[inline(never)]
    pub(super) fn is_duplicate(&self, scope: &mut Scope<'_>) -> Result<bool, Reject> {
        let passed = passed(scope, &self.rules.book, &self.it)?;
        Ok(passed.is_some_and(|passed| {
            passed.id != self.id || passed.campaign != self.rules.book.campaign
        }))
    }

    fn own(&self) -> Which {
        Which {
            campaign: self.rules.book.campaign.clone(),
            id: self.id.to_owned(),
        }
    }

    fn lock(&self) -> String {
        keys::invoice(&self.rules.book, &self.it.period, &self.it.number)
    }

    /// Keeps what was found, and takes from it what a submission shows.
    #[inline(never)]
    pub(super) fn keep(&mut self, scope: &mut Scope<'_>, evidence: &Evidence) {
        let kept = Kept::of(evidence, scope.now);
        let key = keys::of_book(keys::EVIDENCE, &self.rules.book, self.id);
        scope.work.put(key, &kept);
        let it = &mut self.it;
        it.verified = Some(scope.now);
        it.date = evidence.date.or(it.date);
        let amount = evidence.amount();
        it.amount = amount.map(|amount| amount.normalize().to_string());
        if it.state == State::Waiting {
            // What has passed was counted at its shop.
            it.shop = evidence.seller.map(|seller| seller.text().to_owned());
        }
    }

    /// Judges what was found.
    #[inline(never)]
    pub(super) fn judge(mut self, scope: &mut Scope<'_>, evidence: &Evidence) -> Result<(), Stop> {
        self.keep(scope, evidence);
        if self.is_duplicate(scope)? {
            return self.end(scope, State::Duplicate, Some(Reason::Duplicate));
        }
        let Some(conditions) = self.rules.conditions() else {
            return self.person(scope, Reason::NoFigure);
        };
        let verdict = judge(&conditions, &Folded::new(evidence));
        match verdict.decision {
            Decision::NotQualified => {
                self.it.missed = missed(&verdict);
                self.end(scope, State::NotQualified, Some(Reason::Conditions))
            }
            Decision::Waits(doubt) => self.person(
                scope,
                match doubt {
                    Doubt::ForeignCurrency => Reason::ForeignCurrency,
                    Doubt::NoDate => Reason::NoDate,
                    Doubt::NoFigure => Reason::NoFigure,
                },
            ),
            Decision::Qualified { tier, .. } => self.pass(scope, tier, None),
            Decision::Adds(amount) => self.pass(scope, 0, Some((&conditions, amount))),
        }
    }

    /// It passes, if the member is at no limit: with a tier of its own, or with what it adds to the member's sum.
    #[inline(never)]
    pub(super) fn pass(
        mut self,
        scope: &mut Scope<'_>,
        tier: u32,
        adds: Option<(&Conditions, Decimal)>,
    ) -> Result<(), Stop> {
        let book = &self.rules.book;
        let member = survivor(scope, &self.it.member)?.member;
        let (key, mut participant) = participant(scope, book, &member)?;
        let shop = self.it.shop.clone();
        let counted = Counted {
            member: &member,
            received: self.it.received,
            shop: shop.as_deref(),
        };
        if is_over(scope, self.rules, &participant, &counted)? {
            return self.end(scope, State::Invalid, Some(Reason::OverLimit));
        }
        count(scope, self.rules, &mut participant, &counted, true)?;
        self.it.tier = (tier > 0).then_some(tier);
        match adds {
            None => self.it.given = give(scope, self.rules, &member, (tier, tier))?,
            Some((conditions, amount)) => {
                self.it.adds = Some(amount.normalize().to_string());
                self.raise(scope, &member, &mut participant, (conditions, amount))?;
            }
        }
        scope.work.put(key, &participant);
        let looks = self.rules.campaign.settings.verify_again;
        let open = self.rules.campaign.life.to.is_some_and(|to| scope.now < to);
        if looks.before_draw && open {
            self.it.look = true;
            tallied(scope, book, &self.before.member, |tally| {
                tally.looks = tally.looks.saturating_add(1);
            })?;
        }
        scope.work.put(self.lock(), &self.own());
        self.end(scope, State::Passed, None)
    }

    /// Raises the member's sum and rewards the tiers that it has come to, as many as one commit rewards; if there are more, they are
    /// owed, and given by what the sum is then.
    fn raise(
        &mut self,
        scope: &mut Scope<'_>,
        member: &Id,
        participant: &mut Participant,
        (conditions, amount): (&Conditions, Decimal),
    ) -> Result<(), Stop> {
        let before = participant.sum();
        let mut raised = raise(conditions, before, amount);
        let first = raised.first.max(1);
        let last = raised.last.min(first.saturating_add(TIERS_MAX - 1));
        self.it.owed = raised.last > last;
        if self.it.owed {
            raised.sum.rewarded = last;
        }
        participant.set_sum(raised.sum);
        // What would be lost without it is reached again.
        let again = Sum {
            amount: raised.sum.amount,
            ..before
        };
        let again = lower(conditions, again, amount);
        flag(
            scope,
            &self.rules.book,
            member,
            (again.first, again.last),
            false,
        )?;
        if last < first {
            return Ok(());
        }
        self.it.tier = Some(last);
        for tier in first..=last {
            let key = tier_key(&self.rules.book, member, tier);
            scope.work.put(key, &self.own());
        }
        let given = give(scope, self.rules, member, (first, last))?;
        self.it.given.extend(given);
        Ok(())
    }

    /// Gives more of what it is owed.
    pub(super) fn give_more(mut self, scope: &mut Scope<'_>) -> Result<(), Stop> {
        self.it.owed = false;
        if let Some(conditions) = self.rules.conditions() {
            let member = survivor(scope, &self.it.member)?.member;
            let (key, mut participant) = participant(scope, &self.rules.book, &member)?;
            let none = Decimal::ZERO;
            self.raise(scope, &member, &mut participant, (&conditions, none))?;
            scope.work.put(key, &participant);
        }
        self.it.asking = false;
        self.it.due = self.later(scope.now);
        put(scope, &self.rules.book, self.id, self.before.due, &self.it);
        Ok(())
    }
}

/// The conditions that were missed, as the interface names them.
fn missed(verdict: &Verdict) -> Vec<String> {
    let findings = verdict.findings.iter().filter(|it| it.met == Met::No);
    let name = |which| match which {
        Condition::Issued => "issued".to_owned(),
        Condition::Shop => "shop".to_owned(),
        Condition::Currency => "currency".to_owned(),
        Condition::Amount => "amount".to_owned(),
        Condition::Whole => "whole".to_owned(),
        Condition::Block(place) => format!("block {}", place.saturating_add(1)),
    };
    findings.map(|it| name(it.which)).collect()
}
