//! A TCP connection, in the clear or encrypted.

use super::tls::Tls;
use super::wire::{Loss, Until};
use rustls::{ClientConnection, StreamOwned};
use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};

/// Bytes to and from the server.
pub(super) enum Stream {
    Plain(TcpStream),
    Encrypted(Box<StreamOwned<ClientConnection, TcpStream>>),
}

impl Stream {
    /// Connects to the first of the host's addresses that answers; each gets its share of the time. How long the
    /// system looks for the addresses is for the system to bound.
    pub(super) fn connect(host: &str, port: u16, until: Until) -> Result<Self, Loss> {
        let addresses: Vec<_> = (host, port)
            .to_socket_addrs()
            .map_err(|error| Loss::Cut(error.to_string()))?
            .collect();
        let mut shares = u32::try_from(addresses.len()).unwrap_or(u32::MAX);
        let mut last = Loss::Cut("the host has no address".to_owned());
        for address in addresses {
            let share = until.left()?.checked_div(shares).unwrap_or_default();
            shares = shares.saturating_sub(1);
            // What is written is complete, so there is nothing to wait for and to send together.
            let connected = TcpStream::connect_timeout(&address, share)
                .and_then(|stream| stream.set_nodelay(true).map(|()| stream));
            match connected {
                Ok(stream) => return Ok(Self::Plain(stream)),
                Err(error) => last = Loss::of(&error),
            }
        }
        Err(last)
    }

    /// The socket, for its times and addresses.
    pub(super) fn socket(&self) -> &TcpStream {
        match self {
            Self::Plain(stream) => stream,
            Self::Encrypted(stream) => stream.get_ref(),
        }
    }

    /// Encrypts all that follows. The two sides come to terms with the first byte.
    pub(super) fn encrypt(&mut self, tls: &Tls) -> Result<(), Loss> {
        if let Self::Plain(socket) = self {
            let socket = socket.try_clone().map_err(|error| Loss::of(&error))?;
            let stream = StreamOwned::new(tls.session()?, socket);
            *self = Self::Encrypted(Box::new(stream));
        }
        Ok(())
    }
}

impl Read for Stream {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.read(bytes),
            Self::Encrypted(stream) => stream.read(bytes),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.write(bytes),
            Self::Encrypted(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(stream) => stream.flush(),
            Self::Encrypted(stream) => stream.flush(),
        }
    }
}
