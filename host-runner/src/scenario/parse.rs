//! Reads a scenario file.

use super::balances;
use super::error::{Fault, LoadError};
use super::expand::expand;
use super::fields::{Fields, fault};
use super::format::{Scenario, Step};
use super::node::{Kind, Node};
use super::step::{self, Place, Timeline};
use super::time;
use chrono_tz::Tz;
use std::path::Path;

const FIELDS: [&str; 6] = ["note", "zone", "merchant", "starts", "steps", "balances"];

/// Reads a file and checks all of it.
///
/// # Errors
/// [`LoadError::Read`] if the file can't be read, [`LoadError::Fault`] as for [`parse`].
pub fn load(path: &Path) -> Result<Scenario, LoadError> {
    let text = std::fs::read_to_string(path).map_err(|source| LoadError::Read {
        path: path.to_owned(),
        source,
    })?;
    parse(&path.display().to_string(), &text)
}

/// Reads a scenario from its text; `file` names it in messages.
///
/// # Errors
/// [`LoadError::Fault`] with line and column: text that is not YAML, a field that doesn't exist or has
/// the wrong kind of value, an instant that can't be understood or goes back unasked.
pub fn parse(file: &str, text: &str) -> Result<Scenario, LoadError> {
    read(file, text).map_err(|fault| LoadError::Fault {
        file: file.to_owned(),
        fault,
    })
}

fn read(file: &str, text: &str) -> Result<Scenario, Fault> {
    let root = Node::read(text)?;
    let fields = Fields::of(&root, "", &FIELDS)?;
    let merchant = fields.get("merchant").ok_or_else(|| {
        fault(
            &root,
            "",
            "the field merchant is missing: the merchant's document, or null".to_owned(),
        )
    })?;
    let zone = zone(&fields, merchant)?;
    let document = match &merchant.kind {
        Kind::Null => None,
        Kind::Map(_) => Some(merchant.to_json()),
        _ => {
            return Err(fields.fault(
                merchant,
                "merchant",
                "there may stand the merchant's document, or null".to_owned(),
            ));
        }
    };
    let steps = fields.get("steps").ok_or_else(|| {
        fault(
            &root,
            "",
            "the field steps is missing: a list of what happens".to_owned(),
        )
    })?;
    let Kind::List(items) = &steps.kind else {
        return Err(fields.fault(
            steps,
            "steps",
            format!("there may stand a list, not {}", steps.describe()),
        ));
    };
    let starts = match fields.get("starts") {
        None => None,
        Some(node) => {
            let text = fields.text("starts")?.unwrap_or_default();
            Some(
                time::parse(&text, zone, None)
                    .map_err(|problem| fields.fault(node, "starts", problem))?,
            )
        }
    };
    let mut timeline = Timeline {
        now: starts,
        zone,
        document: document.clone(),
    };
    let steps = read_steps(items, &mut timeline)?;
    let starts = starts
        .or_else(|| steps.first().map(|step| step.at))
        .ok_or_else(|| {
            fault(
                &root,
                "steps",
                "there must be a step, or starts must say when it all begins".to_owned(),
            )
        })?;
    Ok(Scenario {
        file: file.to_owned(),
        merchant: document,
        starts,
        zone,
        steps,
        balances: balances::checks(fields.get("balances"), "balances")?,
    })
}

/// The document's zone, or the file's own where there is no document yet.
fn zone(fields: &Fields<'_>, merchant: &Node) -> Result<Tz, Fault> {
    let own = fields.get("zone");
    if let (Some(own), Kind::Map(_)) = (own, &merchant.kind) {
        return Err(fields.fault(
            own,
            "zone",
            "the merchant's document says the zone; it stands here only beside merchant: null"
                .to_owned(),
        ));
    }
    let (node, place) = match &merchant.kind {
        Kind::Map(members) => match members.iter().find(|field| field.name == "zone") {
            Some(field) => (Some(&field.value), "merchant, zone"),
            None => {
                return Err(fault(
                    merchant,
                    "merchant",
                    "the field zone is missing, such as Asia/Taipei".to_owned(),
                ));
            }
        },
        _ => (own, "zone"),
    };
    let Some(node) = node else {
        return Ok(Tz::UTC);
    };
    match &node.kind {
        Kind::Text(name) => step::zone_named(name).map_err(|problem| fault(node, place, problem)),
        _ => Err(fault(
            node,
            place,
            "there may stand an IANA name such as Asia/Taipei".to_owned(),
        )),
    }
}

fn read_steps(items: &[Node], timeline: &mut Timeline) -> Result<Vec<Step>, Fault> {
    let mut steps = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let number = index + 1;
        let rows = expand(item).map_err(|fault| Fault {
            place: format!("step {number}, {}", fault.place),
            ..fault
        })?;
        match rows {
            None => steps.push(step::read(item, Place { number, row: None }, timeline)?),
            Some(rows) => {
                for (index, row) in rows.iter().enumerate() {
                    steps.push(step::read(
                        row,
                        Place {
                            number,
                            row: Some(index + 1),
                        },
                        timeline,
                    )?);
                }
            }
        }
    }
    Ok(steps)
}
