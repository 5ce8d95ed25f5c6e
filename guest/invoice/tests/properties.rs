//! What holds for every receipt: cuts and damage, and sums that grow.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a table that can't be read is a failed test"
)]

mod table;

#[path = "properties/receipt.rs"]
mod receipt;

use proptest::prelude::*;
use receipt::{Receipt, receipts};
use rust_decimal::Decimal;
use stampcard_invoice::amount::exact;
use stampcard_invoice::evidence::{Evidence, Line};
use stampcard_invoice::fold;
use stampcard_invoice::identifier::Number;
use stampcard_invoice::judging::{
    Block, Conditions, Decision, Folded, Found, Goal, Issued, Join, Match, Measure, Reward, Scope,
    Shop, Terms, judge,
};
use stampcard_invoice::reading::{
    Code, Extent, Item, Reading, Refusal, Settings, Warning, read_codes,
};
use table::day;

/// Fixed characters of a left code.
const FIXED: usize = 77;

/// Of them, number, date and random code.
const IDENTITY: usize = 21;

fn read(codes: &[Code<'_>]) -> Result<Reading, Refusal> {
    let mut read = read_codes(codes, &Settings::on(day("2026-11-28")));
    assert_eq!(read.len(), 1, "{codes:?}");
    read.remove(0)
}

fn in_bytes(left: &[u8], right: &[u8]) -> Result<Reading, Refusal> {
    read(&[Code::bytes(left), Code::bytes(right)])
}

/// Items, but for blanks: where a code ends in one, it is taken for padding.
fn told(items: &[Item]) -> Vec<(String, Decimal, Decimal)> {
    let name = |item: &Item| item.name.split_whitespace().collect::<String>();
    items
        .iter()
        .map(|item| (name(item), item.quantity, item.price))
        .collect()
}

fn expected(receipt: &Receipt) -> Vec<(String, Decimal, Decimal)> {
    told(&receipt.items)
}

fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Runs of what stays are copied in one piece; by characters it is the same.
    #[test]
    fn a_text_folds_as_its_characters_do(text in "(\\PC|[ a-zＡ-Ｚ\u{3000}\u{3ff0}-\u{4010}\u{d7f0}-\u{d7ff}\u{e000}]){0,40}") {
        let (mut whole, mut each) = (String::new(), String::new());
        fold::compared(&text, &mut whole);
        for letter in text.chars() {
            fold::compared(letter.encode_utf8(&mut [0; 4]), &mut each);
        }
        prop_assert_eq!(whole, each);
    }

    #[test]
    fn a_text_cut_anywhere_reads_the_same(receipt in receipts(), padding in 0..9_usize) {
        for cut in FIXED..=receipt.text.len() {
            let (left, rest) = receipt.text.split_at(cut);
            let mut right = [b"**", rest].concat();
            right.resize(right.len() + padding, b' ');
            for reading in [in_bytes(left, &right), in_bytes(&right, left)] {
                let reading = reading.unwrap();
                prop_assert_eq!(reading.number.text(), &receipt.number);
                prop_assert_eq!(reading.date, Some(receipt.date));
                prop_assert_eq!(reading.random.text(), &receipt.random);
                prop_assert_eq!(told(&reading.items), expected(&receipt), "cut at {}", cut);
                prop_assert_eq!(reading.extent, Extent::All);
                prop_assert!(!reading.warnings.contains(&Warning::DoubtfulSeam));
            }
            // A decoder that understood both halves.
            let big5 = receipt.encoding == 0;
            if let (false, Ok(left), Ok(right)) = (big5, std::str::from_utf8(left), std::str::from_utf8(&right)) {
                let reading = read(&[Code::text(right), Code::text(left)]).unwrap();
                prop_assert_eq!(told(&reading.items), expected(&receipt), "as text, cut at {}", cut);
            }
            // A decoder that took each byte for a letter.
            let (left, right) = (latin1(left), latin1(&right));
            let reading = read(&[Code::text(&left), Code::text(&right)]).unwrap();
            prop_assert_eq!(told(&reading.items), expected(&receipt), "as letters, cut at {}", cut);
        }
    }

    #[test]
    fn damage_is_refused_or_flagged_and_never_makes_another_invoice(
        receipt in receipts(),
        cut in 0..200_usize,
        byte in any::<u8>(),
    ) {
        let cut = FIXED + cut % (receipt.text.len() - FIXED + 1);
        for place in 0..receipt.text.len() {
            for damage in [Damage::Instead, Damage::Before, Damage::Without, Damage::Until] {
                let (left, right) = damage.done(&receipt.text, cut, place, byte);
                let read = read_codes(
                    &[Code::bytes(&left), Code::bytes(&right)],
                    &Settings::on(day("2026-11-28")),
                );
                for reading in read.into_iter().flatten() {
                    let same = reading.number.text() == receipt.number
                        && reading.date == Some(receipt.date)
                        && reading.random.text() == receipt.random;
                    // A digit that became another digit is known to the platform alone.
                    let unseen = damage == Damage::Instead && place < IDENTITY;
                    prop_assert!(same || unseen, "{:?} at {}: {:?}", damage, place, reading);
                    let fewer = reading.items.len() != receipt.items.len();
                    // A code may end behind its fixed characters, with nothing to be seen of items.
                    let ended = damage == Damage::Until && reading.extent == Extent::Absent;
                    prop_assert!(
                        !fewer || ended || !reading.is_clear(),
                        "{:?} at {}: {:?}", damage, place, reading
                    );
                }
            }
        }
    }

    #[test]
    fn anything_may_come(
        codes in proptest::collection::vec(
            prop_oneof![
                proptest::collection::vec(any::<u8>(), 0..200),
                "[ -~]{0,120}".prop_map(String::into_bytes),
                "\\*\\*[:0-9a-c茶]{0,40}".prop_map(String::into_bytes),
                "[A-Z]{2}[0-9]{19}[0-9a-f]{16}0{8}[0-9]{8}[A-Za-z0-9+/]{22}==[:*0-3a茶]{0,40}"
                    .prop_map(String::into_bytes),
            ],
            0..6,
        ),
    ) {
        let settings = Settings::on(day("2026-11-28"));
        let bytes: Vec<Code<'_>> = codes.iter().map(|code| Code::bytes(code)).collect();
        prop_assert!(!read_codes(&bytes, &settings).is_empty());
        let texts: Vec<String> = codes.iter().map(|code| String::from_utf8_lossy(code).into_owned()).collect();
        let texts: Vec<Code<'_>> = texts.iter().map(|text| Code::text(text)).collect();
        prop_assert!(!read_codes(&texts, &settings).is_empty());
    }

    #[test]
    fn more_money_never_makes_a_verdict_worse(
        terms in terms(),
        lines in proptest::collection::vec((0..4_usize, 0..5_i64, -300..900_i64), 1..6),
        place in 0..6_usize,
        more in 1..2_000_i64,
    ) {
        let conditions = Conditions::new(&terms, None).unwrap();
        let mut evidence = evidence(&lines);
        let before = rank(judge(&conditions, &Folded::new(&evidence)).decision);
        let place = place % lines.len();
        let amount = evidence.lines[place].amount.unwrap();
        evidence.lines[place].amount = Some(amount + Decimal::from(more));
        let after = rank(judge(&conditions, &Folded::new(&evidence)).decision);
        prop_assert!(after >= before, "{:?} then {:?}", before, after);
    }

    /// However names are passed over quickly, the lines of a block are those that hold its words when looked at one by one.
    #[test]
    fn a_block_counts_the_lines_that_hold_its_words(
        names in proptest::collection::vec("[茶餅紅Ａab ]{0,6}", 1..12),
        words in proptest::collection::vec("[茶餅紅Aab]{1,3}", 1..4),
        except in proptest::collection::vec("[茶餅紅aB]{2,3}", 0..2),
        all in any::<bool>(),
    ) {
        let holds = |name: &str, word: &String| folded(name).contains(&folded(word));
        let counts = |name: &&String| {
            let mut words = words.iter();
            let wanted = if all {
                words.all(|word| holds(name, word))
            } else {
                words.any(|word| holds(name, word))
            };
            wanted && !except.iter().any(|word| holds(name, word))
        };
        let count = names.iter().filter(counts).count();
        let mut evidence = evidence(&vec![(0, 1, 10); names.len()]);
        for (line, name) in evidence.lines.iter_mut().zip(&names) {
            line.name.clone_from(name);
        }
        let block = Block {
            join: Join::Or,
            wanted: if all { Match::AllOf } else { Match::AnyOf },
            words: words.clone(),
            except: except.clone(),
            goal: Goal { measure: Measure::Quantity, at_least: vec![Decimal::ONE] },
        };
        let conditions = Conditions::new(&of(Scope::Items(vec![block])), None).unwrap();
        let verdict = judge(&conditions, &Folded::new(&evidence));
        let found = verdict.findings.last().unwrap().found;
        prop_assert_eq!(found, Found::Sum { value: Decimal::from(count), lines: count });
    }

    #[test]
    fn a_figure_reads_as_the_decimal_that_it_is(text in "[-+]?[0-9]{1,12}(\\.[0-9]{1,4})?") {
        let expected: Decimal = text.parse().unwrap();
        prop_assert_eq!(exact(&text), Some(expected));
    }
}

