//! Which characters EUC-KR has besides those of ASCII: KS X 1001.

/// For each first byte of a character of UTF-16 the number of its block, 0 without one; then the blocks, 32 bytes each,
/// a bit for each second byte.
static TABLE: &[u8] = include_bytes!("euc_kr.bin");

/// Whether it has the character.
pub(super) fn has(sign: char) -> bool {
    let Ok(code) = u16::try_from(u32::from(sign)) else {
        return false;
    };
    let [high, low] = code.to_be_bytes().map(usize::from);
    let Some(block) = TABLE.get(high).copied().filter(|block| *block > 0) else {
        return false;
    };
    let place = 256 + (usize::from(block) - 1) * 32 + (low >> 3);
    TABLE
        .get(place)
        .is_some_and(|bits| bits >> (low & 7) & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::has;

    /// 2,350 syllables, 4,888 ideographs of which 268 stand twice under one code of Unicode, and the rest of its 8,226.
    #[test]
    fn it_has_as_many_as_the_standard() {
        let count = |first: char, last: char| (first..=last).filter(|sign| has(*sign)).count();
        assert_eq!(count('\u{ac00}', '\u{d7a3}'), 2_350);
        assert_eq!(count('\u{4e00}', '\u{9fff}'), 4_620);
        assert_eq!(count('\u{80}', '\u{ffff}'), 8_226);
    }
}
