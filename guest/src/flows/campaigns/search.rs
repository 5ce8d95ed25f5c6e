//! The list of campaigns.

use super::super::scope::{Scope, Stop};
use super::figures::uploaded;
use super::open::access;
use crate::domain::campaign::{Actor, Listed, State};
use crate::domain::ids::Id;
use crate::ports::Range;
use crate::records::{codec, keys};
use crate::reject::Reject;
use stampcard_invoice::fold::compared;

/// Rows that are read at once where not all are wanted.
const PAGE: u32 = 200;

/// How often rows are read for one answer, at most.
const PAGES_MAX: u32 = 5;

/// Which campaigns are wanted.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Part of the campaign's or its channel's name.
    pub text: Option<String>,
    /// In this state.
    pub state: Option<State>,
    /// The last one of the page before.
    pub after: Option<Id>,
    /// So many.
    pub limit: u32,
}

/// A campaign that was found.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its id.
    pub campaign: Id,
    /// Its row.
    pub row: Listed,
    /// Invoices that were uploaded.
    pub submissions: u64,
}

/// Campaigns, those made last first, and the one behind which the next page begins.
pub type Page = (Vec<Found>, Option<Id>);

/// A page of campaigns.
///
/// # Errors
/// Those of [`access`], and those of the storage.
pub fn search(scope: &mut Scope<'_>, actor: &Actor, wanted: &Wanted) -> Result<Page, Stop> {
    let own = access(scope, actor)?;
    let folded = |text: &str| {
        let mut folded = String::new();
        compared(text, &mut folded);
        folded
    };
    let text = wanted.text.as_deref().map(folded);
    let is_wanted = |listed: &Listed, now| {
        let state = wanted.state;
        let channel = listed.channel.as_ref();
        let channel = channel.and_then(|channel| own.channels.get(channel.as_str()));
        state.is_none_or(|state| state == listed.life.state(now))
            && text.as_ref().is_none_or(|text| {
                folded(&listed.name).contains(text)
                    || channel.is_some_and(|it| folded(&it.name).contains(text))
            })
    };
    // Where all are wanted no more are read than are shown.
    let all = text.is_none() && wanted.state.is_none();
    let rows_of_page = if all { wanted.limit } else { PAGE };
    let (mut found, mut last) = (Vec::new(), wanted.after.clone());
    for _ in 0..PAGES_MAX {
        let rows = scope.work.scan(&Range {
            start: keys::CAMPAIGN_ROWS.to_owned(),
            end: match &last {
                Some(last) => keys::campaign_row(last),
                None => keys::end_of(keys::CAMPAIGN_ROWS),
            },
            limit: rows_of_page,
            backward: true,
        })?;
        let more = u32::try_from(rows.len()).is_ok_and(|rows| rows == rows_of_page);
        for row in rows {
            let id = keys::step(&row.key, 1).ok_or_else(|| Reject::Unreadable(row.key.clone()))?;
            let listed: Listed = codec::decode(&row.key, &row.value)?;
            last = Some(id.clone());
            if !is_wanted(&listed, scope.now) {
                continue;
            }
            let submissions = uploaded(scope, &id, &listed.life)?;
            found.push(Found {
                campaign: id,
                row: listed,
                submissions,
            });
            if u32::try_from(found.len()).is_ok_and(|count| count == wanted.limit) {
                return Ok((found, last));
            }
        }
        if !more {
            return Ok((found, None));
        }
    }
    Ok((found, last))
}
