//! Names that lead where they may not, and settings files.

use super::super::{Http, Request};
use super::hop::Hop;
use super::wire::{Lost, Wire};
use super::{Client, Error};
use crate::capabilities::Merchant;
use crate::capabilities::logging::Collected;
use crate::loopback::{Act, Answer, Server};
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

/// Each question's answer.
#[derive(Debug)]
struct Names(Mutex<VecDeque<Vec<SocketAddr>>>);

impl Resolver for Names {
    fn resolve(
        &self,
        _: &Uri,
        _: &Config,
        _: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let mut found = self.empty();
        for address in self.0.lock().unwrap().pop_front().unwrap() {
            found.push(address);
        }
        Ok(found)
    }
}

fn hop(url: &str) -> Hop {
    Hop::of(&request(url)).unwrap()
}

fn request(url: &str) -> Request {
    Request {
        method: "GET".to_owned(),
        url: url.to_owned(),
        headers: Vec::new(),
        body: None,
        credential: None,
        timeout_ms: 5_000,
    }
}

#[test]
fn a_name_is_judged_by_where_it_leads_each_time() {
    let local: SocketAddr = ([127, 0, 0, 1], 0).into();
    let server = Server::start(local, |_| Act::Answer(Answer::text(200, "here"))).unwrap();
    let here = server.address();
    let private: SocketAddr = ([10, 0, 0, 1], here.port()).into();
    let metadata: SocketAddr = ([169, 254, 169, 254], here.port()).into();
    let answers = [
        vec![here],
        vec![private, here],
        vec![private],
        vec![metadata, private],
        vec![here],
    ];
    let names = |answers: &[Vec<SocketAddr>]| Names(Mutex::new(answers.to_vec().into()));
    let url = format!("http://api.example:{}/", here.port());
    let send = |wire: &Wire| wire.send(&hop(&url), Duration::from_secs(5));
    let network = "127.0.0.0/8".parse().unwrap();
    let wire = Wire::with(names(&answers), vec![network], None, 4, 1_000);
    // The connection of before is kept, and not used for a name that leads elsewhere now.
    for reached in [true, true, false, false, true] {
        let answer = send(&wire);
        assert_eq!(answer.is_ok(), reached, "{answer:?}");
        assert!(reached || matches!(answer, Err(Lost::Special(_))));
    }
    let wire = Wire::with(names(&answers), Vec::new(), None, 4, 1_000);
    for _ in answers {
        assert!(matches!(send(&wire), Err(Lost::Special(_))));
    }
    // An address that the request itself names stands in the allow-list.
    let wire = Wire::with(names(&[vec![here]]), Vec::new(), None, 4, 1_000);
    let answer = wire.send(&hop(&format!("http://{here}/")), Duration::from_secs(5));
    assert_eq!(answer.unwrap().body, "here");
}

fn read(http: &str) -> Result<Client, String> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("secret"), "hush-hush\n").unwrap();
    std::fs::write(folder.path().join("short"), "abc").unwrap();
    std::fs::write(folder.path().join("letters"), "統一發票").unwrap();
    let file = folder.path().join("settings.toml");
    std::fs::write(&file, format!("[merchants.shop.http]\n{http}")).unwrap();
    Client::read(&file, Arc::new(Collected::default())).map_err(|error| error.to_string())
}

