//! Readings of the policy, as documents have them.

use crate::domain::policy::Readings;
use crate::json;

/// What is set is what stands in the document, and what is shown is its name.
#[test]
fn readings_are_named_as_documents_name_them() {
    let other: Readings = json::read(
        r#"{ "same-day": "24-hours", "days-before": "dates", "sign-up": "acting", "membership": "sending",
             "reminders": "accepted", "moved-event": "counts-anew", "linked-guest": "member",
             "late-due": "first", "prior-act": "earlier", "acquired": "activation", "silence": "moves-on" }"#,
    )
    .unwrap();
    for readings in [Readings::default(), other] {
        let shown = serde_json::to_value(readings).unwrap();
        for (name, value) in readings.named() {
            assert_eq!(shown[name], value, "{name}");
        }
        let text = shown.to_string();
        assert_eq!(json::read::<Readings>(&text).unwrap(), readings);
    }
}

#[test]
fn there_are_no_other_readings() {
    for wrong in [
        r#"{ "same-day": "hours" }"#,
        r#"{ "day": "both" }"#,
        r#"{ "sign-up": true }"#,
        "[]",
    ] {
        assert!(json::read::<Readings>(wrong).is_err(), "{wrong}");
    }
}
