//! A backup when the operator asks for one.

use super::super::problem::Problem;
use super::super::routes::Shared;
use crate::capabilities::storage::BackupError;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use tokio::task::spawn_blocking;

/// After how many seconds to try again what the database could not do.
const AGAIN: u32 = 30;

/// `POST /backup`: makes one in the settings' folder; answered when it is there.
pub(super) async fn backup(State(shared): State<Shared>) -> Response {
    let backups = shared.backups.clone();
    // A thread of its own: it goes on to its end even where nobody waits for it any more.
    match spawn_blocking(move || backups.make()).await {
        Err(_) => Problem::broken().into_response(),
        Ok(Err(error)) => problem(&error).into_response(),
        Ok(Ok(backup)) => {
            let told = json!({
                "file": backup.file.display().to_string(),
                "bytes": backup.bytes,
                "milliseconds": u64::try_from(backup.time.as_millis()).unwrap_or(u64::MAX),
            });
            let kind = [(CONTENT_TYPE, "application/json")];
            (StatusCode::CREATED, kind, told.to_string()).into_response()
        }
    }
}

fn problem(error: &BackupError) -> Problem {
    let (status, kind) = match error {
        BackupError::Elsewhere => (StatusCode::NOT_IMPLEMENTED, "backup-elsewhere"),
        BackupError::Exists { .. } | BackupError::Running => {
            (StatusCode::CONFLICT, "backup-running")
        }
        BackupError::Full { .. } => (StatusCode::INSUFFICIENT_STORAGE, "backup-full"),
        BackupError::File { .. } => (StatusCode::INTERNAL_SERVER_ERROR, "backup-folder"),
        BackupError::Stopped | BackupError::Storage(_) => {
            (StatusCode::SERVICE_UNAVAILABLE, "unavailable")
        }
    };
    // The name was free when it was chosen: another one was made meanwhile.
    let told = match error {
        BackupError::Exists { .. } => &BackupError::Running,
        other => other,
    };
    let problem = Problem::new(status, kind, told.to_string());
    match told {
        BackupError::Running | BackupError::Stopped | BackupError::Storage(_) => {
            problem.again(AGAIN)
        }
        _ => problem,
    }
}
