//! What is wrong with notices.

use super::{Fault, Found};
use crate::domain::amount::Amount;
use crate::domain::config::{Notices, Threshold, notices::LEADS_MAX};
use crate::domain::notice::wording::faults;
use crate::domain::notice::{Channel, Kind, Lead};

impl Found {
    pub(super) fn notices(&mut self, notices: &Notices) {
        self.leads("points/leads", &notices.points.leads);
        self.leads("coupons/leads", &notices.coupons.leads);
        match notices.points.threshold {
            Some(Threshold::Balance(least)) => {
                self.positive("points/threshold/balance", Some(least));
            }
            Some(Threshold::Lapsing(least)) => {
                self.positive("points/threshold/lapsing", Some(least));
            }
            None => {}
        }
        self.at("texts", |found| {
            for fault in faults(&notices.texts) {
                let path = format!("{}{}", found.path, fault.path);
                found.faults.push(Fault { path, ..fault });
            }
        });
        let mut seen = Vec::new();
        for (place, it) in notices.channels.iter().enumerate() {
            let path = format!("channels/{place}");
            self.unless(
                !seen.contains(&it.channel),
                &format!("{path}/channel"),
                it.channel.name(),
                "each channel once",
            );
            seen.push(it.channel);
            self.unless(
                (1..=1_000).contains(&it.per_second),
                &format!("{path}/per-second"),
                it.per_second,
                "1 to 1,000",
            );
            self.unless(
                it.cost >= Amount::ZERO,
                &format!("{path}/cost"),
                it.cost,
                "0 or more",
            );
            let mut kinds = Vec::new();
            for (nth, kind) in it.kinds.iter().enumerate() {
                let path = format!("{path}/kinds/{nth}");
                self.unless(!kinds.contains(kind), &path, kind.name(), "each kind once");
                kinds.push(*kind);
                let forbidden =
                    it.channel == Channel::LineNotification && *kind != Kind::PointsGranted;
                self.unless(
                    !forbidden,
                    &path,
                    kind.name(),
                    "points-granted: the other kinds are none of the cases that LINE permits by phone number",
                );
            }
        }
    }

    fn leads(&mut self, field: &str, leads: &[Lead]) {
        let count = leads.len();
        self.unless(count <= LEADS_MAX, field, count, "at most 10 leads");
        for (place, lead) in leads.iter().enumerate() {
            let path = format!("{field}/{place}");
            let permitted = "0 to 3,650 days or 1 to 120 months";
            self.unless(lead.fits(), &path, lead.key(), permitted);
            let again = leads.iter().take(place).any(|other| other == lead);
            self.unless(!again, &path, lead.key(), "each lead once");
        }
    }
}
