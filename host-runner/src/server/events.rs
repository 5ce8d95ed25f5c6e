//! Events of the platform: what they ask for is done as the API does it, whether NATS brings them or a webhook.

use super::access::Whose;
use super::api;
use super::body;
use super::bounds::Bounds;
use super::command;
use super::problem::Problem;
use super::routes::Shared;
use super::traces::Trace;
use super::workers::Undone;
use crate::capabilities::Merchant;
use crate::capabilities::logging::Level;
use crate::capabilities::webhook::{ID, Keys, SIGNATURE, TIMESTAMP, Unsigned};
use crate::events::nats::Feed;
use crate::events::{Allowed, Desk, Ending, Event, Fate, Fault, Reason, Settings, of_webhook};
use axum::body::Body;
use axum::extract::{Extension, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use std::collections::BTreeMap;
use tokio::sync::watch;

/// What comes in.
pub(super) struct Incoming {
    allowed: Allowed,
    webhooks: BTreeMap<Merchant, Keys>,
    /// Whether NATS brings events now; none: it is not to.
    here: Option<watch::Receiver<bool>>,
}

impl Incoming {
    /// By these settings; and what NATS is to bring.
    pub(super) fn new(settings: &Settings, bounds: &Bounds) -> (Self, Option<Feed>) {
        let allowed = Allowed {
            functions: settings.functions.clone(),
            bytes: bounds.body,
        };
        let (here, seen) = watch::channel(false);
        let feed = settings.nats.clone().map(|of| Feed {
            of,
            allowed: allowed.clone(),
            here,
        });
        let own = Self {
            allowed,
            webhooks: settings.webhooks.clone(),
            here: feed.is_some().then_some(seen),
        };
        (own, feed)
    }

    /// Whether NATS brings events now; none: it is not to.
    pub(super) fn here(&self) -> Option<bool> {
        self.here.as_ref().map(|here| *here.borrow())
    }
}

/// Does what events by NATS ask for.
pub(super) struct Counter(pub(super) Shared);

impl Desk for Counter {
    async fn take(&self, event: &Event) -> Fate {
        let shared = &self.0;
        let Some(shop) = shared.shops.find(&event.merchant) else {
            let told = "no such merchant is served here";
            return Fate::Poison(Fault::new(Reason::UnknownMerchant, told));
        };
        let none = Trace::default();
        fate(
            event,
            &command::run(shared, &shop, event.call(), &none).await,
        )
    }

    fn count(&self, ending: Ending) {
        self.0.metrics.event("nats", ending);
    }

    fn tell(&self, merchant: Option<&str>, level: Level, text: &str) {
        let log = &self.0.log;
        match merchant.and_then(|merchant| Merchant::new(merchant).ok()) {
            Some(merchant) => log.log(&merchant, level, "events", text),
            None => log.host(level, "events", text),
        }
    }
}

fn fate(event: &Event, outcome: &command::Outcome) -> Fate {
    match outcome {
        Ok(called) => Fate::of(event, called),
        Err(Undone::Busy) => Fate::Later("no thread is free".to_owned()),
        // It may be so for months, and others wait behind it.
        Err(Undone::Suspended) => {
            Fate::Poison(Fault::new(Reason::Suspended, "the merchant is suspended"))
        }
        Err(Undone::Closed) => Fate::Failed("the merchant's component is not here".to_owned()),
        Err(Undone::Broken) => Fate::Failed("its thread was lost".to_owned()),
    }
}

/// `POST /events/{merchant}`: an event that its signature proves. The answer is that of the function.
pub(super) async fn webhook(
    State(shared): State<Shared>,
    Extension(trace): Extension<Trace>,
    Path(merchant): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let incoming = &shared.events;
    let shop = shared.shops.find(&merchant);
    let keys = shop.and_then(|shop| Some((incoming.webhooks.get(shop.merchant())?, shop)));
    let Some((keys, shop)) = keys else {
        return Problem::not_found().into_response();
    };
    let (body, turn) = match body::read_in_turn(body, &shared.bounds, &shared.strangers).await {
        Ok(read) => read,
        Err(problem) => return problem.into_response(),
    };
    let refused = |fault: &Fault| {
        shared.metrics.event("webhook", Ending::Poison);
        problem(fault).into_response()
    };
    let header = |name| one(&headers, name);
    let told = (header(ID), header(TIMESTAMP), header(SIGNATURE));
    let now = shared.clock.now().seconds;
    let mut response = match keys.check(told, &body, now) {
        Err(why) => {
            let text = format!("a webhook: {why}; {} bytes", body.len());
            let log = &shared.log;
            log.log(shop.merchant(), Level::Warn, "events", &text);
            unsigned(why).into_response()
        }
        Ok(()) => match of_webhook(shop.merchant(), told.0, &body, &incoming.allowed) {
            Err(fault) => refused(&fault),
            Ok(event) => {
                // It is no stranger's.
                drop(turn);
                let outcome = command::run(&shared, &shop, event.call(), &trace).await;
                let ending = fate(&event, &outcome).ending();
                shared.metrics.event("webhook", ending);
                api::answered(outcome)
            }
        },
    };
    let whose = Whose(shop.merchant().clone());
    response.extensions_mut().insert(whose);
    response
}

/// The only value of a header; an empty one fits nothing.
fn one<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    let mut values = headers.get_all(name).iter();
    let value = values.next().and_then(|value| value.to_str().ok());
    value
        .filter(|_| values.next().is_none())
        .unwrap_or_default()
}

fn unsigned(why: Unsigned) -> Problem {
    let kind = match why {
        Unsigned::Wrong => "not-signed",
        Unsigned::Stale => "stale",
    };
    Problem::new(StatusCode::UNAUTHORIZED, kind, why.to_string())
}

fn problem(fault: &Fault) -> Problem {
    let status = match fault.reason {
        Reason::UnknownFunction | Reason::UnknownMerchant => StatusCode::NOT_FOUND,
        Reason::Suspended => StatusCode::FORBIDDEN,
        Reason::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Reason::Subject
        | Reason::Key
        | Reason::NoJson
        | Reason::Shape
        | Reason::Unreadable
        | Reason::Deliveries
        | Reason::ManyFail
        | Reason::ResultTooLarge => StatusCode::BAD_REQUEST,
    };
    let problem = Problem::new(status, fault.reason.name(), fault.detail.clone());
    match &fault.pointer {
        Some(pointer) => problem.at(pointer),
        None => problem,
    }
}
