//! A replay's report as text and tables.

use super::super::figures::{grouped, points, table};
use comfy_table::{Row, Table};
use rust_decimal::Decimal;
use stampcard::replay::{CostSummary, Report, Sums, ToldInMonth, ToldTotals, Totals};
use std::io::{self, Write};

/// Writes the report.
pub(super) fn write(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    let Report { until, zone, .. } = report;
    let (orders, free) = (grouped(report.orders), grouped(report.orders_free));
    let members = grouped(report.members);
    writeln!(
        out,
        "{orders} orders ({free} of them free) by {members} members,"
    )?;
    writeln!(out, "up to the end of {until}, {zone}.")?;
    for totals in &report.programmes {
        let (accounts, entries) = (grouped(totals.accounts), grouped(totals.entries));
        writeln!(
            out,
            "\nProgramme {}: {accounts} accounts, {entries} entries",
            totals.programme
        )?;
        writeln!(out, "{}", months(totals))?;
    }
    if let Some(notices) = &report.notices {
        let (sent, members) = (grouped(notices.sent), grouped(notices.members));
        writeln!(
            out,
            "\nNotices: {sent} would have gone out, to {members} members"
        )?;
        writeln!(out, "{}", told(notices))?;
    }
    if report.all_done {
        writeln!(out, "\nAll was done by an earlier run; nothing was sent.")?;
        return Ok(());
    }
    let (sent, speed) = (
        grouped(report.orders_sent),
        grouped(report.orders_per_second),
    );
    let millis = report.milliseconds;
    let resumed = report
        .resumed
        .map(|date| format!(" (resumed at {date})"))
        .unwrap_or_default();
    writeln!(
        out,
        "\n{sent} orders sent in {}.{} s{resumed}: {speed} a second. A command's cost (time is with \
         the wait for the disk):",
        millis / 1000,
        millis % 1000 / 100,
    )?;
    writeln!(out, "{}", costs(&report.costs))
}

fn months(totals: &Totals) -> Table {
    let other = totals.sums.other != Decimal::ZERO
        || totals
            .months
            .iter()
            .any(|month| month.sums.other != Decimal::ZERO);
    let row = |name: &str, sums: &Sums, outstanding| {
        let figures = [sums.issued, sums.redeemed, sums.lapsed];
        let mut cells = vec![name.to_owned()];
        cells.extend(figures.iter().map(points));
        cells.extend(other.then(|| points(&sums.other)));
        cells.push(points(outstanding));
        Row::from(cells)
    };
    let mut header = vec!["month", "issued", "redeemed", "lapsed"];
    header.extend(other.then_some("reversed, restored, adjusted"));
    header.push("outstanding");
    let months = totals.months.iter();
    let mut rows: Vec<Row> = months
        .map(|month| row(&month.month, &month.sums, &month.outstanding))
        .collect();
    rows.push(row("all", &totals.sums, &totals.outstanding));
    table(header, rows)
}

fn told(notices: &ToldTotals) -> Table {
    let row = |month: &ToldInMonth| {
        let figures = [month.sent, month.members, month.dropped, month.other];
        let mut cells = vec![
            month.month.clone(),
            month.what.clone(),
            month.channel.clone(),
        ];
        cells.extend(figures.map(grouped));
        Row::from(cells)
    };
    let header = vec![
        "month",
        "what",
        "by",
        "sent",
        "members",
        "not needed any more",
        "else",
    ];
    table(header, notices.months.iter().map(row).collect())
}

fn costs(costs: &[CostSummary]) -> Table {
    let row = |cost: &CostSummary| {
        Row::from(vec![
            cost.function.clone(),
            grouped(cost.commands),
            grouped(cost.fuel_median),
            grouped(cost.fuel_mean),
            grouped(cost.fuel_max),
            format!("{} KiB", grouped(cost.memory_max / 1024)),
            millis(cost.micros_median),
            millis(cost.micros_p99),
        ])
    };
    let header = vec![
        "function",
        "commands",
        "fuel median",
        "mean",
        "most",
        "memory most",
        "time median",
        "99 %",
    ];
    table(header, costs.iter().map(row).collect())
}

fn millis(micros: u64) -> String {
    format!("{}.{:02} ms", micros / 1000, micros % 1000 / 10)
}
