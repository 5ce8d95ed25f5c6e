//! What JSON means to a component's types, and what is refused, as tables.

use super::*;
use serde_json::json;

fn text(text: &str) -> Val {
    Val::String(text.to_owned())
}

/// An order in small: each kind of type stands in it once.
fn order() -> Shape {
    let line = Shape::Record(vec![
        ("sku".to_owned(), Shape::Text),
        ("quantity".to_owned(), Shape::Unsigned(8)),
    ]);
    Shape::Record(vec![
        ("order".to_owned(), Shape::Text),
        ("lines".to_owned(), Shape::List(Box::new(line))),
        (
            "state".to_owned(),
            Shape::Enum(vec!["paid".to_owned(), "shipped".to_owned()]),
        ),
        ("note".to_owned(), Shape::Option(Box::new(Shape::Text))),
    ])
}

fn variant() -> Shape {
    Shape::Variant(vec![
        ("everyone".to_owned(), None),
        ("member".to_owned(), Some(Shape::Text)),
    ])
}

#[test]
fn what_fits() {
    let instant = |seconds, nanoseconds| {
        Val::Record(vec![
            ("seconds".to_owned(), Val::U64(seconds)),
            ("nanoseconds".to_owned(), Val::U32(nanoseconds)),
        ])
    };
    let option = Shape::Option(Box::new(Shape::Bool));
    let none_or_bool = Shape::Result {
        ok: None,
        err: Some(Box::new(Shape::Bool)),
    };
    let cases = [
        (Shape::Unsigned(8), json!(255), Val::U8(255)),
        (Shape::Unsigned(64), json!(u64::MAX), Val::U64(u64::MAX)),
        (Shape::Signed(16), json!(-32768), Val::S16(-32768)),
        (Shape::Signed(64), json!(i64::MIN), Val::S64(i64::MIN)),
        (Shape::Unsigned(32), json!(60.0), Val::U32(60)),
        (Shape::Unsigned(64), json!(-0.0), Val::U64(0)),
        (Shape::Signed(8), json!(-1.0), Val::S8(-1)),
        (Shape::Float(64), json!(1), Val::Float64(1.0)),
        (Shape::Char, json!("購"), Val::Char('購')),
        (Shape::Instant, json!("1970-01-01T00:00:00Z"), instant(0, 0)),
        (
            Shape::Instant,
            json!("2026-11-22T04:00:00.000000001+00:00"),
            instant(1_795_320_000, 1),
        ),
        (option.clone(), json!(null), Val::Option(None)),
        (
            option,
            json!(true),
            Val::Option(Some(Box::new(Val::Bool(true)))),
        ),
        (
            variant(),
            json!("everyone"),
            Val::Variant("everyone".to_owned(), None),
        ),
        (
            variant(),
            json!({ "member": "m1" }),
            Val::Variant("member".to_owned(), Some(Box::new(text("m1")))),
        ),
        (
            none_or_bool.clone(),
            json!({ "ok": null }),
            Val::Result(Ok(None)),
        ),
        (
            none_or_bool,
            json!({ "err": false }),
            Val::Result(Err(Some(Box::new(Val::Bool(false))))),
        ),
        (
            Shape::Tuple(vec![Shape::Bool, Shape::Text]),
            json!([true, "a"]),
            Val::Tuple(vec![Val::Bool(true), text("a")]),
        ),
        (
            Shape::Flags(vec!["a".to_owned(), "b".to_owned()]),
            json!(["b"]),
            Val::Flags(vec!["b".to_owned()]),
        ),
    ];
    for (shape, json, expected) in cases {
        assert_eq!(read(&shape, &json), Ok(expected), "{json}");
    }
}

#[test]
fn fields_take_their_order_from_the_type() {
    let json =
        json!({ "state": "paid", "lines": [{ "quantity": 1, "sku": "tea" }], "order": "o1" });
    let Ok(Val::Record(fields)) = read(&order(), &json) else {
        panic!("the order is whole");
    };
    let names: Vec<_> = fields.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["order", "lines", "state", "note"]);
}

