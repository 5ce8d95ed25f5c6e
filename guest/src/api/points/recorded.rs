//! Orders that were reported, to try rules on.

use super::super::check::Check;
use super::super::orders;
use super::{Answer, whole};
use crate::bindings::exports::stampcard::plugin::points as wit;
use crate::domain::amount::Amount;
use crate::domain::instant::Instant;
use crate::domain::order_file::Reached;
use crate::flows::command::ask;
use crate::flows::recorded::{self as flow, Recorded, Wanted};
use crate::ports::Ports;

/// `points.recorded-orders`.
///
/// # Errors
/// Those that the interface names.
pub fn recorded_orders(
    ports: &dyn Ports,
    request: &wit::RecordedRequest,
) -> Answer<wit::RecordedPage> {
    let mut check = Check::default();
    let since = check.instant(&"/since", request.since);
    let until = check.instant(&"/until", request.until);
    if let Some((_, until)) = since.zip(until).filter(|(since, until)| until <= since) {
        check.fault(&"/until", until, "an instant after since");
    }
    let limit = check.number(&"/limit", request.limit, 100, 200);
    let after = check.maybe_id(&"/after", request.after.as_deref());
    let (since, until) = whole(check, since.zip(until))?;
    let wanted = Wanted {
        since,
        until,
        after,
        limit,
    };
    Ok(ask(ports, &[], |scope| {
        let page = flow::recorded(scope, &wanted)?;
        let reports = page.orders.iter().flat_map(|it| {
            let of_order = it.reports.iter();
            of_order.map(|report| recorded(it, report))
        });
        Ok(wit::RecordedPage {
            reports: reports.collect(),
            looked_at: page.looked_at,
            next: page.next.map(|id| id.text()),
        })
    })?)
}

fn recorded(it: &Recorded, report: &Reached) -> wit::Recorded {
    wit::Recorded {
        tried: wit::TriedOrder {
            at: report.at.into(),
            order: orders::told(&it.order, report.state),
            tier: it.facts.tier.clone(),
            tags: Some(it.facts.tags.clone()).filter(|tags| !tags.is_empty()),
        },
        before: report.before.map(|(state, at)| wit::Reached {
            state: orders::shown(state),
            at: at.into(),
        }),
        grants: granted(it, report.at),
    }
}

/// What a report was granted, by programme.
fn granted(it: &Recorded, at: Instant) -> Vec<wit::TriedGrant> {
    let grants = it.file.grants.iter().zip(&it.grants);
    let then = grants.filter(|(_, entry)| entry.at == at);
    then.map(|(grant, _)| {
        let awards = grant.awards.iter();
        let points: Amount = awards.clone().map(|award| award.points).sum();
        let awards = awards.map(|award| wit::TriedAward {
            rule: award.rule.text(),
            points: award.points.text(),
        });
        wit::TriedGrant {
            programme: grant.programme.text(),
            points: points.text(),
            awards: awards.collect(),
        }
    })
    .collect()
}
