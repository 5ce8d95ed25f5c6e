//! The words of notices: those of the component, and those that a merchant puts in their place.
//!
//! | kind | may name | must name |
//! |---|---|---|
//! | points-expiring | `member` `programme` `points` `balance` `days` `last-day` `last-time` `basis` | `points` `last-day` |
//! | coupons-expiring | `member` `coupons` `count` `days` `last-day` `last-time` `basis` | `coupons` `last-day` |
//! | points-granted, points-deducted | `member` `programme` `points` `balance` `reason` `basis` | `points` |
//! | points-lapsed | `member` `programme` `points` `balance` `lapsed-day` `basis` | `points` |
//! | those that the platform tells of | `member` `subject` `item` `amount` `day` `time` `contact` | |
//!
//! What must be named must be so in the plain text and, where there is one, in the HTML. Of what the platform tells, a line
//! is left out if it names something that wasn't told.

mod builtin;
mod check;
mod line;
mod pieces;
mod placeholder;
mod sample;
#[cfg(test)]
mod tests;
mod texts;
mod values;

pub use check::{faults, fits, item_faults};
pub use line::{Filled, line};
pub(in crate::domain) use pieces::{Piece, pieces};
pub use placeholder::Placeholder;
pub use sample::sample;
pub use texts::{Template, Texts};

use super::{Channel, Facts, Kind, Language, say};
use crate::sorted_map::SortedMap;
use values::{Place, Values, escaped};

/// A message's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// The subject, on one line; in mail, and only there.
    pub subject: Option<String>,
    /// The plain text.
    pub text: String,
    /// The same as HTML; in mail alone, and not of a merchant's own text that has none.
    pub html: Option<String>,
    /// Whether it is the merchant's own text.
    pub own: bool,
    /// Whether everything that the plain text names has a value.
    pub complete: bool,
    /// The template of LINE's catalogue that stands in place of the text.
    pub template: Option<Filled>,
}

/// Puts facts into words: those that the platform gave with a message of its own, the merchant's own for that kind, channel and
/// language, or the built-in ones. Own mail without a subject gets the built-in one. Buttons stand below
/// the words of mail and text messages as links.
///
/// A value is put in as it is and never looked through for placeholders; in HTML it is escaped. Of a fact that isn't
/// there nothing is put in. Names are cut to 60 characters (a coupon's to 40), coupons are listed up to 5 (mail: 30)
/// with the number of the others. What [`faults`] would find in the merchant's text stays as it stands there.
#[must_use]
pub fn render(
    kind: Kind,
    channel: Channel,
    language: Language,
    own: Option<&Texts>,
    facts: &Facts,
) -> Rendered {
    let told = facts.told.as_deref();
    let given = told.and_then(|told| told.words.as_ref());
    let own = given.or_else(|| own.and_then(|texts| texts.get(kind, channel, language)));
    let builtin = builtin::template(kind, channel, language);
    let subjects = [
        own.and_then(|own| own.subject.as_ref()),
        builtin.subject.as_ref(),
    ];
    let (text, html) = match own {
        Some(own) => (&own.text, own.html.as_ref()),
        None => (&builtin.text, builtin.html.as_ref()),
    };
    let values = Values {
        facts,
        channel,
        language,
    };
    let mail = channel == Channel::Email;
    let filled = |text: &String, place| filled(kind, text, values, place);
    let subject = |text| -> String {
        let (line, _) = filled(text, Place::Subject);
        line.chars().map(say::blanked).collect()
    };
    let subjects = subjects.into_iter().flatten().filter(|_| mail);
    let html = html
        .filter(|_| mail)
        .map(|text| filled(text, Place::Html).0);
    let (text, complete) = filled(text, Place::Text);
    let mut said = Rendered {
        subject: subjects.map(subject).find(|it| !it.trim().is_empty()),
        text,
        html: html.filter(|it| !it.trim().is_empty()),
        own: own.is_some(),
        complete,
        template: None,
    };
    // The others have buttons of their own.
    let lines = matches!(channel, Channel::Email | Channel::Sms);
    let buttons = told.map_or(&[][..], |told| &told.buttons);
    for button in buttons.iter().filter(|_| lines) {
        let (label, url) = (say::clean(&button.label, LABEL_MAX), &button.url);
        for part in ["\n", &label, ": ", url] {
            said.text.push_str(part);
        }
        if let Some(html) = &mut said.html {
            let link = [
                "<p><a href=\"",
                &escaped(url),
                "\">",
                &escaped(&label),
                "</a></p>\n",
            ];
            let end = html.rfind("</body>").unwrap_or(html.len());
            html.insert_str(end, &link.concat());
        }
    }
    said
}

/// Characters of a button's label, at most; a longer one is cut.
const LABEL_MAX: usize = 40;

/// The values of all placeholders that a kind may name, by their names, as far as they are there: what a provider puts into a template of its own.
#[must_use]
pub fn variables(
    kind: Kind,
    channel: Channel,
    language: Language,
    facts: &Facts,
) -> SortedMap<&'static str, String> {
    let values = Values {
        facts,
        channel,
        language,
    };
    let mut named = SortedMap::new();
    for placeholder in Placeholder::permitted(kind) {
        let value = values.of(*placeholder, Place::Text);
        if !value.is_empty() {
            named.insert(placeholder.name(), value);
        }
    }
    named
}

/// A template's text with its values, and whether all of them are there. Of what the platform tells, lines that name what
/// wasn't told are left out.
fn filled(kind: Kind, text: &str, values: Values<'_>, place: Place) -> (String, bool) {
    let mut out = String::with_capacity(text.len() + 64);
    if !kind.is_told() {
        let whole = fill(&mut out, kind, text, values, place);
        return (out, whole);
    }
    let mut whole = true;
    for line in text.split_inclusive('\n') {
        let start = out.len();
        if !fill(&mut out, kind, line, values, place) {
            out.truncate(start);
            whole = false;
        }
    }
    out.truncate(out.trim_end().len());
    (out, whole)
}

/// Adds a text with its values. Tells whether all of them are there.
fn fill(out: &mut String, kind: Kind, text: &str, values: Values<'_>, place: Place) -> bool {
    let mut whole = true;
    for piece in pieces(text) {
        match piece {
            Piece::Plain(text) | Piece::Unclosed(text) | Piece::Stray(text) => out.push_str(text),
            Piece::Name(name) => match Placeholder::of_name(name, kind) {
                Some(placeholder) => {
                    let value = values.of(placeholder, place);
                    whole &= !value.is_empty();
                    out.push_str(&value);
                }
                None => {
                    out.push('{');
                    out.push_str(name);
                    out.push('}');
                }
            },
        }
    }
    whole
}
