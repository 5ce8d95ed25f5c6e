//! Facts for previews.

use crate::domain::amount::Amount;
use crate::domain::ids::Id;
use crate::domain::instant::Instant;
use crate::domain::notice::{CouponFact, Facts, Kind, Reason, Told};
use crate::domain::policy::Origin;
use crate::shared::Shared;
use chrono::NaiveDate;

/// Made-up facts of a kind, the same each time. The programme has no name, so that the language's own word stands there;
/// a preview may put the merchant's in.
#[must_use]
pub fn sample(kind: Kind) -> Facts {
    let last = |hour, minute, second| {
        NaiveDate::from_ymd_opt(2026, 6, 10).and_then(|date| date.and_hms_opt(hour, minute, second))
    };
    let points = Facts {
        member_name: Some("Lin Sora".to_owned()),
        points: Some(Amount::whole(1_250)),
        balance: Some(Amount::whole(12_345)),
        origin: Some(Origin::Paid),
        ..Facts::default()
    };
    match kind {
        Kind::PointsExpiring => Facts {
            days: Some(2),
            last: last(23, 59, 59),
            ..points
        },
        Kind::CouponsExpiring => Facts {
            member_name: points.member_name,
            origin: points.origin,
            days: Some(2),
            last: last(23, 59, 59),
            coupons: vec![
                coupon("Free shipping", "7H2K-9QXD-0M4T-VB3E"),
                coupon("10% off", "1C8W-5R0N-K3ZP-6JTA"),
            ],
            ..Facts::default()
        },
        Kind::PointsGranted => Facts {
            reason: Some(Reason::Order),
            ..points
        },
        Kind::PointsDeducted => Facts {
            reason: Some(Reason::Spent),
            ..points
        },
        Kind::PointsLapsed => Facts {
            last: last(18, 30, 0),
            ..points
        },
        _ => Facts {
            member_name: points.member_name,
            last: last(18, 30, 0),
            told: told().map(Shared::new),
            ..Facts::default()
        },
    }
}

fn told() -> Option<Told> {
    let mut told = Told::new(Id::parse("A-10234")?, Instant::new(0, 0)?);
    told.item = Some("Tea caddy".to_owned());
    told.amount = Some("NT$1,250".to_owned());
    told.contact = Some("02-1234-5678".to_owned());
    Some(told)
}

fn coupon(name: &str, code: &str) -> CouponFact {
    CouponFact {
        name: name.to_owned(),
        code: code.to_owned(),
    }
}
