//! An invoice held against conditions.

use super::check::{Checked, Conditions, Wanted};
use super::find::Word;
use super::folded::{Folded, FoldedLine};
use super::terms::{Goal, Issued, Join, Measure};
use super::verdict::{Decision, Doubt, Finding, Found, Met, Needed, Verdict, Which};
use crate::evidence::Line;
use crate::identifier::TaxId;
use rust_decimal::Decimal;

/// Judges an invoice, and says of each condition what it needed, what was found, and whether that is enough.
///
/// A condition that is missed for certain makes it not qualified. Otherwise a foreign currency, or something that the
/// verifier did not tell and that is needed, makes it wait for a person.
#[must_use]
#[inline(never)]
pub fn judge(conditions: &Conditions, invoice: &Folded<'_>) -> Verdict {
    let amount = invoice.evidence.amount();
    let foreign = invoice.evidence.is_foreign();
    let mut findings = Vec::with_capacity(16);
    findings.push(issued(conditions, invoice));
    findings.push(shop(conditions, invoice));
    findings.push(Finding {
        which: Which::Currency,
        needed: Needed::Twd,
        found: if foreign {
            Found::ForeignCurrency
        } else {
            Found::Twd
        },
        met: if foreign { Met::Unknown } else { Met::Yes },
    });
    findings.push(above_zero(
        Which::Amount,
        amount,
        invoice.evidence.lines.len(),
    ));
    let before: Met = findings
        .iter()
        .fold(Met::Yes, |met, finding| met.and(finding.met));
    let (met, value) = match &conditions.scope {
        Checked::Whole(goal) => {
            let sum = match goal.measure {
                Measure::Amount => Tally {
                    value: amount,
                    lines: invoice.evidence.lines.len(),
                },
                Measure::Quantity => {
                    told_of(invoice, tally(invoice.lines().iter(), Measure::Quantity))
                }
            };
            let finding = goal_met(conditions, Which::Whole, goal, sum, foreign);
            findings.push(finding);
            (finding.met, sum.value)
        }
        Checked::Items(blocks) => items(conditions, blocks, invoice, foreign, &mut findings),
    };
    let decision = match before.and(met) {
        Met::No => Decision::NotQualified,
        Met::Unknown => Decision::Waits(doubt(&findings)),
        Met::Yes => passed(conditions, value),
    };
    Verdict { decision, findings }
}

fn issued(conditions: &Conditions, invoice: &Folded<'_>) -> Finding {
    let date = invoice.evidence.date;
    let found = date.map_or(Found::Nothing, Found::Day);
    let (needed, met) = match conditions.issued {
        Issued::Any => (Needed::Anything, Met::Yes),
        Issued::Between { from, to } => {
            let met = date.map_or(Met::Unknown, |date| Met::of(from <= date && date <= to));
            (Needed::Days { from, to }, met)
        }
    };
    Finding {
        which: Which::Issued,
        needed,
        found,
        met,
    }
}

fn shop(conditions: &Conditions, invoice: &Folded<'_>) -> Finding {
    let number = invoice.evidence.seller;
    let any = conditions.names.is_empty() && conditions.numbers.is_empty();
    // Where the name or the number was not told that words or numbers are for, it may be any.
    let open = |names: &[Word], numbers: &[TaxId]| {
        let by_name = !names.is_empty() && !invoice.names_seller();
        by_name || !numbers.is_empty() && number.is_none()
    };
    let excluded = number.is_some_and(|number| conditions.except_numbers.contains(&number))
        || conditions
            .except_names
            .iter()
            .any(|word| invoice.sold_by(word));
    let by_number = conditions
        .numbers
        .iter()
        .position(|wanted| Some(*wanted) == number);
    let by_name = || {
        conditions
            .names
            .iter()
            .position(|word| invoice.sold_by(word))
    };
    let wanted = by_number
        .map(Found::ShopByNumber)
        .or_else(|| by_name().map(Found::ShopByName));
    let may_be_excluded = open(&conditions.except_names, &conditions.except_numbers);
    let found = match wanted {
        _ if excluded => Found::ExcludedShop,
        None if !any && !open(&conditions.names, &conditions.numbers) => Found::OtherShop,
        None if any && !may_be_excluded => Found::OtherShop,
        Some(found) if !may_be_excluded => found,
        _ => Found::Nothing,
    };
    let restricted =
        !any || !conditions.except_names.is_empty() || !conditions.except_numbers.is_empty();
    Finding {
        which: Which::Shop,
        needed: if restricted {
            Needed::OneOfTheShops
        } else {
            Needed::Anything
        },
        found,
        met: match found {
            Found::ExcludedShop => Met::No,
            Found::OtherShop => Met::of(any),
            Found::Nothing => Met::Unknown,
            _ => Met::Yes,
        },
    }
}

