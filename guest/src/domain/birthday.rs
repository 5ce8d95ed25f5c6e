//! Birthdays of members.

use super::config::{BirthdayDay, MonthDay};
use chrono::{Datelike, NaiveDate};

/// The dates of birth, as days of a year, whose birthday rules of that kind fall on `today`.
/// 29 February counts as the 28th in years without one.
#[must_use]
pub fn on(today: NaiveDate, day: BirthdayDay) -> Vec<MonthDay> {
    let own = MonthDay {
        month: today.month(),
        day: today.day(),
    };
    match day {
        BirthdayDay::MonthStart if today.day() != 1 => Vec::new(),
        BirthdayDay::MonthStart => (1..=31)
            .map(|day| MonthDay { day, ..own })
            .filter(|day| is_a_day(*day))
            .collect(),
        BirthdayDay::Day => {
            let leap = MonthDay { month: 2, day: 29 };
            let stands_in = leap.in_year(today.year()) == Some(today) && own != leap;
            std::iter::once(own)
                .chain(stands_in.then_some(leap))
                .collect()
        }
    }
}

fn is_a_day(day: MonthDay) -> bool {
    NaiveDate::from_ymd_opt(2000, day.month, day.day).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_29th_of_february() {
        let on = |date: &str| on(date.parse().unwrap(), BirthdayDay::Day).len();
        assert_eq!(
            ["2027-02-28", "2028-02-28", "2028-02-29", "2027-03-01"].map(on),
            [2, 1, 1, 1]
        );
        let start = |date: &str| super::on(date.parse().unwrap(), BirthdayDay::MonthStart).len();
        assert_eq!(
            ["2027-02-01", "2027-04-01", "2027-05-01", "2027-05-02"].map(start),
            [29, 30, 31, 0]
        );
    }
}
