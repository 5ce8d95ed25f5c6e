//! The client against the suite that every backend passes.

use stampcard::capabilities::http::conformance::{self, Backend, Terms};
use stampcard::capabilities::http::{Client, Http};
use stampcard::capabilities::logging::Collected;
use std::sync::Arc;

struct OverTheNetwork(tempfile::TempDir);

impl Backend for OverTheNetwork {
    fn client(&self, terms: &Terms) -> Box<dyn Http> {
        let file = self.0.path().join("settings.toml");
        let settings = format!(
            "[merchants.conformance.http]\nallow = {:?}\nrequest-bytes = {}\nresponse-bytes = {}\n\
             timeout = {}\nconcurrency = {}\n",
            terms.allow,
            terms.request_bytes,
            terms.response_bytes,
            terms.timeout,
            terms.concurrency
        );
        std::fs::write(&file, settings).unwrap();
        Box::new(Client::read(&file, Arc::new(Collected::default())).unwrap())
    }
}

#[test]
fn the_client_conforms() {
    let backend = OverTheNetwork(tempfile::tempdir().unwrap());
    assert_eq!(conformance::run(&backend), []);
    assert_eq!(conformance::names().count(), 23);
}
