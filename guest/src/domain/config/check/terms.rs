//! What is wrong with the terms of expiry and spending.

use super::super::{Cycle, Expiry, Most, Span, Spending, Sweep};
use super::Found;
use crate::domain::amount::Amount;
use crate::sorted::set;
use chrono::Datelike;

impl Found {
    fn span(&mut self, field: &str, span: Span, least: u32) {
        let fits = (least..=span.most()).contains(&span.count());
        self.unless(
            fits,
            field,
            span.count(),
            &format!("{least} to {}", span.most()),
        );
    }

    pub(super) fn expiry(&mut self, expiry: &Expiry) {
        match expiry {
            Expiry::Never => {}
            Expiry::Exact(span) => self.span("exact", *span, 1),
            Expiry::EndOf(end) => {
                if let Some(span) = end.after {
                    self.span("end-of/after", span, 0);
                }
            }
            Expiry::FixedDates(dates) => {
                self.unless(
                    (1..=50).contains(&dates.len()),
                    "fixed-dates",
                    dates.len(),
                    "1 to 50 dates",
                );
                let distinct = set(dates.iter());
                self.unless(
                    distinct.len() == dates.len(),
                    "fixed-dates",
                    "a repeated date",
                    "each date once",
                );
            }
            Expiry::Sweep(sweep) => self.sweep(sweep),
            Expiry::Inactivity(idle) => {
                self.unless(
                    (1..=1_200).contains(&idle.months),
                    "inactivity/months",
                    idle.months,
                    "1 to 1,200",
                );
                self.unless(
                    !idle.acts.is_empty(),
                    "inactivity/acts",
                    "nothing",
                    "at least one act",
                );
            }
        }
    }

    fn sweep(&mut self, sweep: &Sweep) {
        // In zones east of Greenwich the 1 January 1970 begins before the first instant there is.
        let year = sweep.first.year();
        let fits = (1970..=9999).contains(&year) && (year, sweep.first.ordinal()) != (1970, 1);
        self.unless(fits, "sweep/first", sweep.first, "1970-01-02 to 9999-12-31");
        match sweep.cycle {
            Cycle::Days(days) => {
                let fits = (1..=36_500).contains(&days);
                self.unless(fits, "sweep/cycle/days", days, "1 to 36,500");
            }
            Cycle::Monthly(day) => {
                let fits = (1..=31).contains(&day);
                self.unless(fits, "sweep/cycle/monthly", day, "1 to 31");
            }
            Cycle::Weekly(_) | Cycle::Yearly => {}
        }
        if let Some(span) = sweep.validity {
            self.span("sweep/validity", span, 1);
        }
    }

    pub(super) fn spending(&mut self, spending: &Spending, unit: Amount) {
        self.positive("minimum-order", spending.minimum_order);
        self.positive("minimum-points", spending.minimum_points);
        self.positive("step", spending.step);
        self.positive("maximum-points", spending.maximum_points);
        self.in_units("step", spending.step, unit);
        if let (Some(step), Some(most)) = (spending.step, spending.maximum_points) {
            self.unless(step <= most, "step", step, "not more than maximum-points");
        }
        if let (Some(least), Some(most)) = (spending.minimum_points, spending.maximum_points) {
            self.unless(
                least <= most,
                "minimum-points",
                least,
                "not more than maximum-points",
            );
        }
        if let Some(percent) = spending.maximum_share_percent {
            let fits = percent.is_positive() && percent <= Amount::whole(100);
            self.unless(
                fits,
                "maximum-share-percent",
                percent,
                "above 0, at most 100",
            );
        }
        self.unless(
            spending.bands.len() <= 100,
            "bands",
            spending.bands.len(),
            "at most 100 bands",
        );
        let mut before = None;
        for (place, band) in spending.bands.iter().enumerate() {
            let rising =
                before.is_none_or(|before| band.from > before) && band.from >= Amount::ZERO;
            self.unless(
                rising,
                &format!("bands/{place}/from"),
                band.from,
                "0 or more, and greater than in the band before",
            );
            let (most, limit) = match band.most {
                Most::Money(money) => (money, Amount::whole(1_000_000_000)),
                Most::Percent(percent) => (percent, Amount::whole(100)),
            };
            let fits = most >= Amount::ZERO && most <= limit;
            self.unless(
                fits,
                &format!("bands/{place}/most"),
                most,
                "0 or more; percent at most 100",
            );
            before = Some(band.from);
        }
        self.selector("exclude", &spending.exclude);
        if let Some(seconds) = spending.hold_seconds {
            self.unless(
                (1..=2_592_000).contains(&seconds),
                "hold-seconds",
                seconds,
                "1 to 2,592,000",
            );
        }
    }
}
