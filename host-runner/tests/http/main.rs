//! Requests of merchants over the network, which servers on loopback play. Nothing else is reached.
#![expect(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

mod conform;
mod secrets;
mod tls;

use stampcard::capabilities::Merchant;
use stampcard::capabilities::http::{Client, Error, Header, Http, Request, Response};
use stampcard::capabilities::logging::Collected;
use std::path::Path;
use std::sync::Arc;

/// What every secret is here.
const SECRET: &str = "hush &+hush";

/// A client by the members of a table `http`, and its log.
fn client(folder: &Path, members: &str) -> (Client, Arc<Collected>) {
    std::fs::write(folder.join("secret"), SECRET).unwrap();
    let file = folder.join("settings.toml");
    std::fs::write(&file, format!("[merchants.shop.http]\n{members}")).unwrap();
    let log = Arc::new(Collected::default());
    (Client::read(&file, log.clone()).unwrap(), log)
}

fn post(url: &str, body: &str, credential: Option<&str>) -> Request {
    Request {
        method: "POST".to_owned(),
        url: url.to_owned(),
        headers: vec![Header {
            name: "content-type".to_owned(),
            value: "application/x-www-form-urlencoded".to_owned(),
        }],
        body: Some(body.to_owned()),
        credential: credential.map(str::to_owned),
        timeout_ms: 5_000,
    }
}

fn send(client: &Client, request: Request) -> Result<Response, Error> {
    let shop = Merchant::new("shop").unwrap();
    client.send(&shop, &[request]).remove(0)
}

/// What the log says, in one text.
fn told(log: &Collected) -> String {
    let lines = log.take().into_iter().map(|line| line.text);
    lines.collect::<Vec<_>>().join("\n")
}
