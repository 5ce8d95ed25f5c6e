//! How long before the loss a notice goes out.

use chrono::{Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

/// So long before the last day, by the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Lead {
    /// 0 to 3,650; 0: on the last day itself.
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

    /// Within its bounds.
    #[must_use]
    pub fn is_permitted(self) -> bool {
        match self {
            Self::Days(days) => days <= 3_650,
            Self::Months(months) => (1..=120).contains(&months),
        }
    }

    /// As it stands in keys: `2-days`, `1-months`.
    #[must_use]
    pub fn text(self) -> String {
        match self {
            Self::Days(days) => format!("{days}-days"),
            Self::Months(months) => format!("{months}-months"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
