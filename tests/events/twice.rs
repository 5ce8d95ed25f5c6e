//! What comes twice is done once and told once.

use crate::world::{ID, World, wait};
use async_nats::jetstream::stream::{Config, DiscardPolicy, RetentionPolicy};
use serde_json::json;
use std::time::Duration;

#[test]
fn a_duplicate_that_jetstream_let_through_is_one_grant_and_one_result() {
    let Some(mut world) = World::new() else {
        return;
    };
    // An operator's stream, which forgets ids at once.
    world.stream(Config {
        name: "stampcard-in".to_owned(),
        subjects: vec!["stampcard.in.>".to_owned()],
        retention: RetentionPolicy::WorkQueue,
        duplicate_window: Duration::from_millis(100),
        ..Config::default()
    });
    for _ in 0..3 {
        world.order("A-1", 7);
        std::thread::sleep(Duration::from_millis(400));
    }
    assert_eq!(world.all("in").len(), 3);
    world.host("");
    world.until("out", 1);
    assert_eq!(world.points(), json!("7"));
    assert_eq!(world.all("out").len(), 1);
    // The same key for something else is refused, and that is told, too.
    world.order("A-1", 8);
    let told = world.until("out", 2);
    assert_eq!(told[1].json()["error"], "key-reused");
    assert_eq!(world.points(), json!("7"));
}

#[test]
fn what_was_done_and_could_not_be_told_is_told_later_and_not_done_again() {
    let Some(mut world) = World::new() else {
        return;
    };
    // An operator's stream for results, which is full.
    world.stream(Config {
        name: "stampcard-out".to_owned(),
        subjects: vec!["stampcard.out.>".to_owned()],
        max_messages: 1,
        discard: DiscardPolicy::New,
        ..Config::default()
    });
    world.with(async |jetstream| {
        let sent = jetstream.publish("stampcard.out.full", "".into()).await;
        sent.unwrap().await.unwrap();
    });
    world.host("");
    world.until_ready("connected");
    world.order("A-1", 7);
    // It is committed and not acknowledged.
    assert!(wait(|| (world.points() == json!("7")).then_some(())).is_some());
    assert_eq!(world.all("in").len(), 1);
    // The host goes, and hands it back; the next one finds another stream.
    world.stop();
    assert_eq!(world.all("in").len(), 1);
    world.with(async |jetstream| jetstream.delete_stream("stampcard-out").await.unwrap());
    world.host("");
    let told = world.until("out", 1);
    assert_eq!((told.len(), &told[0].json()["key"]), (1, &json!("A-1")));
    assert_eq!(world.points(), json!("7"));
    assert!(world.all("poison").is_empty());
}

#[test]
fn a_key_is_the_merchants_and_the_functions_own() {
    let Some(mut world) = World::new() else {
        return;
    };
    world.host("");
    world.until_ready("connected");
    let line = json!({ "sku": "tea", "quantity": "1", "amount": "700" });
    let order = json!({ "order": "A-1", "member": "mei", "state": "paid", "lines": [line] });
    let events = [
        ("tea.members.put", json!({ "member": "mei", "name": "Mei" })),
        ("tea.points.report-order", order),
    ];
    for (place, request) in &events {
        world.publish(
            place,
            &[("Stampcard-Key", "A-1")],
            request.to_string().as_bytes(),
        );
    }
    let told = world.until("out", 2);
    assert!(
        told.iter().all(|one| one.json()["key"] == "A-1"),
        "{told:?}"
    );
    assert_eq!(world.points(), json!("7"));
    // By their ids alone JetStream takes two for one for a moment only.
    for (place, request) in &events {
        world.publish(place, &[(ID, "A-2")], request.to_string().as_bytes());
        std::thread::sleep(Duration::from_millis(300));
    }
    world.until("out", 4);
    assert!(world.all("poison").is_empty());
}

#[test]
fn one_after_the_other_where_the_settings_say_so() {
    let Some(mut world) = World::new() else {
        return;
    };
    world.host("pending = 1");
    world.host("pending = 1");
    world.until_ready("connected");
    let line = json!({ "sku": "tea", "quantity": "1", "amount": "100" });
    for number in 0..40 {
        let order = format!("A-{}", number / 2);
        let (state, key) = (["ordered", "paid"][number % 2], format!("K-{number}"));
        let request = json!({ "order": order, "member": "mei", "state": state, "lines": [line] });
        let payload = request.to_string();
        world.publish("tea.points.report-order", &[(ID, &key)], payload.as_bytes());
    }
    let told = world.until("out", 40);
    let keys: Vec<String> = told
        .iter()
        .map(|told| told.json()["key"].as_str().unwrap().to_owned())
        .collect();
    let expected: Vec<String> = (0..40).map(|number| format!("K-{number}")).collect();
    assert_eq!(keys, expected);
}
