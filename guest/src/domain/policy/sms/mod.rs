//! How long text messages are. Source: spec, notification; GSM 03.38 and 03.40; Korea's carriers.

mod euc_kr;
mod gsm;

use super::Code;
use super::verdict::Finding;

/// How a text goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// 160 units in one, 153 in each of several; some characters take two.
    Gsm7,
    /// 70 units in one, 67 in each of several.
    Ucs2,
    /// Korea: at most 90 bytes.
    EucKr,
    /// Korea: the long kind, at most 2,000 bytes.
    Lms,
}

/// What a text takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// How it goes out.
    pub encoding: Encoding,
    /// Septets, UTF-16 units, or bytes.
    pub units: u32,
    /// In how many pieces it is sent and paid for.
    pub segments: u32,
    /// The channel has all its characters; EUC-KR has not.
    pub complete: bool,
}

/// Bytes of a short message in Korea, at most.
const SHORT_MAX: u32 = 90;

/// Bytes of a long one, at most.
const LONG_MAX: u32 = 2_000;

/// Segments that can be joined: their number takes a byte.
const SEGMENTS_MAX: u32 = 255;

/// What a text takes; by Korea's carriers or by all others.
#[must_use]
pub fn size(text: &str, korea: bool) -> Size {
    if korea {
        return korean(text);
    }
    let septets = || text.chars().map(gsm::septets);
    let (encoding, units, segments) = if septets().all(|it| it.is_some()) {
        let (units, segments) = pieces(septets().flatten(), 160, 153);
        (Encoding::Gsm7, units, segments)
    } else {
        let utf16 = text
            .chars()
            .map(|sign| if sign > '\u{ffff}' { 2 } else { 1 });
        let (units, segments) = pieces(utf16, 70, 67);
        (Encoding::Ucs2, units, segments)
    };
    Size {
        encoding,
        units,
        segments,
        complete: true,
    }
}

fn korean(text: &str) -> Size {
    let mut units: u32 = 0;
    let mut complete = true;
    for sign in text.chars() {
        if sign.is_ascii() {
            units = units.saturating_add(1);
        } else {
            units = units.saturating_add(2);
            complete &= euc_kr::has(sign);
        }
    }
    Size {
        encoding: if units <= SHORT_MAX {
            Encoding::EucKr
        } else {
            Encoding::Lms
        },
        units,
        segments: 1,
        complete,
    }
}

/// The units of all characters, and the pieces that they fill: one of `alone`, or several of `joined`, none of which
/// ends within a character.
fn pieces(characters: impl Iterator<Item = u32>, alone: u32, joined: u32) -> (u32, u32) {
    let (mut units, mut full, mut filled) = (0_u32, 1_u32, 0_u32);
    for character in characters {
        units = units.saturating_add(character);
        filled = filled.saturating_add(character);
        if filled > joined {
            full = full.saturating_add(1);
            filled = character;
        }
    }
    (units, if units <= alone { 1 } else { full })
}

impl Size {
    /// Whether it can be sent so.
    pub(super) fn finding(self) -> Finding {
        let fits = match self.encoding {
            Encoding::Gsm7 | Encoding::Ucs2 => self.segments <= SEGMENTS_MAX,
            Encoding::EucKr | Encoding::Lms => self.units <= LONG_MAX,
        };
        if !self.complete {
            return Finding::Denied(Code::OutsideCharset);
        }
        Finding::unless(fits, Code::TooLong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segments(text: &str, encoding: Encoding) -> u32 {
        let size = size(text, false);
        assert_eq!(size.encoding, encoding, "{text}");
        size.segments
    }

    #[test]
    fn edges_of_segments() {
        for (count, expected) in [(0, 1), (160, 1), (161, 2), (306, 2), (307, 3)] {
            assert_eq!(
                segments(&"a".repeat(count), Encoding::Gsm7),
                expected,
                "{count}"
            );
        }
        for (count, expected) in [(70, 1), (71, 2), (134, 2), (135, 3)] {
            assert_eq!(
                segments(&"點".repeat(count), Encoding::Ucs2),
                expected,
                "{count}"
            );
        }
        for (count, expected) in [(35, 1), (36, 2)] {
            assert_eq!(
                segments(&"😀".repeat(count), Encoding::Ucs2),
                expected,
                "{count}"
            );
        }
    }

    #[test]
    fn characters_of_two_units_are_not_cut() {
        assert_eq!(segments(&"€".repeat(80), Encoding::Gsm7), 1);
        assert_eq!(segments(&"[".repeat(81), Encoding::Gsm7), 2);
        // 153 is odd: each piece holds 76 of them.
        assert_eq!(segments(&"€".repeat(152), Encoding::Gsm7), 2);
        assert_eq!(segments(&"€".repeat(153), Encoding::Gsm7), 3);
        // So is 67: 33 in each.
        assert_eq!(segments(&"😀".repeat(66), Encoding::Ucs2), 2);
        assert_eq!(segments(&"😀".repeat(67), Encoding::Ucs2), 3);
        // One character outside makes all of it longer.
        assert_eq!(segments(&("a".repeat(70) + "點"), Encoding::Ucs2), 2);
        assert_eq!(segments("Ünïcode", Encoding::Ucs2), 1);
        assert_eq!(segments("àèéìòù ÄÖÑÜ §", Encoding::Gsm7), 1);
        assert_eq!(segments("`", Encoding::Ucs2), 1);
    }

    #[test]
    fn bytes_in_korea() {
        let short = size(&"가".repeat(45), true);
        assert_eq!((short.encoding, short.units), (Encoding::EucKr, 90));
        let long = size(&("가".repeat(45) + "a"), true);
        assert_eq!((long.encoding, long.units), (Encoding::Lms, 91));
        assert_eq!(size(&"가".repeat(1_000), true).finding(), Finding::Passed);
        let over = size(&("가".repeat(1_000) + "a"), true);
        assert_eq!(over.finding(), Finding::Denied(Code::TooLong));
        for text in ["적립금 1,000원", "漢字 ① → ％ ♡", "(광고)"] {
            assert_eq!(size(text, true).finding(), Finding::Passed, "{text}");
        }
        for text in ["똠방각하", "뷁", "😀", "點\u{0300}", "ñ"] {
            let outside = Finding::Denied(Code::OutsideCharset);
            assert_eq!(size(text, true).finding(), outside, "{text}");
        }
    }
}
