//! Records around submissions that are no more than what they hold.

use super::keys::Book;
use crate::domain::ids::Id;
use crate::domain::instant::Instant;
use crate::domain::notice::Button;
use crate::domain::submission::Message;
use crate::reading::Read;
use serde::Serialize;

/// Which submission.
#[derive(Clone, Debug, PartialEq, Eq, Read, Serialize)]
pub struct Which {
    /// Its campaign.
    pub campaign: Id,
    /// Its id there.
    pub id: String,
}

/// A card that a member was shown.
#[derive(Clone, Debug, PartialEq, Eq, Read, Serialize)]
pub struct Card {
    /// When its message went out.
    pub at: Instant,
    /// By which way the member came to it.
    pub by: String,
}

/// Which campaign a draw's seed belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Read, Serialize)]
pub struct Bound {
    /// The campaign.
    pub campaign: Id,
}

/// A counter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Read, Serialize)]
pub struct Count {
    /// How many.
    pub count: u32,
}

/// That what was put off while a verifier's key rested is looked at at once.
#[derive(Clone, Debug, PartialEq, Eq, Read, Serialize)]
pub struct Recall {
    /// Nothing was put off beyond then.
    pub last: Instant,
    /// The row that was looked at last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// An answer that goes by a reply token.
#[derive(Clone, Debug, PartialEq, Eq, Read, Serialize)]
pub struct Reply {
    /// The token, for one use.
    pub token: String,
    /// Its words.
    pub text: String,
    /// Its kind.
    pub message: Message,
    /// To whom it is pushed where the token isn't taken.
    pub member: Id,
    /// The campaign; none: there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<Id>,
    /// Whether it is a draft.
    #[serde(default)]
    pub draft: bool,
    /// What it is about, as mail names it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub subject: String,
    /// What stands below it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<Button>,
    /// The LINE channel that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Id>,
    /// It goes by its token before then, or not at all; none: of an older record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
}

impl Reply {
    /// The book in which it is counted.
    #[must_use]
    pub fn book(&self) -> Option<Book> {
        self.campaign.clone().map(|campaign| Book {
            campaign,
            draft: self.draft,
        })
    }
}

/// Something that looks like fraud.
#[derive(Clone, Debug, PartialEq, Eq, Read, Serialize)]
pub struct Signal {
    /// How often it came up.
    pub count: u32,
    /// When it came up last.
    pub at: Instant,
    /// Members concerned, each once; the last 20.
    pub members: Vec<Id>,
    /// The submission that it came up with last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}
