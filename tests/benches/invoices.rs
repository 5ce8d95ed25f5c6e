//! Invoices, in batches, through the exports of a warm sandbox with all limits on: judged by conditions, and read from the codes of a
//! receipt.
//!
//! `./dev bench invoices`. An invoice has 20 lines and the conditions 10 blocks, joined by turns with "and" and "or". Requests are built
//! before the clock runs; every answer is read to its end.
#![expect(
    clippy::expect_used,
    clippy::float_arithmetic,
    reason = "a bench stops at the first thing that goes wrong, and its figures are rough"
)]

use stampcard::bindings::invoices::{
    Block, Code, Conditions, Evidence, Goal, Join, JudgeRequest, Line, Measure, ReadRequest, Scope,
    Sent, Shop, Wanted,
};
use stampcard::capabilities::storage::Memory;
use stampcard::sandbox::{Mode, Sandbox};
use stampcard_tests::measure::{Bench, Contender, Demand, micros_each, take_turns, till, worked};
use std::sync::Arc;

/// Invoices of a batch.
const BATCH: usize = 200;

/// Lines of an invoice.
const LINES: usize = 20;

/// What stands on the lines, by turns.
const GOODS: [&str; 10] = [
    "特大冰紅茶",
    "經典火腿三明治",
    "DARK CHOCOLATE 70%",
    "鳳梨酥 六入",
    "抽取式衛生紙",
    "會員折扣",
    "茶葉蛋",
    "Ｌａｔｔｅ（大）",
    "鮪魚御飯糰",
    "乾電池 3 號",
];

fn main() {
    let mut bench = Bench::begin("invoices: judged and read in batches, in the sandbox");
    let (rounds, batch) = (bench.rounds(25), bench.size(BATCH));
    let sandboxed = || {
        till::sandbox(
            till::plugin(),
            Arc::new(Memory::new()),
            &till::merchant("tea-house"),
            till::noon(),
            Mode::Warm { commands: 1_000 },
        )
    };
    let (whole, brief) = (judged(batch, false), judged(batch, true));
    let receipts = receipts(batch);
    let (mut first, mut second, mut third) = (sandboxed(), sandboxed(), sandboxed());
    bench.say(&format!("{rounds} rounds of one batch of {batch}"));
    let mut contenders: Vec<Contender<'_>> = vec![
        ("judged in brief", Box::new(|_| judge(&mut first, &brief))),
        (
            "judged with findings",
            Box::new(|_| judge(&mut second, &whole)),
        ),
        (
            "read from two codes",
            Box::new(|_| read(&mut third, &receipts)),
        ),
    ];
    let figures = take_turns(rounds, &mut contenders);
    bench.heading("invoices a second on one core", "1/s");
    for ((name, _), figures) in contenders.iter().zip(&figures) {
        if *name == "read from two codes" {
            bench.row(name, figures);
        } else {
            let (must, aim) = (Demand::AtLeast(50_000.0), Demand::AtLeast(200_000.0));
            bench.bound(name, figures, must, aim);
        }
    }
    drop(contenders);
    bench.end();
}

/// Judgements a second.
fn judge(sandbox: &mut Sandbox, request: &JudgeRequest) -> f64 {
    let (time, answer) = worked(|| sandbox.invoices().judge(request));
    let (verdicts, _) = answer.expect("a call");
    assert_eq!(verdicts.expect("verdicts").len(), request.invoices.len());
    1e6 / micros_each(time, request.invoices.len())
}

/// Readings a second.
fn read(sandbox: &mut Sandbox, request: &ReadRequest) -> f64 {
    let (time, answer) = worked(|| sandbox.invoices().read(request));
    let (found, _) = answer.expect("a call");
    assert_eq!(found.expect("readings").len(), request.sent.len());
    1e6 / micros_each(time, request.sent.len())
}

fn judged(batch: usize, brief: bool) -> JudgeRequest {
    let blocks = GOODS.iter().enumerate().map(|(nth, goods)| Block {
        join: if nth % 2 == 0 {
            Join::Either
        } else {
            Join::Both
        },
        wanted: Wanted::AnyOf,
        words: vec![goods.chars().skip(1).take(3).collect()],
        except: vec!["禮券".to_owned()],
        goal: Goal {
            measure: if nth % 3 == 0 {
                Measure::Quantity
            } else {
                Measure::Amount
            },
            at_least: vec!["2".to_owned()],
        },
    });
    JudgeRequest {
        conditions: Conditions {
            issued: None,
            shop: Some(Shop {
                names: vec!["茶坊".to_owned(), "便利商店".to_owned()],
                numbers: Vec::new(),
                except_names: vec!["加盟".to_owned()],
                except_numbers: Vec::new(),
            }),
            scope: Scope::Items(blocks.collect()),
            adding_up: false,
        },
        invoices: (0..batch).map(invoice).collect(),
        brief: Some(brief),
    }
}

fn invoice(nth: usize) -> Evidence {
    let lines = GOODS.iter().cycle().take(LINES).map(|goods| Line {
        name: (*goods).to_owned(),
        quantity: "1".to_owned(),
        price: "35".to_owned(),
        amount: "35".to_owned(),
    });
    Evidence {
        number: format!("AB{nth:08}"),
        date: Some("2026-11-20".to_owned()),
        seller_name: "山下便利商店股份有限公司第三門市".to_owned(),
        seller: Some("22099131".to_owned()),
        currency: String::new(),
        total: Some("700".to_owned()),
        lines: lines.collect(),
    }
}

fn receipts(batch: usize) -> ReadRequest {
    let sent = (0..batch).map(|nth| {
        let left = format!(
            "AB{nth:08}1151120123400000000000000550000000022099131hD1D6Z3tgPPiaySVPqrf9Q==:**********:2:2:1:特大冰紅茶:1:60"
        );
        let code = |text: String| Code {
            text: Some(text),
            bytes: None,
        };
        Sent::Codes(vec![code(left), code("**:鳳梨酥:1:25".to_owned())])
    });
    ReadRequest {
        sent: sent.collect(),
        today: Some("2026-11-28".to_owned()),
    }
}
