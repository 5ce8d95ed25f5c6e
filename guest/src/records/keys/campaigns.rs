//! Keys of campaigns.

use super::escaped;
use crate::domain::ids::Id;

/// A campaign: `campaign/c-000001`.
#[must_use]
pub fn campaign(campaign: &Id) -> String {
    ["campaign/", &escaped(campaign)].concat()
}

/// A campaign's row in the list of all: `campaign-row/c-000001`. Rows stand in the order in which campaigns were made.
#[must_use]
pub fn campaign_row(campaign: &Id) -> String {
    [CAMPAIGN_ROWS, &escaped(campaign)].concat()
}

/// All campaigns' rows.
pub const CAMPAIGN_ROWS: &str = "campaign-row/";

/// How many campaigns were ever made: `campaign-series`.
pub const CAMPAIGN_SERIES: &str = "campaign-series";

/// What was sent in to a draft, for tests: `submission/c-000001%draft/`. No escaped identifier ends so.
#[must_use]
pub fn campaign_trials(campaign: &Id) -> String {
    ["submission/", &escaped(campaign), "%draft/"].concat()
}

/// Counters of what was sent in to a campaign, or for tests to its draft: `tally/c-000001/`.
#[must_use]
pub fn campaign_tallies(campaign: &Id, draft: bool) -> String {
    let draft = if draft { "%draft/" } else { "/" };
    ["tally/", &escaped(campaign), draft].concat()
}
