//! Encrypted requests: to a host whose certificate is trusted, and to none else.

use super::{client, post, send, told};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use stampcard::capabilities::http::Error;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// A server of one certificate, which is its own authority; its address, the certificate, and how many requests it read.
fn server(name: &str) -> (SocketAddr, String, Arc<AtomicUsize>) {
    let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
    let pem = made.cert.pem();
    let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], PrivateKeyDer::Pkcs8(key))
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let count = Arc::new(AtomicUsize::new(0));
    let own = count.clone();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let session = ServerConnection::new(config.clone()).unwrap();
            let mut stream = StreamOwned::new(session, stream);
            let mut head = [0; 4096];
            if stream.read(&mut head).is_ok_and(|read| read > 0) {
                own.fetch_add(1, Ordering::SeqCst);
                let answer =
                    b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\nconnection: close\r\n\r\nhere";
                let _ = stream.write_all(answer);
                let _ = stream.flush();
            }
        }
    });
    (address, pem, count)
}

#[test]
fn certificates_are_held_to_the_authorities_and_to_the_host() {
    // The name that is certified, whether its authority is trusted, and whether the request goes through.
    for (name, trusted, goes) in [
        ("localhost", true, true),
        ("localhost", false, false),
        ("elsewhere.example", true, false),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let (address, pem, count) = server(name);
        let other = server(name).1;
        let authority = if trusted { pem } else { other };
        std::fs::write(folder.path().join("ca.pem"), authority).unwrap();
        let members = format!(
            "allow = [\"localhost:{}\"]\nauthorities = \"ca.pem\"\n\
             addresses = [\"127.0.0.0/8\", \"::1\"]\n",
            address.port()
        );
        let (client, log) = client(folder.path(), &members);
        let url = format!("https://localhost:{}/x", address.port());
        let answer = send(&client, post(&url, "n=1", None));
        if goes {
            assert_eq!(answer.unwrap().body, "here", "{}", told(&log));
        } else {
            // Nothing of the request was sent, and it is told so.
            assert_eq!(answer, Err(Error::Unreachable), "{name} {trusted}");
            let told = told(&log);
            assert!(told.ends_with("TLS failed"), "{told}");
        }
        assert_eq!(count.load(Ordering::SeqCst), usize::from(goes));
    }
}
