//! Rows of figures as CSV that spreadsheets take as text, or as NDJSON.

use super::Error;
use super::rows::Format;
use serde_json::Value;
use std::io::Write;

/// A column of a CSV file.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its heading.
    pub name: &'static str,
    /// Where in an object its value stands.
    pub pointer: &'static str,
    /// Whether it is a text that others may have chosen; all else is figures, dates and the plugin's own words.
    pub foreign: bool,
}

impl Column {
    /// Of figures, dates and the plugin's own words.
    #[must_use]
    pub const fn own(name: &'static str, pointer: &'static str) -> Self {
        Self {
            name,
            pointer,
            foreign: false,
        }
    }

    /// Of texts that others may have chosen.
    #[must_use]
    pub const fn foreign(name: &'static str, pointer: &'static str) -> Self {
        Self {
            name,
            pointer,
            foreign: true,
        }
    }
}

/// Writes objects, one after another.
pub struct Sheet<W: Write> {
    out: Out<W>,
    columns: &'static [Column],
}

enum Out<W: Write> {
    Csv(Box<csv::Writer<W>>),
    Ndjson(W),
}

impl<W: Write> Sheet<W> {
    /// Begins with the heading.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn new(out: W, format: Format, columns: &'static [Column]) -> Result<Self, Error> {
        let out = match format {
            Format::Csv => {
                let mut csv = csv::Writer::from_writer(out);
                csv.write_record(columns.iter().map(|column| column.name))
                    .map_err(failed)?;
                Out::Csv(Box::new(csv))
            }
            Format::Ndjson => Out::Ndjson(out),
        };
        Ok(Self { out, columns })
    }

    /// Writes an object: as CSV its columns, as NDJSON all of it.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn write(&mut self, object: &Value) -> Result<(), Error> {
        match &mut self.out {
            Out::Csv(csv) => {
                let cells = self.columns.iter().map(|column| cell(column, object));
                csv.write_record(cells).map_err(failed)
            }
            Out::Ndjson(out) => Ok(writeln!(out, "{object}")?),
        }
    }

    /// Writes what is left.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn finish(self) -> Result<(), Error> {
        match self.out {
            Out::Csv(mut csv) => Ok(csv.flush()?),
            Out::Ndjson(mut out) => Ok(out.flush()?),
        }
    }
}

fn failed(error: csv::Error) -> Error {
    Error::File(error.into())
}

fn cell(column: &Column, object: &Value) -> String {
    let text = match object.pointer(column.pointer) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(parts)) => {
            let parts: Vec<String> = parts.iter().map(part).collect();
            parts.join(" ")
        }
        Some(other) => other.to_string(),
    };
    if column.foreign { guarded(text) } else { text }
}

/// A part of an entry: `lot:rule:points`.
fn part(part: &Value) -> String {
    let text = |field: &str| part.get(field).and_then(Value::as_str).unwrap_or_default();
    let lot = part.get("lot").map(ToString::to_string);
    let lot = lot.unwrap_or_default();
    format!("{lot}:{}:{}", text("rule"), text("points"))
}

/// Text that no spreadsheet takes for a formula: one that begins as a formula may gets an apostrophe before it.
fn guarded(text: String) -> String {
    let begins = |sign: char| {
        matches!(
            sign,
            '=' | '+' | '-' | '@' | '\t' | '\r' | '＝' | '＋' | '－' | '＠'
        )
    };
    if text.trim_start().starts_with(begins) || text.starts_with(begins) {
        format!("'{text}")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const COLUMNS: &[Column] = &[
        Column::foreign("member", "/member"),
        Column::own("points", "/points"),
        Column::own("worth", "/worth/amount"),
        Column::own("parts", "/parts"),
    ];

    fn written(format: Format, objects: &[Value]) -> String {
        let mut out = Vec::new();
        let mut sheet = Sheet::new(&mut out, format, COLUMNS).unwrap();
        for object in objects {
            sheet.write(object).unwrap();
        }
        sheet.finish().unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn no_text_becomes_a_formula_and_figures_stay_figures() {
        let row = |member: &str| json!({ "member": member, "points": "-5" });
        let members = ["=1+1", "+1", "-1", "@a", " =1", "＝1", "a=1", "a,\"b\""];
        let rows: Vec<Value> = members.iter().map(|member| row(member)).collect();
        let text = written(Format::Csv, &rows);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines,
            [
                "member,points,worth,parts",
                "'=1+1,-5,,",
                "'+1,-5,,",
                "'-1,-5,,",
                "'@a,-5,,",
                "' =1,-5,,",
                "'＝1,-5,,",
                "a=1,-5,,",
                "\"a,\"\"b\"\"\",-5,,",
            ]
        );
    }

    #[test]
    fn objects_stay_whole_as_ndjson() {
        let row = json!({
            "member": "=1", "points": "2", "worth": { "amount": "3" },
            "parts": [{ "lot": 1, "rule": "base", "points": "1" }, { "lot": 2, "rule": "tea", "points": "1" }],
        });
        let text = written(Format::Ndjson, std::slice::from_ref(&row));
        assert_eq!(serde_json::from_str::<Value>(text.trim_end()).unwrap(), row);
        let text = written(Format::Csv, &[row]);
        assert!(text.ends_with("'=1,2,3,1:base:1 2:tea:1\n"), "{text}");
    }
}
