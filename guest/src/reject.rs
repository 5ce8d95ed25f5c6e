//! Why a command was refused. The interface's `types.error`, before it is put into its words.

use crate::domain::amount::Amount;
use crate::domain::campaign::{Action, Role, State};
use crate::domain::config::Fault;
use crate::domain::coupon::code::Code;
use crate::domain::coupon::fit::Unfit;
use crate::domain::coupon::stack::Clash;
use crate::domain::ids::Id;
use crate::domain::quote::Broken;

/// A refusal; nothing was stored. The interface documents each case.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    missing_docs,
    reason = "the cases are those of wit/types.wit, documented there"
)]
pub enum Reject {
    NotConfigured,
    KeyReused,
    Invalid(Vec<Fault>),
    UnknownMember(String),
    Merged {
        member: String,
        into: String,
    },
    UnknownProgramme(String),
    UnknownRule(String),
    UnknownOrder(String),
    UnknownLine(String),
    UnknownHold(String),
    HoldExists(String),
    OrderDiffers(Fault),
    RefundExceeds(Fault),
    Insufficient {
        requested: Amount,
        available: Amount,
    },
    SpendingRefused(Vec<Broken>),
    PointsSpent {
        requested: Amount,
        available: Amount,
    },
    LotsRefused(Vec<Fault>),
    UnknownCoupon(String),
    UnknownTemplate(String),
    UnknownNotice(String),
    UnknownCampaign(String),
    NotSwitchedOn(&'static str),
    RoleDenied(Role),
    WrongState {
        state: State,
        action: Action,
    },
    CouponsRefused(Vec<CouponRefusal>),
    CodeKeyNeeded,
    CodeKeyDiffers,
    InvalidConfiguration(Vec<Fault>),
    OverLimit(Fault),
    Busy,
    StorageUnavailable,
    StorageFull,
    Unreadable(String),
}

/// A coupon that can't be used, issued or changed as asked.
#[derive(Clone, Debug, PartialEq)]
pub struct CouponRefusal {
    /// Which; none where none was made.
    pub code: Option<Code>,
    /// Why.
    pub why: Why,
}

/// Why a coupon was refused.
#[derive(Clone, Debug, PartialEq)]
pub enum Why {
    /// By itself, or for the cart.
    Unfit(Unfit),
    /// For those beside it.
    Clash(Clash),
}

impl Reject {
    /// One coupon's refusal.
    #[must_use]
    pub fn coupon(code: Option<Code>, why: Unfit) -> Self {
        let why = Why::Unfit(why);
        Self::CouponsRefused(vec![CouponRefusal { code, why }])
    }

    /// A member that was merged into another.
    #[must_use]
    pub fn merged(member: &Id, into: &Id) -> Self {
        Self::Merged {
            member: member.text(),
            into: into.text(),
        }
    }

    /// One fault of a request.
    #[must_use]
    pub fn invalid(path: &str, found: impl std::fmt::Display, permitted: &str) -> Self {
        Self::one(path, &found, permitted)
    }

    #[cold]
    #[inline(never)]
    fn one(path: &str, found: &dyn std::fmt::Display, permitted: &str) -> Self {
        Self::Invalid(vec![Fault::new(path, found, permitted)])
    }
}
