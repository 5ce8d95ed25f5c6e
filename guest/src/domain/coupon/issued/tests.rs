//! A coupon's dates, and its steps at their exact instants.

use super::super::samples::{amount, at, coupon, id};
use super::*;

fn dates(from: Option<&str>, until: &str) -> Validity {
    let date = |text: &str| text.parse::<NaiveDate>().unwrap();
    Validity::Dates {
        from: from.map(date),
        until: date(until),
    }
}

fn shown(validity: &Validity, issued: &str, zone: &str) -> Option<[String; 3]> {
    let zone = Zone::parse(zone).unwrap();
    let life = lifetime(validity, at(issued), zone)?;
    let (from, until) = (life.usable_from.to_string(), life.expires_at.to_string());
    Some([from, until, life.expires_on.to_string()])
}

#[test]
fn usable_to_the_end_of_the_local_day() {
    let check = |validity: &Validity, issued: &str, zone: &str, expected: [&str; 3]| {
        assert_eq!(shown(validity, issued, zone).unwrap(), expected);
    };
    // Worked example 1: gone at 11 June 00:00 in Taipei.
    let june = dates(None, "2026-06-10");
    let issued = "2026-06-01T04:00:00Z";
    check(
        &june,
        issued,
        "Asia/Taipei",
        [issued, "2026-06-10T16:00:00Z", "2026-06-10"],
    );
    let june = dates(Some("2026-06-05"), "2026-06-10");
    let begin = "2026-06-04T16:00:00Z";
    check(
        &june,
        issued,
        "Asia/Taipei",
        [begin, "2026-06-10T16:00:00Z", "2026-06-10"],
    );
    // Worked example 5: 26 April begins at 01:00 in Cairo, summer time.
    let april = dates(None, "2024-04-25");
    let issued = "2024-04-01T00:00:00Z";
    check(
        &april,
        issued,
        "Africa/Cairo",
        [issued, "2024-04-25T22:00:00Z", "2024-04-25"],
    );
    // Issued on the local leap day, still the 28th in UTC.
    let issued = "2028-02-28T16:00:00Z";
    let days = |days| Validity::Days { days };
    check(
        &days(1),
        issued,
        "Asia/Taipei",
        [issued, "2028-03-01T16:00:00Z", "2028-03-01"],
    );
    check(
        &days(366),
        issued,
        "Asia/Taipei",
        [issued, "2029-03-01T16:00:00Z", "2029-03-01"],
    );
    check(
        &dates(None, "2028-02-29"),
        issued,
        "Asia/Taipei",
        [issued, "2028-02-29T16:00:00Z", "2028-02-29"],
    );
    // Issued when it is over, and just before.
    let over = dates(None, "2026-06-10");
    assert_eq!(shown(&over, "2026-06-10T16:00:00Z", "Asia/Taipei"), None);
    assert!(shown(&over, "2026-06-10T15:59:59.999999999Z", "Asia/Taipei").is_some());
}

/// Expires at 2026-06-02T00:00:00Z.
fn fresh() -> Coupon {
    let mut one = coupon(Benefit::Amount(amount("100")), &[], 1, 0);
    one.usable_from = at("2026-05-10T00:00:00Z");
    one
}

const BEFORE: &str = "2026-06-01T23:59:59.999999999Z";
const END: &str = "2026-06-02T00:00:00Z";

#[test]
fn its_time_is_half_open() {
    let refusal = |now| fresh().refusal(None, None, at(now));
    let from = at("2026-05-10T00:00:00Z");
    assert_eq!(
        refusal("2026-05-09T23:59:59.999999999Z"),
        Some(Refusal::NotYet(from))
    );
    assert_eq!(refusal("2026-05-10T00:00:00Z"), None);
    assert_eq!(refusal(BEFORE), None);
    assert_eq!(refusal(END), Some(Refusal::Expired(at(END))));
    assert!(!fresh().is_expired(at(BEFORE)) && fresh().is_expired(at(END)));
}

