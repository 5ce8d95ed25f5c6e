//! Exact decimals: points, money and quantities.

use super::text;
use crate::reading::{Read, Reader, Scalar, Whole, Wrong};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Serialize, Serializer};
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

/// The greatest absolute value of an amount, so that products of two stay far below what a
/// decimal of 28 digits holds.
const LIMIT: i64 = 1_000_000_000_000;

/// The greatest absolute value of a sum of many amounts that is read back: with 4 fraction digits it fits 64 bits.
const SUM_LIMIT: i64 = 900_000_000_000_000;

/// The most fraction digits of an amount: those of a programme with 4 decimals.
pub const DECIMALS_MAX: u32 = 4;

/// The permitted form of an amount, for answers to wrong input.
pub const FORM: &str = "a decimal in quotes such as \"2350\" or \"12.5\", or an integer; at most 4 \
                        fraction digits and 1,000,000,000,000";

/// An exact decimal: points, money or a quantity. Sums and differences are exact; one that leaves
/// 28 digits is a defect of the caller and panics, before anything is stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(Decimal);

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(Decimal::ZERO);
    /// One.
    pub const ONE: Self = Self(Decimal::ONE);

    /// The greatest that is permitted.
    #[must_use]
    pub fn most() -> Self {
        Self::whole(LIMIT)
    }

    /// Reads an optional minus, digits, and at most 4 fraction digits. None for anything else, a
    /// value beyond ±1,000,000,000,000 and an exponent included.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::within(text, LIMIT)
    }

    /// Reads what [`Self::text`] writes of a sum of many amounts, up to ±900,000,000,000,000.
    #[must_use]
    pub fn parse_sum(text: &str) -> Option<Self> {
        Self::within(text, SUM_LIMIT)
    }

    fn within(text: &str, limit: i64) -> Option<Self> {
        // Nearly all amounts are whole, and below both limits.
        if text.len() <= 12
            && let Some(whole) = number(text)
        {
            return Some(Self::whole(whole));
        }
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let most = usize::try_from(DECIMALS_MAX).ok()?;
        if whole.len() > 16 || fraction.is_empty() || fraction.len() > most {
            return None;
        }
        let fraction = fraction.trim_end_matches('0');
        let scale = u32::try_from(fraction.len()).ok()?;
        let (whole, shift) = (number(whole)?, 10_i64.checked_pow(scale)?);
        let rest = if scale == 0 { 0 } else { number(fraction)? };
        let value = whole.checked_mul(shift)?.checked_add(rest)?;
        let value = if digits.len() < text.len() {
            -value
        } else {
            value
        };
        (value.abs() <= limit.checked_mul(shift)?).then(|| Self(Decimal::new(value, scale)))
    }

    /// A whole number.
    #[must_use]
    pub fn whole(value: i64) -> Self {
        Self(Decimal::from(value))
    }

    /// The value with as many digits as arithmetic left it.
    #[must_use]
    pub fn decimal(self) -> Decimal {
        self.0
    }

    /// Takes a computed value as it is.
    #[must_use]
    pub fn from_decimal(value: Decimal) -> Self {
        Self(value.normalize())
    }

    /// One unit of the last of `decimals` fraction digits: 1, 0.1, 0.01 …
    #[must_use]
    pub fn unit(decimals: u32) -> Self {
        Self(Decimal::new(1, decimals.min(DECIMALS_MAX)))
    }

    /// The fraction digits that the value needs.
    #[must_use]
    pub fn decimals(self) -> u32 {
        self.0.normalize().scale()
    }

    /// The largest multiple of `unit` (above 0) that is not more than this (0 or more).
    #[must_use]
    pub fn floor_to(self, unit: Self) -> Self {
        Self(self.0 - self.0 % unit.0)
    }

    /// `self × times ÷ by`, cut down to `unit`. All are 0 or more, `by` and `unit` above 0.
    #[must_use]
    pub fn scale_floor(self, times: Self, by: Self, unit: Self) -> Self {
        // Exact as long as the quotient is counted in whole units by remainders.
        let product = self.0 * times.0;
        let step = unit.0 * by.0;
        Self((product - product % step) / step * unit.0).normalized()
    }

    /// Like [`Self::scale_floor`], but up to the next `unit`.
    #[must_use]
    pub fn scale_ceil(self, times: Self, by: Self, unit: Self) -> Self {
        let product = self.0 * times.0;
        let step = unit.0 * by.0;
        let rest = product % step;
        let whole = (product - rest) / step;
        let units = if rest.is_zero() {
            whole
        } else {
            whole + Decimal::ONE
        };
        Self(units * unit.0).normalized()
    }

    /// Without its sign.
    #[must_use]
    pub fn abs(self) -> Self {
        Self(self.0.abs())
    }

    /// Whether this is above 0.
    #[must_use]
    pub fn is_positive(self) -> bool {
        self.0 > Decimal::ZERO
    }

    /// Whether this is 0.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.0.is_zero()
    }

    /// 1, as serde's attributes name it.
    pub(super) fn one() -> Self {
        Self::ONE
    }

    /// Whether this is 1.
    #[must_use]
    pub fn is_one(&self) -> bool {
        *self == Self::ONE
    }

    /// This, or 0 if it is below.
    #[must_use]
    pub fn or_zero(self) -> Self {
        self.max(Self::ZERO)
    }

    /// The value as a count, if it is a whole number from 0 on.
    #[must_use]
    pub fn to_count(self) -> Option<u64> {
        self.0.fract().is_zero().then(|| self.0.to_u64()).flatten()
    }

    fn normalized(self) -> Self {
        Self(self.0.normalize())
    }
}

