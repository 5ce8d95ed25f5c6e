//! Texts made alike: width, case and blanks make no difference (spec, Judging).

/// The kana and signs that stand in half a width from U+FF61 on, in their order.
const KANA: &str = "。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン\u{3099}\u{309a}";

/// The character without its width: full-width letters, digits and signs become the usual ones, kana of half a width whole ones.
#[must_use]
pub fn width(letter: char) -> char {
    match letter {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
        '\u{3000}' => ' ',
        '\u{ff61}'..='\u{ff9f}' => {
            let place = u32::from(letter) - 0xff61;
            let kana = usize::try_from(place)
                .ok()
                .and_then(|it| KANA.chars().nth(it));
            kana.unwrap_or(letter)
        }
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
    into.reserve(text.len());
    // What stays as it is, which is most of a name, is passed over by its first byte, and copied in one piece.
    let bytes = text.as_bytes();
    let (mut copied, mut place) = (0, 0);
    while let Some(first) = bytes.get(place) {
        let stays = stays(*first);
        if stays > 0 {
            place += stays;
            continue;
        }
        if copied < place {
            into.push_str(text.get(copied..place).unwrap_or_default());
        }
        let letter = if first.is_ascii() {
            char::from(*first)
        } else {
            let rest = text.get(place..).unwrap_or_default();
            rest.chars().next().unwrap_or_default()
        };
        place += letter.len_utf8();
        copied = place;
        let letter = width(letter);
        if is_mark(letter) {
            marked(letter, into);
        } else if !is_blank(letter) {
            into.push(small(letter));
        }
    }
    into.push_str(text.get(copied..).unwrap_or_default());
}

/// Whether it voices the kana before it: as a sign of its own, or one that is written over it.
fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{3099}'..='\u{309c}')
}

/// Appends a mark: a kana that can be voiced and its mark are one letter.
fn marked(mark: char, into: &mut String) {
    let half = matches!(mark, '\u{309a}' | '\u{309c}');
    let apart = match into.chars().last() {
        Some('ハ' | 'ヒ' | 'フ' | 'ヘ' | 'ホ' | 'は' | 'ひ' | 'ふ' | 'へ' | 'ほ') if half => {
            2
        }
        Some(
            'カ' | 'キ' | 'ク' | 'ケ' | 'コ' | 'サ' | 'シ' | 'ス' | 'セ' | 'ソ' | 'タ' | 'チ'
            | 'ツ' | 'テ' | 'ト' | 'ハ' | 'ヒ' | 'フ' | 'ヘ' | 'ホ' | 'か' | 'き' | 'く' | 'け'
            | 'こ' | 'さ' | 'し' | 'す' | 'せ' | 'そ' | 'た' | 'ち' | 'つ' | 'て' | 'と' | 'は'
            | 'ひ' | 'ふ' | 'へ' | 'ほ',
        ) if !half => 1,
        Some('ウ') if !half => 0x4e,
        _ => {
            into.push(mark);
            return;
        }
    };
    let letter = into.pop().map_or(0, u32::from);
    into.extend(char::from_u32(letter.saturating_add(apart)));
}

/// Bytes of the character that begins with this one, where nothing is to be folded of it: small ASCII letters, digits and signs, and
/// what lies from U+4000 to U+DFFF, Han characters and Hangul above all; else 0.
#[inline]
fn stays(first: u8) -> usize {
    match first {
        b'!'..=b'@' | b'['..=b'~' => 1,
        0xe4..=0xed => 3,
        _ => 0,
    }
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
