//! A verifier's answer, and what it means. The codes are MOF's; other verifiers answer in the same shape.

use crate::fold;

/// Seconds for which a key rests that asked too often, at least and at most: whoever names more is asked again after a day.
const PAUSE: (u32, u32) = (60, 86_400);

/// The same where the answer doesn't name them.
const PAUSE_UNTOLD: u32 = 900;

/// What was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// The header of an invoice (`qryInvHeader`).
    Header,
    /// An invoice with its lines, by its random code (`qryInvDetail`).
    Detail,
    /// The list of a carrier (`carrierInvChk`).
    CarrierList,
    /// An invoice on a carrier, with its lines (`carrierInvDetail`).
    CarrierDetail,
}

/// What came back, as far as it decides what the answer means.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// What was asked.
    pub call: Call,
    /// HTTP's status, or why no answer came.
    pub http: Result<u16, Trouble>,
    /// Seconds of `Retry-After`, if they are told.
    pub retry_after: Option<u32>,
    /// The answer's `code`, number or text alike; none where the body is not the platform's JSON.
    pub code: Option<u32>,
    /// `invStatus`.
    pub status: &'a str,
    /// `sellerName`.
    pub seller_name: &'a str,
    /// `sellerBan`.
    pub seller: &'a str,
    /// `buyerBan`.
    pub buyer: &'a str,
    /// How many `details` there are; none where the key is missing.
    pub lines: Option<usize>,
}

/// What an answer means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The invoice is there and can be judged; of a list: here it is.
    Found,
    /// The platform doesn't know it, yet.
    NotYetKnown,
    /// Its random code is another one.
    WrongRandomCode,
    /// Its check field is not the seller's.
    Forged,
    /// It was voided or cancelled.
    Voided,
    /// It was made out to a business.
    BusinessBuyer {
        /// Whether the answer names the buyer; otherwise nothing but number and date came, as it does for businesses.
        named: bool,
    },
    /// The carrier's verification code is another one.
    WrongVerificationCode,
    /// The question was not understood.
    BadParameters,
    /// There is no such period, or it can't be asked for.
    PeriodError,
    /// Asking again may help.
    Transient(Trouble),
    /// Too many questions: the key rests for so many seconds.
    PauseFor(u32),
    /// Too many questions: the key rests until the next day.
    PauseUntilNextDay,
    /// The key is blocked, until an operator has seen to it.
    PauseUntilOperator,
    /// A state or code that nobody knows: it waits for a person, and is never a pass.
    UnknownStatus,
    /// There are more rows than came: ask for the next page.
    NextPage,
}

/// Why asking again may help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The platform is busy, or fails.
    Platform,
    /// No whole answer came, or none in time.
    NoAnswer,
    /// What came is none of the platform's JSON, or too large to be.
    Garbled,
    /// The answer is about another invoice.
    OtherInvoice,
    /// The host doesn't let it be asked.
    Denied,
    /// What answered is not the platform: a page that says it doesn't take such a question. The address may be wrong.
    Page,
    /// The time that was sent along had run out: it is made anew, and the clock looked at.
    Clock,
    /// A signature is said to be wrong, which is also said of other faults.
    Signature,
}

impl Answer<'_> {
    /// What it means.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let platform = Outcome::Transient(Trouble::Platform);
        let http = match self.http {
            Ok(http) => http,
            Err(trouble) => return Outcome::Transient(trouble),
        };
        match http {
            200..=299 => {}
            401 | 403 => return Outcome::PauseUntilOperator,
            408 | 425 => return platform,
            429 => {
                let (least, most) = PAUSE;
                let seconds = self.retry_after.unwrap_or(PAUSE_UNTOLD);
                return Outcome::PauseFor(seconds.clamp(least, most));
            }
            // A body of the platform's own says more than the status.
            400..=499 if self.code.is_none() => return Outcome::Transient(Trouble::Page),
            400..=499 => {}
            _ => return platform,
        }
        match self.code {
            Some(200) => self.found(),
            Some(901 | 902) => Outcome::PeriodError,
            Some(903 | 904 | 907 | 908 | 913) => Outcome::BadParameters,
            Some(915) => Outcome::NotYetKnown,
            Some(919) => Outcome::WrongVerificationCode,
            Some(950) => Outcome::PauseUntilNextDay,
            Some(952) => Outcome::Transient(Trouble::Clock),
            Some(953) => Outcome::Forged,
            Some(954) => Outcome::Transient(Trouble::Signature),
            Some(996) => Outcome::NextPage,
            Some(997 | 998) => Outcome::PauseUntilOperator,
            // A page of HTML is what gateways send while the platform is down.
            None => Outcome::Transient(Trouble::Garbled),
            Some(500..=599 | 900 | 951 | 999) => platform,
            Some(_) => Outcome::UnknownStatus,
        }
    }

    /// Code 200 says no more than that an answer came.
    fn found(&self) -> Outcome {
        if self.call == Call::CarrierList {
            return Outcome::Found;
        }
        let status = fold::typed(self.status);
        let says = |part: &str| status.contains(part);
        if says("並無開立") {
            return Outcome::NotYetKnown;
        }
        if says("作廢") || says("註銷") {
            return Outcome::Voided;
        }
        if !self.buyer.trim().trim_matches('0').is_empty() {
            return Outcome::BusinessBuyer { named: true };
        }
        let blank = |text: &str| fold::typed(text).is_empty();
        if status.is_empty()
            && blank(self.seller_name)
            && blank(self.seller)
            && self.lines.is_none()
        {
            return Outcome::BusinessBuyer { named: false };
        }
        if !is_confirmed(self.status) {
            return Outcome::UnknownStatus;
        }
        match (self.call, self.lines) {
            (Call::Detail, None) => Outcome::WrongRandomCode,
            (Call::Detail | Call::CarrierDetail, None | Some(0)) => Outcome::NotYetKnown,
            _ => Outcome::Found,
        }
    }
}

/// Whether the platform's word for a state says that the invoice stands. Any other word is for a person.
#[must_use]
pub fn is_confirmed(status: &str) -> bool {
    matches!(fold::typed(status).as_str(), "已確認" | "開立已確認")
}

impl Outcome {
    /// Whether an operator is to be told.
    #[must_use]
    pub fn alerts(self) -> bool {
        matches!(
            self,
            Self::BadParameters
                | Self::PauseFor(_)
                | Self::PauseUntilNextDay
                | Self::PauseUntilOperator
                | Self::Transient(_)
        )
    }
}
