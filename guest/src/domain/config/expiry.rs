//! When points become usable, and when they lapse.

use super::{Weekday, is_default};
use crate::domain::clock_time::two_digits;
use crate::domain::text;
use crate::reading::{Read, Reader, Wrong};
use chrono::{NaiveDate, NaiveTime};
use serde::Serialize;

/// A length of time by the calendar: days, months or years, one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Span {
    /// 0 to 36,500.
    Days(u32),
    /// 0 to 1,200; clamped to the month's end, the anchor day kept.
    Months(u32),
    /// 0 to 100.
    Years(u32),
}

impl Span {
    /// The date so much later; 31 January + 1 month is the end of February. None beyond 9999.
    #[must_use]
    pub fn after(self, date: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Days(days) => date.checked_add_days(chrono::Days::new(u64::from(days))),
            Self::Months(months) => date.checked_add_months(chrono::Months::new(months)),
            Self::Years(years) => {
                date.checked_add_months(chrono::Months::new(years.checked_mul(12)?))
            }
        }
    }

    /// The number before its unit.
    #[must_use]
    pub fn count(self) -> u32 {
        match self {
            Self::Days(n) | Self::Months(n) | Self::Years(n) => n,
        }
    }

    /// The most that a document may say.
    #[must_use]
    pub fn most(self) -> u32 {
        match self {
            Self::Days(_) => 36_500,
            Self::Months(_) => 1_200,
            Self::Years(_) => 100,
        }
    }
}

/// When a lot lapses; copied into the lot when it is granted.
#[derive(Clone, Debug, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Expiry {
    /// Not at all.
    Never,
    /// So long after, at the same local clock time.
    Exact(Span),
    /// When the local day, month, quarter or year ends.
    EndOf(EndOf),
    /// On the first of these dates that comes after, at the end of that day. `06-30` is every year's;
    /// 02-29 counts as 02-28 in other years. 1 to 50.
    FixedDates(Vec<MonthDay>),
    /// At a sweep, which takes all lots that are old enough by then.
    Sweep(Sweep),
    /// So many months after the member's last act.
    Inactivity(Inactivity),
}

impl Expiry {
    /// Whether points lapse as a local day ends, so that the day before is their last.
    #[must_use]
    pub fn ends_day(&self) -> bool {
        matches!(self, Self::EndOf(_) | Self::FixedDates(_))
    }

    /// Whether it lapses for want of acts, and this is one.
    #[must_use]
    pub fn counts(&self, act: Act) -> bool {
        matches!(self, Self::Inactivity(idle) if idle.acts.contains(&act))
    }
}

/// The end of a period, optionally some time later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct EndOf {
    /// Whose end.
    pub period: Period,
    /// Added before the period's end is taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Span>,
}

/// A period of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Period {
    /// A day.
    Day,
    /// A month.
    Month,
    /// Three months from January, April, July or October.
    Quarter,
    /// A year.
    Year,
}

/// A date of every year, `MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MonthDay {
    /// 1 to 12.
    pub month: u32,
    /// 1 to 31.
    pub day: u32,
}

impl MonthDay {
    /// Reads `MM-DD`; none for a day that no year has.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (month, day) = text.split_once('-')?;
        let (month, day) = (two_digits(month)?, two_digits(day)?);
        // A leap year has all days that any year has.
        NaiveDate::from_ymd_opt(2000, month, day).map(|_| Self { month, day })
    }

    /// The date in that year; 29 February is the 28th in years without.
    #[must_use]
    pub fn in_year(self, year: i32) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(year, self.month, self.day)
            .or_else(|| NaiveDate::from_ymd_opt(year, self.month, self.day.checked_sub(1)?))
    }
}

impl Serialize for MonthDay {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (month, day) = (self.month, self.day);
        serializer.collect_str(&format_args!("{month:02}-{day:02}"))
    }
}

impl Read for MonthDay {
    fn blank() -> Self {
        Self { month: 1, day: 1 }
    }

    fn read(&mut self, from: &mut Reader<'_>) -> Result<(), Wrong> {
        let form = "a date of the year such as 06-30";
        text::read(self, from, form, Self::parse)
    }
}

#[cfg(test)]
impl schemars::JsonSchema for MonthDay {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "MonthDay".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^[0-9]{2}-[0-9]{2}$" })
    }
}

/// Dates on which points lapse together, at the start of the local day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Sweep {
    /// The first of them, `YYYY-MM-DD`, whatever day the cycle is of.
    #[serde(with = "crate::domain::calendar_date")]
    #[cfg_attr(test, schemars(with = "String"))]
    pub first: NaiveDate,
    /// How the others follow.
    pub cycle: Cycle,
    /// A sweep takes a lot that is at least so old by then, counted to the second. Default: any lot whose life began
    /// before the sweep.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validity: Option<Span>,
}

/// How dates follow a first one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Cycle {
    /// Every so many days, 1 to 36,500.
    Days(u32),
    /// On this day of each week.
    Weekly(Weekday),
    /// On this day of each month, 1 to 31; the month's last where it has no such day.
    Monthly(u32),
    /// On the first date's day of each year; 29 February is the 28th in years without.
    Yearly,
}

/// Lapse for want of acts.
#[derive(Clone, Debug, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Inactivity {
    /// 1 to 1,200.
    pub months: u32,
    /// What moves the lapse. Default: an order is paid, points are redeemed.
    #[serde(default = "usual_acts")]
    pub acts: Vec<Act>,
}

/// An act that keeps points alive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// An order of the member was reported as paid or later.
    OrderPaid,
    /// Points of the programme were spent.
    Redeem,
    /// An event of the member was reported.
    Event,
    /// The member registered.
    SignUp,
}

impl Act {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::OrderPaid, Self::Redeem, Self::Event, Self::SignUp];
}

fn usual_acts() -> Vec<Act> {
    vec![Act::OrderPaid, Act::Redeem]
}

/// When a lot becomes usable.
#[derive(Clone, Debug, Default, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Activation {
    /// When it is granted.
    #[default]
    AtOnce,
    /// Some days after something.
    After(After),
}

/// Days after an event, at the same clock time or at a set one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct After {
    /// 0 to 3,650.
    pub days: u32,
    /// Default: the grant. For points that no order earned it is always the grant.
    #[serde(default, skip_serializing_if = "is_default")]
    pub event: ActivationEvent,
    /// Local time HH:MM of that day. Default: the event's own.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "crate::domain::clock_time::option"
    )]
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub at: Option<NaiveTime>,
}

/// What an activation counts from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ActivationEvent {
    /// The grant.
    #[default]
    Earned,
    /// The order was paid.
    Paid,
    /// It was shipped.
    Shipped,
    /// It was delivered.
    Delivered,
    /// It was completed.
    Completed,
}

/// What a lot's life is counted from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Life {
    /// Its activation.
    #[default]
    Activation,
    /// Its grant.
    Earning,
}
