//! What the server's errors mean here.

use crate::capabilities::storage::Error;
use deadpool_postgres::PoolError;
use tokio_postgres::error::SqlState;

/// Whether others were at the same rows, and the same call will tell how it ended. Nothing was written.
pub(super) fn is_race(error: &tokio_postgres::Error) -> bool {
    let code = error.code();
    code == Some(&SqlState::T_R_SERIALIZATION_FAILURE)
        || code == Some(&SqlState::T_R_DEADLOCK_DETECTED)
}

/// The error as the port has it. What the server says about rows stays out: it may show keys and values.
pub(super) fn failed(error: &tokio_postgres::Error) -> Error {
    let Some(told) = error.as_db_error() else {
        return Error::Unavailable(error.to_string());
    };
    let text = format!("{} ({})", told.message(), told.code().code());
    if *told.code() == SqlState::DISK_FULL {
        Error::Full(text)
    } else {
        Error::Unavailable(text)
    }
}

/// Why there is no connection.
pub(super) fn lost(error: &PoolError) -> Error {
    match error {
        PoolError::Backend(error) => failed(error),
        other => Error::Unavailable(format!("no connection to the database: {other}")),
    }
}
