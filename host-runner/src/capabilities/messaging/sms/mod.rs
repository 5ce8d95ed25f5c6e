//! Text messages.

mod http;
mod mitake;
mod template;

pub(super) use http::{Http, HttpSettings};
pub(super) use mitake::Mitake;
