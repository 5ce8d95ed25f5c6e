//! What a replay came to, as data.

use super::costs::CostSummary;
use super::error::Error;
use super::notices::{Told, ToldTotals};
use super::orders::Orders;
use super::play::Played;
use super::rules::Rules;
use super::totals::Totals;
use crate::call::Subject;
use chrono::NaiveDate;
use serde::Serialize;

/// What a replay came to. All but `orders_sent`, `resumed`, `all_done`, `milliseconds`,
/// `orders_per_second` and `costs`, which tell of the last run alone, is the same for the same file
/// and configuration, however often the replay was stopped and taken up.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Report {
    /// Orders up to the last day.
    pub orders: u64,
    /// Of them, those of a price of nothing.
    pub orders_free: u64,
    /// The members who placed them.
    pub members: u64,
    /// The last day, to whose end everything is counted.
    pub until: NaiveDate,
    /// The zone of days and months.
    pub zone: String,
    /// The totals of each programme.
    pub programmes: Vec<Totals>,
    /// What members were told; none where the rules send no notices.
    pub notices: Option<ToldTotals>,
    /// Orders that the last run sent.
    pub orders_sent: u64,
    /// The day on which the last run went on; none: it was the first.
    pub resumed: Option<NaiveDate>,
    /// An earlier run had done everything.
    pub all_done: bool,
    /// How long the last run took.
    pub milliseconds: u64,
    /// What the last run sent in a second, ticks and marks included, rounded down.
    pub orders_per_second: u64,
    /// What the last run's commands cost, by function.
    pub costs: Vec<CostSummary>,
}

impl Report {
    /// Adds up the ledger as it stands, with the clock where the replay left it. `told` is given each notice of the members
    /// who placed the orders.
    ///
    /// # Errors
    /// As [`Totals::read`].
    pub fn read(
        subject: &mut dyn Subject,
        rules: &Rules,
        orders: &Orders,
        played: Played,
        told: &mut dyn FnMut(&Told),
    ) -> Result<Self, Error> {
        let members = orders.purchases.iter().map(|it| it.member.as_str());
        let notices = match rules.notices {
            true => Some(ToldTotals::read(
                subject,
                &members.collect(),
                rules.zone,
                told,
            )?),
            false => None,
        };
        let programmes = rules.programmes.iter();
        let programmes = programmes
            .map(|programme| Totals::read(subject, programme, rules.zone, played.end))
            .collect::<Result<_, _>>()?;
        let milliseconds = u64::try_from(played.elapsed.as_millis()).unwrap_or(u64::MAX);
        Ok(Self {
            orders: played.orders,
            orders_free: played.free,
            members: played.members,
            until: played.until,
            zone: rules.zone.name().to_owned(),
            programmes,
            notices,
            orders_sent: played.sent,
            resumed: played.resumed,
            all_done: played.all_done,
            milliseconds,
            orders_per_second: played.sent.saturating_mul(1000) / milliseconds.max(1),
            costs: played.costs.summaries(),
        })
    }
}
