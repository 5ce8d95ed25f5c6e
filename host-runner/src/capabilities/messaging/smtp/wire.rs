//! Commands and replies on a connection, each within a time.

use super::reply::{Parsed, Reply};
use super::stream::Stream;
use super::tls::Tls;
use std::io::{ErrorKind, Read, Write};
use std::time::{Duration, Instant};

/// Why nothing more comes over a connection.
#[derive(Debug)]
pub(super) enum Loss {
    /// The time is over.
    Late,
    /// The server hung up, or the way to it broke.
    Cut(String),
    /// What came is no SMTP.
    Garbled,
    /// The encryption failed: a certificate that isn't trusted, or no TLS at all.
    Tls(String),
}

impl Loss {
    pub(super) fn of(error: &std::io::Error) -> Self {
        match error.kind() {
            ErrorKind::WouldBlock | ErrorKind::TimedOut => Self::Late,
            // Only the TLS layer finds fault with bytes.
            ErrorKind::InvalidData => Self::Tls(error.to_string()),
            _ => Self::Cut(error.to_string()),
        }
    }

    /// What to tell the operator.
    pub(super) fn told(&self) -> String {
        match self {
            Self::Late => "no answer within the time".to_owned(),
            Self::Cut(why) => format!("the connection broke: {why}"),
            Self::Garbled => "the answer is no SMTP".to_owned(),
            Self::Tls(why) => format!("TLS failed: {why}"),
        }
    }
}

/// Until when something may take.
#[derive(Clone, Copy)]
pub(super) struct Until(Instant);

impl Until {
    pub(super) fn after(time: Duration) -> Self {
        // Time on this process's own clock, which never shows in what is sent.
        Self(Instant::now() + time)
    }

    pub(super) fn left(self) -> Result<Duration, Loss> {
        let left = self.0.saturating_duration_since(Instant::now());
        if left.is_zero() {
            Err(Loss::Late)
        } else {
            Ok(left)
        }
    }
}

/// A stream with what was read of it and not yet used.
pub(super) struct Wire {
    stream: Stream,
    unread: Vec<u8>,
}

impl Wire {
    pub(super) fn new(stream: Stream) -> Self {
        Self {
            stream,
            unread: Vec::new(),
        }
    }

    pub(super) fn reply(&mut self, until: Until) -> Result<Reply, Loss> {
        let mut part = [0; 4096];
        loop {
            match Reply::parse(&self.unread) {
                Parsed::Whole(reply, bytes) => {
                    self.unread.drain(..bytes);
                    return Ok(reply);
                }
                Parsed::Garbled => return Err(Loss::Garbled),
                Parsed::Partial => {}
            }
            let left = until.left()?;
            let read = self
                .stream
                .socket()
                .set_read_timeout(Some(left))
                .and_then(|()| self.stream.read(&mut part));
            match read {
                Ok(0) => return Err(Loss::Cut("the server hung up".to_owned())),
                Ok(bytes) => self.unread.extend(part.iter().take(bytes)),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(Loss::of(&error)),
            }
        }
    }

    /// Writes all bytes. After an error the last of them didn't leave.
    pub(super) fn write(&mut self, bytes: &[u8], until: Until) -> Result<(), Loss> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let left = until.left()?;
            let written = self
                .stream
                .socket()
                .set_write_timeout(Some(left))
                .and_then(|()| self.stream.write(rest));
            match written {
                Ok(0) => return Err(Loss::Cut("the server takes no more".to_owned())),
                Ok(bytes) => rest = rest.get(bytes..).unwrap_or_default(),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(Loss::of(&error)),
            }
        }
        Ok(())
    }

    /// Passes on what the encryption still holds. After an error it may have left or not.
    pub(super) fn flush(&mut self) -> Result<(), Loss> {
        self.stream.flush().map_err(|error| Loss::of(&error))
    }

    /// One command, with its line end, and the reply to it.
    pub(super) fn command(&mut self, line: &str, until: Until) -> Result<Reply, Loss> {
        self.write(line.as_bytes(), until)?;
        self.flush()?;
        self.reply(until)
    }

    /// Turns to TLS. What came in the clear ahead of it is somebody else's word and breaks the connection.
    pub(super) fn encrypt(&mut self, tls: &Tls) -> Result<(), Loss> {
        if !self.unread.is_empty() {
            return Err(Loss::Garbled);
        }
        self.stream.encrypt(tls)
    }

    /// Says goodbye without waiting for the answer.
    pub(super) fn part(&mut self) {
        let until = Until::after(Duration::from_millis(200));
        if self.write(b"QUIT\r\n", until).is_ok() {
            // Nobody is left to tell of a failure.
            drop(self.flush());
        }
    }
}
