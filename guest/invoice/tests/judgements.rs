//! Conditions and invoices, held against the cases in `judgements/`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a table that can't be read is a failed test"
)]

mod table;

#[path = "judgements/written.rs"]
mod written;

use serde::Deserialize;
use stampcard_invoice::amount::exact;
use stampcard_invoice::judging::{
    Conditions, Decision, Finding, Folded, Found, Needed, Reward, Sum, Which, judge, lower, raise,
};
use table::{day, rows, words};
use written::{Invoice, Written};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    case: String,
    conditions: Written,
    invoices: Vec<Invoice>,
}

fn decided(decision: Decision) -> String {
    match decision {
        Decision::Qualified { tier, reward } => match reward {
            Reward::CollectOnly => format!("qualified, tier {tier}, collected"),
            Reward::Given(place) => format!("qualified, tier {tier}, reward {place}"),
        },
        Decision::Adds(amount) => format!("adds {amount}"),
        Decision::NotQualified => "not qualified".to_owned(),
        Decision::Waits(doubt) => format!("waits, {}", words(&doubt)),
    }
}

fn told(finding: &Finding) -> String {
    let which = match finding.which {
        Which::Block(place) => format!("block {place}"),
        which => words(&which),
    };
    let needed = match finding.needed {
        Needed::Days { from, to } => format!("days {from} to {to}"),
        Needed::AtLeast(measure, least) => format!("{} at least {least}", words(&measure)),
        needed => words(&needed),
    };
    let found = match finding.found {
        Found::Day(day) => day.to_string(),
        Found::ShopByName(place) => format!("shop by name {place}"),
        Found::ShopByNumber(place) => format!("shop by number {place}"),
        Found::Sum { value, lines } => format!("{value} in {lines} lines"),
        found => words(&found),
    };
    format!("{which}: {needed}, {found}, {}", words(&finding.met))
}

#[test]
fn invoices_are_held_against_conditions() {
    for file in ["whole", "blocks"] {
        for case in rows::<Case>(&format!("judgements/{file}.yaml")) {
            let conditions = Conditions::new(&case.conditions.terms(), None).unwrap();
            for invoice in &case.invoices {
                let evidence = invoice.evidence();
                let verdict = judge(&conditions, &Folded::new(&evidence));
                let name = format!("{}: {invoice:?}", case.case);
                assert_eq!(decided(verdict.decision), invoice.verdict, "{name}");
                if let Some(findings) = &invoice.findings {
                    let found: Vec<String> = verdict.findings.iter().map(told).collect();
                    assert_eq!(&found, findings, "{name}");
                }
            }
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Refused {
    conditions: Written,
    earliest: Option<String>,
    faults: Vec<String>,
}

#[test]
fn faults_name_their_fields() {
    for row in rows::<Refused>("judgements/faults.yaml") {
        let checked = Conditions::new(&row.conditions.terms(), row.earliest.as_deref().map(day));
        let faults = checked.err().unwrap_or_default();
        let told: Vec<String> = faults
            .iter()
            .map(|fault| format!("{} {}: {}", fault.path, fault.found, fault.permitted))
            .collect();
        assert_eq!(told, row.faults);
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Steps {
    case: String,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    add: Option<String>,
    off: Option<String>,
    sum: String,
    rewards: Option<String>,
    flags: Option<String>,
}

#[test]
fn amounts_add_up() {
    let tiers: Written =
        serde_saphyr::from_str("{ whole: { amount: ['500', '1000', '2000'] }, adding-up: true }")
            .unwrap();
    let conditions = Conditions::new(&tiers.terms(), None).unwrap();
    let range = |first: u32, last: u32| (last > 0).then(|| format!("{first} to {last}"));
    for case in rows::<Steps>("judgements/sums.yaml") {
        let mut sum = Sum::default();
        for step in case.steps {
            if let Some(amount) = step.add {
                let raised = raise(&conditions, sum, exact(&amount).unwrap());
                assert_eq!(
                    range(raised.first, raised.last),
                    step.rewards,
                    "{}",
                    case.case
                );
                sum = raised.sum;
            }
            if let Some(amount) = step.off {
                let lowered = lower(&conditions, sum, exact(&amount).unwrap());
                assert_eq!(
                    range(lowered.first, lowered.last),
                    step.flags,
                    "{}",
                    case.case
                );
                sum = lowered.sum;
            }
            assert_eq!(sum.amount.to_string(), step.sum, "{}", case.case);
        }
    }
}
