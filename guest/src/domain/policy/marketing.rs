//! Words that sell, in the languages of the channels' countries. They are looked for in all that a message consists of,
//! in every language whatever its own, since messages mix them. Source: spec, notification ("offer, discount, coupon,
//! recommendation, in text, buttons or data").

mod list;

use super::verdict::Finding;
use super::{Channel, Code, Facts, Policy, Purpose, Question};
use crate::domain::config::MarketingWords;
use list::WORDS;
use std::str::Chars;

/// A word, as [`fold`] leaves it.
#[derive(Clone, Copy, Debug)]
struct Word {
    text: &'static str,
    /// It names a coupon, which a message about coupons may do where only information is permitted.
    coupon: bool,
    /// It sells only behind a number, as in 8折.
    counted: bool,
}

/// The words to look for.
#[derive(Debug)]
pub(super) struct Words<'s> {
    /// Which last ten bits words' first characters have.
    first: [u64; 16],
    /// The merchant's own.
    own: &'s MarketingWords,
}

impl<'s> Words<'s> {
    pub(super) fn new(own: &'s MarketingWords) -> Self {
        let mut words = Self {
            first: [0; 16],
            own,
        };
        let texts = WORDS.iter().map(|word| word.text);
        for text in texts.chain(own.all()) {
            if let Some(sign) = text.chars().find_map(fold) {
                let (place, bit) = Self::bit(sign);
                if let Some(bits) = words.first.get_mut(place) {
                    *bits |= bit;
                }
            }
        }
        words
    }

    fn bit(sign: char) -> (usize, u64) {
        let last = u32::from(sign) & 1_023;
        (usize::try_from(last >> 6).unwrap_or(0), 1 << (last & 63))
    }

    /// Whether one of them stands in the text; without those that name coupons if `coupons` are permitted.
    fn are_in(&self, text: &str, coupons: bool) -> bool {
        let mut rest = text.chars();
        let mut before = ' ';
        while let Some(sign) = rest.next() {
            let Some(sign) = fold(sign) else { continue };
            let (place, bit) = Self::bit(sign);
            let first = self.first.get(place).is_some_and(|bits| bits & bit != 0);
            if first && self.begins(sign, before, &rest, coupons) {
                return true;
            }
            before = sign;
        }
        false
    }

    /// Whether a word begins with `sign`, between `before` and `rest`.
    fn begins(&self, sign: char, before: char, rest: &Chars<'_>, coupons: bool) -> bool {
        if sign.is_ascii_alphanumeric() && before.is_ascii_alphanumeric() {
            return false;
        }
        let mut bytes = [0; 4];
        let one: &str = sign.encode_utf8(&mut bytes);
        let start = WORDS.partition_point(|word| word.text < one);
        let all = WORDS.get(start..).unwrap_or_default().iter();
        let found = all
            .take_while(|word| word.text.starts_with(sign))
            .any(|word| {
                let counts = !word.counted || is_number(before);
                counts && !(word.coupon && coupons) && continues(word.text, sign, rest)
            });
        found || self.own.all().any(|word| continues(word, sign, rest))
    }
}

/// Whether `word` stands there: its first sign read, the others in `rest`, and no letter behind one of ASCII.
fn continues(word: &str, sign: char, rest: &Chars<'_>) -> bool {
    let mut wanted = word.chars().filter_map(fold);
    if wanted.next() != Some(sign) {
        return false;
    }
    let mut rest = rest.clone().filter_map(fold);
    let mut last = sign;
    for sign in wanted {
        if rest.next() != Some(sign) {
            return false;
        }
        last = sign;
    }
    !(last.is_ascii_alphanumeric() && rest.next().is_some_and(|next| next.is_ascii_alphanumeric()))
}

/// Small letters for capitals, the usual form for full-width ones; none for signs without width.
fn fold(sign: char) -> Option<char> {
    match sign {
        ..='\u{7f}' => Some(sign.to_ascii_lowercase()),
        '\u{ff01}'..='\u{ff5e}' => {
            let plain = char::from_u32(u32::from(sign).wrapping_sub(0xfee0))?;
            Some(plain.to_ascii_lowercase())
        }
        '\u{a0}' | '\u{3000}' => Some(' '),
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' => None,
        _ => Some(sign),
    }
}

fn is_number(sign: char) -> bool {
    sign.is_ascii_digit() || "一二三四五六七八九".contains(sign)
}

impl Policy<'_> {
    /// Whether a word in it sells.
    pub(super) fn sells(&self, asked: &Question<'_>) -> bool {
        let coupons =
            asked.channel != Channel::LineNotification && asked.purpose == Purpose::CouponsExpiring;
        let text = asked.text.into_iter();
        let others = asked.buttons.iter().chain(asked.data).map(String::as_str);
        text.chain(others)
            .any(|text| self.words.are_in(text, coupons))
    }

    /// Nothing that sells: neither declared nor by a word; a text that nobody shows can't be told to be free of it.
    pub(super) fn marketing(&self, asked: &Question<'_>) -> Finding {
        let declared = asked.facts.has(Facts::MARKETING) || asked.purpose == Purpose::Advertisement;
        if declared || self.sells(asked) {
            return Finding::Denied(Code::Marketing);
        }
        Finding::unless(asked.text.is_some(), Code::NoText)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sells(text: &str) -> bool {
        let own = MarketingWords {
            en: vec!["Grand Opening".to_owned()],
            ..MarketingWords::default()
        };
        Words::new(&own).are_in(text, false)
    }

    #[test]
    fn the_list_is_in_order_and_folded() {
        for pair in WORDS.windows(2) {
            assert!(pair[0].text < pair[1].text, "{pair:?}");
        }
        for word in WORDS {
            let folded: String = word.text.chars().filter_map(fold).collect();
            assert_eq!(folded, word.text);
            let text = format!("a {}{} b", if word.counted { "8" } else { "" }, word.text);
            assert!(sells(&text), "{text}");
        }
    }

    #[test]
    fn words_in_every_form() {
        for text in [
            "Your plan ends soon: 20% off now",
            "20％ ＯＦＦ",
            "Big SALE",
            "ＳＡＬＥ",
            "現在8折",
            "全館八折",
            "會員專屬優\u{200b}惠",
            "30% 할인",
            "クーポンあり",
            "see you at the grand　opening!",
        ] {
            assert!(sells(text), "{text}");
        }
    }

    #[test]
    fn words_within_others_are_none() {
        for text in [
            "Wholesale invoice 7 is due",
            "Your order is on its way to your office",
            "Dealt with",
            "產品折疊說明",
            "您的訂單已出貨",
            "주문이 발송되었습니다",
            "ご注文の商品を発送しました",
            "grand openings",
            "",
        ] {
            assert!(!sells(text), "{text}");
        }
    }
}
