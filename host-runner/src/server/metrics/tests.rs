use super::*;
use crate::capabilities::messaging::Channel;

fn text(metrics: &Metrics) -> String {
    let standing = Standing {
        merchants: 3,
        due: 2,
        oldest: Duration::from_millis(1_500),
        commands: 1,
        under_way: 3,
        events: Some(true),
        connections: 7,
        room: Some(Room {
            used: 4_096,
            free: 8_192,
        }),
    };
    metrics.text(&standing).unwrap()
}

#[test]
fn what_happened_is_counted_by_its_labels() {
    let metrics = Metrics::new();
    let took = Duration::from_millis(3);
    metrics.request("POST", "/v1/{interface}/{function}", 200, took);
    metrics.request("POST", "/v1/{interface}/{function}", 200, took);
    metrics.request("BREW", "-", 405, took);
    metrics.command("points.redeem", Ending::Refused, took, None);
    metrics.tick(Ending::Done, Duration::from_secs(20), took);
    metrics.event("nats", events::Ending::Poison);
    metrics.spans(Fate::Dropped, 3);
    metrics.spans(Fate::Sent, 0);
    let text = text(&metrics);
    for line in [
        "stampcard_http_requests_total{method=\"POST\",route=\"/v1/{interface}/{function}\",status=\"200\"} 2",
        "stampcard_http_requests_total{method=\"other\",route=\"-\",status=\"405\"} 1",
        "stampcard_commands_total{function=\"points.redeem\",outcome=\"refused\"} 1",
        "stampcard_command_duration_seconds_count{function=\"points.redeem\"} 1",
        "stampcard_events_total{by=\"nats\",outcome=\"poison\"} 1",
        "stampcard_events_connected 1",
        "stampcard_ticks_total{outcome=\"done\"} 1",
        "stampcard_tick_delay_seconds_bucket{le=\"15.0\"} 0",
        "stampcard_tick_delay_seconds_bucket{le=\"60.0\"} 1",
        "stampcard_spans_total{outcome=\"dropped\"} 3",
        "stampcard_ticks_due 2",
        "stampcard_tick_oldest_due_seconds 1.5",
        "stampcard_merchants 3",
        "stampcard_commands_running 1",
        "stampcard_commands_under_way 3",
        "stampcard_connections 7",
        "stampcard_storage_bytes{} 4096",
        "stampcard_storage_free_bytes{} 8192",
        "# EOF",
    ] {
        assert!(
            text.lines().any(|it| it == line),
            "{line} is not in\n{text}"
        );
    }
    assert!(!text.contains("outcome=\"sent\""), "{text}");
}

#[test]
fn messages_are_counted_without_their_addresses() {
    let metrics = Metrics::new();
    let message = Message {
        idempotency_key: "k".to_owned(),
        channel: Channel::Sms,
        address: "+886912345678".to_owned(),
        subject: None,
        text: "hello".to_owned(),
        html: None,
        detail: None,
    };
    let outcomes = [Outcome::Unknown, Outcome::RetryAfter(5)];
    metrics.messages(
        &[message.clone(), message],
        &outcomes,
        Duration::from_millis(30),
    );
    let text = text(&metrics);
    for outcome in ["unknown", "retry-after"] {
        let line = format!("stampcard_messages_total{{channel=\"sms\",outcome=\"{outcome}\"}} 1");
        assert!(text.contains(&line), "{line} is not in\n{text}");
    }
    assert!(!text.contains("886912345678"));
}
