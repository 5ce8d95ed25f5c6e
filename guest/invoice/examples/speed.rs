//! How many invoices are judged and how many receipts are read in a second, on one core.
//!
//! `cargo run --release -p stampcard-invoice --example speed`
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::float_arithmetic,
    clippy::as_conversions,
    reason = "it measures and prints; nothing depends on it"
)]

use rust_decimal::Decimal;
use stampcard_invoice::evidence::{Evidence, Line};
use stampcard_invoice::identifier::{Number, TaxId};
use stampcard_invoice::judging::{
    Block, Conditions, Folded, Goal, Issued, Join, Match, Measure, Reward, Scope, Shop, Terms,
    judge,
};
use stampcard_invoice::reading::{Code, Settings, read_codes};
use std::hint::black_box;
use std::time::Instant;

const ROUNDS: usize = 15;
const EACH: usize = 20_000;

const GOODS: [&str; 10] = [
    "超厚雞肉起司滿分堡",
    "特濃鮮奶茶(大杯)",
    "舒跑 590ml",
    "乾電池 3號 4入",
    "醫療口罩 50片",
    "ICED LATTE",
    "衛生紙抽取式 12包",
    "會員折扣",
    "茶葉蛋",
    "御飯糰鮪魚",
];

fn main() {
    let evidence = evidence();
    let conditions = conditions();
    let ready = Folded::new(&evidence);
    measure("judgements, 20 lines by 10 blocks", || {
        black_box(judge(
            black_box(&conditions),
            &Folded::new(black_box(&evidence)),
        ));
    });
    measure("the same, names folded before", || {
        black_box(judge(black_box(&conditions), black_box(&ready)));
    });
    let left = "ZF131378791150410957900000000000000550000000098952903hD1D6Z3tgPPiaySVPqrf9Q==:**********:2:2:1:超厚雞肉起司滿分堡:1:60";
    let right = format!("**:奶茶(M)(熱):1:25{}", " ".repeat(78));
    let settings = Settings::on("2026-11-28".parse().unwrap());
    measure("readings of two QR codes", || {
        black_box(read_codes(
            &[Code::text(black_box(left)), Code::text(&right)],
            &settings,
        ));
    });
}

/// Prints the median of all rounds, the slowest and the quickest, in thousands a second.
fn measure(what: &str, mut work: impl FnMut()) {
    let mut rates: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            for _ in 0..EACH {
                work();
            }
            EACH as f64 / start.elapsed().as_secs_f64() / 1_000.0
        })
        .collect();
    rates.sort_by(f64::total_cmp);
    if let (Some(low), Some(median), Some(high)) =
        (rates.first(), rates.get(ROUNDS / 2), rates.last())
    {
        println!("{what}: {median:.0} thousand a second ({low:.0} to {high:.0})");
    }
}

fn evidence() -> Evidence {
    let lines = (0..20_i64).zip(GOODS.iter().cycle());
    Evidence {
        number: Number::parse("ZF13137879").unwrap(),
        period: None,
        date: "2026-04-10".parse().ok(),
        time: String::new(),
        status: "開立已確認".to_owned(),
        seller_name: "全家便利商店股份有限公司基隆市第五門市部".to_owned(),
        seller: TaxId::parse("42092179"),
        seller_address: String::new(),
        currency: String::new(),
        total: Some(Decimal::from(2_600)),
        lines: lines
            .map(|(place, name)| Line {
                name: (*name).to_owned(),
                quantity: Some(Decimal::from(1 + place % 3)),
                price: None,
                amount: Some(Decimal::from(if *name == "會員折扣" {
                    -20
                } else {
                    40 + place * 10
                })),
            })
            .collect(),
    }
}

/// Ten blocks of three words and one exclusion each; none of them is met but the last, so all are looked at.
fn conditions() -> Conditions {
    let words = [
        ["堡", "漢堡", "三明治"],
        ["奶茶", "紅茶", "綠茶"],
        ["舒跑", "寶礦力", "運動飲料"],
        ["電池", "充電", "3號"],
        ["口罩", "酒精", "手套"],
        ["latte", "mocha", "americano"],
        ["衛生紙", "面紙", "廚房紙巾"],
        ["洗髮", "沐浴", "牙膏"],
        ["茶葉蛋", "水煮蛋", "溏心蛋"],
        ["飯糰", "壽司", "便當"],
    ];
    let blocks = words
        .iter()
        .zip(0_i64..)
        .map(|(words, place)| Block {
            join: if place % 3 == 0 { Join::Or } else { Join::And },
            wanted: Match::AnyOf,
            words: words.iter().map(|word| (*word).to_owned()).collect(),
            except: vec!["加購".to_owned()],
            goal: Goal {
                measure: if place % 2 == 0 {
                    Measure::Amount
                } else {
                    Measure::Quantity
                },
                at_least: vec![Decimal::from(1 + place)],
            },
        })
        .collect();
    let terms = Terms {
        issued: Issued::Between {
            from: "2026-03-01".parse().unwrap(),
            to: "2026-05-01".parse().unwrap(),
        },
        shop: Shop {
            names: vec!["統一超商".to_owned(), "全家".to_owned()],
            ..Shop::default()
        },
        scope: Scope::Items(blocks),
        rewards: vec![Reward::Given(0)],
        adding_up: false,
    };
    Conditions::new(&terms, None).unwrap()
}
