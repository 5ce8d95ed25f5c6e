//! Taking a programme's ledger, balances and lots out, page by page.

use super::Error;
use super::ask::{ask, of, pages};
use super::columns::{Column, Sheet};
use super::rows::Format;
use crate::call::Subject;
use serde_json::{Value, json};
use std::io::Write;

/// Accounts and lots asked for at once: the most that the plugin gives.
const ACCOUNTS: u32 = 500;
const LOTS: u32 = 200;

/// What is taken out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// All entries, by member and sequence.
    Ledger,
    /// All accounts, by member.
    Balances,
    /// All open lots, by member, in spending order.
    Lots,
}

const LEDGER_COLUMNS: &[Column] = &[
    Column::foreign("member", "/member"),
    Column::own("programme", "/programme"),
    Column::own("sequence", "/sequence"),
    Column::own("kind", "/kind"),
    Column::own("points", "/points"),
    Column::own("balance", "/balance"),
    Column::own("at", "/at"),
    Column::own("posted-at", "/posted-at"),
    Column::foreign("order", "/order"),
    Column::foreign("note", "/note"),
    Column::foreign("actor", "/actor"),
    Column::foreign("other", "/other"),
    Column::own("parts", "/parts"),
];

const BALANCE_COLUMNS: &[Column] = &[
    Column::foreign("member", "/member"),
    Column::own("programme", "/balance/programme"),
    Column::own("balance", "/balance/balance"),
    Column::own("available", "/balance/available"),
    Column::own("pending", "/balance/pending"),
    Column::own("active", "/balance/active"),
    Column::own("held", "/balance/held"),
    Column::own("debt", "/balance/debt"),
    Column::own("worth", "/balance/worth/amount"),
    Column::own("currency", "/balance/worth/currency"),
    Column::own("next-to-lapse", "/balance/next-to-lapse/points"),
    Column::own("lapses-at", "/balance/next-to-lapse/at"),
];

const LOT_COLUMNS: &[Column] = &[
    Column::foreign("member", "/member"),
    Column::own("programme", "/programme"),
    Column::own("lot", "/lot"),
    Column::own("rule", "/rule"),
    Column::foreign("order", "/order"),
    Column::own("granted", "/granted"),
    Column::own("left", "/left"),
    Column::own("held", "/held"),
    Column::own("earned-at", "/earned-at"),
    Column::own("activates-at", "/activates-at"),
    Column::own("expires-at", "/expires-at"),
];

/// Writes what is asked for of these programmes, one page in memory at a time. Gives the number of rows.
///
/// # Errors
/// [`Error`].
pub fn export(
    subject: &mut dyn Subject,
    what: What,
    programmes: &[String],
    format: Format,
    out: impl Write,
) -> Result<u64, Error> {
    let columns = match what {
        What::Ledger => LEDGER_COLUMNS,
        What::Balances => BALANCE_COLUMNS,
        What::Lots => LOT_COLUMNS,
    };
    let mut sheet = Sheet::new(out, format, columns)?;
    let mut rows = 0;
    for programme in programmes {
        let (function, field) = match what {
            What::Ledger => ("points.ledger", "entries"),
            What::Balances | What::Lots => ("points.accounts", "accounts"),
        };
        let mut request = of(programme);
        if let (Some(request), true) = (request.as_object_mut(), what != What::Ledger) {
            request.insert("limit".to_owned(), json!(ACCOUNTS));
        }
        pages(subject, function, request, "after", |subject, page| {
            for object in list(&page, field) {
                if what == What::Lots {
                    rows += lots(subject, programme, object, &mut sheet)?;
                } else {
                    sheet.write(object)?;
                    rows += 1;
                }
            }
            Ok(())
        })?;
    }
    sheet.finish()?;
    Ok(rows)
}

/// Writes the lots of an account, each with whose it is.
fn lots<W: Write>(
    subject: &mut dyn Subject,
    programme: &str,
    account: &Value,
    sheet: &mut Sheet<W>,
) -> Result<u64, Error> {
    let member = account.get("member").cloned().unwrap_or_default();
    let mut rows = 0;
    loop {
        let request = json!({
            "member": member, "programme": programme, "limit": LOTS, "skip": rows,
        });
        let page = ask(subject, "points.lots", Some(request))?;
        for lot in list(&page, "lots") {
            let mut object = json!({ "member": member, "programme": programme });
            if let (Some(object), Some(lot)) = (object.as_object_mut(), lot.as_object()) {
                object.extend(lot.clone());
            }
            sheet.write(&object)?;
            rows += 1;
        }
        if page.get("more") != Some(&Value::Bool(true)) {
            return Ok(rows);
        }
    }
}

fn list<'v>(page: &'v Value, field: &str) -> impl Iterator<Item = &'v Value> {
    page.get(field)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}
