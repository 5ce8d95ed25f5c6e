//! How many decimals a currency's amounts have.

/// Currencies whose smallest unit is not a hundredth.
/// Source: ISO 4217, list one, column of minor units, as of 2024; for TWD, which has 2 there, the 0
/// that trade and the component use.
const OTHERS: [(&str, u8); 27] = [
    ("BHD", 3),
    ("BIF", 0),
    ("CLF", 4),
    ("CLP", 0),
    ("DJF", 0),
    ("GNF", 0),
    ("IQD", 3),
    ("ISK", 0),
    ("JOD", 3),
    ("JPY", 0),
    ("KMF", 0),
    ("KRW", 0),
    ("KWD", 3),
    ("LYD", 3),
    ("OMR", 3),
    ("PYG", 0),
    ("RWF", 0),
    ("TND", 3),
    ("TWD", 0),
    ("UGX", 0),
    ("UYI", 0),
    ("UYW", 4),
    ("VND", 0),
    ("VUV", 0),
    ("XAF", 0),
    ("XOF", 0),
    ("XPF", 0),
];

/// The decimals of the smallest unit; 2 unless ISO 4217 says otherwise. The component judges each
/// amount by its own rules as well, which may be narrower.
#[must_use]
pub fn decimals(currency: &str) -> u8 {
    let known = OTHERS.iter().find(|(code, _)| *code == currency);
    known.map_or(2, |(_, decimals)| *decimals)
}

#[cfg(test)]
mod tests {
    use super::decimals;

    #[test]
    fn cents_unless_listed() {
        let found = ["USD", "JPY", "KRW", "BHD", "UYW"].map(decimals);
        assert_eq!(found, [2, 0, 0, 3, 4]);
    }
}
