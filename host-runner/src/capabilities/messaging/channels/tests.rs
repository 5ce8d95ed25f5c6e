use super::*;
use crate::capabilities::clock::System;
use crate::capabilities::logging::Collected;
use std::path::PathBuf;

/// A folder with settings and secrets.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("secret"), "hush\n").unwrap();
        Self(folder)
    }

    fn read(&self, text: &str) -> Result<Channels, ChannelsError> {
        let file: PathBuf = self.0.path().join("messaging.toml");
        std::fs::write(&file, text).unwrap();
        let (clock, log): (Arc<dyn Clock>, Arc<dyn LogSink>) =
            (Arc::new(System), Arc::new(Collected::default()));
        Channels::read(&file, &clock, &log)
    }
}

#[test]
fn every_provider_can_be_named() {
    let text = r#"
        [merchants.tea.line-push]
        provider = "line"
        token-file = "secret"
        base-url = "http://127.0.0.1:9"
        concurrency = 64
        per-second = 2000
        timeout = 5

        [merchants.tea.line-notification]
        provider = "line"
        token-file = "secret"
        base-url = "http://127.0.0.1:9"

        [merchants.tea.alimtalk]
        provider = "nhn"
        app-key = "abc"
        sender-key = "def"
        secret-key-file = "secret"
        base-url = "http://127.0.0.1:9"

        [merchants.tea.sms]
        provider = "mitake"
        user = "tea"
        password-file = "secret"
        report-url = "https://tea.example/sms"
        base-url = "http://127.0.0.1:9"

        [merchants.tea.email]
        provider = "smtp"
        host = "127.0.0.1"
        port = 2525
        security = "none"
        from = "Tea <points@tea.example>"

        [merchants.tea.line-reply]
        provider = "line"
        token-file = "secret"
        base-url = "http://127.0.0.1:9"

        [merchants.coffee.line-reply]
        provider = "directory"
        folder = "messages"

        [merchants.coffee.alimtalk]
        provider = "solapi"
        api-key = "abc"
        api-secret-file = "secret"
        pf-id = "KA01PF_1"
        from = "0212345678"
        base-url = "http://127.0.0.1:9"

        [merchants.coffee.sms]
        provider = "http"
        base-url = "http://127.0.0.1:9/api"
        path = "/send"
        headers = { authorization = "Bearer {secret:token}" }
        body = { to = "{to}", text = "{text}", key = "{key}" }
        idempotent = true
        accepted = { pointer = "/code", values = ["0"], id = "/id" }
        secrets = { token-file = "secret" }
    "#;
    let channels = Folder::new().read(text).unwrap();
    let [tea, coffee, other] = ["tea", "coffee", "other"].map(|id| Merchant::new(id).unwrap());
    assert!(channels.has(&tea) && channels.has(&coffee) && !channels.has(&other));
    let longest = |merchant| channels.longest_call(merchant).as_secs();
    assert_eq!(longest(&tea), 65 + 4 * 70 + 60 + 150);
    assert_eq!((longest(&coffee), longest(&other)), (140, 0));
    let message = Message {
        idempotency_key: "k".to_owned(),
        channel: Channel::Email,
        address: "mei@example.com".to_owned(),
        subject: None,
        text: "a".to_owned(),
        html: None,
        detail: None,
    };
    for merchant in [&coffee, &other] {
        let outcomes = channels.send(merchant, std::slice::from_ref(&message));
        let none = Outcome::Undeliverable("no provider for email".to_owned());
        assert_eq!(outcomes, [none], "{merchant}");
    }
}

