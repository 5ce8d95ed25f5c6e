//! Who sends too much, too slowly or too often gets an answer, and takes nothing from the others.

use crate::client::{Answer, connect, head, rest};
use crate::{Shop, ask};
use std::io::Write;
use std::thread;
use std::time::{Duration, Instant};

const PUSH: &str = "/hooks/shop/line-push";

#[test]
fn a_body_over_the_limit_is_refused() {
    let shop = Shop::with("limits = { body-kib = 1 }");
    let fits = shop.ask("POST", PUSH, "", &"a".repeat(1024));
    assert_eq!(fits.status, 401);
    for (head, body) in [
        (head("POST", PUSH, "", 1025), "a".repeat(1025)),
        (
            format!(
                "POST {PUSH} HTTP/1.1\r\nhost: a\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n"
            ),
            format!("401\r\n{}\r\n0\r\n\r\n", "a".repeat(1025)),
        ),
    ] {
        let mut stream = connect(shop.address());
        stream.write_all(head.as_bytes()).unwrap();
        // The server may have answered and gone before all of it left.
        drop(stream.write_all(body.as_bytes()));
        let answer = Answer::parse(&rest(&mut stream)).unwrap();
        assert_eq!(answer.status, 413);
        assert!(
            answer.body.contains("at most 1024 bytes"),
            "{}",
            answer.body
        );
    }
}

#[test]
fn slow_senders_are_cut_off_and_others_are_served() {
    let shop = Shop::with("limits = { head-seconds = 1, body-seconds = 1, connections = 50 }");
    let address = shop.address();
    let began = Instant::now();
    thread::scope(|scope| {
        for number in 0..20 {
            scope.spawn(move || {
                let mut stream = connect(address);
                let head = head("POST", PUSH, "", 100);
                if number % 2 == 0 {
                    // Half a head, and no more of it.
                    stream.write_all(&head.as_bytes()[..30]).unwrap();
                    assert!(Answer::parse(&rest(&mut stream)).is_none_or(|it| it.status == 408));
                } else {
                    stream.write_all(head.as_bytes()).unwrap();
                    stream.write_all(b"half").unwrap();
                    let answer = Answer::parse(&rest(&mut stream)).unwrap();
                    assert_eq!(answer.status, 408);
                }
            });
        }
        thread::sleep(Duration::from_millis(100));
        let asked = Instant::now();
        assert_eq!(ask(address, "GET", "/health", "", "").status, 200);
        assert!(asked.elapsed() < Duration::from_millis(800));
    });
    assert!(
        began.elapsed() < Duration::from_secs(10),
        "{:?}",
        began.elapsed()
    );
}

#[test]
fn who_takes_no_answers_is_cut_off() {
    let shop = Shop::with("limits = { body-seconds = 1, connections = 1 }");
    let mut deaf = connect(shop.address());
    let request = "GET /openapi.json HTTP/1.1\r\nhost: a\r\n\r\n".repeat(400);
    // More answers than the system keeps for somebody who doesn't read.
    drop(deaf.write_all(request.as_bytes()));
    let began = Instant::now();
    assert_eq!(shop.ask("GET", "/health", "", "").status, 200);
    assert!(
        began.elapsed() < Duration::from_secs(15),
        "{:?}",
        began.elapsed()
    );
    drop(deaf);
}

#[test]
fn nobodys_body_is_waited_for() {
    let shop = Shop::open();
    for path in ["/events/nobody", "/hooks/nobody/sms", "/unsubscribe/x"] {
        let mut stream = connect(shop.address());
        let head = head("POST", path, "", 1_000_000);
        stream.write_all(head.as_bytes()).unwrap();
        let answer = Answer::parse(&rest(&mut stream)).unwrap();
        assert_eq!(answer.status, 404, "{path}");
    }
}

#[test]
fn an_address_that_is_no_text_is_told_as_every_problem_is() {
    let shop = Shop::open();
    for path in ["/v1/%ff%fe/x", "/hooks/%ff/sms", "/unsubscribe/%ff"] {
        let answer = shop.ask("POST", path, "", "");
        let kind = answer.header("content-type");
        assert_eq!(
            (answer.status, kind),
            (400, Some("application/problem+json")),
            "{path}: {}",
            answer.body
        );
    }
}

#[test]
fn connections_over_the_limit_wait_their_turn() {
    let shop = Shop::with("limits = { connections = 1, head-seconds = 1 }");
    let idle = connect(shop.address());
    let began = Instant::now();
    let answer = shop.ask("GET", "/health", "", "");
    assert_eq!(answer.status, 200);
    assert!(
        began.elapsed() > Duration::from_millis(500),
        "{:?}",
        began.elapsed()
    );
    drop(idle);
}

#[test]
fn what_is_no_http_ends_the_connection() {
    let shop = Shop::open();
    for text in [
        "EHLO points.example\r\n\r\n",
        "\u{16}\u{3}\u{1}\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
    ] {
        let mut stream = connect(shop.address());
        stream.write_all(text.as_bytes()).unwrap();
        let answer = Answer::parse(&rest(&mut stream));
        assert!(answer.is_none_or(|answer| answer.status == 400), "{text:?}");
    }
    let mut many = connect(shop.address());
    let fields: String = (0..150)
        .map(|number| format!("x-{number}: a\r\n"))
        .collect();
    many.write_all(format!("GET /health HTTP/1.1\r\nhost: a\r\n{fields}\r\n").as_bytes())
        .unwrap();
    assert_eq!(Answer::parse(&rest(&mut many)).unwrap().status, 431);
    assert_eq!(shop.ask("GET", "/health", "", "").status, 200);
}
