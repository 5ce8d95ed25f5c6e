//! What was sent in to a campaign, as its list shows it.

use super::super::scope::Scope;
use crate::domain::campaign::{Life, State};
use crate::domain::ids::Id;
use crate::reading::Read;
use crate::records::{codec, keys};
use crate::reject::Reject;

/// Counters of one campaign, at most.
const COUNTERS_MAX: u32 = 100;

/// Of a campaign's counters those that make up what was uploaded: neither duplicates nor what was unreadable.
#[derive(Read)]
#[serde(rename_all = "kebab-case")]
struct Uploaded {
    passed: u64,
    invalid: u64,
    waiting: u64,
    not_qualified: u64,
}

/// Invoices that were uploaded; of a draft those of tests.
///
/// # Errors
/// Those of the storage.
pub fn uploaded(scope: &mut Scope<'_>, campaign: &Id, life: &Life) -> Result<u64, Reject> {
    let draft = life.state(scope.now) == State::Draft;
    let book = keys::Book {
        campaign: campaign.clone(),
        draft,
    };
    let prefix = book.under(keys::TALLIES);
    let rows = scope.work.scan(&keys::under(&prefix, None, COUNTERS_MAX))?;
    let mut all = 0_u64;
    for row in rows {
        let it: Uploaded = codec::decode(&row.key, &row.value)?;
        for count in [it.passed, it.invalid, it.waiting, it.not_qualified] {
            all = all.saturating_add(count);
        }
    }
    Ok(all)
}
