//! Questions to a verifier over HTTP, and its answers. Whatever an answer holds is bounded and doubted: what is about another invoice is
//! no evidence.

use super::say::encoded;
use crate::domain::config::Verifier;
use crate::domain::ids::Id;
use crate::domain::submission::Submission;
use crate::flows::command::fingerprint;
use crate::json::{self, Raw};
use crate::ports::{HttpError, HttpRequest, HttpResponse};
use crate::reading::{Read, Reader, Wrong};
use chrono::NaiveDate;
use stampcard_invoice::amount::lenient;
use stampcard_invoice::evidence::{
    Access, Answer, Call, Evidence, Line, Outcome, Printed, Request, Trouble, detail, header,
};
use stampcard_invoice::identifier::{Number, Period, Random, TaxId};

/// Milliseconds in which a verifier has to answer.
const TIMEOUT_MS: u32 = 8_000;

/// Lines that an answer may have. An e-invoice has 999 at most.
const LINES_MAX: usize = 2_000;

/// Bytes that an answer may have: some times what 999 lines take.
const BYTES_MAX: usize = 256 * 1024;

/// A scalar of any kind as text; what is none of them is blank. The platform writes the same field as text or as a number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Loose(pub(super) String);

impl Read for Loose {
    const OPTIONAL: bool = true;

    fn blank() -> Self {
        Self::default()
    }

    fn read(&mut self, from: &mut Reader<'_>) -> Result<(), Wrong> {
        let mut raw = Raw::blank();
        raw.read(from)?;
        let text = raw.text();
        self.0 = match text.as_bytes().first() {
            Some(b'"') => json::read(text).unwrap_or_default(),
            Some(b'{' | b'[' | b'n') | None => String::new(),
            Some(_) => text.to_owned(),
        };
        Ok(())
    }
}

/// An answer about one invoice.
#[derive(Debug, Read)]
struct Told {
    code: Loose,
    #[serde(rename = "invNum")]
    number: Loose,
    #[serde(rename = "invDate")]
    date: Loose,
    #[serde(rename = "invPeriod")]
    period: Loose,
    #[serde(rename = "invoiceTime")]
    time: Loose,
    #[serde(rename = "invStatus")]
    status: Loose,
    #[serde(rename = "sellerName")]
    seller_name: Loose,
    #[serde(rename = "sellerBan")]
    seller: Loose,
    #[serde(rename = "sellerAddress")]
    address: Loose,
    #[serde(rename = "buyerBan")]
    buyer: Loose,
    currency: Loose,
    amount: Loose,
    details: Option<Few<ToldLine>>,
}

/// A list of which no more is read than an invoice may have lines: an answer with more is none.
#[derive(Debug)]
pub(super) struct Few<T>(pub(super) Vec<T>);

impl<T: Read> Read for Few<T> {
    fn blank() -> Self {
        Self(Vec::new())
    }

    fn read(&mut self, from: &mut Reader<'_>) -> Result<(), Wrong> {
        let mut list = from.list()?;
        while from.another(&mut list)? {
            if self.0.len() == LINES_MAX {
                return Err(Wrong::shape(&"too many lines"));
            }
            let mut one = T::blank();
            one.read(from)?;
            self.0.push(one);
        }
        Ok(())
    }
}

/// A line of it.
#[derive(Debug, Read)]
struct ToldLine {
    description: Loose,
    quantity: Loose,
    #[serde(rename = "unitPrice")]
    price: Loose,
    amount: Loose,
}

/// What a verifier's answer comes to.
pub(super) struct Heard {
    /// What it means.
    pub(super) outcome: Outcome,
    /// What it says of the invoice, where it was found: as it should be, voided, or in a state that nobody knows.
    pub(super) evidence: Option<Evidence>,
}

/// The question about a submission.
#[inline(never)]
pub(super) fn question(verifier: &Verifier, it: &Submission) -> Option<(Call, HttpRequest)> {
    let (number, period) = it.invoice()?;
    let uuid = device(&it.member);
    let access = Access {
        app_id: &verifier.app_id,
        uuid: &uuid,
    };
    let random = it.random.as_deref().and_then(Random::parse);
    let Some(random) = random else {
        // From a carrier: what lies on it is not asked again, since its code isn't kept.
        let asked = header(number, it.date?, access);
        return Some((Call::Header, request(verifier, &asked)));
    };
    let printed = it.printed.as_ref();
    let printed = printed.and_then(|(check, seller)| {
        let seller = TaxId::parse(seller)?;
        Some(Printed::Qr { check, seller })
    });
    let printed = printed.unwrap_or(Printed::Bar);
    let asked = detail(number, period, it.date, random, printed, access);
    Some((Call::Detail, request(verifier, &asked)))
}

/// A member as verifiers see it: the same each time, and told to nobody.
pub(super) fn device(member: &Id) -> String {
    fingerprint(&member.as_str())
}

