//! Merchants are ticked by the server, when their plugins asked for it and after commands.

use crate::Shop;
use crate::merchants::{OPERATOR, operator};
use crate::metrics;
use serde_json::{Value, json};
use stampcard::keys::Role;
use std::thread;
use std::time::{Duration, Instant};

const DAY: u64 = 86_400;

/// Waits until something is there.
fn wait<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "{what}");
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_reminder_goes_out_at_its_time_and_its_link_takes_the_member_off() {
    let mut shop = Shop::with(&format!("ticking = true\n{OPERATOR}"));
    // A tick that is under way while the clock is set would be over at the new time, and the next one long after.
    metrics::wait(&shop, "stampcard_ticks_total{outcome=\"done\"} ");
    let line = json!([{ "sku": "tea", "quantity": "1", "amount": "300" }]);
    let order = json!({ "order": "A-1", "member": "mei", "state": "paid", "lines": line });
    shop.call("points.report-order", Some("A-1"), order);
    // Three days before the points lapse, at noon.
    shop.at(27 * DAY - 60);
    thread::sleep(Duration::from_secs(3));
    assert_eq!(shop.mail(), Vec::<String>::new());
    shop.at(27 * DAY + 60);
    let mail = wait("no mail was sent", || shop.mail().pop());
    let mail: Value = serde_json::from_str(&mail).unwrap();
    assert_eq!(mail["address"], "mei@example.com");
    let detail = mail["detail"].as_str().unwrap();
    let detail: Value = serde_json::from_str(detail).unwrap();
    let link = detail["list-unsubscribe"].as_str().unwrap();
    let path = link.strip_prefix("https://points.example").unwrap();
    assert!(!link.contains("mei") && !link.contains("shop"), "{link}");
    let click = shop.ask("POST", path, "", "List-Unsubscribe=One-Click");
    assert_eq!(click.status, 200, "{}", click.body);
    let wish = &shop.reach()["preferences"][0];
    assert_eq!(
        (&wish["kind"], &wish["wanted"]),
        (&json!("points-expiring"), &json!(false))
    );
    thread::sleep(Duration::from_secs(2));
    assert_eq!(shop.mail().len(), 1);
}

#[test]
fn what_a_command_made_due_is_done_soon_after() {
    let mut shop = Shop::with("ticking = true\n");
    let (_, key) = shop.key("shop", Role::Marketing);
    thread::sleep(Duration::from_millis(1_500));
    let gift =
        json!({ "to": { "member": "mei" }, "points": "5", "reason": "sorry", "actor": "amy" });
    let headers = format!(
        "authorization: Bearer {key}\r\ncontent-type: application/json\r\nidempotency-key: g\r\n"
    );
    // The clock stands, so that nothing but the command asks for a tick.
    let answer = shop.ask("POST", "/v1/points/grant", &headers, &gift.to_string());
    assert_eq!(answer.status, 200, "{}", answer.body);
    shop.at(2);
    wait("no tick came", || {
        let page = shop.call("notices.of-member", None, json!({ "member": "mei" }));
        let notices = page["notices"].as_array().unwrap().clone();
        notices
            .into_iter()
            .find(|notice| notice["channel"] == "sms" && notice["tries"] == 1)
    });
}

/// What is due of 1,000 members is more than the merchant's fuel allows for at once; it is done in smaller steps, and not put off, and from
/// the second step on a thread that nobody else needs helps with most of them.
#[test]
fn a_tick_that_comes_to_a_limit_is_asked_for_less_and_gets_help() {
    let mut shop = Shop::with(&format!("ticking = true\n{OPERATOR}"));
    let members: Vec<String> = (0..1_000).map(|at| format!("m{at:03}")).collect();
    for member in &members {
        shop.call("members.put", Some(member), json!({ "member": member }));
    }
    for some in members.chunks(100) {
        let gift = json!({ "to": { "members": some }, "points": "5", "reason": "r", "actor": "a" });
        shop.call("points.grant", some.first().map(String::as_str), gift);
    }
    let small = r#"{"limits":{"fuel":13000000}}"#;
    let set = operator(&shop, "PUT", "/merchants/shop", small);
    assert_eq!(set.status, 200, "{}", set.body);
    shop.at(31 * DAY);
    let mut told = Vec::new();
    wait("not all of it was posted", || {
        told.extend(shop.told());
        members
            .iter()
            .all(|member| {
                let page = shop.call("points.history", None, json!({ "member": member }));
                let entries = page["entries"].as_array().unwrap();
                let mut lapses = entries.iter().filter(|entry| entry["kind"] == "expire");
                lapses.any(|lapse| !lapse["posted-at"].is_null())
            })
            .then_some(())
    });
    let less = |line: &&String| line.contains("less of it is asked for");
    assert!(told.iter().any(|line| less(&line)), "{told:?}");
    wait("nobody helped", || {
        told.extend(shop.told());
        told.iter()
            .any(|line| line.contains("a helper posted"))
            .then_some(())
    });
}
