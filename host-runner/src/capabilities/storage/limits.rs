//! The limits of `wit/storage.wit`, checked here for all backends.

use super::{Error, Range, Write};
use std::collections::HashSet;

/// Bytes of a key: deep enough for any path of names, and four keys fit into a database page.
pub const KEY_BYTES: usize = 1024;

/// Bytes of a value: a record of that size is still read and written in a few milliseconds, and a
/// whole list of them in the memory of one sandbox is stopped by the sandbox's own limits.
pub const VALUE_BYTES: usize = 1024 * 1024;

/// Keys, rows or writes in one call: bounds the time that one merchant may hold the writer.
pub const LIST_LENGTH: usize = 1000;

/// Bytes of a range's start or end: a key and one more character, so that a page may begin just
/// behind the longest key.
pub const RANGE_BOUND_BYTES: usize = KEY_BYTES + 4;

/// Bytes of a mark's name: as long as a file name may be.
pub const MARK_NAME_BYTES: usize = 255;

/// Bytes of a mark's text: a position and a few counters.
pub const MARK_VALUE_BYTES: usize = 64 * 1024;

/// Up to so many writes, comparing each with each is quicker than hashing them.
const FEW: usize = 16;

/// Checks what `read` is asked for.
///
/// # Errors
/// [`Error::TooLarge`] when there are too many keys, or one is empty or too long.
pub fn check_read(keys: &[String]) -> Result<(), Error> {
    list("keys", keys.len())?;
    keys.iter()
        .enumerate()
        .try_for_each(|(at, name)| key(at, name))
}

/// Checks what `scan` is asked for.
///
/// # Errors
/// [`Error::TooLarge`] when the limit is 0 or over 1,000, or a bound is too long.
pub fn check_scan(range: &Range) -> Result<(), Error> {
    let limit = usize::try_from(range.limit).unwrap_or(usize::MAX);
    if !(1..=LIST_LENGTH).contains(&limit) {
        return Err(too_large(format!(
            "a range gives 1 to {LIST_LENGTH} rows, not {limit}"
        )));
    }
    for (name, bound) in [("start", &range.start), ("end", &range.end)] {
        if bound.len() > RANGE_BOUND_BYTES {
            return Err(too_large(format!(
                "a range's {name} has at most {RANGE_BOUND_BYTES} bytes, not {}",
                bound.len()
            )));
        }
    }
    Ok(())
}

/// Checks what `commit` is given.
///
/// # Errors
/// [`Error::TooLarge`] when there are too many writes, a key is empty or too long or stands there
/// twice, or a value is too long.
pub fn check_commit(writes: &[Write]) -> Result<(), Error> {
    list("writes", writes.len())?;
    for (at, write) in writes.iter().enumerate() {
        key(at, &write.key)?;
        let length = write.value.as_ref().map_or(0, String::len);
        if length > VALUE_BYTES {
            return Err(too_large(format!(
                "value {at} has {length} bytes; a value has at most {VALUE_BYTES}"
            )));
        }
    }
    let repeated = if writes.len() <= FEW {
        let mut rest = writes;
        let mut found = false;
        while let Some((first, others)) = rest.split_first() {
            found |= others.iter().any(|other| other.key == first.key);
            rest = others;
        }
        found
    } else {
        let mut seen = HashSet::with_capacity(writes.len());
        !writes.iter().all(|write| seen.insert(write.key.as_str()))
    };
    if repeated {
        return Err(too_large(
            "a key stands twice in one commit; it may stand there once".into(),
        ));
    }
    Ok(())
}

/// Checks a mark's name and text.
///
/// # Errors
/// [`Error::TooLarge`] when the name is empty or either is too long.
pub fn check_mark(name: &str, text: &str) -> Result<(), Error> {
    if name.is_empty() || name.len() > MARK_NAME_BYTES {
        return Err(too_large(format!(
            "a mark's name has 1 to {MARK_NAME_BYTES} bytes, not {}",
            name.len()
        )));
    }
    if text.len() > MARK_VALUE_BYTES {
        return Err(too_large(format!(
            "a mark's text has at most {MARK_VALUE_BYTES} bytes, not {}",
            text.len()
        )));
    }
    Ok(())
}

fn list(what: &str, length: usize) -> Result<(), Error> {
    if length > LIST_LENGTH {
        return Err(too_large(format!(
            "a call names at most {LIST_LENGTH} {what}, not {length}"
        )));
    }
    Ok(())
}

/// Names a key by its place, because its text may hold what must not get into a log.
fn key(at: usize, name: &str) -> Result<(), Error> {
    if name.is_empty() || name.len() > KEY_BYTES {
        return Err(too_large(format!(
            "key {at} has {} bytes; a key has 1 to {KEY_BYTES}",
            name.len()
        )));
    }
    Ok(())
}

fn too_large(text: String) -> Error {
    Error::TooLarge(text)
}
