//! Events that a client of NATS can't read: they are set aside like others that can't be done, and hold nobody up.

use crate::world::{ID, World, wait};
use serde_json::json;
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

/// A publisher that sends what it is told to, byte by byte.
struct Raw(BufReader<TcpStream>);

impl Raw {
    fn new(world: &World) -> Self {
        let url = world.nats.url();
        let address = url.strip_prefix("nats://").unwrap();
        let mut own = Self(BufReader::new(TcpStream::connect(address).unwrap()));
        own.send(b"CONNECT {\"verbose\":false,\"headers\":true}\r\n");
        own
    }

    /// Publishes an order of mei's under a block of headers, and sees it taken.
    fn order(&mut self, place: &[u8], block: &[u8], payload: &str) {
        let mut whole = [b"HPUB stampcard.in.", place, b" "].concat();
        let (headers, all) = (block.len(), block.len() + payload.len());
        whole.extend(format!("{headers} {all}\r\n").as_bytes());
        whole.extend(block);
        whole.extend(payload.as_bytes());
        whole.extend(b"\r\n");
        self.send(&whole);
    }

    /// Sends it, and waits until the server has read it.
    fn send(&mut self, what: &[u8]) {
        let stream = self.0.get_mut();
        stream.write_all(&[what, b"PING\r\n"].concat()).unwrap();
        let mut line = String::new();
        while line != "PONG\r\n" {
            line.clear();
            assert!(self.0.read_line(&mut line).unwrap() > 0);
            assert!(!line.starts_with("-ERR"), "{line}");
        }
    }
}

const ORDER: &[u8] = b"tea.points.report-order";

/// Where it is published, and its block of headers. The first are the server's own words to whoever asked for an event.
const UNREADABLE: [(&[u8], &[u8]); 10] = [
    (
        ORDER,
        b"NATS/1.0 404 No Messages\r\nNats-Msg-Id: B-0\r\n\r\n",
    ),
    (ORDER, b"NATS/1.0 100\r\nNats-Msg-Id: B-1\r\n\r\n"),
    (ORDER, b"NATS/1.0 503\r\nNats-Msg-Id: B-2\r\n\r\n"),
    (
        ORDER,
        b"NATS/1.0\r\nNats-Msg-Id: B-3\r\nTrace: a\xffb\r\n\r\n",
    ),
    (ORDER, b"NATS/1.0\r\nNats-Msg-Id: B-4\r\nTrace\r\n\r\n"),
    (
        ORDER,
        b"NATS/1.0\r\nNats-Msg-Id: B-5\r\nMy trace: 1\r\n\r\n",
    ),
    (ORDER, b"HTTP/1.1\r\nNats-Msg-Id: B-6\r\n\r\n"),
    (
        b"t\xffa.points.report-order",
        b"NATS/1.0\r\nNats-Msg-Id: B-7\r\n\r\n",
    ),
    (
        b"t\xe3\x80\x80a.points.report-order",
        b"NATS/1.0\r\nNats-Msg-Id: B-8\r\n\r\n",
    ),
    // At this the client even panics.
    (
        ORDER,
        b"NATS/1.0\r\nNats-Msg-Id: B-9\r\nTrace: a\rb\r\n\r\n",
    ),
];

fn orders(world: &World, from: usize, to: usize) {
    for number in from..=to {
        world.order(&format!("A-{number}"), number);
    }
}

#[test]
fn what_can_not_be_read_is_set_aside_and_all_else_is_done_once() {
    let Some(mut world) = World::new() else {
        return;
    };
    world.host("");
    world.until_ready("connected");
    orders(&world, 1, 3);
    let mut raw = Raw::new(&world);
    for (number, (place, block)) in UNREADABLE.into_iter().enumerate() {
        raw.order(place, block, &format!("{{\"order\":\"B-{number}\"}}"));
        orders(&world, 4 + 2 * number, 5 + 2 * number);
    }
    let told = world.until("poison", UNREADABLE.len());
    assert_eq!(told.len(), UNREADABLE.len(), "{told:#?}");
    for one in &told {
        assert_eq!(one.header("Stampcard-Reason"), Some("unreadable"));
        assert_eq!(one.header("Stampcard-Deliveries"), None);
        let key = one.header("Stampcard-Nats-Msg-Id");
        assert_eq!(key, one.json()["order"].as_str());
        let tea = one.subject == "stampcard.poison.tea.points.report-order";
        assert!(tea || one.subject.starts_with("stampcard.poison.t_"));
    }
    let told = world.until("out", 23);
    assert_eq!((told.len(), world.points()), (23, json!("276")));
    // One more goes through at once, and nothing is left behind.
    orders(&world, 24, 24);
    let told = world.until("out", 24);
    assert_eq!((told.len(), world.points()), (24, json!("300")));
    world.with(async |jetstream| {
        let mut stream = jetstream.get_stream("stampcard-in").await.unwrap();
        assert_eq!(stream.info().await.unwrap().state.messages, 0);
    });
    assert!(world.figures().contains("outcome=\"poison\"} 10"));
}

#[test]
fn each_kind_by_itself_lets_the_next_event_through() {
    let Some(mut world) = World::new() else {
        return;
    };
    // Each event waits for the one before, on whichever host.
    world.host("pending = 1");
    world.host("pending = 1");
    world.until_ready("connected");
    let mut raw = Raw::new(&world);
    for (number, (place, block)) in UNREADABLE.into_iter().enumerate() {
        raw.order(place, block, "{}");
        world.order(&format!("A-{number}"), 1);
        world.until("out", number + 1);
        // Releases of nats-server let two of one name through that come in the same instant, as both hosts may find it.
        let names = || {
            let all = world.all("poison").into_iter();
            let all = all.filter_map(|one| one.header(ID).map(str::to_owned));
            all.collect::<BTreeSet<_>>().len()
        };
        let set_aside = wait(|| (names() == number + 1).then_some(()));
        assert!(set_aside.is_some(), "{number} {:#?}", world.log());
    }
    assert_eq!(world.points(), json!("10"));
    assert_eq!(world.all("out").len(), UNREADABLE.len());
    // The second host told of none that the first one did.
    let log = world.log();
    let told = log
        .iter()
        .filter(|line| line.starts_with("error an event was set aside"));
    assert_eq!(told.count(), UNREADABLE.len(), "{log:#?}");
}
