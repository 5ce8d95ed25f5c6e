//! The basis line: the last line, which says by which purchase, event or contract a benefit came about. Source: spec,
//! notification, AlimTalk.

use super::Origin;

impl Origin {
    /// Words of which one must stand in the basis line; none where there is nothing to base it on.
    fn words(self) -> &'static [&'static str] {
        match self {
            Self::Paid => &[
                "구매", "주문", "결제", "消費", "購買", "購物", "訂單", "purchase", "order",
            ],
            Self::Event => &[
                "이벤트",
                "행사",
                "참여",
                "活動",
                "event",
                "activity",
                "taking part",
            ],
            Self::Contract => &["계약", "약정", "合約", "契約", "contract"],
            Self::None | Self::Promo | Self::Free => &[],
        }
    }

    /// Whether the last line of a text says that a benefit came about so.
    #[must_use]
    pub fn is_told_by(self, text: &str) -> bool {
        let mut lines = text.lines().rev().filter(|line| !line.trim().is_empty());
        let line = lines.next().unwrap_or_default().to_ascii_lowercase();
        self.words().iter().any(|word| line.contains(word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_names_the_origin() {
        for (origin, text, told) in [
            (Origin::Paid, "적립\n※ 상품 구매로 적립된 포인트\n", true),
            (Origin::Paid, "A\nBy your Purchase.", true),
            (Origin::Paid, "구매\n※ 정보성 안내입니다.", false),
            (Origin::Paid, "※ 이벤트 참여로 적립", false),
            (Origin::Event, "※ 이벤트 참여로 적립", true),
            (Origin::Contract, "※ 이용 계약에 따른 적립", true),
            (Origin::Contract, "※ 이용약관에 따른 안내", false),
            (Origin::Free, "※ 구매 이벤트 계약", false),
            (Origin::Paid, "", false),
        ] {
            assert_eq!(origin.is_told_by(text), told, "{text}");
        }
    }
}
