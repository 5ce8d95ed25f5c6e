//! Verdicts on invoices, in the interface's words.

use crate::bindings::exports::stampcard::plugin::invoices as wit;
use crate::domain::amount::Amount;
use rust_decimal::Decimal;
use stampcard_invoice::judging::{
    Decision, Doubt, Finding, Found, Measure, Met, Needed, Verdict, Which,
};

/// A verdict; in brief without its findings.
pub(super) fn shown(it: &Verdict, conditions: &wit::Conditions, brief: bool) -> wit::Verdict {
    let mut verdict = wit::Verdict {
        decision: wit::Decision::NotQualified,
        tier: None,
        adds: None,
        doubt: None,
        findings: Vec::new(),
    };
    match it.decision {
        Decision::Qualified { tier, .. } => {
            verdict.decision = wit::Decision::Qualified;
            verdict.tier = Some(tier);
        }
        Decision::Adds(amount) => {
            verdict.decision = wit::Decision::Adds;
            verdict.adds = Some(text(amount));
        }
        Decision::NotQualified => {}
        Decision::Waits(doubt) => {
            verdict.decision = wit::Decision::Waits;
            verdict.doubt = Some(match doubt {
                Doubt::ForeignCurrency => wit::Doubt::ForeignCurrency,
                Doubt::NoDate => wit::Doubt::NoDate,
                Doubt::NoFigure => wit::Doubt::NoFigure,
            });
        }
    }
    if !brief {
        let shop = conditions.shop.as_ref();
        let lists = shop.map(|shop| [shop.names.as_slice(), &shop.numbers]);
        let finding = |it| finding(it, lists.unwrap_or_default());
        verdict.findings = it.findings.iter().map(finding).collect();
    }
    verdict
}

fn text(amount: Decimal) -> String {
    Amount::from_decimal(amount).text()
}

fn whole(count: usize) -> String {
    text(Decimal::from(count))
}

/// A finding; the names and then the numbers are those that the conditions want.
pub(in crate::api) fn finding(it: &Finding, [names, numbers]: [&[String]; 2]) -> wit::Finding {
    let condition = match it.which {
        Which::Issued => "issued".to_owned(),
        Which::Shop => "shop".to_owned(),
        Which::Currency => "currency".to_owned(),
        Which::Amount => "amount".to_owned(),
        Which::Whole => "whole".to_owned(),
        Which::Block(place) => ["block ", &whole(place.saturating_add(1))].concat(),
    };
    let needed = match it.needed {
        Needed::Anything => "anything".to_owned(),
        Needed::Days { from, to } => format!("{from} to {to}"),
        Needed::OneOfTheShops => "one of the shops, none of the exclusions".to_owned(),
        Needed::Twd => "New Taiwan dollars".to_owned(),
        Needed::MoreThanZero => "more than 0".to_owned(),
        Needed::AtLeast(Measure::Amount, least) => ["at least ", &text(least), " dollars"].concat(),
        Needed::AtLeast(Measure::Quantity, least) => ["at least ", &text(least), " items"].concat(),
    };
    let named = |list: &[String], place: usize| list.get(place).cloned().unwrap_or_default();
    let found = match it.found {
        Found::Nothing => "nothing".to_owned(),
        Found::Day(day) => day.to_string(),
        Found::ShopByName(place) => named(names, place),
        Found::ShopByNumber(place) => named(numbers, place),
        Found::OtherShop => "another shop".to_owned(),
        Found::ExcludedShop => "an excluded shop".to_owned(),
        Found::Twd => "New Taiwan dollars".to_owned(),
        Found::ForeignCurrency => "another currency".to_owned(),
        Found::Sum { value, lines } => [&text(value), " in ", &whole(lines), " lines"].concat(),
    };
    wit::Finding {
        condition,
        needed,
        found,
        met: match it.met {
            Met::Yes => Some(true),
            Met::No => Some(false),
            Met::Unknown => None,
        },
    }
}
