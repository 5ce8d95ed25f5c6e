//! Questions that the component asks, and what the platform answers; each answer as the component understands it.

use super::{Platform, Script};
use crate::loopback::{Act, Asked};
use chrono::NaiveDate;
use serde_json::Value;
use stampcard_invoice::evidence::{self, Access, Answer, Call, Listing, Printed, Request};
use stampcard_invoice::identifier::carrier::MobileCode;
use stampcard_invoice::identifier::{Number, Period, Random, TaxId};

const SCRIPT: &str = r#"
app-ids: [EINV1]
figures: mixed
invoices:
  - number: ZF13137879
    date: 2026-04-10
    random: "9579"
    seller: { number: "98952903", name: 台灣小吃股份有限公司 }
    check: hD1D6Z3tgPPiaySVPqrf9Q==
    lines:
      - { name: 超厚雞肉起司滿分堡, amount: "60" }
      - { name: 奶茶, quantity: "2", price: "25", amount: "50" }
      - { name: 會員折扣, quantity: "1", price: "0", amount: "-25" }
  - number: AB00000001
    date: 2026-04-11
    random: "0001"
    buyer: "82910724"
    seller: { number: "98952903", name: 店 }
    tries: [{ not-known: 2 }, wrong-random, found, { rate-limit: 1 }, html-502, number-only, { voided: always }]
  - { number: AB00000002, date: 2026-04-12, random: "0002", seller: { number: "98952903", name: 店 }, donated: true }
  - { number: AB00000003, date: 2026-05-01, random: "0003", seller: { number: "98952903", name: 店 } }
carriers:
  - { code: /AB56P5Q, verification: Passw0rd, page: 2, invoices: [ZF13137879, AB00000001, AB00000002, AB00000003] }
"#;

const ACCESS: Access<'static> = Access {
    app_id: "EINV1",
    uuid: "u1",
};

fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap()
}

fn asked(request: &Request) -> Asked {
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    body.extend_pairs(&request.form);
    Asked {
        method: "POST".to_owned(),
        target: request.path.to_owned(),
        headers: vec![(
            "content-type".to_owned(),
            "application/x-www-form-urlencoded".to_owned(),
        )],
        body: body.finish().into_bytes(),
    }
}

/// Status and JSON; null where the body is none.
fn ask(platform: &Platform, request: &Request) -> (u16, Value) {
    match platform.answer(&asked(request)) {
        Act::Answer(answer) => {
            let json = serde_json::from_slice(&answer.body).unwrap_or_default();
            (answer.status, json)
        }
        act => panic!("{act:?}"),
    }
}

/// What the component makes of an answer.
fn meaning(call: Call, (http, json): &(u16, Value)) -> String {
    let text = |name: &str| json.get(name).and_then(Value::as_str).unwrap_or_default();
    let code = json.get("code");
    let code = code.and_then(|code| match code {
        Value::String(text) => text.parse().ok(),
        other => other.as_u64().and_then(|code| u32::try_from(code).ok()),
    });
    let lines = json.get("details").and_then(Value::as_array).map(Vec::len);
    let answer = Answer {
        call,
        http: Ok(*http),
        code,
        status: text("invStatus"),
        seller_name: text("sellerName"),
        seller: text("sellerBan"),
        buyer: text("buyerBan"),
        lines,
        retry_after: None,
    };
    format!("{:?}", answer.outcome())
}

fn platform() -> Platform {
    Platform::new(Script::parse(SCRIPT).unwrap())
}

fn detail(number: &str, date: NaiveDate, random: &str, printed: Printed<'_>) -> Request {
    evidence::detail(
        Number::parse(number).unwrap(),
        Period::of(date).unwrap(),
        Some(date),
        Random::parse(random).unwrap(),
        printed,
        ACCESS,
    )
}

