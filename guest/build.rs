//! Writes what the component carries in a compact form: the schemas of documents, packed, and the table of
//! time zones that `src/domain/zone/table.rs` reads, `$OUT_DIR/zones.rs`.
//!
//! The crate that knows the zones carries a name and a pair of offsets with each change of clocks, about 1 MB in
//! all. Here it is asked once, and what it answers from 1970 on is kept: two or three bytes a change, with lists that
//! several zones have in common kept once, even where one changes its clocks some hours after the other. Changes that
//! come back every year are kept as their rule (`build/yearly.rs`).

#[path = "build/glue/mod.rs"]
mod glue;
#[path = "build/pack.rs"]
mod pack;
#[path = "build/yearly.rs"]
mod yearly;

use chrono::{DateTime, Offset, TimeZone};
use chrono_tz::{TZ_VARIANTS, Tz};
use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;

/// The JSON Schemas of documents: a merchant's, a campaign's settings.
const SCHEMAS: [&str; 2] = ["merchant", "campaign"];

/// The interface.
const WIT: &str = "../wit";

/// The first second of the table, two days before 1970 in UTC: no local time of 1970 lies before it anywhere.
const FIRST: i64 = -172_800;

/// Seconds after which no zone changes its clocks: the crate knows changes up to the end of 2099.
const LAST: i64 = 4_228_243_200;

/// Seconds between two looks at a zone's clocks. No zone has changed them twice within so short a time, and a test
/// compares the table with the crate at a finer step.
const STEP: i64 = 12 * 3_600;

/// Seconds that every change and every offset is a multiple of.
const UNIT: i64 = 30;

/// Units of an hour, which nearly all changes are a multiple of apart.
const HOUR: i64 = 3_600 / UNIT;

/// The offset furthest from UTC that the table's reader allows for, in seconds.
const OFFSET_MAX: i64 = 16 * 3_600;

/// Changes in a row, at least, that are kept apart from the rest because other zones have the same.
const SHARED_MIN: usize = 12;

/// Units, at most, that one zone changes its clocks after another whose list it shares: a day and an hour.
const SHIFT_MAX: i64 = 3_000;

/// A change of clocks: when, and the offset from then on, both in units.
type Change = (i64, i64);

/// What the clocks of a zone have done.
#[derive(PartialEq, Eq, PartialOrd, Ord, Clone)]
struct History {
    before: i64,
    changes: Vec<Change>,
}

/// A history whose last changes stand in a list of its own.
struct Split {
    before: i64,
    own: Vec<Change>,
    shared: Option<Shared>,
}

/// Where a list of changes between two offsets begins.
struct Shared {
    list: usize,
    start: usize,
    /// When the first of them is, in units; the list may be some hours earlier or later.
    first: i64,
    pair: [i64; 2],
}

fn main() -> Result<(), Box<dyn Error>> {
    writeln!(std::io::stdout(), "cargo::rerun-if-changed=build.rs")?;
    let mut histories: BTreeMap<History, Vec<&'static str>> = BTreeMap::new();
    for zone in TZ_VARIANTS {
        histories
            .entry(history(zone)?)
            .or_default()
            .push(zone.name());
    }
    let table = source(histories)?;
    let folder = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo did not set OUT_DIR")?);
    fs::write(folder.join("zones.rs"), table)?;
    for watched in ["build", WIT] {
        writeln!(std::io::stdout(), "cargo::rerun-if-changed={watched}")?;
    }
    fs::write(folder.join("glue.rs"), glue::source(WIT)?)?;
    for name in SCHEMAS {
        let path = format!("schema/{name}.schema.json");
        writeln!(std::io::stdout(), "cargo::rerun-if-changed={path}")?;
        // The schema as one line: a line's indentation is no part of a text in it.
        let schema: String = fs::read_to_string(path)?
            .lines()
            .map(str::trim_start)
            .collect();
        fs::write(
            folder.join(format!("{name}.schema.packed")),
            pack::pack(schema.as_bytes()),
        )?;
    }
    Ok(())
}

