//! Members send in what they photographed or typed.

use super::book::{Rules, count, member, participant, put, rules};
use super::limits::{Counted, is_over};
use super::open::card_key;
use super::say::{Answer, Saying};
use super::signals::Sight;
use crate::domain::ids::Id;
use crate::domain::member::Member;
use crate::domain::submission::{
    Charge, Kept, Message, PHOTO_SECONDS, Participant, Reason, State, Submission, Verifier, Way,
};
use crate::domain::zone::Zone;
use crate::flows::command::fingerprint;
use crate::flows::scope::{Scope, Stop};
use crate::records::keys::{self, Book};
use crate::records::sent_in::{Card, Which};
use crate::records::state::Mark;
use crate::reject::Reject;
use chrono::NaiveDate;
use serde::Serialize;
use stampcard_invoice::evidence::Evidence;
use stampcard_invoice::identifier::Number;
use stampcard_invoice::reading::{Code, Reading, Refusal, Settings, Typed, read_codes, read_typed};

/// What a member sends in.
#[derive(Clone, Debug, Serialize)]
pub struct Upload {
    /// The campaign.
    pub campaign: Id,
    /// Who.
    pub member: Id,
    /// Where.
    pub channel: Id,
    /// What.
    pub sent: Sent,
    /// For one answer.
    pub reply: Option<String>,
}

/// What was sent.
#[derive(Clone, Debug, Serialize)]
pub enum Sent {
    /// The codes of a picture: their texts and bytes.
    Photo {
        /// The codes.
        codes: Vec<(Option<String>, Option<Vec<u8>>)>,
        /// The picture's https address.
        picture: Option<String>,
    },
    /// Numbers, dates and random codes.
    Typed(Vec<[String; 3]>),
}

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
}

/// Takes in an upload; gives the answers, none for a photo that comes too late.
///
/// # Errors
/// [`Reject::UnknownMember`], and those of the storage.
pub fn submit(scope: &mut Scope<'_>, it: &Upload) -> Result<Vec<Answer>, Stop> {
    let member = member(scope, &it.member)?;
    let rules = rules(scope, &it.campaign)?;
    if let Sent::Photo { .. } = it.sent
        && !is_in_time(scope, rules.as_ref(), it)?
    {
        return Ok(Vec::new());
    }
    let mut reply = it.reply.clone();
    let closed = match &rules {
        Some(rules) => rules.closed(scope, &it.channel),
        None => Some(Message::NotThere),
    };
    // A draft may have no conditions yet.
    let closed = closed.or_else(|| match rules.as_ref()?.conditions() {
        Some(_) => None,
        None => Some(Message::Unexpected),
    });
    let (Some(rules), None) = (&rules, closed) else {
        let message = closed.unwrap_or(Message::NotThere);
        let saying = Saying::new(rules.as_ref(), &member, message);
        return Ok(vec![saying.say(scope, &mut reply)?]);
    };
    let found = read(&it.sent, today(scope));
    let mut taking = Taking::new(scope, rules, &member, reply, found.len())?;
    for (place, one) in found.into_iter().enumerate() {
        match one {
            Ok(reading) => taking.take(scope, place, of(&it.sent, reading), None)?,
            Err(refusal) => taking.refuse(scope, refusal)?,
        }
    }
    Ok(taking.done(scope))
}

/// Today in Taiwan.
pub(super) fn today(scope: &Scope<'_>) -> NaiveDate {
    let there = Zone::parse("Asia/Taipei").unwrap_or(scope.merchant.zone);
    there.date(scope.now)
}

/// Whether the card's message is not older than 30 minutes.
fn is_in_time(scope: &mut Scope<'_>, rules: Option<&Rules>, it: &Upload) -> Result<bool, Reject> {
    let Some(rules) = rules else {
        return Ok(false);
    };
    let key = card_key(&rules.book, &it.member, &it.channel);
    let card: Option<Card> = scope.work.get(&key)?;
    Ok(card.is_some_and(|card| scope.now <= card.at.plus_seconds(PHOTO_SECONDS)))
}

