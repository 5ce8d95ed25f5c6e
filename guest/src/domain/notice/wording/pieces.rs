//! A template's text, cut at its placeholders.

/// A piece of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::domain) enum Piece<'t> {
    /// Text as it is; a doubled brace is one here.
    Plain(&'t str),
    /// What stands between two braces.
    Name(&'t str),
    /// A brace that opens and does not close on its line, with the text up to the next brace or the line's end.
    Unclosed(&'t str),
    /// A closing brace that none opened.
    Stray(&'t str),
}

/// The pieces of a text, in its order. Nothing of the text is lost but the braces around names and every second brace of
/// a double.
pub(in crate::domain) fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (piece, length) = first(rest)?;
        rest = rest.get(length..).unwrap_or_default();
        Some(piece)
    })
}

/// The first piece, and the bytes that it takes.
fn first(text: &str) -> Option<(Piece<'_>, usize)> {
    let brace = text.find(['{', '}']).unwrap_or(text.len());
    if brace > 0 {
        return Some((Piece::Plain(text.get(..brace)?), brace));
    }
    if text.starts_with("{{") || text.starts_with("}}") {
        return Some((Piece::Plain(text.get(..1)?), 2));
    }
    if text.starts_with('}') {
        return Some((Piece::Stray(text.get(..1)?), 1));
    }
    let inner = text.strip_prefix('{')?;
    let end = inner.find(['{', '}', '\n', '\r']).unwrap_or(inner.len());
    let name = inner.get(..end)?;
    if inner.get(end..)?.starts_with('}') {
        return Some((Piece::Name(name), end + 2));
    }
    Some((Piece::Unclosed(text.get(..=end)?), end + 1))
}

#[cfg(test)]
mod tests {
    use super::{Piece, pieces};
    use Piece::{Name, Plain, Stray, Unclosed};
    use proptest::prelude::*;

    fn all(text: &str) -> Vec<Piece<'_>> {
        pieces(text).collect()
    }

    #[test]
    fn names_stand_in_single_braces() {
        assert_eq!(all("a{b}c"), [Plain("a"), Name("b"), Plain("c")]);
        assert_eq!(all("{a}{b}"), [Name("a"), Name("b")]);
        assert_eq!(all("{}"), [Name("")]);
        assert_eq!(all(""), []);
    }

    #[test]
    fn doubled_braces_are_braces() {
        assert_eq!(all("{{a}}"), [Plain("{"), Plain("a"), Plain("}")]);
        assert_eq!(all("{{{a}}}"), [Plain("{"), Name("a"), Plain("}")]);
    }

    #[test]
    fn what_does_not_close_is_told() {
        assert_eq!(all("{a"), [Unclosed("{a")]);
        assert_eq!(all("{점\nb}"), [Unclosed("{점"), Plain("\nb"), Stray("}")]);
        assert_eq!(all("{a{b}"), [Unclosed("{a"), Name("b")]);
        assert_eq!(all("{"), [Unclosed("{")]);
        assert_eq!(all("a}"), [Plain("a"), Stray("}")]);
    }

    proptest! {
        #[test]
        fn nothing_is_lost(text in "[{}a점\n]{0,30}") {
            let length: usize = pieces(&text).map(|piece| match piece {
                Plain("{" | "}") => 2,
                Plain(text) | Unclosed(text) | Stray(text) => text.len(),
                Name(name) => name.len() + 2,
            }).sum();
            prop_assert_eq!(length, text.len());
        }
    }
}
