//! The streams and the consumer, made where they are missing. What an operator made stays as it is.

use super::settings::Settings;
use async_nats::jetstream::consumer::{self, AckPolicy, PullConsumer, pull};
use async_nats::jetstream::context::Context;
use async_nats::jetstream::stream::{Config, RetentionPolicy, Stream};
use std::time::Duration;

/// The consumer that all hosts share.
const CONSUMER: &str = "stampcard";

/// For how long JetStream knows an event again: the shortest time that it takes. Events of two merchants, or for two functions,
/// may have one key, and the plugin knows by whose it is what was done already.
const KNOWN: Duration = Duration::from_millis(100);

/// The consumer, with the streams around it; or why they can't be had.
pub(super) async fn ready(jetstream: &Context, of: &Settings) -> Result<PullConsumer, String> {
    // An event that is done is gone; one that isn't never is.
    let events = Config {
        retention: RetentionPolicy::WorkQueue,
        duplicate_window: KNOWN,
        description: Some("Events for Stampcard".to_owned()),
        ..config(of, "in", Duration::ZERO)
    };
    let results = Config {
        description: Some("What came of events, and notices".to_owned()),
        ..config(of, "out", of.results)
    };
    let poison = Config {
        description: Some("Events that can't be done, with the reason".to_owned()),
        ..config(of, "poison", of.poison)
    };
    let events = stream(jetstream, events).await?;
    stream(jetstream, results).await?;
    stream(jetstream, poison).await?;
    let consumer = wanted(of);
    // Nothing is changed that is as it should be, since every host comes here whenever its connection comes back.
    if let Ok(there) = events.get_consumer::<pull::Config>(CONSUMER).await
        && same(&there.cached_info().config, &consumer)
    {
        return Ok(there);
    }
    let made = events.create_consumer(consumer).await;
    made.map_err(|error| format!("the consumer {CONSUMER}: {error}"))
}

/// What the consumer should be like.
fn wanted(of: &Settings) -> pull::Config {
    pull::Config {
        durable_name: Some(CONSUMER.to_owned()),
        ack_policy: AckPolicy::Explicit,
        ack_wait: of.ack_wait,
        // Counted here: a message that JetStream gave up by itself would lie in the stream without a word.
        max_deliver: -1,
        max_ack_pending: of.pending.into(),
        filter_subject: format!("{}>", of.incoming()),
        ..pull::Config::default()
    }
}

/// Whether somebody made the consumer so that events would be left lying. What settings decide the last host decides that came.
pub(super) async fn is_altered(consumer: &PullConsumer, of: &Settings) -> bool {
    let (mut consumer, wanted) = (consumer.clone(), wanted(of));
    let found = consumer.info().await;
    found.is_ok_and(|info| {
        let there = &info.config;
        (there.max_deliver, &there.filter_subject) != (wanted.max_deliver, &wanted.filter_subject)
    })
}

/// Whether a consumer is as it should be.
fn same(there: &consumer::Config, wanted: &pull::Config) -> bool {
    there.ack_wait == wanted.ack_wait
        && there.max_deliver == wanted.max_deliver
        && there.max_ack_pending == wanted.max_ack_pending
        && there.filter_subject == wanted.filter_subject
}

fn config(of: &Settings, what: &str, max_age: Duration) -> Config {
    Config {
        name: format!("{}-{what}", of.prefix),
        subjects: vec![format!("{}.{what}.>", of.prefix)],
        max_age,
        duplicate_window: of.duplicates,
        num_replicas: usize::try_from(of.replicas).unwrap_or(1),
        ..Config::default()
    }
}

/// The stream of this name, which takes these subjects.
async fn stream(jetstream: &Context, config: Config) -> Result<Stream, String> {
    let name = config.name.clone();
    let wanted = config.subjects.clone();
    let made = jetstream.get_or_create_stream(config).await;
    let stream = made.map_err(|error| format!("the stream {name}: {error}"))?;
    let there = &stream.cached_info().config.subjects;
    let covered = |subject: &String| there.iter().any(|pattern| covers(pattern, subject));
    match wanted.iter().find(|subject| !covered(subject)) {
        None => Ok(stream),
        Some(subject) => Err(format!("the stream {name} doesn't take {subject}")),
    }
}

/// Whether every subject of the second pattern is one of the first.
fn covers(pattern: &str, other: &str) -> bool {
    let (mut pattern, mut other) = (pattern.split('.'), other.split('.'));
    loop {
        match (pattern.next(), other.next()) {
            (Some(">"), Some(_)) | (None, None) => return true,
            (Some("*"), Some(part)) if part != ">" => {}
            (Some(own), Some(part)) if own == part => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn patterns_cover_patterns() {
        for (pattern, other, expected) in [
            ("a.in.>", "a.in.>", true),
            ("a.>", "a.in.>", true),
            (">", "a.in.>", true),
            ("*.in.>", "a.in.>", true),
            ("a.in.*", "a.in.>", false),
            ("a.in.tea.>", "a.in.>", false),
            ("a.in", "a.in.>", false),
            ("b.in.>", "a.in.>", false),
            ("a.in.*", "a.in.b", true),
            ("a.in.>", "a.in", false),
        ] {
            assert_eq!(covers(pattern, other), expected, "{pattern} {other}");
        }
    }
}