#[test]
fn settings_are_read_or_refused_with_their_place() {
    let allow = "allow = [\"http://127.0.0.1:1\"]\n";
    let good = [
        String::new(),
        "allow = []".to_owned(),
        allow.to_owned(),
        format!(
            "{allow}timeout = 60\nconcurrency = 64\nrequest-bytes = 1\nresponse-bytes = 16777216\n\
             addresses = [\"10.0.0.0/8\", \"::1\"]\n[merchants.shop.http.credentials.mof]\n\
             form-field = {{ appID-file = \"secret\" }}\nquery = {{ key-file = \"secret\" }}\n\
             bearer-file = \"secret\"\nheader = {{ X-Key-file = \"secret\" }}\n"
        ),
        "allow = [\"http://127.0.0.1:1\", \"http://127.0.0.1:2\"]\ncredentials = { a = \
         { to = [\"http://127.0.0.1:1/x\"], bearer-file = \"secret\" } }"
            .to_owned(),
    ];
    for text in good {
        assert_eq!(read(&text).err(), None, "{text}");
    }
    let credential = |members: &str| format!("{allow}credentials = {{ a = {{ {members} }} }}");
    let bad = [
        (
            "allow = \"a\"".to_owned(),
            "merchants.shop.http.allow: it is no list",
        ),
        (
            "allow = [1]".to_owned(),
            "merchants.shop.http.allow: it is no list",
        ),
        (
            "allow = [\"http://a.example\"]".to_owned(),
            "merchants.shop.http.allow: \"http://a.example\": it is not https",
        ),
        (
            "addresses = [\"localhost\"]".to_owned(),
            "merchants.shop.http.addresses: \"localhost\": it is no address",
        ),
        ("timeout = 0".to_owned(), "merchants.shop.http.timeout: "),
        (
            "concurrency = 65".to_owned(),
            "merchants.shop.http.concurrency: ",
        ),
        (
            "request-bytes = 0".to_owned(),
            "merchants.shop.http.request-bytes: ",
        ),
        (
            "authorities = \"nowhere\"".to_owned(),
            "merchants.shop.http.authorities: ",
        ),
        (
            "authorities = \"secret\"".to_owned(),
            "merchants.shop.http.authorities: no PEM",
        ),
        (
            "proxy = \"a\"".to_owned(),
            "merchants.shop.http.proxy: it is not known",
        ),
        (
            credential(""),
            "merchants.shop.http.credentials.a: it has none of bearer",
        ),
        (
            credential("form-field = { appID = \"hush-hush\" }"),
            "merchants.shop.http.credentials.a.form-field.appID: its name ends in neither",
        ),
        (
            credential("form-field = { appID-env = \"STAMPCARD_TEST_UNSET\" }"),
            "form-field.appID: the environment variable STAMPCARD_TEST_UNSET: it is not set",
        ),
        (
            credential("bearer-file = \"short\""),
            "merchants.shop.http.credentials.a: a secret of it is shorter",
        ),
        (
            credential("header = { X-A-file = \"letters\" }"),
            "merchants.shop.http.credentials.a.header: ",
        ),
        (
            credential("header = { \"X A-file\" = \"secret\" }"),
            "merchants.shop.http.credentials.a.header: ",
        ),
        (
            credential("bearer-file = \"secret\", hush = 1"),
            "merchants.shop.http.credentials.a.hush: it is not known",
        ),
        (
            "allow = []\ncredentials = { a = { bearer-file = \"secret\" } }".to_owned(),
            "merchants.shop.http.credentials.a.to: it is missing",
        ),
    ];
    for (text, expected) in bad {
        let told = read(&text).err().unwrap_or_default();
        assert!(told.contains(expected), "{text}\n{told}");
        assert!(!told.contains("hush-hush"), "{told}");
    }
}

#[test]
fn a_merchant_without_a_table_reaches_nothing() {
    let client = read("allow = [\"http://127.0.0.1:1\"]").unwrap();
    let (shop, other) = (
        Merchant::new("shop").unwrap(),
        Merchant::new("other").unwrap(),
    );
    let asked = [request("http://127.0.0.1:1/")];
    let denied = Error::Denied("http://127.0.0.1:1".to_owned());
    assert_eq!(client.send(&other, &asked), [Err(denied)]);
    assert_eq!(client.longest_call(&other), Duration::ZERO);
    assert_eq!(client.longest_call(&shop), Duration::from_secs(70));
}

#[test]
fn a_merchants_own_file_goes_before_the_common_one() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let file = folder.path().join(name);
        std::fs::write(&file, text).unwrap();
        file
    };
    let common = file(
        "common.toml",
        "[merchants.a.http]\ntimeout = 1\n[merchants.b.http]\ntimeout = 2\n\
         [merchants.c.http]\ntimeout = 3\n",
    );
    let own = file(
        "own.toml",
        "[merchants.a.http]\ntimeout = 11\n[merchants.b.http]\ntimeout = 12\n",
    );
    let none = file(
        "none.toml",
        "[merchants.c.email]\nprovider = \"directory\"\n",
    );
    let merchant = |id: &str| Merchant::new(id).unwrap();
    let mut client = Client::read(&common, Arc::new(Collected::default())).unwrap();
    client.add(&own, Some(&merchant("a"))).unwrap();
    client.add(&none, Some(&merchant("c"))).unwrap();
    for (id, seconds) in [("a", 71), ("b", 62), ("c", 0), ("d", 0)] {
        let time = client.longest_call(&merchant(id));
        assert_eq!(time, Duration::from_secs(seconds), "{id}");
    }
    assert!(client.add(&folder.path().join("nowhere"), None).is_err());
}
