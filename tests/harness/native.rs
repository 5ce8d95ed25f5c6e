//! The guest's code compiled natively, behind the same trait as the sandbox: the same JSON in, the same JSON out.

use serde::Serialize;
use serde_json::Value;
use stampcard::call::{Answer, Call, CallError, Execution, Signature, Subject};
use stampcard::capabilities::Merchant;
use stampcard::capabilities::clock::Clock;
use stampcard::capabilities::http::{self, Http};
use stampcard::capabilities::messaging::{self, Messaging};
use stampcard::capabilities::storage::{self, Storage};
use stampcard::plugin::Plugin;
use stampcard_guest::api;
use stampcard_guest::bindings::stampcard::plugin::types as wit;
use stampcard_guest::domain::instant::Instant;
use stampcard_guest::domain::notice::Channel;
use stampcard_guest::json;
use stampcard_guest::ports::{
    HttpError, HttpRequest, HttpResponse, Level, Message, Outcome, Ports, Range, Row, Sent,
    StorageError, Versioned, Way, Write,
};
use stampcard_guest::reading::Read;
use std::sync::Arc;

/// The host's capabilities as the guest's ports.
pub struct NativePorts {
    /// Where state is kept.
    pub storage: Arc<dyn Storage>,
    /// Whose.
    pub merchant: Merchant,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Where messages go.
    pub messaging: Arc<dyn Messaging>,
    /// What answers requests.
    pub http: Arc<dyn Http>,
}

fn part(range: &Range) -> storage::Range {
    storage::Range {
        start: range.start.clone(),
        end: range.end.clone(),
        limit: range.limit,
        backward: range.backward,
    }
}

fn storage_error(error: storage::Error) -> StorageError {
    match error {
        storage::Error::Unavailable(_) => StorageError::Unavailable,
        storage::Error::Full(_) => StorageError::Full,
        storage::Error::TooLarge(what) => StorageError::TooLarge(what),
    }
}

fn channel_of(channel: Channel) -> messaging::Channel {
    match channel {
        Channel::Email => messaging::Channel::Email,
        Channel::Sms => messaging::Channel::Sms,
        Channel::LinePush => messaging::Channel::LinePush,
        Channel::LineNotification => messaging::Channel::LineNotification,
        Channel::Alimtalk => messaging::Channel::Alimtalk,
    }
}

impl Ports for NativePorts {
    fn now(&self) -> Instant {
        let now = self.clock.now();
        Instant::new(now.seconds, now.nanoseconds).expect("a clock within 1970 and 9999")
    }

    fn read(&self, keys: &[String]) -> Result<Vec<Versioned>, StorageError> {
        let found = self
            .storage
            .read(&self.merchant, keys)
            .map_err(storage_error)?;
        Ok(found
            .into_iter()
            .map(|it| Versioned {
                value: it.value,
                version: it.version,
            })
            .collect())
    }

    fn read_ahead(&self, keys: &[String]) -> bool {
        self.storage.read_ahead(&self.merchant, keys)
    }

    fn scan(&self, range: &Range) -> Result<Vec<Row>, StorageError> {
        let rows = self
            .storage
            .scan(&self.merchant, &part(range))
            .map_err(storage_error)?;
        let row = |row: storage::Row| Row {
            key: row.key,
            value: row.value,
            version: row.version,
        };
        Ok(rows.into_iter().map(row).collect())
    }

    fn scan_keys(&self, range: &Range) -> Result<Vec<String>, StorageError> {
        self.storage
            .scan_keys(&self.merchant, &part(range))
            .map_err(storage_error)
    }

    fn commit(&self, writes: Vec<Write>) -> Result<Outcome, StorageError> {
        let write = |write: Write| storage::Write {
            key: write.key,
            value: write.value,
            expect: write.expect,
        };
        let writes: Vec<storage::Write> = writes.into_iter().map(write).collect();
        match self
            .storage
            .commit(&self.merchant, writes)
            .map_err(storage_error)?
        {
            storage::Outcome::Committed => Ok(Outcome::Committed),
            storage::Outcome::Conflict => Ok(Outcome::Conflict),
        }
    }

