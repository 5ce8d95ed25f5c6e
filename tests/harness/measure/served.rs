//! The HTTP server with merchants, and clients that keep their connections.

use super::shop::{self, GRANTED_PLAIN};
use super::till::{self, Native, Till};
use chrono::DateTime;
use serde_json::{Value, json};
use stampcard::capabilities::clock::{Clock, System};
use stampcard::capabilities::http::Denied;
use stampcard::capabilities::logging::Collected;
use stampcard::capabilities::storage::{Memory, Storage};
use stampcard::keys::{Keys, Role};
use stampcard::server::{AccessLog, Components, Parts, Server, Settings};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;

/// Keeps no line: a server of a platform writes them to a pipe.
struct Silent;

impl AccessLog for Silent {
    fn line(&self, _: &str) {}
}

/// A server on a storage, and a key of each merchant.
pub struct Served {
    /// The server.
    pub server: Server,
    /// By merchant: `shop-0`, `shop-1` and so on.
    pub keys: Vec<String>,
}

impl Served {
    /// Serves so many merchants, each with so many members who have one order each; its settings lie in the folder.
    pub fn start(
        (merchants, members): (usize, usize),
        storage: Arc<dyn Storage>,
        components: Components,
        folder: &Path,
    ) -> Self {
        let memory: Arc<dyn Storage> = Arc::new(Memory::new());
        let model = till::merchant("model");
        let mut native = Native::new(Arc::clone(&memory), &model, System.now().seconds - 86_400);
        native.configure(&shop::plain());
        native.earn(&shop::sales("first", 0..members), GRANTED_PLAIN);
        let keys = Keys::open(&folder.join("api-keys.json")).expect("a file of keys");
        let mut settings =
            String::from("listen = \"127.0.0.1:0\"\n[limits]\nrequests-per-second = 10000\n");
        let names: Vec<String> = (0..merchants)
            .map(|number| format!("shop-{number}"))
            .collect();
        for name in &names {
            let merchant = till::merchant(name);
            till::copy(memory.as_ref(), &model, storage.as_ref(), &merchant);
            settings.push_str(&format!("[merchants.{name}]\n"));
        }
        let open = all_keys(&keys, &names);
        let file = folder.join("stampcard.toml");
        std::fs::write(&file, settings).expect("a file");
        let parts = Parts {
            components,
            storage,
            clock: Arc::new(System),
            http: Arc::new(Denied),
            log: Arc::new(Collected::default()),
            access: Arc::new(Silent),
        };
        let settings = Settings::read(&file).expect("settings");
        Self {
            server: Server::start(&settings, parts).expect("a server"),
            keys: open,
        }
    }

    /// A client of a merchant.
    pub fn client(&self, merchant: usize) -> Client {
        let key = self.keys.get(merchant).expect("a merchant").clone();
        Client::new(self.server.address(), key)
    }
}

/// A new key with all rights for each of these merchants.
pub fn all_keys(keys: &Keys, merchants: &[String]) -> Vec<String> {
    let made = DateTime::from_timestamp(0, 0).expect("a time");
    let wanted = merchants.iter();
    let wanted = wanted.map(|name| (till::merchant(name), Role::Administrator, "bench"));
    let all = keys.create_all(&wanted.collect::<Vec<_>>(), made);
    let all = all.expect("keys").into_iter();
    all.map(|(_, text)| text).collect()
}

/// A connection that stays.
pub struct Client {
    stream: BufReader<TcpStream>,
    key: String,
}

impl Client {
    /// Connects.
    pub fn new(address: SocketAddr, key: String) -> Self {
        let stream = TcpStream::connect(address).expect("a connection");
        stream.set_nodelay(true).expect("a connection");
        Self {
            stream: BufReader::new(stream),
            key,
        }
    }

    /// Reports an order of five lines that a member of the crowd made.
    pub fn report(&mut self, order: &str, member: usize) {
        let member = format!("m{member:06}");
        let body =
            json!({ "order": order, "member": member, "state": "paid", "lines": shop::lines() });
        let answer = self.done("points/report-order", Some(order), &body);
        let granted = answer.get("granted").and_then(Value::as_str);
        assert_eq!(granted, Some(GRANTED_PLAIN), "{answer}");
    }

    /// Asks for a member's balance.
    pub fn balance(&mut self, member: usize) {
        let member = format!("m{member:06}");
        self.done("points/balance", None, &json!({ "member": member }));
    }

    fn done(&mut self, function: &str, key: Option<&str>, body: &Value) -> Value {
        let (status, answer) = self.ask(function, key, body);
        assert!(status == 200, "{status} {answer}");
        answer
    }

    /// One request; the status and the JSON of its answer.
    pub fn ask(&mut self, function: &str, key: Option<&str>, body: &Value) -> (u16, Value) {
        let body = body.to_string();
        let own = key.map_or(String::new(), |key| format!("idempotency-key: {key}\r\n"));
        let request = format!(
            "POST /v1/{function} HTTP/1.1\r\nhost: points.example\r\nauthorization: Bearer {}\r\n{own}\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            self.key,
            body.len()
        );
        let stream = self.stream.get_mut();
        stream.write_all(request.as_bytes()).expect("a request");
        let (mut line, mut length, mut status) = (String::new(), 0, String::new());
        loop {
            line.clear();
            let bytes = self.stream.read_line(&mut line).expect("a line");
            assert!(bytes > 0, "the server closed the connection");
            let field = line.trim_end().to_ascii_lowercase();
            if status.is_empty() {
                status = field;
            } else if let Some(bytes) = field.strip_prefix("content-length: ") {
                length = bytes.parse().expect("a length");
            } else if field.is_empty() {
                break;
            }
        }
        let mut answer = vec![0; length];
        self.stream.read_exact(&mut answer).expect("a body");
        let answer = serde_json::from_slice(&answer).expect("JSON");
        let status = status.split(' ').nth(1).and_then(|code| code.parse().ok());
        (status.expect("a status"), answer)
    }
}
