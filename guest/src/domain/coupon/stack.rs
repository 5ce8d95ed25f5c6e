//! Which coupons may stand together in one order.

use super::super::config::Stacking;
use super::super::ids::Name;
use super::issued::Coupon;

/// Why coupons can't be used together. Places are those in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clash {
    /// More than one order may use.
    TooMany {
        /// What it may use.
        most: u32,
    },
    /// The same coupon twice; its second place.
    Twice(usize),
    /// This one permits no other.
    Alone(usize),
    /// A second coupon of a group.
    Group {
        /// The place of the second.
        place: usize,
        /// The group.
        group: Name,
    },
}

/// The first thing that keeps the coupons from being used together; `most` is the merchant's coupons-per-order.
#[must_use]
pub fn clash(coupons: &[&Coupon], most: u32) -> Option<Clash> {
    if u32::try_from(coupons.len()).is_ok_and(|count| count <= most) {
        coupons
            .iter()
            .enumerate()
            .find_map(|(place, _)| clash_at(coupons, place))
    } else {
        Some(Clash::TooMany { most })
    }
}

/// What the coupon at `place` has against those before it, or against company.
fn clash_at(coupons: &[&Coupon], place: usize) -> Option<Clash> {
    let (before, from) = coupons.split_at_checked(place)?;
    let coupon = from.first()?;
    if before.iter().any(|other| other.code == coupon.code) {
        return Some(Clash::Twice(place));
    }
    match &coupon.terms.stacking {
        Stacking::Alone => (coupons.len() > 1).then_some(Clash::Alone(place)),
        Stacking::WithOthers => None,
        stacking @ Stacking::Group { group } => {
            let second = before.iter().any(|other| other.terms.stacking == *stacking);
            second.then(|| Clash::Group {
                place,
                group: group.clone(),
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::config::Benefit;
    use super::super::samples::{amount, coupon};
    use super::*;
    use crate::shared::Shared;

    #[test]
    fn the_first_clash_is_told() {
        let make = |number, stacking: Option<Stacking>| {
            let mut made = coupon(Benefit::Amount(amount("1")), &[], number, 1);
            if let Some(stacking) = stacking {
                Shared::make_mut(&mut made.terms).stacking = stacking;
            }
            made
        };
        let name = |text| Name::parse(text).unwrap();
        let group = |text| Some(Stacking::Group { group: name(text) });
        let (a, b) = (make(1, None), make(2, None));
        let alone = make(3, Some(Stacking::Alone));
        let (g1, g2, h) = (
            make(4, group("g")),
            make(5, group("g")),
            make(6, group("h")),
        );
        assert_eq!(clash(&[], 1), None);
        assert_eq!(clash(&[&alone], 1), None);
        assert_eq!(clash(&[&a, &b, &g1, &h], 4), None);
        assert_eq!(clash(&[&a, &b], 1), Some(Clash::TooMany { most: 1 }));
        assert_eq!(clash(&[&a, &b, &a], 5), Some(Clash::Twice(2)));
        assert_eq!(clash(&[&a, &alone], 5), Some(Clash::Alone(1)));
        let second = Clash::Group {
            place: 2,
            group: name("g"),
        };
        assert_eq!(clash(&[&g1, &h, &g2], 5), Some(second));
    }
}
