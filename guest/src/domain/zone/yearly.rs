//! Clocks that are changed by the same rule twice a year.

use chrono::{DateTime, Datelike, NaiveDate};

/// Seconds of a day.
const DAY: i64 = 86_400;

/// Both changes of every year, the earlier one in a year first; neither comes near its ends, in UTC.
pub(super) struct Yearly {
    /// The first change that the rules tell, in seconds of UTC.
    pub(super) from: i64,
    pub(super) rules: [Rule; 2],
}

/// A change on the first such weekday on or after a date.
pub(super) struct Rule {
    pub(super) month: u8,
    pub(super) day: u8,
    /// Days after Sunday.
    pub(super) weekday: u8,
    /// Seconds after that day begins in UTC.
    pub(super) at: i32,
    /// The offset that it leads to, in the table's units.
    pub(super) offset: i16,
}

/// The time between two changes.
pub(super) struct Turn {
    /// In the table's units.
    pub(super) offset: i16,
    /// Its first second in UTC.
    pub(super) begin: i64,
    /// The second in UTC at which it ends.
    pub(super) end: i64,
}

impl Yearly {
    /// The time that a second in UTC lies in, which is [`Self::from`] or later. None beyond the calendar.
    pub(super) fn turn(&self, second: i64) -> Option<Turn> {
        let year = DateTime::from_timestamp(second, 0)?.year();
        let [early, late] = &self.rules;
        let (one, other) = (early.second(year)?, late.second(year)?);
        let turn = |rule: &Rule, begin, end| Turn {
            offset: rule.offset,
            begin,
            end,
        };
        Some(if second < one {
            turn(late, late.second(year - 1)?, one)
        } else if second < other {
            turn(early, one, other)
        } else {
            turn(late, other, early.second(year + 1)?)
        })
    }
}

impl Rule {
    /// When it changes the clocks in a year.
    fn second(&self, year: i32) -> Option<i64> {
        let first = NaiveDate::from_ymd_opt(year, self.month.into(), self.day.into())?;
        let weekday = i64::from(first.weekday().num_days_from_sunday());
        let days = (i64::from(self.weekday) - weekday).rem_euclid(7);
        let begin = first.and_time(chrono::NaiveTime::MIN).and_utc().timestamp();
        Some(begin + days * DAY + i64::from(self.at))
    }
}
