//! How orders are put into calls, and what is left out of them.

use super::batches::{Batches, One, batches};
use super::recorded::Report;
use super::{Span, days, known_tiers};
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};

fn at(minute: usize) -> DateTime<Utc> {
    let begin: DateTime<Utc> = "2026-03-02T00:00:00Z".parse().unwrap();
    begin + chrono::Duration::minutes(i64::try_from(minute).unwrap())
}

fn report(
    order: usize,
    member: &str,
    minute: usize,
    lines: usize,
    before: Option<usize>,
) -> Report {
    let lines = vec![json!({ "sku": "tea" }); lines];
    let before = before.map(|minute| json!({ "state": "ordered", "at": at(minute) }));
    serde_json::from_value(json!({
        "tried": {
            "at": at(minute), "tier": "gold",
            "order": { "order": format!("A-{order}"), "member": member, "state": "paid", "lines": lines },
        },
        "before": before,
        "grants": [],
    }))
    .unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn the_seven_days_before_today_are_looked_at() {
    let today = day("2026-03-09");
    let found = |from: Option<&str>, to: Option<&str>| {
        let span = Span {
            from: from.map(day),
            to: to.map(day),
        };
        let (from, to) = days(span, today).unwrap();
        format!("{from} {to}")
    };
    assert_eq!(found(None, None), "2026-03-02 2026-03-08");
    assert_eq!(found(Some("2026-03-08"), None), "2026-03-08 2026-03-08");
    assert_eq!(found(None, Some("2026-03-01")), "2026-02-23 2026-03-01");
    let span = Span {
        from: Some(today),
        to: None,
    };
    assert!(days(span, today).is_err());
}

#[test]
fn members_stay_together_and_time_has_its_order() {
    // 300 of mei, then 300 of jun between them.
    let reports: Vec<Report> = (0..600)
        .map(|place| {
            report(
                place,
                if place % 2 == 0 { "mei" } else { "jun" },
                place,
                1,
                None,
            )
        })
        .collect();
    let Batches { calls, split } = batches(&reports, at(0));
    let sizes: Vec<usize> = calls.iter().map(Vec::len).collect();
    assert_eq!((sizes, split), (vec![300, 300], 0));
    for call in &calls {
        let places = call.iter().map(|one| match one {
            One::Report(place) | One::Before(place) => *place,
        });
        assert!(places.is_sorted());
    }
}

#[test]
fn a_member_of_many_orders_is_split_and_told() {
    let many: Vec<Report> = (0..501)
        .map(|place| report(place, "mei", place, 1, None))
        .collect();
    let Batches { calls, split } = batches(&many, at(0));
    let sizes: Vec<usize> = calls.iter().map(Vec::len).collect();
    assert_eq!((sizes, split), (vec![500, 1], 1));
    let long: Vec<Report> = (0..11)
        .map(|place| report(place, &format!("m{place}"), place, 500, None))
        .collect();
    let Batches { calls, split } = batches(&long, at(0));
    let sizes: Vec<usize> = calls.iter().map(Vec::len).collect();
    assert_eq!((sizes, split), (vec![10, 1], 0));
    assert!(batches(&[], at(0)).calls.is_empty());
}

#[test]
fn what_was_before_the_days_is_tried_and_not_counted() {
    let reports = [
        report(1, "mei", 20, 1, Some(5)),
        report(2, "mei", 30, 1, Some(10)),
    ];
    // The second one's state before is that of a report within the days.
    let Batches { calls, .. } = batches(&reports, at(10));
    assert_eq!(calls, [[One::Before(0), One::Report(0), One::Report(1)]]);
    let before = One::Before(0);
    assert!(before.counted(&reports).is_none());
    let request = before.request(&reports);
    let field = |pointer: &str| request.pointer(pointer).and_then(Value::as_str);
    assert_eq!(field("/order/state"), Some("ordered"));
    assert_eq!(field("/at"), Some("2026-03-02T00:05:00Z"));
}

#[test]
fn tiers_that_the_document_has_not_are_left_out_and_counted() {
    let mut reports = [report(1, "mei", 0, 1, None)];
    let other = r#"{"tiers": {"levels": [{"name": "green"}]}}"#;
    let own = r#"{"tiers": {"levels": [{"name": "gold"}]}}"#;
    assert_eq!(known_tiers("{}", &mut reports), 0);
    assert_eq!(known_tiers(own, &mut reports), 0);
    assert_eq!(reports[0].tried.tier.as_deref(), Some("gold"));
    assert_eq!(known_tiers(other, &mut reports), 1);
    assert_eq!(reports[0].tried.tier, None);
}
