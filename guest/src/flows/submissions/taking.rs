//! An upload on its way: each of its invoices is refused, known, over a limit, or taken in.

use super::book::{Rules, count, get, participant, passed, put};
use super::limits::{Counted, is_over};
use super::say::{Answer, Saying};
use crate::domain::ids::Id;
use crate::domain::member::Member;
use crate::domain::submission::wording::Why;
use crate::domain::submission::{
    Charge, Kept, Message, Participant, Reason, State, Submission, Verifier, Way,
};
use crate::flows::scope::Scope;
use crate::records::keys::{self, Book};
use crate::records::sent_in::Which;
use crate::records::state::Mark;
use crate::reject::Reject;
use chrono::NaiveDate;
use stampcard_invoice::evidence::Evidence;
use stampcard_invoice::identifier::Number;
use stampcard_invoice::reading::Refusal;

/// An upload on its way.
pub(super) struct Taking<'a> {
    rules: &'a Rules,
    member: &'a Member,
    key: String,
    participant: Participant,
    /// A token for one answer.
    reply: Option<String>,
    answers: Vec<Answer>,
    /// Whether it holds more than one invoice.
    several: bool,
    /// Place of the first invoice that was over a limit.
    over: Option<usize>,
    /// The first submission that waits, which keeps the token.
    waits: Option<(String, Submission)>,
    /// The last submission that it came to.
    pub(super) last: Option<String>,
}

/// An invoice that is to be taken in.
pub(super) struct New {
    pub(super) way: Way,
    pub(super) number: Number,
    pub(super) period: String,
    pub(super) date: Option<NaiveDate>,
    pub(super) random: Option<String>,
    pub(super) printed: Option<(String, String)>,
    pub(super) picture: Option<String>,
    pub(super) donated: bool,
}

impl New {
    /// A submission of it.
    pub(super) fn submission(self, scope: &Scope<'_>, member: &Id) -> Submission {
        Submission {
            member: member.clone(),
            way: self.way,
            period: self.period,
            number: self.number.text().to_owned(),
            date: self.date,
            random: self.random,
            printed: self.printed,
            picture: self.picture,
            received: scope.now,
            state: State::Waiting,
            reason: Some(Reason::NotKnown),
            missed: Vec::new(),
            tries: 0,
            due: None,
            asking: false,
            again: false,
            look: false,
            heard: None,
            rested: 0,
            verified: None,
            tier: None,
            amount: None,
            adds: None,
            shop: None,
            given: Vec::new(),
            owed: false,
            paused: false,
            decided: None,
            donated: self.donated,
            told: false,
            reply: None,
        }
    }
}

/// An id that no submission of the book has, so that ids sort by receipt.
#[inline(never)]
fn new_id(scope: &mut Scope<'_>, book: &Book, it: &Submission) -> Result<String, Reject> {
    let at = it.received.sortable();
    // Whoever sees the id sees no more of a donated invoice than its number shows.
    let number = it.shown().replace('*', "x");
    let first = [&at, "-", &it.period, "-", &number].concat();
    let mut id = first.clone();
    let mut nth = 1;
    while get(scope, book, &id)?.is_some() {
        nth += 1;
        id = format!("{first}-{nth}");
    }
    Ok(id)
}

/// Puts a submission among its member's.
fn listed(scope: &mut Scope<'_>, book: &Book, member: &Id, id: &str) {
    let key = [&keys::submitted(member, book), id].concat();
    scope.work.put(key, &Mark {});
}

impl<'a> Taking<'a> {
    /// An upload of so many invoices.
    pub(super) fn new(
        scope: &mut Scope<'_>,
        rules: &'a Rules,
        member: &'a Member,
        reply: Option<String>,
        many: usize,
    ) -> Result<Self, Reject> {
        let (key, participant) = participant(scope, &rules.book, &member.member)?;
        Ok(Self {
            rules,
            member,
            key,
            participant,
            reply,
            answers: Vec::new(),
            several: many > 1,
            over: None,
            waits: None,
            last: None,
        })
    }

    /// Nothing could be learnt.
    pub(super) fn fail(&mut self, scope: &mut Scope<'_>) -> Result<(), Reject> {
        let saying = Saying::new(Some(self.rules), self.member, Message::Unexpected);
        let answer = saying.say(scope, &mut self.reply)?;
        self.answers.push(answer);
        Ok(())
    }

    /// What could not be read, or is of a kind that isn't taken.
    #[inline(never)]
    pub(super) fn refuse(&mut self, scope: &mut Scope<'_>, refusal: Refusal) -> Result<(), Reject> {
        let number = refusal.number.map(|number| number.shown());
        self.turn_away(scope, refusal.into(), number)
    }

    /// The same, for a reason that members are told, of a number as it is shown.
    #[inline(never)]
    pub(super) fn turn_away(
        &mut self,
        scope: &mut Scope<'_>,
        why: Why,
        number: Option<String>,
    ) -> Result<(), Reject> {
        let mut saying = Saying::new(Some(self.rules), self.member, Message::Unreadable);
        saying.values.why = Some(why);
        saying.values.number = number;
        let answer = saying.say(scope, &mut self.reply)?;
        self.answers.push(answer);
        Ok(())
    }