    fn send(&self, messages: Vec<Message>) -> Vec<Sent> {
        let message = |it: Message| messaging::Message {
            idempotency_key: it.key,
            channel: match it.channel {
                Way::Notice(channel) => channel_of(channel),
                Way::LineReply => messaging::Channel::LineReply,
            },
            address: it.address,
            subject: it.subject,
            text: it.text,
            html: it.html,
            detail: it.detail,
        };
        let messages: Vec<messaging::Message> = messages.into_iter().map(message).collect();
        let outcomes = self.messaging.send(&self.merchant, &messages);
        let outcome = |it| match it {
            messaging::Outcome::Accepted(id) => Sent::Accepted(id),
            messaging::Outcome::Undeliverable(why) => Sent::Undeliverable(why),
            messaging::Outcome::RetryAfter(seconds) => Sent::RetryAfter(seconds),
            messaging::Outcome::Unknown => Sent::Unknown,
        };
        outcomes.into_iter().map(outcome).collect()
    }

    fn key_holds(&self, channel: Channel) -> Option<u32> {
        self.messaging
            .key_holds(&self.merchant, channel_of(channel))
    }

    fn fetch(&self, requests: Vec<HttpRequest>) -> Vec<Result<HttpResponse, HttpError>> {
        let request = |it: HttpRequest| http::Request {
            method: it.method.to_owned(),
            url: it.url,
            headers: it
                .headers
                .into_iter()
                .map(|(name, value)| http::Header { name, value })
                .collect(),
            body: it.body,
            credential: it.credential,
            timeout_ms: it.timeout_ms,
        };
        let requests: Vec<http::Request> = requests.into_iter().map(request).collect();
        let response = |it: http::Response| HttpResponse {
            status: it.status,
            headers: it
                .headers
                .into_iter()
                .map(|header| (header.name, header.value))
                .collect(),
            body: it.body,
        };
        let error = |error| match error {
            http::Error::Denied(entry) => HttpError::Denied(entry),
            http::Error::Unreachable => HttpError::Unreachable,
            http::Error::NoAnswer => HttpError::NoAnswer,
            http::Error::TooLarge(limit) => HttpError::TooLarge(limit),
            http::Error::Garbled => HttpError::Garbled,
        };
        let answers = self.http.send(&self.merchant, &requests);
        let answer = |result: Result<_, _>| result.map(response).map_err(error);
        answers.into_iter().map(answer).collect()
    }

    fn log(&self, _: Level, _: &str, _: &str) {}
}

/// The guest, natively. What functions there are and what they take is read off the built component.
pub struct Native<P: Ports> {
    /// What it works on.
    pub ports: P,
    /// Whose types it answers by.
    pub plugin: Plugin,
}

/// Calls a function of [`api`] with JSON.
macro_rules! dispatch {
    ($name:expr, $call:expr, $ports:expr, {
        $($command:literal => $run:path,)* ; $($question:literal => $ask:path,)* ; $($plain:literal => $tell:expr,)*
    }) => {
        match $name {
            $($command => shown($run($ports, &execution($call), &request($call)?)),)*
            $($question => shown($ask($ports, &request($call)?)),)*
            $($plain => shown($tell),)*
            other => Err(CallError::UnknownFunction { function: other.to_owned(), known: String::new() }),
        }
    };
}

impl<P: Ports> Subject for Native<P> {
    fn signature(&self, function: &str) -> Option<Signature> {
        self.plugin
            .function(function)
            .map(|function| function.signature())
    }