fn folded(text: &str) -> String {
    let mut folded = String::new();
    fold::compared(text, &mut folded);
    folded
}

/// What becomes of a text on its way.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Damage {
    /// A byte is another one.
    Instead,
    /// A byte too many.
    Before,
    /// A byte is lost.
    Without,
    /// The text ends here.
    Until,
}

impl Damage {
    /// The halves of a text that is cut at `cut`, one of them damaged at `place` of the whole.
    fn done(self, text: &[u8], cut: usize, place: usize, byte: u8) -> (Vec<u8>, Vec<u8>) {
        let (left, right) = text.split_at(cut);
        let mut left = left.to_vec();
        let mut right = [b"**", right].concat();
        let (half, at) = if place < cut {
            (&mut left, place)
        } else {
            (&mut right, place - cut + 2)
        };
        match self {
            Self::Instead => half[at] = byte,
            Self::Before => half.insert(at, byte),
            Self::Without => {
                half.remove(at);
            }
            Self::Until => half.truncate(at),
        }
        (left, right)
    }
}

const NAMES: [&str; 4] = ["紅茶", "綠茶", "餅", "茶餅"];

fn evidence(lines: &[(usize, i64, i64)]) -> Evidence {
    Evidence {
        number: Number::parse("AB12345678").unwrap(),
        period: None,
        date: None,
        time: String::new(),
        status: String::new(),
        seller_name: String::new(),
        seller: None,
        seller_address: String::new(),
        currency: String::new(),
        total: None,
        lines: lines
            .iter()
            .map(|(name, quantity, amount)| Line {
                name: NAMES[*name].to_owned(),
                quantity: Some(Decimal::from(*quantity)),
                price: None,
                amount: Some(Decimal::from(*amount)),
            })
            .collect(),
    }
}

