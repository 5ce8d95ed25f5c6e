use super::*;
use ring::signature::{ED25519, UnparsedPublicKey};

/// The message of RFC 8463's appendix, with the signature that stands there.
const MAIL: &str = "From: Joe SixPack <joe@football.example.com>\r\n\
    To: Suzie Q <suzie@shopping.example.net>\r\n\
    Subject: Is dinner ready?\r\n\
    Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n\
    Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n\
    \r\n\
    Hi.\r\n\
    \r\n\
    We lost the game.  Are you hungry yet?\r\n\
    \r\n\
    Joe.\r\n";

const FIELD: &str = "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n \
    d=football.example.com; i=@football.example.com;\r\n \
    q=dns/txt; s=brisbane; t=1528637909; h=from : to :\r\n \
    subject : date : message-id : from : subject : date;\r\n \
    bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n b=";

const SIGNATURE: &str =
    "/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11BusFa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==";

const PUBLIC: &str = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

fn holds(public: &[u8], text: &str, signature: &str) -> bool {
    let signature = STANDARD.decode(signature).unwrap();
    let key = UnparsedPublicKey::new(&ED25519, public);
    key.verify(&Sha256::digest(text.as_bytes()), &signature)
        .is_ok()
}

#[test]
fn the_standards_own_signature_holds() {
    let (head, body) = split(MAIL.as_bytes()).unwrap();
    let hash = STANDARD.encode(Sha256::digest(relaxed_body(body)));
    assert_eq!(hash, "2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=");
    let names = [
        "from",
        "to",
        "subject",
        "date",
        "message-id",
        "from",
        "subject",
        "date",
    ];
    let text = signed_text(&fields(head), &names, FIELD);
    let public = STANDARD.decode(PUBLIC).unwrap();
    assert!(holds(&public, &text, SIGNATURE), "{text}");
    assert!(!holds(
        &public,
        &text.replace("dinner", "supper"),
        SIGNATURE
    ));
}

#[test]
fn bodies_are_relaxed() {
    let table = [
        ("", ""),
        ("\r\n", ""),
        ("\r\n\r\n", ""),
        ("a", "a\r\n"),
        ("a\r\n", "a\r\n"),
        (
            " a  b \t\r\n\t\r\n\r\n c\r\n\r\n\r\n",
            " a b\r\n\r\n\r\n c\r\n",
        ),
    ];
    for (body, expected) in table {
        let found = String::from_utf8(relaxed_body(body.as_bytes())).unwrap();
        assert_eq!(found, expected, "{body:?}");
    }
}

#[test]
fn what_is_signed_is_what_is_sent() {
    let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap();
    let signatures = Signatures::new("tea.example", "s1", &key.serialize_pem()).unwrap();
    let mail = "From: a@tea.example\r\nTo: b@x.example\r\nDate: now\r\nSubject: a\r\n long  one\r\n\
        List-Unsubscribe: <https://tea.example/u>\r\nX-Other: x\r\n\r\nBody.\r\n";
    let signed = signatures.sign(mail.as_bytes(), 7).unwrap();
    let signed = String::from_utf8(signed).unwrap();
    let field = signed.strip_suffix(mail).unwrap();
    let (unsigned, signature) = field.split_at(field.find("\r\n b=").unwrap() + 5);
    assert!(unsigned.contains("d=tea.example; s=s1;\r\n t=7; h=from:from:to:to:subject:"));
    assert!(unsigned.contains("list-unsubscribe") && !unsigned.contains("x-other"));
    assert!(field.lines().all(|line| line.len() < 200), "{field}");
    let (head, _) = split(mail.as_bytes()).unwrap();
    let fields = fields(head);
    let text = signed_text(&fields, &listed(&fields), unsigned);
    let signature: String = signature.split_whitespace().collect();
    assert!(holds(key.public_key_raw(), &text, &signature), "{text}");
    // A second subject on top is not what was signed.
    let forged = format!("Subject: forged\r\n{head}");
    let fields = super::fields(&forged);
    let text = signed_text(&fields, &listed(&fields), unsigned);
    assert!(!holds(key.public_key_raw(), &text, &signature));
}

#[test]
fn each_wrong_setting_is_named() {
    let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap();
    let curve = rcgen::KeyPair::generate().unwrap();
    let (good, other) = (key.serialize_pem(), curve.serialize_pem());
    for (domain, selector, pem, begin) in [
        ("tea example", "s1", &*good, "dkim.domain: "),
        ("", "s1", &*good, "dkim.domain: "),
        ("tea.example", "s;1", &*good, "dkim.selector: "),
        (
            "tea.example",
            "s1",
            "hush",
            "dkim.key: it is no private key",
        ),
        ("tea.example", "s1", &*other, "dkim.key: DKIM knows"),
    ] {
        let told = Signatures::new(domain, selector, pem)
            .err()
            .unwrap()
            .to_string();
        assert!(told.starts_with(begin) && !told.contains("hush"), "{told}");
    }
    assert!(Signatures::new("tea.example", "s1.x", &good).is_ok());
}
