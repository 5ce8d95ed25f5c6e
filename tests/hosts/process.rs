//! A host in a process of its own.

use stampcard::capabilities::clock::{Clock, Instant};
use stampcard::capabilities::http::Denied;
use stampcard::capabilities::logging::Stderr;
use stampcard::server::{Parts, Server, Settings, StdoutAccess};
use stampcard_tests::stages::plugin;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// Set for a process that is a host: its settings.
pub(crate) const HOST: &str = "STAMPCARD_TEST_HOST";

/// 2026-11-25T04:00:00Z, noon in Taipei, when the hosts' day begins, whatever the time is.
const NOON: u64 = 1_795_579_200;

/// Noon, and what has passed since the test began.
pub(crate) struct Afternoon(pub(crate) u64);

impl Clock for Afternoon {
    fn now(&self) -> Instant {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        Instant {
            seconds: NOON + since.as_secs().saturating_sub(self.0),
            nanoseconds: since.subsec_nanos(),
        }
    }
}

/// When the test began, by the settings' file.
fn began(settings: &Path) -> u64 {
    let text = std::fs::read_to_string(settings.with_file_name("began")).unwrap();
    text.parse().unwrap()
}

/// Serves until it is killed, or the process that began it is gone.
pub(crate) fn serve(file: &Path) -> ! {
    let settings = Settings::read(file).unwrap();
    let parts = Parts {
        components: plugin().clone().into(),
        storage: settings.database.open().unwrap(),
        clock: Arc::new(Afternoon(began(file))),
        http: Arc::new(Denied),
        log: Arc::new(Stderr::default()),
        access: Arc::new(StdoutAccess),
    };
    let server = Server::start(&settings, parts).unwrap();
    let mut out = std::io::stdout();
    writeln!(out, "\nlistening {}", server.address()).unwrap();
    drop(std::io::stdin().read(&mut [0]));
    std::process::exit(0)
}

/// A host in a process of its own, killed when it is dropped.
pub(crate) struct Running {
    pub(crate) process: Child,
    pub(crate) address: SocketAddr,
}

impl Running {
    pub(crate) fn start(settings: &Path) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["hosts_that_are_killed_in_turn", "--exact", "--nocapture"])
            .env(HOST, settings)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let address = loop {
            let line = lines.next().unwrap().unwrap();
            if let Some(address) = line.strip_prefix("listening ") {
                break address.parse().unwrap();
            }
        };
        // What it tells of each request has to go somewhere.
        std::thread::spawn(move || lines.for_each(drop));
        Self { process, address }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
