//! Merchants are ticked when their plugins asked for it, and after commands that may have made something due.

use super::agenda::{Agenda, Ended};
use super::aside::{Place, Places};
use super::metrics::{Ending, Metrics};
use super::shops::{Service, Shop, Shops};
use super::traces::{Trace, Traces};
use super::turns::Turns;
use crate::call::{Answer, Call, CallError, Subject, refusal_name};
use crate::capabilities::Merchant;
use crate::capabilities::clock::{Clock, Instant};
use crate::capabilities::logging::{Level, LogSink};
use crate::merchants::{Removal, remove};
use chrono::DateTime;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::timeout;

/// Seconds until a storage that was away is looked at again.
pub(super) const AWAY: u64 = 5;

/// For how many seconds a merchant is left alone whose commands took all of its places.
const CROWDED: u64 = 1;

/// The longest time between two looks at the clock, which may be set.
const LOOK: Duration = Duration::from_secs(1);

/// The ticker of all merchants, shared with whoever runs commands.
pub(super) struct Ticker {
    agenda: Mutex<Agenda>,
    nudged: Notify,
    clock: Arc<dyn Clock>,
}

impl Ticker {
    pub(super) fn new(shops: &Shops, clock: Arc<dyn Clock>) -> Self {
        let shared = shops.storage().is_shared();
        let agenda = Agenda::new(shops.merchants().into_iter(), clock.now(), shared);
        Self {
            agenda: Mutex::new(agenda),
            nudged: Notify::new(),
            clock,
        }
    }

    /// A command of this merchant was committed, and may have made something due.
    pub(super) fn nudge(&self, merchant: &Merchant) {
        let now = self.clock.now();
        if self.agenda().nudge(merchant, now) {
            self.nudged.notify_one();
        }
    }

    /// Sees to the merchants that are served now, and soon to those who stand otherwise than before.
    pub(super) fn keep(&self, shops: &Shops, changed: &[Merchant]) {
        let now = self.clock.now();
        let mut agenda = self.agenda();
        agenda.keep(shops.merchants().into_iter(), now);
        for merchant in changed {
            agenda.nudge(merchant, now);
        }
        self.nudged.notify_one();
    }

    /// How many merchants wait for their ticks, and how long the first of them has.
    pub(super) fn backlog(&self) -> (usize, Duration) {
        let now = self.clock.now();
        let agenda = self.agenda();
        (agenda.waiting(now), late(agenda.next(), now))
    }

    /// It is whole after every statement, so a thread that panicked left it usable.
    fn agenda(&self) -> MutexGuard<'_, Agenda> {
        self.agenda.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How long to wait until somebody is due; some time in any case where the clock may be set.
    fn pause(&self) -> Duration {
        let (next, now) = (self.agenda().next(), self.clock.now());
        let wait = next.map_or(LOOK, |next| {
            since(next).saturating_sub(since(now)).min(LOOK)
        });
        wait.max(Duration::from_millis(1))
    }
}

/// What ticks work with.
pub(super) struct Ticks {
    pub(super) ticker: Arc<Ticker>,
    pub(super) shops: Arc<Shops>,
    pub(super) log: Arc<dyn LogSink>,
    pub(super) metrics: Arc<Metrics>,
    pub(super) traces: Traces,
    /// Whose turn it is among several hosts.
    pub(super) turns: Turns,
    /// Merchants that are ticked at once, each on a thread of its own, beside those whose ticks wait for other parties.
    pub(super) threads: usize,
}

