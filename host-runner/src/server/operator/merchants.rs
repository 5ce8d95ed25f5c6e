//! The operator's hand on the register of merchants.

use super::super::problem::Problem;
use super::super::routes::Shared;
use super::super::watch::look;
use super::super::{body, workers::Undone};
use super::{AGAIN, answer, export, time, unfit};
use crate::capabilities::Merchant;
use crate::capabilities::logging::Level;
use crate::capabilities::storage::Error;
use crate::json;
use crate::merchants::{Fault, RegisterError, Standing, State as Said, shown};
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};

/// Merchants of a page.
const PAGE: usize = 1_000;

/// The addresses of merchants.
pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/merchants", get(list))
        .route("/merchants/{merchant}", get(show).put(set).delete(delete))
        .route("/merchants/{merchant}/export", get(export))
}

/// `GET /merchants`: who is served, a page at a time in the order of their ids, behind `?after=ID`.
async fn list(State(shared): State<Shared>, uri: Uri) -> Response {
    let mut fields = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let after = match (fields.next(), fields.next()) {
        (None, _) => String::new(),
        (Some((name, after)), None) if name == "after" => after.into_owned(),
        _ => {
            let detail = "the query may have after=MERCHANT and nothing else";
            return Problem::new(StatusCode::BAD_REQUEST, "query", detail).into_response();
        }
    };
    let read = move |shared: &Shared| shared.shops.register().all();
    let entries = match work(&shared, read).await {
        Ok(entries) => entries,
        Err(problem) => return problem.into_response(),
    };
    let all = shared.shops.merchants();
    let behind = all
        .iter()
        .filter(|merchant| merchant.as_str() > after.as_str());
    let page: Vec<&Merchant> = behind.take(PAGE + 1).collect();
    let next = page.get(PAGE).and_then(|_| page.get(PAGE - 1));
    let listed = page.iter().take(PAGE);
    let listed: Vec<Value> = listed.map(|one| shown(one, entries.get(*one))).collect();
    let next = next.map(|last| last.as_str());
    answer(
        StatusCode::OK,
        &json!({ "merchants": listed, "next": next }),
    )
}

/// `GET /merchants/ID`: how one stands.
async fn show(State(shared): State<Shared>, Path(id): Path<String>) -> Response {
    let Ok(merchant) = Merchant::new(&id) else {
        return unknown().into_response();
    };
    let own = merchant.clone();
    match work(&shared, move |shared| shared.shops.register().find(&own)).await {
        Err(problem) => problem.into_response(),
        Ok(None) if shared.shops.any(&merchant).is_none() => unknown().into_response(),
        Ok(entry) => answer(StatusCode::OK, &shown(&merchant, entry.as_ref())),
    }
}