impl Add for Amount {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Amount {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl AddAssign for Amount {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl SubAssign for Amount {
    fn sub_assign(&mut self, other: Self) {
        self.0 -= other.0;
    }
}

impl Neg for Amount {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl Sum for Amount {
    fn sum<I: Iterator<Item = Self>>(items: I) -> Self {
        items.fold(Self::ZERO, Add::add)
    }
}

impl Amount {
    /// The shortest text, such as `2350` or `12.5`.
    #[must_use]
    pub fn text(self) -> String {
        self.with_text(str::to_owned)
    }

    /// Does something with that text.
    fn with_text<T>(self, then: impl FnOnce(&str) -> T) -> T {
        // Nearly all amounts are small, and need no long division.
        let Ok(mantissa) = i64::try_from(self.0.mantissa()) else {
            return then(&self.0.normalize().to_string());
        };
        let mut digits = itoa::Buffer::new();
        let scale = self.0.scale();
        let (true, Some(shift)) = (scale > 0, 10_i64.checked_pow(scale)) else {
            return match scale {
                0 => then(digits.format(mantissa)),
                _ => then(&self.0.normalize().to_string()),
            };
        };
        let (whole, rest) = (mantissa / shift, (mantissa % shift).unsigned_abs());
        let mut text = String::with_capacity(24);
        if mantissa < 0 && whole == 0 && rest > 0 {
            text.push('-');
        }
        text.push_str(digits.format(whole));
        if rest > 0 {
            let rest = digits.format(rest);
            text.push('.');
            let width = usize::try_from(scale).unwrap_or(0);
            text.extend((rest.len()..width).map(|_| '0'));
            text.push_str(rest.trim_end_matches('0'));
        }
        then(&text)
    }
}

/// The number that 1 to 16 digits say.
fn number(digits: &str) -> Option<i64> {
    if digits.is_empty() {
        return None;
    }
    digits.bytes().try_fold(0_i64, |number, digit| {
        let digit = digit.wrapping_sub(b'0');
        let number = number.wrapping_mul(10).wrapping_add(i64::from(digit));
        (digit < 10).then_some(number)
    })
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.with_text(|text| f.pad(text))
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.with_text(|text| serializer.serialize_str(text))
    }
}

impl Read for Amount {
    fn blank() -> Self {
        Self::ZERO
    }

    #[inline(never)]
    fn read(&mut self, from: &mut Reader<'_>) -> Result<(), Wrong> {
        // What was permitted may have been summed up since.
        let limit = if from.is_stored() { SUM_LIMIT } else { LIMIT };
        from.scalar(FORM, &mut |scalar| {
            let whole = match scalar {
                Scalar::Text(text) => {
                    *self = Self::within(text, limit)?;
                    return Some(());
                }
                Scalar::Whole(Whole::Natural(number)) => i64::try_from(number).ok()?,
                Scalar::Whole(Whole::Negative(number)) => number,
            };
            let inside = (-limit..=limit).contains(&whole);
            inside.then(|| *self = Self::whole(whole))
        })
    }
}

/// Reads a product of factors, which may have more fraction digits than an amount.
///
/// # Errors
/// For what is no decimal without a sign.
pub(super) fn factor(place: &mut Amount, from: &mut Reader<'_>) -> Result<(), Wrong> {
    text::read(place, from, "a product of decimals", |text| {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let mut digits = whole.bytes().chain(fraction.bytes());
        // A decimal has 29 digits at most, and so many fit.
        let mantissa = digits.try_fold(0_i128, |number, digit| {
            let digit = digit.wrapping_sub(b'0');
            let next = number.wrapping_mul(10).wrapping_add(digit.into());
            (digit < 10 && text.len() <= 30).then_some(next)
        })?;
        let scale = u32::try_from(fraction.len()).ok()?;
        let value = Decimal::try_from_i128_with_scale(mantissa, scale);
        value.ok().map(Amount)
    })
}

#[cfg(test)]
impl schemars::JsonSchema for Amount {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Amount".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": FORM,
            "anyOf": [{ "type": "string", "pattern": "^-?[0-9]{1,16}(\\.[0-9]{1,4})?$" }, { "type": "integer" }]
        })
    }
}

#[cfg(test)]
mod tests;
