//! Texts made alike: width, case and blanks make no difference (spec, Judging).

/// The character without its width: full-width letters, digits and signs become the usual ones.
#[must_use]
pub fn width(letter: char) -> char {
    match letter {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
        '\u{3000}' => ' ',
        '\u{ffe0}' => '\u{a2}',
        '\u{ffe1}' => '\u{a3}',
        '\u{ffe5}' => '\u{a5}',
        _ => letter,
    }
}

/// Whether it takes no part in comparisons: blanks, and signs without width.
#[must_use]
pub fn is_blank(letter: char) -> bool {
    letter.is_whitespace()
        || matches!(
            letter,
            '\0' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'
        )
}

/// What people type into a field for numbers: usual width, capitals, no blanks.
#[must_use]
pub fn typed(text: &str) -> String {
    text.chars()
        .map(width)
        .filter(|letter| !is_blank(*letter))
        .map(|letter| letter.to_ascii_uppercase())
        .collect()
}

/// Whether it is any of the strokes that are typed for a hyphen.
#[must_use]
pub fn is_hyphen(letter: char) -> bool {
    matches!(
        letter,
        '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{30fc}' | '\u{fe58}' | '\u{fe63}' | '_'
    )
}

/// Appends the text as comparisons see it: usual width, small letters, no blanks.
pub fn compared(text: &str, into: &mut String) {
    // What stays as it is, which is most of a name, is copied in one piece.
    let mut rest = text;
    while let Some(place) = rest.find(|letter| !stays(letter)) {
        let (same, other) = rest.split_at_checked(place).unwrap_or((rest, ""));
        into.push_str(same);
        let mut letters = other.chars();
        if let Some(letter) = letters
            .next()
            .map(width)
            .filter(|letter| !is_blank(*letter))
        {
            into.extend(letter.to_lowercase());
        }
        rest = letters.as_str();
    }
    into.push_str(rest);
}

/// Whether nothing is to be folded of it: small ASCII letters, digits and signs, and what lies between the wide blank
/// and the wide letters, Han characters above all.
fn stays(letter: char) -> bool {
    matches!(letter, '!'..='@' | '['..='~' | '\u{3001}'..='\u{fefe}')
}
