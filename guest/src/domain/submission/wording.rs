//! The words of messages: those that are fixed, those that stand in for a merchant's own, and reasons. Source: spec, invoice,
//! Messages.
//!
//! Words may name `{campaign}`, `{number}`, `{date}`, `{random}`, `{tier}`, `{amount}` and `{reason}`; a line that names something
//! which isn't known is left out.

use super::{Message, Reason};
use crate::domain::notice::Language;
use crate::domain::notice::wording::{Piece, pieces};
use stampcard_invoice::reading;

/// What words may name.
#[derive(Clone, Debug, Default)]
pub struct Values {
    /// The campaign's name.
    pub campaign: String,
    /// `AB-12345678`.
    pub number: Option<String>,
    /// `2026-11-28`.
    pub date: Option<String>,
    /// Four digits.
    pub random: Option<String>,
    /// The tier that was reached.
    pub tier: Option<u32>,
    /// The invoice's amount, as decimal.
    pub amount: Option<String>,
    /// Why.
    pub why: Option<Why>,
}

/// Why something is not taken, or does not qualify, as members are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It can't be read.
    Unclear,
    /// Its number has not the form of one.
    Number,
    /// Its date has not the form of one.
    Date,
    /// Its random code has not the form of one.
    Random,
    /// It is no invoice.
    NoInvoice,
    /// Too many at once.
    TooMany,
    /// It lies ahead.
    Future,
    /// A business's.
    Business,
    /// A paper invoice of the old kind.
    Traditional,
    /// On a shop's own carrier.
    MemberCarrier,
    /// It was donated.
    Donated,
    /// Conditions.
    Conditions,
    /// Its random code.
    WrongRandom,
    /// Its codes are not the seller's.
    Forged,
    /// Voided.
    Voided,
    /// Nothing was known.
    NoData,
    /// The verifier did not understand what was sent in.
    Unverifiable,
    /// The verifier has no such period.
    Period,
    /// A carrier's verification code.
    Verification,
    /// A person said so.
    Person,
}

impl From<reading::Refusal> for Why {
    fn from(refusal: reading::Refusal) -> Self {
        use reading::Reason as From;
        match refusal.reason {
            From::Form => match refusal.field {
                reading::Field::Number => Self::Number,
                reading::Field::Date => Self::Date,
                reading::Field::Random => Self::Random,
                _ => Self::Unclear,
            },
            From::NoInvoice | From::CarrierCode | From::DonationCode => Self::NoInvoice,
            From::TooMany => Self::TooMany,
            From::Future => Self::Future,
            From::BusinessBuyer => Self::Business,
            From::Traditional => Self::Traditional,
            From::MemberCarrier => Self::MemberCarrier,
            From::MaskedDonated => Self::Donated,
            _ => Self::Unclear,
        }
    }
}

impl Why {
    /// What members are told of a reason; none: nothing.
    #[must_use]
    pub fn of(reason: Reason) -> Option<Self> {
        Some(match reason {
            Reason::Conditions | Reason::Reduced => Self::Conditions,
            Reason::WrongRandomCode => Self::WrongRandom,
            Reason::Forged => Self::Forged,
            Reason::Voided => Self::Voided,
            Reason::BusinessBuyer => Self::Business,
            Reason::NoData => Self::NoData,
            Reason::BadParameters | Reason::Refused => Self::Unverifiable,
            Reason::NoSuchPeriod => Self::Period,
            Reason::WrongVerification => Self::Verification,
            Reason::ByPerson => Self::Person,
            _ => return None,
        })
    }

