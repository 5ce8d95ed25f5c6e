//! Takes the fields of a mapping, each by its name, and refuses the names that mean nothing.

use super::error::Fault;
use super::node::{Field, Kind, Node};

/// The fields of one mapping of the file.
pub(super) struct Fields<'a> {
    fields: &'a [Field],
    /// Where the mapping stands, such as `step 3`; empty at the top.
    place: String,
}

impl<'a> Fields<'a> {
    /// The fields of a mapping that may have no others than `permitted`.
    pub(super) fn of(node: &'a Node, place: &str, permitted: &[&str]) -> Result<Self, Fault> {
        let Kind::Map(fields) = &node.kind else {
            return Err(fault(
                node,
                place,
                format!("there may stand a mapping, not {}", node.describe()),
            ));
        };
        if let Some(field) = fields
            .iter()
            .find(|field| !permitted.contains(&field.name.as_str()))
        {
            return Err(Fault {
                line: field.line,
                column: field.column,
                place: placed(place),
                problem: format!(
                    "there is no field {:?}; there may stand {}",
                    field.name,
                    permitted.join(", ")
                ),
            });
        }
        Ok(Self {
            fields,
            place: place.to_owned(),
        })
    }

    /// A field as it stands, null too.
    pub(super) fn get(&self, name: &str) -> Option<&'a Node> {
        self.fields
            .iter()
            .find(|field| field.name == name)
            .map(|field| &field.value)
    }

    /// A field with text; a whole number counts as its digits.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>, Fault> {
        match self.get(name) {
            None => Ok(None),
            Some(Node {
                kind: Kind::Text(text),
                ..
            }) => Ok(Some(text.clone())),
            Some(Node {
                kind: Kind::Integer(number),
                ..
            }) => Ok(Some(number.to_string())),
            Some(other) => Err(self.fault(
                other,
                name,
                format!("there may stand text, not {}", other.describe()),
            )),
        }
    }

    /// A field that says `true` or `false`; false if it isn't there.
    pub(super) fn flag(&self, name: &str) -> Result<bool, Fault> {
        match self.get(name) {
            None => Ok(false),
            Some(Node {
                kind: Kind::Bool(value),
                ..
            }) => Ok(*value),
            Some(other) => Err(self.fault(
                other,
                name,
                format!("there may stand true or false, not {}", other.describe()),
            )),
        }
    }

    /// A fault of this field.
    pub(super) fn fault(&self, at: &Node, name: &str, problem: String) -> Fault {
        let place = if self.place.is_empty() {
            name.to_owned()
        } else {
            format!("{}, {name}", self.place)
        };
        fault(at, &place, problem)
    }
}

/// A fault at a place of the file.
pub(super) fn fault(at: &Node, place: &str, problem: String) -> Fault {
    Fault {
        line: at.line,
        column: at.column,
        place: placed(place),
        problem,
    }
}

fn placed(place: &str) -> String {
    if place.is_empty() {
        String::new()
    } else {
        format!("{place}: ")
    }
}
