//! What the conformance suites of the capabilities share: named checks, and what they find.

use std::fmt::{self, Debug};

/// Something that a backend did wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The check that found it, by its name in the suite.
    pub check: &'static str,
    /// What was expected, and what was there instead.
    pub problem: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.check, self.problem)
    }
}

/// What went wrong, in words.
pub(super) struct Problem(pub(super) String);

/// Runs all checks in their order, as `by` runs one; gives what they found.
pub(super) fn run<C: Copy>(
    checks: &[&[(&'static str, C)]],
    by: impl Fn(C) -> Result<(), Problem>,
) -> Vec<Finding> {
    let found = |(check, body): &(&'static str, C)| {
        let problem = by(*body).err();
        problem.map(|Problem(problem)| Finding { check, problem })
    };
    checks.iter().copied().flatten().filter_map(found).collect()
}

/// The names of all checks, in their order.
pub(super) fn names<C>(
    checks: &'static [&[(&'static str, C)]],
) -> impl Iterator<Item = &'static str> {
    checks.iter().copied().flatten().map(|(name, _)| *name)
}

/// A problem unless both are the same.
pub(super) fn same<T: PartialEq + Debug>(what: &str, found: T, expected: T) -> Result<(), Problem> {
    if found == expected {
        return Ok(());
    }
    Err(Problem(format!(
        "{what}: expected {expected:?}, found {found:?}"
    )))
}

/// A problem unless it holds.
pub(super) fn holds(what: &str, it: bool) -> Result<(), Problem> {
    if it {
        Ok(())
    } else {
        Err(Problem(format!("{what}: it is not so")))
    }
}