    /// In words.
    #[must_use]
    pub fn text(self, language: Language) -> &'static str {
        one(
            language,
            match self {
                Self::Unclear => [
                    "發票無法讀取",
                    "영수증을 읽을 수 없습니다",
                    "the invoice can't be read",
                ],
                Self::Number => [
                    "發票號碼應為兩個英文字母加八位數字",
                    "영수증 번호는 영문 두 자와 숫자 여덟 자리입니다",
                    "the number isn't two letters and eight digits",
                ],
                Self::Date => [
                    "發票日期格式不正確",
                    "날짜 형식이 맞지 않습니다",
                    "the date can't be read",
                ],
                Self::Random => [
                    "隨機碼應為四位數字",
                    "난수 코드는 숫자 네 자리입니다",
                    "the random code isn't four digits",
                ],
                Self::NoInvoice => [
                    "找不到電子發票的條碼",
                    "전자 영수증 코드가 없습니다",
                    "no code of an e-invoice was found",
                ],
                Self::TooMany => [
                    "一次上傳的發票過多",
                    "한 번에 올린 영수증이 너무 많습니다",
                    "too many invoices at once",
                ],
                Self::Future => [
                    "發票日期晚於今天",
                    "영수증 날짜가 오늘 이후입니다",
                    "the date lies after today",
                ],
                Self::Business => [
                    "打統一編號的發票不能登錄",
                    "사업자 번호가 있는 영수증은 등록할 수 없습니다",
                    "invoices with a business number aren't taken",
                ],
                Self::Traditional => [
                    "傳統發票不能登錄",
                    "종이 영수증은 등록할 수 없습니다",
                    "paper invoices aren't taken",
                ],
                Self::MemberCarrier => [
                    "會員載具的發票不能登錄",
                    "매장 회원 캐리어의 영수증은 등록할 수 없습니다",
                    "invoices on a shop's member carrier aren't taken",
                ],
                Self::Donated => [
                    "已捐贈的發票不能登錄",
                    "기부한 영수증은 등록할 수 없습니다",
                    "donated invoices aren't taken",
                ],
                Self::Conditions => [
                    "未達活動條件",
                    "행사 조건에 맞지 않습니다",
                    "the campaign's conditions aren't met",
                ],
                Self::WrongRandom => [
                    "隨機碼不符",
                    "난수 코드가 맞지 않습니다",
                    "the random code is another one",
                ],
                Self::Forged => [
                    "條碼與發票不符",
                    "코드가 영수증과 맞지 않습니다",
                    "the codes aren't those of the invoice",
                ],
                Self::Voided => [
                    "發票已作廢",
                    "취소된 영수증입니다",
                    "the invoice was voided",
                ],
                Self::NoData => [
                    "期限內查無發票資料",
                    "기한 안에 영수증을 확인할 수 없습니다",
                    "the invoice could not be found in time",
                ],
                Self::Unverifiable => [
                    "發票資料無法驗證",
                    "영수증 내용을 확인할 수 없습니다",
                    "the invoice's data can't be verified",
                ],
                Self::Period => [
                    "無法查詢此期別的發票",
                    "해당 기간의 영수증은 조회할 수 없습니다",
                    "invoices of that period can't be asked for",
                ],
                Self::Verification => [
                    "載具驗證碼不符",
                    "캐리어 인증 코드가 맞지 않습니다",
                    "the carrier's verification code is another one",
                ],
                Self::Person => [
                    "經人工審核未通過",
                    "담당자 확인 결과 해당하지 않습니다",
                    "it was checked by hand and not accepted",
                ],
            },
        )
    }
}

