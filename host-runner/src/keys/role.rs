//! What people of a merchant may do.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A role. Rights are by function, and a function that nobody thought of is open to those alone who may do everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Everything.
    Administrator,
    /// Everything but keys.
    Supervisor,
    /// Everything but keys.
    Marketing,
    /// Reads everything but campaigns and what was sent in for them, and corrects accounts.
    CustomerServiceManager,
    /// Reads members and what they hold.
    CustomerServiceStaff,
    /// Reads members and what they hold.
    SalesManager,
    /// Reads members and what they hold.
    SalesStaff,
}

/// What is about keys: the one that coupons' codes are made of.
const KEYS: &[&str] = &["coupons.set-code-key"];

/// What corrects an account.
const CORRECTIONS: &[&str] = &["accounts.adjust", "accounts.extend"];

/// What reads one member and what it holds.
const MEMBERS: &[&str] = &[
    "coupons.get",
    "coupons.of-member",
    "members.get",
    "notices.of-member",
    "notices.reach-of",
    "points.balance",
    "points.history",
    "points.lots",
    "points.order-standing",
    "tiers.history",
    "tiers.status",
];

/// What sees to campaigns: people who sell or serve have no access.
const CAMPAIGNS: [&str; 2] = ["campaigns.", "submissions."];

/// What changes something without an idempotency key.
const UPKEEP: &str = "upkeep.";

impl Role {
    /// All roles.
    pub const ALL: [Self; 7] = [
        Self::Administrator,
        Self::Supervisor,
        Self::Marketing,
        Self::CustomerServiceManager,
        Self::CustomerServiceStaff,
        Self::SalesManager,
        Self::SalesStaff,
    ];

    /// The name in settings and files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Supervisor => "supervisor",
            Self::Marketing => "marketing",
            Self::CustomerServiceManager => "customer-service-manager",
            Self::CustomerServiceStaff => "customer-service-staff",
            Self::SalesManager => "sales-manager",
            Self::SalesStaff => "sales-staff",
        }
    }

    /// Whether the role may call a function, such as `points.balance`, that changes something under an idempotency key or
    /// doesn't. None: there is no such function, which is told to those alone who aren't held to some.
    #[must_use]
    pub fn may(self, function: &str, changes: Option<bool>) -> bool {
        let closed = |it: &&str| function.starts_with(*it);
        let reads = changes == Some(false) && !CAMPAIGNS.iter().chain([&UPKEEP]).any(closed);
        match self {
            Self::Administrator => true,
            Self::Supervisor | Self::Marketing => !KEYS.contains(&function),
            Self::CustomerServiceManager => {
                reads || (changes == Some(true) && CORRECTIONS.contains(&function))
            }
            Self::CustomerServiceStaff | Self::SalesManager | Self::SalesStaff => {
                reads && MEMBERS.contains(&function)
            }
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|role| role.name() == text);
        known.ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            format!("{text:?} is no role; there are {names}")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_has_its_rights() {
        // Function, whether it changes something (none: there is no such function), and the first letters of the roles that may call
        // it.
        let table = [
            ("points.balance", Some(false), "asmCcMS"),
            ("members.get", Some(false), "asmCcMS"),
            ("points.ledger", Some(false), "asmC"),
            ("merchant.current", Some(false), "asmC"),
            ("something.new", Some(false), "asmC"),
            ("accounts.adjust", Some(true), "asmC"),
            ("accounts.merge", Some(true), "asm"),
            ("points.grant", Some(true), "asm"),
            ("merchant.apply", Some(true), "asm"),
            ("something.new", Some(true), "asm"),
            ("something.gone", None, "asm"),
            ("points.balance", None, "asm"),
            ("accounts.adjust", None, "asm"),
            ("coupons.set-code-key", None, "a"),
            ("upkeep.tick", Some(false), "asm"),
            ("campaigns.search", Some(false), "asm"),
            ("campaigns.publish", Some(true), "asm"),
            ("submissions.search", Some(false), "asm"),
            ("submissions.submit", Some(true), "asm"),
            ("coupons.set-code-key", Some(true), "a"),
        ];
        let letters = ['a', 's', 'm', 'C', 'c', 'M', 'S'];
        for (function, changes, expected) in table {
            let may = Role::ALL.into_iter().zip(letters);
            let may = may.filter(|(role, _)| role.may(function, changes));
            let found: String = may.map(|(_, letter)| letter).collect();
            assert_eq!(found, expected, "{function}");
        }
        for role in Role::ALL {
            assert_eq!(role.name().parse(), Ok(role));
        }
        assert!("root".parse::<Role>().is_err());
    }
}
