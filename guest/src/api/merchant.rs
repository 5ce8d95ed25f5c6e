//! The interface `merchant`.

use super::check::Check;
use super::execution;
use crate::bindings::exports::stampcard::plugin::merchant as wit;
use crate::bindings::stampcard::plugin::types::Error;
use crate::domain::config::{Expiry, Merchant};
use crate::domain::terms::Clause;
use crate::flows::configure::{self, Applied, PRESETS};
use crate::flows::terms;
use crate::ports::Ports;

/// `merchant.validate`.
///
/// # Errors
/// `invalid-configuration`.
pub fn validate(_: &dyn Ports, request: &wit::Document) -> Result<wit::Summary, Error> {
    Ok(summary(&configure::validate(&request.document)?))
}

/// `merchant.apply`.
///
/// # Errors
/// Those that the interface names.
pub fn apply(
    ports: &dyn Ports,
    how: &wit::Execution,
    request: &wit::Document,
) -> Result<wit::Applied, Error> {
    Ok(applied(configure::apply(
        ports,
        &execution(how)?,
        &request.document,
    )?))
}

/// `merchant.current`.
///
/// # Errors
/// `not-configured`.
pub fn current(ports: &dyn Ports) -> Result<wit::Applied, Error> {
    Ok(applied(configure::current(ports)?))
}

/// `merchant.history`.
///
/// # Errors
/// Those that the interface names.
pub fn history(
    ports: &dyn Ports,
    request: &wit::HistoryRequest,
) -> Result<wit::HistoryPage, Error> {
    let mut check = Check::default();
    let limit = check.number(&"/limit", request.limit, 20, 50);
    check.done()?;
    let (page, next) = configure::history(ports, request.before, limit)?;
    let applied = page
        .into_iter()
        .map(|(number, at, bytes)| wit::Application {
            number,
            at: at.into(),
            bytes: u32::try_from(bytes).unwrap_or(u32::MAX),
        });
    Ok(wit::HistoryPage {
        applied: applied.collect(),
        next,
    })
}

/// `merchant.past`.
///
/// # Errors
/// Those that the interface names.
pub fn past(
    ports: &dyn Ports,
    request: &wit::ConfigurationNumber,
) -> Result<wit::PastDocument, Error> {
    let past = configure::past(ports, request.number)?;
    Ok(wit::PastDocument {
        number: past.number,
        at: past.at.into(),
        document: past.document.text().to_owned(),
    })
}

/// `merchant.presets`.
///
/// # Errors
/// None.
pub fn presets(_: &dyn Ports) -> Result<Vec<wit::Preset>, Error> {
    let preset = |(name, document): (&str, &str)| wit::Preset {
        name: name.to_owned(),
        document: document.to_owned(),
    };
    Ok(PRESETS.into_iter().map(preset).collect())
}

/// `merchant.terms`.
///
/// # Errors
/// `invalid-configuration`.
pub fn terms(_: &dyn Ports, request: &wit::Document) -> Result<wit::StatedTerms, Error> {
    let stated = terms::state(&request.document)?;
    let statements = stated
        .texts
        .into_iter()
        .map(|(language, text)| wit::Statement {
            language: language.tag().to_owned(),
            text,
        });
    Ok(wit::StatedTerms {
        needed: stated.needed,
        version: stated.version,
        statements: statements.collect(),
        confirmed_by: stated.confirmed_by,
    })
}

/// `merchant.missing-terms`.
///
/// # Errors
/// `invalid-configuration`, `invalid-input`.
pub fn missing_terms(_: &dyn Ports, request: &wit::TermsText) -> Result<Vec<wit::Clause>, Error> {
    let missing = terms::missing(&request.document, &request.text)?;
    let clause = |clause| match clause {
        Clause::Life => wit::Clause::Life,
        Clause::Lapse => wit::Clause::Lapse,
        Clause::Notice => wit::Clause::Notice,
        Clause::NotRestored => wit::Clause::NotRestored,
    };
    Ok(missing.into_iter().map(clause).collect())
}

/// `merchant.schema`.
#[must_use]
pub fn schema(_: &dyn Ports) -> String {
    configure::schema()
}

fn applied(applied: Applied) -> wit::Applied {
    let summary = summary(&applied.merchant);
    wit::Applied {
        number: applied.number,
        at: applied.at.into(),
        document: applied.document,
        summary,
    }
}

fn summary(merchant: &Merchant) -> wit::Summary {
    let programmes = merchant
        .programmes
        .iter()
        .map(|(name, programme)| wit::ProgrammeSummary {
            programme: name.to_string(),
            decimals: u8::try_from(programme.decimals).unwrap_or(u8::MAX),
            rules: programme
                .earn
                .iter()
                .map(|rule| rule.id.to_string())
                .collect(),
            expiry: policy(&programme.expiry).to_owned(),
        });
    wit::Summary {
        zone: merchant.zone.name().to_owned(),
        currency: merchant.currency.clone(),
        programmes: programmes.collect(),
    }
}

fn policy(expiry: &Expiry) -> &'static str {
    match expiry {
        Expiry::Never => "never",
        Expiry::Exact(_) => "exact",
        Expiry::EndOf(_) => "end-of",
        Expiry::FixedDates(_) => "fixed-dates",
        Expiry::Sweep(_) => "sweep",
        Expiry::Inactivity(_) => "inactivity",
    }
}
