//! A merchant `tea` with the member `mei`, a nats-server, a host that takes events from it, and somebody at the other end.

use async_nats::jetstream::stream::Config;
use async_nats::jetstream::{self, Context};
use async_nats::{ConnectOptions, HeaderMap};
use serde_json::{Value, json};
use stampcard::call::{Call, Execution, Subject};
use stampcard::capabilities::Merchant;
use stampcard::capabilities::clock::{Instant, Manual};
use stampcard::capabilities::http::Denied;
use stampcard::capabilities::logging::Collected;
use stampcard::capabilities::messaging::Simulated;
use stampcard::capabilities::storage::{Memory, Storage};
use stampcard::limits::Limits;
use stampcard::sandbox::{Host, Mode, Sandbox};
use stampcard::server::{AccessLog, Parts, Server, Settings};
use stampcard::terms::confirmed;
use stampcard_tests::measure::shop;
use stampcard_tests::nats::{Nats, program};
use stampcard_tests::stages::plugin;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// 2026-11-25T04:00:00Z, noon in Taipei.
pub(crate) const NOON: u64 = 1_795_579_200;

/// The operator's key, where the settings ask for one.
pub(crate) const OPERATOR: &str = "a key that only the operator has";

/// The key of each message.
pub(crate) const ID: &str = "Nats-Msg-Id";

/// The certificate that a server shows, by its file beside the settings.
pub(crate) const AUTHORITY: &str = "authority.pem";

struct Nowhere;

impl AccessLog for Nowhere {
    fn line(&self, _: &str) {}
}

/// A message of a stream.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    pub(crate) subject: String,
    pub(crate) headers: HeaderMap,
    pub(crate) payload: Vec<u8>,
}

impl Told {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.payload).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.as_str())
    }
}

pub(crate) struct World {
    pub(crate) nats: Nats,
    runtime: Runtime,
    storage: Arc<dyn Storage>,
    log: Arc<Collected>,
    clock: Manual,
    hosts: Vec<Server>,
    folder: TempDir,
    _data: TempDir,
}

impl World {
    /// With the server started; none where there is no nats-server, which is told.
    pub(crate) fn new() -> Option<Self> {
        Self::on(Arc::new(Memory::new()), &[])
    }

    /// With a nats-server that wants a login, which the world itself has none of.
    pub(crate) fn locked(login: &[&str]) -> Option<Self> {
        Self::on(Arc::new(Memory::new()), login)
    }

    /// With a nats-server that speaks TLS alone and shows a certificate for such a name, which stands in [`AUTHORITY`] beside
    /// the settings.
    pub(crate) fn encrypted(name: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
        let (shown, key) = (folder.path().join(AUTHORITY), folder.path().join("key.pem"));
        std::fs::write(&shown, made.cert.pem()).unwrap();
        std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
        let (shown, key) = (shown.to_str().unwrap(), key.to_str().unwrap());
        let tls = ["--tls", "--tlscert", shown, "--tlskey", key];
        Self::beside(folder, Arc::new(Memory::new()), &tls)
    }

    pub(crate) fn on(storage: Arc<dyn Storage>, arguments: &[&str]) -> Option<Self> {
        Self::beside(tempfile::tempdir().unwrap(), storage, arguments)
    }

    fn beside(folder: TempDir, storage: Arc<dyn Storage>, arguments: &[&str]) -> Option<Self> {
        if program().is_none() {
            drop(std::io::stderr().write_all(b"skipped: nats-server is not here\n"));
            return None;
        }
        let data = tempfile::tempdir().unwrap();
        let mut nats = Nats::new(data.path(), arguments).unwrap();
        nats.start().unwrap();
        let world = Self {
            nats,
            runtime: tokio::runtime::Builder::new_multi_thread()
                .worker_threads(1)
                .enable_all()
                .build()
                .unwrap(),
            storage,
            log: Arc::default(),
            clock: Manual::new(Instant::at(NOON)),
            hosts: Vec::new(),
            folder,
            _data: data,
        };
        world.set_up();
        Some(world)
    }

    fn set_up(&self) {
        let mut document = shop::plain();
        document["notices"] =
            json!({ "channels": [{ "channel": "sms", "kinds": ["points-granted"] }] });
        let document = confirmed(&mut self.sandbox(), &document, "amy");
        let request = json!({ "document": document.to_string() });
        self.call("merchant.apply", Some("document"), request);
        let mei = json!({ "member": "mei", "mobile": "+886912345678", "language": "en" });
        self.call("members.put", Some("mei"), mei);
    }

