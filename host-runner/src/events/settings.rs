//! The table `events` of the server's settings.

use super::nats;
use crate::capabilities::Merchant;
use crate::capabilities::messaging::{ChannelsError, Reader};
use crate::capabilities::webhook::Keys;
use crate::plugin::Plugin;
use std::collections::{BTreeMap, BTreeSet};

/// What events may call unless told: what a platform tells of what happened there.
const FUNCTIONS: [&str; 6] = [
    "members.put",
    "points.refund",
    "points.report-event",
    "points.report-order",
    "points.report-registration",
    "submissions.submit",
];

/// By which ways events come in, and what they may ask for.
///
/// ```toml
/// [events]
/// functions = ["points.report-order", "points.refund"]
///
/// [events.nats]
/// url = "tls://nats.internal:4222"
/// credentials-file = "secrets/nats.creds"
///
/// [events.webhooks.tea-house]
/// secret-file = "secrets/tea-house-webhook"
/// ```
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Settings {
    /// Interface and name of each function.
    pub(crate) functions: BTreeSet<String>,
    /// JetStream, if there is one.
    pub(crate) nats: Option<nats::Settings>,
    /// What proves a merchant's webhooks.
    pub(crate) webhooks: BTreeMap<Merchant, Keys>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            functions: FUNCTIONS.map(str::to_owned).into(),
            nats: None,
            webhooks: BTreeMap::new(),
        }
    }
}

impl Settings {
    /// Reads the table; none: nothing comes in but by the API.
    pub(crate) fn read(own: Option<Reader<'_>>) -> Result<Self, ChannelsError> {
        let mut settings = Self::default();
        let Some(mut own) = own else {
            return Ok(settings);
        };
        let functions = own.texts("functions")?;
        if !functions.is_empty() {
            settings.functions = functions.into_iter().collect();
        }
        settings.nats = own.inner("nats")?.map(nats::Settings::read).transpose()?;
        if let Some(mut all) = own.inner("webhooks")? {
            for id in all.names() {
                let merchant =
                    Merchant::new(&id).map_err(|error| all.fault(&id, error.to_string()))?;
                if let Some(mut one) = all.inner(&id)? {
                    let keys = Keys::read(&mut one)?;
                    one.done()?;
                    settings.webhooks.insert(merchant, keys);
                }
            }
            all.done()?;
        }
        own.done()?;
        Ok(settings)
    }

    /// A function that events may not call: the component has none of the name, or it takes no idempotency key.
    pub(crate) fn unfit(&self, plugin: &Plugin) -> Option<&str> {
        let fits = |name: &str| {
            let function = plugin.function(name);
            function.is_some_and(|function| function.types().executes)
        };
        let mut functions = self.functions.iter().map(String::as_str);
        functions.find(|name| !fits(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use toml::Value;

    fn read(text: &str) -> Result<Settings, String> {
        let folder = tempfile::tempdir().unwrap();
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        std::fs::write(folder.path().join("secret"), secret).unwrap();
        std::fs::write(folder.path().join("short"), "whsec_MfKQ").unwrap();
        let table = Value::Table(text.parse().unwrap());
        let own = Reader::new("events".to_owned(), table, folder.path()).unwrap();
        Settings::read(Some(own)).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_left_out_is_as_usual() {
        let settings = read("[nats]\nurl = \"nats://127.0.0.1\"").unwrap();
        assert_eq!(settings.functions.len(), FUNCTIONS.len());
        assert!(settings.webhooks.is_empty());
        let nats = settings.nats.unwrap();
        assert_eq!((nats.prefix.as_str(), nats.at_once), ("stampcard", 8));
        assert!(Settings::read(None).unwrap().nats.is_none());
    }

    #[test]
    fn all_of_it_is_read() {
        let settings = read(
            r#"
            functions = ["points.refund"]
            [nats]
            url = "nats://127.0.0.1"
            prefix = "loyal"
            at-once = 2
            pending = 1
            deliveries = 3
            ack-seconds = 5
            results-days = 1
            poison-days = 365
            duplicate-minutes = 5
            replicas = 3
            [webhooks.tea]
            secret-file = "secret"
            previous-secret-file = "secret"
            "#,
        )
        .unwrap();
        assert_eq!(
            settings.functions,
            BTreeSet::from(["points.refund".to_owned()])
        );
        let nats = settings.nats.as_ref().unwrap();
        assert_eq!(
            (nats.prefix.as_str(), nats.pending, nats.replicas),
            ("loyal", 1, 3)
        );
        assert_eq!(settings.webhooks.len(), 1);
        assert!(!format!("{settings:?}").contains("whsec"));
    }

    #[test]
    fn each_wrong_member_is_named_and_no_secret_told() {
        for (text, begin) in [
            ("functions = [1]", "events.functions: "),
            ("nats = 1", "events.nats: "),
            ("[nats]", "events.nats.url: it is missing"),
            (
                "[nats]\nurl = \"nats://127.0.0.1\"\nprefix = \"a.b\"",
                "events.nats.prefix: ",
            ),
            (
                "[nats]\nurl = \"nats://127.0.0.1\"\nat-once = 0",
                "events.nats.at-once: ",
            ),
            (
                "[nats]\nurl = \"nats://127.0.0.1\"\nlanes = 1",
                "events.nats.lanes: ",
            ),
            (
                "[webhooks.Tea]\nsecret-file = \"secret\"",
                "events.webhooks.Tea: ",
            ),
            ("[webhooks.tea]", "events.webhooks.tea.secret-env: "),
            (
                "[webhooks.tea]\nsecret-file = \"short\"",
                "events.webhooks.tea.secret: it is not",
            ),
            ("kafka = 1", "events.kafka: it is not known here"),
        ] {
            let told = read(text).unwrap_err();
            assert!(
                told.starts_with(begin) && !told.contains("MfKQ"),
                "{text}: {told}"
            );
        }
    }
}
