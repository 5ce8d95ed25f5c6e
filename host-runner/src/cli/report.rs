//! The command `report`.

mod charts;
mod notices;

use super::figures::{points, table};
use super::shop::{self, Shop};
use anyhow::Context;
use clap::Args;
use comfy_table::{Row, Table};
use serde_json::json;
use stampcard::desk::{
    self,
    report::{Liability, Movements, Sums},
};
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// Prints what was issued, redeemed, lapsed and reversed by month and rule, and what is outstanding by month of expiry.
///
/// Months are those of the merchant's zone, and go by the instants that entries are dated to. Breakage is the share that
/// lapsed of the points that ended: lapsed ÷ (lapsed + redeemed − restored). Notices go by the month in which they were made.
///
/// Examples:
///   stampcard report --merchant tea-house --charts charts
///   stampcard report --programme cash --first 2026-01 --last 2026-12 --json
///   stampcard report --merchant tea-house --notices --first 2026-11
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Report {
    /// One programme; else all that the merchant has
    #[arg(long, value_name = "NAME")]
    programme: Option<String>,
    /// The first month of what moved
    #[arg(long, value_name = "YYYY-MM")]
    first: Option<String>,
    /// The last month of what moved
    #[arg(long, value_name = "YYYY-MM")]
    last: Option<String>,
    /// Write two SVG charts for each programme to this folder
    #[arg(long, value_name = "DIR")]
    charts: Option<PathBuf>,
    /// Print what notices came to instead: how many were sent, delivered and denied, and what they cost
    #[arg(long, conflicts_with_all = ["programme", "charts"])]
    notices: bool,
    /// Print the reports as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    shop: Shop,
}

impl Report {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let mut opened = self.shop.open()?;
        let sandbox = opened.as_mut();
        let mut out = io::stdout().lock();
        if self.notices {
            let (first, last) = (self.first.as_deref(), self.last.as_deref());
            let sums = desk::notices::read(sandbox, first, last)?;
            notices::write(&mut out, &sums, self.json)?;
            return Ok(ExitCode::SUCCESS);
        }
        let mut all = Vec::new();
        for programme in shop::programmes(sandbox, self.programme.as_ref())? {
            let (first, last) = (self.first.as_deref(), self.last.as_deref());
            let movements = Movements::read(sandbox, &programme, first, last)?;
            let liability = Liability::read(sandbox, &programme)?;
            if let Some(folder) = &self.charts {
                std::fs::create_dir_all(folder)
                    .with_context(|| format!("can't make the folder {}", folder.display()))?;
                for (name, chart) in [
                    ("movements", charts::movements(&movements)),
                    ("liability", charts::liability(&liability)),
                ] {
                    let file = folder.join(format!("{programme}-{name}.svg"));
                    std::fs::write(&file, chart.svg())
                        .with_context(|| file.display().to_string())?;
                }
            }
            if self.json {
                all.push(json!({ "movements": movements, "liability": liability }));
            } else {
                write(&mut out, &movements, &liability)?;
            }
        }
        if self.json {
            serde_json::to_writer_pretty(&mut out, &all)?;
            writeln!(out)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn write(out: &mut dyn Write, movements: &Movements, liability: &Liability) -> io::Result<()> {
    let (programme, as_of) = (&movements.programme, &movements.as_of);
    writeln!(out, "Programme {programme} as of {as_of}")?;
    writeln!(out, "{}", moved(movements))?;
    let breakage = movements.breakage.as_deref().unwrap_or("none has ended");
    writeln!(
        out,
        "Breakage: {breakage}\n\nOutstanding by month of expiry"
    )?;
    writeln!(out, "{}", outstanding(liability))?;
    writeln!(
        out,
        "Owed by members: {}; the ledger comes to {}\n",
        points(&liability.debt),
        points(&liability.balance)
    )
}

fn moved(movements: &Movements) -> Table {
    let header = vec![
        "month", "rule", "issued", "redeemed", "lapsed", "reversed", "restored", "adjusted",
    ];
    let rows = movements.by_rule();
    let rows = rows.iter().map(|((month, rule), sums)| {
        let Sums {
            issued,
            redeemed,
            lapsed,
            reversed,
            restored,
            adjusted,
        } = sums;
        let figures = [issued, redeemed, lapsed, reversed, restored, adjusted];
        let mut cells = vec![(*month).to_owned(), rule.unwrap_or("(owed)").to_owned()];
        cells.extend(figures.map(points));
        Row::from(cells)
    });
    table(header, rows.collect())
}

fn outstanding(liability: &Liability) -> Table {
    let money = &liability.worth.currency;
    let worth = format!("worth in {money}");
    let rows = liability.outstanding.iter().map(|row| {
        let month = row.month.as_deref().unwrap_or("never");
        let worth = row.worth.amount.clone();
        Row::from(vec![month.to_owned(), points(&row.points), worth])
    });
    let mut rows: Vec<Row> = rows.collect();
    let all = liability.worth.amount.clone();
    rows.push(Row::from(vec![
        "all".to_owned(),
        points(&liability.points),
        all,
    ]));
    table(vec!["month", "points", &worth], rows)
}
