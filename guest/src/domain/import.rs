//! Points that were held elsewhere, brought in with their dates. Source: spec, points, "Around it".

use super::account::Account;
use super::amount::Amount;
use super::entry::{About, EntryKind, Part};
use super::ids::Name;
use super::instant::Instant;
use super::zone::Zone;

/// The dates that points bring with them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dates {
    /// When they become usable; none: at once.
    pub activates_at: Option<Instant>,
    /// When they lapse; none: never.
    pub expires_at: Option<Instant>,
}

impl Dates {
    /// Whether points with these dates can be brought in at `now`: they don't lapse before they can be used.
    #[must_use]
    pub fn fit(&self, now: Instant) -> bool {
        let from = self.activates_at.map_or(now, |at| at.max(now));
        self.expires_at.is_none_or(|expires| expires > from)
    }
}

impl Account {
    /// Brings points in, above 0, as a lot under `rule` and an earn entry at `at`; dates that [fit](Dates::fit). Gives
    /// the lot's number and what paid debt at once.
    ///
    /// A lot that lapses as a local day of `zone` begins was good to the end of the day before, and is noticed so.
    pub fn bring_in(
        &mut self,
        (rule, points): (Name, Amount),
        dates: Dates,
        (at, zone): (Instant, Zone),
        about: About,
    ) -> (u64, Amount) {
        let activates = dates.activates_at.unwrap_or(at);
        let mut lot = self.new_lot(rule.clone(), points, at.min(activates));
        lot.activates_at = Some(activates);
        lot.active = activates <= at;
        lot.expires_at = dates.expires_at;
        let begins_day = |at: &Instant| zone.start_of(zone.date(*at)) == Some(*at);
        lot.ends_day = dates.expires_at.as_ref().is_some_and(begins_day);
        let id = lot.id;
        self.add(lot, points);
        let part = Part {
            lot: id,
            points,
            rule,
        };
        self.write(EntryKind::Earn, points, at, vec![part], about);
        (id, self.pay_debt())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        Instant::parse(text).unwrap()
    }

    #[test]
    fn dates_leave_time_to_use_the_points() {
        let now = at("2026-03-01T00:00:00Z");
        let dates = |activates: &str, expires: &str| Dates {
            activates_at: Instant::parse(activates),
            expires_at: Instant::parse(expires),
        };
        assert!(dates("", "").fit(now));
        assert!(dates("2027-01-01T00:00:00Z", "").fit(now));
        assert!(dates("2020-01-01T00:00:00Z", "2026-03-01T00:00:01Z").fit(now));
        assert!(!dates("2020-01-01T00:00:00Z", "2026-03-01T00:00:00Z").fit(now));
        assert!(!dates("2026-04-01T00:00:00Z", "2026-04-01T00:00:00Z").fit(now));
    }

    #[test]
    fn a_lot_keeps_its_dates_and_pays_debt() {
        let zone = Zone::parse("Asia/Taipei").unwrap();
        let now = at("2026-03-01T00:00:00Z");
        let mut account = Account {
            debt: Amount::whole(3),
            ..Account::default()
        };
        let points = || (Name::parse("import").unwrap(), Amount::whole(10));
        let dates = Dates {
            activates_at: Some(at("2025-05-05T00:00:00Z")),
            expires_at: Some(at("2026-04-30T16:00:00Z")),
        };
        let told = account.bring_in(points(), dates, (now, zone), About::default());
        assert_eq!(told, (1, Amount::whole(3)));
        let lot = account.lot(1).unwrap();
        assert_eq!(lot.earned_at, at("2025-05-05T00:00:00Z"));
        assert!(lot.active && lot.ends_day && lot.left == Amount::whole(7));
        let later = Dates {
            activates_at: Some(at("2026-03-01T00:00:01Z")),
            expires_at: Some(at("2026-04-30T16:00:01Z")),
        };
        let told = account.bring_in(points(), later, (now, zone), About::default());
        assert_eq!(told, (2, Amount::ZERO));
        let lot = account.lot(2).unwrap();
        assert_eq!(lot.earned_at, now);
        assert!(!lot.active && !lot.ends_day && account.pending == Amount::whole(10));
        assert_eq!(account.balance(), Amount::whole(17));
    }
}