    /// The answer to an invoice that is not taken in: one that passed before, or that waits already.
    #[inline(never)]
    fn known(&mut self, scope: &mut Scope<'_>, submission: &Submission) -> Result<bool, Reject> {
        let book = &self.rules.book;
        let (period, number) = (&submission.period, &submission.number);
        let member = &self.member.member;
        let waits = keys::waiting(book, member, period, number);
        let locks = keys::locks(book, period, number);
        scope.work.fetch(locks.into_iter().chain([waits.clone()]))?;
        let (message, which) = if passed(scope, book, submission)?.is_some() {
            // Whose it was is nobody else's business.
            (Message::Duplicate, None)
        } else if let Some(which) = scope.work.get::<Which>(&waits)? {
            (Message::Waiting, Some(which))
        } else {
            return Ok(false);
        };
        let mut saying = Saying::new(Some(self.rules), self.member, message).about("", submission);
        saying.submission = which.map(|which| which.id);
        self.last.clone_from(&saying.submission);
        let answer = saying.say(scope, &mut self.reply)?;
        self.answers.push(answer);
        Ok(true)
    }

    /// Whether the member is at a limit; then the submission is kept as invalid, and the member told.
    #[inline(never)]
    fn over(
        &mut self,
        scope: &mut Scope<'_>,
        place: usize,
        id: &str,
        submission: &mut Submission,
    ) -> Result<bool, Reject> {
        let counted = Counted {
            member: &self.member.member,
            received: submission.received,
            shop: submission.shop.as_deref(),
        };
        if !is_over(scope, self.rules, &self.participant, &counted)? {
            return Ok(false);
        }
        submission.becomes(State::Invalid, Some(Reason::OverLimit));
        let book = &self.rules.book;
        put(scope, book, id, None, submission);
        listed(scope, book, &submission.member, id);
        count(scope, book, &self.member.member, |tally| {
            tally.moves(None, State::Invalid);
        })?;
        let first = *self.over.get_or_insert(place);
        let saying = Saying::new(Some(self.rules), self.member, Message::LimitReached);
        let mut saying = saying.about(id, submission);
        if self.several && first > 0 {
            saying.charge = Some(Charge::Messages(1));
        }
        let answer = saying.say(scope, &mut self.reply)?;
        self.answers.push(answer);
        Ok(true)
    }

    /// Takes in an invoice, which is verified by the ticks that follow.
    /// Of a carrier what it holds is known already.
    #[inline(never)]
    pub(super) fn take(
        &mut self,
        scope: &mut Scope<'_>,
        place: usize,
        new: New,
        evidence: Option<&Evidence>,
    ) -> Result<(), Reject> {
        let mut submission = new.submission(scope, &self.member.member);
        let shop = evidence.and_then(|evidence| evidence.seller);
        submission.shop = shop.map(|shop| shop.text().to_owned());
        if self.known(scope, &submission)? {
            return Ok(());
        }
        let book = &self.rules.book;
        let id = new_id(scope, book, &submission)?;
        self.last = Some(id.clone());
        if self.over(scope, place, &id, &mut submission)? {
            return Ok(());
        }
        let book = &self.rules.book;
        let pause = match self.rules.verifier(scope) {
            None => None,
            Some((name, _)) => {
                let key: Option<Verifier> = scope.work.get(&keys::verifier(name.as_str()))?;
                let key = key.unwrap_or_default();
                submission.rested = key.rested_at(scope.now);
                key.pause_at(scope.now)
            }
        };
        let pause = pause.filter(|_| evidence.is_none());
        submission.due = Some(scope.now);
        submission.told = pause.is_some();
        if let Some(evidence) = evidence {
            let key = keys::of_book(keys::EVIDENCE, book, &id);
            scope.work.put(key, &Kept::of(evidence, scope.now));
        }
        let (number, period) = (&submission.number, &submission.period);
        let waits = keys::waiting(book, &self.member.member, period, number);
        let which = Which {
            campaign: book.campaign.clone(),
            id: id.clone(),
        };
        scope.work.put(waits, &which);
        count(scope, book, &self.member.member, |tally| {
            tally.moves(None, State::Waiting);
        })?;
        put(scope, book, &id, None, &submission);
        listed(scope, book, &submission.member, &id);
        let saying =
            |message| Saying::new(Some(self.rules), self.member, message).about(&id, &submission);
        let received = saying(Message::Received).say(scope, &mut None)?;
        self.answers.push(received);
        if pause.is_some() {
            let answer = saying(Message::Waiting).say(scope, &mut self.reply)?;
            self.answers.push(answer);
        } else if self.waits.is_none() {
            self.waits = Some((id, submission));
        }
        Ok(())
    }

    /// What is left of the token goes with the first submission that waits.
    pub(super) fn done(mut self, scope: &mut Scope<'_>) -> Vec<Answer> {
        scope.work.put(self.key, &self.participant);
        if let (Some((id, mut submission)), token @ Some(_)) =
            (self.waits.take(), self.reply.take())
        {
            submission.reply = token;
            put(scope, &self.rules.book, &id, submission.due, &submission);
        }
        self.answers
    }
}
