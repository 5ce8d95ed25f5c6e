//! Everything of a merchant deleted, in portions, by whichever host comes to it.

use super::{Register, RegisterError, State};
use crate::capabilities::Merchant;
use crate::capabilities::clock::Instant;
use crate::capabilities::storage::{Range, Storage, Write};

/// Records of one portion.
const PORTION: u32 = 500;

/// For how long it is looked whether something came in late, in seconds: longer than another host takes to see that the
/// merchant is gone, and longer than a command may go on that was begun before.
const LAST_LOOK: u64 = 60;

/// How far a removal came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    /// There is more.
    More,
    /// Nothing is left; looked at again after so many seconds, in case that something comes in late.
    Look(u64),
    /// Nothing is left, and the register knows nothing of the merchant any more.
    Done,
}

/// Deletes a portion of the records of a merchant that is [being deleted](State::Deleting). Doing it twice does no harm.
///
/// # Errors
/// [`RegisterError`]; [`RegisterError::NotSuspended`] where nobody said that it is to be deleted.
pub fn remove(
    register: &Register,
    storage: &dyn Storage,
    merchant: &Merchant,
    now: Instant,
) -> Result<Removal, RegisterError> {
    let Some(entry) = register.find(merchant)? else {
        return Ok(Removal::Done);
    };
    if entry.standing.state != State::Deleting {
        return Err(RegisterError::NotSuspended(merchant.clone()));
    }
    let range = Range {
        start: String::new(),
        end: "\u{10ffff}".to_owned(),
        limit: PORTION,
        backward: false,
    };
    let rows = storage.scan(merchant, &range)?;
    if rows.is_empty() {
        let end = entry.since.saturating_add(LAST_LOOK);
        if now.seconds < end {
            return Ok(Removal::Look(end.saturating_sub(now.seconds)));
        }
        register.strike(merchant)?;
        return Ok(Removal::Done);
    }
    let delete = |row: crate::capabilities::storage::Row| Write {
        key: row.key,
        value: None,
        expect: None,
    };
    storage.commit(merchant, rows.into_iter().map(delete).collect())?;
    Ok(Removal::More)
}

#[cfg(test)]
mod tests {
    use super::super::Standing;
    use super::*;
    use crate::capabilities::storage::Memory;
    use std::sync::Arc;

    #[test]
    fn nothing_of_it_is_left_and_nothing_of_others_goes() {
        let storage = Arc::new(Memory::new());
        let register = Register::new(storage.clone());
        let at = Instant::at;
        let put = |key: String| Write {
            key,
            value: Some("1".to_owned()),
            expect: None,
        };
        let [tea, coffee] = ["tea", "coffee"].map(|id| Merchant::new(id).unwrap());
        for merchant in [&tea, &coffee] {
            let rows = (0..750).map(|row| put(format!("row/{row}")));
            storage.commit(merchant, rows.collect()).unwrap();
            register.set(merchant, &Standing::default(), at(1)).unwrap();
        }
        let refused = remove(&register, &*storage, &tea, at(2));
        assert!(matches!(refused, Err(RegisterError::NotSuspended(_))));
        let suspended = Standing {
            state: State::Suspended,
            ..Standing::default()
        };
        register.set(&tea, &suspended, at(2)).unwrap();
        register.delete(&tea, at(10)).unwrap();
        let next = |now| remove(&register, &*storage, &tea, at(now)).unwrap();
        assert_eq!(
            (next(11), next(11), next(11)),
            (Removal::More, Removal::More, Removal::Look(59))
        );
        // A command of another host that was under way.
        storage.commit(&tea, vec![put("late".to_owned())]).unwrap();
        assert_eq!(
            (next(70), next(70), next(70)),
            (Removal::More, Removal::Done, Removal::Done)
        );
        assert_eq!(register.find(&tea).unwrap(), None);
        let range = Range {
            start: String::new(),
            end: "z".to_owned(),
            limit: 1_000,
            backward: false,
        };
        assert_eq!(storage.scan(&tea, &range).unwrap(), []);
        assert_eq!(storage.scan(&coffee, &range).unwrap().len(), 750);
    }
}
