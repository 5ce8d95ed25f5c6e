//! Text that the component carries in a compact form, because it is long and seldom asked for. `build/pack.rs` writes it.

/// The fewest bytes that are worth a copy.
const FEWEST: usize = 4;

/// The text behind the packed one. A byte below 128 begins one literal byte more than it says; another begins a copy of so
/// many of those before, from as far back as the next two bytes say.
#[must_use]
pub fn unpack(packed: &[u8]) -> String {
    let mut text: Vec<u8> = Vec::with_capacity(packed.len().saturating_mul(5));
    let mut rest = packed;
    while let Some((token, tail)) = rest.split_first() {
        let count = usize::from(*token);
        if count < 128 {
            let (literal, tail) = tail.split_at(count.saturating_add(1).min(tail.len()));
            text.extend_from_slice(literal);
            rest = tail;
            continue;
        }
        let Some((back, tail)) = tail.split_first_chunk::<2>() else {
            break;
        };
        let start = text.len().saturating_sub(u16::from_le_bytes(*back).into());
        // What is copied may be longer than what there is so far.
        for place in start..start.saturating_add(count).saturating_sub(128 - FEWEST) {
            text.extend(text.get(place).copied());
        }
        rest = tail;
    }
    String::from_utf8(text).unwrap_or_default()
}