fn read(sent: &Sent, today: NaiveDate) -> Vec<Result<Reading, Refusal>> {
    let settings = Settings::on(today);
    match sent {
        Sent::Photo { codes, .. } => {
            let codes = codes.iter().map(|(text, bytes)| Code {
                text: text.as_deref(),
                bytes: bytes.as_deref(),
            });
            let codes: Vec<Code<'_>> = codes.collect();
            read_codes(&codes, &settings)
        }
        Sent::Typed(typed) => {
            let one = |[number, date, random]: &[String; 3]| {
                let typed = Typed {
                    number,
                    date,
                    random,
                };
                read_typed(typed, &settings)
            };
            typed
                .iter()
                .filter_map(|typed| match one(typed) {
                    Ok(reading) => Some(Ok(reading)),
                    Err(refusals) => refusals.into_iter().next().map(Err),
                })
                .collect()
        }
    }
}

/// A submission of what was read, received now.
fn of(sent: &Sent, reading: Reading) -> New {
    let (way, picture) = match sent {
        Sent::Photo { picture, .. } => (Way::Photo, picture.clone()),
        Sent::Typed(_) => (Way::Typed, None),
    };
    let printed = reading.printed.and_then(|printed| {
        let seller = printed.seller?.text().to_owned();
        Some((printed.check, seller))
    });
    New {
        way,
        number: reading.number,
        period: reading.period.text(),
        date: reading.date,
        random: Some(reading.random.text().to_owned()),
        printed,
        picture,
        donated: false,
    }
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
            heard: None,
            rested: 0,
            verified: None,
            tier: None,
            amount: None,
            adds: None,
            shop: None,
            given: Vec::new(),
            decided: None,
            donated: self.donated,
            told: false,
            reply: None,
        }
    }
}

/// An id that no submission of the book has, so that ids sort by receipt.
pub(super) fn new_id(
    scope: &mut Scope<'_>,
    book: &Book,
    it: &Submission,
) -> Result<String, Reject> {
    let at = it.received.sortable();
    let first = [&at, "-", &it.period, "-", &it.number].concat();
    let mut id = first.clone();
    let mut nth = 1;
    while super::book::get(scope, book, &id)?.is_some() {
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
    pub(super) fn refuse(&mut self, scope: &mut Scope<'_>, refusal: Refusal) -> Result<(), Reject> {
        let member = &self.member.member;
        Sight {
            kind: "failures",
            about: &keys::escaped(member),
            member,
            id: None,
        }
        .note(scope, &self.rules.book)?;
        let mut saying = Saying::new(Some(self.rules), self.member, Message::Unreadable);
        saying.values.why = Some(refusal.reason.into());
        saying.values.number = refusal.number.map(|number| number.shown());
        let answer = saying.say(scope, &mut self.reply)?;
        self.answers.push(answer);
        Ok(())
    }

    /// The answer to an invoice that is not taken in: one that passed before, or that waits already.
    fn known(&mut self, scope: &mut Scope<'_>, submission: &Submission) -> Result<bool, Reject> {
        let book = &self.rules.book;
        let passed = keys::invoice(book, &submission.period, &submission.number);
        let member = &self.member.member;
        let waits = keys::waiting(book, member, &submission.period, &submission.number);
        scope.work.fetch([passed.clone(), waits.clone()])?;
        let (message, which) = if scope.work.get::<Which>(&passed)?.is_some() {
            // Whose it was is nobody else's business.
            (Message::Duplicate, None)
        } else if let Some(which) = scope.work.get::<Which>(&waits)? {
            (Message::Waiting, Some(which))
        } else {
            return Ok(false);
        };
        let mut saying = Saying::new(Some(self.rules), self.member, message).about("", submission);
        saying.submission = which.map(|which| which.id);
        let answer = saying.say(scope, &mut self.reply)?;
        self.answers.push(answer);
        Ok(true)
    }

    /// Whether the member is at a limit; then the submission is kept as invalid, and the member told.
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
        if let Some(picture) = &submission.picture {
            let digest = fingerprint(picture);
            Sight {
                kind: "picture",
                about: &digest,
                member: &self.member.member,
                id: Some(&id),
            }
            .note(scope, book)?;
        }
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