fn one(language: Language, [zh, ko, en]: [&'static str; 3]) -> &'static str {
    match language {
        Language::ZhTw => zh,
        Language::Ko => ko,
        Language::En => en,
    }
}

/// A message in words: the merchant's own where there are any, with the reason below them if they don't name it.
#[must_use]
pub fn render(message: Message, own: Option<&str>, language: Language, values: &Values) -> String {
    let text = own.unwrap_or_else(|| builtin(message, language));
    let mut out = String::with_capacity(text.len() + 64);
    let reason = values.why.map(|why| why.text(language));
    let mut named = false;
    for line in text.split_inclusive('\n') {
        let start = out.len();
        let mut whole = true;
        for piece in pieces(line) {
            match piece {
                Piece::Plain(text) | Piece::Unclosed(text) | Piece::Stray(text) => {
                    out.push_str(text);
                }
                Piece::Name("reason") => {
                    named |= reason.is_some();
                    whole &= reason.is_some();
                    out.push_str(reason.unwrap_or_default());
                }
                Piece::Name(name) => {
                    let value = value(name, values);
                    whole &= value.is_some();
                    out.push_str(&value.unwrap_or_default());
                }
            }
        }
        if !whole {
            out.truncate(start);
        }
    }
    out.truncate(out.trim_end().len());
    if let Some(reason) = reason.filter(|_| !named) {
        out.push_str(one(language, ["\n原因：", "\n사유: ", "\nReason: "]));
        out.push_str(reason);
    }
    out
}

fn value(name: &str, values: &Values) -> Option<String> {
    match name {
        "campaign" => Some(values.campaign.clone()),
        "number" => values.number.clone(),
        "date" => values.date.clone(),
        "random" => values.random.clone(),
        "tier" => values.tier.map(|tier| tier.to_string()),
        "amount" => values.amount.clone(),
        _ => None,
    }
}

fn builtin(message: Message, language: Language) -> &'static str {
    one(
        language,
        match message {
            Message::Received => [
                "已讀取您的發票：\n種類：電子發票\n號碼：{number}\n日期：{date}\n隨機碼：{random}",
                "영수증을 읽었습니다:\n종류: 전자 영수증\n번호: {number}\n날짜: {date}\n난수 코드: {random}",
                "Your invoice was read:\nKind: e-invoice\nNumber: {number}\nDate: {date}\nRandom code: {random}",
            ],
            Message::Waiting => [
                "發票 {number} 正在驗證，結果將在 3 天內通知您。請不要封鎖本帳號，以免收不到通知。",
                "영수증 {number}을(를) 확인하고 있습니다. 3일 안에 결과를 알려 드립니다. 알림을 받으시려면 이 계정을 차단하지 마세요.",
                "Invoice {number} is being verified. You will hear of the result within 3 days; please don't block this account, or it can't reach you.",
            ],
            Message::Duplicate => [
                "這張發票先前已登錄成功，請改用其他發票。\n種類：電子發票\n號碼：{number}\n日期：{date}",
                "이미 등록된 영수증입니다. 다른 영수증을 올려 주세요.\n종류: 전자 영수증\n번호: {number}\n날짜: {date}",
                "This invoice was registered before. Please send in another one.\nKind: e-invoice\nNumber: {number}\nDate: {date}",
            ],
            Message::LimitReached => [
                "您在本活動的參與次數已滿，無法再登錄發票，感謝參與。",
                "참여 가능 횟수를 모두 사용하셨습니다. 참여해 주셔서 감사합니다.",
                "You have reached the number of entries in this campaign. Thank you for taking part.",
            ],
            Message::NotStarted => [
                "活動還沒有開始。",
                "아직 시작하지 않은 행사입니다.",
                "The campaign has not begun yet.",
            ],
            Message::NotThere => [
                "很抱歉，找不到這個活動。",
                "죄송합니다. 행사를 찾을 수 없습니다.",
                "Sorry, there is no such campaign.",
            ],
            Message::Unexpected => [
                "發票未能登錄，請稍後再試一次。",
                "영수증을 등록하지 못했습니다. 잠시 후 다시 시도해 주세요.",
                "The invoice could not be registered. Please try again later.",
            ],
            Message::Qualified => [
                "恭喜！發票 {number} 符合活動「{campaign}」的資格。",
                "축하합니다! 영수증 {number}이(가) '{campaign}' 조건에 맞습니다.",
                "Congratulations! Invoice {number} qualifies for {campaign}.",
            ],
            Message::NotQualified => [
                "很抱歉，發票 {number} 不符合活動「{campaign}」的資格。",
                "죄송합니다. 영수증 {number}은(는) '{campaign}' 조건에 맞지 않습니다.",
                "Sorry, invoice {number} does not qualify for {campaign}.",
            ],
            Message::Unreadable => [
                "這張發票無法登錄，請重新上傳或改用手動輸入。",
                "이 영수증은 등록할 수 없습니다. 다시 올리거나 직접 입력해 주세요.",
                "This invoice can't be registered. Please send it in again or type it.",
            ],
            Message::Ended => [
                "活動「{campaign}」已經結束，感謝您的支持。",
                "'{campaign}' 행사가 종료되었습니다. 감사합니다.",
                "{campaign} is over. Thank you.",
            ],
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_without_their_value_are_left_out_and_reasons_are_told_once() {
        let mut values = Values {
            campaign: "Tea".to_owned(),
            number: Some("AB-12345678".to_owned()),
            random: Some("1234".to_owned()),
            ..Values::default()
        };
        let text = render(Message::Received, None, Language::En, &values);
        let expected =
            "Your invoice was read:\nKind: e-invoice\nNumber: AB-12345678\nRandom code: 1234";
        assert_eq!(text, expected);
        values.why = Some(Why::Voided);
        let own = "No: {reason} {{x}}";
        let text = render(Message::NotQualified, Some(own), Language::En, &values);
        assert_eq!(text, "No: the invoice was voided {x}");
        let text = render(Message::NotQualified, Some("No."), Language::Ko, &values);
        assert_eq!(text, "No.\n사유: 취소된 영수증입니다");
    }
}
