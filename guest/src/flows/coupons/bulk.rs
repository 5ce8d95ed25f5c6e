//! Coupons that are more than one command makes: to a tier, to everyone, or many of nobody's. Ticks make them, page by page.

use super::super::bulk::{Page, walk};
use super::super::scope::{Scope, Stop};
use super::issue::{index, save};
use super::{Counts, code_key, used_up};
use crate::domain::coupon::issued::Coupon;
use crate::domain::ids::Id;
use crate::records::keys;
use crate::records::state::{BulkIssue, Mark};
use crate::reject::Reject;
use serde::Serialize;

/// Nobody's coupons that one commit makes.
const PAGE: u64 = 400;

/// For whom ticks make coupons.
#[derive(Clone, Debug, Serialize)]
pub enum Many {
    /// All of a tier.
    Tier(String),
    /// All.
    Everyone,
    /// So many that are nobody's.
    Nobody(u32),
}

/// Orders coupons, each of which will be like `like`. Serials of nobody's are counted now, so that they follow each
/// other; what a limit doesn't leave is left out.
///
/// # Errors
/// [`Reject::CouponsRefused`] if not one may be issued, and those of the storage.
pub(super) fn order(scope: &mut Scope<'_>, like: Coupon, many: &Many, id: &Id) -> Result<(), Stop> {
    let mut counts = Counts::default();
    let (tier, wanted) = match many {
        Many::Tier(tier) => (Some(tier.clone()), 0),
        Many::Everyone => (None, 0),
        Many::Nobody(count) => (None, *count),
    };
    let limits = &like.terms.limits;
    let serials = counts.set_aside(scope, &like.template, limits, wanted)?;
    let (first, count) = serials.map_err(used_up)?;
    counts.save(scope);
    let last = first.saturating_add(u64::from(count)).saturating_sub(1);
    let bulk = BulkIssue {
        like,
        tier,
        serials: (wanted > 0).then_some((first, last)),
        after: None,
        finished: false,
        issued: 0,
        left_out: u64::from(wanted.saturating_sub(count)),
    };
    scope.work.put(keys::coupon_bulk(id), &bulk);
    scope.work.put(keys::coupon_bulk_open(id), &Mark {});
    Ok(())
}

/// Makes a page of a bulk issue's coupons. They are of the instant at which they were ordered, whenever that is.
///
/// # Errors
/// Those of the storage.
pub fn page(scope: &mut Scope<'_>, id: &Id) -> Result<Page, Stop> {
    let key = keys::coupon_bulk(id);
    scope.work.fetch([key.clone(), keys::CODE_KEY.to_owned()])?;
    let stored: Option<BulkIssue> = scope.work.get(&key)?;
    let mut bulk = stored.ok_or_else(|| Reject::Unreadable(key.clone()))?;
    let secret = code_key(scope)?;
    let before = bulk.issued;
    let mut page = Page::default();
    if let Some((first, last)) = bulk.serials {
        let next = first.saturating_add(bulk.issued);
        let end = last.min(next.saturating_add(PAGE).saturating_sub(1));
        for serial in next..=end {
            save(scope, &bulk.like.another(&secret, serial, None));
            bulk.issued = bulk.issued.saturating_add(1);
        }
        page.finished = end == last;
    } else {
        let (like, mut counts) = (&bulk.like, Counts::default());
        let usage = |member: &Id| Some(keys::coupon_usage(member, &like.template));
        let mut give = |scope: &mut Scope<'_>, member: &Id| {
            let (template, limits) = (&like.template, &like.terms.limits);
            if let Ok(serial) = counts.issue(scope, template, limits, Some(member))? {
                let coupon = like.another(&secret, serial, Some(member));
                save(scope, &coupon);
                index(scope, &coupon);
                bulk.issued = bulk.issued.saturating_add(1);
            } else {
                bulk.left_out = bulk.left_out.saturating_add(1);
            }
            Ok(())
        };
        let meant = (bulk.tier.as_deref(), like.issued);
        page.looked = walk(scope, meant, &mut bulk.after, &usage, &mut give)?;
        counts.save(scope);
        page.finished = page.looked == 0;
    }
    bulk.finished = page.finished;
    page.coupons = u32::try_from(bulk.issued.saturating_sub(before)).unwrap_or(u32::MAX);
    scope.work.put(key, &bulk);
    Ok(page)
}
