//! What can't be done is set aside as it came, with the reason.

use crate::world::{ID, OPERATOR, Told, World, wait};
use async_nats::jetstream::consumer::{AckPolicy, pull};
use async_nats::jetstream::message::AckKind;
use async_nats::jetstream::stream::{Config, RetentionPolicy};
use futures_util::StreamExt;
use serde_json::json;

/// Where an event is published, its headers and its payload; and why it is set aside.
type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str, &'a str);

#[test]
fn each_kind_has_its_reason_and_keeps_what_came() {
    let Some(mut world) = World::new() else {
        return;
    };
    world.host_with("ticking = false\nlimits = { body-kib = 1 }", "", "");
    world.until_ready("connected");
    let order = "tea.points.report-order";
    let (key, large) = ([(ID, "A-1")], "\"".to_owned() + &"a".repeat(2_000) + "\"");
    let bad_line = json!({ "order": "A-1", "member": "mei", "state": "paid", "lines": [7] });
    let bad_line = bad_line.to_string();
    let cases: [Case<'_>; 9] = [
        ("points.report-order", &key, "{}", "subject"),
        ("nobody.points.report-order", &key, "{}", "unknown-merchant"),
        ("tea.points.nothing", &key, "{}", "unknown-function"),
        ("tea.accounts.adjust", &key, "{}", "unknown-function"),
        (order, &[("Trace", "7")], "{}", "key"),
        (order, &[(ID, "A-2")], "{\"order\":", "no-json"),
        (order, &[(ID, "A-3")], &bad_line, "shape"),
        (order, &[(ID, "A-4")], &large, "too-large"),
        (
            order,
            &[(ID, "A-5"), ("Nats-Expected-Stream", "stampcard-in")],
            "",
            "no-json",
        ),
    ];
    for (place, headers, payload, reason) in cases {
        // JetStream knows ids apart from subjects.
        let own = format!("{reason}-{place}");
        let headers: Vec<(&str, &str)> = headers
            .iter()
            .map(|(name, value)| {
                (
                    *name,
                    if *value == "A-1" {
                        own.as_str()
                    } else {
                        *value
                    },
                )
            })
            .collect();
        world.publish(place, &headers, payload.as_bytes());
    }
    let told = world.until("poison", cases.len());
    assert_eq!(told.len(), cases.len(), "{told:#?}");
    for (place, _, payload, reason) in cases {
        let mut own = told.iter().filter(|one| {
            one.subject == format!("stampcard.poison.{place}") && one.payload == payload.as_bytes()
        });
        let one: &Told = own
            .next()
            .unwrap_or_else(|| panic!("{place} {reason} {told:#?}"));
        assert_eq!(one.header("Stampcard-Reason"), Some(reason), "{one:?}");
        assert!(
            one.header("Stampcard-Detail")
                .is_some_and(|told| !told.is_empty())
        );
        assert_eq!(one.header("Stampcard-Deliveries"), Some("1"));
    }
    let of = |reason: &str| {
        told.iter()
            .find(|one| one.header("Stampcard-Reason") == Some(reason))
    };
    assert_eq!(
        of("shape").unwrap().header("Stampcard-Pointer"),
        Some("/lines/0")
    );
    assert_eq!(
        of("shape").unwrap().header("Stampcard-Nats-Msg-Id"),
        Some("A-3")
    );
    assert_eq!(of("key").unwrap().header("Trace"), Some("7"));
    let last = told
        .iter()
        .find(|one| one.header("Stampcard-Nats-Msg-Id") == Some("A-5"));
    let stream = last.unwrap().header("Stampcard-Nats-Expected-Stream");
    assert_eq!(stream, Some("stampcard-in"));
    assert!(world.all("out").is_empty());
    assert!(
        world
            .log()
            .iter()
            .any(|line| line == "error an event was set aside: shape at \"/lines/0\"")
    );
    assert!(
        world.figures().contains("outcome=\"poison\"} 9"),
        "{}",
        world.figures()
    );
}

