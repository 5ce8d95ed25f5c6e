//! A request says for which host it is.

use crate::Shop;
use crate::client::{Answer, connect, rest};
use std::io::Write;

#[test]
fn a_request_names_one_host() {
    let shop = Shop::with("");
    for (line, hosts, status) in [
        ("HTTP/1.1", "host: a\r\n", 200),
        ("HTTP/1.1", "", 400),
        ("HTTP/1.1", "host: a\r\nhost: b\r\n", 400),
        ("HTTP/1.0", "", 200),
    ] {
        let mut stream = connect(shop.address());
        let asked = format!("GET /health {line}\r\nconnection: close\r\n{hosts}\r\n");
        stream.write_all(asked.as_bytes()).unwrap();
        let answer = Answer::parse(&rest(&mut stream)).unwrap();
        assert_eq!(answer.status, status, "{line} {hosts}");
        if status == 400 {
            assert_eq!(answer.json()["type"], "urn:stampcard:problem:host");
        }
    }
}
