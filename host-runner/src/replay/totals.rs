//! Sums of a programme's ledger, all told and by month, and whether they agree with the balances.

use super::error::Error;
use super::ledger::{
    ACCOUNTS, AccountsPage, Entry, Kind, LEDGER, LedgerPage, MemberBalance, Source,
};
use crate::call::Subject;
use chrono::{DateTime, Datelike, Utc};
use chrono_tz::Tz;
use rust_decimal::Decimal;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;

/// Points by what became of them. All are 0 or more, but `other`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Sums {
    /// Earned.
    #[serde(serialize_with = "text")]
    pub issued: Decimal,
    /// Spent.
    #[serde(serialize_with = "text")]
    pub redeemed: Decimal,
    /// Expired.
    #[serde(serialize_with = "text")]
    pub lapsed: Decimal,
    /// Clawed back, given back and adjusted by hand, with its sign.
    #[serde(serialize_with = "text")]
    pub other: Decimal,
}

/// One local month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Month {
    /// Such as `1997-01`.
    pub month: String,
    /// What entries of this month's instants came to.
    #[serde(flatten)]
    pub sums: Sums,
    /// What members held, less what they owed, as the month ended.
    #[serde(serialize_with = "text")]
    pub outstanding: Decimal,
}

/// The totals of a programme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// The programme's name.
    pub programme: String,
    /// Members who have an account.
    pub accounts: u64,
    /// Entries of the ledger, those that are due and not yet written included.
    pub entries: u64,
    /// Over the whole time.
    #[serde(flatten)]
    pub sums: Sums,
    /// What members hold, less what they owe.
    #[serde(serialize_with = "text")]
    pub outstanding: Decimal,
    /// From the month of the first entry to that of the last instant, without a gap.
    pub months: Vec<Month>,
}

fn text<S: Serializer>(points: &Decimal, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&points.normalize())
}

impl Totals {
    /// Adds up the whole ledger of a programme, by months of `zone` up to `end`.
    ///
    /// # Errors
    /// [`Error::LedgerDiffers`] where an account's entries don't follow one another, or don't add up
    /// to the balance that the component gives; else as any call.
    pub fn read(
        subject: &mut dyn Subject,
        programme: &str,
        zone: Tz,
        end: DateTime<Utc>,
    ) -> Result<Self, Error> {
        let mut book = Book {
            programme,
            ..Book::default()
        };
        let source = Source { programme };
        source.pages(subject, LEDGER, |page: LedgerPage| {
            for entry in &page.entries {
                book.add(entry, zone)?;
            }
            Ok(page.next)
        })?;
        let mut accounts = 0;
        source.pages(subject, ACCOUNTS, |page: AccountsPage| {
            for account in &page.accounts {
                accounts += 1;
                book.compare(account)?;
            }
            Ok(page.next)
        })?;
        if let Some(member) = book.open.keys().next() {
            return Err(book.differs(format!("{member} has entries and no account")));
        }
        Ok(book.totals(accounts, month(end, zone)))
    }
}

/// Year and month, counted from 1.
type MonthKey = (i32, u32);

fn month(at: DateTime<Utc>, zone: Tz) -> MonthKey {
    let local = at.with_timezone(&zone);
    (local.year(), local.month())
}

#[derive(Default)]
struct Book<'a> {
    programme: &'a str,
    entries: u64,
    months: BTreeMap<MonthKey, Sums>,
    /// By member: the last sequence and the balance after it.
    open: BTreeMap<String, (u64, Decimal)>,
}

impl Book<'_> {
    fn add(&mut self, entry: &Entry, zone: Tz) -> Result<(), Error> {
        let (sequence, balance) = self.open.get(&entry.member).copied().unwrap_or_default();
        if entry.sequence != sequence + 1 || entry.balance != balance + entry.points {
            return Err(self.differs(format!(
                "{}'s entry {} with {} points and balance {} follows entry {sequence} with balance {balance}",
                entry.member, entry.sequence, entry.points, entry.balance,
            )));
        }
        self.open
            .insert(entry.member.clone(), (entry.sequence, entry.balance));
        self.entries += 1;
        self.months
            .entry(month(entry.at, zone))
            .or_default()
            .add(entry.kind, entry.points);
        Ok(())
    }

    /// Holds an account's balance against its entries; each account comes once.
    fn compare(&mut self, account: &MemberBalance) -> Result<(), Error> {
        let (_, sum) = self.open.remove(&account.member).unwrap_or_default();
        let balance = account.balance.balance;
        if sum == balance {
            return Ok(());
        }
        let member = &account.member;
        Err(self.differs(format!(
            "{member}'s entries come to {sum}, the balance is {balance}"
        )))
    }

    fn differs(&self, problem: String) -> Error {
        Error::LedgerDiffers {
            programme: self.programme.to_owned(),
            problem,
        }
    }

    fn totals(self, accounts: u64, last: MonthKey) -> Totals {
        let mut months = Vec::new();
        let (mut sums, mut outstanding) = (Sums::default(), Decimal::ZERO);
        let mut next = self.months.keys().next().copied();
        while let Some(key) = next.filter(|key| *key <= last) {
            let of_month = self.months.get(&key).copied().unwrap_or_default();
            sums.join(of_month);
            outstanding += of_month.net();
            let month = format!("{:04}-{:02}", key.0, key.1);
            months.push(Month {
                month,
                sums: of_month,
                outstanding,
            });
            next = Some(if key.1 < 12 {
                (key.0, key.1 + 1)
            } else {
                (key.0 + 1, 1)
            });
        }
        let Self {
            programme, entries, ..
        } = self;
        Totals {
            programme: programme.to_owned(),
            accounts,
            entries,
            sums,
            outstanding,
            months,
        }
    }
}

impl Sums {
    fn add(&mut self, kind: Kind, points: Decimal) {
        match kind {
            Kind::Earn => self.issued += points,
            Kind::Redeem => self.redeemed -= points,
            Kind::Expire => self.lapsed -= points,
            Kind::Reverse | Kind::Restore | Kind::Adjust => self.other += points,
        }
    }

    fn join(&mut self, more: Self) {
        self.issued += more.issued;
        self.redeemed += more.redeemed;
        self.lapsed += more.lapsed;
        self.other += more.other;
    }

    /// What is left of the points issued.
    #[must_use]
    pub fn net(&self) -> Decimal {
        self.issued - self.redeemed - self.lapsed + self.other
    }
}

#[cfg(test)]
mod tests;
