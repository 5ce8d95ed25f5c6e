//! How long before a loss its notice goes out.

use super::language::Language;
use super::say;
use crate::reading::Read;
use chrono::{Days, Months, NaiveDate};
use serde::Serialize;

/// The time between a notice and the loss that it tells of, by the calendar: days or months, one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Lead {
    /// 0 to 3,650; 0: the day itself.
    Days(u32),
    /// 1 to 120; clamped to the month's end.
    Months(u32),
}

impl Lead {
    /// The date so long before a last day; none before the calendar begins.
    #[must_use]
    pub fn before(self, day: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Days(days) => day.checked_sub_days(Days::new(u64::from(days))),
            Self::Months(months) => day.checked_sub_months(Months::new(months)),
        }
    }

    /// The last days that are so long after a date: for months up to four, where they clamp to one date, or none.
    #[must_use]
    pub fn days_after(self, date: NaiveDate) -> Vec<NaiveDate> {
        let first = match self {
            Self::Days(days) => date.checked_add_days(Days::new(u64::from(days))),
            Self::Months(months) => date.checked_add_months(Months::new(months)),
        };
        let days = first
            .into_iter()
            .flat_map(|first| first.iter_days().take(4));
        days.filter(|day| self.before(*day) == Some(date)).collect()
    }

    /// As it stands in keys: `2-days`, `1-months`.
    #[must_use]
    pub fn key(self) -> String {
        match self {
            Self::Days(days) => format!("{days}-days"),
            Self::Months(months) => format!("{months}-months"),
        }
    }

    /// The number before its unit.
    #[must_use]
    pub fn count(self) -> u32 {
        match self {
            Self::Days(n) | Self::Months(n) => n,
        }
    }

    /// The least that a document may say.
    #[must_use]
    pub fn least(self) -> u32 {
        match self {
            Self::Days(_) => 0,
            Self::Months(_) => 1,
        }
    }

    /// The most that a document may say.
    #[must_use]
    pub fn most(self) -> u32 {
        match self {
            Self::Days(_) => 3_650,
            Self::Months(_) => 120,
        }
    }

    /// Whether a document may say it.
    #[must_use]
    pub fn fits(self) -> bool {
        (self.least()..=self.most()).contains(&self.count())
    }

    /// As members read it, such as `3 days before` or `on the day itself`.
    #[must_use]
    pub fn text(self, language: Language) -> String {
        if self == Self::Days(0) {
            return match language {
                Language::ZhTw => "當日",
                Language::Ko => "당일",
                Language::En => "on the day itself",
            }
            .to_owned();
        }
        let length = match self {
            Self::Days(n) => say::days(language, n),
            Self::Months(n) => say::months(language, n),
        };
        match language {
            Language::ZhTw => format!("{length}前"),
            Language::Ko => format!("{length} 전"),
            Language::En => format!("{length} before"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Language, Lead, NaiveDate};

    #[test]
    fn has_bounds() {
        for lead in [
            Lead::Days(0),
            Lead::Days(3_650),
            Lead::Months(1),
            Lead::Months(120),
        ] {
            assert!(lead.fits(), "{lead:?}");
        }
        for lead in [Lead::Days(3_651), Lead::Months(0), Lead::Months(121)] {
            assert!(!lead.fits(), "{lead:?}");
        }
    }

    #[test]
    fn is_said_in_each_language() {
        let said = |lead: Lead| Language::ALL.map(|language| lead.text(language));
        assert_eq!(said(Lead::Days(0)), ["當日", "당일", "on the day itself"]);
        assert_eq!(said(Lead::Days(3)), ["3 天前", "3일 전", "3 days before"]);
        assert_eq!(
            said(Lead::Months(1)),
            ["1 個月前", "1개월 전", "1 month before"]
        );
    }

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn every_last_day_has_one_date_for_each_lead() {
        for lead in [
            Lead::Days(0),
            Lead::Days(3),
            Lead::Months(1),
            Lead::Months(2),
        ] {
            for day in date("2023-12-01").iter_days().take(500) {
                let before = lead.before(day).unwrap();
                assert!(lead.days_after(before).contains(&day), "{lead:?} {day}");
            }
        }
        // The last days of March go with the end of February.
        let all = Lead::Months(1).days_after(date("2026-02-28"));
        assert_eq!(
            all,
            ["2026-03-28", "2026-03-29", "2026-03-30", "2026-03-31"].map(date)
        );
        assert_eq!(Lead::Months(1).days_after(date("2026-01-30")), []);
    }
}
