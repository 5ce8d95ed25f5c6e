use super::*;
use crate::call::{Answer, Call, CallError, Signature};
use serde_json::{Value, json};

/// Answers the pages that it holds, one after another, by function.
struct Pages(BTreeMap<&'static str, Vec<Value>>);

impl Subject for Pages {
    fn signature(&self, _: &str) -> Option<Signature> {
        None
    }

    fn call(&mut self, call: &Call) -> Result<Answer, CallError> {
        let pages = self.0.get_mut(call.function.as_str()).unwrap();
        Ok(Answer {
            result: Ok(pages.remove(0)),
            cost: None,
        })
    }
}

fn entry(member: &str, sequence: u64, kind: &str, points: &str, balance: &str, at: &str) -> Value {
    json!({
        "member": member, "sequence": sequence, "kind": kind,
        "points": points, "balance": balance, "at": at,
    })
}

fn totals(entries: Vec<Value>, balances: &[(&str, &str)]) -> Result<Totals, Error> {
    let (first, rest) = entries.split_at(entries.len() / 2);
    let ledger = vec![
        json!({ "entries": first, "next": "a" }),
        json!({ "entries": rest, "next": null }),
    ];
    let accounts = balances
        .iter()
        .map(|(member, balance)| json!({ "member": member, "balance": { "balance": balance } }));
    let accounts = json!({ "accounts": accounts.collect::<Vec<_>>(), "next": null });
    let mut pages = Pages(BTreeMap::from([
        (LEDGER, ledger),
        (ACCOUNTS, vec![accounts]),
    ]));
    let end = "1997-04-30T12:00:00Z".parse().unwrap();
    Totals::read(&mut pages, "points", Tz::America__New_York, end)
}

#[test]
fn months_are_local_and_without_gaps() {
    let totals = totals(
        vec![
            entry("a", 1, "earn", "10.50", "10.50", "1997-01-05T17:00:00Z"),
            // Still January in New York.
            entry("a", 2, "redeem", "-4", "6.5", "1997-02-01T04:59:59Z"),
            entry("b", 1, "earn", "7", "7", "1997-03-02T17:00:00Z"),
            entry("b", 2, "expire", "-7", "0", "1997-03-03T17:00:00Z"),
            entry("b", 3, "reverse", "-2", "-2", "1997-03-03T17:00:00Z"),
        ],
        &[("a", "6.50"), ("b", "-2")],
    )
    .unwrap();
    let found: Vec<_> = totals
        .months
        .iter()
        .map(|one| {
            let Sums {
                issued,
                redeemed,
                lapsed,
                other,
            } = one.sums;
            let figures = [issued, redeemed, lapsed, other, one.outstanding];
            (
                one.month.as_str(),
                figures
                    .map(|figure| figure.normalize().to_string())
                    .join(" "),
            )
        })
        .collect();
    let expected = [
        ("1997-01", "10.5 4 0 0 6.5"),
        ("1997-02", "0 0 0 0 6.5"),
        ("1997-03", "7 0 7 -2 4.5"),
        ("1997-04", "0 0 0 0 4.5"),
    ];
    assert_eq!(
        found,
        expected.map(|(month, figures)| (month, figures.to_owned()))
    );
    assert_eq!((totals.accounts, totals.entries), (2, 5));
    let json = serde_json::to_value(&totals).unwrap();
    assert_eq!(
        (&json["issued"], &json["months"][0]["outstanding"]),
        (&json!("17.5"), &json!("6.5"))
    );
}

#[test]
fn a_ledger_that_contradicts_itself_is_an_error() {
    let first = || entry("a", 1, "earn", "10", "10", "1997-01-05T17:00:00Z");
    let second =
        |sequence, balance| entry("a", sequence, "earn", "1", balance, "1997-01-06T17:00:00Z");
    let cases = [
        (
            vec![first()],
            vec![("a", "9")],
            "a's entries come to 10, the balance is 9",
        ),
        (vec![first()], vec![], "a has entries and no account"),
        (
            vec![],
            vec![("b", "1")],
            "b's entries come to 0, the balance is 1",
        ),
        (
            vec![first()],
            vec![("a", "10"), ("a", "10")],
            "the balance is 10",
        ),
        (
            vec![first(), second(3, "11")],
            vec![("a", "11")],
            "a's entry 3",
        ),
        (
            vec![first(), second(2, "12")],
            vec![("a", "12")],
            "a's entry 2",
        ),
    ];
    for (entries, balances, expected) in cases {
        let found = totals(entries, &balances).unwrap_err().to_string();
        assert!(found.contains(expected), "{found}");
    }
}
