//! The reference host as an HTTP server: every function of the plugin, providers' reports and one-click unsubscription come in
//! by it, events by NATS, too, and it ticks its merchants.
//!
//! Connections are tokio's and hyper's; whatever runs in a sandbox runs on a bounded number of threads of its own, so that no
//! command holds up the others' connections. HTTP/1.1 alone: TLS belongs to a reverse proxy in front.
//!
//! | address | does |
//! |---|---|
//! | `POST /v1/{interface}/{function}` | calls a function of the plugin for the API key's merchant |
//! | `GET /openapi.json` | describes all of these; with `?component=NAME` those of another component |
//! | `POST /events/{merchant}` | takes an event of the platform as a signed webhook |
//! | `POST /hooks/{merchant}/{channel}` | takes a provider's report that is signed by its headers |
//! | `GET`, `POST /hooks/{merchant}/{channel}/{secret}` | takes one that is known by its address |
//! | `GET /unsubscribe/{token}` | shows a page with a button, and changes nothing |
//! | `POST /unsubscribe/{token}` | takes the member off the list (RFC 8058) |
//! | `GET /health` | says that the server answers |
//! | `GET /ready` | says whether its storage does |
//! | `POST /backup` | makes a backup, on the operator's own address |
//! | `GET /metrics` | figures for monitoring, on the operator's own address alone; what changes something there needs the operator's key |

mod access;
mod agenda;
mod api;
mod aside;
mod backups;
mod bearer;
mod body;
mod bounds;
mod command;
mod documents;
mod events;
mod health;
mod hooks;
mod host;
mod listen;
mod metrics;
mod operator;
mod patience;
mod posts;
mod problem;
mod routes;
mod running;
mod settings;
mod shops;
mod signal;
mod start;
mod ticker;
mod traces;
mod turns;
mod unsubscribe;
mod watch;
mod workers;

pub use access::{AccessLog, StdoutAccess};
pub use backups::BackupSettings;
pub use bounds::Bounds;
pub use running::{Made, Running, RunningError};
pub use settings::{MerchantSettings, Settings};
pub use signal::{Asked, Signals};
pub use start::{Components, Parts, Server, ServerError};
