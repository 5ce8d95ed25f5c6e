//! A programme's lists of entries and accounts, page by page.

use super::commands;
use super::error::Error;
use crate::call::{Call, Subject};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, de};
use serde_json::{Value, json};

pub(super) const LEDGER: &str = "points.ledger";
pub(super) const ACCOUNTS: &str = "points.accounts";

/// Accounts asked for at once: the most that the component gives.
const PAGE: u32 = 500;

#[derive(Deserialize)]
pub(super) struct LedgerPage {
    pub(super) entries: Vec<Entry>,
    pub(super) next: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Entry {
    pub(super) member: String,
    pub(super) sequence: u64,
    pub(super) kind: Kind,
    #[serde(deserialize_with = "points")]
    pub(super) points: Decimal,
    #[serde(deserialize_with = "points")]
    pub(super) balance: Decimal,
    pub(super) at: DateTime<Utc>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Kind {
    Earn,
    Redeem,
    Expire,
    Reverse,
    Restore,
    Adjust,
}

#[derive(Deserialize)]
pub(super) struct AccountsPage {
    pub(super) accounts: Vec<MemberBalance>,
    pub(super) next: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct MemberBalance {
    pub(super) member: String,
    pub(super) balance: Balance,
}

#[derive(Deserialize)]
pub(super) struct Balance {
    #[serde(deserialize_with = "points")]
    pub(super) balance: Decimal,
}

/// A programme's lists, page by page.
pub(super) struct Source<'a> {
    pub(super) programme: &'a str,
}

impl Source<'_> {
    /// Takes one page after another until one names no next.
    pub(super) fn pages<P: de::DeserializeOwned>(
        &self,
        subject: &mut dyn Subject,
        function: &'static str,
        mut take: impl FnMut(P) -> Result<Option<String>, Error>,
    ) -> Result<(), Error> {
        let mut after: Option<String> = None;
        loop {
            let request = json!({ "programme": self.programme, "limit": PAGE, "after": after });
            let call = Call {
                function: function.to_owned(),
                execution: None,
                request: Some(request),
            };
            let (value, _): (Value, _) = commands::ask(subject, &call, &|| function.to_owned())?;
            let next = take(commands::decode(function, value)?)?;
            if next.is_some() && next == after {
                let problem = format!("the page after {after:?} names itself as the next");
                return Err(Error::Answer { function, problem });
            }
            if next.is_none() {
                return Ok(());
            }
            after = next;
        }
    }
}

/// Points come as text, so that no float ever stands between.
fn points<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
    let text = String::deserialize(deserializer)?;
    Decimal::from_str_exact(&text).map_err(de::Error::custom)
}
