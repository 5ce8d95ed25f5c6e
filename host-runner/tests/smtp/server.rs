//! A mail server on loopback that does what a script says, and keeps what it was told.

use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;

/// When the server acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum At {
    Greeting,
    Hello,
    Starttls,
    Login,
    Mail,
    Rcpt,
    Data,
    /// The final dot.
    End,
    Reset,
}

/// What it does instead of what is usual.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Act {
    /// Says these lines.
    Say(&'static str),
    /// Says what is usual, and hangs up.
    SayAndHangUp,
    HangUp,
    /// Says nothing until the client goes.
    Silence,
}

/// Acts with how many of such moments pass before them, counted over all connections; none: each time.
pub(crate) type Script = Vec<(At, Option<usize>, Act)>;

/// Mail that the server took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Taken {
    pub(crate) from: String,
    pub(crate) to: String,
    /// Without the dots that were put before dots.
    pub(crate) text: String,
}

#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) connections: usize,
    /// Commands, each with whether it came encrypted.
    pub(crate) commands: Vec<(bool, String)>,
    /// Texts that came to their end, whatever was answered.
    pub(crate) mail: Vec<Taken>,
    moments: Vec<At>,
}

struct Shared {
    script: Script,
    offers: &'static [&'static str],
    tls: Option<Arc<ServerConfig>>,
    /// Encrypted from the first byte.
    at_once: bool,
    seen: Mutex<Seen>,
    stopped: AtomicBool,
}

/// Stops when it is dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

/// A certificate for localhost as PEM, and a server's side with it.
pub(crate) fn certificate() -> (String, Arc<ServerConfig>) {
    let names = ["localhost".to_owned()];
    let made = rcgen::generate_simple_self_signed(names).unwrap();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    (made.cert.pem(), Arc::new(config))
}

impl Server {
    pub(crate) fn start(script: Script) -> Self {
        Self::with(script, &[], None, false)
    }

    /// One that offers these extensions, and encrypts after STARTTLS or at once.
    pub(crate) fn with(
        script: Script,
        offers: &'static [&'static str],
        tls: Option<Arc<ServerConfig>>,
        at_once: bool,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            script,
            offers,
            tls,
            at_once,
            seen: Mutex::default(),
            stopped: AtomicBool::new(false),
        });
        let own = shared.clone();
        let thread = std::thread::spawn(move || {
            let mut talks = Vec::new();
            for stream in listener.incoming() {
                if own.stopped.load(Ordering::SeqCst) {
                    break;
                }
                let shared = own.clone();
                talks.push(std::thread::spawn(move || {
                    Talk::begin(shared, stream.unwrap())
                }));
            }
            drop(talks);
        });
        Self {
            address,
            shared,
            thread: Some(thread),
        }
    }

    pub(crate) fn seen(&self) -> MutexGuard<'_, Seen> {
        self.shared.seen.lock().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(self.address));
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

trait Both: Read + Write {}
impl<T: Read + Write> Both for T {}

/// One connection.
struct Talk {
    shared: Arc<Shared>,
    stream: Box<dyn Both>,
    encrypted: bool,
}

impl Talk {
    fn begin(shared: Arc<Shared>, stream: TcpStream) {
        shared.seen.lock().unwrap().connections += 1;
        let mut talk = Self {
            encrypted: shared.at_once,
            stream: match (&shared.tls, shared.at_once) {
                (Some(tls), true) => encrypted(tls, stream.try_clone().unwrap()),
                _ => Box::new(stream.try_clone().unwrap()),
            },
            shared,
        };
        // A client that hangs up ends it; that is no failure.
        drop(talk.run(&stream));
        drop(stream.shutdown(std::net::Shutdown::Both));
    }

