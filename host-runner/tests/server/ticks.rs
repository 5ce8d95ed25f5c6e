//! Merchants are ticked by the server, when their plugins asked for it and after commands.

use crate::Shop;
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
    let mut shop = Shop::with("ticking = true\n");
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