#[test]
fn each_wrong_setting_is_named_and_no_secret_told() {
    let line = "[merchants.tea.line-push]\nprovider = \"line\"\n";
    let http = "[merchants.tea.sms]\nprovider = \"http\"\nbase-url = \"http://127.0.0.1:9\"\n";
    let mail = "[merchants.tea.email]\nprovider = \"smtp\"\nhost = \"127.0.0.1\"\nsecurity = \"none\"\nfrom = \"a@tea.example\"\n";
    let good = format!("{line}token-file = \"secret\"\n");
    let table = [
        (String::new(), "merchants: "),
        ("merchants = 1".to_owned(), "merchants: "),
        ("[merchant.tea]".to_owned(), "merchant: "),
        (
            "[merchants.\"Tea House\"]".to_owned(),
            "merchants.Tea House: ",
        ),
        ("[merchants.tea]\nsms = 1".to_owned(), "merchants.tea.sms: "),
        ("[merchants.tea.fax]".to_owned(), "merchants.tea.fax: "),
        (
            "[merchants.tea.sms]".to_owned(),
            "merchants.tea.sms.provider: ",
        ),
        (
            "[merchants.tea.sms]\nprovider = \"line\"".to_owned(),
            "merchants.tea.sms.provider: \"line\" is none for sms; known are mitake, http, webhook, nats, directory",
        ),
        (
            line.to_owned(),
            "merchants.tea.line-push.token-env: it is missing",
        ),
        (
            format!("{line}token = \"hush\""),
            "merchants.tea.line-push.token-env: it is missing",
        ),
        (
            format!("{good}token = \"hush\""),
            "merchants.tea.line-push.token: it is not known here",
        ),
        (
            format!("{good}token-env = \"X\""),
            "merchants.tea.line-push.token-file: it stands beside",
        ),
        (
            format!("{line}token-env = \"STAMPCARD_TEST_UNSET\""),
            "merchants.tea.line-push.token: the environment variable STAMPCARD_TEST_UNSET: it is not set",
        ),
        (
            format!("{line}token-file = \"missing\""),
            "merchants.tea.line-push.token: the file ",
        ),
        (
            format!("{good}concurrency = 65"),
            "merchants.tea.line-push.concurrency: it is no whole number from 1 to 64",
        ),
        (
            format!("{good}per-second = 0"),
            "merchants.tea.line-push.per-second: ",
        ),
        (
            format!("{good}timeout = \"5\""),
            "merchants.tea.line-push.timeout: ",
        ),
        (
            format!("{good}base-url = \"http://api.line.me\""),
            "merchants.tea.line-push.base-url: it is not https",
        ),
        (
            format!("{good}base-url = \"https://a:hush@api.line.me\""),
            "merchants.tea.line-push.base-url: it holds a user",
        ),
        (
            format!("{http}path = \"/\""),
            "merchants.tea.sms: missing field `body`",
        ),
        (
            format!("{http}path = \"/\"\nbodi = 1"),
            "merchants.tea.sms: unknown field `bodi`",
        ),
        (
            format!("{http}path = \"/\"\nbody = {{ a = \"{{x}}\" }}"),
            "merchants.tea.sms.body.a: ",
        ),
        (
            format!("{http}secrets = {{ token = \"hush\" }}"),
            "merchants.tea.sms.secrets.token: ",
        ),
        (format!("{mail}user = \"u\""), "merchants.tea.email.user: "),
        (format!("{mail}security = 1"), "messaging.toml"),
        (
            format!("{mail}dkim = {{ domain = \"tea.example\", selector = \"s\" }}"),
            "merchants.tea.email.dkim.key-env: ",
        ),
        (
            format!(
                "{mail}dkim = {{ domain = \"tea.example\", selector = \"s\", key-file = \"secret\" }}"
            ),
            "merchants.tea.email: dkim.key: it is no private key",
        ),
        (
            format!("{line}token-file = hush"),
            "messaging.toml:3: it is no TOML",
        ),
    ];
    let folder = Folder::new();
    for (text, begin) in table {
        let error = folder.read(&text).err().unwrap();
        let told = error.to_string();
        let place = format!("{}/", folder.0.path().display());
        let told = told.strip_prefix(&place).unwrap_or(&told);
        assert!(told.starts_with(begin), "{text}: {told}");
        assert!(!format!("{told} {error:?}").contains("hush"), "{told}");
    }
}
