//! The interface `points`.

use super::check::Check;
use super::{entries, execution, money, orders, standings};
use crate::bindings::exports::stampcard::plugin::points as wit;
use crate::bindings::stampcard::plugin::types::Error;
use crate::domain::amount::Amount;
use crate::domain::award::Act;
use crate::domain::config::Act as KeepAlive;
use crate::domain::ids::Id;
use crate::domain::refund::{Measure, Scope as What};
use crate::flows::command::{Execution, ask, run};
use crate::flows::earn::Deed;
use crate::flows::give::{Gift, Recipients};
use crate::flows::spend::{Moved, Wish};
use crate::flows::{
    balance, earn, give, history as histories, quote as quotes, refund as refunds, spend,
};
use crate::ports::Ports;
use crate::records::keys;
use crate::records::state::{Bulk, Once};
use crate::reject::Reject;
use std::collections::BTreeSet;

type Answer<T> = Result<T, Error>;

/// Members of one gift, at most: each writes a handful of records of one commit.
const GIFTS_MAX: usize = 200;

/// `points.report-order`.
///
/// # Errors
/// Those that the interface names.
pub fn report_order(
    ports: &dyn Ports,
    how: &wit::Execution,
    request: &wit::Order,
) -> Answer<wit::Earned> {
    let order = orders::order(request)?;
    let reads = [
        keys::order(&order.id),
        keys::account(&order.member),
        keys::member(&order.member),
    ];
    let currency = request.currency.as_deref();
    let payload = (&order, currency);
    Ok(run(
        ports,
        "points.report-order",
        &execution(how)?,
        &payload,
        &reads,
        |scope| {
            let rest = [
                ("/gift-card", order.gift_card),
                ("/points-paid", order.points_paid.unwrap_or_default()),
            ];
            orders::in_currency(&order.cart, &rest, currency, &scope.merchant)?;
            let earned = earn::report_order(scope, &order)?;
            Ok(standings::earned(&earned, &scope.merchant))
        },
    )?)
}

/// `points.report-registration`.
///
/// # Errors
/// Those that the interface names.
pub fn report_registration(
    ports: &dyn Ports,
    how: &wit::Execution,
    request: &wit::Registration,
) -> Answer<wit::Earned> {
    let member = member(&request.member)?;
    let reads = [keys::account(&member), keys::member(&member)];
    Ok(run(
        ports,
        "points.report-registration",
        &execution(how)?,
        &member,
        &reads,
        |scope| {
            let date = scope.merchant.zone.date(scope.now);
            let deed = Deed {
                act: Act::SignUp,
                channel: None,
                note: Some("sign-up"),
                dated: None,
                once: Some(Once { date }),
                keeps_alive: Some(KeepAlive::SignUp),
            };
            let earned = earn::deed(scope, &member, deed)?;
            Ok(standings::earned(&earned, &scope.merchant))
        },
    )?)
}

/// `points.report-event`.
///
/// # Errors
/// Those that the interface names.
pub fn report_event(
    ports: &dyn Ports,
    how: &wit::Execution,
    request: &wit::Event,
) -> Answer<wit::Earned> {
    let mut check = Check::default();
    let member = check.id("/member", &request.member);
    let event = check.text("/event", &request.event, 128);
    let reference = check.maybe_text("/reference", request.reference.as_deref(), 200);
    let channel = check.maybe_text("/channel", request.channel.as_deref(), 128);
    let member = whole(check, member)?;
    let reads = [keys::account(&member), keys::member(&member)];
    let payload = (&member, &event, &reference, &channel);
    let note = reference.as_ref().map_or_else(
        || event.clone(),
        |reference| format!("{event}: {reference}"),
    );
    Ok(run(
        ports,
        "points.report-event",
        &execution(how)?,
        &payload,
        &reads,
        |scope| {
            let deed = Deed {
                act: Act::Event(&event),
                channel: channel.as_deref(),
                note: Some(&note),
                dated: None,
                once: None,
                keeps_alive: Some(KeepAlive::Event),
            };
            let earned = earn::deed(scope, &member, deed)?;
            Ok(standings::earned(&earned, &scope.merchant))
        },
    )?)
}

