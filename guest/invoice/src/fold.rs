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
    let mut copied = 0;
    for (place, letter) in text.char_indices() {
        if stays(letter) {
            continue;
        }
        into.push_str(text.get(copied..place).unwrap_or_default());
        copied = place.saturating_add(letter.len_utf8());
        let letter = width(letter);
        if !is_blank(letter) {
            into.push(small(letter));
        }
    }
    into.push_str(text.get(copied..).unwrap_or_default());
}

/// Whether nothing is to be folded of it: small ASCII letters, digits and signs, and what lies between the wide blank
/// and the wide letters, Han characters above all.
fn stays(letter: char) -> bool {
    matches!(letter, '!'..='@' | '['..='~' | '\u{3001}'..='\u{fefe}')
}

/// The small letter of a capital: Latin as Western Europe writes it, Greek, Cyrillic. The standard library's table of all
/// scripts is larger than everything here.
fn small(letter: char) -> char {
    let apart = match letter {
        'A'..='Z' | 'À'..='Ö' | 'Ø'..='Þ' | 'Α'..='Ρ' | 'Σ'..='Ω' | 'А'..='Я' => 32,
        'Ѐ'..='Џ' => 80,
        _ => return letter,
    };
    char::from_u32(u32::from(letter).saturating_add(apart)).unwrap_or(letter)
}
