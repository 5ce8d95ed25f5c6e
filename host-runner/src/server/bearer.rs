//! What a request tells as its key.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;

/// The text behind `Authorization: Bearer`. A request that has the header twice tells none.
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let told = values.next()?.to_str().ok()?;
    let (scheme, key) = told.split_once(' ')?;
    let alone = values.next().is_none() && scheme.eq_ignore_ascii_case("bearer");
    alone.then(|| key.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_told_once() {
        let table: [(&[&str], Option<&str>); 8] = [
            (&["Bearer abc"], Some("abc")),
            (&["bearer  abc "], Some("abc")),
            (&["Bearer "], Some("")),
            (&[], None),
            (&["Bearer"], None),
            (&["Basic abc"], None),
            (&["Bearer abc", "Bearer abc"], None),
            (&["Bearer abc", "Basic def"], None),
        ];
        for (told, key) in table {
            let mut headers = HeaderMap::new();
            for one in told {
                headers.append(AUTHORIZATION, one.parse().unwrap());
            }
            assert_eq!(bearer(&headers), key, "{told:?}");
        }
    }
}
