//! Figures and tables for a terminal.

use comfy_table::{CellAlignment, Row, Table, presets};
use rust_decimal::Decimal;

/// Names to the left, figures to the right.
pub(super) fn table(header: Vec<&str>, rows: Vec<Row>) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::ASCII_MARKDOWN)
        .set_header(header)
        .add_rows(rows);
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

/// Points with a comma before each three digits.
pub(super) fn points(points: &Decimal) -> String {
    group(&points.normalize().to_string())
}

/// A number with a comma before each three digits.
pub(super) fn grouped(number: u64) -> String {
    group(&number.to_string())
}

fn group(number: &str) -> String {
    let (whole, fraction) = number.split_at(number.find('.').unwrap_or(number.len()));
    let (sign, digits) = whole.split_at(whole.find(|one: char| one.is_ascii_digit()).unwrap_or(0));
    let mut text = sign.to_owned();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text.push_str(fraction);
    text
}

#[cfg(test)]
mod tests {
    use super::group;

    #[test]
    fn commas() {
        let found = ["0", "999", "1000", "-1234567.25", "100000"].map(group);
        assert_eq!(found, ["0", "999", "1,000", "-1,234,567.25", "100,000"]);
    }
}
