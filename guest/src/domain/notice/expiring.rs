//! Which points a notice of a date warns of. Source: spec, expiry, "Which day a notice belongs to".

use super::Lead;
use crate::domain::amount::Amount;
use crate::domain::ids::Name;
use crate::domain::instant::Instant;
use crate::domain::lot::Lot;
use crate::domain::zone::Zone;
use crate::sorted::sort_by;
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
    /// The rules that granted them.
    pub rules: Vec<Name>,
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
                    if !known.rules.contains(&lot.rule) {
                        known.rules.push(lot.rule.clone());
                    }
                    if at < known.lapses_at {
                        (known.lapses_at, known.day) = (at, day);
                    }
                }
                None => all.push(Expiring {
                    lead: *lead,
                    points: lot.free(),
                    lapses_at: at,
                    day,
                    rules: vec![lot.rule.clone()],
                }),
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::acts::Acts;
    use crate::domain::config::{EndOf, Expiry, Life, Period, Span};
    use crate::domain::ids::Name;
    use crate::domain::lot::Terms;

    fn clock(zone: &str, send_at: &str) -> Clock {
        Clock {
            zone: Zone::parse(zone).unwrap(),
            send_at: send_at.parse().unwrap(),
        }
    }

    fn lot(expiry: Expiry, at: Instant, zone: Zone) -> Lot {
        let mut lot = Lot {
            id: 1,
            rule: Name::parse("base").unwrap(),
            order: None,
            granted: Amount::ONE,
            left: Amount::ONE,
            held: Amount::ZERO,
            lapsed: Amount::ZERO,
            earned_at: at,
            activates_at: None,
            active: true,
            expires_at: None,
            ends_day: false,
            terms: Some(Box::new(Terms {
                expiry,
                life_from: Life::Activation,
                activation: None,
                zone,
            })),
        };
        lot.schedule(at, &Acts::default());
        lot
    }

    /// Whatever the zone, the time of sending and the moment of the lapse, each lead has one date, its notice goes out before
    /// the loss, and the check of that date looks at the lot's last day.
    #[test]
    fn every_lead_has_one_date_before_the_loss() {
        let leads = [
            Lead::Days(0),
            Lead::Days(1),
            Lead::Days(3),
            Lead::Months(1),
            Lead::Months(2),
        ];
        for zone in [
            "Asia/Taipei",
            "Africa/Cairo",
            "America/Sao_Paulo",
            "Asia/Beirut",
            "Pacific/Apia",
        ] {
            for send_at in ["00:00:00", "00:30:00", "12:00:00", "23:59:00"] {
                let clock = clock(zone, send_at);
                let policies = [
                    Expiry::Exact(Span::Days(10)),
                    Expiry::EndOf(EndOf {
                        period: Period::Day,
                        after: Some(Span::Days(10)),
                    }),
                    Expiry::EndOf(EndOf {
                        period: Period::Month,
                        after: None,
                    }),
                ];
                for (policy, start) in policies.iter().flat_map(|policy| {
                    (0..300_u64).map(move |step| (policy, 1_540_000_000 + step * 143_999))
                }) {
                    let lot = lot(policy.clone(), Instant::new(start, 0).unwrap(), clock.zone);
                    let (at, day) = (lot.expires_at.unwrap(), lot.last_day(clock.zone).unwrap());
                    for lead in leads {
                        let date = clock.date_of(lead, day, at).unwrap();
                        let told = format!("{zone} {send_at} {lead:?} {day} {at} on {date}");
                        assert!(clock.sends(date).unwrap() < at, "{told}");
                        assert!(clock.days(&[lead], date).contains(&day), "{told}");
                        let found = |date| clock.expiring([&lot], &[lead], date, at).len();
                        assert_eq!(found(date), 1, "{told}");
                        assert_eq!(found(date.succ_opt().unwrap()), 0, "{told}");
                        assert_eq!(found(date.pred_opt().unwrap()), 0, "{told}");
                    }
                }
            }
        }
    }

    #[test]
    fn two_leads_on_one_date_are_one_notice() {
        let clock = clock("Asia/Taipei", "12:00:00");
        let at = Instant::parse("2026-02-18T10:00:00Z").unwrap();
        let lot = lot(Expiry::Exact(Span::Days(10)), at, clock.zone);
        // 28 February: a month before is 28 January, as 31 days are.
        let leads = [Lead::Months(1), Lead::Days(31)];
        let day = lot.last_day(clock.zone).unwrap();
        let date = leads[0].before(day).unwrap();
        assert_eq!(leads[1].before(day), Some(date));
        let found = clock.expiring([&lot], &leads, date, at);
        assert_eq!(found.len(), 1);
        // Granted after the check: no notice for that lead.
        let before = Instant::new(at.seconds() - 1, 0).unwrap();
        assert_eq!(clock.expiring([&lot], &leads, date, before), []);
    }
}
