//! Questions about accounts, orders and the ledger.

use super::super::check::Check;
use super::super::{entries, money, orders, standings};
use super::{Answer, member, whole};
use crate::bindings::exports::stampcard::plugin::points as wit;
use crate::domain::amount::Amount;
use crate::flows::command::ask;
use crate::flows::{balance as balances, history as histories};
use crate::ports::Ports;
use crate::records::keys;
use crate::records::state::Bulk;
use crate::reject::Reject;

/// `points.balance`.
///
/// # Errors
/// Those that the interface names.
pub fn balance(ports: &dyn Ports, request: &wit::Account) -> Answer<wit::AccountBalance> {
    let member = member(&request.member)?;
    Ok(ask(ports, &[keys::account(&member)], |scope| {
        let standing = balances::balance(scope, &member, request.programme.as_deref())?;
        Ok(standings::balance(&standing, &scope.merchant))
    })?)
}

/// `points.lots`.
///
/// # Errors
/// Those that the interface names.
pub fn lots(ports: &dyn Ports, request: &wit::LotsRequest) -> Answer<wit::LotsPage> {
    let mut check = Check::default();
    let member = check.id(&"/member", &request.member);
    let limit = check.number(&"/limit", request.limit, 50, 200);
    let member = whole(check, member)?;
    let count = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    Ok(ask(ports, &[keys::account(&member)], |scope| {
        let skip = count(request.skip.unwrap_or(0));
        let (lots, more) = balances::lots(
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
    let member = check.id(&"/member", &request.member);
    let limit = check.number(&"/limit", request.limit, 50, 200);
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
    let order = check.id(&"/order", &request.order);
    let id = whole(check, order)?;
    Ok(ask(ports, &[keys::order(&id)], |scope| {
        let known = histories::order(scope, &id)?;
        let file = &known.file;
        let merchant = &scope.merchant;
        let unit = merchant.money_unit();
        let grants = file.grants.iter().zip(&known.entries);
        let earned = grants.flat_map(|(grant, entry)| {
            let awards = grant.awards.iter().zip(entry.awards.iter());
            awards.map(|(award, awarded)| wit::OrderEarning {
                programme: grant.programme.text(),
                lot: award.lot,
                award: entries::award(awarded),
                reversed: award.reversed.text(),
            })
        });
        let mut spent = Vec::new();
        for (name, account) in &known.accounts {
            let holds = account.holds.iter().filter(|hold| hold.order == id);
            let held: Amount = holds.map(|hold| hold.points()).sum();
            let spend = file.spends.get(name).cloned().unwrap_or_default();
            if held.is_positive() || spend.points.is_positive() {
                spent.push(wit::OrderSpending {
                    programme: name.text(),
                    points: spend.points.text(),
                    restored: spend.restored.text(),
                    held: held.text(),
                });
            }
        }
        let order = file.order.as_ref();
        let value = |order: &crate::domain::order::Order| -> Amount {
            order.cart.values(unit).into_iter().sum::<Amount>() + order.cart.shipping
        };
        Ok(wit::Standing {
            order: id.text(),
            member: file.member.text(),
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
    let limit = check.number(&"/limit", request.limit, 200, 500);
    let after = check.maybe_id(&"/after", request.after.as_deref());
    check.done()?;
    Ok(ask(ports, &[], |scope| {
        let page = balances::accounts(scope, request.programme.as_deref(), after.as_ref(), limit)?;
        let accounts = page
            .items
            .iter()
            .map(|(member, standing)| wit::MemberBalance {
                member: member.text(),
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

/// `points.bulk-grant`.
///
/// # Errors
/// Those that the interface names.
pub fn bulk_grant(ports: &dyn Ports, request: &wit::BulkId) -> Answer<wit::BulkProgress> {
    let mut check = Check::default();
    let id = check.id(&"/bulk", &request.bulk);
    let id = whole(check, id)?;
    let bulk = ask(ports, &[keys::bulk(&id)], |scope| {
        Ok(scope.work.get::<Bulk>(&keys::bulk(&id))?)
    })?;
    let bulk = bulk.ok_or_else(|| Reject::invalid("/bulk", &id, "the name that grant gave"))?;
    Ok(wit::BulkProgress {
        bulk: id.text(),
        finished: bulk.finished,
        members: bulk.members,
        granted: bulk.granted.text(),
    })
}
