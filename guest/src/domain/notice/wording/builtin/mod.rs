//! The texts that come with the component. They inform and do not advertise: an advertisement would need consents that
//! these notices are sent without (reference, messaging).

mod en;
mod ko;
mod told;
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

/// The built-in text, for every channel and in every language. Of a kind that has no words of its own it is empty.
pub(super) fn template(kind: Kind, channel: Channel, language: Language) -> Template {
    let words = match language {
        Language::ZhTw => zh_tw::words(kind),
        Language::Ko => ko::words(kind),
        Language::En => en::words(kind),
    };
    let Some(words) = words else {
        return told(kind, channel, language);
    };
    match channel {
        Channel::Email => Template {
            subject: Some(words.subject.to_owned()),
            text: words.mail.to_owned(),
            html: Some(html(language, words.subject, words.mail)),
        },
        Channel::Sms | Channel::LinePush | Channel::LineNotification => {
            short(words.short.to_owned())
        }
        Channel::Alimtalk => short(format!("{}\n{}", words.short, words.basis)),
    }
}

/// The text of a kind that the platform tells of.
fn told(kind: Kind, channel: Channel, language: Language) -> Template {
    let Some(sentence) = told::sentence(kind, language) else {
        return short(String::new());
    };
    let (greeting, lines) = (told::greeting(language), told::lines(language));
    match channel {
        Channel::Email => {
            let mail = [greeting, sentence, lines].join("\n\n");
            Template {
                subject: Some(sentence.to_owned()),
                html: Some(html(language, sentence, &mail)),
                text: mail,
            }
        }
        Channel::Sms | Channel::LinePush | Channel::LineNotification => {
            short([greeting, sentence, lines].join("\n"))
        }
        Channel::Alimtalk => short([greeting, sentence, lines, told::basis(language)].join("\n")),
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
fn html(language: Language, subject: &str, mail: &str) -> String {
    let mut out = String::with_capacity(mail.len() + 256);
    for part in [
        "<!DOCTYPE html>\n<html lang=\"",
        language.tag(),
        "\">\n<head><meta charset=\"utf-8\"><title>",
        subject,
        "</title></head>\n<body>\n",
    ] {
        out.push_str(part);
    }
    for paragraph in mail.split("\n\n") {
        // Marks stand on lines of their own, so that none goes with a line that is left out.
        out.push_str("<p>\n");
        out.push_str(&paragraph.replace('\n', "<br>\n"));
        out.push_str("\n</p>\n");
    }
    out.push_str("</body>\n</html>\n");
    out
}
