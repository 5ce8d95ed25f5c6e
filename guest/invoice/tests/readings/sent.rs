//! Codes as the cases write them, in the forms in which decoders pass them on.

use encoding_rs::{BIG5, WINDOWS_1252};
use serde::Deserialize;
use stampcard_invoice::reading::{Code, Item};

/// Fixed characters of a left code, MOF's own example.
pub(crate) const HEADER: &str =
    "AB112233441020523999900000144000001540000000001234567ydXZt4LAN1UHN/j1juVcRA==";

/// The rest of a left code's fixed characters, behind the number.
const OTHERS: &str = "1150410123400000000000000640000000082910724hD1D6Z3tgPPiaySVPqrf9Q==";

/// One code.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Sent {
    text: Option<String>,
    tail: Option<String>,
    right: Option<String>,
    first: Option<String>,
    second: Option<String>,
    third: Option<String>,
    r#as: Option<String>,
    #[serde(default)]
    pad: usize,
    and_bytes: Option<String>,
}

impl Sent {
    fn whole(&self) -> String {
        let of = |number: &str, rest: &Option<String>| {
            rest.as_ref().map(|rest| format!("{number}{OTHERS}{rest}"))
        };
        let text = (self.text.clone())
            .or(self.tail.as_ref().map(|tail| format!("{HEADER}{tail}")))
            .or(self.right.as_ref().map(|right| format!("**{right}")))
            .or(of("AA00000001", &self.first))
            .or(of("BB00000002", &self.second))
            .or(of("CC00000003", &self.third))
            .expect("a code has a text");
        text + &" ".repeat(self.pad)
    }
}

enum Form {
    Text(String),
    Bytes(Vec<u8>),
    Both(String, Vec<u8>),
}

fn form(sent: &Sent) -> Form {
    let text = sent.whole();
    if let Some(bytes) = &sent.and_bytes {
        return Form::Both(text, bytes.clone().into_bytes());
    }
    let latin1 = |bytes: &[u8]| {
        bytes
            .iter()
            .map(|byte| char::from(*byte))
            .collect::<String>()
    };
    let windows = |bytes: &[u8]| {
        WINDOWS_1252
            .decode_without_bom_handling(bytes)
            .0
            .into_owned()
    };
    let big5 = |text: &str| {
        let (bytes, _, failed) = BIG5.encode(text);
        assert!(!failed, "{text} has letters that Big5 lacks");
        bytes.into_owned()
    };
    match sent.r#as.as_deref() {
        None => Form::Text(text),
        Some("utf8") => Form::Bytes(text.into_bytes()),
        Some("big5") => Form::Bytes(big5(&text)),
        Some("utf8-as-latin1") => Form::Text(latin1(text.as_bytes())),
        Some("big5-as-latin1") => Form::Text(latin1(&big5(&text))),
        Some("utf8-as-windows") => Form::Text(windows(text.as_bytes())),
        Some(other) => panic!("no form is called {other}"),
    }
}

/// Gives the codes to a reader.
pub(crate) fn with<T>(codes: &[Sent], read: impl FnOnce(&[Code<'_>]) -> T) -> T {
    let forms: Vec<Form> = codes.iter().map(form).collect();
    let codes: Vec<Code<'_>> = forms
        .iter()
        .map(|form| match form {
            Form::Text(text) => Code::text(text),
            Form::Bytes(bytes) => Code::bytes(bytes),
            Form::Both(text, bytes) => Code {
                text: Some(text),
                bytes: Some(bytes),
            },
        })
        .collect();
    read(&codes)
}

/// A line as the cases write it.
pub(crate) fn told(item: &Item) -> String {
    format!("{} {} {}", item.name, item.quantity, item.price)
}
