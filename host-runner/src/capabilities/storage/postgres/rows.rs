//! Rows read and written. Each call is one statement, which sees one instant.

use super::connect::client;
use super::failure::{failed, is_race};
use crate::capabilities::Merchant;
use crate::capabilities::storage::{Error, Outcome, Range, Row, Versioned, Write};
use deadpool_postgres::Pool;
use tokio_postgres::types::ToSql;

/// How often a call is made again that met others at the same rows. Each time one of them has come through.
const TRIES: u32 = 50;

const READ: &str = "SELECT r.value, coalesce(r.version, 0) FROM unnest($2::bytea[]) WITH ORDINALITY AS w (key, place)
     LEFT JOIN stampcard_rows r ON r.merchant = $1 AND r.key = w.key ORDER BY w.place";

const SCAN: &str = "SELECT key, value, version FROM stampcard_rows
     WHERE merchant = $1 AND key >= $2 AND key < $3 AND deleted_at IS NULL ORDER BY key LIMIT $4";

const SCAN_BACKWARD: &str = "SELECT key, value, version FROM stampcard_rows
     WHERE merchant = $1 AND key >= $2 AND key < $3 AND deleted_at IS NULL ORDER BY key DESC LIMIT $4";

const SCAN_KEYS: &str = "SELECT key FROM stampcard_rows
     WHERE merchant = $1 AND key >= $2 AND key < $3 AND deleted_at IS NULL ORDER BY key LIMIT $4";

const SCAN_KEYS_BACKWARD: &str = "SELECT key FROM stampcard_rows
     WHERE merchant = $1 AND key >= $2 AND key < $3 AND deleted_at IS NULL ORDER BY key DESC LIMIT $4";

const COMMIT: &str = "SELECT stampcard_commit($1, $2, $3, $4)";

const MARK: &str = "SELECT value FROM stampcard_marks WHERE merchant = $1 AND name = $2";

const SET_MARK: &str = "INSERT INTO stampcard_marks (merchant, name, value) VALUES ($1, $2, $3)
     ON CONFLICT (merchant, name) DO UPDATE SET value = excluded.value";

