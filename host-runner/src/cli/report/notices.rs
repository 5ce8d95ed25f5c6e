//! What notices came to, as a table or as JSON.

use super::super::figures::{grouped, points, table};
use comfy_table::Row;
use serde_json::json;
use stampcard::desk::notices::{Came, Which};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Writes the sums by month, channel, kind and end, and all of them at the end.
pub(super) fn write(
    out: &mut dyn Write,
    sums: &BTreeMap<Which, Came>,
    as_json: bool,
) -> io::Result<()> {
    if as_json {
        let rows: Vec<_> = sums
            .iter()
            .map(|(which, came)| {
                json!({ "of": which, "notices": came.notices, "cost": came.cost.normalize().to_string() })
            })
            .collect();
        serde_json::to_writer_pretty(&mut *out, &rows)?;
        return writeln!(out);
    }
    let mut all = Came::default();
    let mut rows = Vec::new();
    for (which, came) in sums {
        all.notices += came.notices;
        all.cost += came.cost;
        let end = match &which.code {
            Some(code) => format!("{}: {code}", which.state),
            None => which.state.clone(),
        };
        let names = [&which.month, &which.channel, &which.kind, &end];
        let mut cells: Vec<String> = names.map(String::clone).to_vec();
        cells.extend([grouped(came.notices), points(&came.cost)]);
        rows.push(Row::from(cells));
    }
    let blank = String::new;
    let last = vec!["all".to_owned(), blank(), blank(), blank()];
    let last = [last, vec![grouped(all.notices), points(&all.cost)]].concat();
    rows.push(Row::from(last));
    let header = vec!["month", "channel", "kind", "became", "notices", "cost"];
    writeln!(out, "{}", table(header, rows))
}
