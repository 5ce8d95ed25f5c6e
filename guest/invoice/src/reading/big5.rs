//! Big5 as Taiwan's machines write it, with the additions of ETEN. Hong Kong's characters are not in it.

/// Two bytes a character, little end first; `build.rs` writes it.
static TABLE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/big5.bin"));

/// Trail bytes of a lead byte.
const TRAILS: usize = 157;

/// The text; none if a byte of it stands for no character.
pub(super) fn text(bytes: &[u8]) -> Option<String> {
    let mut text = String::with_capacity(bytes.len() * 2);
    let mut rest = bytes;
    while let [byte, after @ ..] = rest {
        if byte.is_ascii() {
            text.push(char::from(*byte));
            rest = after;
        } else {
            let (trail, after) = after.split_first()?;
            text.push(character(*byte, *trail)?);
            rest = after;
        }
    }
    Some(text)
}

fn character(lead: u8, trail: u8) -> Option<char> {
    let row = usize::from(lead.checked_sub(0xa1)?);
    let column = usize::from(match trail {
        0x40..=0x7e => trail - 0x40,
        0xa1..=0xfe => trail - 0xa1 + 63,
        _ => return None,
    });
    let place = (row * TRAILS + column) * 2;
    let pair = TABLE.get(place..place + 2)?;
    let unit = u16::from_le_bytes(<[u8; 2]>::try_from(pair).ok()?);
    char::from_u32(u32::from(unit)).filter(|letter| *letter != '\0')
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::BIG5;

    #[test]
    fn every_pair_reads_as_the_standard_has_it_or_not_at_all() {
        let mut read = 0;
        for lead in 0x80..=0xff_u8 {
            for trail in 0..=0xff_u8 {
                let pair = [lead, trail];
                let standard = BIG5.decode_without_bom_handling_and_without_replacement(&pair);
                let own = text(&pair);
                if let Some(own) = own {
                    assert_eq!(Some(own.as_str()), standard.as_deref(), "{pair:02x?}");
                    read += 1;
                } else if (0xa4..=0xc6).contains(&lead) && (lead < 0xc6 || trail < 0x7f) {
                    assert_eq!(standard, None, "{pair:02x?}");
                }
            }
        }
        assert!(read > 13_400, "{read} characters");
    }
}
