//! Currencies by their ISO 4217 codes.

/// The fraction digits in use for a currency; none for a code that is not known here.
/// Source: ISO 4217's minor units; for TWD, which has 2 there, the 0 that trade uses.
#[must_use]
pub fn decimals(code: &str) -> Option<u32> {
    const NONE: [&str; 10] = [
        "TWD", "KRW", "JPY", "VND", "CLP", "ISK", "PYG", "UGX", "XAF", "XOF",
    ];
    const TWO: [&str; 34] = [
        "USD", "EUR", "GBP", "CNY", "HKD", "MOP", "SGD", "MYR", "THB", "PHP", "IDR", "INR", "AUD",
        "NZD", "CAD", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON", "TRY", "ILS", "AED",
        "SAR", "EGP", "ZAR", "BRL", "MXN", "ARS", "COP", "UAH",
    ];
    const THREE: [&str; 5] = ["BHD", "KWD", "OMR", "JOD", "TND"];
    match code {
        code if NONE.contains(&code) => Some(0),
        code if TWO.contains(&code) => Some(2),
        code if THREE.contains(&code) => Some(3),
        _ => None,
    }
}