#[test]
fn an_invoice_is_found_by_its_codes_and_by_typed_fields() {
    let platform = platform();
    let seller = TaxId::parse("98952903").unwrap();
    let qr = |check| Printed::Qr { check, seller };
    let own = "hD1D6Z3tgPPiaySVPqrf9Q==";
    let other = "AAAAAAAAAAAAAAAAAAAAAA==";
    let number = "ZF13137879";
    let table = [
        (detail(number, day(4, 10), "9579", Printed::Bar), "Found"),
        (detail(number, day(4, 10), "9579", qr(own)), "Found"),
        (
            detail(number, day(4, 10), "9578", qr(own)),
            "WrongRandomCode",
        ),
        (detail(number, day(4, 10), "9579", qr(other)), "Forged"),
        (
            detail(number, day(5, 10), "9579", Printed::Bar),
            "NotYetKnown",
        ),
        (detail(number, day(4, 11), "9579", qr(own)), "NotYetKnown"),
        (
            detail("ZF13137878", day(4, 10), "9579", Printed::Bar),
            "NotYetKnown",
        ),
    ];
    for (request, expected) in table {
        let answer = ask(&platform, &request);
        assert_eq!(meaning(Call::Detail, &answer), expected, "{answer:?}");
    }
    let (_, json) = ask(&platform, &detail(number, day(4, 10), "9579", Printed::Bar));
    let mut short = json.clone();
    for (pointer, expected) in [
        ("/code", "200"),
        ("/invDate", "20260410"),
        ("/invPeriod", "11504"),
        ("/amount", "85"),
        ("/details/0/rowNum", "1"),
        ("/details/2/amount", "-25"),
    ] {
        let found = json.pointer(pointer).and_then(Value::as_str);
        assert_eq!(found, Some(expected), "{pointer}");
    }
    assert_eq!(json.pointer("/details/1/rowNum"), Some(&2.into()));
    assert_eq!(json.get("v"), None);
    // Versions before 0.6 have no total.
    let mut older = detail(number, day(4, 10), "9579", Printed::Bar);
    older.form[0].1 = "0.5".to_owned();
    short.as_object_mut().unwrap().remove("amount");
    assert_eq!(ask(&platform, &older).1, short);
    let header = evidence::header(Number::parse(number).unwrap(), day(4, 10), ACCESS);
    let answer = ask(&platform, &header);
    assert_eq!(meaning(Call::Header, &answer), "Found");
    assert_eq!(answer.1.get("details"), None);
}

#[test]
fn the_first_tries_are_what_the_script_says() {
    let platform = platform();
    let request = detail("AB00000001", day(4, 11), "0001", Printed::Bar);
    let expected = [
        "NotYetKnown",
        "NotYetKnown",
        "BusinessBuyer { named: true }",
        "BusinessBuyer { named: true }",
        "PauseUntilNextDay",
        "Transient(Platform)",
        "BusinessBuyer { named: false }",
        "Voided",
        "Voided",
    ];
    for (place, expected) in expected.into_iter().enumerate() {
        let answer = ask(&platform, &request);
        assert_eq!(
            meaning(Call::Detail, &answer),
            expected,
            "{place} {answer:?}"
        );
    }
    let seen = platform.seen();
    let told: Vec<_> = seen.iter().map(|seen| seen.outcome.as_str()).collect();
    let outcomes = [
        "not known",
        "not known",
        "wrong random code",
        "found",
        "code 950",
        "HTML 502",
        "number only",
        "作廢已確認",
        "作廢已確認",
    ];
    assert_eq!(told, outcomes);
    assert_eq!(seen[0].action, "qryInvDetail");
    assert_eq!(seen[0].about, "AB00000001");
}

#[test]
fn carriers_are_listed_in_pages_and_guarded_by_their_code() {
    let platform = platform();
    let carrier = MobileCode::parse("/AB56P5Q").unwrap();
    let list = |from, to, page, code: &str| {
        let listing = Listing { from, to, page };
        evidence::carrier_list(carrier, code, listing, 1_776_000_000, ACCESS).unwrap()
    };
    let numbers = |json: &Value| -> Vec<String> {
        let rows = json.get("details").and_then(Value::as_array).unwrap();
        let number = |row: &Value| row["invNum"].as_str().unwrap().to_owned();
        rows.iter().map(number).collect()
    };
    let (from, to) = (day(4, 1), day(4, 30));
    let first = ask(&platform, &list(from, to, 1, "Passw0rd"));
    assert_eq!(meaning(Call::CarrierList, &first), "NextPage");
    assert_eq!(numbers(&first.1), ["ZF13137879", "AB00000001"]);
    assert_eq!(first.1["code"], 996);
    // 2026-04-10 in Taiwan, whatever the other parts say.
    let time = first.1.pointer("/details/0/invDate/time").unwrap();
    assert_eq!(time, 1_775_750_400_000_u64);
    assert_eq!(first.1.pointer("/details/0/donateMark").unwrap(), "0");
    let last = ask(&platform, &list(from, to, 2, "Passw0rd"));
    assert_eq!(meaning(Call::CarrierList, &last), "Found");
    assert_eq!(numbers(&last.1), ["AB00000002"]);
    assert_eq!(last.1.pointer("/details/0/donateMark").unwrap(), "1");
    let behind = ask(&platform, &list(from, to, 3, "Passw0rd"));
    assert_eq!(numbers(&behind.1), Vec::<String>::new());
    let wrong = ask(&platform, &list(from, to, 1, "password"));
    assert_eq!(meaning(Call::CarrierList, &wrong), "WrongVerificationCode");
    let detail = |number: &str, date, code: &str| {
        let number = Number::parse(number).unwrap();
        evidence::carrier_detail(carrier, code, number, date, 1_776_000_000, ACCESS)
    };
    for (request, expected) in [
        (detail("ZF13137879", day(4, 10), "Passw0rd"), "Found"),
        (
            detail("ZF13137879", day(4, 10), "pass"),
            "WrongVerificationCode",
        ),
        (detail("ZF13137870", day(4, 10), "Passw0rd"), "NotYetKnown"),
    ] {
        let answer = ask(&platform, &request);
        assert_eq!(meaning(Call::CarrierDetail, &answer), expected);
        assert!(answer.1["code"].is_u64());
    }
    let told = format!("{:?}", platform.seen());
    assert!(!told.contains("Passw0rd") && !told.contains("password"));
}

