//! Mitake's report, which comes as the query of a request to the address that was named with the message.

use super::{About, Fate, Report, ReportError};
use crate::capabilities::clock::Instant;
use chrono::{FixedOffset, NaiveDateTime, TimeZone};
use url::form_urlencoded::parse;

/// Taiwan's seconds ahead of UTC.
const ZONE: i32 = 8 * 3600;

/// What a query such as `msgid=…&donetime=…&StatusFlag=4` tells. Mitake signs nothing: the address must be one that nobody
/// guesses, and open to Mitake alone. `key` is that of the message, where the address had it.
///
/// # Errors
/// [`ReportError::Unreadable`] where id, time or state are missing or wrong.
pub fn mitake(query: &str, key: Option<&str>) -> Result<Report, ReportError> {
    let value = |wanted: &str| {
        let mut fields = parse(query.as_bytes());
        let found = fields.find(|field| field.0.eq_ignore_ascii_case(wanted));
        let text = found.map(|field| field.1.into_owned());
        text.filter(|text| !text.is_empty())
    };
    let read = || {
        let id = value("msgid")?;
        let done = value("donetime").or_else(|| value("dlvtime"))?;
        let local = NaiveDateTime::parse_from_str(&done, "%Y%m%d%H%M%S").ok()?;
        let zone = FixedOffset::east_opt(ZONE)?;
        let at = zone.from_local_datetime(&local).single()?.timestamp();
        let fate = match value("StatusFlag")?.as_str() {
            "4" => Fate::Delivered,
            "0" | "1" | "2" => Fate::UnderWay,
            flag @ ("5" | "6" | "7" | "8" | "9") => Fate::Undelivered(told(flag).to_owned()),
            _ => return None,
        };
        Some(Report {
            about: About::of(id, key.filter(|key| !key.is_empty()).map(str::to_owned)),
            fate,
            at: Some(Instant::at(u64::try_from(at).ok()?)),
        })
    };
    read().ok_or(ReportError::Unreadable)
}

fn told(flag: &str) -> &'static str {
    match flag {
        "5" => "the text is wrong",
        "6" => "the number is wrong",
        "7" => "messages to the number are stopped",
        "8" => "it was not delivered in time",
        _ => "it was cancelled",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_read() {
        let report = |fate| Report {
            about: About::Id("8091234567".to_owned()),
            fate,
            at: Some(Instant::at(1_795_608_000)),
        };
        let query = |flag: &str| {
            format!(
                "msgid=8091234567&dstaddr=0912345678&dlvtime=20261125195900&donetime=20261125200000&statusstr=X&StatusFlag={flag}"
            )
        };
        let late = "it was not delivered in time".to_owned();
        for (flag, fate) in [
            ("4", Fate::Delivered),
            ("1", Fate::UnderWay),
            ("8", Fate::Undelivered(late)),
        ] {
            assert_eq!(mitake(&query(flag), None), Ok(report(fate)), "{flag}");
        }
        for text in [
            "",
            &query("x"),
            &query(""),
            "StatusFlag=4&donetime=20261125200000",
            "msgid=1&StatusFlag=4",
            "msgid=1&StatusFlag=4&donetime=20261325200000",
        ] {
            assert_eq!(mitake(text, None), Err(ReportError::Unreadable), "{text}");
        }
    }
}
