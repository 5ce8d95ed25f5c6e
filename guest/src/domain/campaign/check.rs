//! What is wrong with a campaign's settings: by themselves, for publishing, and as a change of a campaign that is published.

mod publishing;
mod words;

pub use publishing::{Publishing, missing};

use super::Life;
use super::action::{FIELDS_OF_DRAFTS, OPEN_FIELDS};
use super::conditions::{Conditions, Scope};
use super::settings::{Reward, Rewarding, Settings};
use crate::domain::config::{Fault, Found};
use crate::domain::local_time;
use crate::words::is_printed;
use chrono::NaiveDate;
use stampcard_invoice::draw::Commitment;
use stampcard_invoice::judging;

/// Characters of a campaign's name, at most.
const NAME_MAX: usize = 60;

/// Characters of the names of bots and modules, at most.
const BOT_MAX: usize = 100;

/// Items of a list in the conditions, at most.
const LIST_MAX: usize = 1_000;

/// Days after which something is verified again, at most.
const DAYS_MAX: u32 = 365;

/// Winners and reserves of a draw, at most each.
const DRAWN_MAX: u32 = 10_000;

/// Where settings stand in a request.
const PATH: &str = "/settings";

/// What is wrong with settings by themselves, whatever they lack; `span` is theirs. `earliest` is the first day of issue that
/// may be chosen, where that is to be kept: when a draft is published.
#[must_use]
pub fn faults(settings: &Settings, span: &Life, earliest: Option<NaiveDate>) -> Vec<Fault> {
    let mut found = Found::at_path(PATH);
    let name = &settings.name;
    found.unless(
        is_label(name, NAME_MAX),
        "name",
        name,
        "1 to 60 printed characters without blanks at the ends",
    );
    for (field, local, instant) in [
        ("from", settings.from, span.from),
        ("to", settings.to, span.to),
    ] {
        if let Some(local) = local {
            let local = local_time::written(local);
            found.unless(instant.is_some(), field, local, "a time of 1970 to 9999");
        }
    }
    if let (Some(from), Some(to), Some(local)) = (span.from, span.to, settings.to) {
        let local = local_time::written(local);
        found.unless(from < to, "to", local, "later than from");
    }
    for (field, address) in [
        ("rules-page", &settings.rules_page),
        ("picture", &settings.picture),
    ] {
        if let Some(address) = address {
            let permitted =
                "an address that begins with https://, without blanks, at most 1,000 bytes";
            found.unless(is_https(address), field, address, permitted);
        }
    }
    if let Some(conditions) = &settings.conditions {
        found.at("conditions", |found| lists(found, conditions));
        judged(&mut found, conditions, settings.reward.as_ref(), earliest);
    }
    match &settings.reward {
        Some(Rewarding::AtOnce(rewards)) => found.at("reward/at-once", |found| {
            for (place, reward) in rewards.iter().enumerate() {
                found.at(place, |found| one_reward(found, reward));
            }
        }),
        Some(Rewarding::Draw(draw)) => found.at("reward/draw", |found| {
            let winners = (1..=DRAWN_MAX).contains(&draw.winners);
            found.unless(winners, "winners", draw.winners, "1 to 10,000");
            let reserves = draw.reserves <= DRAWN_MAX;
            found.unless(reserves, "reserves", draw.reserves, "0 to 10,000");
            let hash = Commitment::parse(&draw.seed_hash).is_some();
            found.unless(
                hash,
                "seed-hash",
                &draw.seed_hash,
                "64 hexadecimal digits: the SHA-256 of the seed",
            );
        }),
        Some(Rewarding::CollectOnly) | None => {}
    }
    for (field, most) in [
        ("limits/member", settings.limits.member),
        ("limits/day", settings.limits.day),
        ("limits/shop", settings.limits.shop),
    ] {
        found.unless(most != Some(0), field, 0, "1 or more");
    }
    let looks = settings.verify_again;
    if let Some(days) = looks.after_days {
        let days_fit = (1..=DAYS_MAX).contains(&days);
        found.unless(days_fit, "verify-again/after-days", days, "1 to 365");
    }
    let drawn = matches!(settings.reward, Some(Rewarding::Draw(_)) | None);
    found.unless(
        drawn || !looks.before_draw,
        "verify-again/before-draw",
        true,
        "false where nothing is drawn",
    );
    words::check(&mut found, &settings.messages);
    found.faults
}

