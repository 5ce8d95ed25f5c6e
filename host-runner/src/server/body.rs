//! The body of a request, bounded in size and time.

use super::bounds::Bounds;
use super::problem::Problem;
use axum::body::Body;
use axum::http::StatusCode;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Bytes;
use std::error::Error;
use std::future::Future;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

/// Bytes of a body that everybody may send at once with everybody else.
pub(super) const SHORT: usize = 16 * 1024;

/// Longer bodies at once of those whom only the body itself proves.
pub(super) const TURNS: usize = 16;

/// Reads a body whole.
pub(super) async fn read(body: Body, bounds: &Bounds) -> Result<Bytes, Problem> {
    let whole = Limited::new(body, bounds.body).collect();
    Ok(bounded(whole, bounds, bounds.body).await?.to_bytes())
}

/// Reads a body that has to be short.
pub(super) async fn read_short(body: Body, bounds: &Bounds) -> Result<Bytes, Problem> {
    let most = SHORT.min(bounds.body);
    let whole = Limited::new(body, most).collect();
    Ok(bounded(whole, bounds, most).await?.to_bytes())
}

/// Reads the body of somebody whom only it can prove: where it is long, in turn, so that strangers can't fill the memory. The turn
/// ends with what it was for.
pub(super) async fn read_in_turn<'t>(
    body: Body,
    bounds: &Bounds,
    turns: &'t Semaphore,
) -> Result<(Bytes, Option<SemaphorePermit<'t>>), Problem> {
    let mut body = Limited::new(body, bounds.body);
    let whole = async {
        let (mut read, mut turn) = (Vec::new(), None);
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame?.into_data() else {
                continue;
            };
            if turn.is_none() && read.len() + data.len() > SHORT {
                turn = Some(turns.acquire().await?);
            }
            read.extend_from_slice(&data);
        }
        Ok((Bytes::from(read), turn))
    };
    bounded(whole, bounds, bounds.body).await
}

async fn bounded<T>(
    whole: impl Future<Output = Result<T, Box<dyn Error + Send + Sync>>>,
    bounds: &Bounds,
    most: usize,
) -> Result<T, Problem> {
    match timeout(bounds.body_time, whole).await {
        Ok(Ok(whole)) => Ok(whole),
        Ok(Err(error)) if error.downcast_ref::<LengthLimitError>().is_some() => {
            let detail = format!("a body has at most {most} bytes here");
            Err(Problem::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "too-large",
                detail,
            ))
        }
        Ok(Err(_)) => {
            let detail = "the body broke off or is malformed";
            Err(Problem::new(StatusCode::BAD_REQUEST, "broken-body", detail))
        }
        Err(_) => {
            let seconds = bounds.body_time.as_secs();
            let detail = format!("the body was not there after {seconds} seconds");
            Err(Problem::new(
                StatusCode::REQUEST_TIMEOUT,
                "too-slow",
                detail,
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn body(parts: usize) -> Body {
        let part = || Ok::<_, std::io::Error>(Bytes::from(vec![b'a'; SHORT]));
        Body::from_stream(futures_util::stream::iter((0..parts).map(move |_| part())))
    }

    #[tokio::test]
    async fn long_bodies_take_turns_and_short_ones_do_not() {
        let bounds = Bounds {
            body_time: Duration::from_millis(200),
            ..Bounds::default()
        };
        let turns = Semaphore::new(1);
        let read = async |parts| read_in_turn(body(parts), &bounds, &turns).await;
        let (bytes, turn) = read(3).await.unwrap();
        assert_eq!((bytes.len(), turn.is_some()), (3 * SHORT, true));
        let (bytes, none) = read(1).await.unwrap();
        assert_eq!((bytes.len(), none.is_some()), (SHORT, false));
        // The next long one waits for the turn, and only for as long as a body may take.
        assert!(read(2).await.is_err());
        drop(turn);
        assert!(read(2).await.is_ok());
        let longest = bounds.body / SHORT;
        assert!(read(longest).await.is_ok() && read(longest + 1).await.is_err());
    }
}
