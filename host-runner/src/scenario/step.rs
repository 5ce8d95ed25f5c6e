//! Reads one step.

use super::balances;
use super::error::Fault;
use super::fields::{Fields, fault};
use super::format::{Action, Expectation, Step};
use super::messages;
use super::network;
use super::node::{Kind, Node};
use super::patch;
use super::time;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde_json::Value;

const FIELDS: [&str; 20] = [
    "at",
    "clock",
    "note",
    "call",
    "with",
    "key",
    "dry-run",
    "tick",
    "configure",
    "expect",
    "expect-exactly",
    "fails",
    "balances",
    "storage-unchanged",
    "channels",
    "messages",
    "http",
    "requests",
    "each",
    "repeat",
];

/// Which step of the file is read.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// From 1.
    pub number: usize,
    /// From 1, for a step that stands for several.
    pub row: Option<usize>,
}

impl Place {
    fn words(self) -> String {
        match self.row {
            Some(row) => format!("step {}, row {row}", self.number),
            None => format!("step {}", self.number),
        }
    }
}

/// What the steps so far have led to.
pub(super) struct Timeline {
    /// None before the first instant is known.
    pub now: Option<DateTime<Utc>>,
    pub zone: Tz,
    /// The document in force.
    pub document: Option<Value>,
}

/// A zone by its IANA name.
pub(super) fn zone_named(name: &str) -> Result<Tz, String> {
    name.parse().map_err(|_| {
        format!("{name:?} is no IANA zone; there may stand a name such as Asia/Taipei")
    })
}

/// Reads a step and moves the timeline past it.
pub(super) fn read(node: &Node, place: Place, timeline: &mut Timeline) -> Result<Step, Fault> {
    let words = place.words();
    let fields = Fields::of(node, &words, &FIELDS)?;
    let at = instant(node, &fields, &words, timeline)?;
    let expectation = expectation(&fields, &words)?;
    let (action, zone) = action(node, &fields, &words, &expectation, timeline)?;
    let balances = balances::checks(fields.get("balances"), &format!("{words}, balances"))?;
    let channels = messages::answers(&fields)?;
    let messages = messages::expected(&fields, &words)?;
    let http = network::exchanges(&fields, &words)?;
    let requests = network::expected(&fields, &words)?;
    if action == Action::Look {
        let idle = [
            "expect",
            "expect-exactly",
            "fails",
            "storage-unchanged",
            "http",
            "requests",
        ];
        if let Some((name, at)) = idle
            .iter()
            .find_map(|name| fields.get(name).map(|node| (*name, node)))
        {
            return Err(fields.fault(
                at,
                name,
                "the step calls nothing; it needs call, tick or configure beside it".to_owned(),
            ));
        }
        let looks = !balances.is_empty() || messages.is_some() || !channels.is_empty();
        if !looks {
            return Err(fault(
                node,
                &words,
                "the step does nothing; it needs call, tick, configure, balances, channels or messages".to_owned(),
            ));
        }
    }
    Ok(Step {
        number: place.number,
        row: place.row,
        line: node.line,
        note: fields.text("note")?,
        at,
        zone,
        action,
        expectation,
        storage_unchanged: fields.flag("storage-unchanged")?,
        balances,
        channels,
        messages,
        http,
        requests,
    })
}

fn instant(
    node: &Node,
    fields: &Fields<'_>,
    words: &str,
    timeline: &mut Timeline,
) -> Result<DateTime<Utc>, Fault> {
    let back = match fields.get("clock") {
        None => false,
        Some(Node {
            kind: Kind::Text(text),
            ..
        }) if text == "back" => true,
        Some(other) => {
            return Err(fields.fault(
                other,
                "clock",
                "there may stand back, for a clock that is set back".to_owned(),
            ));
        }
    };
    let at = match fields.get("at") {
        None => timeline.now.ok_or_else(|| {
            fault(
                node,
                words,
                "the first step needs at, since the file has no starts".to_owned(),
            )
        })?,
        Some(written) => {
            let text = fields.text("at")?.unwrap_or_default();
            let at = time::parse(&text, timeline.zone, timeline.now)
                .map_err(|problem| fields.fault(written, "at", problem))?;
            if let Some(before) = timeline.now.filter(|before| at < *before && !back) {
                let before = time::local(before, timeline.zone);
                return Err(fields.fault(
                    written,
                    "at",
                    format!("this is before {before}, where the step before stands; clock: back lets the clock go back"),
                ));
            }
            at
        }
    };
    timeline.now = Some(at);
    Ok(at)
}

