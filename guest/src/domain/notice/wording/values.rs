//! The values that are put into texts.

use super::placeholder::{COUPON_MAX, ITEM_MAX, NAME_MAX, Placeholder, listed};
use crate::domain::amount::Amount;
use crate::domain::notice::{Channel, Facts, Language, Reason, Told, say};
use crate::domain::policy::Origin;

/// Where a value is put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In a subject: one line.
    Subject,
    /// In a plain text.
    Text,
    /// In HTML: escaped.
    Html,
}

/// What the values of one message are made of.
#[derive(Clone, Copy)]
pub(super) struct Values<'f> {
    pub(super) facts: &'f Facts,
    pub(super) channel: Channel,
    pub(super) language: Language,
}

impl Values<'_> {
    /// The value of a placeholder, fit for its place. Of a fact that isn't there: nothing.
    pub(super) fn of(self, placeholder: Placeholder, place: Place) -> String {
        if placeholder == Placeholder::Coupons {
            return self.coupons(place);
        }
        let value = self.plain(placeholder).unwrap_or_default();
        if place == Place::Html {
            escaped(&value)
        } else {
            value
        }
    }

    fn plain(self, placeholder: Placeholder) -> Option<String> {
        let (facts, language) = (self.facts, self.language);
        match placeholder {
            Placeholder::Member => Some(named(facts.member_name.as_deref(), member(language))),
            Placeholder::Programme => {
                Some(named(facts.programme.as_deref(), say::points(language)))
            }
            Placeholder::Points => facts.points.map(say::amount),
            Placeholder::Balance => facts.balance.map(say::amount),
            Placeholder::Days => {
                let days = facts.days?;
                Some(say::amount(Amount::whole(i64::from(days))))
            }
            Placeholder::LastDay | Placeholder::LapsedDay | Placeholder::Day => {
                facts.last.map(|last| say::date(language, last.date()))
            }
            Placeholder::LastTime | Placeholder::Time => {
                facts.last.map(|last| say::time(last.time()))
            }
            Placeholder::Subject => self.said(NAME_MAX, |told| Some(told.subject.as_str())),
            Placeholder::Item => self.said(ITEM_MAX, |told| told.item.as_deref()),
            Placeholder::Amount => self.said(COUPON_MAX, |told| told.amount.as_deref()),
            Placeholder::Contact => self.said(ITEM_MAX, |told| told.contact.as_deref()),
            Placeholder::Reason => facts.reason.map(|why| reason(language, why).to_owned()),
            Placeholder::Basis => Some(basis(language, facts.origin).to_owned()),
            Placeholder::Count => Some(number(facts.coupons.len())),
            Placeholder::Coupons => None,
        }
    }

    /// What the platform says, cut to so many characters.
    fn said(self, most: usize, what: impl Fn(&Told) -> Option<&str>) -> Option<String> {
        let told = self.facts.told.as_deref()?;
        what(told).map(|text| say::clean(text, most))
    }

    /// The coupons, each in a line of its own but in a subject.
    fn coupons(self, place: Place) -> String {
        let all = &self.facts.coupons;
        let most = listed(self.channel);
        let line = if place == Place::Subject { "" } else { "- " };
        let mut items: Vec<String> = all
            .iter()
            .take(most)
            .map(|coupon| {
                let name = say::clean(&coupon.name, COUPON_MAX);
                let code = say::clean(&coupon.code, COUPON_MAX);
                format!("{line}{name} ({code})")
            })
            .collect();
        if let Some(more @ 1..) = all.len().checked_sub(most) {
            items.push(others(self.language, &number(more)));
        }
        match place {
            Place::Subject => items.join(", "),
            Place::Text => items.join("\n"),
            Place::Html => {
                let items: Vec<String> = items.iter().map(|item| escaped(item)).collect();
                items.join("<br>")
            }
        }
    }
}

fn named(name: Option<&str>, otherwise: &str) -> String {
    say::named(name.unwrap_or_default(), NAME_MAX, otherwise)
}

fn number(count: usize) -> String {
    say::amount(Amount::whole(i64::try_from(count).unwrap_or(i64::MAX)))
}

/// A text with what HTML gives a meaning to written in another way.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

/// How to address a member whose name isn't known.
fn member(language: Language) -> &'static str {
    match language {
        Language::ZhTw => "親愛的會員",
        Language::Ko => "고객",
        Language::En => "member",
    }
}

fn others(language: Language, more: &str) -> String {
    match language {
        Language::ZhTw => format!("…另有 {more} 張"),
        Language::Ko => format!("… 외 {more}장"),
        Language::En => format!("… and {more} more"),
    }
}

/// Names what [`Origin::is_told_by`] looks for, where there is something to base a benefit on.
fn basis(language: Language, origin: Option<Origin>) -> &'static str {
    let [zh, ko, en] = match origin {
        Some(Origin::Paid) => ["消費", "상품 구매", "a purchase"],
        Some(Origin::Event) => ["參加活動", "이벤트 참여", "taking part in an event"],
        Some(Origin::Contract) => ["合約", "계약", "a contract"],
        Some(Origin::None | Origin::Promo | Origin::Free) | None => {
            ["商家提供", "상점 제공", "the store"]
        }
    };
    match language {
        Language::ZhTw => zh,
        Language::Ko => ko,
        Language::En => en,
    }
}

fn reason(language: Language, reason: Reason) -> &'static str {
    let [zh, ko, en] = match reason {
        Reason::Order => ["訂單回饋", "주문 적립", "order"],
        Reason::Event => ["參加活動", "활동 참여", "activity"],
        Reason::SignUp => ["加入會員", "회원 가입", "registration"],
        Reason::Birthday => ["生日", "생일", "birthday"],
        Reason::Gift => ["商家贈送", "상점 지급", "given by the store"],
        Reason::Restored => ["退款返還", "환불에 따른 반환", "returned after a refund"],
        Reason::Spent => ["使用折抵", "사용", "used"],
        Reason::Reversed => ["退款收回", "환불에 따른 회수", "taken back after a refund"],
        Reason::Adjusted => ["商家調整", "상점 조정", "correction by the store"],
        Reason::Transferred => ["會員間轉移", "회원 간 이전", "transfer between members"],
        Reason::Several => ["多筆異動", "여러 건", "several changes"],
    };
    match language {
        Language::ZhTw => zh,
        Language::Ko => ko,
        Language::En => en,
    }
}
