//! Requests to LINE, judged by its own OpenAPI document: Prism, a mock server from npm, refuses what doesn't fit.

use crate::openapi::strict;
use crate::{Sending, message};
use serde_json::{Value, json};
use stampcard::capabilities::messaging::{Channel, Outcome};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The server, which ends with the test.
struct Prism {
    child: Child,
    address: SocketAddr,
}

impl Drop for Prism {
    fn drop(&mut self) {
        // It may have ended by itself, and then there is nothing to end.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Prism {
    /// Installs the server beside the compiled code and starts it; or why it can't be had.
    fn start(document: &Value) -> Result<Self, String> {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("prism");
        install(&folder)?;
        let file = folder.join("strict.json");
        std::fs::write(&file, document.to_string()).map_err(|error| error.to_string())?;
        let free = TcpListener::bind("127.0.0.1:0").map_err(|error| error.to_string())?;
        let address = free.local_addr().map_err(|error| error.to_string())?;
        drop(free);
        let port = address.port().to_string();
        let program = folder.join("node_modules/@stoplight/prism-cli/dist/index.js");
        let child = Command::new("node")
            .arg(program)
            .args(["mock", "--host", "127.0.0.1", "--port", &port])
            .args(["--errors", "--multiprocess", "false"])
            .arg(file)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("node: {error}"))?;
        let mut prism = Self { child, address };
        let began = Instant::now();
        while TcpStream::connect(prism.address).is_err() {
            let ended = prism.child.try_wait().unwrap();
            assert!(ended.is_none(), "Prism ended by itself: {ended:?}");
            assert!(
                began.elapsed() < Duration::from_secs(120),
                "Prism doesn't begin"
            );
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(prism)
    }

    /// The status for a body that the host itself would never send.
    fn status(&self, path: &str, body: &Value) -> u16 {
        let body = body.to_string();
        let mut stream = TcpStream::connect(self.address).unwrap();
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer x\r\nconnection: close\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n",
            self.address,
            body.len()
        );
        stream
            .write_all(format!("{head}{body}").as_bytes())
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.split(' ').nth(1).unwrap().parse().unwrap()
    }
}

/// What the lock file names, into this folder, unless it is there.
fn install(folder: &Path) -> Result<(), String> {
    let told = |error: std::io::Error| error.to_string();
    std::fs::create_dir_all(folder).map_err(told)?;
    let lock = include_str!("package-lock.json");
    let done = folder.join("installed");
    if std::fs::read_to_string(&done).is_ok_and(|text| text == lock) {
        return Ok(());
    }
    std::fs::write(folder.join("package.json"), include_str!("package.json")).map_err(told)?;
    std::fs::write(folder.join("package-lock.json"), lock).map_err(told)?;
    let output = Command::new("npm")
        .args([
            "ci",
            "--silent",
            "--no-audit",
            "--no-fund",
            "--ignore-scripts",
        ])
        .current_dir(folder)
        .output()
        .map_err(|error| format!("npm: {error}"))?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr);
        return Err(format!(
            "npm failed: {}",
            text.lines().last().unwrap_or_default()
        ));
    }
    std::fs::write(done, lock).map_err(told)
}

/// LINE's document, where the environment or the folder beside the checkout has it.
fn document() -> Result<Value, String> {
    let told = std::env::var_os("STAMPCARD_LINE_OPENAPI").map(PathBuf::from);
    let beside = "../../shared/peers/line-openapi/messaging-api.yml";
    let file = told.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join(beside));
    let text = std::fs::read_to_string(&file)
        .map_err(|_| "LINE's OpenAPI document isn't there; STAMPCARD_LINE_OPENAPI names it")?;
    // A member named y is no yes: Prism checks nothing at all by a schema that it can't compile.
    let options = serde_saphyr::options! { strict_booleans: true };
    serde_saphyr::from_str_with_options(&text, options)
        .map_err(|error| format!("LINE's OpenAPI document: {error}"))
}

fn flex() -> Value {
    let row = |label: &str, value: &str| {
        json!({ "type": "box", "layout": "horizontal", "contents": [
            { "type": "text", "text": label }, { "type": "text", "text": value, "align": "end" },
        ] })
    };
    let link = json!({ "type": "uri", "label": "查看", "uri": "https://tea.example/points" });
    json!({ "type": "flex", "altText": "點數到期提醒", "contents": {
        "type": "bubble",
        "body": { "type": "box", "layout": "vertical", "contents": [row("點數", "120"), row("期限", "12/31")] },
        "footer": { "type": "box", "layout": "vertical", "contents": [{ "type": "button", "action": link }] },
    } })
}

