//! Coupon templates in the document: what is wrong with them, and what their coupons' records look like.

use crate::domain::config::{Merchant, faults};
use crate::domain::coupon::issued::Coupon;
use crate::json::{read, write};

fn paths(coupon: &str, rest: &str) -> Vec<String> {
    let text = format!(
        r#"{{"zone": "Asia/Taipei", "currency": "TWD", {rest} "programmes": {{"p": {{"worth": {{"points": 1, "money": 1}}, "earn": [], "expiry": "never"}}}},
        "coupons": {{"c": {coupon}}}}}"#
    );
    let merchant: Merchant = read(&text).unwrap();
    faults(&merchant)
        .into_iter()
        .map(|fault| fault.path)
        .collect()
}

#[test]
fn every_bound_is_told_by_its_pointer() {
    let fine = r#"{"benefit": {"amount": 100}, "validity": {"days": {"days": 30}}}"#;
    assert!(paths(fine, "").is_empty());
    assert!(paths(fine, r#""coupons-per-order": 5,"#).is_empty());
    for most in [0, 6] {
        let rest = format!(r#""coupons-per-order": {most},"#);
        assert_eq!(paths(fine, &rest), ["/coupons-per-order"]);
    }
    for (benefit, path) in [
        (r#"{"amount": 0}"#, "amount"),
        (r#"{"amount": "10.5"}"#, "amount"),
        (r#"{"percent": {"percent": 0}}"#, "percent/percent"),
        (r#"{"percent": {"percent": "100.01"}}"#, "percent/percent"),
        (r#"{"percent": {"percent": "0.125"}}"#, "percent/percent"),
        (
            r#"{"percent": {"percent": 10, "cap": "0.5"}}"#,
            "percent/cap",
        ),
        (r#"{"free-shipping": {"cap": 0}}"#, "free-shipping/cap"),
        (r#"{"gift": {"sku": ""}}"#, "gift/sku"),
        (
            r#"{"gift": {"sku": "a", "quantity": 101}}"#,
            "gift/quantity",
        ),
    ] {
        let coupon = format!(r#"{{"benefit": {benefit}, "validity": {{"days": {{"days": 1}}}}}}"#);
        assert_eq!(paths(&coupon, ""), [format!("/coupons/c/benefit/{path}")]);
    }
    for (validity, path) in [
        (r#"{"days": {"days": 0}}"#, "days/days"),
        (r#"{"days": {"days": 3661}}"#, "days/days"),
        (
            r#"{"dates": {"from": "2026-06-11", "until": "2026-06-10"}}"#,
            "dates/until",
        ),
        (r#"{"dates": {"until": "9999-12-31"}}"#, "dates/until"),
    ] {
        let coupon = format!(r#"{{"benefit": {{"amount": 1}}, "validity": {validity}}}"#);
        assert_eq!(paths(&coupon, ""), [format!("/coupons/c/validity/{path}")]);
    }
    let more = r#"{"benefit": {"gift": {"sku": "a"}}, "validity": {"dates": {"until": "2026-06-10"}},
        "minimum-spend": "0.1", "products": {"exclude": {"skus": [""]}}, "stacking": {"group": {"group": "g"}},
        "limits": {"total": 0, "period": {"every": "week", "uses": 0}}}"#;
    let found = [
        "/coupons/c/minimum-spend",
        "/coupons/c/products/exclude/skus/0",
        "/coupons/c/limits/total",
        "/coupons/c/limits/period/uses",
    ];
    assert_eq!(paths(more, ""), found);
}

#[test]
fn a_document_says_no_more_than_it_did() {
    let text = r#"{"zone":"Asia/Taipei","currency":"TWD","daily-check":"03:00","programmes":{},"coupons":{"gift":{"benefit":{"gift":{"sku":"mug"}},"validity":{"dates":{"from":"2026-06-01","until":"2026-06-10"}},"stacking":"with-others"},"tenth":{"benefit":{"percent":{"percent":"10","cap":"50"}},"minimum-spend":"500","validity":{"days":{"days":30}},"limits":{"member":1,"period":{"every":"week","uses":2}},"stacking":{"group":{"group":"spring"}}}},"coupons-per-order":3}"#;
    assert_eq!(write(&read::<Merchant>(text).unwrap()), text);
    let text = r#"{"zone":"Asia/Taipei","currency":"TWD","daily-check":"03:00","programmes":{}}"#;
    let merchant = read::<Merchant>(text).unwrap();
    assert_eq!(
        (write(&merchant).as_str(), merchant.coupons_per_order),
        (text, 1)
    );
    let bad = text.replace(
        "{}",
        r#"{},"coupons":{"c":{"benefit":{"amount":1},"validity":{"days":{"days":1}},"limit":1}}"#,
    );
    assert!(read::<Merchant>(&bad).is_err());
}

#[test]
fn a_coupon_reads_back_in_every_state() {
    for state in [
        r#""issued""#,
        r#"{"reserved":{"order":"o","by":"m","at":"2026-05-20T00:00:00Z"}}"#,
        r#"{"reserved":{"order":"o","at":"2026-05-20T00:00:00Z"}}"#,
        r#"{"used":{"order":"o","at":"2026-05-20T00:00:00.500Z"}}"#,
        r#"{"void":{"at":"2026-05-20T00:00:00Z","reason":"misprint"}}"#,
    ] {
        let text = format!(
            r#"{{"code":"7H2K-9QXD-0M4T-VB3E","template":"tenth","terms":{{"benefit":{{"free-shipping":{{"cap":"60"}}}},"minimum-spend":"500"}},"serial":7,"issued":"2026-05-01T00:00:00Z","usable-from":"2026-05-01T00:00:00Z","expires-at":"2026-06-10T16:00:00Z","expires-on":"2026-06-10","state":{state}}}"#
        );
        assert_eq!(write(&read::<Coupon>(&text).unwrap()), text);
    }
}
