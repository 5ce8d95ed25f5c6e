//! Each channel by a backend of its own.

use super::{Channel, Message, Messaging, Outcome};
use crate::capabilities::Merchant;
use std::collections::HashMap;
use std::sync::Arc;

/// Hands each message to the backend of its channel. A message on a channel that has none is
/// undeliverable, so that the plugin moves on to the member's next channel.
#[derive(Clone, Default)]
pub struct Router {
    backends: Vec<Arc<dyn Messaging>>,
    /// Places in `backends`.
    routes: HashMap<Channel, usize>,
}

impl Router {
    /// A router by which every channel goes to this backend.
    #[must_use]
    pub fn to(backend: Arc<dyn Messaging>) -> Self {
        Self::default().with(&Channel::ALL, backend)
    }

    /// Sends these channels to this backend, whatever they went to before.
    #[must_use]
    pub fn with(mut self, channels: &[Channel], backend: Arc<dyn Messaging>) -> Self {
        let place = self.backends.len();
        self.backends.push(backend);
        self.routes
            .extend(channels.iter().map(|channel| (*channel, place)));
        self
    }
}

impl Messaging for Router {
    /// Each backend gets its messages in one call and in their order; the backends work one after the other.
    fn send(&self, merchant: &Merchant, messages: &[Message]) -> Vec<Outcome> {
        let mut outcomes: Vec<Outcome> = messages
            .iter()
            .map(|message| no_provider(message.channel))
            .collect();
        for (place, backend) in self.backends.iter().enumerate() {
            let (places, own): (Vec<usize>, Vec<Message>) = messages
                .iter()
                .enumerate()
                .filter(|(_, message)| self.routes.get(&message.channel) == Some(&place))
                .map(|(at, message)| (at, message.clone()))
                .unzip();
            if own.is_empty() {
                continue;
            }
            // A backend that answers too little breaks its promise; what it left out may have been sent.
            let answers = backend.send(merchant, &own).into_iter().map(Some);
            let answers = answers.chain(std::iter::repeat(None));
            for (at, answer) in places.into_iter().zip(answers) {
                if let Some(outcome) = outcomes.get_mut(at) {
                    *outcome = answer.unwrap_or(Outcome::Unknown);
                }
            }
        }
        outcomes
    }

    fn key_holds(&self, merchant: &Merchant, channel: Channel) -> Option<u32> {
        let place = self.routes.get(&channel)?;
        self.backends.get(*place)?.key_holds(merchant, channel)
    }
}

/// What becomes of a message on a channel that nobody serves.
pub(super) fn no_provider(channel: Channel) -> Outcome {
    Outcome::Undeliverable(format!("no provider for {}", channel.name()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Accepts everything under its name, and answers for at most so many.
    struct Named(&'static str, usize);

    impl Messaging for Named {
        fn send(&self, _: &Merchant, messages: &[Message]) -> Vec<Outcome> {
            let answer = |message: &Message| {
                Outcome::Accepted(Some(format!("{} {}", self.0, message.idempotency_key)))
            };
            messages.iter().take(self.1).map(answer).collect()
        }
    }

    fn message(key: &str, channel: Channel) -> Message {
        Message {
            idempotency_key: key.to_owned(),
            channel,
            address: String::new(),
            subject: None,
            text: String::new(),
            html: None,
            detail: None,
        }
    }

    fn accepted(text: &str) -> Outcome {
        Outcome::Accepted(Some(text.to_owned()))
    }

    #[test]
    fn answers_come_in_the_order_of_the_messages() {
        let router = Router::default()
            .with(
                &[Channel::LinePush, Channel::Email],
                Arc::new(Named("old", 9)),
            )
            .with(&[Channel::Email], Arc::new(Named("mail", 9)));
        let sent = [
            message("1", Channel::Email),
            message("2", Channel::LinePush),
            message("3", Channel::Sms),
            message("4", Channel::Email),
        ];
        let outcomes = router.send(&Merchant::new("shop").unwrap(), &sent);
        let expected = [
            accepted("mail 1"),
            accepted("old 2"),
            Outcome::Undeliverable("no provider for sms".to_owned()),
            accepted("mail 4"),
        ];
        assert_eq!(outcomes, expected);
    }

    #[test]
    fn what_a_backend_leaves_out_is_unknown() {
        let router = Router::to(Arc::new(Named("lazy", 1)));
        let sent = Channel::ALL.map(|channel| message("k", channel));
        let outcomes = router.send(&Merchant::new("shop").unwrap(), &sent);
        assert_eq!(outcomes.len(), Channel::ALL.len());
        assert_eq!(outcomes.first(), Some(&accepted("lazy k")));
        assert!(
            outcomes
                .iter()
                .skip(1)
                .all(|outcome| *outcome == Outcome::Unknown)
        );
    }
}
