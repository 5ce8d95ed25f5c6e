//! What the operator says of one merchant.

use crate::limits::Limits;
use crate::sandbox::Mode;
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;
use std::time::Duration;

/// Bytes of a component's name.
const NAME_BYTES: usize = 64;

/// Whether a merchant is served.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It is.
    #[default]
    Active,
    /// No function is called for it and it isn't ticked. Providers' reports and members who unsubscribe are taken nevertheless.
    Suspended,
    /// Everything of it is being deleted. There is no way back.
    Deleting,
}

impl State {
    /// The name in documents.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Deleting => "deleting",
        }
    }
}

/// What the operator says of one merchant; what is left out is as usual.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Standing {
    /// Whether it is served.
    #[serde(default)]
    pub state: State,
    /// The component that runs its rules, by its name in the settings. None: the one of all that have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component: Option<String>,
    /// What its commands may use.
    #[serde(
        default,
        deserialize_with = "crate::json::record",
        skip_serializing_if = "Bounds::is_usual"
    )]
    pub limits: Bounds,
}

/// Bounds of one merchant that are other than the usual ones.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Bounds {
    /// Units of fuel of one command, 1,000,000 to 100,000,000,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fuel: Option<u64>,
    /// Mebibytes of memory of one command, 1 to 1,024.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_mib: Option<u64>,
    /// Seconds that one command may take, 1 to 300.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline_seconds: Option<u64>,
    /// Commands at once, 1 to 512.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commands: Option<u64>,
    /// Commands that one instance serves before it is dropped, 2 to 10,000; none: each has a fresh one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warm: Option<u64>,
}

/// What is wrong with what was said.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{pointer}: {problem}")]
pub struct Fault {
    /// Where, as a JSON pointer.
    pub pointer: &'static str,
    /// What, with what is permitted.
    pub problem: String,
}

impl Standing {
    /// Whether all of it may be said.
    ///
    /// # Errors
    /// The first [`Fault`].
    pub fn check(&self) -> Result<(), Fault> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
        let named =
            |name: &String| (1..=NAME_BYTES).contains(&name.len()) && name.bytes().all(plain);
        if !self.component.as_ref().is_none_or(named) {
            let problem =
                format!("it is no name of 1 to {NAME_BYTES} letters, digits, '-', '_' and '.'");
            return Err(Fault {
                pointer: "/component",
                problem,
            });
        }
        let table: [(&'static str, Option<u64>, RangeInclusive<u64>); 5] = [
            (
                "/limits/fuel",
                self.limits.fuel,
                1_000_000..=100_000_000_000,
            ),
            ("/limits/memory-mib", self.limits.memory_mib, 1..=1_024),
            (
                "/limits/deadline-seconds",
                self.limits.deadline_seconds,
                1..=300,
            ),
            ("/limits/commands", self.limits.commands, 1..=512),
            ("/limits/warm", self.limits.warm, 2..=10_000),
        ];
        for (pointer, told, range) in table {
            if told.is_some_and(|told| !range.contains(&told)) {
                let problem = format!("it is no number from {} to {}", range.start(), range.end());
                return Err(Fault { pointer, problem });
            }
        }
        Ok(())
    }
}

impl Bounds {
    /// Whether it says nothing.
    #[must_use]
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }

    /// The limits of a command, by these where they say something.
    #[must_use]
    pub fn limits(&self, usual: &Limits) -> Limits {
        let mib = |mib: u64| mib.saturating_mul(1024 * 1024);
        Limits {
            fuel: self.fuel.unwrap_or(usual.fuel),
            memory: self.memory_mib.map_or(usual.memory, mib),
            deadline: self
                .deadline_seconds
                .map_or(usual.deadline, Duration::from_secs),
            ..usual.clone()
        }
    }

    /// How long an instance lives.
    #[must_use]
    pub fn mode(&self) -> Mode {
        let warm = |commands| Mode::Warm {
            commands: u32::try_from(commands).unwrap_or(u32::MAX),
        };
        self.warm.map_or(Mode::Fresh, warm)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bound_has_its_range() {
        let table = [
            (r#"{"component":""}"#, "/component"),
            (r#"{"component":"a/b"}"#, "/component"),
            (r#"{"limits":{"fuel":999999}}"#, "/limits/fuel"),
            (r#"{"limits":{"memory-mib":0}}"#, "/limits/memory-mib"),
            (
                r#"{"limits":{"deadline-seconds":301}}"#,
                "/limits/deadline-seconds",
            ),
            (r#"{"limits":{"commands":0}}"#, "/limits/commands"),
            (r#"{"limits":{"warm":1}}"#, "/limits/warm"),
        ];
        for (text, pointer) in table {
            let standing: Standing = serde_json::from_str(text).unwrap();
            assert_eq!(standing.check().unwrap_err().pointer, pointer, "{text}");
        }
        let whole = r#"{"state":"suspended","component":"next-1.2","limits":{"fuel":1000000,"memory-mib":1024,"deadline-seconds":1,"commands":512,"warm":2}}"#;
        let standing: Standing = serde_json::from_str(whole).unwrap();
        assert_eq!(standing.check(), Ok(()));
        assert_eq!(serde_json::to_string(&standing).unwrap(), whole);
        for wrong in [r#"{"stat":"active"}"#, r#"{"limits":[1000000]}"#] {
            assert!(serde_json::from_str::<Standing>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_left_out_is_as_usual() {
        let usual = Limits::default();
        assert_eq!(Bounds::default().limits(&usual), usual);
        assert_eq!(Bounds::default().mode(), Mode::Fresh);
        let own = Bounds {
            memory_mib: Some(2),
            deadline_seconds: Some(3),
            warm: Some(9),
            ..Bounds::default()
        };
        let limits = own.limits(&usual);
        assert_eq!(
            (limits.memory, limits.deadline),
            (2 << 20, Duration::from_secs(3))
        );
        assert_eq!(
            (limits.fuel, own.mode()),
            (usual.fuel, Mode::Warm { commands: 9 })
        );
    }
}
