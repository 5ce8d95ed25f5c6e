//! Receipts of all kinds, as the text that both QR codes share.

use chrono::{Datelike, NaiveDate};
use encoding_rs::BIG5;
use proptest::prelude::*;
use rust_decimal::Decimal;
use stampcard_invoice::reading::Item;

/// What a receipt says, and its text: the left code goes over into the right one somewhere.
#[derive(Clone)]
pub(crate) struct Receipt {
    pub(crate) number: String,
    pub(crate) date: NaiveDate,
    pub(crate) random: String,
    pub(crate) items: Vec<Item>,
    pub(crate) text: Vec<u8>,
    /// Its flag.
    pub(crate) encoding: u8,
}

impl std::fmt::Debug for Receipt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text.escape_ascii().to_string())
    }
}

/// Receipts in every encoding, with and without a note.
pub(crate) fn receipts() -> impl Strategy<Value = Receipt> {
    (
        "[A-HJ-NP-Z]{2}[0-9]{8}",
        0..5_000_u64,
        "[0-9]{4}",
        any::<[u8; 16]>(),
        proptest::collection::vec(item(), 1..5),
        0..4_u8,
        proptest::option::of("[a-z謝]{1,6}"),
    )
        .prop_map(|(number, days, random, check, items, flag, note)| {
            let first = NaiveDate::from_ymd_opt(2012, 1, 1).unwrap();
            let date = first + chrono::Days::new(days);
            let text = text(
                &number,
                date,
                &random,
                &check,
                &items,
                flag,
                note.as_deref(),
            );
            Receipt {
                number,
                date,
                random,
                items,
                text,
                encoding: flag,
            }
        })
}

fn item() -> impl Strategy<Value = Item> {
    // Names that are numbers, that have blanks, signs and letters of two and three bytes.
    let name = prop_oneof![
        "[茶餅乾電池聽鴨蝦拉麵]{1,6}",
        "[A-Za-z0-9]{1,6}",
        "[茶餅乾]{1,3}[ (*-][a-z茶0-9]{1,3}",
        "[1-9][0-9]{0,2}",
    ];
    let quantity = prop_oneof![
        (1..30_i64).prop_map(Decimal::from),
        (1..99_999_i64).prop_map(|units| Decimal::new(units, 3).normalize())
    ];
    (name, quantity, -99..5_000_i64).prop_map(|(name, quantity, price)| Item {
        name,
        quantity,
        price: Decimal::from(price),
    })
}

fn text(
    number: &str,
    date: NaiveDate,
    random: &str,
    check: &[u8; 16],
    items: &[Item],
    flag: u8,
    note: Option<&str>,
) -> Vec<u8> {
    let day = format!(
        "{:03}{:02}{:02}",
        date.year() - 1911,
        date.month(),
        date.day()
    );
    let count = items.len();
    let head = format!(
        "{number}{day}{random}00000000000001540000000082910724{}:**********:{count}:{count}:{flag}:",
        base64(check)
    );
    let mut lines: Vec<String> = items
        .iter()
        .map(|item| format!("{}:{}:{}", item.name, item.quantity, item.price))
        .collect();
    lines.extend(note.map(str::to_owned));
    let lines = lines.join(":");
    let lines = match flag {
        0 => BIG5.encode(&lines).0.into_owned(),
        2 => base64(lines.as_bytes()).into_bytes(),
        3 => format!("0000000000:0000015400:{lines}").into_bytes(),
        _ => lines.into_bytes(),
    };
    [head.as_bytes(), &lines].concat()
}

fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let bits = three
            .iter()
            .fold(0_usize, |bits, byte| bits << 8 | usize::from(*byte));
        let bits = bits << (8 * (3 - three.len()));
        for sign in 0..4 {
            text.push(if sign <= three.len() {
                char::from(SIGNS[bits >> (18 - 6 * sign) & 63])
            } else {
                '='
            });
        }
    }
    text
}
