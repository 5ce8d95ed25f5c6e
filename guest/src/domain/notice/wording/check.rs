//! What is wrong with a merchant's own texts.

use super::pieces::{Piece, pieces};
use super::placeholder::Placeholder;
use super::texts::{Template, Texts};
use crate::domain::config::Fault;
use crate::domain::notice::{Channel, Kind};

/// Characters of a subject, at most.
const SUBJECT_MAX: usize = 200;

/// Bytes that a character of a value takes at most, escaped for HTML or not.
const VALUE_BYTES: usize = 6;

/// All faults of a merchant's texts, with JSON pointers from these texts on; none: they may be used.
///
/// Lengths are those of the text with the longest values that could be put in, so that no message is too long for its
/// channel.
#[must_use]
pub fn faults(texts: &Texts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (kind, channel, language, template) in texts.iter() {
        let path = format!("/{}/{}/{}", kind.name(), channel.name(), language.tag());
        let found = template_faults(kind, channel, template);
        faults.extend(found.into_iter().map(|fault| Fault {
            path: format!("{path}/{}", fault.path),
            ..fault
        }));
    }
    faults
}

/// The faults of words that came with one message and go by any channel, each with its field as the path. Where it is no mail,
/// its subject and its HTML stay unused.
#[must_use]
pub fn fits(kind: Kind, channel: Channel, words: &Template) -> Vec<Fault> {
    if channel == Channel::Email {
        return template_faults(kind, channel, words);
    }
    let text = Template {
        subject: None,
        text: words.text.clone(),
        html: None,
    };
    template_faults(kind, channel, &text)
}

/// The faults of an item of a template of LINE's catalogue.
#[must_use]
pub fn item_faults(kind: Kind, field: &str, text: &str) -> Vec<Fault> {
    let mut faults = braces(kind, field, text);
    one_line(&mut faults, field, text);
    faults
}

/// The faults of one template, each with its field as the path.
pub(super) fn template_faults(kind: Kind, channel: Channel, template: &Template) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mail = channel == Channel::Email;
    for (field, text) in [("subject", &template.subject), ("html", &template.html)] {
        if !mail && text.is_some() {
            let found = format!("a text for {}", channel.name());
            faults.push(Fault::new(field, found, "only in email"));
        }
    }
    if let Some(subject) = template.subject.as_ref().filter(|_| mail) {
        faults.extend(braces(kind, "subject", subject));
        one_line(&mut faults, "subject", subject);
        let length = size(kind, channel, subject, |text| text.chars().count(), 1);
        if length > SUBJECT_MAX {
            let permitted = "at most 200 characters, the longest values included";
            faults.push(Fault::new("subject", characters(length), permitted));
        }
    }
    body(&mut faults, kind, channel, "text", &template.text);
    if let Some(html) = template.html.as_ref().filter(|_| mail) {
        body(&mut faults, kind, channel, "html", html);
    }
    faults
}

fn one_line(faults: &mut Vec<Fault>, field: &str, subject: &str) {
    if subject.trim().is_empty() {
        faults.push(Fault::new(field, "nothing", "a text"));
    }
    let breaks = |sign: char| sign.is_control() || matches!(sign, '\u{2028}' | '\u{2029}');
    if subject.contains(breaks) {
        let found = "a line break or another control character";
        faults.push(Fault::new(field, found, "one line"));
    }
}

