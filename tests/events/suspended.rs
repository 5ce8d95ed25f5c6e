//! Events of a merchant that is suspended are set aside, and hold up nobody else's.

use crate::world::{ID, OPERATOR, World};
use serde_json::json;

#[test]
fn a_suspended_merchants_events_hold_up_nobody_and_are_done_when_published_again() {
    let Some(mut world) = World::new() else {
        return;
    };
    world.write("operator", OPERATOR);
    world.host_with("ticking = false\noperator-key-file = \"operator\"", "", "");
    world.until_ready("connected");
    world.merchant("coffee", "{}");
    world.merchant("tea", "{\"state\":\"suspended\"}");
    // More than the host has lanes.
    for number in 1..=10 {
        world.order(&format!("A-{number}"), number);
    }
    let jo = json!({ "member": "jo" }).to_string();
    world.publish("coffee.members.put", &[(ID, "jo")], jo.as_bytes());
    assert_eq!(world.until("out", 1)[0].json()["key"], "jo");
    let set_aside = world.until("poison", 10);
    assert_eq!(set_aside.len(), 10);
    for one in &set_aside {
        assert_eq!(one.header("Stampcard-Reason"), Some("suspended"));
        let key = one.header("Stampcard-Nats-Msg-Id");
        assert_eq!(key, one.json()["order"].as_str());
    }
    assert!(world.figures().contains("outcome=\"poison\"} 10"));
    assert_eq!(world.points(), json!("0"));
    world.merchant("tea", "{}");
    // Once as it stands there, and once with its key alone.
    for one in &set_aside {
        let place = one.subject.strip_prefix("stampcard.poison.").unwrap();
        let all: Vec<(String, String)> = one
            .headers
            .iter()
            .map(|(name, values)| (name.to_string(), values[0].to_string()))
            .collect();
        let all: Vec<(&str, &str)> = all
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        world.publish(place, &all, &one.payload);
        let name = "Stampcard-Nats-Msg-Id";
        let key = [(name, one.header(name).unwrap())];
        world.publish(place, &key, &one.payload);
    }
    let told = world.until("out", 11);
    assert_eq!((told.len(), world.points()), (11, json!("55")));
    assert_eq!(world.all("poison").len(), 10);
}
