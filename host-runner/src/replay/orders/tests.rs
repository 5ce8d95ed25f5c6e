use super::*;

const HEADING: &str = " customer_id  date number_of_cds  dollar_value\r\n";

fn file(lines: &str) -> Vec<u8> {
    format!("{HEADING}{}", lines.replace('\n', "\r\n")).into_bytes()
}

fn message(file: &[u8]) -> String {
    read(file, 2).unwrap_err().to_string()
}

#[test]
fn keeps_the_text_and_counts_lines() {
    let orders = read(
        &file(" 00001 19970101  1   11.77\n 00002 19970112  5   0.00\n"),
        2,
    )
    .unwrap();
    let [first, second] = orders.purchases.as_slice() else {
        panic!("two purchases")
    };
    assert_eq!((first.line, first.member.as_str()), (2, "00001"));
    assert_eq!(
        (first.quantity.as_str(), first.amount.as_str()),
        ("1", "11.77")
    );
    assert_eq!(first.date, NaiveDate::from_ymd_opt(1997, 1, 1).unwrap());
    assert_eq!(
        (first.is_free(), second.is_free(), second.line),
        (false, true, 3)
    );
    assert_eq!(orders.fingerprint.len(), 64);
}

#[test]
fn names_the_line_and_what_may_stand_there() {
    let cases = [
        ("", "line 2: the file holds no purchase"),
        ("1 19970101 1 1.00\n\n", "line 3: 0 columns"),
        ("1 19970101 1\n", "line 2: 3 columns"),
        ("1 19970101 1 1.00 2\n", "line 2: 5 columns"),
        (
            "1 19970229 1 1.00\n",
            "line 2: date is \"19970229\"; permitted: a date that exists",
        ),
        ("1 1997011 1 1.00\n", "line 2: date"),
        ("1 199701011 1 1.00\n", "line 2: date"),
        ("1 19700101 1 1.00\n", "line 2: date"),
        ("1 1997-1-1 1 1.00\n", "line 2: date"),
        ("1 +1970101 1 1.00\n", "line 2: date"),
        (
            "1 19970101 0 1.00\n",
            "line 2: number_of_cds is \"0\"; permitted: a whole number from 1",
        ),
        ("1 19970101 1.5 1.00\n", "line 2: number_of_cds"),
        ("1 19970101 1000001 1.00\n", "line 2: number_of_cds"),
        (
            "1 19970101 1 -1.00\n",
            "line 2: dollar_value is \"-1.00\"; permitted: 0 to",
        ),
        ("1 19970101 1 1.001\n", "with at most 2 decimals"),
        ("1 19970101 1 1.\n", "line 2: dollar_value"),
        ("1 19970101 1 .50\n", "line 2: dollar_value"),
        ("1 19970101 1 1e3\n", "line 2: dollar_value"),
        ("1 19970101 1 1,000.00\n", "line 2: dollar_value"),
        ("1 19970101 1 1000000000000.01\n", "line 2: dollar_value"),
        (
            "1 19970101 1 1.00\n1 19970102 1 1.0",
            "line 3: the file ends before this line does",
        ),
    ];
    for (lines, expected) in cases {
        let found = message(&file(lines));
        assert!(found.contains(expected), "{lines:?}: {found}");
    }
}

#[test]
fn the_ends_of_lines_agree() {
    assert!(message(b"").contains("line 1: the heading is \"\""));
    assert!(message(b"1 19970101 1 1.00\n").contains("line 1: the heading"));
    assert!(message(HEADING.trim_end().as_bytes()).contains("line 1: the file ends"));
    let cut = file("1 19970101 1 1.00\n");
    let cut = cut.strip_suffix(b"\n").unwrap();
    assert!(message(cut).contains("line 2: the file ends"));
    let mixed = format!("{HEADING}1 19970101 1 1.00\n");
    assert!(message(mixed.as_bytes()).contains("line 2: this line ends otherwise"));
    let plain = file("1 19970101 1 1.00\n")
        .into_iter()
        .filter(|byte| *byte != b'\r')
        .collect::<Vec<_>>();
    assert!(read(&plain, 2).is_ok());
    let mut garbled = HEADING.as_bytes().to_vec();
    garbled.extend_from_slice(b"\xff 19970101 1 1.00\r\n");
    assert_eq!(read(&garbled, 2), Err(Error::NotText { line: 2 }));
}

#[test]
fn decimals_are_the_currencys() {
    let yen = |amount| read(&file(&format!("1 19970101 1 {amount}\n")), 0);
    assert!(yen("100").is_ok());
    assert!(yen("100.0").is_err());
    assert!(read(&file("1 19970101 1 1.001\n"), 3).is_ok());
}