/// The fields that an edit of a published campaign may not change, and changes.
#[must_use]
pub fn frozen(before: &Settings, after: &Settings) -> Vec<Fault> {
    // In the order of the fields' names.
    let same = [
        before.platform == after.platform,
        before.channel == after.channel,
        before.conditions == after.conditions,
        before.reward == after.reward,
        before.limits == after.limits,
        before.verify_again == after.verify_again,
        before.verifier == after.verifier,
        before.trial_verifier == after.trial_verifier,
    ];
    let mut found = Found::at_path(PATH);
    for (field, same) in FIELDS_OF_DRAFTS.iter().zip(same) {
        if !same {
            let open = OPEN_FIELDS.join(", ");
            let permitted =
                format!("as it was when it was published; what may be edited is {open}");
            found.unless(false, field, "another value", &permitted);
        }
    }
    found.faults
}

/// What judging finds wrong with the conditions, by the fields of the settings.
fn judged(
    found: &mut Found,
    conditions: &Conditions,
    reward: Option<&Rewarding>,
    earliest: Option<NaiveDate>,
) {
    let terms = conditions.terms(reward);
    let Err(faults) = judging::Conditions::new(&terms, earliest) else {
        return;
    };
    for fault in faults {
        let field = match fault.path.strip_prefix("/scope/blocks") {
            Some(rest) => {
                let rest = rest.replace("/at-least", "/goal/at-least");
                ["conditions/scope/items", &rest].concat()
            }
            None if fault.path == "/rewards" => "reward/at-once".to_owned(),
            None => ["conditions", &fault.path].concat(),
        };
        let permitted = match (earliest, field.as_str()) {
            (Some(earliest), "conditions/issued/from") => format!("{earliest} or later"),
            _ => fault.permitted.to_owned(),
        };
        found.unless(false, &field, fault.found, &permitted);
    }
}

/// Lists that are too long: every invoice is held against each item.
fn lists(found: &mut Found, conditions: &Conditions) {
    let shop = &conditions.shop;
    let mut lengths = vec![
        ("shop/names".to_owned(), shop.names.len()),
        ("shop/numbers".to_owned(), shop.numbers.len()),
        ("shop/except-names".to_owned(), shop.except_names.len()),
        ("shop/except-numbers".to_owned(), shop.except_numbers.len()),
    ];
    match &conditions.scope {
        Scope::Whole(goal) => {
            lengths.push(("scope/whole/at-least".to_owned(), goal.at_least.len()));
        }
        Scope::Items(blocks) => {
            lengths.push(("scope/items".to_owned(), blocks.len()));
            for (place, block) in blocks.iter().enumerate() {
                let path = format!("scope/items/{place}");
                lengths.extend([
                    (format!("{path}/words"), block.words.len()),
                    (format!("{path}/except"), block.except.len()),
                    (format!("{path}/goal/at-least"), block.goal.at_least.len()),
                ]);
            }
        }
    }
    for (field, length) in lengths {
        found.unless(length <= LIST_MAX, &field, length, "at most 1,000 items");
    }
}

fn one_reward(found: &mut Found, reward: &Reward) {
    let gives = reward.coupon.is_some() || reward.points.is_some() || reward.module.is_some();
    found.unless(
        gives,
        "",
        "nothing",
        "a coupon, points, or a bot and its module",
    );
    if let Some(points) = &reward.points {
        let points = points.points;
        found.unless(points.is_positive(), "points/points", points, "above 0");
    }
    for (field, name, other) in [
        ("bot", &reward.bot, &reward.module),
        ("module", &reward.module, &reward.bot),
    ] {
        match name {
            Some(name) => found.unless(
                is_label(name, BOT_MAX),
                field,
                name,
                "1 to 100 printed characters without blanks at the ends",
            ),
            None => found.unless(
                other.is_none(),
                field,
                "nothing",
                "bot and module go together",
            ),
        }
    }
}

/// Whether it is a name that people read: on one line, printed, not blank at its ends.
fn is_label(text: &str, most: usize) -> bool {
    !text.is_empty()
        && text.trim().len() == text.len()
        && text.chars().nth(most).is_none()
        && is_printed(text)
}

/// Whether it is an https address of at most 1,000 bytes.
pub(in crate::domain) fn is_https(text: &str) -> bool {
    let rest = text.strip_prefix("https://");
    text.len() <= 1_000
        && rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
        && !text.contains(|it: char| it.is_whitespace() || it.is_control())
}
