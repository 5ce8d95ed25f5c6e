//! A merchant's document: it is read or refused; what is read has its faults told, and reads the same when it is written again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stampcard_guest::domain::config::{self, Merchant};
use stampcard_guest::json;

fuzz_target!(|text: &str| {
    let Ok(document) = json::read::<Merchant>(text) else {
        return;
    };
    drop(config::faults(&document));
    if let Ok(written) = serde_json::to_string(&document) {
        let again = json::read::<Merchant>(&written);
        assert!(again.is_ok_and(|again| again == document), "{written}");
    }
});
