//! The program as an operator uses it: a server in a process of its own, and the commands beside it.
#![expect(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

mod backup;
#[cfg(unix)]
mod full;
mod merchants;
mod program;
mod remote;
