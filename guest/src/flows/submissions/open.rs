//! A campaign's card is shown to a member.

use super::book::{member, rules};
use super::say::{Answer, Saying};
use crate::domain::ids::Id;
use crate::domain::instant::Instant;
use crate::domain::submission::{Message, PHOTO_SECONDS};
use crate::flows::scope::{Scope, Stop};
use crate::records::keys;
use crate::records::sent_in::Card;
use serde::Serialize;

/// A wish to see a card.
#[derive(Clone, Debug, Serialize)]
pub struct Open {
    /// The campaign.
    pub campaign: Id,
    /// Who.
    pub member: Id,
    /// Where.
    pub channel: Id,
    /// By which way.
    pub by: String,
    /// For the answer, where there is no card.
    pub reply: Option<String>,
}

/// What is shown.
#[derive(Clone, Debug, PartialEq)]
pub enum Opened {
    /// The card.
    Card {
        /// The campaign's name.
        name: String,
        /// The page of its rules.
        rules_page: Option<String>,
        /// Its picture.
        picture: Option<String>,
        /// The last instant at which photos are taken.
        photos_until: Instant,
    },
    /// Why there is none.
    Answer(Answer),
}

/// Shows a card; photos are taken from now on for 30 minutes.
///
/// # Errors
/// [`crate::reject::Reject::UnknownMember`], and those of the storage.
pub fn open(scope: &mut Scope<'_>, it: &Open) -> Result<Opened, Stop> {
    let member = member(scope, &it.member)?;
    let rules = rules(scope, &it.campaign)?;
    let closed = match &rules {
        Some(rules) => rules.closed(scope, &it.channel),
        None => Some(Message::NotThere),
    };
    let rules = match (rules, closed) {
        (Some(rules), None) => rules,
        (rules, closed) => {
            let message = closed.unwrap_or(Message::NotThere);
            let saying = Saying::new(rules.as_ref(), &member, message).on(&it.channel);
            let answer = saying.say(scope, &mut it.reply.clone())?;
            return Ok(Opened::Answer(answer));
        }
    };
    let card = Card {
        at: scope.now,
        by: it.by.clone(),
    };
    let own = cards(&it.campaign, &it.member);
    let key = [&own, &*keys::escaped(&it.channel)].concat();
    scope.work.put(key, &card);
    let settings = rules.campaign.settings;
    Ok(Opened::Card {
        name: settings.name,
        rules_page: settings.rules_page,
        picture: settings.picture,
        photos_until: scope.now.plus_seconds(PHOTO_SECONDS),
    })
}

/// All cards of a campaign that a member was shown, those of its draft among them, whatever became of it since.
#[inline(never)]
pub(super) fn cards(campaign: &Id, member: &Id) -> String {
    let book = keys::Book {
        campaign: campaign.clone(),
        draft: false,
    };
    keys::of_book(keys::CARDS, &book, &[&keys::escaped(member), "/"].concat())
}
