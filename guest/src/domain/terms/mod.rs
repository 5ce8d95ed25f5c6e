//! The terms that automatic expiry needs: what must be stated, the statement itself, and which text still lacks it.
//! Source: spec, expiry, "Terms".

mod clauses;
mod requirement;
mod statement;

pub use clauses::{Clauses, ProgrammeClause, version};
pub use requirement::{Requirement, missing};
pub use statement::statement;
