//! The texts that come with the component. They inform and do not advertise: an advertisement would need consents that
//! these notices are sent without (reference, messaging).

mod en;
mod ko;
mod zh_tw;

use super::texts::Template;
use crate::domain::notice::{Channel, Kind, Language};

/// The texts of one kind in one language.
struct Words {
    subject: &'static str,
    /// Mail, in paragraphs. None of its signs has a meaning in HTML.
    mail: &'static str,
    /// What the other channels say.
    short: &'static str,
    /// The last line in AlimTalk: what the notice is based on.
    basis: &'static str,
}

/// The built-in text. There is one of every kind, for every channel, in every language.
pub(super) fn template(kind: Kind, channel: Channel, language: Language) -> Template {
    let words = match language {
        Language::ZhTw => zh_tw::words(kind),
        Language::Ko => ko::words(kind),
        Language::En => en::words(kind),
    };
    match channel {
        Channel::Email => Template {
            subject: Some(words.subject.to_owned()),
            text: words.mail.to_owned(),
            html: Some(html(language, words)),
        },
        Channel::Sms | Channel::LinePush | Channel::LineNotification => {
            short(words.short.to_owned())
        }
        Channel::Alimtalk => short(format!("{}\n{}", words.short, words.basis)),
    }
}

fn short(text: String) -> Template {
    Template {
        subject: None,
        text,
        html: None,
    }
}

/// The mail as an HTML document: its paragraphs, with line breaks where the plain text has them.
fn html(language: Language, words: &Words) -> String {
    let mut out = String::with_capacity(words.mail.len() + 256);
    for part in [
        "<!DOCTYPE html>\n<html lang=\"",
        language.tag(),
        "\">\n<head><meta charset=\"utf-8\"><title>",
        words.subject,
        "</title></head>\n<body>\n",
    ] {
        out.push_str(part);
    }
    for paragraph in words.mail.split("\n\n") {
        out.push_str("<p>");
        out.push_str(&paragraph.replace('\n', "<br>\n"));
        out.push_str("</p>\n");
    }
    out.push_str("</body>\n</html>\n");
    out
}
