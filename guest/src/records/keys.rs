//! Every key, its order and its example. Identifiers are escaped, so that no `/` in one of them can
//! reach another's keys; instants and numbers have a fixed width, so that they sort.

use crate::domain::config::MonthDay;
use crate::domain::coupon::code::Code;
use crate::domain::digits;
use crate::domain::ids::{Id, Name};
use crate::domain::instant::Instant;
use crate::domain::limit::Counter;
use crate::domain::lot::Queue;
use crate::pieces::joined;
use crate::ports::Range;
use std::borrow::Cow;
use std::fmt::Write;

/// The configuration in force: `configuration`.
pub const CONFIGURATION: &str = "configuration";

/// By what points came about of rules that are gone, or say something else now.
pub const ORIGINS: &str = "origins";

/// What upkeep has done: `upkeep`.
pub const UPKEEP: &str = "upkeep";

/// What a helper of a check has done: `upkeep-help`.
pub const UPKEEP_HELP: &str = "upkeep-help";

/// A configuration that was applied, kept for good: `configuration/00000003`.
#[must_use]
pub fn configuration(number: u32) -> String {
    format!("configuration/{number:08}")
}

/// All configurations that were applied.
pub const CONFIGURATIONS: &str = "configuration/";

/// A member's record: `member/mei`.
#[must_use]
pub fn member(member: &Id) -> String {
    joined(&["member/", &escaped(member)])
}

/// A member by its birthday: `birthday/02-29/mei`.
#[must_use]
pub fn birthday(day: MonthDay, member: &Id) -> String {
    joined(&[birthdays(day).as_str(), &escaped(member)])
}

/// The members with that birthday: `birthday/02-29/`.
#[must_use]
pub fn birthdays(day: MonthDay) -> String {
    format!("birthday/{:02}-{:02}/", day.month, day.day)
}

/// All accounts of a member: `account/mei`.
#[must_use]
pub fn account(member: &Id) -> String {
    joined(&[ACCOUNTS, &escaped(member)])
}

/// Behind it, of 12 digits.
fn numbered(mut key: String, number: u64) -> String {
    digits::push(&mut key, number);
    key
}

/// All members' accounts.
pub const ACCOUNTS: &str = "account/";

/// Some entries, a line each, by the number of the first: `entry/mei/points/000000000007`.
#[must_use]
pub fn entry(member: &Id, programme: &Name, sequence: u64) -> String {
    numbered(entries_of(member, programme), sequence)
}

/// An account's entries: `entry/mei/points/`.
#[must_use]
pub fn entries_of(member: &Id, programme: &Name) -> String {
    joined(&[ENTRIES, &escaped(member), "/", programme.as_str(), "/"])
}

/// A change of a member's level: `tier-history/mei/000000000003`.
#[must_use]
pub fn tier_change(member: &Id, sequence: u64) -> String {
    numbered(tier_changes(member), sequence)
}

/// All changes of a member's level: `tier-history/mei/`.
#[must_use]
pub fn tier_changes(member: &Id) -> String {
    of_kind("tier-history/", member)
}

/// Whether the key is that of a record which is written with everything that hangs on it: a member's accounts (their
/// entries, lots and queues, its level and the changes of it), an order.
#[must_use]
pub fn is_whole(key: &str) -> bool {
    key.starts_with(ACCOUNTS) || key.starts_with(ORDERS)
}

/// All entries.
pub const ENTRIES: &str = "entry/";

/// A batch of lots that does not stand in its account's record, by its first lot: `lot/mei/points/000000000003`.
#[must_use]
pub fn lots(member: &Id, programme: &Name, id: u64) -> String {
    let of = joined(&["lot/", &escaped(member), "/", programme.as_str(), "/"]);
    numbered(of, id)
}

/// Whose a member's lots were, up to a number, before that one was merged into it:
/// `inherited/mei/points/000000000012`.
#[must_use]
pub fn inherited(member: &Id, programme: &Name, last: u64) -> String {
    numbered(inherited_of(member, programme), last)
}

/// All lots of an account that were others': `inherited/mei/points/`.
#[must_use]
pub fn inherited_of(member: &Id, programme: &Name) -> String {
    format!("inherited/{}/{programme}/", escaped(member))
}

