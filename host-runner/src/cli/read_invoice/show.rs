//! Readings and refusals, for people and for programs.

use super::words;
use serde_json::{Value, json};
use stampcard::capabilities::logging::plain;
use stampcard_invoice::reading::{Extent, Reading, Refusal, Way};
use std::io::{self, Write};

/// Bytes of a name that are printed for people.
const NAME: usize = 200;

/// A few lines.
pub(super) fn text(out: &mut impl Write, read: &Result<Reading, Refusal>) -> io::Result<()> {
    match read {
        Ok(reading) => invoice(out, reading),
        Err(refusal) => {
            let (name, meaning) = words::reason(refusal.reason);
            let number = refusal.number.map(|number| format!(" {}", number.shown()));
            writeln!(
                out,
                "refused{}: {}: {name}: {meaning}; there may stand {}",
                number.unwrap_or_default(),
                words::field(refusal.field),
                refusal.permitted()
            )
        }
    }
}

fn invoice(out: &mut impl Write, reading: &Reading) -> io::Result<()> {
    let date = match reading.date {
        Some(date) => date.to_string(),
        None => "no date".to_owned(),
    };
    let from = match reading.way {
        Way::Qr => "QR codes",
        Way::Bar => "the bar code",
        Way::Typed => "typed fields",
    };
    writeln!(
        out,
        "{}, {date}, random code {}, period {}, from {from}",
        reading.number.shown(),
        reading.random.text(),
        reading.period.text()
    )?;
    if let Some(printed) = &reading.printed {
        let seller = printed.seller.map(|seller| seller.text().to_owned());
        let seller = seller.unwrap_or_else(|| "unknown".to_owned());
        writeln!(
            out,
            "  seller {seller}, total {}, before tax {}",
            printed.total, printed.untaxed
        )?;
        writeln!(out, "  check {}", plain(&printed.check, NAME))?;
    }
    let items = match reading.extent {
        Extent::Absent => None,
        Extent::All => Some("all items"),
        Extent::Part => Some("a part of the items"),
        Extent::Broken => Some("the items before something that can't be read"),
    };
    if let Some(items) = items {
        writeln!(out, "  {items}: {}", reading.items.len())?;
    }
    for item in &reading.items {
        let name = plain(&item.name, NAME);
        writeln!(out, "    {name}: {} at {}", item.quantity, item.price)?;
    }
    for warning in &reading.warnings {
        let (name, meaning) = words::warning(*warning);
        writeln!(out, "  warning: {name}: {meaning}")?;
    }
    Ok(())
}

/// An object: `read` with the invoice, or `refused` with the reason.
pub(super) fn json(read: &Result<Reading, Refusal>) -> Value {
    match read {
        Ok(reading) => json!({ "read": invoice_json(reading) }),
        Err(refusal) => json!({ "refused": {
            "field": words::field(refusal.field),
            "reason": words::reason(refusal.reason).0,
            "permitted": refusal.permitted(),
            "number": refusal.number.map(|number| number.text().to_owned()),
        } }),
    }
}

fn invoice_json(reading: &Reading) -> Value {
    let printed = reading.printed.as_ref().map(|printed| {
        json!({
            "untaxed": printed.untaxed.to_string(),
            "total": printed.total.to_string(),
            "seller": printed.seller.map(|seller| seller.text().to_owned()),
            "check": printed.check,
            "lines-here": printed.lines_here,
            "lines-all": printed.lines_all,
            "encoding": printed.encoding.map(words::encoding),
        })
    });
    let items: Vec<Value> = reading
        .items
        .iter()
        .map(|item| {
            json!({
                "name": item.name,
                "quantity": item.quantity.to_string(),
                "price": item.price.to_string(),
            })
        })
        .collect();
    let warnings: Vec<&str> = reading
        .warnings
        .iter()
        .map(|warning| words::warning(*warning).0)
        .collect();
    json!({
        "number": reading.number.text(),
        "period": reading.period.text(),
        "date": reading.date.map(|date| date.to_string()),
        "random": reading.random.text(),
        "way": words::way(reading.way),
        "printed": printed,
        "items": items,
        "extent": words::extent(reading.extent),
        "warnings": warnings,
    })
}
