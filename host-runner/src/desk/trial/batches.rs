//! How the orders are put into calls.
//!
//! Limits count the orders of one call. So those of a member stay together, as far as a call has room for them.

use super::instant;
use super::recorded::Report;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use std::collections::HashMap;

/// Orders of a call, at most: what the plugin takes.
const ORDERS_MAX: usize = 500;

/// Lines of the orders of a call, at most: what fits the limit of a request many times over.
const LINES_MAX: usize = 5_000;

/// An order in a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum One {
    /// The report of that place.
    Report(usize),
    /// Its order as it stood before the days that are asked for: what it was granted then is nobody's question.
    Before(usize),
}

/// All calls.
#[derive(Debug, Default)]
pub(super) struct Batches {
    /// Each in the order of time.
    pub(super) calls: Vec<Vec<One>>,
    /// Members whose orders fit no call together.
    pub(super) split: usize,
}

impl One {
    fn at(self, reports: &[Report]) -> Option<(DateTime<Utc>, usize)> {
        match self {
            Self::Report(place) => Some((reports.get(place)?.tried.at, place)),
            Self::Before(place) => Some((reports.get(place)?.before.as_ref()?.at, place)),
        }
    }

    /// The report whose points count.
    pub(super) fn counted(self, reports: &[Report]) -> Option<&Report> {
        match self {
            Self::Report(place) => reports.get(place),
            Self::Before(_) => None,
        }
    }

    /// As the plugin is asked.
    pub(super) fn request(self, reports: &[Report]) -> Value {
        let (Self::Report(place) | Self::Before(place)) = self;
        let Some(report) = reports.get(place) else {
            return Value::Null;
        };
        let tried = &report.tried;
        let (mut at, mut order) = (tried.at, tried.order.clone());
        if let (Self::Before(_), Some(before)) = (self, &report.before) {
            at = before.at;
            if let Some(order) = order.as_object_mut() {
                order.insert("state".to_owned(), before.state.clone().into());
            }
        }
        json!({ "at": instant(at), "order": order, "tier": tried.tier, "tags": tried.tags })
    }
}

/// Puts reports, which stand in the order of time, into calls. `since` is where the days begin.
pub(super) fn batches(reports: &[Report], since: DateTime<Utc>) -> Batches {
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut members: Vec<Vec<One>> = Vec::new();
    for (place, report) in reports.iter().enumerate() {
        let member = *places.entry(report.tried.member()).or_insert(members.len());
        if member == members.len() {
            members.push(Vec::new());
        }
        let Some(own) = members.get_mut(member) else {
            continue;
        };
        if report.before.as_ref().is_some_and(|it| it.at < since) {
            own.push(One::Before(place));
        }
        own.push(One::Report(place));
    }
    let mut all = Batches::default();
    let mut call = Call::default();
    for mut own in members {
        own.sort_by_key(|one| one.at(reports));
        let lines: usize = own.iter().map(|one| lines_of(*one, reports)).sum();
        let fits = |held: usize, most: usize, more: usize| held + more <= most;
        if !fits(call.orders.len(), ORDERS_MAX, own.len()) || !fits(call.lines, LINES_MAX, lines) {
            call.end(reports, &mut all.calls);
        }
        let mut parts = 1;
        for one in own {
            let lines = lines_of(one, reports);
            if call.orders.len() == ORDERS_MAX || call.lines + lines > LINES_MAX {
                call.end(reports, &mut all.calls);
                parts += 1;
            }
            call.lines += lines;
            call.orders.push(one);
        }
        all.split += usize::from(parts > 1);
    }
    call.end(reports, &mut all.calls);
    all
}

/// A call that is being filled.
#[derive(Default)]
struct Call {
    orders: Vec<One>,
    lines: usize,
}

impl Call {
    fn end(&mut self, reports: &[Report], calls: &mut Vec<Vec<One>>) {
        let mut orders = std::mem::take(&mut self.orders);
        self.lines = 0;
        if !orders.is_empty() {
            orders.sort_by_key(|one| one.at(reports));
            calls.push(orders);
        }
    }
}

fn lines_of(one: One, reports: &[Report]) -> usize {
    let (One::Report(place) | One::Before(place)) = one;
    reports.get(place).map_or(0, |report| report.tried.lines())
}
