//! The record of a member's accounts.

use super::batch::Batch;
use super::shelf::Spill;
use crate::domain::account::Hold;
use crate::domain::amount::Amount;
use crate::domain::calendar_date;
use crate::domain::config::Act;
use crate::domain::ids::Name;
use crate::domain::instant::Instant;
use crate::domain::merge::Merged;
use crate::domain::tier::Tier;
use crate::reading::Read;
use crate::sorted_map::SortedMap;
use chrono::NaiveDate;
use serde::Serialize;

/// All accounts of a member, as they are stored.
#[derive(Read, Serialize)]
pub(super) struct Record {
    pub(super) since: Instant,
    pub(super) at: Instant,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) due: Option<Instant>,
    #[serde(
        default,
        with = "calendar_date::option",
        skip_serializing_if = "Option::is_none"
    )]
    pub(super) listed: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) merged: Option<Merged>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) tier: Option<Box<Tier>>,
    pub(super) accounts: SortedMap<Name, Box<AccountRecord>>,
}

/// One of them.
#[derive(Default, Read, Serialize)]
#[serde(rename_all = "kebab-case", default)]
pub(super) struct AccountRecord {
    pub(super) entries: u64,
    pub(super) lots_made: u64,
    #[serde(skip_serializing_if = "Amount::is_zero")]
    pub(super) debt: Amount,
    pub(super) active: Amount,
    #[serde(skip_serializing_if = "Amount::is_zero")]
    pub(super) pending: Amount,
    #[serde(skip_serializing_if = "Amount::is_zero")]
    pub(super) held: Amount,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) last_act: Option<Instant>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) acting_since: Option<Instant>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) acts: Vec<(Act, Instant)>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) holds: Vec<Hold>,
    pub(super) lots: Vec<Batch>,
    #[serde(skip_serializing_if = "SortedMap::is_empty")]
    pub(super) spills: SortedMap<String, Spill>,
}