/// `points.grant`.
///
/// # Errors
/// Those that the interface names.
pub fn grant(ports: &dyn Ports, how: &wit::Execution, request: &wit::Gift) -> Answer<wit::Given> {
    let gift = gift(request)?;
    let how = execution(how)?;
    let name = match &how {
        Execution::Commit(key) => key.to_string(),
        Execution::DryRun => "dry-run".to_owned(),
    };
    let done = run(ports, "points.grant", &how, &gift, &[], |scope| {
        let given = give::give(scope, &gift, &name)?;
        let granted: Amount = given.members.iter().map(|(_, points)| *points).sum();
        let shares = given.members.iter().map(|(member, points)| wit::Share {
            member: member.to_string(),
            points: points.to_string(),
        });
        Ok(wit::Given {
            granted: granted.to_string(),
            members: shares.collect(),
            bulk: given.bulk.map(|id| id.to_string()),
        })
    })?;
    Ok(done)
}

fn gift(request: &wit::Gift) -> Result<Gift, Reject> {
    let mut check = Check::default();
    let to = match &request.to {
        wit::Recipients::Member(id) => {
            Recipients::Members(check.id("/to/member", id).into_iter().collect())
        }
        wit::Recipients::Members(ids) => {
            check.count("/to/members", ids.len(), 1, GIFTS_MAX);
            let mut seen = BTreeSet::new();
            let mut members = Vec::new();
            for (place, id) in ids.iter().take(GIFTS_MAX).enumerate() {
                let path = format!("/to/members/{place}");
                if !seen.insert(id) {
                    check.fault(&path, id, "each member once");
                }
                members.extend(check.id(&path, id));
            }
            Recipients::Members(members)
        }
        wit::Recipients::Tier(tier) => Recipients::Tier(check.text("/to/tier", tier, 128)),
        wit::Recipients::Everyone => Recipients::Everyone,
    };
    let gift = Gift {
        programme: request.programme.clone(),
        to,
        points: check.positive("/points", &request.points),
        rule: request.rule.clone(),
        reason: check.text("/reason", &request.reason, 200),
        actor: check.text("/actor", &request.actor, 128),
    };
    check.done()?;
    Ok(gift)
}

/// `points.bulk-grant`.
///
/// # Errors
/// Those that the interface names.
pub fn bulk_grant(ports: &dyn Ports, request: &wit::BulkId) -> Answer<wit::BulkProgress> {
    let mut check = Check::default();
    let id = check.id("/bulk", &request.bulk);
    let id = whole(check, id)?;
    let bulk = ask(ports, &[keys::bulk(&id)], |scope| {
        Ok(scope.work.get::<Bulk>(&keys::bulk(&id))?)
    })?;
    let bulk = bulk.ok_or_else(|| Reject::invalid("/bulk", &id, "the name that grant gave"))?;
    Ok(wit::BulkProgress {
        bulk: id.to_string(),
        finished: bulk.finished,
        members: bulk.members,
        granted: bulk.granted.to_string(),
    })
}

/// `points.quote`.
///
/// # Errors
/// Those that the interface names.
pub fn quote(ports: &dyn Ports, request: &wit::QuoteRequest) -> Answer<wit::Quoted> {
    let mut check = Check::default();
    let member = check.id("/member", &request.member);
    let order = check.maybe_id("/order", request.order.as_deref());
    let cart = orders::cart(
        &mut check,
        "",
        &request.lines,
        request.discount.as_deref(),
        request.shipping.as_deref(),
    );
    let wished = request
        .points
        .as_deref()
        .map(|points| check.amount("/points", points));
    let member = whole(check, member)?;
    let reads = [keys::account(&member), keys::member(&member)];
    let programme = request.programme.as_deref();
    Ok(ask(ports, &reads, |scope| {
        orders::in_currency(&cart, &[], None, &scope.merchant)?;
        let (quote, available) =
            quotes::quote(scope, &member, programme, order.as_ref(), &cart, wished)?;
        let limits = quote.looks.iter().map(|(limit, allows)| wit::QuoteLimit {
            limit: (*limit).to_owned(),
            allows: allows.to_string(),
        });
        Ok(wit::Quoted {
            points: quote.points.to_string(),
            worth: money(quote.worth, &scope.merchant),
            available: available.to_string(),
            payable: money(quote.payable, &scope.merchant),
            limits: limits.collect(),
            bound_by: quote.bound_by.map(str::to_owned),
        })
    })?)
}