/// Asks the crate when the clocks of a zone change.
fn history(zone: Tz) -> Result<History, Box<dyn Error>> {
    let before = offset(zone, FIRST)?;
    let mut changes = Vec::new();
    let mut current = before;
    let mut second = FIRST;
    while second < LAST {
        let next = second + STEP;
        let after = offset(zone, next)?;
        if after != current {
            let (mut low, mut high) = (second, next);
            while high - low > 1 {
                let half = low + (high - low) / 2;
                if offset(zone, half)? == current {
                    low = half;
                } else {
                    high = half;
                }
            }
            if offset(zone, high)? != after {
                return Err(format!("{zone} changes its clocks twice after {second}").into());
            }
            changes.push((units(high - FIRST)?, units(after)?));
            current = after;
        }
        second = next;
    }
    let before = units(before)?;
    Ok(History { before, changes })
}

/// Seconds that a zone's clocks are before UTC.
fn offset(zone: Tz, second: i64) -> Result<i64, Box<dyn Error>> {
    let utc = DateTime::from_timestamp(second, 0).ok_or("a second beyond the calendar")?;
    let offset = zone.offset_from_utc_datetime(&utc.naive_utc()).fix();
    let offset = i64::from(offset.local_minus_utc());
    if offset.abs() > OFFSET_MAX {
        return Err(format!("{zone} is {offset} s from UTC").into());
    }
    Ok(offset)
}

fn units(seconds: i64) -> Result<i64, Box<dyn Error>> {
    if seconds % UNIT == 0 {
        Ok(seconds / UNIT)
    } else {
        Err(format!("{seconds} s is no multiple of {UNIT} s").into())
    }
}

/// The last changes that lead from one offset to another and back.
fn alternating(changes: &[Change]) -> &[Change] {
    let mut rest = changes;
    while rest
        .iter()
        .zip(rest.iter().skip(2))
        .any(|(one, other)| one.1 != other.1)
    {
        rest = rest.split_first().map_or(&[], |(_, rest)| rest);
    }
    rest
}

/// How many of the last instants two lists have in common, if the other's are moved by as much as its last one is later.
fn common(list: &[i64], changes: &[Change]) -> usize {
    let shift = shift(list, changes);
    if shift.abs() > SHIFT_MAX {
        return 0;
    }
    let pairs = list.iter().rev().zip(changes.iter().rev());
    pairs
        .take_while(|(one, other)| **one + shift == other.0)
        .count()
}

/// Units from a list's last instant to that of the changes.
fn shift(list: &[i64], changes: &[Change]) -> i64 {
    let last = changes.last().map(|change| change.0);
    last.zip(list.last()).map_or(0, |(last, of)| last - of)
}

/// Takes the last changes of a history into one of the lists, as far as that saves room.
fn split(history: History, lists: &mut Vec<Vec<i64>>) -> Split {
    let History { before, changes } = history;
    let tail = alternating(&changes);
    let best = lists
        .iter()
        .enumerate()
        .max_by_key(|(_, list)| common(list, tail));
    let (list, length) = match best.map(|(number, list)| (number, common(list, tail))) {
        Some((number, length)) if length >= SHARED_MIN => (number, length),
        _ if tail.len() >= SHARED_MIN => {
            lists.push(tail.iter().map(|change| change.0).collect());
            (lists.len() - 1, tail.len())
        }
        _ => {
            return Split {
                before,
                own: changes,
                shared: None,
            };
        }
    };
    let start = lists.get(list).map_or(0, Vec::len) - length;
    let (own, tail) = changes.split_at(changes.len() - length);
    let mut offsets = tail.iter().map(|change| change.1);
    let first = offsets.next().unwrap_or(before);
    let second = offsets.next().unwrap_or(first);
    Split {
        before,
        own: own.to_vec(),
        shared: Some(Shared {
            list,
            start,
            first: tail.first().map_or(0, |change| change.0),
            pair: [first, second],
        }),
    }
}