/// Ticks until it is told to stop, and waits for the ticks that are under way.
pub(super) async fn tick(ticks: Ticks, mut stop: watch::Receiver<bool>) {
    let places = Places::new(ticks.threads);
    let mut running = JoinSet::new();
    loop {
        let next = async {
            let place = places.take().await;
            loop {
                let now = ticks.ticker.clock.now();
                let due = {
                    let mut agenda = ticks.ticker.agenda();
                    let late = late(agenda.next(), now);
                    agenda.take(now).map(|merchant| {
                        let goes_on = agenda.goes_on(&merchant);
                        (merchant, late, goes_on)
                    })
                };
                if let Some((merchant, late, goes_on)) = due {
                    return (place, merchant, late, goes_on);
                }
                // Whether it was nudged or the time is over: look again.
                let _ = timeout(ticks.ticker.pause(), ticks.ticker.nudged.notified()).await;
            }
        };
        let (place, merchant, late, goes_on) = tokio::select! {
            next = next => next,
            _ = stop.changed() => break,
        };
        let (ticker, shops, log) = (ticks.ticker.clone(), ticks.shops.clone(), ticks.log.clone());
        let (metrics, turn) = (ticks.metrics.clone(), ticks.turns.clone());
        let traces = ticks.traces.clone();
        // A thread that nobody else needs now helps where there is much to do.
        let helper = goes_on.then(|| places.try_take()).flatten();
        running.spawn(async move {
            let of = merchant.clone();
            let told = log.clone();
            let began = std::time::Instant::now();
            let turn = turn.of(&merchant);
            let clock = ticker.clock.clone();
            let own = place.clone();
            let work = spawn_blocking(move || match shops.any(&of) {
                None => Ended::Next(None),
                Some(shop) => match shop.service() {
                    Service::Suspended(_) => Ended::Next(None),
                    Service::Deleting => {
                        turn.take(&*told, || delete(&shops, &shop, clock.now(), &*told))
                    }
                    Service::Active(_) | Service::Without(_) => turn.take(&*told, || {
                        let trace = traces.tick(&of, late);
                        let ended = once(&shop, &*told, &trace, &own, helper);
                        if matches!(ended, Ended::Failed) {
                            trace.fail("failed");
                        }
                        trace.end();
                        ended
                    }),
                },
            });
            // A panic is a failure as any other, and was told of on standard error.
            let ended = work.await.unwrap_or(Ended::Failed);
            let ending = match ended {
                Ended::Next(_) => Some(Ending::Done),
                Ended::Failed | Ended::Not(AWAY) => Some(Ending::Failed),
                Ended::Not(_) => None,
            };
            if let Some(ending) = ending {
                metrics.tick(ending, late, began.elapsed());
            }
            let now = ticker.clock.now();
            ticker.agenda().done(&merchant, ended, now);
            ticker.nudged.notify_one();
            drop(place);
        });
        while running.try_join_next().is_some() {}
    }
    while running.join_next().await.is_some() {}
}

/// What a tick is asked for that follows one which came to a limit of the sandbox.
const LITTLE: u32 = 100;

/// One tick, with a helper where there is a thread for one.
fn once(
    shop: &Shop,
    log: &dyn LogSink,
    trace: &Trace,
    place: &Place,
    helper: Option<Place>,
) -> Ended {
    let failed = |told: String| {
        log.log(shop.merchant(), Level::Error, "ticker", &told);
        Ended::Failed
    };
    if let Service::Without(name) = shop.service() {
        return failed(format!("the settings have no component {name}"));
    }
    let Some(mut sandbox) = shop.ticking(Some(place)) else {
        return Ended::Next(None);
    };
    // Where commands of the merchant took all its places, it is looked after soon.
    let Some(turn) = shop.turnstile().try_enter() else {
        return Ended::Not(CROWDED);
    };
    let asked = std::thread::scope(|threads| {
        // It may have a place of the merchant's that is left, and not the tick's own.
        helper.map(|place| {
            threads.spawn(move || {
                help(shop, log);
                drop(place);
            })
        });
        ask("upkeep.tick", shop, log, |call| {
            trace.watch(&mut sandbox).call(call)
        })
    });
    turn.ticked(fuel(&asked));
    match asked {
        Ok(answer) => match answer.result {
            Ok(report) => match report.get("next") {
                None | Some(Value::Null) => Ended::Next(None),
                Some(next) => match next.as_str().and_then(instant) {
                    Some(next) => Ended::Next(Some(next)),
                    None => failed("a tick answered with a time that can't be read".to_owned()),
                },
            },
            // Nothing is due where there are no rules yet; applying them is a command.
            Err(refusal) if refusal_name(&refusal) == "not-configured" => Ended::Next(None),
            // However long it is away, nobody waits much longer.
            Err(refusal) if refusal_name(&refusal) == "storage-unavailable" => Ended::Not(AWAY),
            Err(refusal) => failed(format!("a tick was refused: {}", refusal_name(&refusal))),
        },
        Err(error) => failed(format!("a tick stopped: {error}")),
    }
}

