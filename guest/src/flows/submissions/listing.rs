//! A carrier's list, month by month and page by page.

use super::ask::{Few, Loose, code, request, retry_after, status_and};
use crate::domain::config;
use crate::domain::instant::Instant;
use crate::domain::submission::wording::Why;
use crate::ports::{HttpError, Ports};
use crate::reading::Read;
use chrono::NaiveDate;
use stampcard_invoice::evidence::{
    Access, Answer as Told, Call, Evidence, Listing, Outcome, Trouble, carrier_list,
};
use stampcard_invoice::identifier::carrier::MobileCode;
use stampcard_invoice::identifier::{Number, Period};
use stampcard_invoice::reading::{Field, Listed, Reason, Refusal, read_listed};

/// Pages of a month's list, at most.
const PAGES_MAX: u32 = 10;

/// Seconds after which no further list is asked for: the host bounds how long a command may wait.
const PATIENCE: u32 = 30;

/// A carrier's list.
#[derive(Debug, Read)]
struct List {
    code: Loose,
    details: Option<Few<Item>>,
}

/// An invoice on it.
#[derive(Debug, Read)]
struct Item {
    #[serde(rename = "invNum")]
    number: Loose,
    #[serde(rename = "cardType")]
    card_type: Loose,
    #[serde(rename = "buyerBan")]
    buyer: Loose,
    #[serde(rename = "donateMark")]
    donated: Loose,
    #[serde(rename = "invDate")]
    date: Option<Day>,
}

/// The day of an invoice, of which only the milliseconds mean the same everywhere.
#[derive(Debug, Read)]
struct Day {
    time: Loose,
}

/// An invoice that is to be fetched.
pub(super) struct Wanted {
    pub(super) number: Number,
    pub(super) date: NaiveDate,
    pub(super) period: Period,
    pub(super) donated: bool,
}

impl Wanted {
    /// Its number as members are shown it.
    pub(super) fn shown(&self) -> String {
        shown(self.number, self.donated)
    }
}

/// A number as members are shown it.
fn shown(number: Number, donated: bool) -> String {
    if donated {
        number.masked()
    } else {
        number.shown()
    }
}

/// Why an invoice isn't taken in, and its number as members are shown it.
pub(super) type Refused = (Why, Option<String>);

/// What all questions to one carrier share.
pub(super) struct Asking<'a> {
    /// The verifier's name.
    pub(super) name: &'a str,
    pub(super) verifier: &'a config::Verifier,
    pub(super) code: MobileCode,
    pub(super) verification: &'a str,
    pub(super) device: String,
    pub(super) now: Instant,
}

impl Asking<'_> {
    pub(super) fn access(&self) -> Access<'_> {
        Access {
            app_id: &self.verifier.app_id,
            uuid: &self.device,
        }
    }
}

/// All pages of a month; what they come to.
#[inline(never)]
pub(super) fn list(
    ports: &dyn Ports,
    asking: &Asking<'_>,
    (from, to): (NaiveDate, NaiveDate),
    wanted: &mut Vec<Wanted>,
    refused: &mut Vec<Refused>,
) -> Outcome {
    for page in 1..=PAGES_MAX {
        if ports.now() > asking.now.plus_seconds(PATIENCE) {
            return Outcome::Transient(Trouble::NoAnswer);
        }
        let listing = Listing { from, to, page };
        let (now, access) = (asking.now.seconds(), asking.access());
        let asked = carrier_list(asking.code, asking.verification, listing, now, access);
        let Some(asked) = asked else {
            return Outcome::BadParameters;
        };
        let answer = ports.fetch(vec![request(asking.verifier, &asked)]).pop();
        let answer = answer
            .as_ref()
            .map_or(Err(&HttpError::Unreachable), Result::as_ref);
        let (http, told) = status_and::<List>(answer);
        let outcome = Told {
            call: Call::CarrierList,
            http,
            retry_after: retry_after(answer),
            code: told.as_ref().and_then(|told| code(&told.code.0)),
            status: "",
            seller_name: "",
            seller: "",
            buyer: "",
            lines: None,
        }
        .outcome();
        let items = told
            .and_then(|told| told.details)
            .map_or(Vec::new(), |few| few.0);
        match outcome {
            Outcome::Found | Outcome::NextPage => {
                for item in items {
                    take(&item, (from, to), wanted, refused);
                }
            }
            other => return other,
        }
        if outcome == Outcome::Found {
            return outcome;
        }
    }
    Outcome::NextPage
}

/// Takes an invoice off a list.
#[inline(never)]
fn take(
    item: &Item,
    (from, to): (NaiveDate, NaiveDate),
    wanted: &mut Vec<Wanted>,
    refused: &mut Vec<Refused>,
) {
    let donated = item.donated.0.trim() == "1";
    let refusal = |refusal: Refusal| {
        let number = refusal.number;
        (refusal.into(), number.map(|number| shown(number, donated)))
    };
    let listed = Listed {
        card_type: &item.card_type.0,
        number: &item.number.0,
        buyer: &item.buyer.0,
    };
    let number = match read_listed(listed) {
        Ok(number) => number,
        Err(wrong) => return refused.push(refusal(wrong)),
    };
    let time = item.date.as_ref().and_then(|day| day.time.0.parse().ok());
    let date = time.and_then(Evidence::day_of);
    let date = date.filter(|date| (from..=to).contains(date));
    match date.and_then(|date| Some((date, Period::of(date)?))) {
        Some((date, period)) => wanted.push(Wanted {
            number,
            date,
            period,
            donated,
        }),
        None => refused.push(refusal(Refusal {
            field: Field::Date,
            reason: Reason::Form,
            number: Some(number),
        })),
    }
}