/// A question as it is sent.
#[inline(never)]
pub(super) fn request(verifier: &Verifier, asked: &Request) -> HttpRequest {
    let mut body = String::with_capacity(512);
    for (name, value) in &asked.form {
        if !body.is_empty() {
            body.push('&');
        }
        body.push_str(name);
        body.push('=');
        body.push_str(&encoded(value));
    }
    HttpRequest {
        method: "POST",
        url: [verifier.address.as_str(), asked.path].concat(),
        headers: vec![(
            "content-type".to_owned(),
            "application/x-www-form-urlencoded".to_owned(),
        )],
        body: Some(body),
        credential: verifier.credential.clone(),
        timeout_ms: TIMEOUT_MS,
    }
}

/// What an answer about an invoice comes to.
#[inline(never)]
pub(super) fn heard(
    call: Call,
    (number, period): (Number, Period),
    answer: Result<&HttpResponse, &HttpError>,
) -> Heard {
    let (http, told) = status_and::<Told>(answer);
    let text = |loose: fn(&Told) -> &Loose| told.as_ref().map_or("", |told| loose(told).0.as_str());
    let lines = told.as_ref().and_then(|told| told.details.as_ref());
    let outcome = Answer {
        call,
        http,
        retry_after: retry_after(answer),
        code: code(text(|told| &told.code)),
        status: text(|told| &told.status),
        seller_name: text(|told| &told.seller_name),
        seller: text(|told| &told.seller),
        buyer: text(|told| &told.buyer),
        lines: lines.map(|lines| lines.0.len()),
    };
    let told_of = outcome.code == Some(200);
    let outcome = outcome.outcome();
    let tells = matches!(
        outcome,
        Outcome::Found | Outcome::UnknownStatus | Outcome::Voided
    );
    if !(tells && told_of) {
        return Heard {
            outcome,
            evidence: None,
        };
    }
    let evidence = told.and_then(|told| evidence(&told, number));
    let evidence = evidence.filter(|it| it.is_of(number, period));
    Heard {
        outcome: if evidence.is_some() {
            outcome
        } else {
            // An answer about something else is none.
            Outcome::Transient(Trouble::OtherInvoice)
        },
        evidence,
    }
}

/// What the operator is told of an outcome, without a word about the invoice; none: nothing.
#[inline(never)]
pub(super) fn alert(verifier: &str, outcome: Outcome) -> Option<String> {
    if outcome == Outcome::Transient(Trouble::Denied) {
        let told = [
            "the host's allow-list denies the address of verifier ",
            verifier,
        ];
        return Some(told.concat());
    }
    let told = || format!("asking verifier {verifier} came to {outcome:?}");
    outcome.alerts().then(told)
}

/// An answer's status, or why none came, and its body; none: it is none of the platform's, or too large to be one.
pub(super) fn status_and<T: Read>(
    answer: Result<&HttpResponse, &HttpError>,
) -> (Result<u16, Trouble>, Option<T>) {
    let response = match answer {
        Ok(response) => response,
        Err(error) => return (Err(trouble(error)), None),
    };
    let body = Some(&response.body).filter(|body| body.len() <= BYTES_MAX);
    let body = body.and_then(|body| json::read(body).ok());
    (Ok(response.status), body)
}

fn trouble(error: &HttpError) -> Trouble {
    match error {
        HttpError::Denied(_) => Trouble::Denied,
        HttpError::TooLarge(_) | HttpError::Garbled => Trouble::Garbled,
        HttpError::Unreachable | HttpError::NoAnswer => Trouble::NoAnswer,
    }
}

/// After how many seconds an answer says that it may be asked again. One that names a time instead is taken to say nothing.
#[inline(never)]
pub(super) fn retry_after(answer: Result<&HttpResponse, &HttpError>) -> Option<u32> {
    let headers = &answer.ok()?.headers;
    let named = |(name, _): &&(String, String)| name.eq_ignore_ascii_case("retry-after");
    headers.iter().find(named)?.1.trim().parse().ok()
}

/// What an answer says; none where it says it of another invoice.
#[inline(never)]
fn evidence(told: &Told, asked: Number) -> Option<Evidence> {
    let number = match told.number.0.trim() {
        "" => asked,
        text => Number::typed(text).ok()?,
    };
    let lines = told.details.as_ref().map(|lines| lines.0.as_slice());
    let lines = lines.unwrap_or_default();
    let line =
        |it: &ToldLine| Line::read(&it.description.0, &it.quantity.0, &it.price.0, &it.amount.0);
    Some(Evidence {
        number,
        period: Period::parse(told.period.0.trim()),
        date: date(&told.date.0),
        time: told.time.0.clone(),
        status: told.status.0.clone(),
        seller_name: told.seller_name.0.clone(),
        seller: TaxId::typed(&told.seller.0),
        seller_address: told.address.0.clone(),
        currency: told.currency.0.clone(),
        total: lenient(&told.amount.0),
        lines: lines.iter().map(line).collect(),
    })
}

/// `20260410`, or the same with slashes or hyphens.
fn date(text: &str) -> Option<NaiveDate> {
    stampcard_invoice::identifier::date::typed(text)
}

/// The answer's code; none where there is none.
pub(super) fn code(text: &str) -> Option<u32> {
    text.trim().parse().ok()
}
