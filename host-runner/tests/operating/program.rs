//! The program, and a server of it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;

pub(crate) const KEY: &str = "hush-hush-hush-hush-hush-hush-hush";

/// A folder with settings; and where the operator is answered.
pub(crate) fn settings(more: &str) -> (TempDir, SocketAddr) {
    let folder = tempfile::tempdir().unwrap();
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let [listen, operator] = [&free, &TcpListener::bind("127.0.0.1:0").unwrap()]
        .map(|listener| listener.local_addr().unwrap());
    let settings = format!(
        "listen = \"{listen}\"\noperator = \"{operator}\"\noperator-key-file = \"key\"\n{more}\n[merchants.tea]\n"
    );
    std::fs::write(folder.path().join("stampcard.toml"), settings).unwrap();
    std::fs::write(folder.path().join("key"), KEY).unwrap();
    (folder, operator)
}

pub(crate) fn program(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stampcard"));
    command.args(arguments).current_dir(folder);
    command
}

pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Output {
    program(folder, arguments).output().unwrap()
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// What it writes where it goes well.
pub(crate) fn done(output: &Output) -> String {
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout)
}

/// Why it doesn't.
pub(crate) fn refused(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stdout));
    text(&output.stderr)
}

/// A server of the program, stopped when it is dropped.
pub(crate) struct Server(pub(crate) Child, Arc<Mutex<String>>);

impl Server {
    /// What it has said since it listens.
    pub(crate) fn told(&self) -> String {
        self.1.lock().unwrap().clone()
    }

    pub(crate) fn start(folder: &Path) -> Self {
        Self::of(program(folder, &["serve", "--config", "stampcard.toml"]))
    }

    /// One whose files may have so many blocks of the shell's, half a kilobyte or one.
    pub(crate) fn start_within(folder: &Path, blocks: u32) -> Self {
        let mut command = Command::new("sh");
        let serve = "exec \"$0\" serve --config stampcard.toml";
        command
            .args(["-c", &format!("ulimit -f {blocks}; {serve}")])
            .arg(env!("CARGO_BIN_EXE_stampcard"))
            .current_dir(folder);
        Self::of(command)
    }

    fn of(mut command: Command) -> Self {
        let mut child = command
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let listens = lines.find(|line| line.as_ref().unwrap().starts_with("listening"));
        assert!(listens.is_some(), "the server ended");
        let told = Arc::new(Mutex::new(String::new()));
        let log = told.clone();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                log.lock().unwrap().push_str(&(line + "\n"));
            }
        });
        Self(child, told)
    }

    /// Ends it as an operator does.
    pub(crate) fn stop(mut self) {
        let id = self.0.id().to_string();
        let killed = Command::new("kill").args(["-TERM", &id]).status().unwrap();
        assert!(killed.success() && self.0.wait().unwrap().success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

pub(crate) fn ask(address: SocketAddr, method: &str, path: &str, key: Option<&str>) -> String {
    ask_with(address, method, path, key, "")
}

pub(crate) fn ask_with(
    address: SocketAddr,
    method: &str,
    path: &str,
    key: Option<&str>,
    body: &str,
) -> String {
    let key = key.map_or_else(String::new, |key| {
        format!("authorization: Bearer {key}\r\n")
    });
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: {}\r\n{key}\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}