fn cart(check: &mut Check, cart: Option<&wit::Cart>) -> Option<crate::domain::order::Cart> {
    cart.map(|cart| {
        orders::cart(
            check,
            "/cart",
            &cart.lines,
            cart.discount.as_deref(),
            cart.shipping.as_deref(),
        )
    })
}

/// `points.hold`.
///
/// # Errors
/// Those that the interface names.
pub fn hold(
    ports: &dyn Ports,
    how: &wit::Execution,
    request: &wit::HoldRequest,
) -> Answer<wit::Held> {
    let mut check = Check::default();
    let member = check.id("/member", &request.member);
    let order = check.id("/order", &request.order);
    let points = check.positive("/points", &request.points);
    let seconds = request
        .seconds
        .map(|seconds| check.number("/seconds", Some(seconds), 1, 2_592_000));
    let cart = cart(&mut check, request.cart.as_ref());
    let (member, order) = whole(check, member.zip(order))?;
    let wish = Wish {
        member,
        programme: request.programme.clone(),
        order,
        points,
        seconds,
        cart,
    };
    Ok(run(
        ports,
        "points.hold",
        &execution(how)?,
        &wish,
        &reads(&wish),
        |scope| {
            let held = spend::hold(scope, &wish)?;
            let until = held.until.unwrap_or(scope.now);
            Ok(standings::held(
                wish.order.as_str(),
                &held,
                until,
                &scope.merchant,
            ))
        },
    )?)
}

/// `points.redeem`.
///
/// # Errors
/// Those that the interface names.
pub fn redeem(
    ports: &dyn Ports,
    how: &wit::Execution,
    request: &wit::RedeemRequest,
) -> Answer<wit::Spent> {
    let mut check = Check::default();
    let member = check.id("/member", &request.member);
    let order = check.id("/order", &request.order);
    let points = check.positive("/points", &request.points);
    let cart = cart(&mut check, request.cart.as_ref());
    let (member, order) = whole(check, member.zip(order))?;
    let wish = Wish {
        member,
        programme: request.programme.clone(),
        order,
        points,
        seconds: None,
        cart,
    };
    Ok(run(
        ports,
        "points.redeem",
        &execution(how)?,
        &wish,
        &reads(&wish),
        |scope| {
            let spent = spend::redeem(scope, &wish)?;
            Ok(standings::spent(
                wish.order.as_str(),
                &spent,
                &scope.merchant,
            ))
        },
    )?)
}

fn reads(wish: &Wish) -> [String; 3] {
    [
        keys::order(&wish.order),
        keys::account(&wish.member),
        keys::member(&wish.member),
    ]
}

/// `points.capture`.
///
/// # Errors
/// Those that the interface names.
pub fn capture(
    ports: &dyn Ports,
    how: &wit::Execution,
    request: &wit::CaptureRequest,
) -> Answer<wit::Spent> {
    let mut check = Check::default();
    let order = check.id("/order", &request.order);
    let points = request
        .points
        .as_deref()
        .map(|points| check.positive("/points", points));
    let order = whole(check, order)?;
    let programme = request.programme.as_deref();
    let payload = (&order, programme, points);
    Ok(run(
        ports,
        "points.capture",
        &execution(how)?,
        &payload,
        &[keys::order(&order)],
        |scope| {
            let spent: Moved = spend::capture(scope, &order, programme, points)?;
            Ok(standings::spent(order.as_str(), &spent, &scope.merchant))
        },
    )?)
}

/// `points.release`.
///
/// # Errors
/// Those that the interface names.
pub fn release(
    ports: &dyn Ports,
    how: &wit::Execution,
    request: &wit::ReleaseRequest,
) -> Answer<wit::Released> {
    let mut check = Check::default();
    let order = check.id("/order", &request.order);
    let order = whole(check, order)?;
    let programme = request.programme.as_deref();
    let payload = (&order, programme);
    Ok(run(
        ports,
        "points.release",
        &execution(how)?,
        &payload,
        &[keys::order(&order)],
        |scope| {
            let released = spend::release(scope, &order, programme)?;
            Ok(standings::released(
                order.as_str(),
                &released,
                &scope.merchant,
            ))
        },
    )?)
}

