//! What somebody takes away or alters under a running host is put back.

use crate::world::{World, wait};
use async_nats::jetstream::consumer::pull;
use serde_json::json;

#[test]
fn a_stream_that_was_deleted_is_made_again() {
    let Some(mut world) = World::new() else {
        return;
    };
    world.host("");
    world.until_ready("connected");
    world.with(async |jetstream| jetstream.delete_stream("stampcard-out").await.unwrap());
    world.order("A-1", 7);
    let told = world.until("out", 1);
    assert_eq!(told[0].json()["key"], "A-1");
    assert_eq!(world.points(), json!("7"));
}

#[test]
fn a_consumer_that_was_altered_is_as_it_should_be_again() {
    let Some(mut world) = World::new() else {
        return;
    };
    world.host("");
    world.until_ready("connected");
    let consumer = async |jetstream: &async_nats::jetstream::Context| {
        let stream = jetstream.get_stream("stampcard-in").await.unwrap();
        let found = stream.get_consumer::<pull::Config>("stampcard").await;
        (stream, found.unwrap().cached_info().config.clone())
    };
    world.with(async |jetstream| {
        let (stream, there) = consumer(jetstream).await;
        let altered = pull::Config {
            durable_name: there.durable_name,
            ack_wait: there.ack_wait,
            max_ack_pending: there.max_ack_pending,
            filter_subject: there.filter_subject,
            max_deliver: 1,
            ..pull::Config::default()
        };
        stream.create_consumer(altered).await.unwrap();
    });
    let back = wait(|| {
        let found = world.with(async |jetstream| consumer(jetstream).await.1.max_deliver);
        (found == -1).then_some(())
    });
    assert!(back.is_some(), "{:#?}", world.log());
}
