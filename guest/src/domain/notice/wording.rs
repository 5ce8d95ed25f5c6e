//! STUB
#![allow(missing_docs, reason = "stub")]
use super::{Channel, Facts, Kind, Language};
use serde::{Deserialize, Serialize};
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Texts {}
pub struct Rendered {
    pub subject: Option<String>,
    pub text: String,
    pub html: Option<String>,
    pub own: bool,
}
#[must_use]
pub fn render(
    kind: Kind,
    channel: Channel,
    language: Language,
    _own: Option<&Texts>,
    facts: &Facts,
) -> Rendered {
    Rendered {
        subject: (channel == Channel::Email).then(|| kind.name().to_owned()),
        text: format!("{} {:?}", language.tag(), facts),
        html: None,
        own: false,
    }
}
#[must_use]
pub fn sample(_: Kind) -> Facts {
    Facts::default()
}
#[must_use]
pub fn faults(_: &Texts) -> Vec<crate::domain::config::Fault> {
    Vec::new()
}
