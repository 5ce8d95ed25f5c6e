//! Every exported function of the plugin, by HTTP.

mod answer;
mod rate;
mod request;

pub(super) use rate::Rates;

use super::access::Whose;
use super::bearer::bearer;
use super::body;
use super::command::{self, Outcome};
use super::problem::Problem;
use super::routes::Shared;
use super::shops::{Service, Shop};
use super::traces::Trace;
use super::workers::Undone;
use crate::call::{Answer, Call, Execution};
use crate::capabilities::logging::Level;
use crate::keys::ApiKey;
use axum::body::Body;
use axum::extract::{Extension, Path, State};
use axum::http::header::{CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// Where the addresses of functions begin.
pub(super) const ROOT: &str = "/v1/";

/// `POST /v1/{interface}/{function}`: calls the function for the key's merchant.
pub(super) async fn call(
    State(shared): State<Shared>,
    Extension(trace): Extension<Trace>,
    Path((interface, function)): Path<(String, String)>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let (key, shop) = match holder(&shared, &headers) {
        Ok(held) => held,
        Err(problem) => return keyless(problem),
    };
    let call = Asked {
        name: format!("{interface}.{function}"),
        query: uri.query().unwrap_or_default(),
        headers: &headers,
    };
    let done = called(&shared, (&key, &shop), call, body, &trace).await;
    let mut response = done.unwrap_or_else(keyless);
    let whose = Whose(shop.merchant().clone());
    response.extensions_mut().insert(whose);
    response
}

/// What is asked for, but for the body.
struct Asked<'r> {
    name: String,
    query: &'r str,
    headers: &'r HeaderMap,
}

/// Calls the function.
async fn called(
    shared: &Shared,
    (key, shop): (&ApiKey, &Shop),
    asked: Asked<'_>,
    body: Body,
    trace: &Trace,
) -> Result<Response, Problem> {
    rated(shared, key)?;
    let executes = allowed(key, shop, &asked.name)?;
    let headers = asked.headers;
    let call = request(shared, asked, executes, body).await?;
    // A body may take minutes, in which the key ended, the merchant was suspended, or somebody else came under its name.
    let (key, shop) = holder(shared, headers)?;
    allowed(&key, &shop, &call.function)?;
    Ok(answered(command::run(shared, &shop, call, trace).await))
}

/// A problem that says which key is asked for, where it is about that.
fn keyless(problem: Problem) -> Response {
    let mut response = problem.into_response();
    if response.status() == StatusCode::UNAUTHORIZED {
        let scheme = HeaderValue::from_static("Bearer");
        response.headers_mut().insert(WWW_AUTHENTICATE, scheme);
    }
    response
}

/// The key of a request and its merchant, as they are now.
fn holder(shared: &Shared, headers: &HeaderMap) -> Result<(Arc<ApiKey>, Arc<Shop>), Problem> {
    let found = || {
        let key = shared.keys.find(bearer(headers)?, shared.clock.now())?;
        let shop = shared.shops.find(key.merchant.as_str())?;
        Some((key, shop))
    };
    let held = found();
    if let Some(fault) = shared.keys.fault() {
        shared.log.host(Level::Error, "server", &fault);
    }
    held.ok_or_else(|| {
        let detail = "the API key is missing, unknown or has ended: Authorization: Bearer KEY";
        Problem::new(StatusCode::UNAUTHORIZED, "no-key", detail)
    })
}

/// Takes one of the key's requests.
fn rated(shared: &Shared, key: &ApiKey) -> Result<(), Problem> {
    shared.rates.take(&key.id).map_err(|seconds| {
        let detail = "the key's rate of requests is used up";
        Problem::new(StatusCode::TOO_MANY_REQUESTS, "rate", detail).again(seconds)
    })
}

/// Whether the key may call the function now; also whether the function changes something under a key.
fn allowed(key: &ApiKey, shop: &Shop, name: &str) -> Result<bool, Problem> {
    let plugin = match shop.service() {
        Service::Active(plugin) => plugin,
        Service::Suspended(_) => {
            return Err(suspended());
        }
        Service::Deleting | Service::Without(_) => return Err(Problem::unavailable(30)),
    };
    let function = plugin.function(name);
    let executes = function.map(|function| function.types().executes);
    if !key.role.may(name, executes) {
        let detail = "the key's role has no right to this";
        return Err(Problem::new(StatusCode::FORBIDDEN, "no-right", detail));
    }
    executes.ok_or_else(Problem::not_found)
}

/// The call that a request asks for.
async fn request(
    shared: &Shared,
    asked: Asked<'_>,
    executes: bool,
    body: Body,
) -> Result<Call, Problem> {
    let Asked {
        name,
        query,
        headers,
    } = asked;
    let dry_run = request::dry_run(query)?;
    let key = request::idempotency_key(headers)?;
    let body = body::read(body, &shared.bounds).await?;
    let kind = headers.get(CONTENT_TYPE);
    let kind = kind.map(|kind| kind.to_str().unwrap_or_default());
    let request = request::json(kind, &body)?;
    let execution = match (executes, dry_run, key) {
        (false, false, None) => None,
        (false, true, _) | (false, _, Some(_)) => {
            let detail = "the function changes nothing, and takes neither a key nor a dry run";
            return Err(Problem::new(StatusCode::BAD_REQUEST, "no-command", detail));
        }
        (true, true, None) => Some(Execution::DryRun),
        (true, false, Some(key)) => Some(Execution::Commit(key)),
        (true, true, Some(_)) => {
            let detail = "a dry run takes no idempotency key";
            return Err(Problem::new(
                StatusCode::BAD_REQUEST,
                "key-and-dry-run",
                detail,
            ));
        }
        (true, false, None) => {
            let detail = "the function changes something, and needs the header Idempotency-Key, or dry-run=true in the query";
            return Err(Problem::new(
                StatusCode::BAD_REQUEST,
                "no-idempotency-key",
                detail,
            ));
        }
    };
    Ok(Call {
        function: name,
        execution,
        request,
    })
}

/// What became of a call, as HTTP says it.
pub(super) fn answered(outcome: Outcome) -> Response {
    match outcome {
        Ok(Ok(Answer {
            result: Ok(value), ..
        })) => answer::good(&value),
        Ok(Ok(Answer {
            result: Err(refusal),
            ..
        })) => answer::refused(refusal).into_response(),
        Ok(Err(error)) => answer::failed(&error).into_response(),
        Err(Undone::Busy) => Problem::unavailable(1).into_response(),
        Err(Undone::Suspended) => suspended().into_response(),
        Err(Undone::Closed) => Problem::unavailable(30).into_response(),
        Err(Undone::Broken) => Problem::broken().into_response(),
    }
}

fn suspended() -> Problem {
    let detail = "the merchant is suspended: nothing is called for it";
    Problem::new(StatusCode::FORBIDDEN, "suspended", detail)
}
