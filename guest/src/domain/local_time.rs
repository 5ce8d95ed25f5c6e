//! Local dates with a time of day in documents: `YYYY-MM-DD HH:MM`.

use super::text;
use super::{calendar_date, clock_time};
use crate::reading::{Reader, Wrong};
use chrono::NaiveDateTime;
use serde::Serializer;

const FORM: &str = "a local date and time YYYY-MM-DD HH:MM such as 2028-02-29 10:00";

/// Reads `YYYY-MM-DD HH:MM`; none for any other form, and for a day that the year doesn't have.
#[must_use]
pub fn parse(text: &str) -> Option<NaiveDateTime> {
    let (date, time) = text.split_once(' ')?;
    Some(calendar_date::parse(date)?.and_time(clock_time::parse(time)?))
}

/// As it stands in documents, of a whole minute.
#[must_use]
pub fn written(local: NaiveDateTime) -> String {
    let text = local.to_string();
    text.get(..16).unwrap_or(&text).to_owned()
}

/// Where there may be none.
pub mod option {
    use super::{FORM, NaiveDateTime, Reader, Serializer, Wrong, parse, text, written};

    /// Writes `YYYY-MM-DD HH:MM` or nothing.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(it: &Option<NaiveDateTime>, to: S) -> Result<S::Ok, S::Error> {
        match it {
            Some(local) => to.serialize_str(&written(*local)),
            None => to.serialize_none(),
        }
    }

    /// Reads `YYYY-MM-DD HH:MM` or nothing.
    ///
    /// # Errors
    /// For anything else.
    pub fn read(place: &mut Option<NaiveDateTime>, from: &mut Reader<'_>) -> Result<(), Wrong> {
        text::read_option(place, from, FORM, parse)
    }
}

#[cfg(test)]
mod tests {
    use super::{parse, written};

    #[test]
    fn takes_whole_minutes_in_this_form_only() {
        for it in ["2028-02-29 00:00", "9999-12-31 23:59", "2026-12-01 10:30"] {
            assert_eq!(written(parse(it).unwrap()), it);
        }
        for it in [
            "2026-02-29 10:00",
            "2026-12-01",
            "2026-12-01T10:00",
            "2026-12-01 24:00",
            "2026-12-01 10:00:00",
            "2026-12-01  10:00",
            "",
        ] {
            assert_eq!(parse(it), None, "{it}");
        }
    }
}
