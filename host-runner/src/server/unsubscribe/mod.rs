//! Members take themselves off a list by the link in a mail (RFC 8058): with one request, or by a page's button.

mod link;
mod page;
mod token;
mod wish;

pub(super) use link::{link, linked};
pub(super) use token::Seal;

use super::access::Whose;
use super::body;
use super::problem::Problem;
use super::routes::Shared;
use super::shops::Shop;
use super::traces::Trace;
use super::workers::Undone;
use crate::capabilities::logging::Level;
use axum::body::Body;
use axum::extract::{Extension, Path, State};
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use page::{Language, Page};
use std::sync::Arc;
use token::Ticket;
use wish::Wish;

/// `GET /unsubscribe/{token}`: a page with a button. It changes nothing, since programs follow links in mail, too.
pub(super) async fn show(
    State(shared): State<Shared>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Response {
    let language = language(&headers);
    match holder(&shared, &token) {
        None => page::answer(StatusCode::NOT_FOUND, language, Page::Unknown),
        Some((shop, ticket)) => {
            let page = Page::Ask(&ticket.kind);
            whose(page::answer(StatusCode::OK, language, page), &shop)
        }
    }
}

/// `POST /unsubscribe/{token}`: takes the member off. The body says that a person or the person's mail program wants it.
pub(super) async fn take(
    State(shared): State<Shared>,
    Extension(trace): Extension<Trace>,
    Path(token): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let language = language(&headers);
    let Some((shop, ticket)) = holder(&shared, &token) else {
        return page::answer(StatusCode::NOT_FOUND, language, Page::Unknown);
    };
    let body = match body::read_short(body, &shared.bounds).await {
        Ok(body) => body,
        Err(problem) => return problem.into_response(),
    };
    if !is_one_click(&headers, &body) {
        let detail = "the body has no List-Unsubscribe=One-Click";
        let problem = Problem::new(StatusCode::BAD_REQUEST, "no-one-click", detail);
        return whose(problem.into_response(), &shop);
    }
    let kind = ticket.kind.clone();
    let for_whom = shop.clone();
    let wish = (shared.workers).work(&trace, &shop, move |sandbox| {
        wish::unsubscribe(sandbox, &for_whom, &ticket)
    });
    let response = match wish.await {
        Ok(Ok(Wish::Set)) => page::answer(StatusCode::OK, language, Page::Done(&kind)),
        Ok(Ok(Wish::Later)) | Err(Undone::Busy | Undone::Suspended | Undone::Closed) => {
            Problem::unavailable(30).into_response()
        }
        Ok(Err(told)) => {
            let text = format!("a member could not be taken off a list: {told}");
            shared
                .log
                .log(shop.merchant(), Level::Error, "server", &text);
            Problem::broken().into_response()
        }
        Err(Undone::Broken) => Problem::broken().into_response(),
    };
    whose(response, &shop)
}

/// Whose link it is, if it is one of ours and the merchant is served.
fn holder(shared: &Shared, token: &str) -> Option<(Arc<Shop>, Ticket)> {
    let ticket = shared.seal.as_ref()?.open(token)?;
    let shop = shared.shops.find(&ticket.merchant)?;
    Some((shop, ticket))
}

fn whose(mut response: Response, shop: &Shop) -> Response {
    let whose = Whose(shop.merchant().clone());
    response.extensions_mut().insert(whose);
    response
}

fn language(headers: &HeaderMap) -> Language {
    let told = headers.get(ACCEPT_LANGUAGE);
    Language::accepted(told.and_then(|value| value.to_str().ok()).unwrap_or(""))
}

/// Whether a form says so, written in either of the ways that the standard has.
fn is_one_click(headers: &HeaderMap, body: &[u8]) -> bool {
    let (name, value) = ("List-Unsubscribe", "One-Click");
    let kind = headers.get(CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or("");
    if kind.to_ascii_lowercase().starts_with("multipart/form-data") {
        let text = String::from_utf8_lossy(body);
        let field = format!("name=\"{name}\"");
        let parts = text.split_once(&field);
        return parts.is_some_and(|(_, rest)| {
            let value_of = rest.split_once("\r\n\r\n").map(|(_, value)| value);
            value_of.is_some_and(|text| text.trim_start().starts_with(value))
        });
    }
    let mut fields = url::form_urlencoded::parse(body);
    fields.any(|(field, told)| field == name && told == value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_click_is_said_by_a_form() {
        let multipart = "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--\r\n";
        let form = "application/x-www-form-urlencoded";
        let parts = "multipart/form-data; boundary=b";
        let table = [
            (form, "List-Unsubscribe=One-Click", true),
            ("", "List-Unsubscribe=One-Click", true),
            (form, "a=b&List-Unsubscribe=One-Click", true),
            (form, "List-Unsubscribe=No", false),
            (form, "", false),
            (parts, multipart, true),
            ("Multipart/Form-Data; boundary=b", multipart, true),
            (parts, "List-Unsubscribe=One-Click", false),
            (parts, &multipart.replace("One-Click", "x"), false),
            (form, multipart, false),
        ];
        for (kind, body, good) in table {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, kind.parse().unwrap());
            assert_eq!(
                is_one_click(&headers, body.as_bytes()),
                good,
                "{kind} {body}"
            );
        }
    }
}
