//! The component: the host's imports as ports, and the exports that lead to [`crate::api`].

use crate::api;
use crate::bindings::exports::stampcard::plugin::{members, merchant, points, upkeep};
use crate::bindings::stampcard::plugin::{logging, storage, types::Error};
use crate::bindings::wasi::clocks::wall_clock;
use crate::domain::instant::Instant;
use crate::ports::{Level, Outcome, Ports, Range, Row, StorageError, Versioned, Write};
use std::sync::Once;

/// A heap whose first part lies in initial memory, so that a fresh instance need not grow any.
mod heap {
    use core::alloc::{GlobalAlloc, Layout};
    use talc::source::Source;

    /// Bytes of the first part: enough for most commands, and few enough to be wiped quickly between two of them.
    const FIRST: usize = 256 * 1024;

    static mut ARENA: [u8; FIRST] = [0; FIRST];

    /// Gives the arena first, and grows memory when that is used up.
    #[derive(Debug)]
    struct ArenaThenGrow {
        begun: bool,
    }

    // SAFETY: it allocates nothing itself; the arena is handed over once and named nowhere else.
    #[expect(unsafe_code, reason = "an allocator hands out raw memory")]
    unsafe impl Source for ArenaThenGrow {
        fn acquire<B: talc::base::binning::Binning>(
            talc: &mut talc::base::Talc<Self, B>,
            layout: Layout,
        ) -> Result<(), ()> {
            let (base, size) = if talc.source.begun {
                let wanted = layout
                    .size()
                    .saturating_add(layout.align())
                    .saturating_add(4_096);
                let pages = wanted.div_ceil(65_536);
                let before = core::arch::wasm32::memory_grow::<0>(pages);
                if before == usize::MAX {
                    return Err(());
                }
                (
                    core::ptr::with_exposed_provenance_mut(before.wrapping_mul(65_536)),
                    pages.wrapping_mul(65_536),
                )
            } else {
                talc.source.begun = true;
                ((&raw mut ARENA).cast::<u8>(), FIRST)
            };
            // SAFETY: the arena is given once, and grown pages are new; nobody else uses either.
            unsafe { talc.claim(base, size) }.map(|_| ()).ok_or(())
        }
    }

    type Rest = talc::cell::TalcSyncCell<ArenaThenGrow, talc::wasm::WasmBinning>;

    struct Heap(Rest);

    // SAFETY: it hands everything on.
    #[expect(unsafe_code, reason = "an allocator hands out raw memory")]
    unsafe impl GlobalAlloc for Heap {
        #[inline(never)]
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            unsafe { self.0.alloc(layout) }
        }
        #[inline(never)]
        unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
            unsafe { self.0.dealloc(block, layout) }
        }
        #[inline(never)]
        unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
            unsafe { self.0.realloc(block, layout, size) }
        }
    }

    #[global_allocator]
    static HEAP: Heap = Heap(Rest::new_wasm(ArenaThenGrow { begun: false }));
}

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

/// Exports of `points`: commands take an execution, questions don't.
macro_rules! points {
    (commands { $($command:ident: $request:ty => $answer:ty,)* } questions { $($question:ident: $ask:ty => $told:ty,)* }) => {
        impl points::Guest for Plugin {
            $(fn $command(execution: points::Execution, request: $request) -> Result<$answer, Error> {
                api::points::$command(host(), &execution, &request)
            })*
            $(fn $question(request: $ask) -> Result<$told, Error> {
                api::points::$question(host(), &request)
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