    fn run(&mut self, socket: &TcpStream) -> std::io::Result<()> {
        self.answer(At::Greeting, "220 test ready\r\n")?;
        let (mut from, mut to) = (String::new(), String::new());
        loop {
            let line = self.line()?;
            let mut seen = self.shared.seen.lock().unwrap();
            seen.commands.push((self.encrypted, line.clone()));
            drop(seen);
            let word = line.split(' ').next().unwrap().to_ascii_uppercase();
            match word.as_str() {
                "EHLO" => {
                    let mut lines = vec!["test".to_owned()];
                    lines.extend(self.shared.offers.iter().map(|offer| (*offer).to_owned()));
                    let last = lines.len() - 1;
                    let lines = lines.iter().enumerate().map(|(at, text)| {
                        format!("250{}{text}\r\n", if at == last { ' ' } else { '-' })
                    });
                    self.answer(At::Hello, &lines.collect::<String>())?;
                }
                "STARTTLS" => {
                    self.answer(At::Starttls, "220 go ahead\r\n")?;
                    let tls = self.shared.tls.clone().unwrap();
                    self.stream = encrypted(&tls, socket.try_clone().unwrap());
                    self.encrypted = true;
                }
                "AUTH" => {
                    if line == "AUTH LOGIN" {
                        for asked in ["334 VXNlcm5hbWU6\r\n", "334 UGFzc3dvcmQ6\r\n"] {
                            self.stream.write_all(asked.as_bytes())?;
                            let line = self.line()?;
                            let mut seen = self.shared.seen.lock().unwrap();
                            seen.commands.push((self.encrypted, line));
                        }
                    }
                    self.answer(At::Login, "235 welcome\r\n")?;
                }
                "MAIL" => {
                    from = line;
                    self.answer(At::Mail, "250 ok\r\n")?;
                }
                "RCPT" => {
                    to = line;
                    self.answer(At::Rcpt, "250 ok\r\n")?;
                }
                "DATA" => {
                    if self.answer(At::Data, "354 go on\r\n")? {
                        continue;
                    }
                    let mut text = String::new();
                    loop {
                        let line = self.line()?;
                        if line == "." {
                            break;
                        }
                        text += line.strip_prefix('.').unwrap_or(&line);
                        text += "\r\n";
                    }
                    let (from, to) = (from.clone(), to.clone());
                    let mut seen = self.shared.seen.lock().unwrap();
                    seen.mail.push(Taken { from, to, text });
                    drop(seen);
                    self.answer(At::End, "250 2.0.0 queued as 42\r\n")?;
                }
                "RSET" => drop(self.answer(At::Reset, "250 ok\r\n")?),
                "QUIT" => return Ok(()),
                _ => self.stream.write_all(b"500 what\r\n")?,
            }
        }
    }

    /// Says what is usual or what the script says; whether it was the script. An error ends the connection.
    fn answer(&mut self, at: At, usual: &str) -> std::io::Result<bool> {
        let mut seen = self.shared.seen.lock().unwrap();
        let passed = seen.moments.iter().filter(|moment| **moment == at).count();
        seen.moments.push(at);
        drop(seen);
        let act = self
            .shared
            .script
            .iter()
            .find(|(when, after, _)| *when == at && after.is_none_or(|after| after == passed));
        let end = || std::io::Error::other("the script ends the connection");
        match act.map(|(_, _, act)| *act) {
            None => self.say(usual).map(|()| false),
            Some(Act::Say(text)) => self.say(text).map(|()| true),
            Some(Act::SayAndHangUp) => self.say(usual).and(Err(end())),
            Some(Act::HangUp) => Err(end()),
            Some(Act::Silence) => {
                while self.stream.read(&mut [0; 512])? > 0 {}
                Err(end())
            }
        }
    }

    fn say(&mut self, text: &str) -> std::io::Result<()> {
        self.stream.write_all(text.as_bytes())?;
        self.stream.flush()
    }

    /// The next line, without its CRLF. A line end of another kind is part of it.
    fn line(&mut self) -> std::io::Result<String> {
        let mut line = Vec::new();
        let mut byte = [0];
        while !line.ends_with(b"\r\n") {
            self.stream.read_exact(&mut byte)?;
            line.extend(byte);
        }
        line.truncate(line.len() - 2);
        Ok(String::from_utf8(line).unwrap())
    }
}

fn encrypted(tls: &Arc<ServerConfig>, socket: TcpStream) -> Box<dyn Both> {
    let session = ServerConnection::new(tls.clone()).unwrap();
    Box::new(StreamOwned::new(session, socket))
}