/// `points.refund`.
///
/// # Errors
/// Those that the interface names.
pub fn refund(
    ports: &dyn Ports,
    how: &wit::Execution,
    request: &wit::RefundRequest,
) -> Answer<wit::Refunded> {
    let mut check = Check::default();
    let order = check.id("/order", &request.order);
    let what = match &request.what {
        wit::RefundScope::All => What::All,
        wit::RefundScope::Amount(amount) => What::Amount(check.positive("/what/amount", amount)),
        wit::RefundScope::Lines(lines) => What::Lines(refund_lines(&mut check, lines)),
    };
    let shipping = check.maybe_amount("/shipping", request.shipping.as_deref());
    let order = whole(check, order)?;
    let payload = (&order, format!("{what:?}"), shipping);
    Ok(run(
        ports,
        "points.refund",
        &execution(how)?,
        &payload,
        &[keys::order(&order)],
        |scope| {
            refund_money(&what, shipping, scope.money_unit())?;
            let done = refunds::refund(scope, &order, &what, shipping)?;
            Ok(standings::refunded(order.as_str(), &done, &scope.merchant))
        },
    )?)
}

fn refund_lines(check: &mut Check, lines: &[wit::RefundLine]) -> Vec<(Id, Measure)> {
    check.count("/what/lines", lines.len(), 1, 500);
    let mut read = Vec::new();
    for (place, line) in lines.iter().take(500).enumerate() {
        let path = format!("/what/lines/{place}");
        let measure = match &line.what {
            wit::RefundMeasure::Quantity(units) => {
                Measure::Quantity(check.positive(&format!("{path}/what/quantity"), units))
            }
            wit::RefundMeasure::Amount(amount) => {
                Measure::Amount(check.positive(&format!("{path}/what/amount"), amount))
            }
        };
        read.extend(
            check
                .id(&format!("{path}/line"), &line.line)
                .map(|id| (id, measure)),
        );
    }
    read
}

/// Refuses refunded amounts with more decimals than the currency has.
fn refund_money(what: &What, shipping: Amount, unit: Amount) -> Result<(), Reject> {
    let mut check = Check::default();
    let mut whole = |path: &str, amount: Amount| {
        if amount.floor_to(unit) != amount {
            check.fault(path, amount, &format!("a multiple of {unit}"));
        }
    };
    whole("/shipping", shipping);
    match what {
        What::All => {}
        What::Amount(amount) => whole("/what/amount", *amount),
        What::Lines(lines) => {
            for (place, (_, measure)) in lines.iter().enumerate() {
                if let Measure::Amount(amount) = measure {
                    whole(&format!("/what/lines/{place}/what/amount"), *amount);
                }
            }
        }
    }
    check.done()
}

/// `points.balance`.
///
/// # Errors
/// Those that the interface names.
pub fn balance(ports: &dyn Ports, request: &wit::Account) -> Answer<wit::AccountBalance> {
    let member = member(&request.member)?;
    Ok(ask(ports, &[keys::account(&member)], |scope| {
        let standing = balance::balance(scope, &member, request.programme.as_deref())?;
        Ok(standings::balance(&standing, &scope.merchant))
    })?)
}

/// `points.lots`.
///
/// # Errors
/// Those that the interface names.
pub fn lots(ports: &dyn Ports, request: &wit::LotsRequest) -> Answer<wit::LotsPage> {
    let mut check = Check::default();
    let member = check.id("/member", &request.member);
    let limit = check.number("/limit", request.limit, 50, 200);
    let member = whole(check, member)?;
    let count = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    Ok(ask(ports, &[keys::account(&member)], |scope| {
        let skip = count(request.skip.unwrap_or(0));
        let (lots, more) = balance::lots(
            scope,
            &member,
            request.programme.as_deref(),
            skip,
            count(limit),
        )?;
        Ok(wit::LotsPage {
            lots: lots.iter().map(entries::lot).collect(),
            more,
        })
    })?)
}

