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
