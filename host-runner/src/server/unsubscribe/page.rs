//! The pages that a person sees behind the link, in three languages.

use axum::http::StatusCode;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, VARY,
};
use axum::response::{IntoResponse, Response};

/// A page loads and runs nothing, is shown in no other page, and tells no other server where it was.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'";

/// How a page looks.
const STYLE: &str = "body{font:1.1rem/1.6 system-ui,sans-serif;max-width:30rem;margin:15vh auto;padding:0 1.5rem;\
color:#222;background:#fff}button{font:inherit;padding:.6rem 1.4rem;border:0;border-radius:.4rem;background:#1a56a5;color:#fff}\
button:focus-visible{outline:3px solid #f90}@media(prefers-color-scheme:dark){body{color:#eee;background:#181818}}";

/// A language of the pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    ZhTw,
    Ko,
    En,
}

/// What a page says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Page<'a> {
    /// Whether the person wants no more notices of this kind.
    Ask(&'a str),
    /// That no more will come.
    Done(&'a str),
    /// That the link is none.
    Unknown,
}

impl Language {
    /// The one that a browser wants most, by its `Accept-Language`; English where it wants none of them.
    pub(super) fn accepted(header: &str) -> Self {
        // Weights in thousandths. The first of equal weight counts.
        let mut best = (0, Self::En);
        for range in header.split(',').take(20) {
            let (tag, rest) = range.split_once(';').unwrap_or((range, ""));
            let weight = rest.trim().strip_prefix("q=").map_or(1_000, thousandths);
            let primary = tag.trim().split('-').next().unwrap_or("");
            let language = match primary.to_ascii_lowercase().as_str() {
                "zh" => Self::ZhTw,
                "ko" => Self::Ko,
                "en" => Self::En,
                _ => continue,
            };
            if weight > best.0 {
                best = (weight, language);
            }
        }
        best.1
    }

    fn tag(self) -> &'static str {
        match self {
            Self::ZhTw => "zh-TW",
            Self::Ko => "ko",
            Self::En => "en",
        }
    }

    /// What a kind of notices is called; others than the usual ones have a common name.
    fn kind(self, kind: &str) -> &'static str {
        let names = match kind {
            "points-expiring" => [
                "點數到期提醒",
                "적립금 소멸 예정 안내",
                "reminders of points that will expire",
            ],
            "coupons-expiring" => [
                "優惠券到期提醒",
                "쿠폰 만료 예정 안내",
                "reminders of coupons that will expire",
            ],
            "points-granted" => [
                "點數入帳通知",
                "적립금 적립 안내",
                "notices of points you receive",
            ],
            "points-deducted" => [
                "點數扣除通知",
                "적립금 차감 안내",
                "notices of points you spend",
            ],
            "points-lapsed" => [
                "點數失效通知",
                "적립금 소멸 안내",
                "notices of points that have expired",
            ],
            "reservation-reminder" => [
                "預約與活動提醒",
                "예약 및 행사 안내",
                "reminders of reservations and events",
            ],
            "payment-reminder" => ["付款提醒", "결제 안내", "reminders of payments"],
            "advertisement" => ["優惠訊息", "광고성 정보", "offers"],
            _ => ["此類通知", "이 알림", "notices of this kind"],
        };
        let [chinese, korean, english] = names;
        match self {
            Self::ZhTw => chinese,
            Self::Ko => korean,
            Self::En => english,
        }
    }

    /// Heading and text.
    fn words(self, page: Page<'_>) -> (&'static str, String) {
        match (self, page) {
            (Self::ZhTw, Page::Ask(kind)) => (
                "取消訂閱",
                format!("您要停止以電子郵件接收「{}」嗎?", self.kind(kind)),
            ),
            (Self::ZhTw, Page::Done(kind)) => (
                "已取消訂閱",
                format!("我們不會再以電子郵件寄送「{}」給您。", self.kind(kind)),
            ),
            (Self::ZhTw, Page::Unknown) => (
                "連結無效",
                "請使用電子郵件中的完整連結,或與商家聯絡。".to_owned(),
            ),
            (Self::Ko, Page::Ask(kind)) => (
                "수신 거부",
                format!("이메일로 받는 '{}'를 그만 받으시겠습니까?", self.kind(kind)),
            ),
            (Self::Ko, Page::Done(kind)) => (
                "수신 거부 완료",
                format!("앞으로 '{}'를 이메일로 보내지 않습니다.", self.kind(kind)),
            ),
            (Self::Ko, Page::Unknown) => (
                "유효하지 않은 링크",
                "이메일에 있는 전체 링크를 사용하시거나 판매자에게 문의해 주세요.".to_owned(),
            ),
            (Self::En, Page::Ask(kind)) => {
                ("Unsubscribe", format!("Stop e-mail {}?", self.kind(kind)))
            }
            (Self::En, Page::Done(kind)) => (
                "You are unsubscribed",
                format!("You will get no more e-mail {}.", self.kind(kind)),
            ),
            (Self::En, Page::Unknown) => (
                "This link is not valid",
                "Use the whole link of the mail, or write to the shop.".to_owned(),
            ),
        }
    }

    fn button(self) -> &'static str {
        match self {
            Self::ZhTw => "取消訂閱",
            Self::Ko => "수신 거부",
            Self::En => "Unsubscribe",
        }
    }
}

/// A weight from 0 to 1 with at most three digits behind the point; 0 for what is none.
fn thousandths(text: &str) -> u32 {
    let (whole, rest) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let digits = format!("{rest:0<3}");
    match (whole, digits.parse::<u32>()) {
        ("1", _) => 1_000,
        ("0", Ok(part)) if digits.len() == 3 => part,
        _ => 0,
    }
}

/// A page as the answer to a request.
pub(super) fn answer(status: StatusCode, language: Language, page: Page<'_>) -> Response {
    let (heading, text) = language.words(page);
    let form = match page {
        Page::Ask(_) => format!(
            "<form method=\"post\"><input type=\"hidden\" name=\"List-Unsubscribe\" value=\"One-Click\">\
             <button>{}</button></form>",
            language.button()
        ),
        Page::Done(_) | Page::Unknown => String::new(),
    };
    let tag = language.tag();
    let html = format!(
        "<!doctype html><html lang=\"{tag}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><meta name=\"robots\" content=\"noindex\">\
         <title>{heading}</title><style>{STYLE}</style></head>\
         <body><main><h1>{heading}</h1><p>{text}</p>{form}</main></body></html>\n"
    );
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_LANGUAGE, tag),
        (VARY, "accept-language"),
        (CACHE_CONTROL, "no-store"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (REFERRER_POLICY, "no-referrer"),
    ];
    (status, headers, html).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_the_one_wanted_most() {
        let table = [
            ("", Language::En),
            ("zh-TW,zh;q=0.9,en;q=0.8", Language::ZhTw),
            ("ko-KR", Language::Ko),
            ("fr, ko;q=0.4, zh-Hant;q=0.45", Language::ZhTw),
            ("en;q=0.2, ko;q=0.2", Language::En),
            ("fr", Language::En),
            ("KO;q=1.000, zh;q=2", Language::Ko),
            ("zh;q=0, en;q=0.001", Language::En),
            ("zh;q=x, ko;q=0.12345", Language::En),
        ];
        for (header, language) in table {
            assert_eq!(Language::accepted(header), language, "{header}");
        }
    }
}