    fn sandbox(&self) -> Sandbox {
        let host = Host {
            storage: self.storage.clone(),
            clock: Arc::new(self.clock.clone()),
            messaging: Arc::new(Simulated::default()),
            http: Arc::new(Denied),
            log: self.log.clone(),
        };
        let (merchant, limits) = (Merchant::new("tea").unwrap(), Arc::new(Limits::default()));
        Sandbox::new(
            plugin().clone(),
            Arc::new(host),
            merchant,
            limits,
            Mode::Fresh,
        )
    }

    pub(crate) fn call(&self, function: &str, key: Option<&str>, request: Value) -> Value {
        let call = Call {
            function: function.to_owned(),
            execution: key.map(|key| Execution::Commit(key.to_owned())),
            request: Some(request),
        };
        self.sandbox().call(&call).unwrap().result.unwrap()
    }

    pub(crate) fn points(&self) -> Value {
        self.call("points.balance", None, json!({ "member": "mei" }))["available"].clone()
    }

    /// One host more, with more settings of its table `events.nats` and behind it.
    pub(crate) fn host(&mut self, more: &str) {
        self.host_with("ticking = false", "", more);
    }

    /// With settings of the server, of `events`, and of `events.nats`.
    pub(crate) fn host_with(&mut self, of_server: &str, of_events: &str, of_nats: &str) {
        let file = self.settings(of_server, of_events, of_nats);
        let (storage, log) = (self.storage.clone(), self.log.clone());
        let settings = Settings::read(&file).unwrap();
        self.hosts.push(start(&settings, storage, &self.clock, log));
    }

    /// The file of such settings.
    pub(crate) fn settings(&self, of_server: &str, of_events: &str, of_nats: &str) -> PathBuf {
        let url = self.nats.url();
        let text = format!(
            "listen = \"127.0.0.1:0\"\noperator = \"127.0.0.1:0\"\n{of_server}\n[merchants.tea]\n[events]\n{of_events}\n\
             [events.nats]\nurl = \"{url}\"\nack-seconds = 2\n{of_nats}\n",
        );
        self.write("stampcard.toml", &text);
        self.folder.path().join("stampcard.toml")
    }

