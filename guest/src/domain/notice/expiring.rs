//! Which points a notice of a date warns of. Source: spec, expiry, "Which day a notice belongs to".

use super::Lead;
use crate::domain::amount::Amount;
use crate::domain::instant::Instant;
use crate::domain::lot::Lot;
use crate::domain::sorted::sort_by;
use crate::domain::zone::Zone;
use chrono::{NaiveDate, NaiveTime};

/// By which clock days are told, and when notices are sent.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    /// Where dates and times are local.
    pub zone: Zone,
    /// The local time at which notices of a date go out.
    pub send_at: NaiveTime,
}

/// Points of an account that lapse, as one notice tells of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Expiring {
    /// The lead that brought the notice about; the shortest, where several fall on the date.
    pub lead: Lead,
    /// How many, above 0.
    pub points: Amount,
    /// The instant at which the first of them lapse: the notice must go out before.
    pub lapses_at: Instant,
    /// The last day of those.
    pub day: NaiveDate,
}

impl Clock {
    /// When notices of a date go out.
    #[must_use]
    pub fn sends(&self, date: NaiveDate) -> Option<Instant> {
        self.zone.instant(date.and_time(self.send_at))
    }

    /// The date of the notice of that lead about what lapses at `at`: the lead before its last day, or a day earlier
    /// still where that would not be strictly before the loss.
    #[must_use]
    pub fn date_of(&self, lead: Lead, day: NaiveDate, at: Instant) -> Option<NaiveDate> {
        let date = lead.before(day)?;
        if self.sends(date)? < at {
            Some(date)
        } else {
            date.pred_opt()
        }
    }

    /// The last days of all that notices of these leads on a date may be about, in order.
    #[must_use]
    pub fn days(&self, leads: &[Lead], date: NaiveDate) -> Vec<NaiveDate> {
        let next = date.succ_opt();
        let mut days: Vec<NaiveDate> = leads
            .iter()
            // What lapses before the send time of the lead's date is noticed a day earlier.
            .flat_map(|lead| {
                let later = next.map(|next| lead.days_after(next)).unwrap_or_default();
                let later = later.into_iter().filter(|_| *lead == Lead::Days(0));
                lead.days_after(date).into_iter().chain(later)
            })
            .collect();
        sort_by(&mut days, NaiveDate::cmp);
        days.dedup();
        days
    }

    /// What of these lots notices of a date are about, one for each lead; a lot that two leads reach on the date
    /// belongs to the shorter. Lots granted after `seen` are not among them: their notices' check was before.
    #[must_use]
    pub fn expiring<'l>(
        &self,
        lots: impl IntoIterator<Item = &'l Lot>,
        leads: &[Lead],
        date: NaiveDate,
        seen: Instant,
    ) -> Vec<Expiring> {
        let mut all: Vec<Expiring> = Vec::new();
        for lot in lots {
            let (Some(at), Some(day)) = (lot.expires_at, lot.last_day(self.zone)) else {
                continue;
            };
            if !lot.free().is_positive() || lot.earned_at > seen {
                continue;
            }
            let reaches = |lead: &&Lead| self.date_of(**lead, day, at) == Some(date);
            // Of two leads on one date the shorter: in days it is, since a month has 28 at least.
            let days = |lead: &&Lead| match lead {
                Lead::Days(days) => *days,
                Lead::Months(months) => months.saturating_mul(28),
            };
            let Some(lead) = leads.iter().filter(reaches).min_by_key(days) else {
                continue;
            };
            match all.iter_mut().find(|known| known.lead == *lead) {
                Some(known) => {
                    known.points += lot.free();
                    if at < known.lapses_at {
                        (known.lapses_at, known.day) = (at, day);
                    }
                }
                None => all.push(Expiring {
                    lead: *lead,
                    points: lot.free(),
                    lapses_at: at,
                    day,
                }),
            }
        }
        all
    }
}
