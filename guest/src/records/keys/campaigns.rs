//! Keys of campaigns.

use super::escaped;
use crate::domain::ids::Id;
use crate::pieces::joined;

/// A campaign: `campaign/c-000001`.
#[must_use]
pub fn campaign(campaign: &Id) -> String {
    joined(&["campaign/", &escaped(campaign)])
}

/// A campaign's row in the list of all: `campaign-row/c-000001`. Rows stand in the order in which campaigns were made.
#[must_use]
pub fn campaign_row(campaign: &Id) -> String {
    joined(&[CAMPAIGN_ROWS, &escaped(campaign)])
}

/// All campaigns' rows.
pub const CAMPAIGN_ROWS: &str = "campaign-row/";

/// How many campaigns were ever made: `campaign-series`.
pub const CAMPAIGN_SERIES: &str = "campaign-series";
