//! The alphabet of seven bits.

/// Its characters outside ASCII.
const OTHERS: &str = "£¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà";

/// How many septets a character takes; none: the alphabet lacks it.
pub(super) fn septets(sign: char) -> Option<u32> {
    match sign {
        '^' | '{' | '}' | '[' | ']' | '~' | '|' | '\\' | '€' | '\u{c}' => Some(2),
        '`' => None,
        '\n' | '\r' | ' '..='~' => Some(1),
        _ => OTHERS.contains(sign).then_some(1),
    }
}