/// `PUT /merchants/ID`: how one is to stand from now on, in place of what was said before. It is made where it isn't there.
async fn set(State(shared): State<Shared>, Path(id): Path<String>, body: Body) -> Response {
    match set_as_told(&shared, &id, body).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

async fn set_as_told(shared: &Shared, id: &str, body: Body) -> Result<Response, Problem> {
    let invalid = |error: String| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", error);
    let merchant = Merchant::new(id).map_err(|error| invalid(error.to_string()))?;
    let body = body::read(body, &shared.bounds).await?;
    let standing: Standing = json::object(&body).map_err(unfit)?;
    if standing.state == Said::Deleting {
        let detail = "a merchant is deleted by DELETE, after it was suspended";
        return Err(invalid(detail.to_owned()).at("/state"));
    }
    let components = shared.shops.components();
    let unknown = |name: &String| !components.named.contains_key(name);
    if standing.component.as_ref().is_some_and(unknown) {
        let detail = "the settings have no component of this name";
        return Err(invalid(detail.to_owned()).at("/component"));
    }
    let served = shared.shops.any(&merchant).is_some();
    let (own, now) = (merchant.clone(), shared.clock.now());
    let new = work(shared, move |shared| {
        let new = shared.shops.register().set(&own, &standing, now)?;
        Ok((new, shared.shops.register().find(&own)?))
    });
    let (new, entry) = new.await?;
    renew(shared).await;
    let state = entry.as_ref().map(|entry| entry.standing.state.name());
    note(shared, &merchant, state.unwrap_or_default());
    let status = if new && !served {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok(answer(status, &shown(&merchant, entry.as_ref())))
}

/// `DELETE /merchants/ID`: everything of one that is suspended is deleted, and its API keys end.
async fn delete(State(shared): State<Shared>, Path(id): Path<String>) -> Response {
    let Some(merchant) = Merchant::new(&id)
        .ok()
        .filter(|id| shared.shops.any(id).is_some())
    else {
        return unknown().into_response();
    };
    let (own, now) = (merchant.clone(), shared.clock.now());
    let begun = work(&shared, move |shared| {
        let (shops, register) = (&shared.shops, shared.shops.register());
        let state = register.find(&own)?.map(|entry| entry.standing.state);
        if state == Some(Said::Suspended) && shops.named(&own) {
            return Ok(false);
        }
        register.delete(&own, now).map(|()| true)
    });
    match begun.await {
        Err(problem) => return problem.into_response(),
        Ok(false) => {
            let detail = "the settings name it, and it would be there again: take it out of them first, and have them read again";
            return Problem::new(StatusCode::CONFLICT, "in-settings", detail).into_response();
        }
        Ok(true) => {}
    }
    renew(&shared).await;
    note(&shared, &merchant, "is being deleted");
    let (own, keys) = (merchant.clone(), shared.clone());
    let ended = work(&shared, move |_| Ok(keys.keys.revoke_of(&own, time(now))));
    match ended.await {
        Ok(Ok(ended)) => answer(
            StatusCode::ACCEPTED,
            &json!({ "merchant": merchant.as_str(), "state": "deleting", "ended-keys": ended }),
        ),
        Ok(Err(error)) => {
            let told = format!("its API keys can't be ended: {error}");
            (shared.log).log(&merchant, Level::Error, "merchants", &told);
            Problem::broken().into_response()
        }
        Err(problem) => problem.into_response(),
    }
}

/// `GET /merchants/ID/export`: all records of one that is suspended, a line of JSON each.
async fn export(State(shared): State<Shared>, Path(id): Path<String>) -> Response {
    let Ok(merchant) = Merchant::new(&id) else {
        return unknown().into_response();
    };
    let own = merchant.clone();
    match work(&shared, move |shared| shared.shops.register().find(&own)).await {
        Err(problem) => problem.into_response(),
        Ok(entry) => match entry.map(|entry| entry.standing.state) {
            Some(Said::Suspended) => export::stream(&shared, merchant),
            None if shared.shops.any(&merchant).is_none() => unknown().into_response(),
            _ => refused(RegisterError::NotSuspended(merchant)).into_response(),
        },
    }
}

/// Has everybody served as the register says now.
async fn renew(shared: &Shared) {
    let looked = work(shared, |shared| {
        look(&shared.shops, &shared.ticker, &*shared.log);
        Ok(())
    });
    // Where no thread is free, the next look by the clock does it.
    drop(looked.await);
}

/// Every change of the register stands in the log.
fn note(shared: &Shared, merchant: &Merchant, told: &str) {
    (shared.log).log(merchant, Level::Info, "merchants", told);
}

/// Does what may wait for the storage on a thread of its own.
async fn work<T: Send + 'static>(
    shared: &Shared,
    job: impl FnOnce(&Shared) -> Result<T, RegisterError> + Send + 'static,
) -> Result<T, Problem> {
    let own = shared.clone();
    match shared.workers.look(move || job(&own)).await {
        Ok(done) => done.map_err(refused),
        Err(Undone::Busy | Undone::Suspended | Undone::Closed) => Err(Problem::unavailable(AGAIN)),
        Err(Undone::Broken) => Err(Problem::broken()),
    }
}

/// There is no merchant of this id.
fn unknown() -> Problem {
    let detail = "there is no such merchant";
    Problem::new(StatusCode::NOT_FOUND, "not-found", detail)
}

fn refused(error: RegisterError) -> Problem {
    let told = error.to_string();
    match error {
        RegisterError::Fault(Fault { pointer, problem }) => {
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", problem).at(pointer)
        }
        RegisterError::Deleting(_) => Problem::new(StatusCode::CONFLICT, "deleting", told),
        RegisterError::NotSuspended(_) => Problem::new(StatusCode::CONFLICT, "not-suspended", told),
        RegisterError::Unreadable(_) => {
            Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "unreadable", told)
        }
        RegisterError::Storage(Error::Full(_)) => {
            let detail = "the storage is full";
            Problem::new(StatusCode::INSUFFICIENT_STORAGE, "storage-full", detail)
        }
        RegisterError::Busy | RegisterError::Storage(_) => Problem::unavailable(AGAIN),
    }
}
