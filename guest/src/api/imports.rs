//! The interface `imports`.

use super::check::Check;
use super::{Answer, execution};
use crate::bindings::exports::stampcard::plugin::imports as wit;
use crate::domain::instant::Instant;
use crate::flows::command::run;
use crate::flows::imports::{self as flow, Row};
use crate::ports::Ports;

/// Rows of a call, at most: each writes a handful of records of one commit.
const ROWS_MAX: usize = 100;

/// `imports.lots`.
///
/// # Errors
/// Those that the interface names.
pub fn lots(
    ports: &dyn Ports,
    how: &wit::Execution,
    request: &wit::LotsRequest,
) -> Answer<wit::Imported> {
    let mut check = Check::default();
    let count = request.rows.len();
    check.count(&"/rows", count, 1, ROWS_MAX);
    if !(1..=ROWS_MAX).contains(&count) {
        check.done()?;
        return Ok(wit::Imported { lots: Vec::new() });
    }
    let rows = request.rows.iter().enumerate();
    let rows: Vec<Row> = rows
        .map(|(place, row)| read(&mut check, place, row))
        .collect();
    let faults = check.faults();
    Ok(run(
        ports,
        "imports.lots",
        &execution(how)?,
        &rows,
        &[],
        |scope| {
            let lots = flow::lots(scope, &rows, faults)?;
            let shown = lots
                .into_iter()
                .map(|(programme, lot, paid)| wit::ImportedLot {
                    programme: programme.text(),
                    lot,
                    debt_paid: paid.text(),
                });
            Ok(wit::Imported {
                lots: shown.collect(),
            })
        },
    )?)
}

fn read(check: &mut Check, place: usize, row: &wit::LotRow) -> Row {
    let path = format!("/rows/{place}");
    let mut instant = |field: &str, at: Option<wit::Instant>| {
        let at = at?;
        check.instant(&format_args!("{path}/{field}"), at)
    };
    let activates_at: Option<Instant> = instant("activates-at", row.activates_at);
    let expires_at = instant("expires-at", row.expires_at);
    Row {
        member: check.id(&format_args!("{path}/member"), &row.member),
        programme: row.programme.clone(),
        points: check.positive(&format_args!("{path}/points"), &row.points),
        activates_at,
        expires_at,
        reference: check.maybe_text(
            &format_args!("{path}/reference"),
            row.reference.as_deref(),
            200,
        ),
    }
}
