//! Members send in what they photographed or typed.

use super::book::{member, rules};
use super::open::cards;
use super::say::{Answer, turn_away};
use super::signals::Sight;
use super::taking::{New, Taking};
use crate::domain::ids::Id;
use crate::domain::submission::{PHOTO_SECONDS, Way};
use crate::domain::zone::Zone;
use crate::flows::command::fingerprint;
use crate::flows::scope::{Scope, Stop};
use crate::records::sent_in::Card;
use crate::records::{codec, keys};
use crate::reject::Reject;
use chrono::NaiveDate;
use serde::Serialize;
use stampcard_invoice::reading::{
    Code, Field, Reading, Reason, Refusal, Settings, Typed, read_codes, read_typed,
};

/// Cards of one campaign and member, at most: one on each channel.
const CARDS_MAX: u32 = 100;

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
    let photo = matches!(it.sent, Sent::Photo { .. });
    if photo && !is_in_time(scope, it)? {
        return Ok(Vec::new());
    }
    let mut reply = it.reply.clone();
    let to = (&member, &it.channel);
    let away = turn_away(scope, rules.as_ref(), to, !photo, &mut reply)?;
    let (Some(rules), None) = (&rules, &away) else {
        return Ok(away.into_iter().collect());
    };
    let found = read(&it.sent, today(scope));
    let mut taking = Taking::new(scope, rules, &member, reply, found.len())?;
    let (mut legible, mut failed) = (false, false);
    for (place, one) in found.into_iter().enumerate() {
        match one.and_then(|reading| by_own_table(scope, reading)) {
            Ok(reading) => {
                legible = true;
                taking.take(scope, place, of(&it.sent, reading), None)?;
            }
            Err(refusal) => {
                failed = true;
                taking.refuse(scope, refusal)?;
            }
        }
    }
    let picture = match &it.sent {
        Sent::Photo { picture, .. } => picture.as_ref().filter(|_| legible).map(fingerprint),
        Sent::Typed(_) => None,
    };
    let failures = failed.then(|| keys::escaped(&it.member).into_owned());
    for (kind, about) in [("picture", picture), ("failures", failures)] {
        let Some(about) = about else {
            continue;
        };
        let sight = Sight {
            kind,
            about: &about,
            member: &it.member,
            id: taking.last.as_deref().filter(|_| kind == "picture"),
        };
        sight.note(scope, &rules.book)?;
    }
    Ok(taking.done(scope))
}

/// Refuses what the merchant's own table of tracks says to be a traditional paper invoice.
fn by_own_table(scope: &Scope<'_>, reading: Reading) -> Result<Reading, Refusal> {
    let own = scope.merchant.campaigns.as_ref();
    if own.is_some_and(|own| own.is_traditional(&reading.number, reading.period)) {
        return Err(Refusal {
            field: Field::Number,
            reason: Reason::Traditional,
            number: Some(reading.number),
        });
    }
    Ok(reading)
}

/// Today in Taiwan.
fn today(scope: &Scope<'_>) -> NaiveDate {
    let there = Zone::parse("Asia/Taipei").unwrap_or(scope.merchant.zone);
    there.date(scope.now)
}

/// Whether the member was shown a card of the campaign not more than 30 minutes ago, on whatever channel.
fn is_in_time(scope: &mut Scope<'_>, it: &Upload) -> Result<bool, Reject> {
    let own = cards(&it.campaign, &it.member);
    for row in scope.work.scan(&keys::under(&own, None, CARDS_MAX))? {
        let card: Card = codec::decode(&row.key, &row.value)?;
        if scope.now <= card.at.plus_seconds(PHOTO_SECONDS) {
            return Ok(true);
        }
    }
    Ok(false)
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
