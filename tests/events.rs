//! Events by a real nats-server: what comes in is done once, what came of it is told once, and what can't be done is set aside
//! with the reason, whoever stops or is killed in between. Where nats-server is missing, each test says so and does nothing.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test stops at the first thing that goes wrong"
)]

#[path = "events/altered.rs"]
mod altered;
#[path = "events/away.rs"]
mod away;
#[path = "events/encrypted.rs"]
mod encrypted;
#[path = "events/killed.rs"]
mod killed;
#[path = "events/notices.rs"]
mod notices;
#[path = "events/poison.rs"]
mod poison;
#[path = "events/suspended.rs"]
mod suspended;
#[path = "events/twice.rs"]
mod twice;
#[path = "events/unread.rs"]
mod unread;
#[path = "events/world.rs"]
mod world;

use serde_json::json;
use world::{ID, World};

#[test]
fn an_order_becomes_points_and_a_result() {
    let Some(mut world) = World::new() else {
        return;
    };
    world.host("");
    world.until_ready("connected");
    world.order("A-1", 7);
    let told = world.until("out", 1);
    assert_eq!(
        told[0].subject,
        "stampcard.out.tea.result.points.report-order"
    );
    let result = told[0].json();
    assert_eq!(
        (&result["key"], &result["function"]),
        (&json!("A-1"), &json!("points.report-order"))
    );
    assert_eq!(result["result"]["granted"], "7", "{result}");
    assert_eq!(told[0].header(ID).map(str::len), Some(64));
    assert_eq!(world.points(), json!("7"));
    // A refund; a member; and what the plugin refuses, which is told as any other answer.
    let refund = json!({ "order": "A-1", "what": "all" });
    let unknown = json!({ "order": "none", "what": "all" });
    for (place, key, request) in [
        ("tea.members.put", "jo", json!({ "member": "jo" })),
        ("tea.points.refund", "R-1", refund),
        ("tea.points.refund", "R-2", unknown),
    ] {
        world.publish(place, &[(ID, key)], request.to_string().as_bytes());
    }
    let told = world.until("out", 4);
    let of = |key: &str| {
        let mut all = told.iter().map(world::Told::json);
        all.find(|told| told["key"] == key).unwrap()
    };
    assert_eq!(of("jo")["result"]["member"], "jo");
    assert!(of("R-1")["result"].is_object(), "{}", of("R-1"));
    assert_eq!(world.points(), json!("0"));
    assert!(of("R-2")["error"].is_object(), "{}", of("R-2"));
    assert!(world.all("poison").is_empty());
    let figures = world.figures();
    for line in [
        "stampcard_events_total{by=\"nats\",outcome=\"done\"} ",
        "stampcard_events_total{by=\"nats\",outcome=\"refused\"} ",
        "stampcard_events_connected 1",
    ] {
        assert!(figures.contains(line), "{line}\n{figures}");
    }
    assert!(!figures.contains("tea"), "{figures}");
}

#[test]
fn a_login_is_shown_and_a_wrong_one_stops_nobody() {
    let login = ["--user", "stampcard", "--pass", "hush-hush"];
    let Some(mut world) = World::locked(&login) else {
        return;
    };
    world.write("wrong", "hush");
    world.host("user = \"stampcard\"\npassword-file = \"wrong\"");
    let told = world::wait(|| {
        world
            .log()
            .into_iter()
            .find(|line| line.contains("authorization"))
    });
    assert!(told.is_some(), "{:?}", world.log());
    assert!(world.get("/ready").contains("\"events\":\"away\""));
    assert!(world.get("/health").starts_with("HTTP/1.1 200"));
    world.stop();
    world.write("right", "hush-hush");
    world.host("user = \"stampcard\"\npassword-file = \"right\"");
    world.until_ready("connected");
    assert!(!world.log().iter().any(|line| line.contains("hush")));
}
