//! Opening balances, brought in as lots with their dates.

use super::notices;
use super::scope::{Scope, Stop};
use crate::domain::amount::Amount;
use crate::domain::config::Fault;
use crate::domain::entry::About;
use crate::domain::ids::{Id, Name};
use crate::domain::import::Dates;
use crate::domain::instant::Instant;
use crate::records::holdings::Holdings;
use crate::records::keys;
use crate::reject::Reject;
use crate::sorted::set;
use serde::Serialize;

/// Faults that are told, at most.
const FAULTS_MAX: usize = 100;

/// One row.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// Whose points; none where the row's was faulty.
    pub member: Option<Id>,
    /// The programme; none: the only one.
    pub programme: Option<String>,
    /// How many.
    pub points: Amount,
    /// When they become usable.
    pub activates_at: Option<Instant>,
    /// When they lapse.
    pub expires_at: Option<Instant>,
    /// What the platform knows them by.
    pub reference: Option<String>,
}

/// The lot of a row: programme, number, and what paid debt at once.
pub type Lot = (Name, u64, Amount);

/// Brings in all rows. `faults` were found in their form; with what is found here they are all told.
///
/// # Errors
/// [`Reject::Invalid`], [`Reject::OverLimit`], and those of the storage.
pub fn lots(scope: &mut Scope<'_>, rows: &[Row], faults: &[Fault]) -> Result<Vec<Lot>, Stop> {
    let mut faults = faults.to_vec();
    let programmes = programmes(scope, rows, &mut faults);
    let members = set(rows.iter().filter_map(|row| row.member.clone()));
    scope.work.fetch(members.iter().map(keys::account))?;
    let zone = scope.merchant.zone;
    let mut lots: Vec<(usize, Lot)> = Vec::new();
    for member in members {
        let of_member = |row: &Row| row.member.as_ref() == Some(&member);
        // Where nothing will be brought in, nothing is posted.
        let mut holdings = if faults.is_empty() {
            scope.open(&member)?
        } else {
            Holdings::load(&mut scope.work, &member, scope.now)?
        };
        if let Some(merged) = &holdings.merged {
            let rows = rows.iter().enumerate().filter(|(_, row)| of_member(row));
            let permitted = format!("{}, into which it was merged", merged.into);
            let fault =
                |(place, _)| Fault::new(format!("/rows/{place}/member"), &member, &permitted);
            faults.extend(rows.map(fault));
        }
        if !faults.is_empty() {
            continue;
        }
        // Of what time did to the accounts the member is told, of the import not.
        notices::tell(scope, &holdings)?;
        let rows = rows.iter().zip(&programmes).enumerate();
        for (place, (row, name)) in rows.filter(|(_, (row, _))| of_member(row)) {
            let about = About {
                note: Some(match &row.reference {
                    Some(reference) => ["import: ", reference].concat(),
                    None => IMPORT.to_owned(),
                }),
                ..About::default()
            };
            let dates = Dates {
                activates_at: row.activates_at,
                expires_at: row.expires_at,
            };
            let at = (holdings.at, zone);
            let points = (rule(), row.points);
            let (lot, paid) = holdings.account(name).bring_in(points, dates, at, about);
            lots.push((place, (name.clone(), lot, paid)));
        }
        holdings.save(&mut scope.work, scope.now, zone);
    }
    if !faults.is_empty() {
        faults.truncate(FAULTS_MAX);
        return Err(Reject::Invalid(faults).into());
    }
    crate::sorted::sort_by(&mut lots, |a, b| a.0.cmp(&b.0));
    Ok(lots.into_iter().map(|(_, lot)| lot).collect())
}

/// The rule that imported lots go by.
const IMPORT: &str = "import";

#[expect(clippy::expect_used, reason = "the text is a name")]
fn rule() -> Name {
    Name::parse(IMPORT).expect("import is a name")
}

/// The programme of each row, if nothing is wrong with any; else what is.
fn programmes(scope: &Scope<'_>, rows: &[Row], faults: &mut Vec<Fault>) -> Vec<Name> {
    let mut names = Vec::new();
    for (place, row) in rows.iter().enumerate() {
        let mut fault = |field: &str, found: String, permitted: &str| {
            faults.push(Fault::new(
                format!("/rows/{place}/{field}"),
                found,
                permitted,
            ));
        };
        match scope.programme(row.programme.as_deref()) {
            Ok((name, programme)) => {
                if row.points.floor_to(programme.unit()) != row.points {
                    let unit = format!("a multiple of {}", programme.unit());
                    fault("points", row.points.text(), &unit);
                }
                names.push(name);
            }
            Err(_) => {
                let known = scope.merchant.programmes.keys().map(Name::as_str);
                let known: Vec<&str> = known.collect();
                let found = row.programme.as_deref().unwrap_or("nothing").to_owned();
                fault("programme", found, &format!("one of {}", known.join(", ")));
            }
        }
        let dates = Dates {
            activates_at: row.activates_at,
            expires_at: row.expires_at,
        };
        if let (false, Some(expires)) = (dates.fit(scope.now), row.expires_at) {
            fault(
                "expires-at",
                expires.to_string(),
                "after now and after the activation",
            );
        }
    }
    names
}