pub(super) type Parameters<'a> = &'a [&'a (dyn ToSql + Sync)];

async fn once(
    pool: &Pool,
    statement: &str,
    parameters: Parameters<'_>,
) -> Result<Result<Vec<tokio_postgres::Row>, tokio_postgres::Error>, Error> {
    let client = client(pool).await?;
    let prepared = match client.prepare_cached(statement).await {
        Ok(prepared) => prepared,
        Err(error) => return Ok(Err(error)),
    };
    Ok(client.query(&prepared, parameters).await)
}

/// What met others each time.
fn met_others() -> Error {
    Error::Unavailable("others were at the same keys again and again".to_owned())
}

/// Asks. A connection that turns out to be closed has answered nothing, and the next one is asked. Where the server keeps transactions
/// apart more strictly than they need, what only reads may meet others, too, and asks again.
pub(super) async fn ask(
    pool: &Pool,
    statement: &str,
    parameters: Parameters<'_>,
) -> Result<Vec<tokio_postgres::Row>, Error> {
    let mut closed = false;
    for _ in 0..TRIES {
        match once(pool, statement, parameters).await? {
            Err(error) if is_race(&error) => {}
            Err(error) if error.is_closed() && !closed => closed = true,
            answer => return answer.map_err(|error| failed(&error)),
        }
    }
    Err(met_others())
}

pub(super) fn text(bytes: &[u8]) -> Result<String, Error> {
    let text = std::str::from_utf8(bytes);
    text.map(str::to_owned)
        .map_err(|_| Error::Unavailable("a row that is not UTF-8".to_owned()))
}

/// A version; none is below 0.
fn version(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// The keys as they stand at one instant.
pub(super) async fn read(
    pool: Pool,
    merchant: Merchant,
    keys: Vec<String>,
) -> Result<Vec<Versioned>, Error> {
    let keys: Vec<&[u8]> = keys.iter().map(String::as_bytes).collect();
    let rows = ask(&pool, READ, &[&merchant.as_str(), &keys]).await?;
    let one = |row: &tokio_postgres::Row| {
        let get = |error| failed(&error);
        let value: Option<&[u8]> = row.try_get(0).map_err(get)?;
        Ok(Versioned {
            value: value.map(text).transpose()?,
            version: version(row.try_get(1).map_err(get)?),
        })
    };
    rows.iter().map(one).collect()
}

/// The rows of a range at one instant.
pub(super) async fn scan(pool: Pool, merchant: Merchant, range: Range) -> Result<Vec<Row>, Error> {
    let statement = if range.backward { SCAN_BACKWARD } else { SCAN };
    let rows = of_range(&pool, statement, &merchant, &range).await?;
    let one = |row: &tokio_postgres::Row| {
        let get = |error| failed(&error);
        Ok(Row {
            key: text(row.try_get(0).map_err(get)?)?,
            value: text(row.try_get(1).map_err(get)?)?,
            version: version(row.try_get(2).map_err(get)?),
        })
    };
    rows.iter().map(one).collect()
}

/// The keys of a range at one instant.
pub(super) async fn scan_keys(
    pool: Pool,
    merchant: Merchant,
    range: Range,
) -> Result<Vec<String>, Error> {
    let statement = if range.backward {
        SCAN_KEYS_BACKWARD
    } else {
        SCAN_KEYS
    };
    let rows = of_range(&pool, statement, &merchant, &range).await?;
    let one = |row: &tokio_postgres::Row| text(row.try_get(0).map_err(|error| failed(&error))?);
    rows.iter().map(one).collect()
}

async fn of_range(
    pool: &Pool,
    statement: &str,
    merchant: &Merchant,
    range: &Range,
) -> Result<Vec<tokio_postgres::Row>, Error> {
    let (start, end) = (range.start.as_bytes(), range.end.as_bytes());
    let limit = i64::from(range.limit);
    ask(pool, statement, &[&merchant.as_str(), &start, &end, &limit]).await
}

/// Writes all or nothing.
pub(super) async fn commit(
    pool: Pool,
    merchant: Merchant,
    writes: Vec<Write>,
) -> Result<Outcome, Error> {
    let keys: Vec<&[u8]> = writes.iter().map(|write| write.key.as_bytes()).collect();
    let values = writes.iter().map(|write| write.value.as_deref());
    let values: Vec<Option<&[u8]>> = values.map(|value| value.map(str::as_bytes)).collect();
    // No version comes near the greatest one.
    let number = |version| i64::try_from(version).unwrap_or(i64::MAX);
    let expected = writes.iter().map(|write| write.expect.map(number));
    let expected: Vec<Option<i64>> = expected.collect();
    for _ in 0..TRIES {
        let parameters: Parameters<'_> = &[&merchant.as_str(), &keys, &values, &expected];
        match once(&pool, COMMIT, parameters).await? {
            Err(error) if is_race(&error) => {}
            Err(error) => return Err(failed(&error)),
            Ok(rows) => {
                let row = rows.first();
                let done = row.map(|row| row.try_get::<_, bool>(0)).transpose();
                return match done.map_err(|error| failed(&error))? {
                    Some(true) => Ok(Outcome::Committed),
                    Some(false) => Ok(Outcome::Conflict),
                    None => Err(Error::Unavailable("a commit without an answer".to_owned())),
                };
            }
        }
    }
    Err(met_others())
}

/// A mark's text.
pub(super) async fn mark(
    pool: Pool,
    merchant: Merchant,
    name: String,
) -> Result<Option<String>, Error> {
    let rows = ask(&pool, MARK, &[&merchant.as_str(), &name]).await?;
    let value = rows.first().map(|row| row.try_get::<_, &[u8]>(0));
    let value = value.transpose().map_err(|error| failed(&error))?;
    value.map(text).transpose()
}

/// Sets a mark. To set it twice is to set it.
pub(super) async fn set_mark(
    pool: Pool,
    merchant: Merchant,
    name: String,
    value: String,
) -> Result<(), Error> {
    let parameters: Parameters<'_> = &[&merchant.as_str(), &name, &value.as_bytes()];
    ask(&pool, SET_MARK, parameters).await.map(drop)
}