/// `points.history`.
///
/// # Errors
/// Those that the interface names.
pub fn history(ports: &dyn Ports, request: &wit::HistoryRequest) -> Answer<wit::HistoryPage> {
    let mut check = Check::default();
    let member = check.id("/member", &request.member);
    let limit = check.number("/limit", request.limit, 50, 200);
    let member = whole(check, member)?;
    Ok(ask(ports, &[keys::account(&member)], |scope| {
        let programme = request.programme.as_deref();
        let (name, found, next) =
            histories::history(scope, &member, programme, request.before, limit)?;
        Ok(wit::HistoryPage {
            entries: found
                .iter()
                .map(|entry| entries::entry(&member, &name, entry))
                .collect(),
            next,
        })
    })?)
}

/// `points.order-standing`.
///
/// # Errors
/// Those that the interface names.
pub fn order_standing(ports: &dyn Ports, request: &wit::OrderId) -> Answer<wit::Standing> {
    let mut check = Check::default();
    let order = check.id("/order", &request.order);
    let id = whole(check, order)?;
    Ok(ask(ports, &[keys::order(&id)], |scope| {
        let (file, accounts) = histories::order(scope, &id)?;
        let merchant = &scope.merchant;
        let unit = merchant.money_unit();
        let earned = file.grants.iter().flat_map(|grant| {
            grant.awards.iter().map(|award| wit::OrderEarning {
                programme: grant.programme.to_string(),
                lot: award.lot,
                award: entries::award(&award.awarded),
                reversed: award.reversed.to_string(),
            })
        });
        let mut spent = Vec::new();
        for (name, account) in &accounts {
            let holds = account.holds.iter().filter(|hold| hold.order == id);
            let held: Amount = holds.map(|hold| hold.points()).sum();
            let spend = file.spends.get(name).cloned().unwrap_or_default();
            if held.is_positive() || spend.points.is_positive() {
                spent.push(wit::OrderSpending {
                    programme: name.to_string(),
                    points: spend.points.to_string(),
                    restored: spend.restored.to_string(),
                    held: held.to_string(),
                });
            }
        }
        let order = file.order.as_ref();
        let value = |order: &crate::domain::order::Order| -> Amount {
            order.cart.values(unit).into_iter().sum::<Amount>() + order.cart.shipping
        };
        Ok(wit::Standing {
            order: id.to_string(),
            member: file.member.to_string(),
            state: order.map(|order| orders::shown(order.state)),
            value: order.map(|order| money(value(order), merchant)),
            refunded: order.map(|_| money(file.refunded.value(true), merchant)),
            earned: earned.collect(),
            spent,
        })
    })?)
}

/// `points.accounts`.
///
/// # Errors
/// Those that the interface names.
pub fn accounts(ports: &dyn Ports, request: &wit::LedgerRequest) -> Answer<wit::AccountsPage> {
    let mut check = Check::default();
    let limit = check.number("/limit", request.limit, 200, 500);
    let after = check.maybe_id("/after", request.after.as_deref());
    check.done()?;
    Ok(ask(ports, &[], |scope| {
        let page = balance::accounts(scope, request.programme.as_deref(), after.as_ref(), limit)?;
        let accounts = page
            .items
            .iter()
            .map(|(member, standing)| wit::MemberBalance {
                member: member.to_string(),
                balance: standings::balance(standing, &scope.merchant),
            });
        Ok(wit::AccountsPage {
            accounts: accounts.collect(),
            next: page.next,
        })
    })?)
}

/// `points.ledger`.
///
/// # Errors
/// Those that the interface names.
pub fn ledger(ports: &dyn Ports, request: &wit::LedgerRequest) -> Answer<wit::LedgerPage> {
    Ok(ask(ports, &[], |scope| {
        let (name, page) = histories::ledger(
            scope,
            request.programme.as_deref(),
            request.after.as_deref(),
        )?;
        let shown = page
            .items
            .iter()
            .map(|(member, entry)| entries::entry(member, &name, entry));
        Ok(wit::LedgerPage {
            entries: shown.collect(),
            next: page.next,
        })
    })?)
}

fn member(text: &str) -> Result<Id, Reject> {
    let mut check = Check::default();
    let member = check.id("/member", text);
    whole(check, member)
}

/// What was read, if nothing was wrong.
fn whole<T>(check: Check, read: Option<T>) -> Result<T, Reject> {
    check.done()?;
    read.ok_or_else(|| Reject::Invalid(Vec::new()))
}
