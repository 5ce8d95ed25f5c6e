//! A whole database copied from SQLite to PostgreSQL and back, and what is refused with nothing changed.

use crate::postgres::{open, server};
use crate::{merchant, put};
use stampcard::capabilities::Merchant;
use stampcard::capabilities::storage::{Contents, Marks, Range, Sqlite, Storage, Write};
use stampcard::migration::{Copied, Failed, copy};
use std::path::Path;

/// Three merchants: one with many rows and marks, one with large ones, one with a mark alone.
fn filled(path: &Path) -> Sqlite {
    let sqlite = Sqlite::open(path).unwrap();
    for page in 0..3 {
        let rows = (0..500).map(|row| put(&format!("row/{:04}", page * 500 + row), "{\"n\":1}"));
        sqlite.commit(&merchant("many"), rows.collect()).unwrap();
    }
    let large = (0..9).map(|row| put(&format!("large/{row}"), &"點".repeat(300_000)));
    sqlite.commit(&merchant("large"), large.collect()).unwrap();
    let gone = Write {
        value: None,
        ..put("row/0007", "")
    };
    sqlite.commit(&merchant("many"), vec![gone]).unwrap();
    sqlite
        .set_mark(&merchant("many"), "replay", "line 3")
        .unwrap();
    sqlite
        .set_mark(&merchant("marked"), "replay", "line 1")
        .unwrap();
    sqlite
}

/// The first keys of all.
fn all() -> Range {
    Range {
        start: String::new(),
        end: "~".to_owned(),
        limit: 9,
        backward: false,
    }
}

#[test]
fn a_database_moves_to_a_server_and_back() {
    let Some((_folder, server)) = server() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let sqlite = filled(&folder.path().join("one.db"));
    let postgres = open(&server);
    let whole = Copied {
        merchants: 3,
        rows: 1_508,
        marks: 2,
    };
    assert_eq!(copy(&sqlite, &postgres, |_| {}).unwrap(), whole);
    // Again: all of it is there.
    assert_eq!(copy(&sqlite, &postgres, |_| {}).unwrap(), whole);
    let back = Sqlite::open(&folder.path().join("two.db")).unwrap();
    assert_eq!(copy(&postgres, &back, |_| {}).unwrap(), whole);
    let names = |store: &dyn Contents| {
        let merchants = store.merchants().unwrap();
        merchants
            .iter()
            .map(|one| one.as_str().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&back), ["large", "many", "marked"]);
    assert_eq!(
        back.mark(&merchant("many"), "replay").unwrap().as_deref(),
        Some("line 3")
    );
    // Something else there: nothing of it changes, and it is told.
    let other = put("row/0001", "other");
    back.commit(&merchant("many"), vec![other]).unwrap();
    let differs = copy(&postgres, &back, |_| {});
    assert!(matches!(differs, Err(Failed::Differs(whose)) if whose.as_str() == "many"));
    let kept = back
        .read(&merchant("many"), &["row/0001".to_owned()])
        .unwrap();
    assert_eq!(kept[0].value.as_deref(), Some("other"));
    // Neither where it would be seen late only: in the last row, in one more, in a mark.
    let third = Sqlite::open(&folder.path().join("three.db")).unwrap();
    third
        .commit(&merchant("many"), vec![put("zz", "1")])
        .unwrap();
    assert!(matches!(
        copy(&sqlite, &third, |_| {}),
        Err(Failed::Differs(_))
    ));
    third
        .set_mark(&merchant("marked"), "replay", "line 9")
        .unwrap();
    assert_eq!(third.scan(&merchant("many"), &all()).unwrap().len(), 1);
    third
        .commit(
            &merchant("many"),
            vec![Write {
                value: None,
                ..put("zz", "")
            }],
        )
        .unwrap();
    assert!(
        matches!(copy(&sqlite, &third, |_| {}), Err(Failed::Differs(whose)) if whose.as_str() == "marked")
    );
    assert_eq!(
        third
            .mark(&merchant("marked"), "replay")
            .unwrap()
            .as_deref(),
        Some("line 9")
    );
    let more = put("zz", "1");
    postgres.commit(&merchant("large"), vec![more]).unwrap();
    let differs = copy(&sqlite, &postgres, |_| {});
    assert!(matches!(differs, Err(Failed::Differs(whose)) if whose.as_str() == "large"));
}

#[test]
fn what_is_refused_for_one_merchant_changes_nothing_of_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let one = filled(&folder.path().join("one.db"));
    let host = Merchant::host();
    one.commit(&host, vec![put("merchant/many", "{}")]).unwrap();
    let two = Sqlite::open(&folder.path().join("two.db")).unwrap();
    two.set_mark(&merchant("marked"), "replay", "line 9")
        .unwrap();
    let differs = copy(&one, &two, |_| {});
    assert!(matches!(differs, Err(Failed::Differs(whose)) if whose.as_str() == "marked"));
    assert_eq!(two.merchants().unwrap(), [merchant("marked")]);
    // The register comes when everything else is there.
    two.set_mark(&merchant("marked"), "replay", "line 1")
        .unwrap();
    let registered = |store: &Sqlite| !store.scan(&host, &all()).unwrap().is_empty();
    copy(&one, &two, |copied| {
        assert!(copied.merchants >= 3 || !registered(&two));
    })
    .unwrap();
    assert!(registered(&two));
}
