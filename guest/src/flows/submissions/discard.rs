//! What was sent in to a draft goes when it is published or deleted.

use crate::domain::ids::Id;
use crate::domain::submission::Submission;
use crate::flows::scope::Scope;
use crate::ports::{Outcome, Ports};
use crate::records::keys::{self, Book};
use crate::records::state::Mark;
use crate::records::{Work, codec};
use crate::reject::Reject;

/// Rows that are deleted at once, at most; many of them have another that goes along.
const PAGE: u32 = 450;

/// Has the ticks that follow delete what was sent in to a campaign as long as it was a draft. From now on nobody sees it any more.
pub fn discard(scope: &mut Scope<'_>, campaign: &Id) {
    let book = Book {
        campaign: campaign.clone(),
        draft: true,
    };
    scope.work.put(keys::discard(&book), &Mark {});
}

/// Deletes a page of it; tells how many rows went.
///
/// # Errors
/// Those of the storage.
pub fn discarded(ports: &dyn Ports) -> Result<u32, Reject> {
    let mut work = Work::new(ports);
    let rows = work.scan(&keys::under(keys::DISCARDS, None, 1))?;
    let Some(row) = rows.into_iter().next() else {
        return Ok(0);
    };
    let book = row.key.strip_prefix(keys::DISCARDS).and_then(Book::of);
    let Some(book) = book.filter(|book| book.draft) else {
        return Err(Reject::Unreadable(row.key));
    };
    let mut gone = 0;
    for kind in keys::OF_BOOK {
        let room = PAGE.saturating_sub(gone);
        if room == 0 {
            break;
        }
        for row in work.scan(&keys::under(&book.under(kind), None, room))? {
            if kind == keys::SUBMISSIONS {
                let it: Submission = codec::decode(&row.key, &row.value)?;
                let id = row.key.rsplit('/').next().unwrap_or_default();
                work.delete([&keys::submitted(&it.member, &book), id].concat());
            }
            if kind == keys::PARTICIPANTS
                && let Some(member) = keys::step(&row.key, 2)
            {
                work.delete(keys::took_part(&member, &book));
            }
            work.delete(row.key);
            gone += 1;
        }
    }
    if gone < PAGE {
        work.delete(row.key);
        gone += 1;
    }
    // After a conflict the next tick finds what is left.
    let committed = work.commit()? == Outcome::Committed;
    Ok(if committed { gone } else { 1 })
}