/// Open batches of lots that have no room in their account's record, in the order of a queue:
/// `queue/mei/points/fixed/2027-03-01T01:30:00.000000000Z/2026-…/000000000003`.
#[must_use]
pub fn queue(member: &Id, programme: &Name, queue: Queue) -> String {
    let name = queue_name(queue);
    format!("queue/{}/{programme}/{name}/", escaped(member))
}

/// How a queue is called in records: `pending`, `fixed`, `idle-012`.
#[must_use]
pub fn queue_name(queue: Queue) -> String {
    match queue {
        Queue::Pending => "pending".to_owned(),
        Queue::Fixed => "fixed".to_owned(),
        Queue::Idle(months) => format!("idle-{months:04}"),
    }
}

/// The queue of that name.
#[must_use]
pub fn queue_of(name: &str) -> Option<Queue> {
    match name {
        "pending" => Some(Queue::Pending),
        "fixed" => Some(Queue::Fixed),
        name => name.strip_prefix("idle-")?.parse().ok().map(Queue::Idle),
    }
}

/// What is known of an order: `order/A-1`.
#[must_use]
pub fn order(order: &Id) -> String {
    joined(&[ORDERS, &escaped(order)])
}

/// All orders.
pub const ORDERS: &str = "order/";

/// What a member was granted under a limit: `used/mei/points/base`; of the whole programme: `used/mei/points`.
#[must_use]
pub fn used(member: &Id, counter: &Counter) -> String {
    joined(&[&of_kind(USED, member), counter_name(counter).as_str()])
}

/// What a budget has spent: `budget/points/base`.
#[must_use]
pub fn budget(counter: &Counter) -> String {
    joined(&["budget/", &counter_name(counter)])
}

/// That a rule has given a member what it gives once: `once/mei/points/welcome`.
#[must_use]
pub fn once(member: &Id, programme: &Name, rule: &Name) -> String {
    format!("{}{programme}/{rule}", of_kind(ONCE, member))
}

/// What a member was granted under limits.
pub const USED: &str = "used/";

/// What a member was given that is given once.
pub const ONCE: &str = "once/";

/// What a member was issued and used of coupons' templates.
pub const COUPON_USAGES: &str = "coupon-usage/";

/// All rows of a member of one of these kinds: `used/mei/`.
#[must_use]
pub fn of_kind(kind: &str, member: &Id) -> String {
    joined(&[kind, &escaped(member), "/"])
}

/// An idempotency key and what it is bound to: `key/points.redeem/B-1`.
#[must_use]
pub fn key(function: &str, key: &Id) -> String {
    joined(&["key/", function, "/", &escaped(key)])
}

/// A bulk grant: `bulk/7f3a…`.
#[must_use]
pub fn bulk(id: &Id) -> String {
    joined(&["bulk/", &escaped(id)])
}

/// A bulk grant that is not finished: `bulk-open/7f3a…`.
#[must_use]
pub fn bulk_open(id: &Id) -> String {
    joined(&[BULKS_OPEN, &escaped(id)])
}

/// All bulk grants and bulk issues that are not finished.
pub const BULKS_OPEN: &str = "bulk-open/";

/// A bulk issue of coupons: `coupon-bulk/7f3a…`.
#[must_use]
pub fn coupon_bulk(id: &Id) -> String {
    joined(&["coupon-bulk/", &escaped(id)])
}

/// A bulk issue that is not finished: `bulk-open/coupons/7f3a…`. It is one step longer than any bulk grant's.
#[must_use]
pub fn coupon_bulk_open(id: &Id) -> String {
    joined(&[COUPON_BULKS_OPEN, &escaped(id)])
}

/// All bulk issues that are not finished, among the bulk grants.
pub const COUPON_BULKS_OPEN: &str = "bulk-open/coupons/";

/// The secret that coupons' codes are made of: `code-key`.
pub const CODE_KEY: &str = "code-key";

/// A coupon: `coupon/7H2K-9QXD-0M4T-VB3E`.
#[must_use]
pub fn coupon(code: Code) -> String {
    format!("coupon/{code}")
}

/// A member's coupons, by the end of their lives: `coupon-of/mei/2027-03-01T16:00:00.000000000Z/7H2K-…`.
#[must_use]
pub fn coupon_of(member: &Id, expires_at: Instant, code: Code) -> String {
    format!("{}{}/{code}", coupons_of(member), expires_at.sortable())
}

