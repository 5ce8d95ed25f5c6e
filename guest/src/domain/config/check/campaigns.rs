//! What is wrong with the settings of campaigns in general.

use super::Found;
use crate::domain::campaign::is_https;
use crate::domain::config::campaigns::{CHANNELS_MAX, Campaigns, LIFF_ID, Verifier, ends};
use crate::words::is_printed;
use stampcard_invoice::identifier::Period;

/// Tracks of a period, at most.
const TRACKS_MAX: usize = 30;

fn is_track(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

impl Found {
    pub(super) fn campaigns(&mut self, campaigns: &Campaigns) {
        match &campaigns.liff_pattern {
            Some(pattern) => {
                let fits = is_https(pattern) && pattern.matches(LIFF_ID).count() == 1;
                let permitted = "an https address with {liff-id} in it once";
                self.unless(fits, "liff-pattern", pattern, permitted);
            }
            None => self.unless(
                campaigns.preset.is_some(),
                "liff-pattern",
                "nothing",
                "an https address with {liff-id} in it once, or a preset",
            ),
        }
        for (field, count) in [
            ("channels", campaigns.channels.len()),
            ("verifiers", campaigns.verifiers.len()),
            ("traditional", campaigns.traditional.len()),
        ] {
            self.unless(count <= CHANNELS_MAX, field, count, "at most 100");
        }
        self.at("channels", |found| {
            for (id, channel) in &campaigns.channels {
                let id = id.as_str().replace('~', "~0").replace('/', "~1");
                found.at(id, |found| {
                    let name = &channel.name;
                    let fits = !name.trim().is_empty()
                        && name.chars().nth(60).is_none()
                        && is_printed(name);
                    found.unless(fits, "name", name, "1 to 60 printed characters");
                    if let Some(liff) = &channel.liff_id {
                        let fits = (1..=64).contains(&liff.len())
                            && liff.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
                        let permitted = "1 to 64 of A-Z, a-z, 0-9 and -";
                        found.unless(fits, "liff-id", liff, permitted);
                    }
                    if let Some(endpoint) = &channel.liff_endpoint {
                        let permitted = "an https address of at most 1,000 bytes";
                        found.unless(is_https(endpoint), "liff-endpoint", endpoint, permitted);
                    }
                });
            }
        });
        self.at("traditional", |found| {
            for (period, tracks) in &campaigns.traditional {
                let known = Period::parse(period).is_some();
                found.unless(known, period, period, "a period, such as 11512");
                let many = tracks.len();
                found.unless(many <= TRACKS_MAX, period, many, "at most 30");
                for track in tracks {
                    let (first, last) = ends(track);
                    let fits = is_track(first) && is_track(last) && first <= last;
                    let permitted = "two letters, or a range such as HT-HY";
                    found.unless(fits, period, track, permitted);
                }
            }
        });
        self.at("verifiers", |found| {
            for (name, verifier) in &campaigns.verifiers {
                found.at(name, |found| found.verifier(verifier));
            }
        });
    }

    fn verifier(&mut self, verifier: &Verifier) {
        let address = &verifier.address;
        let local = ["http://127.", "http://[::1]"];
        let local = local.iter().any(|local| address.starts_with(local));
        let plain = !address.ends_with('/') && !address.contains(['?', '#', ' ']);
        let fits = (is_https(address) || local && address.len() <= 1_000) && plain;
        let permitted = "https://, or http:// at a loopback address by its number; no slash at the end, no query";
        self.unless(fits, "address", address, permitted);
        let id = &verifier.app_id;
        let fits = id.len() <= 64 && is_printed(id);
        self.unless(fits, "app-id", id, "at most 64 printed characters");
        if let Some(credential) = &verifier.credential {
            let fits = (1..=64).contains(&credential.len()) && is_printed(credential);
            let permitted = "1 to 64 printed characters";
            self.unless(fits, "credential", credential, permitted);
        }
    }
}
