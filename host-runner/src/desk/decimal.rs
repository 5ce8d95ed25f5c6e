//! Points are text in JSON, so that no float ever stands between.

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serializer, de};

pub(super) fn serialize<S: Serializer>(points: &Decimal, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(&points.normalize())
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Decimal, D::Error> {
    let text = String::deserialize(from)?;
    Decimal::from_str_exact(&text).map_err(de::Error::custom)
}