/// The faults of a plain text or of HTML.
fn body(faults: &mut Vec<Fault>, kind: Kind, channel: Channel, field: &str, text: &str) {
    if text.trim().is_empty() {
        faults.push(Fault::new(field, "nothing", "a text"));
        return;
    }
    if text.contains(|sign: char| sign.is_control() && !matches!(sign, '\n' | '\r' | '\t')) {
        let permitted = "no control characters but line breaks and tabs";
        faults.push(Fault::new(field, "a control character", permitted));
    }
    faults.extend(braces(kind, field, text));
    for required in Placeholder::required(kind) {
        let named = |piece| piece == Piece::Name(required.name());
        if !pieces(text).any(named) {
            let found = format!("no {{{}}}", required.name());
            faults.push(Fault::new(field, found, must_name(kind)));
        }
    }
    let units = |text: &str| text.encode_utf16().count();
    let chars = |text: &str| text.chars().count();
    let (length, most, permitted) = match channel {
        Channel::Sms => (
            size(kind, channel, text, chars, 1),
            2_000,
            "2,000 characters",
        ),
        Channel::Alimtalk => (
            size(kind, channel, text, chars, 1),
            1_000,
            "1,000 characters",
        ),
        Channel::LinePush | Channel::LineNotification => (
            size(kind, channel, text, units, 2),
            5_000,
            "5,000 UTF-16 units",
        ),
        Channel::Email => {
            let length = size(kind, channel, text, str::len, VALUE_BYTES);
            (length, 65_536, "65,536 bytes")
        }
    };
    if length > most {
        let permitted = format!("at most {permitted}, the longest values included");
        faults.push(Fault::new(field, format!("up to {length}"), permitted));
    }
}

/// Braces that don't close, and names that the kind doesn't know.
fn braces(kind: Kind, field: &str, text: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    for piece in pieces(text) {
        match piece {
            Piece::Name(name) if Placeholder::of_name(name, kind).is_none() => {
                let permitted = names(Placeholder::permitted(kind));
                faults.push(Fault::new(field, format!("{{{name}}}"), permitted));
            }
            Piece::Unclosed(text) => {
                let permitted = "a closing brace on the same line; {{ for a brace itself";
                faults.push(Fault::new(field, text, permitted));
            }
            Piece::Stray(text) => {
                let permitted = "an opening brace before it; }} for a brace itself";
                faults.push(Fault::new(field, text, permitted));
            }
            Piece::Plain(_) | Piece::Name(_) => {}
        }
    }
    faults
}

/// How long a text is at most with its values in it: by `measure`, of which a value's character takes up to `weight`.
fn size(
    kind: Kind,
    channel: Channel,
    text: &str,
    measure: impl Fn(&str) -> usize,
    weight: usize,
) -> usize {
    let sizes = pieces(text).map(|piece| match piece {
        Piece::Plain(text) | Piece::Unclosed(text) | Piece::Stray(text) => measure(text),
        Piece::Name(name) => Placeholder::of_name(name, kind).map_or(name.len(), |placeholder| {
            placeholder.longest(channel) * weight
        }),
    });
    sizes.sum()
}

fn characters(count: usize) -> String {
    format!("up to {count} characters")
}

fn must_name(kind: Kind) -> String {
    format!("a text with {}", names(Placeholder::required(kind)))
}