    fn call(&mut self, call: &Call) -> Result<Answer, CallError> {
        let ports: &dyn Ports = &self.ports;
        let result = dispatch!(call.function.as_str(), call, ports, {
            "merchant.apply" => api::merchant::apply,
            "members.put" => api::members::put,
            "members.forget" => api::members::forget,
            "imports.lots" => api::imports::lots,
            "points.report-order" => api::points::report_order,
            "points.report-registration" => api::points::report_registration,
            "points.report-event" => api::points::report_event,
            "points.grant" => api::points::grant,
            "points.hold" => api::points::hold,
            "points.capture" => api::points::capture,
            "points.release" => api::points::release,
            "points.redeem" => api::points::redeem,
            "points.refund" => api::points::refund,
            "accounts.adjust" => api::accounts::adjust,
            "accounts.extend" => api::accounts::extend,
            "accounts.transfer" => api::accounts::transfer,
            "accounts.merge" => api::accounts::merge,
            "tiers.set" => api::tiers::set,
            "coupons.set-code-key" => api::coupons::set_code_key,
            "coupons.issue" => api::coupons::issue,
            "coupons.claim" => api::coupons::claim,
            "coupons.reserve" => api::coupons::reserve,
            "coupons.redeem" => api::coupons::redeem,
            "coupons.release" => api::coupons::release,
            "coupons.void" => api::coupons::void,
            "notices.submit" => api::notices::submit,
            "notices.withdraw" => api::notices::withdraw,
            "notices.report" => api::notices::report,
            "notices.prefer" => api::notices::prefer,
            "notices.close" => api::notices::close,
            "campaigns.save" => api::campaigns::save,
            "campaigns.publish" => api::campaigns::publish,
            "campaigns.pause" => api::campaigns::pause,
            "campaigns.copy" => api::campaigns::copy,
            "submissions.open-card" => api::submissions::open_card,
            "submissions.submit" => api::submissions::submit,
            "submissions.submit-carrier" => api::submissions::submit_carrier,
            "submissions.decide" => api::submissions::decide,
            "submissions.verify-again" => api::submissions::verify_again,
            "submissions.resume" => api::submissions::resume,
            "submissions.draw" => api::submissions::draw,
            "campaigns.delete" => api::campaigns::delete,
            ;
            "members.get" => api::members::get,
            "members.of-line-user" => api::members::of_line_user,
            "merchant.history" => api::merchant::history,
            "merchant.past" => api::merchant::past,
            "points.bulk-grant" => api::points::bulk_grant,
            "points.try-orders" => api::points::try_orders,
            "points.recorded-orders" => api::points::recorded_orders,
            "points.quote" => api::points::quote,
            "points.balance" => api::points::balance,
            "points.lots" => api::points::lots,
            "points.history" => api::points::history,
            "points.order-standing" => api::points::order_standing,
            "points.accounts" => api::points::accounts,
            "points.ledger" => api::points::ledger,
            "tiers.status" => api::tiers::status,
            "tiers.history" => api::tiers::history,
            "coupons.get" => api::coupons::get,
            "coupons.bulk-issue" => api::coupons::bulk_issue,
            "coupons.codes" => api::coupons::codes,
            "coupons.of-member" => api::coupons::of_member,
            "coupons.of-template" => api::coupons::of_template,
            "coupons.best" => api::coupons::best,
            "notices.of-member" => api::notices::of_member,
            "notices.outbox" => api::notices::outbox,
            "notices.show" => api::notices::show,
            "notices.foresee" => api::notices::foresee,
            "notices.figures" => api::notices::figures,
            "notices.reach-of" => api::notices::reach_of,
            "policy.check" => api::policy::check,
            "policy.rules" => api::policy::rules,
            "invoices.read" => api::invoices::read,
            "invoices.judge" => api::invoices::judge,
            "invoices.earliest-issue-date" => api::invoices::earliest_issue_date,
            "campaigns.show" => api::campaigns::show,
            "campaigns.search" => api::campaigns::search,
            "campaigns.check" => api::campaigns::check,
            "submissions.search" => api::submissions::search,
            "submissions.figures" => api::submissions::figures,
            "submissions.table" => api::submissions::table,
            "submissions.signals" => api::submissions::signals,
            "submissions.told" => api::submissions::told,
            "submissions.draw-list" => api::submissions::draw_list,
            "reports.movements" => api::reports::movements,
            "reports.liability" => api::reports::liability,
            ;
            "merchant.validate" => api::merchant::validate(ports, &request(call)?),
            "merchant.current" => api::merchant::current(ports),
            "merchant.presets" => api::merchant::presets(ports),
            "merchant.terms" => api::merchant::terms(ports, &request(call)?),
            "merchant.missing-terms" => api::merchant::missing_terms(ports, &request(call)?),
            "merchant.schema" => Ok::<_, wit::Error>(api::merchant::schema(ports)),
            "campaigns.schema" => Ok::<_, wit::Error>(api::campaigns::schema(ports)),
            "upkeep.tick" => api::upkeep::tick(ports, &request(call)?),
            "upkeep.help" => api::upkeep::help(ports, &request(call)?),
        })?;
        Ok(Answer { result, cost: None })
    }
}

fn execution(call: &Call) -> wit::Execution {
    match &call.execution {
        Some(Execution::Commit(key)) => wit::Execution::Commit(key.clone()),
        _ => wit::Execution::DryRun,
    }
}

fn request<T: Read>(call: &Call) -> Result<T, CallError> {
    let request = call
        .request
        .clone()
        .unwrap_or_else(|| Value::Object(Default::default()));
    json::read(&request.to_string()).map_err(|fault| CallError::Shape {
        path: String::new(),
        problem: fault.text.into(),
    })
}

fn shown<T: Serialize>(result: Result<T, wit::Error>) -> Result<Result<Value, Value>, CallError> {
    let json = |value: serde_json::Result<Value>| value.expect("the interface's types are JSON");
    Ok(match result {
        Ok(answer) => Ok(json(serde_json::to_value(&answer))),
        Err(error) => Err(json(serde_json::to_value(&error))),
    })
}
