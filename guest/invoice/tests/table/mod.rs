//! Reads the tables that tests are held against.
#![allow(dead_code, reason = "each test uses a part of it")]

use chrono::NaiveDate;
use serde::de::DeserializeOwned;
use std::fs;
use std::path::Path;

/// The rows of a file beside the tests.
pub(crate) fn rows<T: DeserializeOwned>(file: &str) -> Vec<T> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(file);
    let text = fs::read_to_string(&path).unwrap();
    let rows: Vec<T> =
        serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
    assert!(!rows.is_empty(), "{file} has no rows");
    rows
}

/// A day written as `2026-04-10`.
pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse()
        .unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// A name of the code as words: `SellerChecksum` as `seller checksum`.
pub(crate) fn words(name: &impl std::fmt::Debug) -> String {
    let name = format!("{name:?}");
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
    }
    words
}