#[test]
fn what_was_reserved_in_time_is_used_after_it() {
    let (order, other) = (id("o1"), id("o2"));
    let mut one = fresh();
    let change = one.reserve(&order, None, at(BEFORE)).unwrap();
    assert_eq!(change.counts.unwrap().at, at(BEFORE));
    let again = one.reserve(&order, None, at(END));
    assert_eq!(again, Ok(Change::default()));
    let taken = Refusal::Reserved(order.clone());
    assert_eq!(one.clone().use_(&other, None, at(END)), Err(taken.clone()));
    assert_eq!(one.clone().void("gone", at(END)), Err(taken));
    // Given back it has expired.
    let mut late = one.clone();
    assert_eq!(late.release(&order).unwrap().back.unwrap().at, at(BEFORE));
    let end = at("2026-06-03T00:00:00Z");
    assert!(late.is_expired(end) && !one.is_expired(end));
    assert_eq!(late.use_(&order, None, end), Err(Refusal::Expired(at(END))));
    let change = one.use_(&order, None, at("2026-06-02T23:59:59Z")).unwrap();
    assert_eq!((change.changed, change.counts), (true, None));
    assert_eq!(one.use_(&order, None, end), Ok(Change::default()));
    let used = Refusal::Used(order.clone(), at("2026-06-02T23:59:59Z"));
    assert_eq!(one.use_(&other, None, end), Err(used.clone()));
    assert_eq!(one.release(&order), Err(used.clone()));
    assert_eq!(one.void("gone", end), Err(used));
}

#[test]
fn a_released_reservation_makes_room_for_another_order() {
    let (first, second) = (id("o1"), id("o2"));
    let (begin, end) = (at("2026-05-20T00:00:00Z"), at("2026-05-21T00:00:00Z"));
    let mut one = fresh();
    one.reserve(&first, None, begin).unwrap();
    assert_eq!(one.release(&first).unwrap().back.unwrap().at, begin);
    let change = one.reserve(&second, None, end).unwrap();
    assert_eq!(change.counts.unwrap().at, end);
    assert_eq!(one.release(&first), Err(Refusal::Reserved(second.clone())));
    let change = one.release(&second).unwrap();
    assert_eq!(change.back.unwrap().at, end);
    assert_eq!(one.release(&second), Ok(Change::default()));
    assert_eq!(one.state, State::Issued);
}

#[test]
fn asked_for_by_another_it_counts_as_that_ones_use() {
    let (order, ann, bea) = (id("o1"), id("ann"), id("bea"));
    let (begin, now) = (at("2026-05-20T00:00:00Z"), at("2026-05-21T00:00:00Z"));
    let mut one = fresh();
    one.reserve(&order, None, begin).unwrap();
    let guests = Use {
        by: None,
        at: begin,
    };
    assert_eq!(one.reserved_for(&order), Some(guests.clone()));
    assert_eq!(one.reserved_for(&id("o2")), None);
    let change = one.reserve(&order, Some(&ann), now).unwrap();
    let anns = Use {
        by: Some(ann.clone()),
        at: now,
    };
    assert_eq!(
        (change.back, change.counts),
        (Some(guests), Some(anns.clone()))
    );
    let again = one.reserve(&order, Some(&ann), at(END));
    assert_eq!(again, Ok(Change::default()));
    // It was set aside in time, whoever asks.
    let change = one.reserve(&order, Some(&bea), at(END)).unwrap();
    assert_eq!(change.back, Some(anns));
    assert_eq!(one.release(&order).unwrap().back.unwrap().by, Some(bea));
}

#[test]
fn whose_it_is() {
    let (order, ann, bea) = (id("o1"), id("ann"), id("bea"));
    let now = at("2026-05-20T00:00:00Z");
    let mut one = fresh();
    assert!(one.claim(&ann, at("2026-05-01T00:00:00Z")).unwrap().changed);
    assert!(!one.claim(&ann, now).unwrap().changed);
    let foreign = Err(Refusal::OfAnotherMember);
    assert_eq!(one.claim(&bea, now), foreign);
    assert_eq!(one.reserve(&order, Some(&bea), now), foreign);
    assert_eq!(one.use_(&order, None, now), foreign);
    let change = one.use_(&order, Some(&ann), now).unwrap();
    assert_eq!(change.counts.unwrap().by, Some(ann));
}

#[test]
fn void_is_for_good() {
    let (order, now) = (id("o1"), at("2026-05-20T00:00:00Z"));
    let mut one = fresh();
    assert!(one.void("misprint", now).unwrap().changed);
    let later = at("2026-07-01T00:00:00Z");
    assert_eq!(one.void("other", later), Ok(Change::default()));
    assert_eq!(one.use_(&order, None, now), Err(Refusal::Void(now)));
    assert_eq!(one.release(&order), Err(Refusal::Void(now)));
    assert!(!one.is_expired(later));
    assert_eq!(
        fresh().void("late", at(END)),
        Err(Refusal::Expired(at(END)))
    );
}
