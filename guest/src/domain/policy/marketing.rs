//! Words that sell, in the languages of the channels' countries. They are looked for in all that a message consists of,
//! in every language whatever its own, since messages mix them. Source: spec, notification ("offer, discount, coupon,
//! recommendation, in text, buttons or data").

mod figure;
mod list;

use super::verdict::Finding;
use super::{Channel, Code, Facts, Policy, Purpose, Question};
use crate::domain::config::MarketingWords;
use figure::{Figure, code_follows, saving_follows};
use list::WORDS;
use std::str::Chars;

/// A word, as [`fold`] leaves it.
#[derive(Clone, Copy, Debug)]
struct Word {
    text: &'static str,
    /// It names a coupon, which a message about coupons may do where only information is permitted.
    coupon: bool,
    /// Where it sells.
    only: Only,
    /// Signs behind which it is part of another word.
    not_behind: &'static str,
    /// Signs before which it is.
    not_before: &'static str,
}

/// Where a word sells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Only {
    /// Everywhere.
    Always,
    /// Behind a number, with or without a blank, as in 8 折.
    Counted,
    /// Behind money, as in $5 off.
    Priced,
    /// Before money or a percentage, as in save 20%.
    Saving,
    /// Before a code with a letter in it, as in use code TEA20: those of digits alone open lockers.
    Code,
}

impl Word {
    /// Whether it sells behind `before` and that figure, with `rest` behind its first sign.
    fn sells(&self, before: char, figure: Figure, rest: &Chars<'_>) -> bool {
        let length = self.text.chars().count().saturating_sub(1);
        let behind = || rest.clone().filter_map(fold).skip(length);
        let part = |signs: &str, sign: Option<char>| sign.is_some_and(|sign| signs.contains(sign));
        let fits = match self.only {
            Only::Always => true,
            Only::Counted => figure.is_number(),
            Only::Priced => figure == Figure::Money,
            Only::Saving => saving_follows(behind()),
            Only::Code => code_follows(behind()),
        };
        fits && !part(self.not_behind, Some(before))
            && (self.not_before.is_empty() || !part(self.not_before, behind().next()))
    }
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
        let mut figure = Figure::None;
        while let Some(sign) = rest.next() {
            let Some(sign) = fold(sign) else { continue };
            let (place, bit) = Self::bit(sign);
            let first = self.first.get(place).is_some_and(|bits| bits & bit != 0);
            if first && self.begins(sign, (before, figure), &rest, coupons) {
                return true;
            }
            figure = figure.then(before, sign);
            before = sign;
        }
        false
    }

    /// Whether a word begins with `sign`, between `before`, which may end a figure, and `rest`.
    fn begins(
        &self,
        sign: char,
        (before, figure): (char, Figure),
        rest: &Chars<'_>,
        coupons: bool,
    ) -> bool {
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
                !(word.coupon && coupons)
                    && continues(word.text, sign, rest)
                    && word.sells(before, figure, rest)
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
        let text = asked.text.is_some_and(|text| !text.trim().is_empty());
        Finding::unless(text, Code::NoText)
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
            let (before, behind) = match word.only {
                Only::Always => ("", ""),
                Only::Counted => ("8", ""),
                Only::Priced => ("nt$1,000 ", ""),
                Only::Saving => ("", " 20%"),
                Only::Code => ("", " tea20"),
            };
            let text = format!("a {before}{}{behind} b", word.text);
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
            "全館半價",
            "免費試用",
            "降價",
            "調降價格",
            "年末出清",
            "好禮相送",
            "買大送小",
            "8 折",
            "第二件 5 折",
            "八五折",
            "85折",
            "Half price today",
            "$5 off your next order",
            "NT$ 1,000 off",
            "Save 20%",
            "save 20 %",
            "Save NT$100",
            "Use code TEA20 at checkout",
            "use code tea",
            "이벤트 참여하고 선물 받기",
            "적립금 2배 적립",
            "Free sample for you",
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
            "請提出清單",
            "列出清單如下",
            "說明書寫出清楚",
            "客服專線免費",
            "氣溫下降價格不變",
            "一半價格已付",
            "美好禮物盒",
            "USD 12 折合新台幣 380 元",
            "點數 30 折抵 30 元",
            "3折疊傘 1 支",
            "第 8 頁 折線圖",
            "Power was switched off",
            "Exit 5 off the highway",
            "Save 2 copies of this receipt",
            "Save this code",
            "You saved $5",
            "Use code 482910 at the locker",
            "Use code: 482910",
            "오징어와 생선물회",
            "선물거래 체결",
            "상품 2 배송 시작",
            "",
        ] {
            assert!(!sells(text), "{text}");
        }
    }
}
