//! What a file may say, and what it is told where it may not.

use crate::scenario::parse;

fn fault(text: &str) -> String {
    parse("case.yaml", text).unwrap_err().to_string()
}

const HEAD: &str = "merchant: { zone: Asia/Taipei }\nsteps:\n";

fn step_fault(step: &str) -> String {
    fault(&format!("{HEAD}{step}"))
}

#[test]
fn an_unknown_field_is_told_with_place_and_the_permitted_ones() {
    let told = step_fault("  - at: \"2026-03-01 09:30\"\n    cal: points.redeem\n");
    assert!(told.starts_with("case.yaml:4:5: step 1: there is no field \"cal\"; there may stand at, clock, note, call"), "{told}");
    let told = fault("merchant: null\nstep: []\n");
    assert!(
        told.starts_with(
            "case.yaml:2:1: there is no field \"step\"; there may stand note, zone, merchant"
        ),
        "{told}"
    );
}

#[test]
fn a_bare_fraction_is_refused_where_it_stands() {
    let told = step_fault(
        "  - at: \"2026-03-01 09:30\"\n    call: points.redeem\n    with: { points: 2.5 }\n",
    );
    assert!(told.starts_with("case.yaml:5:"), "{told}");
    assert!(told.contains("write it in quotes, as \"2.5\""), "{told}");
}

#[test]
fn text_that_is_not_yaml_is_told_with_line_and_column() {
    let told = fault("merchant: null\nsteps: [\n");
    assert!(told.starts_with("case.yaml:"), "{told}");
    assert!(!told.starts_with("case.yaml:0"), "{told}");
    assert!(fault("merchant: null\nmerchant: null\n").starts_with("case.yaml:2:1: "));
}

#[test]
fn wrong_kinds_of_values_name_step_and_field() {
    for (step, told) in [
        (
            "  - { at: soon, call: x }\n",
            "3:11: step 1, at: \"soon\" is no instant; there may stand local time",
        ),
        ("  - { call: x }\n", "3:5: step 1: the first step needs at"),
        (
            "  - { at: \"2026-03-01 09:30\", call: x, dry-run: maybe }\n",
            "step 1, dry-run: there may stand true or false, not text",
        ),
        (
            "  - { at: \"2026-03-01 09:30\", call: x, tick: true }\n",
            "step 1: a step does one thing, and here stand call and tick",
        ),
        (
            "  - { at: \"2026-03-01 09:30\", tick: daily }\n",
            "step 1, tick: there may stand true",
        ),
        (
            "  - { at: \"2026-03-01 09:30\", call: x, expect: {}, fails: busy }\n",
            "step 1, fails: only one of",
        ),
        (
            "  - { at: \"2026-03-01 09:30\", tick: true, with: {} }\n",
            "step 1, with: this stands only beside call",
        ),
        (
            "  - { at: \"2026-03-01 09:30\", call: x, key: k, dry-run: true }\n",
            "step 1, key: a dry run takes no key",
        ),
        (
            "  - { at: \"2026-03-01 09:30\" }\n",
            "step 1: the step does nothing",
        ),
        (
            "  - { at: \"2026-03-01 09:30\", call: x, expect: { lots: { length: many } } }\n",
            "step 1, expect: /lots/length: there may stand a whole number",
        ),
        (
            "  - { at: \"2026-03-01 09:30\", call: x, balances: { mei: 5 } }\n",
            "step 1, balances: there may stand members",
        ),
        (
            "  - { at: \"2026-03-01 09:30\", configure: { zone: Mars } }\n",
            "step 1, configure: \"Mars\" is no IANA zone",
        ),
        (
            "  - { at: \"2026-03-01 09:30\", call: \"{f}\", each: [{ g: x }] }\n",
            "step 1, each: the row gives no text or number for {f}; it has g",
        ),
    ] {
        let fault = step_fault(step);
        assert!(fault.starts_with("case.yaml:3:"), "{fault}");
        assert!(fault.contains(told), "{fault}");
    }
}

#[test]
fn time_goes_back_only_on_purpose() {
    let steps = |second: &str| {
        format!(
            "{HEAD}  - {{ at: \"2026-03-01 09:30\", call: x }}\n  - {{ at: \"2026-03-01 09:29\", {second} }}\n"
        )
    };
    let told = fault(&steps("call: x"));
    assert!(
        told.starts_with("case.yaml:4:11: step 2, at: this is before 2026-03-01 09:30:00 +08:00"),
        "{told}"
    );
    let scenario = parse("case.yaml", &steps("clock: back, call: x")).unwrap();
    assert!(scenario.steps[1].at < scenario.steps[0].at);
}

#[test]
fn the_zone_is_the_documents() {
    assert!(
        fault("merchant: { zone: Nowhere/City }\nsteps: []\n")
            .contains("merchant, zone: \"Nowhere/City\" is no IANA zone")
    );
    assert!(
        fault("merchant: { currency: TWD }\nsteps: []\n").contains("the field zone is missing")
    );
    assert!(
        fault("merchant: { zone: UTC }\nzone: UTC\nsteps: []\n")
            .contains("the merchant's document says the zone")
    );
    assert!(fault("merchant: { zone: UTC }\nsteps: []\n").contains("there must be a step"));
}
