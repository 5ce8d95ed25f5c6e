//! The exported functions: the interface's words in, the domain's words through, the interface's words out.
//! Natively they are plain functions of [`crate::ports::Ports`]; `component.rs` exports them.

pub mod accounts;
pub mod campaigns;
mod check;
pub mod coupons;
mod entries;
mod error;
pub mod imports;
mod instant;
pub mod invoices;
pub mod members;
pub mod merchant;
pub mod notices;
mod orders;
pub mod points;
pub mod policy;
pub mod reports;
mod standings;
pub mod submissions;
pub mod tiers;
pub mod upkeep;

use crate::bindings::stampcard::plugin::types as wit;
use crate::domain::amount::Amount;
use crate::domain::config::Merchant;
use crate::flows::command::Execution;
use crate::reject::Reject;
use check::Check;
use std::fmt::Display;

/// What an exported function answers.
type Answer<T> = Result<T, wit::Error>;

/// The execution of a command: its key must be an identifier.
fn execution(execution: &wit::Execution) -> Result<Execution, Reject> {
    match execution {
        wit::Execution::DryRun => Ok(Execution::DryRun),
        wit::Execution::Commit(key) => {
            let mut check = Check::default();
            let key = check.id(&"/execution/commit", key);
            check.done()?;
            key.map(Execution::Commit).ok_or(Reject::KeyReused)
        }
    }
}

/// Money with the merchant's currency beside it.
fn money(amount: Amount, merchant: &Merchant) -> wit::Money {
    wit::Money {
        amount: amount.text(),
        currency: merchant.currency.clone(),
    }
}

/// An https address.
fn link(check: &mut Check, path: &dyn Display, url: &str) -> String {
    let fits = url.len() <= 1_000
        && url
            .strip_prefix("https://")
            .is_some_and(|rest| !rest.is_empty())
        && !url.contains(|it: char| it.is_whitespace() || it.is_control());
    if !fits {
        let permitted = "an address that begins with https://, without blanks, at most 1,000 bytes";
        check.fault(path, format!("{url:?}"), permitted);
    }
    url.to_owned()
}
