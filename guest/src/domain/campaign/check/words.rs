//! What is wrong with a merchant's own words.

use crate::domain::campaign::Messages;
use crate::domain::config::Found;
use crate::domain::notice::wording::{Piece, pieces};

/// Characters of a message, at most: with what is put in, it stays within what LINE takes.
const TEXT_MAX: usize = 2_000;

/// Each message is there, not too long, and names only what there is.
pub(super) fn check(found: &mut Found, messages: &Messages) {
    for (kind, language, text) in messages.iter() {
        let field = format!("messages/{}/{}", kind.name(), language.tag());
        let fits = !text.trim().is_empty() && text.chars().nth(TEXT_MAX).is_none();
        let length = format!("{} characters", text.chars().count());
        let permitted = "1 to 2,000 characters, not all blank";
        found.unless(fits, &field, length, permitted);
        let known = kind.placeholders();
        for piece in pieces(text) {
            match piece {
                Piece::Plain(_) => {}
                Piece::Name(name) => {
                    let names: Vec<String> = known
                        .iter()
                        .map(|name| ["{", *name, "}"].concat())
                        .collect();
                    let permitted = ["one of ", &names.join(", ")].concat();
                    let wrong = ["{", name, "}"].concat();
                    found.unless(known.contains(&name), &field, wrong, &permitted);
                }
                Piece::Unclosed(text) | Piece::Stray(text) => found.unless(
                    false,
                    &field,
                    text,
                    "braces around a placeholder's name; {{ and }} for braces themselves",
                ),
            }
        }
    }
}
