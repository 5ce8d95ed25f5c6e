//! Taking a campaign's tables out, page by page.

use super::Error;
use super::ask::pages;
use crate::call::Subject;
use serde_json::{Value, json};
use std::io::Write;

/// Submissions asked for at once: the most that the plugin gives.
const SUBMISSIONS: u32 = 200;

/// Which table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// A row for each submission, in every state.
    Submissions,
    /// A row for each line of what passed or did not qualify.
    Lines,
}

/// Writes a campaign's submissions as the plugin's objects, one a line, one page in memory at a time. `about` is a request of
/// `submissions.figures`.
///
/// # Errors
/// [`Error`].
pub fn objects(subject: &mut dyn Subject, about: &Value, mut out: impl Write) -> Result<(), Error> {
    let mut request = about.clone();
    if let Some(request) = request.as_object_mut() {
        request.insert("limit".to_owned(), json!(SUBMISSIONS));
    }
    pages(
        subject,
        "submissions.search",
        request,
        "after",
        |_, page| {
            let all = page.get("submissions").and_then(Value::as_array);
            for one in all.into_iter().flatten() {
                writeln!(out, "{one}")?;
            }
            Ok(())
        },
    )?;
    out.flush()?;
    Ok(())
}

/// Writes a campaign's table as the plugin makes it, CSV that opens right in a spreadsheet, one page in memory at a time. `about` is a
/// request of `submissions.figures`, perhaps with a `language`.
///
/// # Errors
/// [`Error`].
pub fn table(
    subject: &mut dyn Subject,
    about: &Value,
    table: Table,
    mut out: impl Write,
) -> Result<(), Error> {
    let mut request = about.clone();
    if let Some(request) = request.as_object_mut() {
        request.insert("lines".to_owned(), json!(table == Table::Lines));
    }
    pages(subject, "submissions.table", request, "after", |_, page| {
        let text = page.get("text").and_then(Value::as_str);
        out.write_all(text.unwrap_or_default().as_bytes())?;
        Ok(())
    })?;
    out.flush()?;
    Ok(())
}
