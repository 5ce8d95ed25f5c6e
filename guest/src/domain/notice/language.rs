//! Languages of texts.

use crate::reading::Read;
use serde::Serialize;

/// A language that every text for members is there in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Language {
    /// Chinese as written in Taiwan.
    #[serde(rename = "zh-TW")]
    ZhTw,
    /// Korean.
    #[serde(rename = "ko")]
    Ko,
    /// English.
    #[serde(rename = "en")]
    En,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::ZhTw, Self::Ko, Self::En];

    /// The BCP 47 tag.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::ZhTw => "zh-TW",
            Self::Ko => "ko",
            Self::En => "en",
        }
    }

    /// The language of that tag.
    #[must_use]
    pub fn of_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.tag() == tag)
    }
}
