//! Invoice-registration campaigns as merchants write them: what they are set to, who may change what of them when, and what
//! state the clock puts them in (spec: invoice, "Life of a campaign").

mod action;
mod actor;
mod check;
mod conditions;
mod messages;
mod quiet;
mod record;
mod settings;
mod state;

pub(in crate::domain) use check::is_https;

pub use action::{Action, FIELDS_OF_DRAFTS, OPEN_FIELDS, Place, actions, editable};
pub use actor::{Actor, Role};
pub use check::{Publishing, faults, frozen, missing};
pub use conditions::{Block, Conditions, Goal, IssueDays, Join, Match, Measure, Scope, Shop};
pub use messages::{MessageKind, Messages};
pub use quiet::quiet_until;
pub use record::{Campaign, Listed, Stamp};
pub use settings::{Draw, Limits, Looks, Platform, PointReward, Reward, Rewarding, Settings};
pub use state::{Life, State};
