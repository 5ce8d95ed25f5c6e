use super::{Error, raw, read};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

#[derive(Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct All {
    text: String,
    signed: i64,
    small: u8,
    yes: bool,
    none: Option<String>,
    some: Option<u64>,
    list: Vec<Form>,
    pair: (String, u32),
    map: BTreeMap<String, Vec<Option<i32>>>,
}

#[derive(Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Form {
    Unit,
    New(u32),
    Tuple(u32, String),
    Fields { a: u32 },
}

#[test]
fn reads_what_serde_json_writes() {
    let all = All {
        text: "\u{0}\t\"\\/ü 紅利 \u{1f375}".to_owned(),
        signed: i64::MIN,
        small: 255,
        yes: true,
        none: None,
        some: Some(u64::MAX),
        list: vec![
            Form::Unit,
            Form::New(7),
            Form::Tuple(1, "x".to_owned()),
            Form::Fields { a: 2 },
        ],
        pair: ("p".to_owned(), 3),
        map: [
            (String::new(), vec![]),
            ("a\nb".to_owned(), vec![None, Some(-1)]),
        ]
        .into(),
    };
    let text = serde_json::to_string(&all).unwrap();
    assert_eq!(read::<All>(&text).unwrap(), all);
    let text = serde_json::to_string_pretty(&all).unwrap() + "\r\n\t ";
    assert_eq!(read::<All>(&text).unwrap(), all);
    // Nothing less than the whole is one.
    for end in (0..text.trim_end().len()).filter(|end| text.is_char_boundary(*end)) {
        assert!(read::<All>(&text[..end]).is_err(), "{end}");
    }
}

#[test]
fn a_value_of_any_shape_stays_as_it_was_written() {
    #[derive(Deserialize)]
    struct Kept {
        #[serde(deserialize_with = "raw")]
        value: Box<RawValue>,
    }
    for value in [
        "{ \"a\": [1, {}] }",
        "[]",
        "null",
        "\"\\u00e9\"",
        "-5",
        "true",
    ] {
        let kept: Kept = read(&format!("{{\"value\": {value} }}")).unwrap();
        assert_eq!(kept.value.get(), value);
    }
}

/// `¦` stands where the reader must stop.
#[test]
fn tells_what_is_wrong_and_where() {
    let deep = format!("{}¦", "[".repeat(129));
    for (text, expected) in [
        ("¦", "the end of the text instead of a value"),
        ("¦[]", "invalid type: sequence, expected struct All"),
        ("{} ¦x", "trailing characters"),
        ("{¦text: 1}", "no key in quotes"),
        (r#"{"text"¦ 1}"#, "no `:`"),
        (r#"{"text": "a"¦ "small": 1}"#, "no `,`"),
        (r#"{"text": "a", ¦}"#, "no key in quotes"),
        (
            r#"{"text": 5¦}"#,
            "invalid type: integer `5`, expected a string",
        ),
        (r#"{"text": "a¦"#, "the end of the text within a string"),
        (r#"{"text": "\q"¦}"#, "an invalid escape"),
        ("{\"text\": \"a¦\n\"}", "a control character"),
        (r#"{"other"¦: 1}"#, "unknown field `other`, expected one of"),
        (
            r#"{"small": 256¦}"#,
            "invalid value: integer `256`, expected u8",
        ),
        (
            r#"{"small": -1¦}"#,
            "invalid value: integer `-1`, expected u8",
        ),
        (
            r#"{"small": 1.0¦}"#,
            "invalid type: number `1.0`, expected u8",
        ),
        (
            r#"{"small": 1e2¦}"#,
            "invalid type: number `1e2`, expected u8",
        ),
        (
            r#"{"small": 18446744073709551616¦}"#,
            "invalid type: integer `18446744073709551616`",
        ),
        (r#"{"small": 01¦}"#, "an invalid number"),
        (r#"{"small": 1.¦}"#, "an invalid number"),
        (r#"{"small": -¦}"#, "an invalid number"),
        (
            r#"{"yes": "true"¦}"#,
            "invalid type: string \"true\", expected a boolean",
        ),
        (r#"{"yes": ¦maybe}"#, "no JSON value"),
        (r#"{"list": ¦{}}"#, "invalid type: map, expected a sequence"),
        (
            r#"{"list": ["units"¦]}"#,
            "unknown variant `units`, expected one of",
        ),
        (r#"{"list": [{"new": 1¦, "unit": null}]}"#, "no `}`"),
        (r#"{"list": [{"fields": {}¦}]}"#, "missing field `a`"),
        (
            r#"{"pair": ["p"]¦}"#,
            "invalid length 1, expected a tuple of size 2",
        ),
        (r#"{"pair": ["p", 1¦, 2]}"#, "no `]`"),
    ] {
        let (before, after) = text.split_once('¦').unwrap();
        let Error { message, at } = read::<All>(&format!("{before}{after}")).unwrap_err();
        assert!(message.starts_with(expected), "{text}: {message}");
        assert_eq!(at, before.len(), "{text}");
    }
    let deep = deep.trim_end_matches('¦');
    assert!(
        read::<serde::de::IgnoredAny>(deep)
            .unwrap_err()
            .message
            .starts_with("more than 128")
    );
}
