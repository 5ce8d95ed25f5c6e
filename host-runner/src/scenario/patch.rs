//! JSON merge patch (RFC 7396): how a `configure` step changes the merchant's document.

use serde_json::{Map, Value};

/// The target changed by the patch: mappings are merged, null removes a field, and whatever else the
/// patch holds, a list too, takes the place of what was there.
pub(super) fn merge(target: &Value, patch: &Value) -> Value {
    let Value::Object(changes) = patch else {
        return patch.clone();
    };
    let mut merged = match target {
        Value::Object(fields) => fields.clone(),
        _ => Map::new(),
    };
    for (name, change) in changes {
        if change.is_null() {
            merged.remove(name);
        } else {
            let before = merged.get(name).unwrap_or(&Value::Null);
            let after = merge(before, change);
            merged.insert(name.clone(), after);
        }
    }
    Value::Object(merged)
}

#[cfg(test)]
mod tests {
    use super::merge;
    use serde_json::json;

    #[test]
    fn merges_mappings_replaces_lists_and_removes_by_null() {
        let before = json!({ "zone": "Asia/Taipei", "checks": ["a", "b"], "expiry": { "days": 1, "exact": true } });
        let change = json!({ "checks": ["c"], "expiry": { "days": 2, "exact": null }, "new": { "x": { "y": null } } });
        let after = json!({ "zone": "Asia/Taipei", "checks": ["c"], "expiry": { "days": 2 }, "new": { "x": {} } });
        assert_eq!(merge(&before, &change), after);
    }

    #[test]
    fn anything_but_a_mapping_replaces_the_whole() {
        assert_eq!(merge(&json!({ "a": 1 }), &json!([1])), json!([1]));
        assert_eq!(merge(&json!("text"), &json!({ "a": 1 })), json!({ "a": 1 }));
    }
}
