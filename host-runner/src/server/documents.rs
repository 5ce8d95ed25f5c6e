//! The OpenAPI documents of the components, made when they are asked for.

use super::problem::Problem;
use super::routes::Shared;
use super::start::Components;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// By the component's name; the one without a name by none.
#[derive(Debug, Default)]
pub(super) struct Documents {
    made: Mutex<HashMap<Option<String>, String>>,
}

impl Documents {
    /// The document of a component, if there is one of this name.
    fn of(&self, components: &Components, name: Option<&str>) -> Option<String> {
        let plugin = match name {
            None => &components.usual,
            Some(name) => components.named.get(name)?,
        };
        // It is whole after every statement, so a thread that panicked left it usable.
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let text = made.entry(name.map(str::to_owned));
        let text = text.or_insert_with(|| crate::openapi::document(plugin).to_string());
        Some(text.clone())
    }

    /// Forgets them: other components came.
    pub(super) fn forget(&self) {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        made.clear();
    }
}

/// `GET /openapi.json`: what the functions of a component are: of the usual one, or of `?component=NAME`.
pub(super) async fn openapi(State(shared): State<Shared>, uri: Uri) -> Response {
    let mut fields = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let name = match (fields.next(), fields.next()) {
        (None, _) => None,
        (Some((field, name)), None) if field == "component" => Some(name),
        _ => {
            let detail = "the query may have component=NAME and nothing else";
            return Problem::new(StatusCode::BAD_REQUEST, "query", detail).into_response();
        }
    };
    let components = shared.shops.components();
    match shared.documents.of(&components, name.as_deref()) {
        Some(text) => ([(CONTENT_TYPE, "application/json")], text).into_response(),
        None => Problem::not_found().into_response(),
    }
}
