//! Stored records and requests as JSON: each is read or refused, and what is read stays the same when it is written again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stampcard_guest::domain::campaign::Campaign;
use stampcard_guest::domain::member::Member;
use stampcard_guest::domain::submission::{Submission, Tally};
use stampcard_guest::json;
use stampcard_guest::reading::Read;

fn same<T: Read + PartialEq + serde::Serialize>(text: &str) {
    let Ok(read) = json::read::<T>(text) else {
        return;
    };
    if let Ok(written) = serde_json::to_string(&read) {
        assert!(
            json::read::<T>(&written).is_ok_and(|again| again == read),
            "{written}"
        );
    }
}

fuzz_target!(|text: &str| {
    same::<Member>(text);
    same::<Campaign>(text);
    same::<Submission>(text);
    same::<Tally>(text);
});
