//! Conditions and invoices of a request, in the words of judging.

use super::super::check::Check;
use crate::bindings::exports::stampcard::plugin::invoices as wit;
use stampcard_invoice::amount::{exact, lenient};
use stampcard_invoice::evidence::{Evidence, Line};
use stampcard_invoice::fault::Fault;
use stampcard_invoice::identifier::{Number, Period, TaxId};
use stampcard_invoice::judging::{
    Block, Goal, Issued, Join, Match, Measure, Reward, Scope, Shop, Terms,
};

/// Lines of an invoice, at most.
const LINES_MAX: usize = 1_000;

/// Words, numbers, thresholds and blocks of conditions, at most each.
const LIST_MAX: usize = 1_000;

/// The conditions, not checked for what they mean yet. Each tier gives nothing: rewards are a campaign's.
pub(super) fn terms(check: &mut Check, path: &str, it: &wit::Conditions) -> Terms {
    let issued = it.issued.as_ref().and_then(|days| {
        let from = check.date(&format_args!("{path}/issued/from"), &days.from);
        let to = check.date(&format_args!("{path}/issued/to"), &days.to);
        Some(Issued::Between {
            from: from?,
            to: to?,
        })
    });
    let scope = match &it.scope {
        wit::Scope::Whole(whole) => {
            Scope::Whole(goal(check, &format!("{path}/scope/whole"), whole))
        }
        wit::Scope::Items(blocks) => {
            let path = format!("{path}/scope/items");
            check.count(&path, blocks.len(), 1, LIST_MAX);
            let block = |(nth, it)| block(check, &format!("{path}/{nth}"), it);
            Scope::Items(blocks.iter().enumerate().map(block).collect())
        }
    };
    let tiers = match &scope {
        Scope::Whole(goal) => goal.at_least.len(),
        Scope::Items(blocks) => match blocks.as_slice() {
            [block] => block.goal.at_least.len(),
            _ => 1,
        },
    };
    let shop = it.shop.as_ref().map(|shop| Shop {
        names: shop.names.clone(),
        numbers: shop.numbers.clone(),
        except_names: shop.except_names.clone(),
        except_numbers: shop.except_numbers.clone(),
    });
    Terms {
        issued: issued.unwrap_or(Issued::Any),
        shop: shop.unwrap_or_default(),
        scope,
        rewards: vec![Reward::CollectOnly; tiers],
        adding_up: it.adding_up,
    }
}

fn block(check: &mut Check, path: &str, it: &wit::Block) -> Block {
    Block {
        join: match it.join {
            wit::Join::Both => Join::And,
            wit::Join::Either => Join::Or,
        },
        wanted: match it.wanted {
            wit::Wanted::AnyOf => Match::AnyOf,
            wit::Wanted::AllOf => Match::AllOf,
        },
        words: it.words.clone(),
        except: it.except.clone(),
        goal: goal(check, &format!("{path}/goal"), &it.goal),
    }
}

fn goal(check: &mut Check, path: &str, it: &wit::Goal) -> Goal {
    let path = format!("{path}/at-least");
    check.count(&path, it.at_least.len(), 1, LIST_MAX);
    let mut at_least = Vec::with_capacity(it.at_least.len());
    for (nth, text) in it.at_least.iter().enumerate() {
        let amount = exact(text);
        if amount.is_none() {
            let permitted = "a decimal in quotes such as \"2350\" or \"12.5\"";
            check.fault(
                &format_args!("{path}/{nth}"),
                format!("{text:?}"),
                permitted,
            );
        }
        at_least.extend(amount);
    }
    Goal {
        measure: match it.measure {
            wit::Measure::Amount => Measure::Amount,
            wit::Measure::Quantity => Measure::Quantity,
        },
        at_least,
    }
}

/// Tells faults of what conditions mean, by the fields of the interface.
pub(super) fn tell(check: &mut Check, path: &str, faults: &[Fault]) {
    for fault in faults {
        let mut own = fault.path.clone();
        if let Some(rest) = own.strip_prefix("/scope/blocks") {
            own = ["/scope/items", &rest.replace("/at-least", "/goal/at-least")].concat();
        }
        check.fault(&format_args!("{path}{own}"), &fault.found, fault.permitted);
    }
}

/// An invoice as a verifier told it.
pub(super) fn evidence(check: &mut Check, place: usize, it: &wit::Evidence) -> Option<Evidence> {
    let path = format_args!("/invoices/{place}");
    let number = Number::typed(&it.number).ok();
    if number.is_none() {
        let found = format!("{:?}", it.number);
        check.fault(
            &format_args!("{path}/number"),
            found,
            "two letters and eight digits",
        );
    }
    let date = it.date.as_deref();
    let date = date.and_then(|date| check.date(&format_args!("{path}/date"), date));
    let seller = it.seller.as_deref().map(TaxId::parse);
    if seller == Some(None) {
        let found = format!("{:?}", it.seller);
        check.fault(&format_args!("{path}/seller"), found, "eight digits");
    }
    let total = it.total.as_deref().map(lenient);
    if total == Some(None) {
        let found = format!("{:?}", it.total);
        check.fault(&format_args!("{path}/total"), found, "a decimal in quotes");
    }
    check.count(&format_args!("{path}/lines"), it.lines.len(), 0, LINES_MAX);
    // No condition looks at prices.
    let line = |it: &wit::Line| Line {
        name: it.name.clone(),
        quantity: lenient(&it.quantity),
        price: None,
        amount: lenient(&it.amount),
    };
    Some(Evidence {
        number: number?,
        period: date.and_then(Period::of),
        date,
        time: String::new(),
        status: String::new(),
        seller_name: it.seller_name.clone(),
        seller: seller.flatten(),
        seller_address: String::new(),
        currency: it.currency.clone(),
        total: total.flatten(),
        lines: it.lines.iter().map(line).collect(),
    })
}
