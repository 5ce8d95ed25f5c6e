//! The index of what will lapse, by local date: the daily check finds in it whom to warn.
//!
//! One row stands for all that a member loses on a date, in every programme. It says no more than that there may be
//! something: the row stays when the points are spent, and the check removes it when the date is over.

use super::super::keys;
use super::super::state::Mark;
use super::super::work::Work;
use crate::domain::ids::Id;
use crate::domain::instant::Instant;
use crate::domain::lot::Lot;
use crate::domain::zone::Zone;
use chrono::NaiveDate;

/// What of a member's lots stands in the index already, as far as is known.
#[derive(Clone, Debug, Default)]
pub(super) struct Ahead {
    /// When loaded lots lapsed as they were loaded, and whether with the end of a day.
    known: Vec<(Instant, bool)>,
    /// The date that was put there last.
    pub(super) listed: Option<NaiveDate>,
}

impl Ahead {
    /// Takes note of a lot as it is loaded.
    pub(super) fn loaded(&mut self, lot: &Lot) {
        if let Some(at) = lot.expires_at
            && self.known.last() != Some(&(at, lot.ends_day))
        {
            self.known.push((at, lot.ends_day));
        }
    }

    /// Puts the dates there on which lots now lapse that didn't when they were loaded; those of used-up lots too, to
    /// which a refund may give back.
    pub(super) fn list(&mut self, work: &mut Work<'_>, member: &Id, zone: Zone, lots: &[Lot]) {
        for lot in lots {
            let Some(at) = lot.expires_at else { continue };
            if self.known.contains(&(at, lot.ends_day)) {
                continue;
            }
            self.known.push((at, lot.ends_day));
            let Some(day) = lot.last_day(zone) else {
                continue;
            };
            if self.listed != Some(day) {
                work.put(keys::ahead(day, member), &Mark {});
                self.listed = Some(day);
            }
        }
    }
}
