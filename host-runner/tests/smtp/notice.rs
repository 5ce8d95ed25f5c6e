//! A notice that the component makes, handed to a mail server by the sandbox's own messaging.

use crate::server::{Act, At, Server};
use crate::{NOW, plain};
use chrono::DateTime;
use serde_json::{Value, json};
use stampcard::cache::Cache;
use stampcard::call::{Call, Execution, Subject};
use stampcard::capabilities::Merchant;
use stampcard::capabilities::clock::{Instant, Manual};
use stampcard::capabilities::http::Denied;
use stampcard::capabilities::logging::Collected;
use stampcard::capabilities::messaging::{Accepting, Channel, Router, Smtp};
use stampcard::capabilities::storage::Memory;
use stampcard::engine::{Engine, Settings};
use stampcard::limits::Limits;
use stampcard::plugin::{COMPONENT, Plugin};
use stampcard::sandbox::{Host, Mode, Sandbox};
use std::sync::Arc;

/// A merchant's sandbox whose mail goes to the server.
fn shop(server: &Server, clock: &Manual) -> Sandbox {
    let engine = Engine::new(&Settings::default()).unwrap();
    let plugin = Plugin::load(&engine, COMPONENT, Cache::of_user().as_ref()).unwrap();
    let log = Arc::new(Collected::default());
    let smtp = Smtp::new(&plain(server), Arc::new(clock.clone()), log.clone()).unwrap();
    let messaging = Router::to(Arc::new(Accepting)).with(&[Channel::Email], Arc::new(smtp));
    let host = Host {
        storage: Arc::new(Memory::new()),
        clock: Arc::new(clock.clone()),
        messaging: Arc::new(messaging),
        http: Arc::new(Denied),
        log,
    };
    let merchant = Merchant::new("shop").unwrap();
    let limits = Arc::new(Limits::default());
    Sandbox::new(plugin, Arc::new(host), merchant, limits, Mode::Fresh)
}

fn call(shop: &mut Sandbox, function: &str, key: Option<&str>, request: Value) -> Value {
    let call = Call {
        function: function.to_owned(),
        execution: key.map(|key| Execution::Commit(key.to_owned())),
        request: Some(request),
    };
    shop.call(&call).unwrap().result.unwrap()
}

#[test]
fn what_the_server_refused_for_now_is_delivered_once_by_the_next_tick() {
    let server = Server::start(vec![(At::Rcpt, Some(0), Act::Say("451 4.7.1 later\r\n"))]);
    let clock = Manual::new(Instant::at(NOW));
    let mut shop = shop(&server, &clock);
    let document = json!({
        "zone": "Asia/Taipei", "currency": "TWD",
        "programmes": { "points": { "worth": { "points": "1", "money": "1" }, "earn": [], "expiry": "never" } },
        "notices": { "channels": [{ "channel": "email", "kinds": ["points-granted"] }] },
    });
    let document = json!({ "document": document.to_string() });
    call(&mut shop, "merchant.apply", Some("k-1"), document);
    let mei = json!({ "member": "mei", "email": "mei@example.com", "language": "en" });
    call(&mut shop, "members.put", Some("k-2"), mei);
    let gift =
        json!({ "to": { "member": "mei" }, "points": "77", "reason": "sorry", "actor": "amy" });
    call(&mut shop, "points.grant", Some("k-3"), gift);
    let tick = |shop: &mut Sandbox, seconds: u64| {
        clock.set(Instant::at(NOW + seconds));
        call(shop, "upkeep.tick", None, json!({}))
    };
    let notices = |shop: &mut Sandbox| {
        let of_mei = json!({ "member": "mei" });
        let page = call(shop, "notices.of-member", None, of_mei);
        page["notices"].as_array().unwrap().clone()
    };
    let state = |shop: &mut Sandbox| {
        let found = notices(shop);
        assert_eq!(found.len(), 1, "{found:?}");
        found.first().unwrap()["state"].as_str().unwrap().to_owned()
    };
    assert_eq!(server.seen().connections, 0, "ticks send, not commands");

    let report = tick(&mut shop, 1);
    assert_eq!(report["notices-sent"], 1, "{report}");
    assert!(server.seen().mail.is_empty());
    assert_eq!(state(&mut shop), "queued");
    let next = DateTime::parse_from_rfc3339(report["next"].as_str().unwrap()).unwrap();
    let later = u64::try_from(next.timestamp()).unwrap() + 1 - NOW;
    assert!((60..600).contains(&later), "{report}");
    // It is not tried again before its time.
    let report = tick(&mut shop, 2);
    assert_eq!(report["notices-sent"], 0, "{report}");
    assert!(server.seen().mail.is_empty());

    for seconds in [later, later + 1, later + 600] {
        tick(&mut shop, seconds);
        assert_eq!(state(&mut shop), "accepted");
    }
    let seen = server.seen();
    let [mail] = &seen.mail[..] else {
        panic!("{:?}", seen.mail)
    };
    assert_eq!(mail.to, "RCPT TO:<mei@example.com>");
    let tried = seen
        .commands
        .iter()
        .filter(|(_, line)| line.starts_with("RCPT"));
    assert_eq!(tried.count(), 2);
    assert!(mail.text.contains("77"), "{}", mail.text);
}
