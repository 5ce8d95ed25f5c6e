//! What differs between two documents.

use serde::Serialize;
use serde_json::{Value, json};
use std::fmt;

/// One difference.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// Where: a JSON pointer, in which an item of a list goes by its id or name where all items of that list have one.
    pub path: String,
    /// What stood there; none: nothing.
    pub was: Option<Value>,
    /// What stands there; none: nothing.
    pub is: Option<Value>,
}

/// Fields that tell the items of a list apart.
const NAMES: [&str; 3] = ["id", "name", "channel"];

/// What has a name, in its order.
type Named<'v> = Vec<(&'v str, &'v Value)>;

/// All differences by path. Blanks and the order of an object's fields are none; the order of a list's items is one.
#[must_use]
pub fn differences(was: &Value, is: &Value) -> Vec<Change> {
    let mut changes = Vec::new();
    compare("", was, is, &mut changes);
    changes
}

fn compare(path: &str, was: &Value, is: &Value, changes: &mut Vec<Change>) {
    if was == is {
        return;
    }
    match (was, is) {
        (Value::Object(one), Value::Object(other)) => {
            let all = |object| -> Named<'_> {
                let object: &serde_json::Map<_, _> = object;
                object
                    .iter()
                    .map(|(name, it)| (name.as_str(), it))
                    .collect()
            };
            parts(path, &all(one), &all(other), changes);
        }
        (Value::Array(one), Value::Array(other)) => {
            let both = |field| items(one, field).zip(items(other, field));
            match NAMES.into_iter().find_map(both) {
                Some((one, other)) => {
                    let (before, after) = (kept(&one, &other), kept(&other, &one));
                    if before != after {
                        changes.push(change(path, Some(&json!(before)), Some(&json!(after))));
                    }
                    parts(path, &one, &other, changes);
                }
                None => changes.push(change(path, Some(was), Some(is))),
            }
        }
        _ => changes.push(change(path, Some(was), Some(is))),
    }
}

/// Compares what goes by the same name.
fn parts(path: &str, was: &Named<'_>, is: &Named<'_>, changes: &mut Vec<Change>) {
    let mut names: Vec<&str> = was.iter().chain(is).map(|(name, _)| *name).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let step = name.replace('~', "~0").replace('/', "~1");
        let path = format!("{path}/{step}");
        match (of(was, name), of(is, name)) {
            (Some(was), Some(is)) => compare(&path, was, is, changes),
            (was, is) => changes.push(change(&path, was, is)),
        }
    }
}

fn of<'v>(all: &Named<'v>, name: &str) -> Option<&'v Value> {
    let found = all.iter().find(|(own, _)| *own == name);
    found.map(|(_, it)| *it)
}

/// The items of a list by a field that tells them apart; none: it doesn't.
fn items<'v>(list: &'v [Value], field: &str) -> Option<Named<'v>> {
    let mut all = Named::new();
    for item in list {
        let name = item.get(field)?.as_str()?;
        if of(&all, name).is_some() {
            return None;
        }
        all.push((name, item));
    }
    Some(all)
}

/// The names that are in the other list, too, in the order of this one.
fn kept<'v>(all: &Named<'v>, other: &Named<'_>) -> Vec<&'v str> {
    let names = all.iter().map(|(name, _)| *name);
    names.filter(|name| of(other, name).is_some()).collect()
}

fn change(path: &str, was: Option<&Value>, is: Option<&Value>) -> Change {
    Change {
        path: path.to_owned(),
        was: was.cloned(),
        is: is.cloned(),
    }
}

/// A line for a person: `+` for what is new, `-` for what is gone, `~` for what is another.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() {
            "/"
        } else {
            &self.path
        };
        match (&self.was, &self.is) {
            (None, Some(is)) => write!(f, "+ {path}: {is}"),
            (Some(was), None) => write!(f, "- {path}: {was}"),
            (Some(was), Some(is)) => write!(f, "~ {path}: {was} → {is}"),
            (None, None) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Value, differences, json};

    fn told(was: &Value, is: &Value) -> Vec<String> {
        let changes = differences(was, is);
        changes.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn rules_go_by_their_ids() {
        let was = json!({ "zone": "Asia/Taipei", "earn": [
            { "id": "base", "award": { "per": "100" } },
            { "id": "old", "award": { "per": "50" } },
        ] });
        let is = json!({ "zone": "Asia/Taipei", "earn": [
            { "id": "new/1", "award": { "per": "10" } },
            { "id": "base", "award": { "per": "80" } },
        ], "currency": "TWD" });
        assert_eq!(
            told(&was, &is),
            [
                r#"+ /currency: "TWD""#,
                r#"~ /earn/base/award/per: "100" → "80""#,
                r#"+ /earn/new~11: {"award":{"per":"10"},"id":"new/1"}"#,
                r#"- /earn/old: {"award":{"per":"50"},"id":"old"}"#,
            ]
        );
        assert!(told(&was, &was).is_empty());
    }

    #[test]
    fn another_order_and_lists_without_names_are_told_whole() {
        let was = json!({ "earn": [{ "id": "a" }, { "id": "b" }], "skus": ["x", "y"] });
        let is = json!({ "earn": [{ "id": "b" }, { "id": "a" }], "skus": ["x"] });
        assert_eq!(
            told(&was, &is),
            [
                r#"~ /earn: ["a","b"] → ["b","a"]"#,
                r#"~ /skus: ["x","y"] → ["x"]"#,
            ]
        );
        // A name that stands twice tells nothing apart.
        let twice = json!([{ "id": "a" }, { "id": "a" }]);
        assert_eq!(told(&twice, &json!([])).len(), 1);
        assert_eq!(told(&json!(5), &json!("5")), [r#"~ /: 5 → "5""#]);
    }
}
