//! Providers' reports come in.

mod apply;

use super::access::Whose;
use super::body;
use super::problem::Problem;
use super::routes::Shared;
use super::shops::Shop;
use super::traces::Trace;
use super::workers::Undone;
use crate::capabilities::logging::Level;
use crate::capabilities::messaging::Channel;
use crate::capabilities::messaging::reports::{Incoming, News, Report, ReportError};
use apply::{Taken, apply};
use axum::body::Body;
use axum::extract::{Extension, Path, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use tokio::time::sleep;

/// Seconds after which a provider may send again what could not be stored.
const AGAIN: u32 = 30;

/// `/hooks/{merchant}/{channel}`: a report that its headers prove.
pub(super) async fn by_signature(
    State(shared): State<Shared>,
    Extension(trace): Extension<Trace>,
    Path((merchant, channel)): Path<(String, String)>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let place = (merchant.as_str(), channel.as_str(), None);
    take(&shared, &trace, place, &uri, &headers, body).await
}

/// `/hooks/{merchant}/{channel}/{secret}`: a report that its address proves.
pub(super) async fn by_address(
    State(shared): State<Shared>,
    Extension(trace): Extension<Trace>,
    Path((merchant, channel, secret)): Path<(String, String, String)>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let place = (merchant.as_str(), channel.as_str(), Some(secret.as_str()));
    take(&shared, &trace, place, &uri, &headers, body).await
}

async fn take(
    shared: &Shared,
    trace: &Trace,
    (merchant, channel, token): (&str, &str, Option<&str>),
    uri: &Uri,
    headers: &HeaderMap,
    body: Body,
) -> Response {
    let channel = Channel::ALL.into_iter().find(|one| one.name() == channel);
    let Some((shop, channel)) = shared.shops.find(merchant).zip(channel) else {
        return Problem::not_found().into_response();
    };
    let (body, turn) = match body::read_in_turn(body, &shared.bounds, &shared.strangers).await {
        Ok(read) => read,
        Err(problem) => return problem.into_response(),
    };
    let told = |level, text: &str| {
        let text = format!("a report by {}: {text}", channel.name());
        shared.log.log(shop.merchant(), level, "server", &text);
    };
    let Some(read) = read(&shop, channel, token, uri, headers, &body) else {
        return Problem::not_found().into_response();
    };
    let news = match read {
        Ok(news) => news,
        Err(ReportError::Signature) => {
            told(
                Level::Warn,
                &format!("not the provider's; {} bytes", body.len()),
            );
            let detail = "the signature or the address is not the provider's";
            let problem = Problem::new(StatusCode::UNAUTHORIZED, "not-signed", detail);
            return whose(problem.into_response(), &shop);
        }
        Err(ReportError::Unreadable) => {
            told(Level::Warn, &format!("can't be read; {} bytes", body.len()));
            let detail = "the report is not as the provider documents it";
            let problem = Problem::new(StatusCode::BAD_REQUEST, "unreadable", detail);
            return whose(problem.into_response(), &shop);
        }
    };
    // It is no stranger's.
    drop(turn);
    let taken = (shared.workers).work(trace, &shop, move |sandbox| apply(sandbox, channel, news));
    let response = match taken.await {
        Ok(Taken {
            faults,
            unknown,
            strangers,
            later,
        }) => {
            for fault in faults {
                told(Level::Error, &fault);
            }
            if strangers > 0 {
                told(
                    Level::Info,
                    &format!("{strangers} of a person whom nobody knows"),
                );
            }
            if !unknown.is_empty() {
                let count = unknown.len();
                told(
                    Level::Info,
                    &format!("{count} of a notice that nobody knows"),
                );
                again(shared, &shop, channel, unknown);
            }
            shared.ticker.nudge(shop.merchant());
            if later {
                Problem::unavailable(AGAIN).into_response()
            } else {
                // Also where a notice isn't known: nothing would change if it came again.
                (StatusCode::OK, "{}").into_response()
            }
        }
        Err(Undone::Busy | Undone::Suspended | Undone::Closed) => {
            Problem::unavailable(AGAIN).into_response()
        }
        Err(Undone::Broken) => Problem::broken().into_response(),
    };
    whose(response, &shop)
}

/// Makes reports known once more after a while: a quick provider reports before the outcome of the sending is stored.
fn again(shared: &Shared, shop: &Arc<Shop>, channel: Channel, reports: Vec<Report>) {
    // Where too many wait already, this one is over.
    let Ok(slot) = shared.waiting.clone().try_acquire_owned() else {
        return;
    };
    let (shared, shop) = (shared.clone(), shop.clone());
    tokio::spawn(async move {
        sleep(shared.bounds.report_again).await;
        let news = News {
            reports,
            friendships: Vec::new(),
        };
        let none = Trace::default();
        let taken =
            (shared.workers).work(&none, &shop, move |sandbox| apply(sandbox, channel, news));
        let left = taken.await.map(|taken| taken.unknown.len());
        shared.ticker.nudge(shop.merchant());
        if left != Ok(0) {
            let text = format!(
                "reports by {}: still of notices that nobody knows",
                channel.name()
            );
            shared
                .log
                .log(shop.merchant(), Level::Info, "server", &text);
        }
        drop(slot);
    });
}

/// What the channel's hook makes of a request; none where it has no hook.
fn read(
    shop: &Shop,
    channel: Channel,
    token: Option<&str>,
    uri: &Uri,
    headers: &HeaderMap,
    body: &[u8],
) -> Option<Result<News, ReportError>> {
    let hook = shop.hook(channel)?;
    let header = |name: &str| {
        let mut values = headers.get_all(name).iter();
        let value = values.next()?.to_str().ok()?;
        values.next().is_none().then_some(value)
    };
    let incoming = Incoming {
        token,
        query: uri.query().unwrap_or_default(),
        header: &header,
        body,
    };
    Some(hook.read(&incoming))
}

fn whose(mut response: Response, shop: &Arc<Shop>) -> Response {
    let whose = Whose(shop.merchant().clone());
    response.extensions_mut().insert(whose);
    response
}