#[test]
fn what_is_refused() {
    let line = |line| json!({ "order": "o1", "state": "paid", "lines": [line] });
    let cases = [
        (
            order(),
            json!("o1"),
            "",
            "found \"o1\"; permitted: an object of order, lines, state, note",
        ),
        (
            order(),
            json!({}),
            "/order",
            "the field is missing; permitted: a string",
        ),
        (
            order(),
            json!({ "a/b": 1 }),
            "/a~1b",
            "there is no such field; permitted: order, lines, state, note",
        ),
        (
            order(),
            json!({ "order": "o1", "lines": [], "state": "lost" }),
            "/state",
            "found \"lost\"; permitted: one of paid, shipped",
        ),
        (
            order(),
            line(json!({ "sku": "tea", "quantity": 256 })),
            "/lines/0/quantity",
            "found 256; permitted: an integer from 0 to 255",
        ),
        (
            order(),
            line(json!({ "sku": "tea" })),
            "/lines/0/quantity",
            "the field is missing; permitted: an integer from 0 to 255",
        ),
        (
            order(),
            line(json!({ "sku": 7, "quantity": 1 })),
            "/lines/0/sku",
            "found 7; permitted: a string",
        ),
        (
            Shape::Unsigned(32),
            json!(1.5),
            "",
            "found 1.5; permitted: an integer from 0 to 4294967295",
        ),
        (
            Shape::Unsigned(64),
            json!(-1.0),
            "",
            "found -1.0; permitted: an integer from 0 to 18446744073709551615",
        ),
        (
            Shape::Unsigned(8),
            json!(256.0),
            "",
            "found 256.0; permitted: an integer from 0 to 255",
        ),
        (
            Shape::Signed(64),
            json!(1e16),
            "",
            "found 1e+16; permitted: an integer from -9223372036854775808 to 9223372036854775807",
        ),
        (
            Shape::Unsigned(64),
            json!("1"),
            "",
            "found \"1\"; permitted: an integer from 0 to 18446744073709551615",
        ),
        (
            Shape::Unsigned(8),
            json!(-1),
            "",
            "found -1; permitted: an integer from 0 to 255",
        ),
        (
            Shape::Signed(8),
            json!(-129),
            "",
            "found -129; permitted: an integer from -128 to 127",
        ),
        (
            Shape::Text,
            json!(null),
            "",
            "found null; permitted: a string",
        ),
        (
            variant(),
            json!("member"),
            "",
            "found \"member\"; permitted: one of \"everyone\", {\"member\": …}",
        ),
        (
            variant(),
            json!({ "everyone": null }),
            "",
            "found {\"everyone\":null}; permitted: one of \"everyone\", {\"member\": …}",
        ),
        (
            variant(),
            json!({ "member": 1 }),
            "/member",
            "found 1; permitted: a string",
        ),
        (
            Shape::Foreign("resource"),
            json!(1),
            "",
            "JSON can't hold a resource",
        ),
    ];
    for (shape, json, path, problem) in cases {
        let expected = Mismatch {
            path: path.to_owned(),
            problem: problem.to_owned(),
        };
        assert_eq!(read(&shape, &json), Err(expected), "{json}");
    }
}

#[test]
fn instants_outside_the_interface() {
    for json in [
        json!("1969-12-31T23:59:59Z"),
        json!("2026-11-22T12:00:00+08:00"),
        json!("2016-12-31T23:59:60Z"),
        json!("2026-11-22"),
        json!(1_795_320_000),
    ] {
        assert!(read(&Shape::Instant, &json).is_err(), "{json}");
    }
}

#[test]
fn long_values_are_cut() {
    let mismatch = read(&Shape::Bool, &json!("點".repeat(200))).unwrap_err();
    assert_eq!(mismatch.problem.chars().filter(|c| *c == '點').count(), 99);
}
