//! Where the benches sell: the same commands on the component's code compiled natively and in sandboxes,
//! by typed calls, each on a storage of its own or a shared one. Requests are built before the clock runs.

use super::requests;
use super::rows;
use super::shop::{NOON, Sale};
use super::worked;
use crate::native::NativePorts;
use crate::stages;
use serde_json::{Value, json};
use stampcard::call::Cost;
use stampcard::capabilities::Merchant;
use stampcard::capabilities::clock::{Clock, Instant, Manual};
use stampcard::capabilities::http::Denied;
use stampcard::capabilities::logging::Collected;
use stampcard::capabilities::messaging::{Directory, Simulated};
use stampcard::capabilities::storage::Storage;
use stampcard::limits::Limits;
use stampcard::plugin::Plugin;
use stampcard::sandbox::{Host, Mode, Sandbox};
use stampcard_guest::api;
use stampcard_guest::bindings::exports::stampcard::plugin::{members, merchant, upkeep};
use std::sync::Arc;
use std::time::Duration;

/// A till: takes orders and points, and tells how long that took.
pub trait Till {
    /// Reports the orders; each must grant so many points.
    fn earn(&mut self, sales: &[Sale], granted: &str) -> Duration;

    /// Asks what the orders would grant, without a trace.
    fn dry_run(&mut self, sales: &[Sale], granted: &str) -> Duration;

    /// Spends so many points on each order.
    fn redeem(&mut self, sales: &[Sale], points: &str) -> Duration;
}

/// The component's code compiled natively.
pub struct Native(NativePorts);

impl Native {
    /// For this merchant on this storage at that time, in seconds.
    pub fn new(storage: Arc<dyn Storage>, merchant: &Merchant, at: u64) -> Self {
        Self(NativePorts {
            storage,
            merchant: merchant.clone(),
            clock: Arc::new(Manual::new(Instant::at(at))),
            messaging: Arc::new(Simulated::default()),
            http: Arc::new(Denied),
        })
    }

    /// Puts a configuration in force.
    pub fn configure(&self, document: &Value) {
        let mut document = document.clone();
        let written = |document: &Value| merchant::Document {
            document: document.to_string(),
        };
        let terms = api::merchant::terms(&self.0, &written(&document)).expect("its terms");
        let fields = document.as_object_mut().expect("a document");
        let confirmed = json!({ "version": terms.version, "by": "till" });
        fields.insert("terms".to_owned(), confirmed);
        let request = written(&document);
        let how = requests::native::key("configuration");
        api::merchant::apply(&self.0, &how, &request).expect("a configuration");
    }

    /// Does all that is due by itself; tells how many accounts were posted.
    pub fn tick(&self) -> usize {
        let mut posted = 0;
        loop {
            let request = upkeep::TickRequest { limit: None };
            let report = api::upkeep::tick(&self.0, &request).expect("a report");
            posted += usize::try_from(report.accounts).expect("a number");
            if report.checks.is_empty() && report.accounts == 0 {
                return posted;
            }
        }
    }

    /// Introduces the members, all of the tier gold.
    pub fn introduce(&self, sales: &[Sale]) {
        for sale in sales {
            let member = members::Member {
                member: sale.member.clone(),
                name: Some("陳美玲".to_owned()),
                language: Some("zh-TW".to_owned()),
                birthday: Some("1990-07-14".to_owned()),
                registration: None,
                tier: Some("gold".to_owned()),
                tags: Some(vec!["regular".to_owned()]),
                mobile: None,
                email: None,
                line_users: None,
                guest: None,
                consents: None,
            };
            let how = requests::native::key(&sale.member);
            api::members::put(&self.0, &how, &member).expect("a member");
        }
    }
}

