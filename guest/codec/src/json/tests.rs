//! Held against serde_json: the same text for the same value, and the same value or a refusal for the same text.

use super::{Raw, read, write, write_fields};
use crate::reading::{Read, Reader, Wrong};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq, Read, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Sample {
    text: String,
    big_number: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    small: Option<i32>,
    flag: bool,
    kinds: Vec<Kind>,
    #[serde(default)]
    named: BTreeMap<String, i64>,
    pair: (bool, String),
    nested: Option<Box<Sample>>,
}

#[derive(Clone, Debug, PartialEq, Read, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum Kind {
    Plain,
    Wrapped(u32),
    WithFields { day: u32, why: String },
}

/// The names of a general map are read as any names are.
impl Read for BTreeMap<String, i64> {
    fn blank() -> Self {
        Self::new()
    }

    fn read(&mut self, from: &mut Reader<'_>) -> Result<(), Wrong> {
        let mut map = from.map()?;
        while from.another(&mut map)? {
            let name = from.text("a string")?.into_owned();
            from.colon()?;
            self.entry(name).or_default().read(from)?;
        }
        Ok(())
    }
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-c\"\\\\/{}\\[\\],:\n\t ]{0,8}", any::<String>()]
}

fn kind() -> impl Strategy<Value = Kind> {
    prop_oneof![
        Just(Kind::Plain),
        any::<u32>().prop_map(Kind::Wrapped),
        (any::<u32>(), text()).prop_map(|(day, why)| Kind::WithFields { day, why }),
    ]
}

fn sample() -> impl Strategy<Value = Sample> {
    let flat = (
        text(),
        any::<u64>(),
        any::<Option<i32>>(),
        any::<bool>(),
        vec(kind(), 0..4),
        btree_map(text(), any::<i64>(), 0..4),
        (any::<bool>(), text()),
    );
    let flat = flat.prop_map(
        |(text, big_number, small, flag, kinds, named, pair)| Sample {
            text,
            big_number,
            small,
            flag,
            kinds,
            named,
            pair,
            nested: None,
        },
    );
    let flat = flat.boxed();
    (flat.clone(), proptest::option::of(flat)).prop_map(|(outer, inner)| Sample {
        nested: inner.map(Box::new),
        ..outer
    })
}

/// A text of JSON's pieces, most of it none.
fn scraps() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[{}\\[\\],:\" ]",
        "-?[0-9]{1,3}(\\.[0-9]{0,2})?([eE][+-]?[0-9]{0,2})?",
        Just("true".to_owned()),
        Just("null".to_owned()),
        Just("\"text\"".to_owned()),
        Just("\"\\ud83d\\ude00\\u00e9\\n\"".to_owned()),
        Just("\"\\x\"".to_owned()),
    ];
    vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn writes_what_a_general_writer_writes_and_reads_it_back(sample in sample()) {
        let written = write(&sample);
        prop_assert_eq!(&written, &serde_json::to_string(&sample).unwrap());
        prop_assert_eq!(read::<Sample>(&written).unwrap(), sample);
    }

    #[test]
    fn reads_texts_with_blanks_and_unknown_fields(sample in sample(), strange in scraps()) {
        let pretty = serde_json::to_string_pretty(&sample).unwrap();
        prop_assert_eq!(read::<Sample>(&pretty).unwrap(), sample.clone());
        let more = pretty.replacen('{', &format!("{{ \"strange\" : {strange} ,"), 1);
        let expected = serde_json::from_str::<Sample>(&more).ok();
        prop_assert_eq!(read::<Sample>(&more).ok(), expected);
    }

    #[test]
    fn damage_means_the_same_or_is_refused_by_both(sample in sample(), at in any::<prop::sample::Index>(), put in scraps(), cut in 0_usize..3) {
        let mut chars: Vec<char> = serde_json::to_string(&sample).unwrap().chars().collect();
        let start = at.index(chars.len());
        chars.splice(start..(start + cut).min(chars.len()), put.chars());
        let damaged: String = chars.into_iter().collect();
        prop_assert_eq!(
            read::<Sample>(&damaged).ok(),
            serde_json::from_str::<Sample>(&damaged).ok(),
            "{}",
            damaged
        );
    }

    #[test]
    fn the_place_of_a_fault_lies_in_the_text(text in scraps()) {
        if let Err(fault) = read::<Sample>(&text) {
            prop_assert!(text.is_char_boundary(fault.at), "{fault:?}");
        }
    }

    #[test]
    fn raw_json_is_any_value_and_stands_as_it_is(text in scraps()) {
        let general = serde_json::from_str::<&serde_json::value::RawValue>(&text);
        match (read::<Raw>(&text), general) {
            (Ok(raw), Ok(general)) => {
                prop_assert_eq!(raw.text(), general.get());
                prop_assert_eq!(write(&[raw]), format!("[{}]", general.get()));
            }
            (ours, general) => prop_assert!(ours.is_err() && general.is_err(), "{ours:?} {general:?}"),
        }
    }
}

