//! Providers' reports come in.

mod apply;

use super::access::Whose;
use super::body;
use super::problem::Problem;
use super::routes::Shared;
use super::shops::Shop;
use super::workers::Undone;
use crate::capabilities::logging::Level;
use crate::capabilities::messaging::Channel;
use crate::capabilities::messaging::reports::{Incoming, News, ReportError};
use apply::{Taken, apply};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// Seconds after which a provider may send again what could not be stored.
const AGAIN: u32 = 30;

/// `/hooks/{merchant}/{channel}`: a report that its headers prove.
pub(super) async fn by_signature(
    State(shared): State<Shared>,
    Path((merchant, channel)): Path<(String, String)>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Response {
    take(&shared, (&merchant, &channel, None), &uri, &headers, body).await
}

/// `/hooks/{merchant}/{channel}/{secret}`: a report that its address proves.
pub(super) async fn by_address(
    State(shared): State<Shared>,
    Path((merchant, channel, secret)): Path<(String, String, String)>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let place = (merchant.as_str(), channel.as_str(), Some(secret.as_str()));
    take(&shared, place, &uri, &headers, body).await
}

async fn take(
    shared: &Shared,
    (merchant, channel, token): (&str, &str, Option<&str>),
    uri: &Uri,
    headers: &HeaderMap,
    body: Body,
) -> Response {
    let body = match body::read(body, &shared.bounds).await {
        Ok(body) => body,
        Err(problem) => return problem.into_response(),
    };
    let channel = Channel::ALL.into_iter().find(|one| one.name() == channel);
    let Some((shop, channel)) = shared.shops.find(merchant).zip(channel) else {
        return Problem::not_found().into_response();
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
    let (own, for_whom) = (shared.clone(), shop.clone());
    let job = move || apply(&mut own.shops.sandbox(&for_whom), channel, news);
    let response = match shared.workers.run(job).await {
        Ok(Taken {
            faults,
            unknown,
            later,
        }) => {
            for fault in faults {
                told(Level::Error, &fault);
            }
            if unknown > 0 {
                told(
                    Level::Info,
                    &format!("{unknown} of a notice or person that nobody knows"),
                );
            }
            if later {
                Problem::unavailable(AGAIN).into_response()
            } else {
                // Also where a notice isn't known: nothing would change if it came again.
                (StatusCode::OK, "{}").into_response()
            }
        }
        Err(Undone::Busy) => Problem::unavailable(AGAIN).into_response(),
        Err(Undone::Broken) => Problem::broken().into_response(),
    };
    whose(response, &shop)
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
