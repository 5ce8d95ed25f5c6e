//! Storage in PostgreSQL: for several hosts on one database, and where the platform runs one already.
//!
//! A key of a merchant is a row, and the primary key begins with the merchant, so that the table spreads by merchant. A commit is
//! one call of a function in the database: one round trip and one transaction, in which the rows that it depends on are locked in
//! the order of their keys. The statements stand in `schema.sql`.

mod all;
mod connect;
mod failure;
mod leases;
mod login;
mod remains;
mod rows;
mod schema;

pub use connect::{OpenError, Settings};

use super::{
    Contents, Error, Lease, Marks, Outcome, Range, Row, Storage, Versioned, Write, check_commit,
    check_mark, check_read, check_scan,
};
use crate::capabilities::Merchant;
use connect::Connections;
use std::collections::BTreeMap;
use std::time::Duration;

/// A database on a PostgreSQL server. Any number of hosts may have it open.
#[derive(Debug)]
pub struct Postgres {
    connections: Connections,
}

impl Postgres {
    /// Connects, and makes the tables where there are none. Blocks until there is an answer, for ten seconds at most.
    ///
    /// # Errors
    /// [`OpenError`], which says what to do.
    pub fn open(settings: &Settings) -> Result<Self, OpenError> {
        let connections = Connections::open(settings)?;
        connections.begin(remains::watch(connections.pool()));
        Ok(Self { connections })
    }
}

impl Storage for Postgres {
    fn read(&self, merchant: &Merchant, keys: &[String]) -> Result<Vec<Versioned>, Error> {
        check_read(keys)?;
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let work = rows::read(self.connections.pool(), merchant.clone(), keys.to_vec());
        self.connections.wait(work)
    }

    fn scan(&self, merchant: &Merchant, range: &Range) -> Result<Vec<Row>, Error> {
        check_scan(range)?;
        if range.start >= range.end {
            return Ok(Vec::new());
        }
        let work = rows::scan(self.connections.pool(), merchant.clone(), range.clone());
        self.connections.wait(work)
    }

    fn scan_keys(&self, merchant: &Merchant, range: &Range) -> Result<Vec<String>, Error> {
        check_scan(range)?;
        if range.start >= range.end {
            return Ok(Vec::new());
        }
        let work = rows::scan_keys(self.connections.pool(), merchant.clone(), range.clone());
        self.connections.wait(work)
    }

    fn commit(&self, merchant: &Merchant, writes: Vec<Write>) -> Result<Outcome, Error> {
        check_commit(&writes)?;
        if writes.is_empty() {
            return Ok(Outcome::Committed);
        }
        let work = rows::commit(self.connections.pool(), merchant.clone(), writes);
        self.connections.wait(work)
    }

    fn is_shared(&self) -> bool {
        true
    }

    fn lease(&self, merchant: &Merchant, holder: &str, time: Duration) -> Result<Lease, Error> {
        let pool = self.connections.aside();
        let work = leases::take(pool, merchant.clone(), holder.to_owned(), time);
        self.connections.wait_briefly(work)
    }

    fn release(&self, merchant: &Merchant, holder: &str) -> Result<(), Error> {
        let pool = self.connections.aside();
        let work = leases::give_back(pool, merchant.clone(), holder.to_owned());
        self.connections.wait_briefly(work)
    }
}

impl Contents for Postgres {
    fn merchants(&self) -> Result<Vec<Merchant>, Error> {
        self.connections
            .wait(all::merchants(self.connections.pool()))
    }

    fn marks(&self, merchant: &Merchant) -> Result<BTreeMap<String, String>, Error> {
        let work = all::marks(self.connections.pool(), merchant.clone());
        self.connections.wait(work)
    }
}

impl Marks for Postgres {
    fn mark(&self, merchant: &Merchant, name: &str) -> Result<Option<String>, Error> {
        check_mark(name, "")?;
        let work = rows::mark(self.connections.pool(), merchant.clone(), name.to_owned());
        self.connections.wait(work)
    }

    fn set_mark(&self, merchant: &Merchant, name: &str, text: &str) -> Result<(), Error> {
        check_mark(name, text)?;
        let pool = self.connections.pool();
        let work = rows::set_mark(pool, merchant.clone(), name.to_owned(), text.to_owned());
        self.connections.wait(work)
    }
}