/// Invoices of nothing are not qualified, and lines of nothing don't add to a sum.
fn above_zero(which: Which, amount: Option<Decimal>, lines: usize) -> Finding {
    Finding {
        which,
        needed: Needed::MoreThanZero,
        found: amount.map_or(Found::Nothing, |value| Found::Sum { value, lines }),
        met: amount.map_or(Met::Unknown, |amount| Met::of(amount > Decimal::ZERO)),
    }
}

/// What lines come to; none where a line's figure is missing.
#[derive(Clone, Copy)]
struct Tally {
    value: Option<Decimal>,
    lines: usize,
}

fn tally<'a>(lines: impl Iterator<Item = &'a Line>, measure: Measure) -> Tally {
    let mut value = Some(Decimal::ZERO);
    let mut count = 0;
    for line in lines {
        let figure = match measure {
            Measure::Amount => line.amount,
            Measure::Quantity => line.items(),
        };
        value = match (value, figure) {
            (Some(sum), Some(figure)) => sum.checked_add(figure),
            _ => None,
        };
        count += 1;
    }
    Tally {
        value,
        lines: count,
    }
}

/// The same; a verifier that tells no lines says nothing about what was bought.
fn told_of(invoice: &Folded<'_>, sum: Tally) -> Tally {
    let told = !invoice.evidence.lines.is_empty();
    Tally {
        value: sum.value.filter(|_| told),
        ..sum
    }
}

fn goal_met(
    conditions: &Conditions,
    which: Which,
    goal: &Goal,
    sum: Tally,
    foreign: bool,
) -> Finding {
    if conditions.adding_up {
        return above_zero(which, sum.value.filter(|_| !foreign), sum.lines);
    }
    let least = goal.at_least.first().copied().unwrap_or(Decimal::ZERO);
    // Amounts of another currency say nothing about thresholds in this one.
    let comparable = !foreign || goal.measure == Measure::Quantity;
    let met = match sum.value {
        Some(value) if comparable => Met::of(value >= least),
        _ => Met::Unknown,
    };
    Finding {
        which,
        needed: Needed::AtLeast(goal.measure, least),
        found: sum.value.map_or(Found::Nothing, |value| Found::Sum {
            value,
            lines: sum.lines,
        }),
        met,
    }
}

/// Judges all blocks: those joined by "and" make a group, one of which suffices. Gives the last block's sum, too.
fn items(
    conditions: &Conditions,
    blocks: &[Wanted],
    invoice: &Folded<'_>,
    foreign: bool,
    findings: &mut Vec<Finding>,
) -> (Met, Option<Decimal>) {
    let mut some = Met::No;
    let mut group = Met::Yes;
    let mut last = None;
    for (place, block) in blocks.iter().enumerate() {
        let lines = invoice.lines_past(block.sieve);
        let lines = lines.filter(|line| counts(block, line));
        let lines = lines.map(FoldedLine::line);
        let sum = told_of(invoice, tally(lines, block.goal.measure));
        let finding = goal_met(conditions, Which::Block(place), &block.goal, sum, foreign);
        findings.push(finding);
        if place > 0 && block.join == Join::Or {
            some = some.or(group);
            group = Met::Yes;
        }
        group = group.and(finding.met);
        last = sum.value;
    }
    (some.or(group), last)
}

fn counts(block: &Wanted, line: &FoldedLine<'_>) -> bool {
    // One word that is there decides where any will do, and one that is not where all are needed.
    let mut wanted = block.all;
    for word in &block.words {
        if line.has(word) != block.all {
            wanted = !block.all;
            break;
        }
    }
    if wanted {
        for word in &block.except {
            if line.has(word) {
                return false;
            }
        }
    }
    wanted
}

/// The highest tier that `value` reaches, or what is added to the member's sum.
fn passed(conditions: &Conditions, value: Option<Decimal>) -> Decision {
    let value = value.unwrap_or(Decimal::ZERO);
    if conditions.adding_up {
        return Decision::Adds(value);
    }
    let reached = conditions
        .tiers()
        .iter()
        .take_while(|least| value >= **least)
        .count();
    let tier = u32::try_from(reached).unwrap_or(u32::MAX).max(1);
    Decision::Qualified {
        tier,
        reward: conditions.reward(tier),
    }
}

fn doubt(findings: &[Finding]) -> Doubt {
    let open = |which| {
        findings
            .iter()
            .any(|finding| finding.which == which && finding.met == Met::Unknown)
    };
    if open(Which::Currency) {
        Doubt::ForeignCurrency
    } else if open(Which::Issued) {
        Doubt::NoDate
    } else {
        Doubt::NoFigure
    }
}
