//! The types of `wit/` in Rust, for embedders who call the plugin with typed values.
//!
//! The functions are methods of the handles in [`sandbox::typed`](crate::sandbox::typed), each of which
//! answers with what the function returned and what it [cost](crate::call::Cost).

#[expect(
    missing_docs,
    reason = "the code is generated from wit/, where the items are documented"
)]
mod generated {
    wasmtime::component::bindgen!({
        path: "../wit",
        world: "plugin",
        imports: { default: trappable },
        // A request is measured as JSON before it goes in.
        additional_derives: [PartialEq, serde::Serialize],
    });
}

pub use generated::exports::stampcard::plugin::{
    accounts, campaigns, coupons, imports, invoices, members, merchant, notices, points, policy,
    reports, submissions, tiers, upkeep,
};
pub use generated::stampcard::plugin::types;

/// The imported interfaces, for the host's side of them.
pub(crate) mod imported {
    pub(crate) use super::generated::stampcard::plugin::{
        http, logging, messaging, storage, types,
    };
    pub(crate) use super::generated::wasi::clocks::wall_clock;
}

/// The flags by their names, in which JSON writes them.
const FACTS: [(policy::Facts, &str); 19] = [
    (policy::Facts::MEMBER_AT_EVENT, "member-at-event"),
    (policy::Facts::MEMBER_AT_SENDING, "member-at-sending"),
    (policy::Facts::ACTED_BEFORE, "acted-before"),
    (policy::Facts::MARKETING, "marketing"),
    (policy::Facts::SERVICE_CONTACT, "service-contact"),
    (policy::Facts::LINE_ID, "line-id"),
    (policy::Facts::BLOCKED, "blocked"),
    (policy::Facts::TEMPLATE_APPROVED, "template-approved"),
    (policy::Facts::VARIABLES_COMPLETE, "variables-complete"),
    (policy::Facts::BASIS_LINE, "basis-line"),
    (policy::Facts::AD_CONSENT, "ad-consent"),
    (policy::Facts::NIGHT_CONSENT, "night-consent"),
    (policy::Facts::SENDER_NAMED, "sender-named"),
    (policy::Facts::FREE_OPT_OUT, "free-opt-out"),
    (policy::Facts::EMAIL, "email"),
    (policy::Facts::BOUNCED, "bounced"),
    (policy::Facts::COMPLAINED, "complained"),
    (
        policy::Facts::ONE_CLICK_UNSUBSCRIBE,
        "one-click-unsubscribe",
    ),
    (policy::Facts::OPTED_OUT, "opted-out"),
];

impl serde::Serialize for policy::Facts {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let held = FACTS.iter().filter(|(fact, _)| *self & *fact == *fact);
        serializer.collect_seq(held.map(|(_, name)| name))
    }
}