fn rank(decision: Decision) -> u32 {
    match decision {
        Decision::Qualified { tier, .. } => tier,
        Decision::NotQualified => 0,
        other => panic!("{other:?}"),
    }
}

fn goal() -> impl Strategy<Value = Goal> {
    (any::<bool>(), 1..1_000_i64).prop_map(|(amount, least)| Goal {
        measure: if amount {
            Measure::Amount
        } else {
            Measure::Quantity
        },
        at_least: vec![if amount {
            Decimal::from(least)
        } else {
            Decimal::from(1 + least % 5)
        }],
    })
}

fn terms() -> impl Strategy<Value = Terms> {
    let block = (
        any::<bool>(),
        any::<bool>(),
        proptest::sample::subsequence(vec!["茶", "餅", "紅"], 1..=2),
        goal(),
    )
        .prop_map(|(or, all, words, goal)| Block {
            join: if or { Join::Or } else { Join::And },
            wanted: if all { Match::AllOf } else { Match::AnyOf },
            words: words.into_iter().map(str::to_owned).collect(),
            except: Vec::new(),
            goal,
        });
    let whole = goal().prop_map(|mut goal| {
        if goal.measure == Measure::Amount {
            let first = goal.at_least[0];
            goal.at_least
                .extend([first + Decimal::from(7), first + Decimal::from(400)]);
        }
        Scope::Whole(goal)
    });
    let items = proptest::collection::vec(block, 1..5).prop_map(Scope::Items);
    prop_oneof![whole, items].prop_map(of)
}

/// Terms that ask for this alone, and give nothing.
fn of(scope: Scope) -> Terms {
    let tiers = match &scope {
        Scope::Whole(goal) => goal.at_least.len(),
        Scope::Items(_) => 1,
    };
    Terms {
        issued: Issued::Any,
        shop: Shop::default(),
        scope,
        rewards: vec![Reward::CollectOnly; tiers],
        adding_up: false,
    }
}