fn expectation(fields: &Fields<'_>, words: &str) -> Result<Expectation, Fault> {
    let given: Vec<(&str, &Node)> = ["expect", "expect-exactly", "fails"]
        .into_iter()
        .filter_map(|name| fields.get(name).map(|node| (name, node)))
        .collect();
    match given.as_slice() {
        [] => Ok(Expectation::Success),
        [("fails", node)] => refusal(fields, node, words),
        [(name, node)] => {
            let expected = balances::matched(node, &format!("{words}, {name}"))?;
            Ok(if *name == "expect" {
                Expectation::Partly(expected)
            } else {
                Expectation::Exactly(expected)
            })
        }
        [_, (name, node), ..] => Err(fields.fault(
            node,
            name,
            "only one of expect, expect-exactly and fails may stand in a step".to_owned(),
        )),
    }
}

fn refusal(fields: &Fields<'_>, node: &Node, words: &str) -> Result<Expectation, Fault> {
    match &node.kind {
        Kind::Text(case) => Ok(Expectation::Refusal {
            case: case.clone(),
            payload: None,
        }),
        Kind::Map(cases) => match cases.as_slice() {
            [case] => {
                let payload = balances::matched(&case.value, &format!("{words}, fails"))?;
                Ok(Expectation::Refusal {
                    case: case.name.clone(),
                    payload: Some(payload),
                })
            }
            _ => Err(fields.fault(
                node,
                "fails",
                "there may stand one case with its payload".to_owned(),
            )),
        },
        _ => Err(fields.fault(
            node,
            "fails",
            "there may stand a case such as insufficient-points, or the case with its payload"
                .to_owned(),
        )),
    }
}

/// What the step does, and the zone in which its answer is compared.
fn action(
    node: &Node,
    fields: &Fields<'_>,
    words: &str,
    expectation: &Expectation,
    timeline: &mut Timeline,
) -> Result<(Action, Tz), Fault> {
    let verbs: Vec<&str> = ["call", "tick", "configure"]
        .into_iter()
        .filter(|verb| fields.get(verb).is_some())
        .collect();
    if verbs.len() > 1 {
        return Err(fault(
            node,
            words,
            format!(
                "a step does one thing, and here stand {}",
                verbs.join(" and ")
            ),
        ));
    }
    let verb = verbs.first().copied().unwrap_or("");
    for (name, verbs) in [
        ("with", &["call"][..]),
        ("key", &["call", "configure"]),
        ("dry-run", &["call", "configure"]),
    ] {
        if let Some(stray) = fields.get(name).filter(|_| !verbs.contains(&verb)) {
            return Err(fields.fault(
                stray,
                name,
                format!("this stands only beside {}", verbs.join(" or ")),
            ));
        }
    }
    let key = fields.text("key")?;
    let dry_run = fields.flag("dry-run")?;
    if let Some(stray) = fields.get("key").filter(|_| dry_run) {
        return Err(fields.fault(stray, "key", "a dry run takes no key".to_owned()));
    }
    let zone = timeline.zone;
    match verb {
        "call" => {
            let function = fields.text("call")?.unwrap_or_default();
            let request = fields.get("with").map(Node::to_json);
            Ok((
                Action::Call {
                    function,
                    request,
                    key,
                    dry_run,
                },
                zone,
            ))
        }
        "tick" => Ok((tick(fields)?, zone)),
        "configure" => {
            let kept = !dry_run && !matches!(expectation, Expectation::Refusal { .. });
            let document = configured(fields, timeline, kept)?;
            Ok((
                Action::Configure {
                    document,
                    key,
                    dry_run,
                },
                timeline.zone,
            ))
        }
        _ => Ok((Action::Look, zone)),
    }
}

fn tick(fields: &Fields<'_>) -> Result<Action, Fault> {
    match fields.get("tick") {
        Some(Node { kind: Kind::Bool(true), .. }) => Ok(Action::Tick),
        Some(Node { kind: Kind::Text(text), .. }) if text == "until" => Ok(Action::TickUntil),
        Some(other) => Err(fields.fault(
            other,
            "tick",
            "there may stand true, for all that is due now, or until, for all that comes due on the way to at".to_owned(),
        )),
        None => Ok(Action::Look),
    }
}

/// The document with the step's changes; with `kept` it is the one in force from here on.
fn configured(fields: &Fields<'_>, timeline: &mut Timeline, kept: bool) -> Result<Value, Fault> {
    let changes = fields
        .get("configure")
        .filter(|node| matches!(node.kind, Kind::Map(_)));
    let Some(changes) = changes else {
        let at = fields.get("configure").cloned().unwrap_or(Node {
            line: 0,
            column: 0,
            kind: Kind::Null,
        });
        return Err(fields.fault(
            &at,
            "configure",
            "there may stand the fields of the merchant's document that change".to_owned(),
        ));
    };
    let document = patch::merge(
        timeline.document.as_ref().unwrap_or(&Value::Null),
        &changes.to_json(),
    );
    if kept {
        if let Some(Value::String(name)) = document.get("zone") {
            timeline.zone =
                zone_named(name).map_err(|problem| fields.fault(changes, "configure", problem))?;
        }
        timeline.document = Some(document.clone());
    }
    Ok(document)
}
