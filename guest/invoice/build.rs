//! Writes the table of Big5 that `src/reading/big5.rs` reads, `$OUT_DIR/big5.bin`: a character of two bytes, little
//! end first, for each pair of bytes, and 0 where a pair stands for none.
//!
//! Lead bytes from A1 to F9 are kept, the part that Taiwan's own machines write. What lies around them is Hong Kong's.

use encoding_rs::BIG5;
use std::env;
use std::error::Error;
use std::fs;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let mut table = Vec::new();
    for lead in 0xa1..=0xf9_u8 {
        for trail in (0x40..=0x7e_u8).chain(0xa1..=0xfe) {
            table.extend(character(lead, trail).to_le_bytes());
        }
    }
    let place = PathBuf::from(env::var("OUT_DIR")?).join("big5.bin");
    fs::write(place, table)?;
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
