//! Notices go out by NATS, and what became of them comes back as an event.

use crate::world::{ID, World, wait};
use serde_json::json;

#[test]
fn a_notice_goes_out_once_and_its_report_comes_back() {
    let Some(mut world) = World::new() else {
        return;
    };
    let url = world.nats.url();
    let sms = format!("[merchants.tea.sms]\nprovider = \"nats\"\nurl = \"{url}\"\n");
    world.write("messaging.toml", &sms);
    let functions = "functions = [\"points.report-order\", \"notices.report\"]";
    world.host_with("messaging = \"messaging.toml\"", functions, "");
    world.until_ready("connected");
    world.order("A-1", 7);
    world.until("out", 1);
    // A command's tick is due within a second, and the clock here stands still.
    world.at(5);
    // The result of the order, and the notice of it.
    let told = world.until("out", 2);
    let of = told
        .iter()
        .find(|one| one.subject == "stampcard.out.tea.notice.sms");
    let notice = of.unwrap();
    let handed = notice.json();
    assert_eq!(handed["address"], "+886912345678");
    assert_eq!(
        (&handed["type"], &handed["merchant"]),
        (&json!("notice"), &json!("tea"))
    );
    assert!(handed["text"].as_str().unwrap().contains('7'), "{handed}");
    let id = handed["id"].as_str().unwrap().to_owned();
    assert_eq!(notice.header(ID), Some(id.as_str()));
    let state = || {
        let page = world.call("notices.of-member", None, json!({ "member": "mei" }));
        page["notices"][0]["state"].clone()
    };
    assert!(
        wait(|| (state() == "accepted").then_some(())).is_some(),
        "{}",
        state()
    );
    let report = json!({ "channel": "sms", "id": id, "news": "delivered" });
    let payload = report.to_string();
    world.publish(
        "tea.notices.report",
        &[(ID, "report-1")],
        payload.as_bytes(),
    );
    world.until("out", 3);
    assert_eq!(state(), json!("delivered"));
}
