//! Lots that a member has from others who were merged into it. What was open then was moved; what was used up stands where
//! it stood until a refund needs it.

use super::super::keys;
use super::super::work::Work;
use super::Holdings;
use super::batch::{BATCH_MAX, Batch};
use crate::domain::ids::{Id, Name};
use crate::ports::Range;
use crate::reading::Read;
use crate::reject::Reject;
use serde::Serialize;

/// Whose the lots were with numbers above `raised`, up to that in the row's key.
#[derive(Read, Serialize)]
struct Inherited {
    from: Id,
    raised: u64,
}

impl Holdings {
    /// Notes that the lots with numbers from `raised` on, so many, were another member's.
    pub fn inherit(&self, work: &mut Work<'_>, name: &Name, from: &Id, (raised, made): (u64, u64)) {
        if made > 0 {
            let key = keys::inherited(&self.member, name, raised.saturating_add(made));
            let from = from.clone();
            work.put(key, &Inherited { from, raised });
        }
    }
}

/// The batch of a lot that was another member's and stands there yet, by the numbers that it has here.
pub(super) fn inherited(
    work: &mut Work<'_>,
    member: &Id,
    programme: &Name,
    id: u64,
) -> Result<Option<Batch>, Reject> {
    let (mut of, mut id, mut by) = (member.clone(), id, 0_u64);
    loop {
        let rows = work.scan(&Range {
            start: keys::inherited(&of, programme, id),
            end: keys::end_of(&keys::inherited_of(&of, programme)),
            limit: 1,
            backward: false,
        })?;
        let Some(row) = rows.first() else {
            return Ok(None);
        };
        let found: Option<Inherited> = work.get(&row.key)?;
        let Some(found) = found.filter(|found| found.raised < id) else {
            return Ok(None);
        };
        id = id.saturating_sub(found.raised);
        by = by.saturating_add(found.raised);
        of = found.from;
        let firsts = (0..BATCH_MAX).filter_map(|few| id.checked_sub(few));
        let keys = firsts.map(|first| keys::lots(&of, programme, first));
        let keys: Vec<String> = keys.collect();
        work.fetch(keys.iter().cloned())?;
        for key in keys {
            let batch: Option<Batch> = work.get(&key)?;
            if let Some(batch) = batch.filter(|it| it.lots().iter().any(|lot| lot.id == id)) {
                return Ok(Some(batch.raised(by)));
            }
        }
    }
}