#[test]
fn questions_are_held_to_their_forms() {
    let good = detail("ZF13137879", day(4, 10), "9579", Printed::Bar);
    let with = |name: &str, value: &str| {
        let mut request = good.clone();
        let field = request.form.iter_mut().find(|field| field.0 == name);
        field.unwrap().1 = value.to_owned();
        request
    };
    for (name, value, code) in [
        ("appID", "EINV2", "998"),
        ("appID", "", "903"),
        ("UUID", "", "903"),
        ("type", "barcode", "904"),
        ("invDate", "2026-04-10", "903"),
        ("invDate", "2026/4/10", "903"),
        ("generation", "", "903"),
        ("invTerm", "11503", "902"),
        ("version", "", "903"),
        ("action", "qryinvdetail", "903"),
        ("randomNumber", "", "903"),
    ] {
        let (_, json) = ask(&platform(), &with(name, value));
        assert_eq!(json["code"], code, "{name} {value}");
    }
    let platform = platform();
    let mut get = asked(&good);
    get.method = "GET".to_owned();
    let mut elsewhere = asked(&good);
    elsewhere.target = "/x".to_owned();
    let mut json = asked(&good);
    json.headers.clear();
    for (asked, expected) in [
        (get, "HTML 405"),
        (elsewhere, "HTML 404"),
        (json, "code 903"),
    ] {
        let _ = platform.answer(&asked);
        assert_eq!(platform.seen().last().unwrap().outcome, expected);
    }
}

#[test]
fn faults_of_all_questions_and_of_connections() {
    let script = "tries: [stall, hang-up, garbage, cut, code-777, { html-503: 2 }]\ndelay-ms: 5\n";
    let platform = Platform::new(Script::parse(script).unwrap());
    let request = detail("ZF13137879", day(4, 10), "9579", Printed::Bar);
    let mut told = Vec::new();
    for _ in 0..8 {
        let act = platform.answer(&asked(&request));
        let name = format!("{act:?}");
        told.push(name.split(['(', ' ']).next().unwrap().to_owned());
    }
    let acts = [
        "Stall", "HangUp", "Raw", "Cut", "Late", "Late", "Late", "Late",
    ];
    assert_eq!(told, acts);
    assert_eq!(platform.seen().last().unwrap().outcome, "not known");
}

#[test]
fn the_documented_script_is_one() {
    let document = include_str!("../../../docs/invoices.md");
    let (_, script) = document.split_once("```yaml\n").unwrap();
    let (script, _) = script.split_once("```\n").unwrap();
    let script = Script::parse(script).unwrap();
    assert_eq!((script.invoices.len(), script.carriers.len()), (1, 1));
}

#[test]
fn what_is_no_script_is_told() {
    let invoice = |fields: &str| {
        format!(
            "invoices: [{{ number: AB00000001, date: 2026-04-10, random: \"0001\", seller: {{ number: \"1\", name: a }}{fields} }}]"
        )
    };
    let table = [
        ("invoice: []".to_owned(), "invoice"),
        (
            invoice(", tries: [lost]"),
            "\"lost\" is no deed; there may stand found",
        ),
        (
            invoice(", tries: [{ voided: often }]"),
            "a whole number or always",
        ),
        (invoice(", total: \"1,000\""), "invoice AB00000001: total: "),
        (
            invoice("").replace("AB00000001", "ab1"),
            "invoice ab1: number: there may stand two capitals",
        ),
        (invoice("").replace("\"0001\"", "\"1\""), "random: "),
        (invoice("").replace("2026-", "1999-"), "date: "),
        (
            format!(
                "{}\ncarriers: [{{ code: /AB, verification: a, invoices: [] }}]",
                invoice("")
            ),
            "carrier /AB: code: ",
        ),
        (
            format!(
                "{}\ncarriers: [{{ code: /AB56P5Q, verification: a, invoices: [AB00000009] }}]",
                invoice("")
            ),
            "carrier /AB56P5Q: invoices: AB00000009 is none",
        ),
        ("delay-ms: 60001".to_owned(), "delay-ms: "),
    ];
    for (text, expected) in table {
        let told = Script::parse(&text).unwrap_err().to_string();
        assert!(told.contains(expected), "{text}\n{told}");
    }
    assert!(Script::parse("").is_ok() || Script::parse("{}").is_ok());
}
