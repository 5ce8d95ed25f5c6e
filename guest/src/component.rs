//! The component: the host's imports as ports, and the exports that lead to [`crate::api`].

mod heap;

use crate::api;
use crate::bindings::exports::stampcard::plugin::{members, merchant, points, upkeep};
use crate::bindings::stampcard::plugin::{logging, storage, types::Error};
use crate::bindings::wasi::clocks::wall_clock;
use crate::domain::instant::Instant;
use crate::ports::{Level, Outcome, Ports, Range, Row, StorageError, Versioned, Write};
use std::mem::ManuallyDrop;
use std::sync::Once;

/// The host.
struct Host;

impl Ports for Host {
    fn now(&self) -> Instant {
        let now = wall_clock::now();
        #[expect(
            clippy::expect_used,
            reason = "a clock beyond the year 9999 is a defect of the host"
        )]
        Instant::new(now.seconds, now.nanoseconds)
            .expect("the host's clock is within 1970 and 9999")
    }

    fn read(&self, keys: &[String]) -> Result<Vec<Versioned>, StorageError> {
        let found = storage::read(keys).map_err(storage_error)?;
        Ok(found
            .into_iter()
            .map(|it| Versioned {
                value: it.value,
                version: it.version,
            })
            .collect())
    }

    fn scan(&self, range: &Range) -> Result<Vec<Row>, StorageError> {
        let Range {
            start,
            end,
            limit,
            backward,
        } = range.clone();
        let range = storage::Range {
            start,
            end,
            limit,
            backward,
        };
        let rows = storage::scan(&range).map_err(storage_error)?;
        Ok(rows
            .into_iter()
            .map(|row| Row {
                key: row.key,
                value: row.value,
                version: row.version,
            })
            .collect())
    }

    fn commit(&self, writes: Vec<Write>) -> Result<Outcome, StorageError> {
        let write = |write: Write| storage::Write {
            key: write.key,
            value: write.value,
            expect: write.expect,
        };
        let writes: Vec<storage::Write> = writes.into_iter().map(write).collect();
        match storage::commit(&writes).map_err(storage_error)? {
            storage::Outcome::Committed => Ok(Outcome::Committed),
            storage::Outcome::Conflict => Ok(Outcome::Conflict),
        }
    }

    fn log(&self, level: Level, context: &str, text: &str) {
        let level = match level {
            Level::Debug => logging::Level::Debug,
            Level::Info => logging::Level::Info,
            Level::Warn => logging::Level::Warn,
            Level::Error => logging::Level::Error,
        };
        logging::log(level, context, text);
    }
}

fn storage_error(error: storage::Error) -> StorageError {
    match error {
        storage::Error::Unavailable => StorageError::Unavailable,
        storage::Error::Full => StorageError::Full,
        storage::Error::TooLarge(what) => StorageError::TooLarge(what),
    }
}

/// The host as ports; from the first call on, a panic's text reaches its log before the trap.
fn host() -> &'static Host {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        std::panic::set_hook(Box::new(|panic| {
            Host.log(Level::Error, "panic", &panic.to_string())
        }));
    });
    &Host
}

struct Plugin;

impl merchant::Guest for Plugin {
    fn validate(request: merchant::Document) -> Result<merchant::Summary, Error> {
        host();
        api::merchant::validate(&request)
    }
    fn apply(
        execution: merchant::Execution,
        request: merchant::Document,
    ) -> Result<merchant::Applied, Error> {
        api::merchant::apply(host(), &execution, &request)
    }
    fn current() -> Result<merchant::Applied, Error> {
        api::merchant::current(host())
    }
    fn schema() -> String {
        api::merchant::schema()
    }
}

impl members::Guest for Plugin {
    fn put(
        execution: members::Execution,
        request: members::Member,
    ) -> Result<members::Member, Error> {
        api::members::put(host(), &execution, &request)
    }
    fn get(request: members::MemberId) -> Result<members::Member, Error> {
        api::members::get(host(), &request)
    }
}

impl upkeep::Guest for Plugin {
    fn tick(request: upkeep::TickRequest) -> Result<upkeep::TickReport, Error> {
        api::upkeep::tick(host(), request)
    }
}

/// Exports of `points`: commands take an execution, questions don't. Requests aren't freed: all of the heap is, behind the
/// command.
macro_rules! points {
    (commands { $($command:ident: $request:ty => $answer:ty,)* } questions { $($question:ident: $ask:ty => $told:ty,)* }) => {
        impl points::Guest for Plugin {
            $(fn $command(execution: points::Execution, request: $request) -> Result<$answer, Error> {
                api::points::$command(host(), &execution, &ManuallyDrop::new(request))
            })*
            $(fn $question(request: $ask) -> Result<$told, Error> {
                api::points::$question(host(), &ManuallyDrop::new(request))
            })*
        }
    };
}

points! {
    commands {
        report_order: points::Order => points::Earned,
        report_registration: points::Registration => points::Earned,
        report_event: points::Event => points::Earned,
        grant: points::Gift => points::Given,
        hold: points::HoldRequest => points::Held,
        capture: points::CaptureRequest => points::Spent,
        release: points::ReleaseRequest => points::Released,
        redeem: points::RedeemRequest => points::Spent,
        refund: points::RefundRequest => points::Refunded,
    }
    questions {
        bulk_grant: points::BulkId => points::BulkProgress,
        quote: points::QuoteRequest => points::Quoted,
        balance: points::Account => points::AccountBalance,
        lots: points::LotsRequest => points::LotsPage,
        history: points::HistoryRequest => points::HistoryPage,
        order_standing: points::OrderId => points::Standing,
        accounts: points::LedgerRequest => points::AccountsPage,
        ledger: points::LedgerRequest => points::LedgerPage,
    }
}

#[allow(
    unsafe_code,
    unreachable_pub,
    clippy::all,
    clippy::restriction,
    reason = "generated: the canonical ABI's entry points"
)]
mod exports {
    use super::Plugin;
    crate::bindings::export!(Plugin with_types_in crate::bindings);
}
