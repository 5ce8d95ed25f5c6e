//! A later end for lots, by hand. Source: spec, expiry, "When points lapse".

use super::account::Account;
use super::amount::Amount;
use super::entry::{About, EntryKind, Part};
use super::instant::Instant;
use super::lot::Lot;
use super::until::End;

impl Lot {
    /// Why it can't be extended to an end at `now`, in words of what it is; none: it can. It must be open, not have
    /// lapsed, and lapse before that end.
    #[must_use]
    pub fn refuses(&self, end: Instant, now: Instant) -> Option<String> {
        match self.expires_at {
            _ if self.is_closed() => Some("a lot that is used up or lapsed".to_owned()),
            Some(at) if at <= now => Some(format!("a lot that lapsed at {at}")),
            Some(at) if at >= end => Some(format!("a lot that lapses at {at}")),
            Some(_) => None,
            None if self.activates_at.is_some() => Some("a lot that never lapses".to_owned()),
            None => Some("a lot that waits for its order".to_owned()),
        }
    }
}

impl Account {
    /// Gives these loaded lots an end, and writes one entry of it. Gives them as they are then.
    pub fn extend(&mut self, ids: &[u64], end: End, at: Instant, about: About) -> Vec<Lot> {
        let mut lots = Vec::new();
        for lot in self.lots.iter_mut().filter(|lot| ids.contains(&lot.id)) {
            lot.end_at(end);
            lots.push(lot.clone());
        }
        let parts = lots.iter().map(Part::of).collect();
        self.write(EntryKind::Extend, Amount::ZERO, at, parts, about);
        lots
    }
}
