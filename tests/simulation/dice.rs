//! Chance that can be played again: a small generator of 64 bits, and points as whole numbers.

use serde_json::Value;

/// A seeded source of choices.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Dice of their own, whose rolls aren't these dice's.
    pub(crate) fn aside(&self) -> Self {
        Self(self.0.rotate_left(32))
    }

    /// The next 64 bits (splitmix64).
    pub(crate) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// Below `bound`, which is above 0.
    pub(crate) fn below(&mut self, bound: i64) -> i64 {
        let bound = u64::try_from(bound).unwrap();
        i64::try_from(self.roll() % bound).unwrap()
    }

    /// From `least` to `most`, both included.
    pub(crate) fn within(&mut self, least: i64, most: i64) -> i64 {
        least + self.below(most - least + 1)
    }

    /// True in so many of 100 cases.
    pub(crate) fn chance(&mut self, percent: i64) -> bool {
        self.below(100) < percent
    }

    /// One of them.
    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.index(items.len())]
    }

    /// A place in a list of that length.
    pub(crate) fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.below(i64::try_from(length).unwrap())).unwrap()
    }
}

/// Ten-thousandths in one point: the interface has four fraction digits.
pub(crate) const ONE: i64 = 10_000;

/// A decimal's text as ten-thousandths; what is absent is 0.
pub(crate) fn number(value: &Value) -> i64 {
    let Some(text) = value.as_str() else { return 0 };
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let fraction = format!("{fraction:0<4}");
    let parsed = |text: &str| text.parse::<i64>().unwrap();
    sign * (parsed(whole) * ONE + parsed(&fraction))
}

/// Ten-thousandths as a decimal's text.
pub(crate) fn decimal(amount: i64) -> String {
    let (whole, fraction) = (amount / ONE, amount % ONE);
    format!("{whole}.{fraction:04}")
}
