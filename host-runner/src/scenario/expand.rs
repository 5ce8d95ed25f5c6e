//! Steps that stand for several: `each` row of a table, `repeat` so many times.

use super::error::Fault;
use super::node::{Field, Kind, Node};

/// Rows that one step may stand for.
const MOST_ROWS: usize = 10_000;

/// The step once for each row, with `{name}` replaced by the row's value; the step itself if it has
/// neither `each` nor `repeat`.
pub(super) fn expand(step: &Node) -> Result<Option<Vec<Node>>, Fault> {
    let Kind::Map(fields) = &step.kind else {
        return Ok(None);
    };
    let table = fields.iter().find(|field| field.name == "each");
    let count = fields.iter().find(|field| field.name == "repeat");
    let rows = match (table, count) {
        (None, None) => return Ok(None),
        (Some(_), Some(count)) => {
            return Err(fault(
                &count.value,
                "repeat",
                "a step has `each` or `repeat`, not both",
            ));
        }
        (Some(table), None) => rows_of(&table.value)?,
        (None, Some(count)) => counted(&count.value)?,
    };
    let body: Vec<&Field> = fields
        .iter()
        .filter(|field| field.name != "each" && field.name != "repeat")
        .collect();
    let mut steps = Vec::with_capacity(rows.len());
    for row in &rows {
        let filled: Result<Vec<Field>, Fault> =
            body.iter().map(|field| fill_field(field, row)).collect();
        steps.push(Node {
            line: step.line,
            column: step.column,
            kind: Kind::Map(filled?),
        });
    }
    Ok(Some(steps))
}

fn rows_of(table: &Node) -> Result<Vec<Vec<Field>>, Fault> {
    let wrong = || {
        fault(
            table,
            "each",
            "there may stand a list of mappings with one or more rows, such as [{ paid: 99, points: 0 }]",
        )
    };
    let Kind::List(items) = &table.kind else {
        return Err(wrong());
    };
    if items.is_empty() || items.len() > MOST_ROWS {
        return Err(wrong());
    }
    items
        .iter()
        .map(|item| match &item.kind {
            Kind::Map(row) => Ok(row.clone()),
            _ => Err(wrong()),
        })
        .collect()
}

/// Rows whose only field `n` counts from 1.
fn counted(count: &Node) -> Result<Vec<Vec<Field>>, Fault> {
    let times = match &count.kind {
        Kind::Integer(number) => number
            .as_u64()
            .and_then(|number| usize::try_from(number).ok()),
        _ => None,
    };
    let times = times
        .filter(|times| (1..=MOST_ROWS).contains(times))
        .ok_or_else(|| {
            fault(
                count,
                "repeat",
                &format!("there may stand a whole number from 1 to {MOST_ROWS}"),
            )
        })?;
    let row = |n: usize| {
        let value = Node {
            line: count.line,
            column: count.column,
            kind: Kind::Integer(n.into()),
        };
        vec![Field {
            name: "n".to_owned(),
            line: count.line,
            column: count.column,
            value,
        }]
    };
    Ok((1..=times).map(row).collect())
}

fn fill_field(field: &Field, row: &[Field]) -> Result<Field, Fault> {
    let name = match fill_text(&field.name, row)
        .map_err(|name| unknown(field.line, field.column, &name, row))?
    {
        Kind::Text(name) => name,
        Kind::Integer(number) => number.to_string(),
        _ => {
            return Err(fault(
                &field.value,
                "each",
                "only text or a number can name a field",
            ));
        }
    };
    Ok(Field {
        name,
        line: field.line,
        column: field.column,
        value: fill(&field.value, row)?,
    })
}

fn fill(node: &Node, row: &[Field]) -> Result<Node, Fault> {
    let kind = match &node.kind {
        Kind::Text(text) => {
            fill_text(text, row).map_err(|name| unknown(node.line, node.column, &name, row))?
        }
        Kind::List(items) => Kind::List(
            items
                .iter()
                .map(|item| fill(item, row))
                .collect::<Result<_, _>>()?,
        ),
        Kind::Map(fields) => Kind::Map(
            fields
                .iter()
                .map(|field| fill_field(field, row))
                .collect::<Result<_, _>>()?,
        ),
        other => other.clone(),
    };
    Ok(Node {
        line: node.line,
        column: node.column,
        kind,
    })
}

/// Text that is nothing but `{name}` becomes the row's value, whatever it is; within longer text the
/// value must be text or a number. The error is the name that the row doesn't have.
fn fill_text(text: &str, row: &[Field]) -> Result<Kind, String> {
    let value = |name: &str| {
        row.iter()
            .find(|field| field.name == name)
            .map(|field| &field.value.kind)
    };
    if let Some(name) = text
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
        && !name.contains(['{', '}'])
    {
        return value(name).cloned().ok_or_else(|| name.to_owned());
    }
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, behind) = after.split_once('}').ok_or_else(|| after.to_owned())?;
        filled.push_str(before);
        match value(name) {
            Some(Kind::Text(value)) => filled.push_str(value),
            Some(Kind::Integer(number)) => filled.push_str(&number.to_string()),
            _ => return Err(name.to_owned()),
        }
        rest = behind;
    }
    filled.push_str(rest);
    Ok(Kind::Text(filled))
}

fn unknown(line: u64, column: u64, name: &str, row: &[Field]) -> Fault {
    let names: Vec<&str> = row.iter().map(|field| field.name.as_str()).collect();
    Fault {
        line,
        column,
        place: "each: ".to_owned(),
        problem: format!(
            "the row gives no text or number for {{{name}}}; it has {}",
            names.join(", ")
        ),
    }
}

fn fault(node: &Node, field: &str, problem: &str) -> Fault {
    Fault {
        line: node.line,
        column: node.column,
        place: format!("{field}: "),
        problem: problem.to_owned(),
    }
}