/// Builds all requests, runs them by the clock, and checks what they came to.
macro_rules! tills {
    ($till:ty, $requests:ident, |$self:ident, $how:ident, $request:ident| $order:expr, $redeem:expr) => {
        impl Till for $till {
            fn earn(&mut $self, sales: &[Sale], granted: &str) -> Duration {
                let build = |sale| (requests::$requests::key(&sale_key(sale)), requests::$requests::order(sale));
                let all: Vec<_> = sales.iter().map(build).collect();
                worked(|| {
                    for ($how, $request) in &all {
                        assert_eq!($order.granted, granted);
                    }
                })
                .0
            }

            fn dry_run(&mut $self, sales: &[Sale], granted: &str) -> Duration {
                let all: Vec<_> = sales.iter().map(requests::$requests::order).collect();
                let $how = &requests::$requests::dry();
                worked(|| {
                    for $request in &all {
                        assert_eq!($order.granted, granted);
                    }
                })
                .0
            }

            fn redeem(&mut $self, sales: &[Sale], points: &str) -> Duration {
                let build = |sale| (requests::$requests::key(&sale_key(sale)), requests::$requests::redemption(sale, points));
                let all: Vec<_> = sales.iter().map(build).collect();
                worked(|| {
                    for ($how, $request) in &all {
                        assert_eq!($redeem.points, points);
                    }
                })
                .0
            }
        }
    };
}

tills!(
    Native,
    native,
    |self, how, request| api::points::report_order(&self.0, how, request).expect("an answer"),
    api::points::redeem(&self.0, how, request).expect("an answer")
);

tills!(
    Sandbox,
    sandboxed,
    |self, how, request| {
        let (answer, _) = self.points().report_order(how, request).expect("a call");
        answer.expect("an answer")
    },
    {
        let (answer, _) = self.points().redeem(how, request).expect("a call");
        answer.expect("an answer")
    }
);

/// An order is reported once, so that its name serves as the key.
fn sale_key(sale: &Sale) -> String {
    sale.order.clone()
}

/// A clock that stands at noon of the benches' day.
pub fn noon() -> Arc<dyn Clock> {
    Arc::new(Manual::new(Instant::at(NOON)))
}

/// A sandbox of this merchant on a storage, by that clock.
pub fn sandbox(
    plugin: &Plugin,
    storage: Arc<dyn Storage>,
    merchant: &Merchant,
    clock: Arc<dyn Clock>,
    mode: Mode,
) -> Sandbox {
    let log = Arc::new(Collected::default());
    let host = Host {
        storage,
        clock,
        messaging: Arc::new(Directory::new(std::path::Path::new("unused"), log.clone())),
        http: Arc::new(Denied),
        log,
    };
    Sandbox::new(
        plugin.clone(),
        Arc::new(host),
        merchant.clone(),
        Arc::new(Limits::default()),
        mode,
    )
}

/// The component on the default engine.
pub fn plugin() -> &'static Plugin {
    stages::plugin()
}

/// A merchant of a bench.
pub fn merchant(name: &str) -> Merchant {
    Merchant::new(name).expect("an id")
}

/// Tries the rules in force on the orders, in one call, each of which must come to so many points.
pub fn try_orders(sandbox: &mut Sandbox, sales: &[Sale], granted: &str) -> Duration {
    let request = requests::sandboxed::trial(sales, NOON);
    let (time, answer) = worked(|| sandbox.points().try_orders(&request));
    let (answer, _) = answer.expect("a call");
    for tried in answer.expect("an answer") {
        assert_eq!(tried.granted, granted);
    }
    time
}

/// Copies all that a merchant has from one storage to another one's merchant.
pub fn copy(from: &dyn Storage, of: &Merchant, to: &dyn Storage, as_of: &Merchant) {
    rows::store(to, as_of, rows::all(from, of));
}

/// Reports one order, which must grant so many points, for a bench that has a clock of its own.
pub fn sell(sandbox: &mut Sandbox, sale: &Sale, granted: &str) {
    let how = requests::sandboxed::key(&sale_key(sale));
    let order = requests::sandboxed::order(sale);
    let (answer, _) = sandbox.points().report_order(&how, &order).expect("a call");
    assert_eq!(answer.expect("an answer").granted, granted);
}

/// What one earn and one redemption cost in a sandbox.
pub fn costs(sandbox: &mut Sandbox, earned: &Sale, spent: &Sale, points: &str) -> (Cost, Cost) {
    let how = |sale: &Sale| requests::sandboxed::key(&sale_key(sale));
    let order = requests::sandboxed::order(earned);
    let redemption = requests::sandboxed::redemption(spent, points);
    let earn = sandbox.points().report_order(&how(earned), &order);
    let redeem = sandbox.points().redeem(&how(spent), &redemption);
    (earn.expect("a call").1, redeem.expect("a call").1)
}
