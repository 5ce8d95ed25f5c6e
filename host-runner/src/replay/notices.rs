//! What members would have been told: every notice of a replay, and how many there were by month.

use super::commands;
use super::error::Error;
use crate::call::{Call, Subject};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const FUNCTION: &str = "notices.of-member";

/// Notices asked for at once: the most that the component gives.
const PAGE: u32 = 200;

/// One notice on one channel, as the component tells of it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Told {
    /// Who.
    pub member: String,
    /// Unique among the member's.
    pub id: String,
    /// Such as `points-expiring`.
    pub kind: String,
    /// Such as `email`.
    pub channel: String,
    /// How many points, as decimal.
    pub points: Option<String>,
    /// What became of it, such as `accepted`.
    pub state: String,
    /// Since when: for what was accepted, the moment of sending.
    pub since: DateTime<Utc>,
    /// Why it was not sent.
    pub detail: Option<String>,
}

impl Told {
    /// How long before the loss, such as `2-months`; none for what tells of no loss to come.
    fn lead(&self) -> Option<&str> {
        let lead = self.id.split('/').nth(3);
        lead.filter(|_| self.kind.ends_with("-expiring"))
    }
}

/// Notices of one kind, lead and channel in one local month.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ToldInMonth {
    /// Such as `1997-01`.
    pub month: String,
    /// What they tell of, with the lead where they tell of a loss to come: `points-expiring 2-months`.
    pub what: String,
    /// Such as `email`.
    pub channel: String,
    /// Those that went out.
    pub sent: u64,
    /// Those that were not needed any more at their time.
    pub dropped: u64,
    /// All others: missed, undelivered, unknown or still waiting.
    pub other: u64,
    /// How many members those were sent to.
    pub members: u64,
}

/// What members were told, all in all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ToldTotals {
    /// Notices that went out.
    pub sent: u64,
    /// The members they went to.
    pub members: u64,
    /// By month, kind and channel.
    pub months: Vec<ToldInMonth>,
}

impl ToldTotals {
    /// Reads the notices of all these members, in their order. `each` is told of every one.
    ///
    /// # Errors
    /// As any call.
    pub(super) fn read(
        subject: &mut dyn Subject,
        members: &BTreeSet<&str>,
        zone: Tz,
        each: &mut dyn FnMut(&Told),
    ) -> Result<Self, Error> {
        let mut totals = Self::default();
        let mut months: BTreeMap<(String, String, String), ToldInMonth> = BTreeMap::new();
        for member in members {
            let mut got_one = false;
            let mut here = BTreeSet::new();
            pages(subject, member, |told| {
                let month = told.since.with_timezone(&zone).format("%Y-%m").to_string();
                let what = match told.lead() {
                    Some(lead) => format!("{} {lead}", told.kind),
                    None => told.kind.clone(),
                };
                let key = (month, what, told.channel.clone());
                let row = months.entry(key.clone()).or_default();
                match told.state.as_str() {
                    "accepted" => {
                        row.sent += 1;
                        row.members += u64::from(here.insert(key));
                        totals.sent += 1;
                        got_one = true;
                    }
                    "dropped" => row.dropped += 1,
                    _ => row.other += 1,
                }
                each(&told);
            })?;
            totals.members += u64::from(got_one);
        }
        totals.months = months
            .into_iter()
            .map(|((month, what, channel), row)| ToldInMonth {
                month,
                what,
                channel,
                ..row
            })
            .collect();
        Ok(totals)
    }
}

/// Takes a member's notices, page by page.
fn pages(subject: &mut dyn Subject, member: &str, mut take: impl FnMut(Told)) -> Result<(), Error> {
    #[derive(Deserialize)]
    struct Page {
        notices: Vec<Told>,
        next: Option<String>,
    }
    let mut after: Option<String> = None;
    loop {
        let request = json!({ "member": member, "limit": PAGE, "after": after });
        let call = Call {
            function: FUNCTION.to_owned(),
            execution: None,
            request: Some(request),
        };
        let (value, _): (Value, _) =
            commands::ask(subject, &call, &|| format!("{FUNCTION} of {member}"))?;
        let page: Page = commands::decode(FUNCTION, value)?;
        page.notices.into_iter().for_each(&mut take);
        match page.next {
            None => return Ok(()),
            Some(next) if after.as_ref() == Some(&next) => {
                let problem = format!("the page after {next:?} names itself as the next");
                return Err(Error::Answer {
                    function: FUNCTION,
                    problem,
                });
            }
            next => after = next,
        }
    }
}
