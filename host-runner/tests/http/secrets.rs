//! Credentials: where they go, and where they are never seen.

use super::{SECRET, client, post, send, told};
use stampcard::capabilities::http::Error;
use stampcard::loopback::{Act, Answer, Asked, Server};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

/// As a form has it.
const ENCODED: &str = "hush+%26%2Bhush";

fn server(act: impl Fn(&Asked) -> Act + Send + Sync + 'static) -> (Server, Arc<Mutex<Vec<Asked>>>) {
    let seen: Arc<Mutex<Vec<Asked>>> = Arc::default();
    let own = seen.clone();
    let server = Server::start(SocketAddr::from(([127, 0, 0, 1], 0)), move |asked| {
        own.lock().unwrap().push(asked.clone());
        act(asked)
    });
    (server.unwrap(), seen)
}

/// Repeats all that it was told, as careless servers do.
fn repeats(asked: &Asked) -> Act {
    let body = String::from_utf8_lossy(&asked.body);
    let told = asked.header("authorization").unwrap_or_default();
    let text = format!("{body} {told} {}", asked.target);
    Act::Answer(Answer::text(200, &text).with("x-told", told))
}

#[test]
fn a_credential_is_put_in_and_taken_out_of_the_answer() {
    let folder = tempfile::tempdir().unwrap();
    let (server, seen) = server(repeats);
    let members = format!(
        "allow = [\"http://{0}\"]\n[merchants.shop.http.credentials.mof]\n\
         bearer-file = \"secret\"\nform-field = {{ appID-file = \"secret\" }}\n\
         query = {{ key-file = \"secret\" }}\n",
        server.address()
    );
    let (client, log) = client(folder.path(), &members);
    let url = format!("http://{}/x?a=b", server.address());
    let asked = post(&url, "appID=guess&n=1", Some("mof"));
    let answer = send(&client, asked).unwrap();
    let got = seen.lock().unwrap().remove(0);
    assert_eq!(got.target, format!("/x?a=b&key={ENCODED}"));
    assert_eq!(got.body, format!("n=1&appID={ENCODED}").into_bytes());
    let bearer = format!("Bearer {SECRET}");
    assert_eq!(got.header("authorization"), Some(bearer.as_str()));
    let expected = "n=1&appID=(secret) Bearer (secret) /x?a=b&key=(secret)";
    assert_eq!(answer.body, expected);
    let shown = format!("{answer:?} {}", told(&log));
    assert!(!shown.contains("hush"), "{shown}");
    // Without its name nothing is put in.
    send(&client, post(&url, "n=1", None)).unwrap();
    assert_eq!(seen.lock().unwrap().remove(0).body, b"n=1");
}

#[test]
fn a_credential_goes_to_its_own_host_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (other, others) = server(repeats);
    let place = format!("http://{}/elsewhere", other.address());
    let (own, _) =
        server(move |_| Act::Answer(Answer::text(307, "moved").with("location", &place)));
    let members = format!(
        "allow = [\"http://{0}\", \"http://{1}\"]\n[merchants.shop.http.credentials.mof]\n\
         to = [\"http://{0}\"]\nform-field = {{ appID-file = \"secret\" }}\n",
        own.address(),
        other.address()
    );
    let (client, log) = client(folder.path(), &members);
    let denied = Err(Error::Denied(format!("http://{}", other.address())));
    for server in [&own, &other] {
        let url = format!("http://{}/", server.address());
        let answer = send(&client, post(&url, "n=1", Some("mof")));
        assert_eq!(answer, denied);
        let told = told(&log);
        assert!(told.contains("a credential was not sent"), "{told}");
        assert!(!told.contains("hush"), "{told}");
    }
    assert_eq!(others.lock().unwrap().len(), 0);
    // A request without it may go there.
    let url = format!("http://{}/", own.address());
    let answer = send(&client, post(&url, "n=1", None)).unwrap();
    assert_eq!(answer.body, "n=1  /elsewhere");
}

#[test]
fn what_is_not_sent_is_told_to_the_operator_without_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let (server, seen) = server(repeats);
    let members = format!(
        "allow = [\"http://{0}\", \"localhost:1\"]\n[merchants.shop.http.credentials.mof]\n\
         to = [\"http://{0}\"]\nform-field = {{ appID-file = \"secret\" }}\n",
        server.address()
    );
    let (client, log) = client(folder.path(), &members);
    let url = format!("http://{}/?password=private", server.address());
    let mut json = post(&url, "{}", Some("mof"));
    json.headers[0].value = "application/json".to_owned();
    let table = [
        (json, "its body is no URL-encoded form"),
        (
            post(&url, "n=1", Some("mos")),
            "there is no credential of the name \"mos\"",
        ),
        (
            post("https://localhost:1/?password=private", "n=1", None),
            "https://localhost:1 was not asked: it leads to",
        ),
        (
            post("http://api.example/?password=private", "n=1", None),
            "its address is not https",
        ),
    ];
    for (request, word) in table {
        assert_eq!(send(&client, request), Err(Error::Unreachable));
        let told = told(&log);
        assert!(told.contains(word), "{told}");
        assert!(
            !told.contains("hush") && !told.contains("private"),
            "{told}"
        );
    }
    assert_eq!(seen.lock().unwrap().len(), 0);
}
