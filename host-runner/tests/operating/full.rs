//! A server whose files may not grow any more answers that, and goes on.

use crate::program::{KEY, Server, ask, ask_with, settings};

#[test]
fn a_file_at_its_bound_is_an_answer_and_no_end() {
    let (folder, operator) = settings("");
    let server = Server::start_within(folder.path(), 3_000);
    let put = |number: u32| {
        let path = format!("/merchants/m-{number}");
        ask_with(operator, "PUT", &path, Some(KEY), "{}")
    };
    let numbers = 0..20_000;
    let refused = numbers
        .map(put)
        .position(|answer| !answer.contains(" 201 "));
    let taken = u32::try_from(refused.unwrap()).unwrap();
    let answer = put(taken);
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    let health = ask(operator, "GET", "/health", None);
    assert!(health.starts_with("HTTP/1.1 200"), "{health}");
    drop(server);
    // What was acknowledged is there, and there is room again.
    let server = Server::start(folder.path());
    for number in [0, taken - 1] {
        let path = format!("/merchants/m-{number}");
        let there = ask(operator, "GET", &path, Some(KEY));
        assert!(there.starts_with("HTTP/1.1 200"), "{there}");
    }
    let more = put(taken + 1);
    assert!(more.starts_with("HTTP/1.1 201"), "{more}");
    server.stop();
}