    /// A file beside the settings.
    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).unwrap();
    }

    /// The oldest host stops as it is told to.
    pub(crate) fn stop(&mut self) {
        assert!(self.hosts.remove(0).stop());
    }

    /// So many seconds after noon.
    pub(crate) fn at(&self, seconds: u64) {
        self.clock.set(Instant::at(NOON + seconds));
    }

    /// What the first host's address answers.
    pub(crate) fn get(&self, path: &str) -> String {
        get(self.hosts[0].address(), path)
    }

    pub(crate) fn figures(&self) -> String {
        get(self.hosts[0].operator_address().unwrap(), "/metrics")
    }

    /// Says how a merchant stands, with the key of a host whose settings name [`OPERATOR`].
    pub(crate) fn merchant(&self, id: &str, how: &str) {
        let head = format!(
            "PUT /merchants/{id} HTTP/1.1\r\nauthorization: Bearer {OPERATOR}\r\ncontent-length: {}\r\n",
            how.len()
        );
        let answer = ask(self.hosts[0].operator_address().unwrap(), &head, how);
        assert!(answer.starts_with("HTTP/1.1 20"), "{answer}");
    }

    /// Lines of the operator's log about events.
    pub(crate) fn log(&self) -> Vec<String> {
        let lines = self.log.lines().into_iter();
        lines
            .filter(|line| line.context == "events")
            .map(|line| format!("{} {}", line.level.name(), line.text))
            .collect()
    }

    /// What this comes to with JetStream.
    pub(crate) fn with<T>(&self, work: impl AsyncFnOnce(&Context) -> T) -> T {
        self.runtime.block_on(async {
            let mut options = ConnectOptions::new();
            let authority = self.folder.path().join(AUTHORITY);
            if authority.exists() {
                options = options.add_root_certificates(authority);
            }
            let client = options.connect(self.nats.url()).await.unwrap();
            work(&jetstream::new(client)).await
        })
    }

    /// Makes a stream as an operator would.
    pub(crate) fn stream(&self, config: Config) {
        self.with(async move |jetstream| {
            jetstream.create_stream(config).await.unwrap();
        });
    }

    /// Publishes an event and sees it stored.
    pub(crate) fn publish(&self, place: &str, headers: &[(&str, &str)], payload: &[u8]) {
        let mut own = HeaderMap::new();
        for (name, value) in headers {
            own.insert(*name, *value);
        }
        let payload = payload.to_vec();
        self.with(async move |jetstream| {
            let subject = format!("stampcard.in.{place}");
            let sent = jetstream.publish_with_headers(subject, own, payload.into());
            sent.await.unwrap().await.unwrap();
        });
    }

    /// An order of mei's of so many hundreds, as many points.
    pub(crate) fn order(&self, order: &str, hundreds: usize) {
        let line = json!({ "sku": "tea", "quantity": "1", "amount": (100 * hundreds).to_string() });
        let request = json!({ "order": order, "member": "mei", "state": "paid", "lines": [line] });
        let payload = request.to_string();
        self.publish(
            "tea.points.report-order",
            &[(ID, order)],
            payload.as_bytes(),
        );
    }

    /// All that stands in a stream now; nothing where there is none.
    pub(crate) fn all(&self, stream: &str) -> Vec<Told> {
        self.with(async |jetstream| {
            let Ok(mut stream) = jetstream.get_stream(format!("stampcard-{stream}")).await else {
                return Vec::new();
            };
            let state = stream.info().await.unwrap().state.clone();
            let mut all = Vec::new();
            for sequence in state.first_sequence..=state.last_sequence {
                // Of a stream that gives its messages away some are gone.
                if let Ok(message) = stream.get_raw_message(sequence).await {
                    all.push(Told {
                        subject: message.subject.to_string(),
                        headers: message.headers,
                        payload: message.payload.to_vec(),
                    });
                }
            }
            all
        })
    }

    /// Waits until so many messages are in a stream, and nothing in that of events.
    pub(crate) fn until(&self, stream: &str, count: usize) -> Vec<Told> {
        wait(|| {
            let all = self.all(stream);
            (all.len() >= count && self.all("in").is_empty()).then_some(all)
        })
        .unwrap_or_else(|| {
            let found = self.all(stream).into_iter().map(|told| told.subject);
            panic!("{:#?}\n{:#?}", found.collect::<Vec<_>>(), self.log())
        })
    }

    /// Waits until events come in, or don't.
    pub(crate) fn until_ready(&self, state: &str) {
        let told = format!("\"events\":\"{state}\"");
        let ready = wait(|| self.get("/ready").contains(&told).then_some(()));
        assert!(ready.is_some(), "{}\n{:#?}", self.get("/ready"), self.log());
    }
}

impl Drop for World {
    fn drop(&mut self) {
        for host in self.hosts.drain(..) {
            assert!(host.stop() || std::thread::panicking());
        }
    }
}

/// A host by a file of settings, with the storage that they name.
pub(crate) fn serve(file: &Path) -> Server {
    let settings = Settings::read(file).unwrap();
    let storage = settings.database.open().unwrap();
    start(
        &settings,
        storage,
        &Manual::new(Instant::at(NOON)),
        Arc::default(),
    )
}

fn start(
    settings: &Settings,
    storage: Arc<dyn Storage>,
    clock: &Manual,
    log: Arc<Collected>,
) -> Server {
    let parts = Parts {
        components: plugin().clone().into(),
        storage,
        clock: Arc::new(clock.clone()),
        http: Arc::new(Denied),
        log,
        access: Arc::new(Nowhere),
    };
    Server::start(settings, parts).unwrap()
}

/// What this comes to, asked until there is something, for half a minute.
pub(crate) fn wait<T>(mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    let began = std::time::Instant::now();
    while began.elapsed() < Duration::from_secs(30) {
        if let Some(found) = ask() {
            return Some(found);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    None
}

fn get(address: SocketAddr, path: &str) -> String {
    ask(address, &format!("GET {path} HTTP/1.1\r\n"), "")
}

fn ask(address: SocketAddr, head: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let whole = format!("{head}host: tea.example\r\nconnection: close\r\n\r\n{body}");
    stream.write_all(whole.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}