/// Each change as the time since the one before, the first since `begin`: seven bits a byte, the lowest first, and the highest bit
/// where more follow. What they spell is even and twice the hours, or odd and twice the units, and one.
fn steps(begin: i64, changes: impl Iterator<Item = i64>) -> Vec<Vec<u8>> {
    let mut before = begin;
    changes
        .map(|at| {
            let step = (at - before).unsigned_abs();
            before = at;
            let hour = HOUR.unsigned_abs();
            let mut rest = if step.is_multiple_of(hour) {
                step / hour * 2
            } else {
                step * 2 + 1
            };
            let mut bytes = Vec::new();
            while rest > 127 {
                bytes.extend(u8::try_from(rest % 128 + 128));
                rest /= 128;
            }
            bytes.extend(u8::try_from(rest));
            bytes
        })
        .collect()
}

/// The table as Rust source.
fn source(histories: BTreeMap<History, Vec<&'static str>>) -> Result<String, Box<dyn Error>> {
    let mut text = String::new();
    let mut entries = Vec::new();
    let mut lists = Vec::new();
    let mut rules = BTreeSet::new();
    let mut histories: Vec<_> = histories
        .into_iter()
        .map(|(mut history, names)| {
            let rule = yearly::take(&mut history.changes);
            (history, rule, names)
        })
        .collect();
    // The longest list comes first, because shorter ones are often its end.
    histories.sort_by_key(|(history, ..)| std::cmp::Reverse(alternating(&history.changes).len()));
    for (number, (history, rule, names)) in histories.into_iter().enumerate() {
        entries.extend(names.into_iter().map(|name| (name, number)));
        let split = split(history, &mut lists);
        let mut offsets: Vec<i64> = split.own.iter().map(|change| change.1).collect();
        offsets.sort_unstable();
        offsets.dedup();
        let places: Result<Vec<usize>, usize> = split
            .own
            .iter()
            .map(|change| offsets.binary_search(&change.1))
            .collect();
        let places = places.map_err(|_| "an offset without a place")?;
        let own = split.own.iter().map(|change| change.0);
        let own = steps(0, own).concat();
        let (shared, first, [one, other]) = match split.shared {
            Some(it) => {
                let list = lists.get(it.list).map_or(&[][..], Vec::as_slice);
                let begin = list.first().copied().unwrap_or_default();
                let skipped = steps(begin, list.iter().copied().take(it.start + 1)).concat();
                let list = format!("L{}.split_at({}).1", it.list, skipped.len());
                (list, format!("Some({})", it.first), it.pair)
            }
            None => ("&[]".to_owned(), "None".to_owned(), [0, 0]),
        };
        let yearly = match rule {
            Some(rule) => {
                let name = rule.name();
                rules.insert(rule);
                format!("Some(&{name})")
            }
            None => "None".to_owned(),
        };
        writeln!(
            text,
            "static H{number}: History = History {{ before: {}, offsets: &{offsets:?}, \
             places: &{places:?}, own: &{own:?}, first: {first}, shared: {shared}, pair: [{one}, {other}], \
             yearly: {yearly} }};",
            split.before
        )?;
    }
    for (number, list) in lists.iter().enumerate() {
        let begin = list.first().copied().unwrap_or_default();
        let list = steps(begin, list.iter().copied()).concat();
        writeln!(text, "static L{number}: &[u8] = &{list:?};")?;
    }
    for rule in rules {
        writeln!(text, "{}", rule.source())?;
    }
    entries.sort_unstable();
    let count = entries.len();
    writeln!(text, "static ENTRIES: [Entry; {count}] = [")?;
    for (name, number) in entries {
        writeln!(text, "    Entry {{ name: {name:?}, history: &H{number} }},")?;
    }
    writeln!(text, "];")?;
    Ok(text)
}
