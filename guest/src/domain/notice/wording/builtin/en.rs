//! English.

use super::Words;
use crate::domain::notice::Kind;

pub(super) fn words(kind: Kind) -> Option<&'static Words> {
    match kind {
        Kind::PointsExpiring => Some(&POINTS_EXPIRING),
        Kind::CouponsExpiring => Some(&COUPONS_EXPIRING),
        Kind::PointsGranted => Some(&POINTS_GRANTED),
        Kind::PointsDeducted => Some(&POINTS_DEDUCTED),
        Kind::PointsLapsed => Some(&POINTS_LAPSED),
        _ => None,
    }
}

const POINTS_BASIS: &str =
    "Received by {basis}. This notice is sent for information, under the terms for {programme}.";

const POINTS_EXPIRING: Words = Words {
    subject: "Expiry of your {programme}: {points} usable until {last-day}",
    mail: "\
Dear {member},

Some of your {programme} will expire.

Expiring: {points}
Usable until: {last-day}, {last-time} (local time of the store)
Days left: {days}
Balance now: {balance}

What is not used by then lapses automatically and cannot be restored.",
    short: "\
Dear {member}, some of your {programme} will expire.
Expiring: {points}
Usable until: {last-day}, {last-time} (days left: {days})
Balance now: {balance}
Once lapsed, they cannot be restored.",
    basis: POINTS_BASIS,
};

const COUPONS_EXPIRING: Words = Words {
    subject: "Expiry of your coupons ({count}): usable until {last-day}",
    mail: "\
Dear {member},

These coupons of yours will expire (number: {count}).

{coupons}

Usable until: {last-day}, {last-time} (local time of the store)
Days left: {days}

They cannot be used after that.",
    short: "\
Dear {member}, coupons of yours will expire (number: {count}).
{coupons}
Usable until: {last-day}, {last-time} (days left: {days})",
    basis: "This notice is sent for information, under the terms for your coupons.",
};

const POINTS_GRANTED: Words = Words {
    subject: "Added to your {programme}: {points}",
    mail: "\
Dear {member},

There is an addition to your {programme}.

Added: {points}
Reason: {reason}
Balance now: {balance}",
    short: "\
Dear {member}, there is an addition to your {programme}.
Added: {points}
Reason: {reason}
Balance now: {balance}",
    basis: POINTS_BASIS,
};

const POINTS_DEDUCTED: Words = Words {
    subject: "Deducted from your {programme}: {points}",
    mail: "\
Dear {member},

There is a deduction from your {programme}.

Deducted: {points}
Reason: {reason}
Balance now: {balance}",
    short: "\
Dear {member}, there is a deduction from your {programme}.
Deducted: {points}
Reason: {reason}
Balance now: {balance}",
    basis: POINTS_BASIS,
};

const POINTS_LAPSED: Words = Words {
    subject: "Lapsed from your {programme}: {points}",
    mail: "\
Dear {member},

Some of your {programme} reached the end of their validity.

Lapsed: {points}
Lapsed on: {lapsed-day}
Balance now: {balance}

They cannot be restored.",
    short: "\
Dear {member}, some of your {programme} have lapsed.
Lapsed: {points}
Lapsed on: {lapsed-day}
Balance now: {balance}
They cannot be restored.",
    basis: POINTS_BASIS,
};
