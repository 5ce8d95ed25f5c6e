//! Phone numbers as providers want them.

use sha2::{Digest, Sha256};

/// An E.164 number: a plus sign and 7 to 15 digits, the first no zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Phone<'a>(&'a str);

impl<'a> Phone<'a> {
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let digits = text.strip_prefix('+')?;
        let sound = (7..=15).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !digits.starts_with('0');
        sound.then_some(Self(text))
    }

    /// With its plus sign.
    pub(super) fn international(self) -> &'a str {
        self.0
    }

    /// As it is dialled within this country, if it is a mobile number there: `0912345678` of `+886912345678`.
    pub(super) fn mobile_of(self, country: Country) -> Option<String> {
        let rest = self.0.strip_prefix('+')?.strip_prefix(country.code())?;
        // A zero after the country's code is a common slip of the pen.
        let rest = rest.strip_prefix('0').unwrap_or(rest);
        let mobile = match country {
            Country::Taiwan => rest.len() == 9 && rest.starts_with('9'),
            Country::Korea => (9..=10).contains(&rest.len()) && rest.starts_with('1'),
        };
        mobile.then(|| format!("0{rest}"))
    }

    /// What LINE knows a number by: SHA-256 of the number with its plus sign, 64 digits in lower case.
    pub(super) fn hashed(self) -> String {
        super::identity::hex(&Sha256::digest(self.0.as_bytes()))
    }
}

/// A country whose providers want numbers as they are dialled there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Country {
    Taiwan,
    Korea,
}

impl Country {
    fn code(self) -> &'static str {
        match self {
            Self::Taiwan => "886",
            Self::Korea => "82",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_checked_and_localised() {
        let table = [
            ("+886912345678", Some(Some("0912345678")), Some(None)),
            ("+8860912345678", Some(Some("0912345678")), Some(None)),
            ("+886223456789", Some(None), Some(None)),
            ("+821012345678", Some(None), Some(Some("01012345678"))),
            ("+82111234567", Some(None), Some(Some("0111234567"))),
            ("+81312345678", Some(None), Some(None)),
            ("0912345678", None, None),
            ("+0912345678", None, None),
            ("+886 912345678", None, None),
            ("+886912345678901", Some(None), Some(None)),
            ("+8869123456789012", None, None),
            ("+12345", None, None),
            ("+８８６912345678", None, None),
            ("", None, None),
        ];
        for (text, taiwan, korea) in table {
            let phone = Phone::parse(text);
            let local = |country| phone.map(|phone| phone.mobile_of(country));
            let owned = |o: Option<Option<&str>>| o.map(|o| o.map(str::to_owned));
            assert_eq!(local(Country::Taiwan), owned(taiwan), "{text}");
            assert_eq!(local(Country::Korea), owned(korea), "{text}");
        }
    }

    #[test]
    fn hashes_are_those_that_line_expects() {
        let hashed = |text| Phone::parse(text).unwrap().hashed();
        let japan = hashed("+818000001234");
        assert!(
            japan.starts_with("d41e0ad7") && japan.ends_with("2409c"),
            "{japan}"
        );
        assert_eq!(
            hashed("+886912345678"),
            "1315ec4a63ba3d2b8f5db63688770e89a402ee623ef33e4c8c2f36e48f271be0"
        );
    }
}
