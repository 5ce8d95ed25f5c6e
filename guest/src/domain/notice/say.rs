//! Numbers, dates, times and names as members read them.

use super::language::Language;
use crate::domain::amount::Amount;
use chrono::{Datelike, NaiveDate, NaiveTime, Timelike};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// An amount with a comma between thousands: `12,345.5`.
#[must_use]
pub fn amount(amount: Amount) -> String {
    let text = amount.text();
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text.as_str(), None),
    };
    let digits = whole.trim_start_matches('-').len();
    let mut said = String::with_capacity(text.len() + digits / 3 + 1);
    let mut left = digits;
    for sign in whole.chars() {
        said.push(sign);
        if sign != '-' {
            left -= 1;
            if left > 0 && left % 3 == 0 {
                said.push(',');
            }
        }
    }
    if let Some(fraction) = fraction {
        said.push('.');
        said.push_str(fraction);
    }
    said
}

/// A date: `2026年6月10日`, `2026년 6월 10일`, `10 June 2026`.
#[must_use]
pub fn date(language: Language, date: NaiveDate) -> String {
    let (year, day) = (date.year(), month_day(language, date.month(), date.day()));
    match language {
        Language::ZhTw => format!("{year}年{day}"),
        Language::Ko => format!("{year}년 {day}"),
        Language::En => format!("{day} {year}"),
    }
}

/// A date of every year: `6月10日`, `6월 10일`, `10 June`. A month is 1 to 12.
#[must_use]
pub fn month_day(language: Language, month: u32, day: u32) -> String {
    match language {
        Language::ZhTw => format!("{month}月{day}日"),
        Language::Ko => format!("{month}월 {day}일"),
        Language::En => {
            let place = usize::try_from(month).unwrap_or(0).wrapping_sub(1);
            format!("{day} {}", MONTHS.get(place).copied().unwrap_or_default())
        }
    }
}

/// A time of day: `18:30`, or `23:59:59` where the seconds aren't 0.
#[must_use]
pub fn time(time: NaiveTime) -> String {
    let (hour, minute, second) = (time.hour(), time.minute(), time.second());
    if second == 0 {
        format!("{hour:02}:{minute:02}")
    } else {
        format!("{hour:02}:{minute:02}:{second:02}")
    }
}

/// So many days: `3 天`, `3일`, `3 days`.
#[must_use]
pub fn days(language: Language, count: u32) -> String {
    counted(language, count, [" 天", "일", " day"])
}

/// So many months: `2 個月`, `2개월`, `2 months`.
#[must_use]
pub fn months(language: Language, count: u32) -> String {
    counted(language, count, [" 個月", "개월", " month"])
}

/// So many years: `1 年`, `1년`, `1 year`.
#[must_use]
pub fn years(language: Language, count: u32) -> String {
    counted(language, count, [" 年", "년", " year"])
}

fn counted(language: Language, count: u32, [zh, ko, en]: [&str; 3]) -> String {
    let number = amount(Amount::whole(i64::from(count)));
    match language {
        Language::ZhTw => format!("{number}{zh}"),
        Language::Ko => format!("{number}{ko}"),
        Language::En => format!("{number}{en}{}", if count == 1 { "" } else { "s" }),
    }
}

/// Items in a row: `a、b`, `a, b`, `a, b and c`.
#[must_use]
pub fn list(language: Language, items: &[String]) -> String {
    match (language, items) {
        (Language::ZhTw, _) => items.join("、"),
        (Language::En, [first @ .., last]) if !first.is_empty() => {
            format!("{} and {last}", first.join(", "))
        }
        _ => items.join(", "),
    }
}

/// A name from outside, fit to stand in a line: control characters, line separators and marks that turn the direction of
/// writing become blanks, blanks at the ends go, and it is cut to `most` characters, the last of them then `…`.
#[must_use]
pub fn clean(text: &str, most: usize) -> String {
    let blanked: String = text.chars().map(blanked).collect();
    let text = blanked.trim();
    if text.chars().nth(most).is_none() {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(most.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

/// A name as [`clean`] leaves it, or another word where nothing is left of it.
#[must_use]
pub fn named(name: &str, most: usize, otherwise: &str) -> String {
    let name = clean(name, most);
    if name.is_empty() {
        otherwise.to_owned()
    } else {
        name
    }
}

/// What points are called where the programme has no name for them.
#[must_use]
pub fn points(language: Language) -> &'static str {
    match language {
        Language::ZhTw => "點數",
        Language::Ko => "적립금",
        Language::En => "points",
    }
}

/// The character, or a blank for one that breaks a line or its direction.
pub(super) fn blanked(sign: char) -> char {
    let turns = matches!(sign, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if turns || sign.is_control() {
        ' '
    } else {
        sign
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_commas_between_thousands() {
        for (text, said) in [
            ("0", "0"),
            ("999", "999"),
            ("1000", "1,000"),
            ("-1234567.25", "-1,234,567.25"),
            ("-999", "-999"),
            ("1000000000000", "1,000,000,000,000"),
            ("0.5", "0.5"),
        ] {
            assert_eq!(amount(Amount::parse(text).unwrap()), said);
        }
    }

    #[test]
    fn dates_and_times_by_language() {
        let day = NaiveDate::from_ymd_opt(2026, 6, 10).unwrap();
        let said = Language::ALL.map(|language| date(language, day));
        assert_eq!(said, ["2026年6月10日", "2026년 6월 10일", "10 June 2026"]);
        let at = |h, m, s| time(NaiveTime::from_hms_opt(h, m, s).unwrap());
        assert_eq!(at(9, 5, 0), "09:05");
        assert_eq!(at(23, 59, 59), "23:59:59");
    }

    #[test]
    fn lists_and_lengths_by_language() {
        let items = ["a", "b", "c"].map(str::to_owned);
        let said = Language::ALL.map(|language| list(language, &items));
        assert_eq!(said, ["a、b、c", "a, b, c", "a, b and c"]);
        assert_eq!(list(Language::En, &["a".to_owned()]), "a");
        assert_eq!(list(Language::En, &[]), "");
        assert_eq!(years(Language::En, 1), "1 year");
        assert_eq!(days(Language::En, 1_200), "1,200 days");
        assert_eq!(months(Language::ZhTw, 2), "2 個月");
    }

    #[test]
    fn names_stay_in_their_line() {
        assert_eq!(clean(" a\r\nb\u{202e}c\u{2028}d\0 ", 60), "a  b c d");
        assert_eq!(clean("가나다라", 4), "가나다라");
        assert_eq!(clean("가나다라마", 4), "가나다…");
        assert_eq!(clean("\u{7}\n", 60), "");
    }
}
