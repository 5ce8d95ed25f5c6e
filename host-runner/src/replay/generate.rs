//! Orders to play where no file is given: always the same, in the layout of [`super::orders`].

use super::orders::COLUMNS;
use chrono::{Days, NaiveDate};
use std::fmt::Write;

/// How many orders are generated unless another number is asked for.
pub const ORDERS: u32 = 600;

/// The first day of a generated file.
const FIRST: NaiveDate = match NaiveDate::from_ymd_opt(2024, 1, 1) {
    Some(date) => date,
    None => NaiveDate::MIN,
};
/// The days that its orders are spread over: 18 months, so that a year's points lapse in the last six.
const DAYS: u64 = 547;
/// How many orders there are to a member.
const ORDERS_A_MEMBER: u64 = 5;

/// A file of so many orders, sorted by member. A few are free, and a few fall on one day together.
#[must_use]
pub fn generate(orders: u32) -> String {
    let mut numbers = Numbers(u64::from(orders));
    let mut purchases: Vec<(u64, NaiveDate, u64, u64)> = Vec::new();
    let members = u64::from(orders) / ORDERS_A_MEMBER + 1;
    for _ in 0..orders {
        let member = numbers.below(members) + 1;
        let date = FIRST
            .checked_add_days(Days::new(numbers.below(DAYS)))
            .unwrap_or(FIRST);
        let items = numbers.below(5) + 1;
        let cents = match numbers.below(50) {
            0 => 0,
            // Whole amounts lie on the edge of a point.
            1..10 => items * 100 * (numbers.below(20) + 5),
            _ => items * (numbers.below(2000) + 499),
        };
        purchases.push((member, date, items, cents));
        if numbers.below(40) == 0 && u32::try_from(purchases.len()).is_ok_and(|len| len < orders) {
            purchases.push((member, date, items, cents));
        }
    }
    purchases.truncate(usize::try_from(orders).unwrap_or(usize::MAX));
    purchases.sort_by_key(|(member, date, ..)| (*member, *date));
    let mut file = format!(" {}\r\n", COLUMNS.join(" "));
    for (member, date, items, cents) in purchases {
        let (dollars, cents) = (cents / 100, cents % 100);
        let date = date.format("%Y%m%d");
        // Writing to a string can't fail.
        let _ = write!(
            file,
            " {member:05} {date} {items:2} {dollars:4}.{cents:02}\r\n"
        );
    }
    file
}

/// A generator of even numbers enough for sample orders: SplitMix64.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound.max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replay::orders;

    #[test]
    fn a_file_like_a_real_one() {
        let file = generate(ORDERS);
        assert_eq!(file, generate(ORDERS));
        let orders = orders::read(file.as_bytes(), 2).unwrap().purchases;
        assert_eq!(orders.len(), 600);
        assert!(orders.iter().any(orders::Purchase::is_free));
        let last = orders.iter().map(|purchase| purchase.date).max().unwrap();
        assert!(
            last > NaiveDate::from_ymd_opt(2025, 6, 20).unwrap(),
            "{last}"
        );
        let same_day = |pair: &[orders::Purchase]| {
            pair[0].member == pair[1].member && pair[0].date == pair[1].date
        };
        assert!(orders.windows(2).any(same_day));
    }
}