#[test]
fn a_result_that_its_stream_has_no_room_for_holds_up_nothing() {
    let Some(mut world) = World::new() else {
        return;
    };
    world.stream(Config {
        name: "stampcard-out".to_owned(),
        subjects: vec!["stampcard.out.>".to_owned()],
        max_message_size: 400,
        ..Config::default()
    });
    world.host("at-once = 1");
    world.until_ready("connected");
    world.order("A-1", 7);
    let told = world.until("poison", 1);
    assert_eq!(told[0].header("Stampcard-Reason"), Some("result-too-large"));
    assert_eq!(world.points(), json!("7"));
    // A small one behind it goes through.
    world.publish("tea.points.report-order", &[(ID, "A-2")], b"{}");
    world.until("poison", 2);
}

#[test]
fn what_nobody_lived_to_tell_of_is_set_aside_in_the_end() {
    let Some(mut world) = World::new() else {
        return;
    };
    // Two hosts take it and go without a word, as far as JetStream knows.
    world.stream(Config {
        name: "stampcard-in".to_owned(),
        subjects: vec!["stampcard.in.>".to_owned()],
        retention: RetentionPolicy::WorkQueue,
        ..Config::default()
    });
    world.order("A-1", 7);
    world.with(async |jetstream| {
        let stream = jetstream.get_stream("stampcard-in").await.unwrap();
        let config = pull::Config {
            durable_name: Some("stampcard".to_owned()),
            ack_policy: AckPolicy::Explicit,
            filter_subject: "stampcard.in.>".to_owned(),
            ..pull::Config::default()
        };
        let consumer = stream.create_consumer(config).await.unwrap();
        for _ in 0..2 {
            let mut batch = consumer.batch().max_messages(1).messages().await.unwrap();
            let message = batch.next().await.unwrap().unwrap();
            message.ack_with(AckKind::Nak(None)).await.unwrap();
            jetstream.client().flush().await.unwrap();
        }
    });
    world.host("deliveries = 2");
    let told = world.until("poison", 1);
    assert_eq!(told[0].header("Stampcard-Reason"), Some("deliveries"));
    assert_eq!(told[0].header("Stampcard-Deliveries"), Some("3"));
    assert_eq!(told[0].json()["order"], "A-1");
    assert_eq!(world.points(), json!("0"));
}

#[test]
fn a_merchant_whose_events_all_fail_leaves_places_to_the_others() {
    let Some(mut world) = World::new() else {
        return;
    };
    world.write("operator", OPERATOR);
    world.host_with(
        "ticking = false\noperator-key-file = \"operator\"",
        "",
        "pending = 20",
    );
    world.until_ready("connected");
    world.merchant("coffee", "{}");
    // Each of the orders wants more.
    world.merchant("tea", "{\"limits\":{\"fuel\":1000000}}");
    let line = json!({ "sku": "tea", "quantity": "1", "amount": "100" });
    for number in 1..=30 {
        let order = format!("A-{number}");
        let lines = vec![&line; 200];
        let request = json!({ "order": order, "member": "mei", "state": "paid", "lines": lines });
        let payload = request.to_string();
        world.publish(
            "tea.points.report-order",
            &[(ID, &order)],
            payload.as_bytes(),
        );
    }
    let jo = json!({ "member": "jo" }).to_string();
    world.publish("coffee.members.put", &[(ID, "jo")], jo.as_bytes());
    let told = wait(|| world.all("out").pop()).unwrap();
    assert_eq!(told.json()["key"], "jo");
    // Two wait to come again, and the rest is set aside.
    let left = wait(|| Some(world.all("in").len()).filter(|left| *left <= 2));
    let set_aside = world.all("poison");
    assert_eq!((left, set_aside.len()), (Some(2), 28));
    for one in &set_aside {
        assert_eq!(one.header("Stampcard-Reason"), Some("many-fail"));
    }
    world.merchant("tea", "{}");
    assert_eq!(world.until("out", 3).len(), 3);
    assert_eq!(world.points(), json!("400"));
}
