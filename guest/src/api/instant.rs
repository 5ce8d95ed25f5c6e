//! Instants of the interface.

use crate::bindings::stampcard::plugin::types as wit;
use crate::domain::instant::Instant;

impl From<Instant> for wit::Instant {
    fn from(instant: Instant) -> Self {
        Self {
            seconds: instant.seconds(),
            nanoseconds: instant.nanoseconds(),
        }
    }
}

impl wit::Instant {
    /// The instant; none after 9999.
    pub(super) fn parse(self) -> Option<Instant> {
        Instant::new(self.seconds, self.nanoseconds)
    }
}

impl From<wit::Instant> for String {
    fn from(instant: wit::Instant) -> Self {
        instant
            .parse()
            .map_or_else(|| format!("{instant:?}"), |instant| instant.to_string())
    }
}

impl TryFrom<String> for wit::Instant {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let instant = Instant::parse(&text).map(Self::from);
        instant.ok_or_else(|| format!("{text:?} is no moment such as 2026-11-22T04:00:00Z"))
    }
}
