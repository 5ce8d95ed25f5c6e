//! Uploads that are kept to begin from (`corpus/`, codes with a byte 1E between them), and thousands like them: each
//! shortened, with a byte lost, and with a byte made another one. Whatever comes of them, the reader answers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a table that can't be read is a failed test"
)]

mod table;

use stampcard_invoice::reading::{Code, Settings, read_codes};
use std::fs;
use std::path::Path;
use table::day;

/// Bytes that mean something to the reader, and some that mean nothing.
const OTHERS: [u8; 12] = *b":*0A =/\x00\x1e\x80\xa4\xff";

fn answered(upload: &[u8], settings: &Settings<'_>) {
    let codes: Vec<&[u8]> = upload.split(|byte| *byte == 0x1e).collect();
    let bytes: Vec<Code<'_>> = codes.iter().map(|code| Code::bytes(code)).collect();
    assert!(!read_codes(&bytes, settings).is_empty());
    let letters = |code: &&[u8]| {
        code.iter()
            .map(|byte| char::from(*byte))
            .collect::<String>()
    };
    let texts: Vec<String> = codes.iter().map(letters).collect();
    let texts: Vec<Code<'_>> = texts.iter().map(|text| Code::text(text)).collect();
    assert!(!read_codes(&texts, settings).is_empty());
}

#[test]
fn whatever_comes_is_answered() {
    let settings = Settings::on(day("2026-11-28"));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let mut uploads = 0;
    for file in fs::read_dir(folder).unwrap() {
        let upload = fs::read(file.unwrap().path()).unwrap();
        uploads += 1;
        answered(&upload, &settings);
        for place in 0..upload.len() {
            answered(&upload[..place], &settings);
            answered(
                &[&upload[..place], &upload[place + 1..]].concat(),
                &settings,
            );
            for other in OTHERS {
                let mut damaged = upload.clone();
                damaged[place] = other;
                answered(&damaged, &settings);
            }
        }
    }
    assert!(uploads > 10, "{uploads} uploads");
}
