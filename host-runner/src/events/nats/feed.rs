//! Events from the host's start to its end: the connection, the streams and the lanes.

use super::super::{Allowed, Desk};
use super::failing::Failing;
use super::lane::{Hall, Lane};
use super::settings::Settings;
use super::streams;
use crate::capabilities::logging::Level;
use crate::capabilities::nats::News;
use async_nats::connection::State;
use futures_util::FutureExt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

/// The pause before streams that could not be had are asked for again.
const AGAIN: Duration = Duration::from_secs(2);

/// How long the last acknowledgements may take to leave.
const FLUSH: Duration = Duration::from_secs(2);

/// The connection, as it was told last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Link {
    Begun,
    Here,
    Away,
}

/// Where events come from, and what they may be.
#[derive(Clone, Debug)]
pub(crate) struct Feed {
    pub(crate) of: Settings,
    pub(crate) allowed: Allowed,
    /// Whether events come in now.
    pub(crate) here: watch::Sender<bool>,
}

/// Takes events until it is told to stop, and ends those that are under way. A server that is away is waited for, and a client that broke
/// is made anew.
pub(crate) async fn feed<D: Desk>(feed: Feed, desk: Arc<D>, mut stop: watch::Receiver<bool>) {
    while take(&feed, &desk, &mut stop).await == End::Broken {
        let told = "no events come in: the client of NATS broke, and is made anew";
        desk.tell(None, Level::Error, told);
        if timeout(AGAIN, stop.wait_for(|stopped| *stopped))
            .await
            .is_ok()
        {
            return;
        }
    }
}

/// Why events don't come in by a client any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// The host stops, or there will never be any.
    Told,
    /// The client is gone: what it read was too much for it.
    Broken,
}

/// Takes events by one client.
async fn take<D: Desk>(feed: &Feed, desk: &Arc<D>, stop: &mut watch::Receiver<bool>) -> End {
    let Feed { of, allowed, here } = feed;
    let (told, mut link) = watch::channel(Link::Begun);
    let client = of
        .server
        .keep(news(desk.clone(), of.server.origin(), told))
        .await;
    let client = match client {
        Ok(client) => client,
        Err(why) => {
            let told = format!("no events come in, for good: {why}");
            desk.tell(None, Level::Error, &told);
            return End::Told;
        }
    };
    let (made, ready) = watch::channel(None);
    let (over, ended) = watch::channel(false);
    let hall = Arc::new(Hall {
        desk: desk.clone(),
        of: of.clone(),
        allowed: allowed.clone(),
        jetstream: async_nats::jetstream::new(client.clone()),
        doubt: Notify::new(),
        failing: Failing::new(of.pending),
    });
    let mut lanes = JoinSet::new();
    for _ in 0..of.at_once {
        let (hall, ready, stop) = (hall.clone(), ready.clone(), ended.clone());
        lanes.spawn(Lane { hall, ready, stop }.run());
    }
    let look = async {
        let mut last = String::new();
        // Whoever tells of the connection is gone with the client.
        while link.has_changed().is_ok() && link.wait_for(|link| *link == Link::Here).await.is_ok()
        {
            match streams::ready(&hall.jetstream, of).await {
                Ok(consumer) => {
                    last.clear();
                    let bring = async {
                        let mut ended = ended.clone();
                        // Before any comes in: what can't be read may be why the connection ended.
                        hall.look(&consumer, &mut ended).await;
                        made.send_replace(Some(consumer.clone()));
                        here.send_replace(true);
                        loop {
                            sleep(of.ack_wait).await;
                            hall.look(&consumer, &mut ended).await;
                            if streams::is_altered(&consumer, of).await {
                                hall.doubt.notify_one();
                            }
                        }
                    };
                    let doubted = tokio::select! {
                        _ = link.changed() => false,
                        () = hall.doubt.notified() => true,
                        never = bring => never,
                    };
                    here.send_replace(false);
                    made.send_replace(None);
                    if doubted {
                        // A stream that is being deleted can't be made again yet; meanwhile the other lanes say the same.
                        sleep(AGAIN).await;
                        let _ = hall.doubt.notified().now_or_never();
                    }
                }
                Err(why) => {
                    let told = format!("no events come in: {why}");
                    if told != last {
                        desk.tell(None, Level::Error, &told);
                        last = told;
                    }
                    sleep(AGAIN).await;
                }
            }
        }
    };
    let end = tokio::select! {
        () = look => End::Broken,
        _ = stop.wait_for(|stopped| *stopped) => End::Told,
    };
    over.send_replace(true);
    while lanes.join_next().await.is_some() {}
    if end == End::Told && client.connection_state() == State::Connected {
        // What was not told of comes again.
        let _ = timeout(FLUSH, client.flush()).await;
    }
    end
}

/// Keeps what becomes of the connection, and tells the operator when that changes.
fn news<D: Desk>(
    desk: Arc<D>,
    origin: String,
    told: watch::Sender<Link>,
) -> impl Fn(News) + Send + Sync + 'static {
    move |news| match news {
        News::Here => {
            if told.send_replace(Link::Here) != Link::Here {
                desk.tell(None, Level::Info, &format!("NATS is here: {origin}"));
            }
        }
        News::Away(why) => {
            if told.send_replace(Link::Away) != Link::Away {
                let text = format!("NATS is away, and no events come in: {origin}: {why}");
                desk.tell(None, Level::Warn, &text);
            }
        }
        News::Complaint(why) => desk.tell(None, Level::Error, &format!("NATS says: {why}")),
    }
}
