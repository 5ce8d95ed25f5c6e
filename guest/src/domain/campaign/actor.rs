//! Who does something to a campaign, and whether the person's role lets it (spec: invoice, "Life of a campaign").

use crate::domain::ids::Id;
use crate::reading::Read;
use serde::Serialize;

/// A person of the merchant's.
#[derive(Clone, Debug, PartialEq, Eq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Actor {
    /// As the platform names the person.
    pub name: Id,
    /// What the person is.
    pub role: Role,
}

/// What a person is at the merchant's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Administrator.
    Administrator,
    /// Supervisor.
    Supervisor,
    /// Marketing staff.
    Marketing,
    /// Manager of customer service.
    CustomerServiceManager,
    /// Staff of customer service.
    CustomerServiceStaff,
    /// Manager of sales.
    SalesManager,
    /// Staff of sales.
    SalesStaff,
}

impl Role {
    /// Those that see, edit and delete campaigns; the others have no access.
    pub const WITH_ACCESS: [Self; 3] = [Self::Administrator, Self::Supervisor, Self::Marketing];

    /// Its name in the interface.
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

    /// Whether it has access to campaigns.
    #[must_use]
    pub fn has_access(self) -> bool {
        Self::WITH_ACCESS.contains(&self)
    }
}