#[test]
fn faults_say_what_was_found_and_what_may_stand_there() {
    for (text, at, syntax, expected) in [
        ("", 0, true, "the end of the text, expected a value"),
        (
            "[1, 2",
            5,
            true,
            "the end of the text, expected a comma or the closing bracket",
        ),
        (
            "[1 2]",
            3,
            true,
            "`2`, expected a comma or the closing bracket",
        ),
        ("[1, \u{7}]", 4, true, "`\\u{7}`, expected a value"),
        (
            "[01]",
            3,
            true,
            "a number that begins with 0, expected a value",
        ),
        ("[-]", 2, true, "`]`, expected a value"),
        ("[1.]", 3, true, "`]`, expected a digit"),
        (
            "[1] x",
            4,
            true,
            "something behind the document, expected its end",
        ),
        (
            "[true]",
            5,
            false,
            "invalid type: boolean `true`, expected u32",
        ),
        (
            "[-1]",
            3,
            false,
            "invalid value: integer `-1`, expected u32",
        ),
        (
            "[5000000000]",
            11,
            false,
            "invalid value: integer `5000000000`, expected u32",
        ),
        (
            "[1.5]",
            4,
            false,
            "invalid type: a number that is no whole one of 64 bits, expected u32",
        ),
        (
            "[\"\\q\"]",
            2,
            true,
            "`\\\\`, expected an escape that JSON knows",
        ),
        (
            "[\"a",
            3,
            true,
            "the end of the text, expected the quote that ends the text",
        ),
        ("{}", 1, false, "invalid type: map, expected a list"),
    ] {
        let fault = read::<Vec<u32>>(text).unwrap_err();
        assert_eq!(
            (fault.at, fault.syntax, &*fault.text),
            (at, syntax, expected),
            "{text}"
        );
    }
    // Half of a pair is no text, not even where nobody reads it.
    for half in [
        r#""\ud83d""#,
        r#""\ud83d\u0041""#,
        r#""\ude00""#,
        r#""\u12""#,
    ] {
        assert!(
            read::<String>(half).is_err() && read::<Raw>(half).is_err(),
            "{half}"
        );
    }
    for (text, expected) in [
        (
            "5",
            "invalid type: integer `5`, expected one of `plain`, `wrapped`, `with-fields`",
        ),
        (
            "\"other\"",
            "unknown variant `other`, expected one of `plain`, `wrapped`, `with-fields`",
        ),
        (
            "\"wrapped\"",
            "invalid type: unit variant, expected an object with it",
        ),
        ("{\"plain\": 1}", "invalid type: integer `1`, expected unit"),
        (
            "{\"wrapped\": 1, \"plain\": null}",
            "`,`, expected the closing bracket: one name only",
        ),
        ("{\"with-fields\": {\"day\": 1}}", "missing field `why`"),
    ] {
        assert_eq!(&*read::<Kind>(text).unwrap_err().text, expected, "{text}");
    }
}

/// Brackets beyond any stack are no more than a long text.
#[test]
fn deep_nesting_is_skipped_without_a_stack() {
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    assert_eq!(read::<Raw>(&deep).unwrap().text(), deep);
    assert!(read::<Raw>(&deep[1..]).is_err());
}

#[test]
#[should_panic(expected = "fields are a struct's")]
fn only_a_struct_has_fields() {
    write_fields(&mut "{\"v\":1".to_owned(), &vec![1]);
}
