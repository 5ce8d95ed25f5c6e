//! Answers in the platform's own shapes, with what differs between its methods: codes as text or number, figures as either,
//! fields that are missing.

use super::script::{Figures, Invoice};
use chrono::{Datelike, NaiveTime};
use serde_json::{Map, Value, json};

/// The state of an invoice that the platform doesn't have.
const NOT_ISSUED: &str = "該筆發票並無開立";

/// What the platform says where it answers at all.
const DONE: &str = "執行成功";

/// Milliseconds that Taiwan's clocks are ahead of UTC.
const AHEAD: i64 = 8 * 3_600_000;

/// A code with its words. Methods of carriers write it as a number, the others as text.
pub(super) fn code(code: u16, carriers: bool) -> Value {
    let words = match code {
        200 => DONE,
        902 => "查詢期別錯誤",
        903 => "參數錯誤",
        904 => "錯誤的查詢種類",
        915 => "查無此發票詳細資料",
        919 => "參數驗證碼錯誤",
        950 => "超過最大傳送次數",
        951 => "連線逾時",
        952 => "憑證逾時",
        953 => "檢核碼錯誤",
        996 => "尚有資料",
        997 => "UUID 不符合規定",
        998 => "APPID 不符合規定",
        _ => "系統錯誤",
    };
    if carriers {
        json!({ "code": code, "msg": words })
    } else {
        json!({ "code": code.to_string(), "msg": words })
    }
}

/// An invoice that isn't known: code 200 and nothing but a state.
pub(super) fn not_known(carriers: bool) -> Value {
    let mut answer = code(200, carriers);
    let blank = [
        "invNum",
        "invDate",
        "sellerName",
        "invPeriod",
        "sellerBan",
        "sellerAddress",
        "invoiceTime",
        "buyerBan",
        "currency",
    ];
    add(&mut answer, blank.map(|name| (name, json!(""))));
    add(&mut answer, [("invStatus", json!(NOT_ISSUED))]);
    answer
}

/// Number and date alone.
pub(super) fn number_only(invoice: &Invoice, carriers: bool) -> Value {
    let mut answer = code(200, carriers);
    add(
        &mut answer,
        [
            ("invNum", json!(invoice.number)),
            ("invDate", json!(invoice.date.format("%Y%m%d").to_string())),
        ],
    );
    answer
}

/// Everything but the lines.
pub(super) fn header(invoice: &Invoice, status: &str, carriers: bool) -> Value {
    let mut answer = number_only(invoice, carriers);
    add(
        &mut answer,
        [
            ("sellerName", json!(invoice.seller.name)),
            ("invStatus", json!(status)),
            ("invPeriod", json!(invoice.period())),
            ("sellerBan", json!(invoice.seller.number)),
            ("sellerAddress", json!(invoice.seller.address)),
            ("invoiceTime", json!(invoice.time)),
            ("buyerBan", json!(invoice.buyer)),
            ("currency", json!(invoice.currency)),
        ],
    );
    answer
}

/// With the lines, and with the total where the method tells it.
pub(super) fn detail(
    invoice: &Invoice,
    status: &str,
    total: bool,
    carriers: bool,
    figures: Figures,
) -> Value {
    let mut answer = header(invoice, status, carriers);
    let rows = (1..).zip(&invoice.lines).map(|(row, line)| {
        json!({
            "rowNum": figure(row, row, figures),
            "description": line.name,
            "quantity": line.quantity,
            "unitPrice": line.price.as_ref().unwrap_or(&line.amount),
            "amount": line.amount,
        })
    });
    let rows: Vec<Value> = rows.collect();
    add(&mut answer, [("details", Value::Array(rows))]);
    if total {
        add(&mut answer, [("amount", json!(invoice.amount()))]);
    }
    answer
}

/// A page of a carrier's list; `more`: others follow.
pub(super) fn list(card: &str, rows: &[(usize, &Invoice)], more: bool, figures: Figures) -> Value {
    let mut answer = code(if more { 996 } else { 200 }, true);
    let rows: Vec<Value> = rows
        .iter()
        .map(|(row, invoice)| {
            json!({
                "rowNum": figure(*row, *row, figures),
                "invNum": invoice.number,
                "cardType": "3J0002",
                "cardNo": card,
                "sellerName": invoice.seller.name,
                "invStatus": invoice.status,
                "invDonatable": !invoice.donated,
                "amount": invoice.amount(),
                "invPeriod": invoice.period(),
                "donateMark": figure(usize::from(invoice.donated), *row, figures),
                "invDate": date(invoice, *row, figures),
                "sellerBan": invoice.seller.number,
                "sellerAddress": invoice.seller.address,
                "invoiceTime": invoice.time,
                "buyerBan": invoice.buyer,
                "currency": invoice.currency,
            })
        })
        .collect();
    add(
        &mut answer,
        [
            ("v", json!("0.6")),
            ("onlyWinningInv", json!("N")),
            ("details", Value::Array(rows)),
        ],
    );
    answer
}

/// A day in pieces, of which only `time` means the same everywhere.
fn date(invoice: &Invoice, row: usize, figures: Figures) -> Value {
    let day = invoice.date;
    let midnight = day.and_time(NaiveTime::MIN).and_utc();
    let piece = |number: u32| figure(usize::try_from(number).unwrap_or(0), row, figures);
    json!({
        "year": piece(u32::try_from(day.year() - 1911).unwrap_or(0)),
        "month": piece(day.month()),
        "date": piece(day.day()),
        "day": piece(day.weekday().num_days_from_sunday()),
        "hours": piece(0),
        "minutes": piece(0),
        "seconds": piece(0),
        "time": midnight.timestamp_millis() - AHEAD,
        "timezoneOffset": -480,
    })
}

fn figure(number: usize, row: usize, figures: Figures) -> Value {
    let as_number = match figures {
        Figures::Text => false,
        Figures::Number => true,
        Figures::Mixed => row.is_multiple_of(2),
    };
    if as_number {
        json!(number)
    } else {
        json!(number.to_string())
    }
}

fn add<const COUNT: usize>(answer: &mut Value, fields: [(&str, Value); COUNT]) {
    if let Value::Object(members) = answer {
        let own = fields.map(|(name, value)| (name.to_owned(), value));
        members.extend(Map::from_iter(own));
    }
}
