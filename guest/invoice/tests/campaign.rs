//! The calendar of campaigns and their draws, held against tables.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a table that can't be read is a failed test"
)]

mod table;

use proptest::prelude::*;
use serde::Deserialize;
use stampcard_invoice::calendar::{Counting, earliest_issue_date};
use stampcard_invoice::draw::{Commitment, Seed, draw};
use stampcard_invoice::identifier::Period;
use table::{day, rows};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CalendarRow {
    today: String,
    inclusive: String,
    exclusive: String,
}

#[test]
fn issue_dates_reach_back_as_far_as_the_platform_does() {
    for row in rows::<CalendarRow>("calendar.yaml") {
        let today = day(&row.today);
        let inclusive = earliest_issue_date(today, Counting::Inclusive);
        assert_eq!(inclusive, day(&row.inclusive), "{}", row.today);
        assert_eq!(Period::of(inclusive).unwrap().first_day(), inclusive);
        let exclusive = earliest_issue_date(today, Counting::Exclusive);
        assert_eq!(exclusive, day(&row.exclusive), "{}", row.today);
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DrawRow {
    seed: String,
    commitment: String,
    participants: Vec<String>,
    winners: usize,
    reserves: usize,
    won: Vec<String>,
    follow: Vec<String>,
}

#[test]
fn draws_come_out_as_another_program_has_them() {
    for row in rows::<DrawRow>("draws.yaml") {
        let seed = Seed::parse(&row.seed).unwrap();
        assert_eq!(seed.commitment().text(), row.commitment);
        assert!(Commitment::parse(&row.commitment).unwrap().is_of(&seed));
        let list: Vec<&str> = row.participants.iter().map(String::as_str).collect();
        let drawn = draw(&seed, &list, row.winners, row.reserves);
        let named = |places: &[usize]| places.iter().map(|place| list[*place]).collect::<Vec<_>>();
        assert_eq!(named(&drawn.winners), row.won);
        assert_eq!(named(&drawn.reserves), row.follow);
    }
}

#[test]
fn seeds_have_64_digits_and_are_not_shown() {
    for text in [
        "",
        "00",
        &"0".repeat(63),
        &"0".repeat(65),
        &"g".repeat(64),
        &"é".repeat(32),
    ] {
        assert_eq!(Seed::parse(text), None, "{text}");
    }
    let seed = Seed::parse(&"AB".repeat(32)).unwrap();
    assert_eq!(Seed::new([0xab; 32]), seed);
    assert!(!format!("{seed:?}").contains("ab") && !format!("{seed:?}").contains("171"));
    assert!(!seed.commitment().is_of(&Seed::new([0; 32])));
}

proptest! {
    #[test]
    fn a_lists_order_and_repeats_have_no_say(
        seed in any::<[u8; 32]>(),
        ids in proptest::collection::vec("[a-d]{0,3}", 0..12),
        turn in 0..12_usize,
    ) {
        let seed = Seed::new(seed);
        let list: Vec<&str> = ids.iter().map(String::as_str).collect();
        let mut other = list.clone();
        other.extend(list.first().copied());
        let end = other.len();
        other.rotate_left(turn.min(end));
        let named = |list: &[&str], places: &[usize]| {
            places.iter().map(|place| list[*place].to_owned()).collect::<Vec<_>>()
        };
        let (one, two) = (draw(&seed, &list, 3, 2), draw(&seed, &other, 3, 2));
        prop_assert_eq!(named(&list, &one.winners), named(&other, &two.winners));
        prop_assert_eq!(named(&list, &one.reserves), named(&other, &two.reserves));
        let mut all = named(&list, &one.winners);
        all.extend(named(&list, &one.reserves));
        let drawn = all.len();
        all.sort();
        all.dedup();
        prop_assert_eq!(all.len(), drawn);
    }
}
