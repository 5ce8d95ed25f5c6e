//! Campaigns as a merchant's people see to them.

mod copy;
mod delete;
mod figures;
mod open;
mod pause;
mod publish;
mod save;
mod search;
mod settings;

pub use copy::copy;
pub use delete::delete;
pub use figures::uploaded;
pub use open::{access, load};
pub use pause::pause;
pub use publish::{check, publish};
pub use save::save;
pub use search::{Found, Page, Wanted, search};
pub use settings::{read, schema, write};
