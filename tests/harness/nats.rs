//! A nats-server of a test's own with JetStream, on a loopback port, with its files in a scratch folder.

use std::io::{Error, Result};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// The server, killed when this is dropped.
pub struct Nats {
    program: PathBuf,
    folder: PathBuf,
    port: u16,
    more: Vec<String>,
    server: Option<Child>,
}

impl Nats {
    /// A server that is not started yet, with more arguments for it.
    ///
    /// # Errors
    /// When the program is missing, or the system has no free port.
    pub fn new(folder: &Path, more: &[&str]) -> Result<Self> {
        let told = "nats-server is not here; Debian's package is nats-server";
        let program = program().ok_or_else(|| Error::other(told))?;
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        Ok(Self {
            program,
            folder: folder.to_owned(),
            port,
            more: more.iter().map(|one| (*one).to_owned()).collect(),
            server: None,
        })
    }

    /// Starts it, on what it has; waits until it answers.
    ///
    /// # Errors
    /// When it can't be started, or is not ready within 20 s.
    pub fn start(&mut self) -> Result<()> {
        let mut server = Command::new(&self.program);
        server.args(["--addr", "127.0.0.1", "--port", &self.port.to_string()]);
        server
            .args(["--jetstream", "--store_dir"])
            .arg(&self.folder);
        server.args(&self.more);
        self.server = Some(server.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?);
        for _ in 0..200 {
            if TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Err(Error::other("nats-server did not get ready within 20 s"))
    }

    /// Kills it in the middle of everything; what it has stored stays.
    ///
    /// # Errors
    /// When the system doesn't let it be killed.
    pub fn kill(&mut self) -> Result<()> {
        if let Some(mut server) = self.server.take() {
            server.kill()?;
            server.wait()?;
        }
        Ok(())
    }

    /// Where it is reached.
    #[must_use]
    pub fn url(&self) -> String {
        let tls = self.more.iter().any(|one| one == "--tls");
        let scheme = if tls { "tls" } else { "nats" };
        format!("{scheme}://127.0.0.1:{}", self.port)
    }
}

impl Drop for Nats {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}

/// The program, if it is here.
#[must_use]
pub fn program() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    // Debian keeps it where users' paths may not lead.
    let folders = std::env::split_paths(&path).chain([PathBuf::from("/usr/sbin")]);
    let mut files = folders.map(|folder| folder.join("nats-server"));
    files.find(|file| file.is_file())
}