/// All coupons of a member: `coupon-of/mei/`.
#[must_use]
pub fn coupons_of(member: &Id) -> String {
    joined(&["coupon-of/", &escaped(member), "/"])
}

/// How many coupons of a template were issued: `coupon-series/flash`.
#[must_use]
pub fn coupon_series(template: &Name) -> String {
    format!("coupon-series/{template}")
}

/// How often coupons of a template were used, where that is limited: `coupon-uses/flash`.
#[must_use]
pub fn coupon_uses(template: &Name) -> String {
    format!("coupon-uses/{template}")
}

/// What a member was issued and used of a template: `coupon-usage/mei/flash`.
#[must_use]
pub fn coupon_usage(member: &Id, template: &Name) -> String {
    joined(&[&of_kind(COUPON_USAGES, member), template.as_str()])
}

/// The coupons that an order has reserved or used: `coupon-order/A-1`.
#[must_use]
pub fn coupon_order(order: &Id) -> String {
    joined(&["coupon-order/", &escaped(order)])
}

/// Everything under a prefix that ends in `/`, after a key (excluded).
#[must_use]
pub fn under(prefix: &str, after: Option<&str>, limit: u32) -> Range {
    // A key's least successor is itself with the least character behind it.
    let start = after.map_or_else(|| prefix.to_owned(), |after| format!("{after}\u{1}"));
    Range {
        start,
        end: end_of(prefix),
        limit,
        backward: false,
    }
}

/// The first key behind everything under a prefix that ends in `/`: `0` follows `/`.
#[must_use]
pub fn end_of(prefix: &str) -> String {
    format!("{}0", prefix.strip_suffix('/').unwrap_or(prefix))
}

/// The identifier in one step of a key's path, unescaped.
#[must_use]
pub fn step(key: &str, place: usize) -> Option<Id> {
    unescaped(key.split('/').nth(place)?)
}

/// The identifier that was [`escaped`].
fn unescaped(text: &str) -> Option<Id> {
    if !text.as_bytes().contains(&b'%') {
        return Id::parse(text);
    }
    Id::parse(&text.replace("%2F", "/").replace("%25", "%"))
}

fn counter_name(counter: &Counter) -> String {
    match counter {
        Counter::Rule(programme, rule) => joined(&[programme.as_str(), "/", rule.as_str()]),
        Counter::Programme(programme) => programme.text(),
    }
}

/// An identifier as it stands in keys: without slashes.
#[must_use]
pub fn escaped(id: &Id) -> Cow<'_, str> {
    let id = id.as_str();
    if !id.bytes().any(|byte| matches!(byte, b'/' | b'%')) {
        return Cow::Borrowed(id);
    }
    let mut text = String::with_capacity(id.len().saturating_add(8));
    for character in id.chars() {
        if matches!(character, '/' | '%') {
            // Writing to a String can't fail.
            let _ = write!(text, "%{:02X}", u32::from(character));
        } else {
            text.push(character);
        }
    }
    Cow::Owned(text)
}

mod campaigns;
mod dues;
mod notices;
mod submissions;
#[cfg(test)]
mod tests;

pub use campaigns::{CAMPAIGN_ROWS, CAMPAIGN_SERIES, campaign, campaign_row};
pub use dues::{
    AHEAD, COUPONS_AHEAD, DUES, ahead, ahead_on, coupon_ahead, coupons_ahead_of, coupons_ahead_on,
    due, due_of,
};
pub use notices::{
    MADE, NOTICES, PACE, answer, line_user, line_user_of, made, notice, notices_of, outbox,
    outbox_of, reach, topic, topics_of, topics_of_kind, traffic,
};
pub use submissions::{
    Book, CARDS, DISCARDS, EVIDENCE, OF_BOOK, PARTICIPANTS, PASSES, REPLIES, REVIEWS, SEEN,
    SIGNALS, SUBMISSIONS, TALLIES, VERIFY_DUES, discard, draw, drawn_of, invoice, locks, of_book,
    passes, recall, recall_of, recalled, reply, rival, rivals, seed, submitted, submitted_of,
    took_part, took_part_of, verifier, verify_due, waiting, waiting_of,
};
