//! The merchant's word for how its points lapse.

use crate::reading::Read;
use serde::Serialize;

/// Confirms the statement that follows from the document's settings. Settings that change the statement change its version,
/// and want to be confirmed again.
#[derive(Clone, Debug, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Terms {
    /// The statement's version, as `merchant.terms` tells it.
    pub version: String,
    /// Who confirmed it: 1 to 100 characters.
    pub by: String,
}
