use super::*;

#[test]
fn no_identifier_reaches_another_ones_keys() {
    let id = |text: &str| Id::parse(text).unwrap();
    assert_eq!(member(&id("a/b%2F")), "member/a%2Fb%252F");
    assert_eq!(step("entry/a%2Fb%252F/points/1", 1), Some(id("a/b%2F")));
    let at = Instant::new(1_803_864_600, 5).unwrap();
    for member in ["mei", "a/b%2F", "%", "é"] {
        let key = due(at, &id(member));
        assert_eq!(
            (due_of(&key), step(&key, 2)),
            (Some(id(member)), Some(id(member)))
        );
    }
    for foreign in [
        "due/2027-03-01/mei",
        "account/mei",
        "due/",
        "due/2027-03-01T01:30:00.000000000Zmei",
    ] {
        assert_eq!(due_of(foreign), None, "{foreign}");
    }
    let range = under("due/", Some("due/2026/mei"), 10);
    assert!(range.start.as_str() > "due/2026/mei" && "due/2026/mei!" > range.start.as_str());
    assert!("due/~" < range.end.as_str() && range.end.as_str() < "duf");
}
