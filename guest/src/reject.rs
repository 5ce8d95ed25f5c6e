//! Why a command was refused. The interface's `types.error`, before it is put into its words.

use crate::domain::amount::Amount;
use crate::domain::campaign::{Action, Role, State};
use crate::domain::config::Fault;
use crate::domain::coupon::code::Code;
use crate::domain::coupon::fit::Unfit;
use crate::domain::coupon::stack::Clash;
use crate::domain::ids::Id;
use crate::domain::quote::Broken;

/// A refusal; nothing was stored. The interface documents each case. It is handed on wherever a command may end, so none of its cases
/// takes more room than a text.
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
    Merged(Box<Alias>),
    UnknownProgramme(String),
    UnknownRule(String),
    UnknownOrder(String),
    UnknownLine(String),
    UnknownHold(String),
    HoldExists(String),
    OrderDiffers(Box<Fault>),
    RefundExceeds(Box<Fault>),
    Insufficient(Box<Shortage>),
    SpendingRefused(Vec<Broken>),
    PointsSpent(Box<Shortage>),
    LotsRefused(Vec<Fault>),
    UnknownCoupon(String),
    UnknownTemplate(String),
    UnknownNotice(String),
    UnknownCampaign(String),
    NotSwitchedOn(&'static str),
    RoleDenied(Role),
    WrongState { state: State, action: Action },
    CouponsRefused(Vec<CouponRefusal>),
    CodeKeyNeeded,
    CodeKeyDiffers,
    InvalidConfiguration(Vec<Fault>),
    OverLimit(Box<Fault>),
    Busy,
    StorageUnavailable,
    StorageFull,
    Unreadable(String),
}

/// A member that was merged.
#[derive(Clone, Debug, PartialEq)]
pub struct Alias {
    /// Who it was.
    pub member: String,
    /// Who it is now.
    pub into: String,
}

/// More points asked for than there are.
#[derive(Clone, Debug, PartialEq)]
pub struct Shortage {
    /// How many were asked for.
    pub requested: Amount,
    /// How many there are.
    pub available: Amount,
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
        Self::Merged(Box::new(Alias {
            member: member.text(),
            into: into.text(),
        }))
    }

    /// Fewer points than were asked for.
    #[must_use]
    pub fn insufficient(requested: Amount, available: Amount) -> Self {
        Self::Insufficient(Box::new(Shortage {
            requested,
            available,
        }))
    }

    /// More at once than there may be.
    #[must_use]
    pub fn over_limit(path: &str, found: impl std::fmt::Display, permitted: &str) -> Self {
        Self::OverLimit(Box::new(Fault::new(path, found, permitted)))
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
