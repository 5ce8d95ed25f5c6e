//! No network at all: the empty allow-list, which is what an embedder has until it says otherwise.

use super::{Error, Http, Request, Response, entry};
use crate::capabilities::Merchant;

/// Denies every request, with the entry that would allow it. An address that no entry could allow is
/// unreachable.
#[derive(Clone, Copy, Debug, Default)]
pub struct Denied;

impl Http for Denied {
    fn send(&self, _: &Merchant, requests: &[Request]) -> Vec<Result<Response, Error>> {
        let deny =
            |request: &Request| Err(entry(&request.url).map_or(Error::Unreachable, Error::Denied));
        requests.iter().map(deny).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_request_is_told_its_entry() {
        let request = |url: &str| Request {
            method: "GET".to_owned(),
            url: url.to_owned(),
            headers: Vec::new(),
            body: None,
            credential: None,
            timeout_ms: 1000,
        };
        let merchant = Merchant::new("shop").unwrap();
        let answers = Denied.send(
            &merchant,
            &[request("https://a.example/x"), request("nowhere")],
        );
        let denied = Error::Denied("https://a.example:443".to_owned());
        assert_eq!(answers, [Err(denied), Err(Error::Unreachable)]);
    }
}
