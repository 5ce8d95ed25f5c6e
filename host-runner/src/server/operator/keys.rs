//! The operator's hand on the API keys of merchants.

use super::super::body;
use super::super::problem::Problem;
use super::super::routes::Shared;
use super::super::workers::Undone;
use super::{AGAIN, answer, time, unfit};
use crate::capabilities::Merchant;
use crate::capabilities::logging::Level;
use crate::json;
use crate::keys::{ApiKey, Keys, KeysError, Role};
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use chrono::TimeDelta;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// The longest that a key goes on that another one replaces, in hours.
const LONGEST: u32 = 720;

/// What a key is to be.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    role: Role,
    name: String,
}

/// How a key is replaced.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Rotation {
    #[serde(default = "day")]
    keep_hours: u32,
}

fn day() -> u32 {
    24
}

/// The addresses of keys.
pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/merchants/{merchant}/keys", get(list).post(create))
        .route(
            "/merchants/{merchant}/keys/{id}",
            axum::routing::delete(revoke),
        )
        .route("/merchants/{merchant}/keys/{id}/rotate", post(rotate))
}

/// `GET /merchants/ID/keys`: all of a merchant's, without the keys themselves.
async fn list(State(shared): State<Shared>, Path(id): Path<String>) -> Response {
    let told = async {
        let merchant = known(&shared, &id)?;
        let all = work(&shared, &merchant, |keys| keys.list()).await?;
        let own = all.iter().filter(|key| key.merchant == merchant);
        let keys: Vec<Value> = own.map(shown).collect();
        Ok(answer(StatusCode::OK, &json!({ "keys": keys })))
    };
    told.await.unwrap_or_else(Problem::into_response)
}

/// `POST /merchants/ID/keys`: makes one, and tells it this once.
async fn create(State(shared): State<Shared>, Path(id): Path<String>, body: Body) -> Response {
    let told = async {
        let merchant = known(&shared, &id)?;
        let wanted: Wanted = read(&shared, body).await?;
        let (own, now) = (merchant.clone(), time(shared.clock.now()));
        let made = work(&shared, &merchant, move |keys| {
            keys.create(&own, wanted.role, &wanted.name, now)
        });
        Ok(made_as(made.await?))
    };
    told.await.unwrap_or_else(Problem::into_response)
}

/// `POST /merchants/ID/keys/KEY/rotate`: makes one in place of another, which goes on for a while.
async fn rotate(
    State(shared): State<Shared>,
    Path((id, key)): Path<(String, String)>,
    body: Body,
) -> Response {
    let told = async {
        let merchant = known(&shared, &id)?;
        let Rotation { keep_hours } = read(&shared, body).await?;
        if keep_hours > LONGEST {
            let detail = format!("it is no number of hours from 0 to {LONGEST}");
            return Err(invalid(detail).at("/keep-hours"));
        }
        let (own, now) = (merchant.clone(), time(shared.clock.now()));
        let until = now + TimeDelta::hours(keep_hours.into());
        let made = work(&shared, &merchant, move |keys| {
            is_of(keys, &key, &own)?;
            keys.rotate(&key, now, until)
        });
        Ok(made_as(made.await?))
    };
    told.await.unwrap_or_else(Problem::into_response)
}

/// `DELETE /merchants/ID/keys/KEY`: ends one at once.
async fn revoke(State(shared): State<Shared>, Path((id, key)): Path<(String, String)>) -> Response {
    let told = async {
        let merchant = known(&shared, &id)?;
        let (own, now) = (merchant.clone(), time(shared.clock.now()));
        let ended = work(&shared, &merchant, move |keys| {
            is_of(keys, &key, &own)?;
            keys.revoke(&key, now)
        });
        ended.await?;
        Ok(StatusCode::NO_CONTENT.into_response())
    };
    told.await.unwrap_or_else(Problem::into_response)
}

/// A merchant that is served.
fn known(shared: &Shared, id: &str) -> Result<Merchant, Problem> {
    let shop = shared.shops.find(id).ok_or_else(Problem::not_found)?;
    Ok(shop.merchant().clone())
}

/// Nobody touches a key of somebody else by the merchant's address.
fn is_of(keys: &Keys, id: &str, merchant: &Merchant) -> Result<(), KeysError> {
    let all = keys.list()?;
    let own = all
        .iter()
        .any(|key| key.id == id && key.merchant == *merchant);
    own.then_some(())
        .ok_or_else(|| KeysError::Unknown { id: id.to_owned() })
}

fn shown(key: &ApiKey) -> Value {
    json!({ "id": key.id, "role": key.role, "name": key.name, "created": key.created, "until": key.until })
}

fn made_as((key, text): (ApiKey, String)) -> Response {
    let mut told = shown(&key);
    if let Some(told) = told.as_object_mut() {
        told.insert("key".to_owned(), text.into());
    }
    answer(StatusCode::CREATED, &told)
}

async fn read<T: DeserializeOwned>(shared: &Shared, body: Body) -> Result<T, Problem> {
    let body = body::read(body, &shared.bounds).await?;
    let body = if body.is_empty() { &b"{}"[..] } else { &body };
    json::object(body).map_err(unfit)
}

fn invalid(detail: String) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", detail)
}

/// Works on the file of keys, on a thread of its own.
async fn work<T: Send + 'static>(
    shared: &Shared,
    merchant: &Merchant,
    job: impl FnOnce(&Keys) -> Result<T, KeysError> + Send + 'static,
) -> Result<T, Problem> {
    let own = shared.clone();
    match shared.workers.look(move || job(&own.keys)).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error @ KeysError::Name)) => Err(invalid(error.to_string()).at("/name")),
        Ok(Err(KeysError::Unknown { .. })) => Err(Problem::not_found()),
        Ok(Err(error)) => {
            let told = format!("the API keys can't be changed: {error}");
            (shared.log).log(merchant, Level::Error, "merchants", &told);
            Err(Problem::broken())
        }
        Err(Undone::Busy | Undone::Suspended | Undone::Closed) => Err(Problem::unavailable(AGAIN)),
        Err(Undone::Broken) => Err(Problem::broken()),
    }
}
