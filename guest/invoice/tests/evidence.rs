//! Verifiers' answers, tries and questions, held against the tables in `evidence/`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a table that can't be read is a failed test"
)]

mod table;

use serde::Deserialize;
use stampcard_invoice::amount::lenient;
use stampcard_invoice::evidence::{
    Access, Answer, Call, Evidence, Line, Listing, Outcome, Printed, Request, Retry, Step, Trouble,
    carrier_detail, carrier_list, detail, header, months, next_day, next_try, settle,
};
use stampcard_invoice::identifier::carrier::MobileCode;
use stampcard_invoice::identifier::{Number, Period, Random, TaxId};
use table::{day, rows, words};

fn outcome(outcome: Outcome) -> String {
    match outcome {
        Outcome::BusinessBuyer { named: true } => "business buyer named".to_owned(),
        Outcome::BusinessBuyer { named: false } => "business buyer".to_owned(),
        Outcome::Transient(trouble) => format!("transient {}", words(&trouble)),
        Outcome::PauseFor(seconds) => format!("pause for {seconds}"),
        outcome => words(&outcome),
    }
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
struct AnswerRow {
    call: Option<String>,
    http: Option<u16>,
    retry_after: Option<u32>,
    code: Option<u32>,
    #[serde(default)]
    status: String,
    #[serde(default)]
    named: bool,
    #[serde(default)]
    buyer: String,
    lines: Option<usize>,
    outcome: String,
    #[serde(default)]
    alert: bool,
}

#[test]
fn answers_mean_something() {
    for row in rows::<AnswerRow>("evidence/answers.yaml") {
        let found = Answer {
            call: match row.call.as_deref() {
                None => Call::Detail,
                Some("header") => Call::Header,
                Some("carrier list") => Call::CarrierList,
                Some("carrier detail") => Call::CarrierDetail,
                Some(other) => panic!("{other} is no call"),
            },
            http: match row.http {
                Some(0) => Err(Trouble::NoAnswer),
                http => Ok(http.unwrap_or(200)),
            },
            retry_after: row.retry_after,
            code: row.code,
            status: &row.status,
            seller_name: if row.named { "全家" } else { "" },
            seller: if row.named { "23060248" } else { "" },
            buyer: &row.buyer,
            lines: row.lines,
        }
        .outcome();
        assert_eq!(outcome(found), row.outcome, "{row:?}");
        assert_eq!(found.alerts(), row.alert, "{row:?}");
    }
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
struct SettledRow {
    after: Vec<String>,
    step: String,
}

const OUTCOMES: [Outcome; 18] = [
    Outcome::Found,
    Outcome::NotYetKnown,
    Outcome::WrongRandomCode,
    Outcome::Forged,
    Outcome::Voided,
    Outcome::BusinessBuyer { named: true },
    Outcome::BusinessBuyer { named: false },
    Outcome::WrongVerificationCode,
    Outcome::BadParameters,
    Outcome::PeriodError,
    Outcome::Transient(Trouble::Platform),
    Outcome::Transient(Trouble::Page),
    Outcome::Transient(Trouble::Clock),
    Outcome::PauseFor(60),
    Outcome::PauseUntilNextDay,
    Outcome::PauseUntilOperator,
    Outcome::UnknownStatus,
    Outcome::NextPage,
];

#[test]
fn most_refusals_stand_when_they_came_twice() {
    let named = |name: &String| {
        let found = OUTCOMES.into_iter().find(|other| outcome(*other) == *name);
        found.unwrap_or_else(|| panic!("{name} is no outcome"))
    };
    for row in rows::<SettledRow>("evidence/settled.yaml") {
        let all: Vec<Outcome> = row.after.iter().map(named).collect();
        let (now, before) = all.split_last().unwrap();
        let step = settle(before.last().copied(), *now);
        let step = match step {
            Step::PauseFor(seconds) => format!("pause for {seconds}"),
            step => words(&step),
        };
        assert_eq!(step, row.step, "{row:?}");
    }
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct TryRow {
    made: u32,
    now: String,
    paused: Option<String>,
    at: Option<String>,
    give_up: Option<String>,
}

fn seconds(text: &str) -> u64 {
    let parts: Vec<u64> = text.split(':').map(|part| part.parse().unwrap()).collect();
    parts.iter().fold(0, |sum, part| sum * 60 + part)
}

/// When what the tables are about was received.
const RECEIVED: u64 = 1_776_000_000;

#[test]
fn tries_follow_in_growing_intervals() {
    for row in rows::<TryRow>("evidence/tries.yaml") {
        let paused = row.paused.as_deref().map_or(0, seconds);
        let found = next_try(RECEIVED, RECEIVED + seconds(&row.now), row.made, paused);
        let expected = match (&row.at, &row.give_up) {
            (Some(at), None) => Retry::At(RECEIVED + seconds(at)),
            (None, Some(at)) => Retry::GiveUpAt(RECEIVED + seconds(at)),
            _ => panic!("a row says when the next try is or that there is none"),
        };
        assert_eq!(found, expected, "{row:?}");
    }
}

#[test]
fn all_tries_of_an_invoice_that_stays_unknown() {
    let (mut now, mut made) = (RECEIVED, 0);
    while let Retry::At(at) = next_try(RECEIVED, now, made, 0) {
        (now, made) = (at, made + 1);
        assert!(now < RECEIVED + 72 * 3_600 && made <= 30);
    }
    assert_eq!(made, 27);
    assert_eq!(
        next_try(RECEIVED, now, made, 0),
        Retry::GiveUpAt(RECEIVED + 72 * 3_600)
    );
}

#[test]
fn a_key_rests_until_taiwans_midnight() {
    // 10 April 2026, 23:59:59 and 24:00 in Taipei.
    assert_eq!(next_day(1_775_836_799), 1_775_836_800);
    assert_eq!(next_day(1_775_836_800), 1_775_923_200);
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
struct RequestRow {
    ask: String,
    path: String,
    form: Vec<String>,
}

fn asked(ask: &str) -> Request {
    let number = Number::parse("ZF13137879").unwrap();
    let date = day("2026-04-10");
    let period = Period::of(date).unwrap();
    let random = Random::parse("9579").unwrap();
    let carrier = MobileCode::parse("/AB56P5Q").unwrap();
    let access = Access {
        app_id: "EINV0000000000000",
        uuid: "u1",
    };
    let qr = Printed::Qr {
        check: "hD1D6Z3tgPPiaySVPqrf9Q==",
        seller: TaxId::parse("98952903").unwrap(),
    };
    let april = Listing {
        from: day("2026-04-01"),
        to: day("2026-04-30"),
        page: 2,
    };
    match ask {
        "header" => header(number, date, access),
        "detail of typed fields" => {
            detail(number, period, Some(date), random, Printed::Bar, access)
        }
        "detail of a bar code" => detail(number, period, None, random, Printed::Bar, access),
        "detail of a QR code" => detail(number, period, Some(date), random, qr, access),
        "carrier list" => carrier_list(carrier, "pw", april, RECEIVED, access).unwrap(),
        "carrier detail" => carrier_detail(carrier, "pw", number, date, RECEIVED, access),
        other => panic!("nobody asks {other}"),
    }
}

#[test]
fn questions_are_forms() {
    for row in rows::<RequestRow>("evidence/requests.yaml") {
        let request = asked(&row.ask);
        let form: Vec<String> = request
            .form
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        assert_eq!(
            (request.path, &form),
            (row.path.as_str(), &row.form),
            "{}",
            row.ask
        );
        let shown = format!("{request:?}");
        assert!(shown.contains("version") && !shown.contains("pw") && !shown.contains("EINV"));
    }
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
struct MonthsRow {
    from: String,
    to: String,
    months: Vec<String>,
}

#[test]
fn a_carrier_is_listed_by_months() {
    let carrier = MobileCode::parse("/AB56P5Q").unwrap();
    let access = Access {
        app_id: "",
        uuid: "",
    };
    for row in rows::<MonthsRow>("evidence/months.yaml") {
        let (from, to) = (day(&row.from), day(&row.to));
        let found = months(from, to);
        let told: Vec<String> = found
            .iter()
            .map(|(from, to)| format!("{from} {to}"))
            .collect();
        assert_eq!(told, row.months, "{row:?}");
        let ask = |(from, to)| carrier_list(carrier, "", Listing { from, to, page: 1 }, 0, access);
        assert!(found.iter().copied().all(|month| ask(month).is_some()));
        assert_eq!(ask((from, to)).is_some(), found.len() == 1, "{row:?}");
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FigureRow {
    text: String,
    reads: Option<String>,
}

#[test]
fn figures_are_read_exactly_or_not_at_all() {
    for row in rows::<FigureRow>("evidence/figures.yaml") {
        let found = lenient(&row.text).map(|value| value.to_string());
        assert_eq!(found, row.reads, "{}", row.text);
    }
}

#[test]
fn a_carriers_dates_are_instants() {
    // The last millisecond of 10 April 2026 in Taipei, and the next.
    assert_eq!(Evidence::day_of(1_775_836_799_999), Some(day("2026-04-10")));
    assert_eq!(Evidence::day_of(1_775_836_800_000), Some(day("2026-04-11")));
    for other in [0, -1, i64::MAX, i64::MIN] {
        assert_eq!(Evidence::day_of(other), None, "{other}");
    }
}

#[test]
fn an_answer_about_another_invoice_is_no_evidence() {
    let number = Number::parse("ZF13137879").unwrap();
    let period = Period::parse("11504").unwrap();
    let evidence = Evidence {
        number,
        period: Some(period),
        date: Some(day("2026-04-10")),
        time: "10:22:01".to_owned(),
        status: "開立已確認".to_owned(),
        seller_name: String::new(),
        seller: None,
        seller_address: String::new(),
        currency: String::new(),
        total: None,
        lines: vec![Line::read("會員促", "1", "0", "-35")],
    };
    assert!(evidence.is_of(number, period));
    assert!(!evidence.is_of(Number::parse("ZF13137878").unwrap(), period));
    assert!(!evidence.is_of(number, Period::parse("11506").unwrap()));
    let later = Evidence {
        date: Some(day("2026-05-01")),
        ..evidence
    };
    assert!(!later.is_of(number, period));
    assert!(later.lines[0].is_discount());
}
