//! The programs `read-invoice` and `simulate-tax-platform`: what they print, and what their exit codes say.
#![expect(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const LEFT: &str = "AB112233441020523999900000144000001540000000001234567ydXZt4LAN1UHN/j1juVcRA==:**********:3:3:1:乾電池:1:105:";
const RIGHT: &str = "**口罩:1:210:牛奶:1:25";

fn run(folder: &Path, arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_stampcard"))
        .arg("read-invoice")
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Who reads no input may be gone already.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

fn printed(arguments: &[&str], input: &[u8]) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), arguments, input);
    let out = String::from_utf8(output.stdout).unwrap();
    (output.status.code(), out)
}

#[test]
fn invoices_are_printed_with_what_was_read() {
    let both = "AB-11223344, 2013-05-23, random code 9999, period 10206, from QR codes
  seller 01234567, total 340, before tax 324
  check ydXZt4LAN1UHN/j1juVcRA==
  all items: 3
    乾電池: 1 at 105
    口罩: 1 at 210
    牛奶: 1 at 25
  warning: seller-checksum: the seller's number keeps no checksum
";
    let input = format!("{RIGHT}\r\n\n{LEFT}\n");
    let table: [(&[&str], &[u8]); 3] = [
        (&["--text", LEFT, "--text", RIGHT], b""),
        (&["--text", RIGHT, "--text", LEFT], b""),
        (&[], input.as_bytes()),
    ];
    for (arguments, input) in table {
        assert_eq!(printed(arguments, input), (Some(0), both.to_owned()));
    }
    let bar = ["--bar", "*10404UZ176908720122*"];
    let told = "UZ-17690872, no date, random code 0122, period 10404, from the bar code\n";
    assert_eq!(printed(&bar, b""), (Some(0), told.to_owned()));
    let typed = [
        "--typed",
        "zf-1313 7879",
        "115/4/10",
        "9579",
        "--today",
        "2026-04-10",
    ];
    let told = "ZF-13137879, 2026-04-10, random code 9579, period 11504, from typed fields\n";
    assert_eq!(printed(&typed, b""), (Some(0), told.to_owned()));
}

#[test]
fn refusals_tell_field_reason_and_form() {
    let typed = [
        "--typed",
        "ZF1313787",
        "2026-04-11",
        "957",
        "--today",
        "2026-04-10",
    ];
    let told =
        "refused: number: form: it has not its form; there may stand two letters and eight digits
refused: date: future: it lies after today; there may stand today or a day before
refused: random: form: it has not its form; there may stand four digits
";
    assert_eq!(printed(&typed, b""), (Some(1), told.to_owned()));
    let (code, told) = printed(&["--text", RIGHT], b"");
    assert_eq!(code, Some(1));
    assert!(told.starts_with("refused: code: right-only: "), "{told}");
    let (code, told) = printed(&[], b"");
    assert_eq!(code, Some(1));
    assert!(told.starts_with("refused: code: nothing: "), "{told}");
}

#[test]
fn programs_get_json() {
    let folder = tempfile::tempdir().unwrap();
    // Big5, as the receipt's printer wrote it.
    let mut left = b"AB112233441020523999900000144000001540000000001234567ydXZt4LAN1UHN/j1juVcRA==:**********:1:1:0:".to_vec();
    left.extend([0xb0, 0xae, 0xb9, 0x71, 0xa6, 0xc0]);
    left.extend(b":1:105");
    std::fs::write(folder.path().join("left"), left).unwrap();
    let arguments = ["--bytes", "left", "--bar", "1040", "--json"];
    let output = run(folder.path(), &arguments, b"");
    assert_eq!(output.status.code(), Some(0));
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    for (pointer, expected) in [
        ("/0/read/number", "AB11223344"),
        ("/0/read/date", "2013-05-23"),
        ("/0/read/way", "qr"),
        ("/0/read/printed/total", "340"),
        ("/0/read/printed/encoding", "big5"),
        ("/0/read/items/0/name", "乾電池"),
        ("/0/read/extent", "all"),
        ("/0/read/warnings/0", "seller-checksum"),
    ] {
        let found = json.pointer(pointer).and_then(Value::as_str);
        assert_eq!(found, Some(expected), "{pointer} {json:#}");
    }
    let refused = run(folder.path(), &["--bar", "/AB56P5Q", "--json"], b"");
    assert_eq!(refused.status.code(), Some(1));
    let json: Value = serde_json::from_slice(&refused.stdout).unwrap();
    assert_eq!(json.pointer("/0/refused/reason").unwrap(), "carrier-code");
}

#[test]
fn what_cant_be_done_exits_with_2() {
    let table: [&[&str]; 4] = [
        &["--bytes", "nowhere"],
        &["--typed", "AB12345678"],
        &["--today", "10/4/2026", "--bar", "x"],
        &["--typed", "a", "b", "c", "--text", "d"],
    ];
    for arguments in table {
        let (code, out) = printed(arguments, b"");
        assert_eq!((code, out.as_str()), (Some(2), ""), "{arguments:?}");
    }
    let (code, help) = printed(&["--help"], b"");
    assert_eq!(code, Some(0));
    assert!(
        help.contains("--typed") && help.contains("Examples:"),
        "{help}"
    );
}

#[test]
fn the_simulator_answers_and_tells_what_it_was_asked() {
    let folder = tempfile::tempdir().unwrap();
    let script = "invoices: [{ number: ZF13137879, date: 2026-04-10, random: \"9579\", \
                  seller: { number: \"98952903\", name: 店 }, tries: [not-known] }]\n";
    std::fs::write(folder.path().join("platform.yaml"), script).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_stampcard"))
        .args(["simulate-tax-platform", "--script", "platform.yaml"])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let first = lines.next().unwrap().unwrap();
    let address = first.strip_prefix("listening on http://").unwrap();
    let form = "version=0.6&type=Barcode&invNum=ZF13137879&action=qryInvDetail&generation=V2\
                &invTerm=11504&invDate=&UUID=u&randomNumber=9579&appID=EINV1";
    let mut states = Vec::new();
    for _ in 0..2 {
        let mut stream = TcpStream::connect(address).unwrap();
        let head = "POST /PB2CAPIVAN/invapp/InvApp HTTP/1.1\r\nconnection: close\r\n\
                    content-type: application/x-www-form-urlencoded\r\n";
        let length = form.len();
        write!(stream, "{head}content-length: {length}\r\n\r\n{form}").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        let json: Value = serde_json::from_str(body).unwrap();
        states.push(json["invStatus"].as_str().unwrap().to_owned());
    }
    assert_eq!(states, ["該筆發票並無開立", "開立已確認"]);
    let told: Vec<String> = lines.by_ref().take(2).map(Result::unwrap).collect();
    let expected = [
        "qryInvDetail ZF13137879: not known",
        "qryInvDetail ZF13137879: found",
    ];
    assert_eq!(told, expected);
    child.kill().unwrap();
    child.wait().unwrap();
}
