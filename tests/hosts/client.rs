//! A client that goes on to the next host where one is not there.

use serde_json::Value;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// The status and the body of an answer; none: the host was not there, or went away meanwhile.
pub(crate) fn ask(
    address: SocketAddr,
    path: &str,
    key: &str,
    order: &str,
    body: &Value,
) -> Option<(u16, String)> {
    let body = body.to_string();
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: points.example\r\nconnection: close\r\nauthorization: Bearer {key}\r\n\
         idempotency-key: {order}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(2)).ok()?;
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .ok()?;
    stream.write_all((head + &body).as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let status = answer.split(' ').nth(1)?.parse().ok()?;
    let (_, body) = answer.split_once("\r\n\r\n")?;
    Some((status, body.to_owned()))
}