#[test]
fn lines_own_document_finds_nothing_wrong_with_our_requests() {
    let prism = document().and_then(|document| {
        let (document, choices) = strict(document);
        assert!(choices >= 20, "{choices} discriminators");
        Prism::start(&document)
    });
    let prism = match prism {
        Ok(prism) => prism,
        Err(why) => {
            // Tests may not print by macro; a line in their output is what is wanted here.
            drop(std::io::stderr().write_all(format!("skipped: {why}\n").as_bytes()));
            return;
        }
    };
    let line = |channel| {
        let members =
            "provider = \"line\"\ntoken-file = \"secret\"\nconcurrency = 1\ntimeout = 60\n";
        Sending::to(prism.address, channel, members)
    };
    let buttons = json!({ "type": "template", "altText": "a", "template": {
        "type": "buttons", "text": "b", "actions": [{ "type": "message", "label": "c", "text": "d" }],
    } });
    let push = |key, detail| message(Channel::LinePush, key, detail);
    let pnp = |key, detail| message(Channel::LineNotification, key, detail);
    let good = [
        push("text", None),
        push("flex", Some(json!({ "messages": [flex(), buttons] }))),
    ];
    for (sent, outcome) in good.iter().zip(line("line-push").send(&good)) {
        assert!(
            matches!(outcome, Outcome::Accepted(_)),
            "{sent:?}: {outcome:?}"
        );
    }
    let answer = |key, detail| message(Channel::LineReply, key, detail);
    let good = [
        answer("text", None),
        answer("flex", Some(json!({ "messages": [flex()] }))),
    ];
    for (sent, outcome) in good.iter().zip(line("line-reply").send(&good)) {
        assert!(
            matches!(outcome, Outcome::Accepted(_)),
            "{sent:?}: {outcome:?}"
        );
    }
    let item = |key: &str, content: &str| json!({ "itemKey": key, "content": content });
    let body = json!({
        "emphasizedItem": item("date_002_tw", "12/31"),
        "items": [item("number_001_tw", "A-1"), item("price_001_tw", "NT$ 1,200")],
        "buttons": [{ "buttonKey": "check_delivery_status_tw", "url": "https://tea.example/orders" }],
    });
    let good = [
        pnp("text", None),
        pnp(
            "flex",
            Some(json!({ "tag": "notice-0123456789", "messages": [flex()] })),
        ),
        pnp(
            "template",
            Some(json!({ "template": { "key": "shipped_tw", "body": body } })),
        ),
    ];
    for (sent, outcome) in good.iter().zip(line("line-notification").send(&good)) {
        assert!(
            matches!(outcome, Outcome::Accepted(_)),
            "{sent:?}: {outcome:?}"
        );
    }

    // And it would have found something.
    let mut nameless = flex();
    nameless.as_object_mut().unwrap().remove("altText");
    let broken = [
        push("a", Some(json!({ "messages": [{ "type": "text" }] }))),
        push("b", Some(json!({ "messages": [{ "type": "nonsense" }] }))),
        push("c", Some(json!({ "messages": [nameless] }))),
    ];
    for (sent, outcome) in broken.iter().zip(line("line-push").send(&broken)) {
        assert!(
            matches!(outcome, Outcome::Undeliverable(_)),
            "{sent:?}: {outcome:?}"
        );
    }
    let text = json!([{ "type": "text", "text": "a" }]);
    let (plain, hash) = ("+886912345678", "1".repeat(64));
    for (path, body) in [
        ("/bot/pnp/push", json!({ "to": plain, "messages": text })),
        ("/bot/pnp/push", json!({ "to": hash, "messages": [] })),
        (
            "/v2/bot/message/pnp/templated/push",
            json!({ "to": hash, "templateKey": "k", "body": { "item": [] } }),
        ),
        (
            "/v2/bot/message/pnp/templated/push",
            json!({ "to": plain, "templateKey": "k", "body": {} }),
        ),
    ] {
        let status = prism.status(path, &body);
        assert!((400..=422).contains(&status), "{path} {body}: {status}");
    }
}
