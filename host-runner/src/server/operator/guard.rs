//! The operator's key, without which nobody changes anything here.

use super::super::bearer::bearer;
use super::super::problem::Problem;
use super::super::routes::Shared;
use crate::capabilities::messaging::Secret;
use axum::extract::{Request, State};
use axum::http::header::WWW_AUTHENTICATE;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use ring::{digest, hmac};

/// Knows the operator's key. Without one in the settings nobody is the operator.
pub(in crate::server) struct Guard(Option<Known>);

/// A key as its code, so that a comparison takes as long whatever is alike.
struct Known {
    by: hmac::Key,
    code: hmac::Tag,
}

/// What a request is to the guard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Caller {
    Operator,
    Stranger,
    /// There is no key that could be told.
    Nobody,
}

impl Guard {
    /// Bytes that a key has at least: as many as can't be guessed.
    pub(in crate::server) const KEY_BYTES: usize = 32;

    pub(in crate::server) fn new(key: Option<&Secret>) -> Self {
        Self(key.map(|key| {
            let key = key.reveal().as_bytes();
            let by = digest::digest(&digest::SHA256, key);
            let by = hmac::Key::new(hmac::HMAC_SHA256, by.as_ref());
            Known {
                code: hmac::sign(&by, key),
                by,
            }
        }))
    }

    fn judge(&self, headers: &HeaderMap) -> Caller {
        let Some(known) = &self.0 else {
            return Caller::Nobody;
        };
        let told = bearer(headers).unwrap_or_default();
        match hmac::verify(&known.by, told.as_bytes(), known.code.as_ref()) {
            Ok(()) => Caller::Operator,
            Err(_) => Caller::Stranger,
        }
    }
}

/// Lets the operator through, and nobody else: 401 without the key, 404 where the settings name none.
pub(super) async fn check(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    match shared.guard.judge(request.headers()) {
        Caller::Operator => next.run(request).await,
        Caller::Nobody => Problem::not_found().into_response(),
        Caller::Stranger => {
            let detail = "the operator's key is missing or another one: Authorization: Bearer KEY";
            let problem = Problem::new(StatusCode::UNAUTHORIZED, "no-key", detail);
            let mut response = problem.into_response();
            let scheme = HeaderValue::from_static("Bearer");
            response.headers_mut().insert(WWW_AUTHENTICATE, scheme);
            response
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::header::AUTHORIZATION;

    #[test]
    fn only_the_key_opens() {
        let key = Secret::of("hush-hush-hush-hush-hush-hush-hush");
        let judge = |guard: &Guard, told: Option<&str>| {
            let mut headers = HeaderMap::new();
            if let Some(told) = told {
                headers.insert(AUTHORIZATION, told.parse().unwrap());
            }
            guard.judge(&headers)
        };
        let guard = Guard::new(Some(&key));
        for good in [
            format!("Bearer {}", key.reveal()),
            format!("bearer  {}", key.reveal()),
        ] {
            assert_eq!(judge(&guard, Some(&good)), Caller::Operator, "{good}");
            assert_eq!(judge(&Guard::new(None), Some(&good)), Caller::Nobody);
        }
        let wrong = [
            None,
            Some(String::new()),
            Some("Bearer".to_owned()),
            Some("Bearer ".to_owned()),
            Some(key.reveal().to_owned()),
            Some(format!("Basic {}", key.reveal())),
            Some(format!("Bearer {}x", key.reveal())),
            Some(format!("Bearer {}", key.reveal().trim_end_matches('h'))),
        ];
        for wrong in &wrong {
            assert_eq!(
                judge(&guard, wrong.as_deref()),
                Caller::Stranger,
                "{wrong:?}"
            );
        }
        assert_eq!(judge(&Guard::new(None), None), Caller::Nobody);
        // Nor does it open beside another one.
        let mut headers = HeaderMap::new();
        for told in [key.reveal(), "another"] {
            let told = format!("Bearer {told}");
            headers.append(AUTHORIZATION, told.parse().unwrap());
        }
        assert_eq!(guard.judge(&headers), Caller::Stranger);
    }
}
