//! Members send in what they photographed or typed.

use super::book::{Rules, member, rules};
use super::open::card_key;
use super::say::{Answer, Saying};
use super::taking::{New, Taking};
use crate::domain::ids::Id;
use crate::domain::submission::{Message, PHOTO_SECONDS, Way};
use crate::domain::zone::Zone;
use crate::flows::scope::{Scope, Stop};
use crate::records::sent_in::Card;
use crate::reject::Reject;
use chrono::NaiveDate;
use serde::Serialize;
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
fn today(scope: &Scope<'_>) -> NaiveDate {
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

#[inline(never)]
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
