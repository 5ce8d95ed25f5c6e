//! Servers that go away and come back.

use crate::world::World;
use serde_json::json;
use std::time::Duration;

#[test]
fn nats_goes_and_comes_and_nothing_is_lost() {
    let Some(mut world) = World::new() else {
        return;
    };
    world.host("");
    world.until_ready("connected");
    world.order("A-1", 1);
    world.until("out", 1);
    world.nats.kill().unwrap();
    world.until_ready("away");
    // Everything else goes on.
    assert!(world.get("/ready").starts_with("HTTP/1.1 200"));
    assert!(world.figures().contains("stampcard_events_connected 0"));
    std::thread::sleep(Duration::from_millis(500));
    world.nats.start().unwrap();
    world.order("A-2", 2);
    world.until("out", 2);
    assert_eq!(world.points(), json!("3"));
    // Twice, and with what came while no host was there.
    world.nats.kill().unwrap();
    world.until_ready("away");
    world.nats.start().unwrap();
    world.until_ready("connected");
    world.stop();
    world.order("A-3", 3);
    world.nats.kill().unwrap();
    world.host("");
    world.until_ready("away");
    world.nats.start().unwrap();
    let told = world.until("out", 3);
    assert_eq!((told.len(), world.points()), (3, json!("6")));
    let log = world.log();
    assert!(
        log.iter().any(|line| line.starts_with("warn NATS is away")),
        "{log:?}"
    );
    assert!(
        log.iter().any(|line| line.starts_with("info NATS is here")),
        "{log:?}"
    );
}

#[test]
fn a_stream_that_is_lost_is_made_again() {
    let Some(mut world) = World::new() else {
        return;
    };
    world.host("");
    world.until_ready("connected");
    world.with(async |jetstream| jetstream.delete_stream("stampcard-in").await.unwrap());
    let again = crate::world::wait(|| {
        let there =
            world.with(async |jetstream| jetstream.get_stream("stampcard-in").await.is_ok());
        there.then_some(())
    });
    assert!(again.is_some(), "{:?}", world.log());
    world.order("A-1", 1);
    world.until("out", 1);
    assert_eq!(world.points(), json!("1"));
}

#[test]
fn two_hosts_share_the_work_and_one_may_stop() {
    let Some(mut world) = World::new() else {
        return;
    };
    world.host("at-once = 2");
    world.host("at-once = 2");
    world.until_ready("connected");
    for number in 1..=30 {
        world.order(&format!("A-{number}"), number);
    }
    world.stop();
    for number in 31..=40 {
        world.order(&format!("A-{number}"), number);
    }
    let told = world.until("out", 40);
    assert_eq!(told.len(), 40);
    assert_eq!(world.points(), json!((1..=40).sum::<usize>().to_string()));
}
