//! The server stops without losing what is under way.

use crate::Shop;
use crate::client::{Answer, connect, head, rest};
use std::io::Write;
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

const PUSH: &str = "/hooks/shop/line-push";

#[test]
fn a_request_under_way_is_answered_and_no_other_taken() {
    let shop = Shop::open();
    let address = shop.address();
    let (mut slow, idle) = (connect(address), connect(address));
    slow.write_all(head("POST", PUSH, "", 4).as_bytes())
        .unwrap();
    slow.write_all(b"ab").unwrap();
    // The connections are the server's before it is told.
    thread::sleep(Duration::from_millis(200));
    let began = Instant::now();
    let stopping = thread::spawn(move || shop.server.stop());
    thread::sleep(Duration::from_millis(300));
    assert!(TcpStream::connect(address).is_err());
    assert!(!stopping.is_finished());
    slow.write_all(b"cd").unwrap();
    assert_eq!(Answer::parse(&rest(&mut slow)).unwrap().status, 401);
    assert!(stopping.join().unwrap());
    // An idle connection holds nothing up.
    assert!(
        began.elapsed() < Duration::from_secs(8),
        "{:?}",
        began.elapsed()
    );
    drop(idle);
}

#[test]
fn who_never_ends_is_cut_off() {
    let shop = Shop::with("limits = { shutdown-seconds = 1, body-seconds = 60 }");
    let mut slow = connect(shop.address());
    slow.write_all(head("POST", PUSH, "", 4).as_bytes())
        .unwrap();
    thread::sleep(Duration::from_millis(200));
    let began = Instant::now();
    assert!(shop.server.stop());
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "{:?}",
        began.elapsed()
    );
    assert!(Answer::parse(&rest(&mut slow)).is_none());
}
