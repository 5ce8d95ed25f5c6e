//! The words of what the platform tells: one sentence of each kind, and below it what was said of it, a line each. A line whose
//! value isn't there is left out when the text is put together.

use crate::domain::notice::{Kind, Language};

/// The sentence of a kind; none: what it tells is not known beforehand.
pub(super) fn sentence(kind: Kind, language: Language) -> Option<&'static str> {
    let [zh, ko, en] = match kind {
        Kind::PaymentCompleted => [
            "已收到您的付款。",
            "결제가 완료되었습니다.",
            "We have received your payment.",
        ],
        Kind::ReservationMade => [
            "您的預約或報名已完成。",
            "예약 또는 신청이 완료되었습니다.",
            "Your reservation or registration is done.",
        ],
        Kind::ReservationReminder => [
            "提醒您，預約或活動的時間將至。",
            "다가오는 예약 또는 행사 일정을 안내드립니다.",
            "This is a reminder of your reservation or event.",
        ],
        Kind::MemberRegistered => [
            "您已完成會員註冊。",
            "회원 가입이 완료되었습니다.",
            "You are now a member.",
        ],
        Kind::Shipped => [
            "您的訂單已出貨。",
            "주문하신 상품이 발송되었습니다.",
            "Your order is on its way.",
        ],
        Kind::Arrived => [
            "您的訂單商品已送達。",
            "주문하신 상품이 도착했습니다.",
            "Your order has arrived.",
        ],
        Kind::PaymentReminder => [
            "提醒您，付款期限將至。",
            "결제 기한을 안내드립니다.",
            "This is a reminder of a payment that is due.",
        ],
        Kind::OrderCompleted => [
            "您的訂單已完成。",
            "주문이 완료되었습니다.",
            "Your order is complete.",
        ],
        _ => return None,
    };
    Some(match language {
        Language::ZhTw => zh,
        Language::Ko => ko,
        Language::En => en,
    })
}

/// What stands before the sentence.
pub(super) fn greeting(language: Language) -> &'static str {
    match language {
        Language::ZhTw => "{member} 您好：",
        Language::Ko => "{member}님, 안녕하세요.",
        Language::En => "Dear {member},",
    }
}

/// What stands below the sentence.
pub(super) fn lines(language: Language) -> &'static str {
    match language {
        Language::ZhTw => {
            "編號：{subject}\n內容：{item}\n金額：{amount}\n時間：{day} {time}\n客服：{contact}"
        }
        Language::Ko => {
            "번호: {subject}\n내용: {item}\n금액: {amount}\n일시: {day} {time}\n문의: {contact}"
        }
        Language::En => {
            "Number: {subject}\nWhat: {item}\nAmount: {amount}\nWhen: {day}, {time}\nService: {contact}"
        }
    }
}

/// The last line in AlimTalk.
pub(super) fn basis(language: Language) -> &'static str {
    match language {
        Language::ZhTw => "※ 本訊息僅供通知。",
        Language::Ko => "※ 정보성 안내입니다.",
        Language::En => "This notice is sent for information.",
    }
}
