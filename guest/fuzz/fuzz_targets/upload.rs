//! What members photograph and type: codes with a byte 1E between them. The reader answers each upload, and what it reads has a
//! sound number, is not of a day to come, and reads the same by bytes in any order of the codes.
#![no_main]

use chrono::NaiveDate;
use libfuzzer_sys::fuzz_target;
use stampcard_invoice::identifier::Number;
use stampcard_invoice::reading::{Code, Reading, Settings, Typed, read_codes, read_typed};

fn sound(reading: &Reading, today: NaiveDate) {
    let number = reading.number.text();
    assert_eq!(
        Number::parse(number)
            .map(|number| number.text().to_owned())
            .as_deref(),
        Some(number)
    );
    assert!(reading.date.is_none_or(|date| date <= today));
}

fuzz_target!(|upload: &[u8]| {
    let today = NaiveDate::from_ymd_opt(2026, 11, 28).unwrap_or_default();
    let settings = Settings::on(today);
    let codes: Vec<&[u8]> = upload.split(|byte| *byte == 0x1e).collect();
    let bytes: Vec<Code<'_>> = codes.iter().map(|code| Code::bytes(code)).collect();
    let answers = read_codes(&bytes, &settings);
    assert!(!answers.is_empty());
    for reading in answers.iter().flatten() {
        sound(reading, today);
    }
    let turned: Vec<Code<'_>> = codes.iter().rev().map(|code| Code::bytes(code)).collect();
    assert_eq!(
        read_codes(&turned, &settings).iter().flatten().count(),
        answers.iter().flatten().count()
    );
    let texts: Vec<String> = codes
        .iter()
        .map(|code| String::from_utf8_lossy(code).into_owned())
        .collect();
    let texts_of: Vec<Code<'_>> = texts.iter().map(|text| Code::text(text)).collect();
    for reading in read_codes(&texts_of, &settings).iter().flatten() {
        sound(reading, today);
    }
    if let [number, date, random] = texts.as_slice()
        && let Ok(reading) = read_typed(
            Typed {
                number,
                date,
                random,
            },
            &settings,
        )
    {
        sound(&reading, today);
    }
});
