//! What the attributes of a type make of a text: the same value as serde's own derive, or a fault.

use super::Read;
use crate::json::read;
use crate::shared::Shared;
use serde::{Deserialize, Serialize};
use std::fmt::Debug;

#[derive(Debug, PartialEq, Read, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Strict {
    must_be: u8,
    #[serde(rename = "Other")]
    renamed: Option<bool>,
    #[serde(default = "usual")]
    usual: Inner,
    #[serde(default)]
    list: Vec<Inner>,
    pair: Option<(u16, String)>,
    shared: Option<Shared<Inner>>,
    only: Option<Only>,
}

#[derive(Debug, PartialEq, Read, Deserialize, Serialize)]
struct Inner {
    number: Option<i32>,
    #[serde(default)]
    text: String,
}

#[derive(Debug, Default, PartialEq, Read, Deserialize, Serialize)]
#[serde(default)]
struct Lenient {
    number: i64,
    texts: Vec<String>,
}

#[derive(Debug, PartialEq, Read, Deserialize, Serialize)]
#[serde(transparent)]
struct Only(Option<u64>);

#[derive(Clone, Debug, PartialEq, Read, Deserialize, Serialize)]
#[serde(into = "String", try_from = "String")]
struct Even {
    length: u32,
}

#[derive(Debug, PartialEq, Read, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum Choice {
    Carrying(Inner),
    HalfUp,
    WithFields {
        #[serde(default, rename = "a-day")]
        day: u32,
        from: Option<String>,
        at: bool,
    },
}

fn usual() -> Inner {
    Inner {
        number: Some(7),
        text: "usual".to_owned(),
    }
}

impl TryFrom<String> for Even {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let length = u32::try_from(text.len()).unwrap_or(0);
        let even = length.is_multiple_of(2);
        even.then_some(Self { length })
            .ok_or_else(|| format!("{text} is odd"))
    }
}

impl From<Even> for String {
    fn from(even: Even) -> Self {
        "x".repeat(usize::try_from(even.length).unwrap())
    }
}

/// A text and what is wrong with it; nothing, if it is read as a general reader reads it.
type Row = (&'static str, Option<&'static str>);

fn check<T: Read + for<'de> Deserialize<'de> + PartialEq + Debug>(rows: &[Row]) {
    for (text, wrong) in rows {
        let general = serde_json::from_str::<T>(text);
        match (read::<T>(text), wrong) {
            (Ok(value), None) => assert_eq!(value, general.unwrap(), "{text}"),
            (Err(fault), Some(wrong)) => {
                assert_eq!(&*fault.text, *wrong, "{text}");
                assert!(general.is_err(), "{text}");
            }
            (found, _) => panic!("{text}: {found:?}"),
        }
    }
}

#[test]
fn fields_are_there_once_or_have_a_default() {
    check::<Strict>(&[
        (r#"{"must-be":1}"#, None),
        (r#"{"must-be":1,"usual":{}}"#, None),
        (
            r#"{"must-be":1,"usual":{"text":"a"},"list":[{},{"number":-2}]}"#,
            None,
        ),
        (
            r#"{"Other":true,"pair":[1,"b"],"must-be":255,"shared":{"text":"\u0063"},"only":3}"#,
            None,
        ),
        (
            r#"{"must-be":1,"Other":null,"pair":null,"shared":null,"only":null}"#,
            None,
        ),
        ("{}", Some("missing field `must-be`")),
        (r#"{"Other":true}"#, Some("missing field `must-be`")),
        (
            r#"{"must-be":1,"Other":true,"Other":true}"#,
            Some("duplicate field `Other`"),
        ),
        (
            r#"{"must-be":256}"#,
            Some("invalid value: integer `256`, expected u8"),
        ),
        (
            r#"{"must-be":1,"list":null}"#,
            Some("invalid type: null, expected a list"),
        ),
        (
            r#"{"must-be":1,"pair":[1]}"#,
            Some("invalid length 1, expected a tuple of size 2"),
        ),
        (
            r#"{"must-be":1,"pair":{}}"#,
            Some("invalid type: map, expected a tuple of size 2"),
        ),
        (
            r#"{"must-be":1,"pair":[1,"b",2]}"#,
            Some("`,`, expected the end of the list"),
        ),
        (
            r#"{"must-be":1,"renamed":true}"#,
            Some(
                "unknown field `renamed`, expected one of `must-be`, `Other`, `usual`, `list`, `pair`, `shared`, `only`",
            ),
        ),
        ("[]", Some("invalid type: sequence, expected an object")),
    ]);
    check::<Lenient>(&[
        ("{}", None),
        (r#"{"texts":["a"],"strange":[{}]}"#, None),
        (r#"{"number":-9223372036854775808}"#, None),
        (
            r#"{"number":9223372036854775808}"#,
            Some("invalid value: integer `9223372036854775808`, expected i64"),
        ),
    ]);
    check::<Even>(&[(r#""ab""#, None), (r#""abc""#, Some("abc is odd"))]);
    check::<Only>(&[("null", None), ("18446744073709551615", None)]);
}

#[test]
fn a_case_is_its_name_or_an_object_with_it() {
    check::<Choice>(&[
        (r#""half-up""#, None),
        (r#"{"half-up":null}"#, None),
        (r#"{"carrying":{"number":5}}"#, None),
        (r#"{"with-fields":{"at":true,"from":"x"}}"#, None),
        (r#"{"with-fields":{"at":false,"a-day":3}}"#, None),
        (r#"{"with-fields":{"a-day":3}}"#, Some("missing field `at`")),
        (
            r#"{"with-fields":{"day":3}}"#,
            Some("unknown field `day`, expected one of `a-day`, `from`, `at`"),
        ),
        (
            r#""carrying""#,
            Some("invalid type: unit variant, expected an object with it"),
        ),
        (
            r#"{"HalfUp":null}"#,
            Some("unknown variant `HalfUp`, expected one of `carrying`, `half-up`, `with-fields`"),
        ),
        ("{}", Some("`}`, expected a name in quotes")),
    ]);
}

/// Half of a number that is told.
mod half {
    use super::super::{Read, Reader, Wrong};

    pub(super) fn read(place: &mut u32, from: &mut Reader<'_>) -> Result<(), Wrong> {
        place.read(from)?;
        if !place.is_multiple_of(2) {
            return Err(Wrong::shape(&"an odd number"));
        }
        *place /= 2;
        Ok(())
    }

    pub(super) mod option {
        use super::{Reader, Wrong};

        pub(in super::super) fn read(
            place: &mut Option<u32>,
            from: &mut Reader<'_>,
        ) -> Result<(), Wrong> {
            if from.null()? {
                *place = None;
                return Ok(());
            }
            super::read(place.insert(0), from)
        }
    }
}

#[derive(Debug, PartialEq, Read)]
struct Halves {
    #[serde(with = "half")]
    one: u32,
    #[serde(default, with = "half::option")]
    other: Option<u32>,
}

#[test]
fn a_module_reads_what_is_with_it() {
    let halves = |other| Halves { one: 3, other };
    for (text, expected) in [
        (r#"{"one":6}"#, Ok(halves(None))),
        (r#"{"one":6,"other":null}"#, Ok(halves(None))),
        (r#"{"other":8,"one":6}"#, Ok(halves(Some(4)))),
        (r#"{"other":8}"#, Err("missing field `one`")),
        (r#"{"one":5}"#, Err("an odd number")),
    ] {
        let found = read::<Halves>(text);
        let found = found.as_ref().map_err(|fault| &*fault.text);
        assert_eq!(found, expected.as_ref().map_err(|fault| *fault), "{text}");
    }
}
