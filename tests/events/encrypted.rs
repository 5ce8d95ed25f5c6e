//! A nats-server that speaks TLS alone: it is trusted by its certificate, and by nothing else.

use crate::world::{AUTHORITY, World, wait};
use serde_json::json;

#[test]
fn events_come_in_encrypted() {
    let Some(mut world) = World::encrypted("127.0.0.1") else {
        return;
    };
    world.host(&format!("authorities = \"{AUTHORITY}\""));
    world.until_ready("connected");
    world.order("A-1", 7);
    world.until("out", 1);
    assert_eq!(world.points(), json!("7"));
    // Encrypted again after it was away.
    world.nats.kill().unwrap();
    world.until_ready("away");
    world.nats.start().unwrap();
    world.order("A-2", 2);
    world.until("out", 2);
    assert_eq!(world.points(), json!("9"));
}

#[test]
fn a_certificate_that_nothing_vouches_for_is_not_trusted() {
    let Some(mut world) = World::encrypted("127.0.0.1") else {
        return;
    };
    world.host("");
    refused(&world);
}

#[test]
fn a_certificate_for_another_name_is_not_trusted() {
    let Some(mut world) = World::encrypted("nats.internal") else {
        return;
    };
    world.host(&format!("authorities = \"{AUTHORITY}\""));
    refused(&world);
}

/// The host says that the certificate is why no events come in, and serves everything else.
fn refused(world: &World) {
    let told = wait(|| {
        let mut log = world.log().into_iter();
        log.find(|line| line.contains("certificate"))
    });
    assert!(told.is_some(), "{:?}", world.log());
    assert!(world.get("/ready").contains("\"events\":\"away\""));
    assert!(world.get("/health").starts_with("HTTP/1.1 200"));
}
