//! A small HTTP/1.1 server that can also misbehave: it answers what it is told to answer, and stalls, hangs up, breaks off
//! or talks nonsense where it is told to. Simulators and conformance suites stand on it; it is no server for the open network.
//!
//! ```
//! use stampcard::loopback::{Act, Answer, Server};
//!
//! let server = Server::start("127.0.0.1:0".parse().unwrap(), |asked| {
//!     Act::Answer(Answer::text(200, &asked.target))
//! });
//! assert_eq!(server.unwrap().address().ip().to_string(), "127.0.0.1");
//! ```

mod answer;
mod asked;
mod connection;
mod server;

pub use answer::{Act, Answer};
pub use asked::Asked;
pub use server::Server;
