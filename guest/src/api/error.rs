//! Refusals in the interface's words.

use crate::bindings::stampcard::plugin::types as wit;
use crate::domain::campaign::{Role, State};
use crate::domain::config::Fault;
use crate::reject::{Reject, Shortage};

impl From<Fault> for wit::Fault {
    fn from(fault: Fault) -> Self {
        Self {
            path: fault.path,
            found: fault.found,
            permitted: fault.permitted,
        }
    }
}

fn faults(faults: Vec<Fault>) -> Vec<wit::Fault> {
    faults.into_iter().map(wit::Fault::from).collect()
}

/// What was named, cut to 128 characters: no answer grows with a request's nonsense.
fn subject(kind: &str, id: String) -> wit::Subject {
    wit::Subject {
        kind: kind.to_owned(),
        id: id.chars().take(128).collect(),
    }
}

fn names(names: impl IntoIterator<Item = &'static str>) -> Vec<String> {
    names.into_iter().map(str::to_owned).collect()
}

impl From<Shortage> for wit::Shortage {
    fn from(shortage: Shortage) -> Self {
        Self {
            requested: shortage.requested.to_string(),
            available: shortage.available.to_string(),
        }
    }
}

impl From<Reject> for wit::Error {
    fn from(reject: Reject) -> Self {
        match reject {
            Reject::NotConfigured => Self::NotConfigured,
            Reject::KeyReused => Self::KeyReused,
            Reject::Invalid(list) => Self::InvalidInput(faults(list)),
            Reject::UnknownMember(id) => Self::UnknownMember(subject("member", id)),
            Reject::Merged(alias) => Self::MemberMerged(wit::Alias {
                member: alias.member,
                into: alias.into,
            }),
            Reject::UnknownProgramme(id) => Self::UnknownProgramme(subject("programme", id)),
            Reject::UnknownRule(id) => Self::UnknownRule(subject("rule", id)),
            Reject::UnknownOrder(id) => Self::UnknownOrder(subject("order", id)),
            Reject::UnknownLine(id) => Self::UnknownLine(subject("line", id)),
            Reject::UnknownHold(id) => Self::UnknownHold(subject("hold", id)),
            Reject::HoldExists(id) => Self::HoldExists(subject("hold", id)),
            Reject::OrderDiffers(fault) => Self::OrderDiffers((*fault).into()),
            Reject::RefundExceeds(fault) => Self::RefundExceeds((*fault).into()),
            Reject::Insufficient(shortage) => Self::InsufficientPoints((*shortage).into()),
            Reject::SpendingRefused(broken) => {
                let refusals = broken.into_iter().map(|broken| wit::Refusal {
                    rule: broken.rule.to_owned(),
                    limit: broken.limit.to_string(),
                    found: broken.found.to_string(),
                });
                Self::SpendingRefused(refusals.collect())
            }
            Reject::PointsSpent(shortage) => Self::PointsSpent((*shortage).into()),
            Reject::LotsRefused(list) => Self::LotsRefused(faults(list)),
            Reject::UnknownCoupon(id) => Self::UnknownCoupon(subject("coupon", id)),
            Reject::UnknownTemplate(id) => Self::UnknownTemplate(subject("template", id)),
            Reject::UnknownNotice(id) => Self::UnknownNotice(subject("notice", id)),
            Reject::UnknownCampaign(id) => Self::UnknownCampaign(subject("campaign", id)),
            Reject::NotSwitchedOn(section) => Self::NotSwitchedOn(section.to_owned()),
            Reject::RoleDenied(role) => Self::RoleDenied(wit::RoleRefusal {
                role: role.name().to_owned(),
                permitted: names(Role::WITH_ACCESS.map(Role::name)),
            }),
            Reject::WrongState { state, action } => Self::WrongState(wit::StateRefusal {
                state: state.name().to_owned(),
                permitted: names(action.states().map(State::name)),
            }),
            Reject::CouponsRefused(list) => {
                Self::CouponsRefused(list.into_iter().map(wit::CouponRefusal::from).collect())
            }
            Reject::CodeKeyNeeded => Self::CodeKeyNeeded,
            Reject::CodeKeyDiffers => Self::CodeKeyDiffers,
            Reject::InvalidConfiguration(list) => Self::InvalidConfiguration(faults(list)),
            Reject::OverLimit(fault) => Self::OverLimit((*fault).into()),
            Reject::Busy => Self::Busy,
            Reject::StorageUnavailable => Self::StorageUnavailable,
            Reject::StorageFull => Self::StorageFull,
            Reject::Unreadable(key) => Self::UnreadableRecord(key),
        }
    }
}