/// `{a}, {b}`.
fn names(placeholders: &[Placeholder]) -> String {
    let names: Vec<String> = placeholders
        .iter()
        .map(|placeholder| format!("{{{}}}", placeholder.name()))
        .collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::notice::Language;

    fn template(text: &str) -> Template {
        Template {
            subject: None,
            text: text.to_owned(),
            html: None,
        }
    }

    fn texts(kind: Kind, channel: Channel, template: Template) -> Texts {
        let mut texts = Texts::default();
        texts.set(kind, channel, Language::En, template);
        texts
    }

    /// The faults of one template, as path and permitted.
    fn faulty(kind: Kind, channel: Channel, template: Template) -> Vec<(String, String)> {
        faults(&texts(kind, channel, template))
            .into_iter()
            .map(|fault| (fault.path, fault.permitted))
            .collect()
    }

    #[test]
    fn faults_name_the_place_and_what_is_permitted() {
        let fine = "{points} {last-day}";
        assert_eq!(
            faulty(Kind::PointsExpiring, Channel::Sms, template(fine)),
            []
        );
        let one = |kind, channel, template, path: &str, permitted: &str| {
            let found = faulty(kind, channel, template);
            let wanted = found.iter().any(|(at, what)| {
                at.strip_suffix(path)
                    .is_some_and(|rest| rest.ends_with('/'))
                    && what.contains(permitted)
            });
            assert!(wanted, "{path} {permitted}: {found:?}");
        };
        let points = |text: &str| (Kind::PointsExpiring, Channel::Sms, template(text));
        for (text, permitted) in [
            (
                "{points} {last-day} {coupons}",
                "{member}, {programme}, {points}",
            ),
            (
                "{points} {last-day} {Points}",
                "{days}, {last-day}, {last-time}",
            ),
            ("{points} {last-day} {", "a closing brace"),
            ("{points} {last-day} }", "an opening brace"),
            ("{points}", "a text with {points}, {last-day}"),
            ("{{points}} {last-day}", "a text with {points}, {last-day}"),
            (" \n", "a text"),
            ("{points} {last-day} \u{7}", "no control characters"),
        ] {
            let (kind, channel, template) = points(text);
            one(kind, channel, template, "text", permitted);
        }
        for (kind, text, permitted) in [
            (Kind::CouponsExpiring, "{last-day}", "{coupons}, {last-day}"),
            (Kind::PointsGranted, "{balance}", "{points}"),
            (Kind::PointsDeducted, "{balance}", "{points}"),
            (Kind::PointsLapsed, "{lapsed-day}", "{points}"),
        ] {
            one(kind, Channel::LinePush, template(text), "text", permitted);
        }
        let mail = Template {
            subject: Some("s".to_owned()),
            html: Some("<p>".to_owned()),
            ..template(fine)
        };
        for channel in [Channel::Sms, Channel::LinePush, Channel::Alimtalk] {
            one(
                Kind::PointsExpiring,
                channel,
                mail.clone(),
                "subject",
                "only in email",
            );
            one(
                Kind::PointsExpiring,
                channel,
                mail.clone(),
                "html",
                "only in email",
            );
        }
        one(
            Kind::PointsExpiring,
            Channel::Email,
            mail.clone(),
            "html",
            "{points}",
        );
        for (subject, permitted) in [
            ("", "a text"),
            ("a\nb", "one line"),
            ("{count}", "{member}, {programme}"),
            ("{", "a closing brace"),
        ] {
            let mail = Template {
                subject: Some(subject.to_owned()),
                ..template(fine)
            };
            one(
                Kind::PointsExpiring,
                Channel::Email,
                mail,
                "subject",
                permitted,
            );
        }
        let found = faults(&texts(Kind::PointsLapsed, Channel::LinePush, template("")));
        assert_eq!(found[0].path, "/points-lapsed/line-push/en/text");
    }

    #[test]
    fn texts_fit_their_channels_with_any_values() {
        let named = "{points}";
        for (channel, most, sign, long) in [
            // The longest value of {points} takes 40 characters, or 80 units, or 240 bytes.
            (Channel::Sms, 2_000 - 40, '點', "2,000 characters"),
            (Channel::Alimtalk, 1_000 - 40, '점', "1,000 characters"),
            (Channel::LinePush, 5_000 - 80, '點', "5,000 UTF-16 units"),
            (Channel::Email, 65_536 - 240, 'a', "65,536 bytes"),
        ] {
            let text = |count| format!("{named}{}", String::from(sign).repeat(count));
            let fits = faulty(Kind::PointsLapsed, channel, template(&text(most)));
            assert_eq!(fits, [], "{channel:?}");
            let found = faulty(Kind::PointsLapsed, channel, template(&text(most + 1)));
            assert!(found[0].1.contains(long), "{found:?}");
        }
        let subject = |count| Template {
            subject: Some("點".repeat(count)),
            ..template(named)
        };
        assert_eq!(faulty(Kind::PointsLapsed, Channel::Email, subject(200)), []);
        let found = faulty(Kind::PointsLapsed, Channel::Email, subject(201));
        assert!(found[0].1.contains("200 characters"), "{found:?}");
    }
}
