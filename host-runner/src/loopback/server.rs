//! The listener, and a thread for each connection.

use super::connection::serve;
use super::{Act, Asked};
use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Connections at once; a further one is closed as soon as it comes.
const CONNECTIONS: usize = 256;

/// Waits so long after the system had no connection to give, for lack of files for instance.
const PAUSE: Duration = Duration::from_millis(50);

/// A server, until it is dropped. Connections that are open then end by themselves.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    ends: Arc<AtomicBool>,
    listening: Option<JoinHandle<()>>,
}

impl Server {
    /// Listens at this address (port 0: any that is free) and does with each request what the handler says. The handler is
    /// called by many threads at once.
    ///
    /// # Errors
    /// Where the address can't be listened at.
    pub fn start(
        listen: SocketAddr,
        handler: impl Fn(&Asked) -> Act + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind(listen)?;
        let address = listener.local_addr()?;
        let ends = Arc::new(AtomicBool::new(false));
        let (handler, told) = (Arc::new(handler), ends.clone());
        let listening = thread::Builder::new()
            .name("loopback".to_owned())
            .spawn(move || accept(&listener, &told, &handler))?;
        Ok(Self {
            address,
            ends,
            listening: Some(listening),
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits until it ends, which it does only when the listener fails.
    pub fn wait(mut self) {
        if let Some(listening) = self.listening.take() {
            // A panic there was printed already.
            let _ = listening.join();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::SeqCst);
        if let Some(listening) = self.listening.take() {
            // Wakes the listener; if it can't be reached, it is gone already.
            if TcpStream::connect_timeout(&self.address, Duration::from_secs(1)).is_ok() {
                let _ = listening.join();
            }
        }
    }
}

fn accept<H>(listener: &TcpListener, ends: &AtomicBool, handler: &Arc<H>)
where
    H: Fn(&Asked) -> Act + Send + Sync + 'static,
{
    let open = Arc::new(AtomicUsize::new(0));
    for stream in listener.incoming() {
        if ends.load(Ordering::SeqCst) {
            return;
        }
        let Ok(stream) = stream else {
            thread::sleep(PAUSE);
            continue;
        };
        let place = Place::take(&open);
        if open.load(Ordering::SeqCst) > CONNECTIONS {
            continue;
        }
        let handler = handler.clone();
        let work = move || {
            // A client that hangs up ends its connection, whatever was being said.
            let _ = serve(stream, &*handler);
            drop(place);
        };
        // Where the system gives no thread, the client sees its connection closed.
        let _ = thread::Builder::new().spawn(work);
    }
}

/// A connection that counts, until it is dropped, by a panic too.
struct Place(Arc<AtomicUsize>);

impl Place {
    fn take(open: &Arc<AtomicUsize>) -> Self {
        open.fetch_add(1, Ordering::SeqCst);
        Self(open.clone())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}
