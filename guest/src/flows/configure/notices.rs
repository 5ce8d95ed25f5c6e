//! How notices stand in documents.

use crate::domain::notice::wording::Texts;
use crate::domain::notice::{Channel, Kind, Language, Lead};
use crate::json;

const DOCUMENT: &str = r#"{"points-expiring":{"email":{"zh-TW":{"subject":"s","text":"t","html":"h"}},"line-push":{"ko":{"text":"t"},"en":{"text":"u"}}}}"#;

#[test]
fn stand_in_documents_by_name() {
    let texts: Texts = json::read(DOCUMENT).unwrap();
    let found = texts.get(Kind::PointsExpiring, Channel::LinePush, Language::En);
    assert_eq!(found.unwrap().text, "u");
    assert_eq!(texts.iter().count(), 3);
    assert_eq!(json::write(&texts), DOCUMENT);
    assert_eq!(serde_json::to_string(&texts).unwrap(), DOCUMENT);
    assert!(json::read::<Texts>("{}").unwrap().is_empty());
}

#[test]
fn no_other_names() {
    for document in [
        r#"{"points-expired":{}}"#,
        r#"{"points-lapsed":{"fax":{}}}"#,
        r#"{"points-lapsed":{"sms":{"zh":{"text":"t"}}}}"#,
        r#"{"points-lapsed":{"sms":{"ko":{"text":"t","title":"t"}}}}"#,
        r#"{"points-lapsed":{"sms":{"ko":{}}}}"#,
    ] {
        assert!(json::read::<Texts>(document).is_err(), "{document}");
    }
}

#[test]
fn have_a_schema() {
    let schema = serde_json::to_string(&schemars::schema_for!(Texts)).unwrap();
    for name in ["points-expiring", "line-push", "zh-TW", "subject"] {
        assert!(schema.contains(name), "{name}: {schema}");
    }
}

#[test]
fn stands_in_documents_as_a_count_of_one_unit() {
    let leads: Vec<Lead> = json::read(r#"[{"days":0},{"months":2}]"#).unwrap();
    assert_eq!(leads, [Lead::Days(0), Lead::Months(2)]);
    assert_eq!(json::write(&leads), r#"[{"days":0},{"months":2}]"#);
    assert!(json::read::<Lead>(r#"{"weeks":1}"#).is_err());
}
