//! Rounding, once, without an inexact step before it.

use super::amount::Amount;
use super::config::RoundingMode;
use rust_decimal::Decimal;

/// `numerator ÷ denominator`, rounded to whole multiples of `to`. The numerator is 0 or more, the
/// others above 0. The quotient itself is never formed, so that a value on the boundary stays there.
#[must_use]
pub fn quotient(
    numerator: Decimal,
    denominator: Decimal,
    to: Amount,
    mode: RoundingMode,
) -> Amount {
    let step = denominator * to.decimal();
    let rest = numerator % step;
    let floor = (numerator - rest) / step;
    let twice = rest + rest;
    let up = match mode {
        RoundingMode::Floor => false,
        RoundingMode::Ceiling => !rest.is_zero(),
        RoundingMode::HalfUp => twice >= step,
        RoundingMode::HalfEven => {
            twice > step || (twice == step && !(floor % Decimal::TWO).is_zero())
        }
    };
    let units = if up { floor + Decimal::ONE } else { floor };
    Amount::from_decimal(units * to.decimal())
}

#[cfg(test)]
mod tests {
    use super::*;
    use RoundingMode::{Ceiling, Floor, HalfEven, HalfUp};

    #[test]
    fn every_mode_at_its_boundaries() {
        let table = [
            (
                "24",
                "10",
                "1",
                [(Floor, "2"), (HalfUp, "2"), (HalfEven, "2"), (Ceiling, "3")],
            ),
            (
                "25",
                "10",
                "1",
                [(Floor, "2"), (HalfUp, "3"), (HalfEven, "2"), (Ceiling, "3")],
            ),
            (
                "35",
                "10",
                "1",
                [(Floor, "3"), (HalfUp, "4"), (HalfEven, "4"), (Ceiling, "4")],
            ),
            (
                "30",
                "10",
                "1",
                [(Floor, "3"), (HalfUp, "3"), (HalfEven, "3"), (Ceiling, "3")],
            ),
            (
                "155",
                "1",
                "10",
                [
                    (Floor, "150"),
                    (HalfUp, "160"),
                    (HalfEven, "160"),
                    (Ceiling, "160"),
                ],
            ),
            (
                "145",
                "1",
                "10",
                [
                    (Floor, "140"),
                    (HalfUp, "150"),
                    (HalfEven, "140"),
                    (Ceiling, "150"),
                ],
            ),
            (
                "1",
                "3",
                "0.01",
                [
                    (Floor, "0.33"),
                    (HalfUp, "0.33"),
                    (HalfEven, "0.33"),
                    (Ceiling, "0.34"),
                ],
            ),
            (
                "0",
                "3",
                "1",
                [(Floor, "0"), (HalfUp, "0"), (HalfEven, "0"), (Ceiling, "0")],
            ),
        ];
        for (numerator, denominator, to, expected) in table {
            let decimal = |text: &str| text.parse::<Decimal>().unwrap();
            for (mode, shown) in expected {
                let to = Amount::parse(to).unwrap();
                let got = quotient(decimal(numerator), decimal(denominator), to, mode);
                assert_eq!(
                    got.to_string(),
                    shown,
                    "{numerator}/{denominator} to {to}, {mode:?}"
                );
            }
        }
    }
}