/// Takes a part of the tick that goes on meanwhile, as far as there is one. Whatever stops it, the tick does its work.
fn help(shop: &Shop, log: &dyn LogSink) {
    let (Some(mut sandbox), Some(turn)) = (shop.ticking(None), shop.turnstile().try_enter()) else {
        return;
    };
    let asked = ask("upkeep.help", shop, log, |call| sandbox.call(call));
    turn.ticked(fuel(&asked));
    let (level, told) = match &asked {
        Ok(answer) => match &answer.result {
            Ok(report) => match report.get("accounts").and_then(Value::as_u64) {
                None | Some(0) => return,
                Some(accounts) => (Level::Info, format!("a helper posted {accounts} accounts")),
            },
            // The tick came to the same accounts, or is told the same.
            Err(_) => return,
        },
        Err(error) => (Level::Warn, format!("a tick's helper stopped: {error}")),
    };
    log.log(shop.merchant(), level, "ticker", &told);
}

/// Asks for all that is due, and for less of it where that came to a limit of the sandbox.
fn ask(
    function: &str,
    shop: &Shop,
    log: &dyn LogSink,
    mut run: impl FnMut(&Call) -> Result<Answer, CallError>,
) -> Result<Answer, CallError> {
    let call = |request| Call {
        function: function.to_owned(),
        execution: None,
        request: Some(request),
    };
    let answered = run(&call(json!({})));
    let Err(error @ CallError::Limit { .. }) = &answered else {
        return answered;
    };
    // What it committed stands; the rest goes on in smaller steps.
    let told = format!("a tick stopped: {error}; less of it is asked for");
    log.log(shop.merchant(), Level::Warn, "ticker", &told);
    run(&call(json!({ "limit": LITTLE })))
}

/// What was used, if that is known.
fn fuel(answered: &Result<Answer, CallError>) -> Option<u64> {
    Some(answered.as_ref().ok()?.cost.as_ref()?.fuel)
}

/// Deletes a portion of a merchant's records.
fn delete(shops: &Shops, shop: &Shop, now: Instant, log: &dyn LogSink) -> Ended {
    match remove(shops.register(), &*shops.storage(), shop.merchant(), now) {
        Ok(Removal::More) => Ended::Next(Some(now)),
        Ok(Removal::Look(seconds)) => Ended::Not(seconds),
        Ok(Removal::Done) => {
            log.log(shop.merchant(), Level::Info, "merchants", "deleted");
            Ended::Next(None)
        }
        Err(error) => {
            let told = format!("it can't be deleted: {error}");
            log.log(shop.merchant(), Level::Error, "merchants", &told);
            Ended::Failed
        }
    }
}

/// The instant of a time in RFC 3339.
fn instant(text: &str) -> Option<Instant> {
    let time = DateTime::parse_from_rfc3339(text).ok()?;
    Some(Instant {
        seconds: u64::try_from(time.timestamp()).ok()?,
        nanoseconds: time.timestamp_subsec_nanos(),
    })
}

/// For how long what is due first has been due.
fn late(first: Option<Instant>, now: Instant) -> Duration {
    first.map_or(Duration::ZERO, |first| {
        since(now).saturating_sub(since(first))
    })
}

fn since(at: Instant) -> Duration {
    Duration::from_secs(at.seconds).saturating_add(Duration::from_nanos(at.nanoseconds.into()))
}
