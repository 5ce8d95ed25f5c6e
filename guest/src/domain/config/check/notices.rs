//! What is wrong with notices.

use super::{Fault, Found, lives};
use crate::domain::config::notices::LEADS_MAX;
use crate::domain::config::{ChannelNotices, LineTemplate, Merchant, Notices, Threshold};
use crate::domain::notice::wording::{faults, item_faults};
use crate::domain::notice::{Channel, Kind, Lead};

impl Found {
    pub(super) fn notices(&mut self, merchant: &Merchant, notices: &Notices) {
        let (points, coupons) = (&notices.points.leads, &notices.coupons.leads);
        self.leads("points/leads", points, &|lead| {
            lives::of_points(merchant, lead)
        });
        self.leads("coupons/leads", coupons, &|lead| {
            lives::of_coupons(merchant, lead)
        });
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
        if let Some(address) = &notices.unsubscribe {
            let fits = address.len() <= 500
                && address.len() > "https://".len()
                && address.starts_with("https://")
                && !address.contains(|it: char| it.is_whitespace() || it == '#' || it.is_control());
            let permitted =
                "an address that begins with https://, without # and blanks, at most 500 bytes";
            self.unless(fits, "unsubscribe", address, permitted);
        }
        for (place, it) in notices.merge.iter().enumerate() {
            let path = format!("merge/{place}");
            let again = notices.merge.iter().take(place);
            let again = again.filter(|other| other.kind == it.kind).count() > 0;
            self.unless(
                matches!(it.kind, Kind::PointsGranted | Kind::PointsDeducted) && !again,
                &format!("{path}/kind"),
                it.kind.name(),
                "points-granted or points-deducted, each once",
            );
            self.unless(
                (1..=720).contains(&it.minutes) && 1_440_u32.is_multiple_of(it.minutes),
                &format!("{path}/minutes"),
                it.minutes,
                "1 to 720, a divisor of 1,440",
            );
        }
        if let Some(it) = &notices.advertising {
            for (field, text) in [("sender", &it.sender), ("opt-out", &it.opt_out)] {
                let fits = (1..=200).contains(&text.chars().count());
                let path = format!("advertising/{field}");
                self.unless(fits, &path, text, "1 to 200 characters");
            }
        }
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
            let line = it.channel == Channel::LinePush;
            let unfit = it.quota.filter(|_| !line);
            self.unless(
                unfit.is_none(),
                &format!("{path}/quota"),
                unfit.unwrap_or_default(),
                "for line-push only",
            );
            self.templates(&path, it);
            self.line_templates(&path, it);
            let mut kinds = Vec::new();
            for (nth, kind) in it.kinds.iter().enumerate() {
                let path = format!("{path}/kinds/{nth}");
                self.unless(!kinds.contains(kind), &path, kind.name(), "each kind once");
                kinds.push(*kind);
                let of_nine = *kind == Kind::PointsGranted || (kind.is_told() && kind.has_words());
                self.unless(
                    of_nine || it.channel != Channel::LineNotification,
                    &path,
                    kind.name(),
                    "one of the nine cases that LINE permits by phone number: points-granted, payment-completed, \
                     reservation-made, reservation-reminder, member-registered, shipped, arrived, payment-reminder, \
                     order-completed",
                );
            }
        }
    }

    fn templates(&mut self, path: &str, channel: &ChannelNotices) {
        let (path, list) = (format!("{path}/templates"), &channel.templates);
        let fits = list.is_empty() || channel.channel == Channel::Alimtalk;
        self.unless(fits, &path, list.len(), "for alimtalk only");
        for (nth, it) in list.iter().enumerate() {
            let fits = (1..=32).contains(&it.code.chars().count());
            let code = format!("{path}/{nth}/code");
            self.unless(fits, &code, &it.code, "1 to 32 characters");
            let again = list.iter().take(nth).any(|other| other.kind == it.kind);
            let kind = format!("{path}/{nth}/kind");
            self.unless(!again, &kind, it.kind.name(), "each kind once");
        }
    }

    fn line_templates(&mut self, path: &str, channel: &ChannelNotices) {
        let (path, list) = (format!("{path}/line-templates"), &channel.line_templates);
        let fits = list.is_empty() || channel.channel == Channel::LineNotification;
        self.unless(fits, &path, list.len(), "for line-notification only");
        for (nth, it) in list.iter().enumerate() {
            let path = format!("{path}/{nth}");
            let same =
                |other: &&LineTemplate| (other.kind, other.language) == (it.kind, it.language);
            let again = list.iter().take(nth).any(|other| same(&other));
            let kind = format!("{path}/kind");
            self.unless(!again, &kind, it.kind.name(), "each kind and language once");
            let mut keys: Vec<&str> = Vec::new();
            let places = it
                .emphasized
                .iter()
                .map(|item| ("emphasized".to_owned(), item));
            let items = it.items.iter().enumerate();
            let places = places.chain(items.map(|(nth, item)| (format!("items/{nth}"), item)));
            self.key(&format!("{path}/key"), &it.key, &[]);
            for (place, item) in places {
                self.key(&format!("{path}/{place}/key"), &item.key, &keys);
                keys.push(&item.key);
                for fault in item_faults(it.kind, "text", &item.text) {
                    let path = format!("{}/{path}/{place}/{}", self.path, fault.path);
                    self.faults.push(Fault { path, ..fault });
                }
            }
            let (items, buttons) = (it.items.len(), it.buttons.len());
            let count = items.saturating_add(usize::from(it.emphasized.is_some()));
            let field = format!("{path}/items");
            self.unless(
                items <= 15 && count > 0,
                &field,
                items,
                "at most 15, and not none without emphasized",
            );
            self.unless(
                buttons <= 2,
                &format!("{path}/buttons"),
                buttons,
                "at most 2",
            );
            for (nth, key) in it.buttons.iter().enumerate() {
                let before: Vec<&str> = it.buttons.iter().take(nth).map(String::as_str).collect();
                self.key(&format!("{path}/buttons/{nth}"), key, &before);
            }
        }
    }

    /// A key of LINE's catalogue, which stands there once.
    fn key(&mut self, path: &str, key: &str, others: &[&str]) {
        let printed = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'-' | b'.');
        let fits =
            (1..=100).contains(&key.len()) && key.bytes().all(printed) && !others.contains(&key);
        self.unless(
            fits,
            path,
            key,
            "1 to 100 letters, digits and _-. of ASCII, each key once",
        );
    }

    fn leads(&mut self, field: &str, leads: &[Lead], in_life: &dyn Fn(Lead) -> bool) {
        let count = leads.len();
        self.unless(count <= LEADS_MAX, field, count, "at most 10 leads");
        for (place, lead) in leads.iter().enumerate() {
            let path = format!("{field}/{place}");
            let permitted = "0 to 3,650 days or 1 to 120 months";
            self.unless(lead.fits(), &path, lead.key(), permitted);
            let again = leads.iter().take(place).any(|other| other == lead);
            self.unless(!again, &path, lead.key(), "each lead once");
            let permitted = "not longer than what it warns of lives at most";
            let fits = !lead.fits() || in_life(*lead);
            self.unless(fits, &path, lead.key(), permitted);
        }
    }
}
