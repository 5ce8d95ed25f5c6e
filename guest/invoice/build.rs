//! Writes the table of Big5 that `src/reading/big5.rs` reads, `$OUT_DIR/big5.bin`.
//!
//! Big5 is in order of strokes and, among characters of as many strokes, of radicals; Unicode is in order of radicals. So
//! most characters lie near the one before, and what is written is how far away each is:
//!
//! - 0: no character;
//! - 1 to 230: that less 60 above the one before;
//! - 231 to 254: with the next byte, 256 for each above 231 and the byte, less 500, above the one before;
//! - 255: the next two bytes are the character, little end first.
//!
//! Each row of 157 begins anew, as if the one before were the first Han character. In front of all rows stands where each
//! of them begins, two bytes, little end first.
//!
//! Lead bytes from A1 to F9 are kept, the part that Taiwan's own machines write. What lies around them is Hong Kong's.

use encoding_rs::BIG5;
use std::env;
use std::error::Error;
use std::fs;
use std::path::PathBuf;

/// The first Han character.
const FIRST: i32 = 0x4e00;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let (mut places, mut rows) = (Vec::new(), Vec::new());
    for lead in 0xa1..=0xf9_u8 {
        places.extend(u16::try_from(rows.len())?.to_le_bytes());
        let mut before = FIRST;
        for trail in (0x40..=0x7e_u8).chain(0xa1..=0xfe) {
            let unit = character(lead, trail);
            let apart = i32::from(unit) - before;
            match apart {
                _ if unit == 0 => {
                    rows.push(0);
                    continue;
                }
                -59..=170 => rows.push(u8::try_from(apart + 60)?),
                -500..=5_643 => {
                    let [high, low] = u16::try_from(apart + 500)?.to_be_bytes();
                    rows.extend([231 + high, low]);
                }
                _ => {
                    rows.push(255);
                    rows.extend(unit.to_le_bytes());
                }
            }
            before = i32::from(unit);
        }
    }
    places.extend(rows);
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("big5.bin"), places)?;
    Ok(())
}

/// The character of a pair of bytes, if it is one and fits two bytes; otherwise 0.
fn character(lead: u8, trail: u8) -> u16 {
    let pair = [lead, trail];
    let text = BIG5.decode_without_bom_handling_and_without_replacement(&pair);
    let mut letters = text.iter().flat_map(|text| text.chars());
    match (letters.next(), letters.next()) {
        (Some(letter), None) => u16::try_from(u32::from(letter)).unwrap_or(0),
        _ => 0,
    }
}
