//! A programme's two charts.

use rust_decimal::Decimal;
use stampcard::desk::chart::Chart;
use stampcard::desk::report::{Liability, Movements, Sums};

/// Months without figures that stand between others, at most; a longer gap is left out.
const GAP: usize = 24;

/// What was issued against what was redeemed and has lapsed, by month.
pub(super) fn movements(movements: &Movements) -> Chart {
    let sums = movements.by_month();
    let labels = filled(sums.keys().copied());
    let values = |of: fn(&Sums) -> Decimal| -> Vec<Decimal> {
        let labels = labels.iter();
        labels
            .map(|month| sums.get(month.as_str()).map(of).unwrap_or_default())
            .collect()
    };
    let series = vec![
        ("issued".to_owned(), values(|sums| sums.issued)),
        ("redeemed".to_owned(), values(|sums| sums.redeemed)),
        ("lapsed".to_owned(), values(|sums| sums.lapsed)),
    ];
    Chart {
        title: format!("{}: points by month", movements.programme),
        unit: "points".to_owned(),
        labels,
        series,
    }
}

/// What is outstanding, by month of expiry.
pub(super) fn liability(liability: &Liability) -> Chart {
    let months = liability.outstanding.iter();
    let mut labels = filled(months.filter_map(|row| row.month.as_deref()));
    let of = |month: Option<&str>| {
        let mut rows = liability.outstanding.iter();
        let row = rows.find(|row| row.month.as_deref() == month);
        row.map(|row| row.points).unwrap_or_default()
    };
    let mut values: Vec<Decimal> = labels.iter().map(|month| of(Some(month))).collect();
    if liability.outstanding.iter().any(|row| row.month.is_none()) {
        labels.push("never".to_owned());
        values.push(of(None));
    }
    Chart {
        title: format!(
            "{}: outstanding points by month of expiry",
            liability.programme
        ),
        unit: "points".to_owned(),
        labels,
        series: vec![("outstanding".to_owned(), values)],
    }
}

/// Months in their order, with those that lie between them.
fn filled<'m>(months: impl Iterator<Item = &'m str>) -> Vec<String> {
    let mut filled: Vec<String> = Vec::new();
    for month in months {
        let mut between = Vec::new();
        let mut next = filled.last().and_then(|last| after(last));
        while let Some(gap) = next.filter(|gap| gap.as_str() < month) {
            if between.len() == GAP {
                between.clear();
                break;
            }
            next = after(&gap);
            between.push(gap);
        }
        filled.extend(between);
        filled.push(month.to_owned());
    }
    filled
}

/// The month after one such as `2026-11`.
fn after(month: &str) -> Option<String> {
    let (year, month) = month.split_once('-')?;
    let (year, month): (u32, u32) = (year.parse().ok()?, month.parse().ok()?);
    Some(if month < 12 {
        format!("{year:04}-{:02}", month + 1)
    } else {
        format!("{:04}-01", year + 1)
    })
}

#[cfg(test)]
mod tests {
    use super::filled;

    #[test]
    fn months_between_others_are_filled_in() {
        let of = |months: &[&str]| filled(months.iter().copied());
        assert_eq!(
            of(&["2026-11", "2027-02"]),
            ["2026-11", "2026-12", "2027-01", "2027-02"]
        );
        assert_eq!(of(&["2026-11", "2126-11"]), ["2026-11", "2126-11"]);
        assert!(of(&[]).is_empty());
    }
}
