use super::Amount;

#[test]
fn text_that_is_an_amount() {
    for (text, shown) in [
        ("0", "0"),
        ("-0", "0"),
        ("2350.00", "2350"),
        ("-12.5", "-12.5"),
        ("007", "7"),
    ] {
        assert_eq!(
            Amount::parse(text).map(|a| a.to_string()).as_deref(),
            Some(shown),
            "{text}"
        );
    }
}

#[test]
fn text_that_is_none() {
    for text in [
        "",
        "-",
        ".5",
        "5.",
        "1e3",
        "+1",
        "1,000",
        " 1",
        "1.00001",
        "1000000000001",
        "１",
        "--1",
    ] {
        assert_eq!(Amount::parse(text), None, "{text}");
    }
}

#[test]
fn scaling_is_exact_at_the_boundary() {
    let amount = |text: &str| Amount::parse(text).unwrap();
    let unit = Amount::ONE;
    // 3 × 1/3 is 1 and not 0.999…
    assert_eq!(
        amount("3").scale_floor(Amount::ONE, amount("3"), unit),
        Amount::ONE
    );
    assert_eq!(
        amount("2").scale_floor(amount("5"), amount("3"), unit),
        amount("3")
    );
    assert_eq!(
        amount("2").scale_ceil(amount("5"), amount("3"), unit),
        amount("4")
    );
    assert_eq!(
        amount("0.3").scale_floor(amount("1"), amount("0.1"), unit),
        amount("3")
    );
}
