//! What a text of terms must state.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Something that terms must state before points may lapse by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Requirement {
    /// How long points live.
    Lifetime,
    /// On what basis and in which cycle they lapse.
    BasisAndCycle,
    /// How and when notice is given.
    Notice,
    /// That lapsed points aren't restored.
    NoRestoration,
}

impl Requirement {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Lifetime,
        Self::BasisAndCycle,
        Self::Notice,
        Self::NoRestoration,
    ];

    /// Its name in documents and keys.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Lifetime => "lifetime",
            Self::BasisAndCycle => "basis-and-cycle",
            Self::Notice => "notice",
            Self::NoRestoration => "no-restoration",
        }
    }
}

/// What a text lacks, of which the merchant has confirmed that it states these. A text is never read for it: only a
/// person can say that it states something.
#[must_use]
pub fn missing(confirmed: &BTreeSet<Requirement>) -> Vec<Requirement> {
    Requirement::ALL
        .into_iter()
        .filter(|requirement| !confirmed.contains(requirement))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Requirement, missing};
    use crate::json;
    use std::collections::BTreeSet;

    #[test]
    fn lacks_what_was_not_confirmed() {
        assert_eq!(missing(&BTreeSet::new()), Requirement::ALL);
        let some = BTreeSet::from([Requirement::Notice, Requirement::Lifetime]);
        assert_eq!(
            missing(&some),
            [Requirement::BasisAndCycle, Requirement::NoRestoration]
        );
        assert_eq!(missing(&BTreeSet::from(Requirement::ALL)), []);
    }

    #[test]
    fn names_are_those_of_documents() {
        for requirement in Requirement::ALL {
            let text = format!("\"{}\"", requirement.name());
            assert_eq!(json::write(&requirement), text);
            assert_eq!(json::read::<Requirement>(&text).unwrap(), requirement);
        }
    }
}
