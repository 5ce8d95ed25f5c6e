//! Big5 as Taiwan's machines write it, with the additions of ETEN. Hong Kong's characters are not in it.

/// Rows of differences, as `build.rs` writes and describes them.
static TABLE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/big5.bin"));

/// The first lead byte, and how many there are.
const LEAD: u8 = 0xa1;
const LEADS: u8 = 89;

/// What each row's first difference is from.
const FIRST: u16 = 0x4e00;

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
    let row = lead.checked_sub(LEAD).filter(|row| *row < LEADS)?;
    let column = match trail {
        0x40..=0x7e => trail - 0x40,
        0xa1..=0xfe => trail - 0xa1 + 63,
        _ => return None,
    };
    let (places, rows) = TABLE.split_at_checked(usize::from(LEADS) * 2)?;
    let start = two(places.get(usize::from(row) * 2..)?)?;
    let mut rest = rows.get(usize::from(start)..)?;
    let mut unit = FIRST;
    for place in 0..=column {
        let (sign, after) = rest.split_first()?;
        rest = after;
        match *sign {
            0 if place == column => return None,
            0 => {}
            1..=230 => unit = unit.wrapping_add(u16::from(*sign)).wrapping_sub(60),
            231..=254 => {
                let (low, after) = rest.split_first()?;
                rest = after;
                let apart = u16::from_be_bytes([*sign - 231, *low]);
                unit = unit.wrapping_add(apart).wrapping_sub(500);
            }
            255 => {
                unit = two(rest)?;
                rest = rest.get(2..)?;
            }
        }
    }
    char::from_u32(u32::from(unit))
}

fn two(bytes: &[u8]) -> Option<u16> {
    bytes.first_chunk().map(|pair| u16::from_le_bytes(*pair))
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
