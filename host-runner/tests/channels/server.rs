//! An HTTP server that answers by a script and keeps what it was asked.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// What the server does with a request.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// Status, header lines with their ends, and body.
    Answer(u16, &'static str, &'static str),
    /// Reads all of the request and hangs up.
    HangUp,
    /// Reads all of it and says nothing.
    Stall,
    /// Says something that is no HTTP.
    Garbage,
    /// Promises more of a body than it sends.
    Cut(u16),
}

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) path: String,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    /// When it was there, since the server began.
    pub(crate) at: Duration,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut fields = self.headers.iter();
        fields
            .find(|field| field.0 == name)
            .map(|field| field.1.as_str())
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

struct Shared {
    began: Instant,
    script: Mutex<VecDeque<Act>>,
    /// When the script is at its end.
    usual: Act,
    delay: Duration,
    seen: Mutex<Vec<Seen>>,
    /// Requests that are being answered, and the most there ever were.
    under_way: Mutex<(usize, usize)>,
}

/// The server. It lives as long as the test's process.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    shared: Arc<Shared>,
}

impl Server {
    /// Begins with the script and goes on with what is usual.
    pub(crate) fn start(script: &[Act], usual: Act) -> Self {
        Self::slow(script, usual, Duration::ZERO)
    }

    /// Waits before each answer.
    pub(crate) fn slow(script: &[Act], usual: Act, delay: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            began: Instant::now(),
            script: Mutex::new(script.iter().cloned().collect()),
            usual,
            delay,
            seen: Mutex::default(),
            under_way: Mutex::default(),
        });
        let own = shared.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = own.clone();
                // A client that hangs up ends its thread, whatever was being said.
                thread::spawn(move || drop(shared.serve(stream)));
            }
        });
        Self { address, shared }
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.shared.seen.lock().unwrap().clone()
    }

    /// The most requests that were being answered at once.
    pub(crate) fn at_once(&self) -> usize {
        self.shared.under_way.lock().unwrap().1
    }
}

impl Shared {
    fn serve(&self, mut stream: TcpStream) -> std::io::Result<()> {
        stream.set_nodelay(true)?;
        let mut reader = BufReader::new(stream.try_clone()?);
        loop {
            let Some(seen) = self.read(&mut reader)? else {
                return Ok(());
            };
            self.seen.lock().unwrap().push(seen);
            {
                let mut under_way = self.under_way.lock().unwrap();
                under_way.0 += 1;
                under_way.1 = under_way.1.max(under_way.0);
            }
            thread::sleep(self.delay);
            let act = self.script.lock().unwrap().pop_front();
            let act = act.unwrap_or_else(|| self.usual.clone());
            self.under_way.lock().unwrap().0 -= 1;
            match act {
                Act::Answer(status, headers, body) => {
                    let length = body.len();
                    let head =
                        format!("HTTP/1.1 {status} x\r\ncontent-length: {length}\r\n{headers}\r\n");
                    stream.write_all(format!("{head}{body}").as_bytes())?;
                }
                Act::HangUp => return Ok(()),
                Act::Stall => {
                    while reader.read(&mut [0; 512])? > 0 {}
                    return Ok(());
                }
                Act::Garbage => {
                    stream.write_all(b"220 mail.example ESMTP\r\n\r\n")?;
                    return Ok(());
                }
                Act::Cut(status) => {
                    let head = format!("HTTP/1.1 {status} x\r\ncontent-length: 500\r\n\r\n{{\"msg");
                    stream.write_all(head.as_bytes())?;
                    return Ok(());
                }
            }
        }
    }

    fn read(&self, reader: &mut BufReader<TcpStream>) -> std::io::Result<Option<Seen>> {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let path = line.split(' ').nth(1).unwrap().to_owned();
        assert!(
            line.starts_with("POST ") && line.ends_with(" HTTP/1.1\r\n"),
            "{line}"
        );
        let mut headers = Vec::new();
        loop {
            line.clear();
            reader.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(": ") else {
                break;
            };
            headers.push((name.to_lowercase(), value.to_owned()));
        }
        let length = headers.iter().find(|field| field.0 == "content-length");
        let mut body = vec![0; length.unwrap().1.parse().unwrap()];
        reader.read_exact(&mut body)?;
        Ok(Some(Seen {
            path,
            headers,
            body: String::from_utf8(body).unwrap(),
            at: self.began.elapsed(),
        }))
    }
}
