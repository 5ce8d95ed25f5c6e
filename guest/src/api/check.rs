//! Reading requests: every field is looked at, and every fault is told.

use crate::bindings::stampcard::plugin::types as wit;
use crate::domain::amount::{self, Amount};
use crate::domain::calendar_date;
use crate::domain::config::Fault;
use crate::domain::ids::{ID_FORM, Id};
use crate::domain::instant::Instant;
use crate::reject::Reject;
use crate::words::is_printed;
use chrono::NaiveDate;
use std::collections::BTreeSet;
use std::fmt::Display;

/// Items of a list in a request, at most, unless its item says less.
pub(super) const LIST_MAX: usize = 1_000;

/// Faults that are told, at most.
const FAULTS_MAX: usize = 100;

/// What was found wrong so far. The readers give a harmless value for what is faulty: nothing is done with it,
/// since [`Check::done`] refuses.
#[derive(Debug, Default)]
pub(super) struct Check {
    faults: Vec<Fault>,
}

impl Check {
    /// Notes a fault.
    pub(super) fn fault(&mut self, path: &dyn Display, found: impl Display, permitted: &str) {
        self.note(path, &found, permitted);
    }

    // Told in very many places: apart from them, and once for all types.
    #[cold]
    #[inline(never)]
    fn note(&mut self, path: &dyn Display, found: &dyn Display, permitted: &str) {
        if self.faults.len() < FAULTS_MAX {
            self.faults
                .push(Fault::new(path.to_string(), found, permitted));
        }
    }

    /// Refuses the request if anything was wrong.
    pub(super) fn done(self) -> Result<(), Reject> {
        if self.faults.is_empty() {
            Ok(())
        } else {
            Err(Reject::Invalid(self.faults))
        }
    }

    /// An identifier.
    pub(super) fn id(&mut self, path: &dyn Display, text: &str) -> Option<Id> {
        let id = Id::parse(text);
        if id.is_none() {
            self.fault(path, format!("{text:?}"), ID_FORM);
        }
        id
    }

    /// What was found wrong so far, for a command that looks further.
    pub(super) fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// An identifier that may be left out.
    pub(super) fn maybe_id(&mut self, path: &dyn Display, text: Option<&str>) -> Option<Id> {
        text.and_then(|text| self.id(path, text))
    }

    /// 1 to `most` identifiers, each once.
    pub(super) fn ids(&mut self, path: &dyn Display, texts: &[String], most: usize) -> Vec<Id> {
        self.count(path, texts.len(), 1, most);
        let mut seen = BTreeSet::new();
        let mut ids = Vec::new();
        for (place, text) in texts.iter().take(most).enumerate() {
            let path = format_args!("{path}/{place}");
            if !seen.insert(text) {
                self.fault(&path, text, "each member once");
            }
            ids.extend(self.id(&path, text));
        }
        ids
    }

    fn decimal(&mut self, path: &dyn Display, text: &str) -> Option<Amount> {
        let amount = Amount::parse(text);
        if amount.is_none() {
            self.fault(path, format!("{text:?}"), amount::FORM);
        }
        amount
    }

    /// An amount of 0 or more.
    pub(super) fn amount(&mut self, path: &dyn Display, text: &str) -> Amount {
        let amount = self.decimal(path, text);
        if let Some(negative) = amount.filter(|amount| *amount < Amount::ZERO) {
            self.fault(path, negative, "0 or more");
        }
        amount.unwrap_or_default().or_zero()
    }

    /// An amount of 0 or more that is 0 if it is left out.
    pub(super) fn maybe_amount(&mut self, path: &dyn Display, text: Option<&str>) -> Amount {
        text.map_or(Amount::ZERO, |text| self.amount(path, text))
    }

    /// An amount above 0.
    pub(super) fn positive(&mut self, path: &dyn Display, text: &str) -> Amount {
        let amount = self.decimal(path, text);
        if let Some(amount) = amount.filter(|amount| !amount.is_positive()) {
            self.fault(path, amount, "above 0");
        }
        amount.unwrap_or(Amount::ONE)
    }

    /// An amount that is not 0.
    pub(super) fn signed(&mut self, path: &dyn Display, text: &str) -> Amount {
        let amount = self.decimal(path, text);
        if amount.is_some_and(|amount| amount.is_zero()) {
            self.fault(path, text, "above or below 0");
        }
        amount.unwrap_or(Amount::ONE)
    }

    /// A date of the calendar.
    pub(super) fn date(&mut self, path: &dyn Display, text: &str) -> Option<NaiveDate> {
        let date = calendar_date::parse(text);
        if date.is_none() {
            let permitted = "a date YYYY-MM-DD that the calendar has";
            self.fault(path, format!("{text:?}"), permitted);
        }
        date
    }

    /// A moment.
    pub(super) fn instant(&mut self, path: &dyn Display, instant: wit::Instant) -> Option<Instant> {
        let read = instant.parse();
        if read.is_none() {
            let permitted = "a moment before 10000, nanoseconds below 1,000,000,000";
            self.fault(path, format!("{instant:?}"), permitted);
        }
        read
    }

    /// Text of 1 to `most` bytes without control characters.
    pub(super) fn text(&mut self, path: &dyn Display, text: &str, most: usize) -> String {
        let fits = (1..=most).contains(&text.len()) && is_printed(text);
        if !fits {
            let permitted = format!("1 to {most} bytes without control characters");
            self.fault(path, format!("{text:?}"), &permitted);
        }
        text.to_owned()
    }

    /// Text that may be left out.
    pub(super) fn maybe_text(
        &mut self,
        path: &dyn Display,
        text: Option<&str>,
        most: usize,
    ) -> Option<String> {
        text.map(|text| self.text(path, text, most))
    }

    /// A list of short texts; none is an empty one.
    pub(super) fn texts(
        &mut self,
        path: &dyn Display,
        texts: Option<&Vec<String>>,
        most: usize,
    ) -> Vec<String> {
        let texts = texts.map_or(&[][..], Vec::as_slice);
        self.count(path, texts.len(), 0, most);
        let texts = texts.iter().take(most).enumerate();
        texts
            .map(|(place, text)| self.text(&format_args!("{path}/{place}"), text, 128))
            .collect()
    }

    /// The number of a list's items.
    pub(super) fn count(&mut self, path: &dyn Display, count: usize, least: usize, most: usize) {
        if !(least..=most).contains(&count) {
            self.fault(
                path,
                format!("{count} items"),
                &format!("{least} to {most} items"),
            );
        }
    }

    /// A whole number within bounds, or what it is if it is left out.
    pub(super) fn number(
        &mut self,
        path: &dyn Display,
        number: Option<u32>,
        usual: u32,
        most: u32,
    ) -> u32 {
        let number = number.unwrap_or(usual);
        if !(1..=most).contains(&number) {
            self.fault(path, number, &format!("1 to {most}"));
        }
        number
    }
}

/// What was read, if nothing was wrong.
pub(super) fn whole<T>(check: Check, read: Option<T>) -> Result<T, Reject> {
    check.done()?;
    read.ok_or_else(|| Reject::Invalid(Vec::new()))
}
