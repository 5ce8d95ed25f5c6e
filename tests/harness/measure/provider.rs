//! A provider of messages on loopback, which takes each of them after a fixed time.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

/// A provider that answers as LINE does when it takes a message.
pub struct Provider {
    /// Where it listens.
    pub address: SocketAddr,
    seen: Arc<Seen>,
}

#[derive(Default)]
struct Seen {
    taken: AtomicUsize,
    under_way: AtomicUsize,
    at_once: AtomicUsize,
}

impl Provider {
    /// One that takes so long for each message. It lives as long as the process.
    ///
    /// # Errors
    /// No port is free.
    pub fn start(latency: Duration) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let seen = Arc::new(Seen::default());
        let own = Arc::clone(&seen);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let seen = Arc::clone(&own);
                // A client that hangs up ends its thread.
                thread::spawn(move || serve(&stream, &seen, latency).unwrap_or_default());
            }
        });
        Ok(Self { address, seen })
    }

    /// Messages that were taken.
    #[must_use]
    pub fn taken(&self) -> usize {
        self.seen.taken.load(Ordering::SeqCst)
    }

    /// The most that were under way at once.
    #[must_use]
    pub fn at_once(&self) -> usize {
        self.seen.at_once.load(Ordering::SeqCst)
    }
}

fn serve(stream: &TcpStream, seen: &Seen, latency: Duration) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let (mut reader, mut writer) = (BufReader::new(stream), stream);
    loop {
        let mut length = 0;
        let mut lines = 0;
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 {
                return Ok(());
            }
            let line = line.trim_end().to_ascii_lowercase();
            if line.is_empty() && lines > 0 {
                break;
            }
            lines += 1;
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap_or(0);
            }
        }
        io::copy(&mut reader.by_ref().take(length), &mut io::sink())?;
        let now = seen.under_way.fetch_add(1, Ordering::SeqCst) + 1;
        seen.at_once.fetch_max(now, Ordering::SeqCst);
        thread::sleep(latency);
        seen.under_way.fetch_sub(1, Ordering::SeqCst);
        let nth = seen.taken.fetch_add(1, Ordering::SeqCst);
        let answer = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-line-request-id: request-{nth}\r\ncontent-length: 2\r\n\r\n{{}}"
        );
        writer.write_all(answer.as_bytes())?;
    }
}
