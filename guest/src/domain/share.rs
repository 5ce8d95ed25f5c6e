//! Sharing an amount so that the shares add up exactly.

use super::amount::Amount;
use crate::sorted::sort_by;
use rust_decimal::Decimal;

/// Shares `total` in proportion to `weights`, in whole `unit`s, by largest remainder: every share is
/// floored, and the units that are left go to the largest remainders, the first of equal ones first.
/// All are 0 or more. With no weight above 0 the first share takes all.
/// Source: spec, points, Earning (rounding).
#[must_use]
pub fn by_largest_remainder(total: Amount, weights: &[Amount], unit: Amount) -> Vec<Amount> {
    let sum: Amount = weights.iter().copied().sum();
    if !sum.is_positive() {
        let rest = weights.iter().skip(1).map(|_| Amount::ZERO);
        return std::iter::once(total)
            .chain(rest)
            .take(weights.len())
            .collect();
    }
    let mut shares: Vec<Amount> = weights
        .iter()
        .map(|weight| total.scale_floor(*weight, sum, unit))
        .collect();
    let mut left = total - shares.iter().copied().sum();
    if left.is_zero() {
        return shares;
    }
    // What each share lacks of its exact part, times the sum of weights: no division is needed.
    let lack = |(place, (weight, share)): (usize, (&Amount, &Amount))| {
        let lack = total.decimal() * weight.decimal() - share.decimal() * sum.decimal();
        (lack, place)
    };
    let parts = weights.iter().zip(&shares).enumerate();
    let mut order: Vec<(Decimal, usize)> = parts.map(lack).collect();
    sort_by(&mut order, |a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    for (_, place) in order {
        if !left.is_positive() {
            break;
        }
        let more = left.min(unit);
        if let Some(share) = shares.get_mut(place) {
            *share += more;
        }
        left -= more;
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(total: &str, weights: &[&str], unit: &str, expected: &[&str]) {
        let amount = |text: &&str| Amount::parse(text).unwrap();
        let weights: Vec<_> = weights.iter().map(amount).collect();
        let shares = by_largest_remainder(amount(&total), &weights, amount(&unit));
        let shown: Vec<_> = shares.iter().map(ToString::to_string).collect();
        assert_eq!(shown, expected, "{total} by {weights:?}");
        assert_eq!(shares.into_iter().sum::<Amount>(), amount(&total));
    }

    #[test]
    fn shares_add_up() {
        check("100", &["1", "1", "1"], "1", &["34", "33", "33"]);
        check("1", &["1", "2", "1"], "0.01", &["0.25", "0.5", "0.25"]);
        check("10", &["0", "0"], "1", &["10", "0"]);
        check("0", &["3", "4"], "1", &["0", "0"]);
        check("5", &["250", "300"], "1", &["2", "3"]);
        check("7.5", &["1", "1"], "1", &["4", "3.5"]);
    }
}
