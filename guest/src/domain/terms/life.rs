//! How long points live.

use super::pick;
use crate::domain::config::{
    Act, EndOf, Expiry, Inactivity, Life, MonthDay, Period, Programme, Span,
};
use crate::domain::notice::{Language, say};

/// Behind the programme's name.
pub(super) fn text(programme: &Programme, language: Language) -> String {
    let from = from(programme.life_from, language);
    match &programme.expiry {
        Expiry::Never => pick(
            language,
            [
                "無使用期限。",
                "유효기간이 없습니다.",
                "valid without limit of time.",
            ],
        )
        .to_owned(),
        Expiry::Exact(length) => {
            let length = span(*length, language);
            match language {
                Language::ZhTw => format!("自{from}起有效 {length}。"),
                Language::Ko => format!("{from}부터 {length} 동안 유효합니다."),
                Language::En => format!("valid for {length} from {from}."),
            }
        }
        Expiry::EndOf(end) => end_of(*end, from, language),
        Expiry::FixedDates(dates) => {
            let days: Vec<String> = dates
                .iter()
                .map(|day| day_of_year(*day, language))
                .collect();
            let days = say::list(language, &days);
            match language {
                Language::ZhTw => {
                    format!("有效至{from}後的第一個到期日當日結束；到期日為每年 {days}。")
                }
                Language::Ko => format!(
                    "{from} 이후 처음 오는 소멸일이 끝날 때까지 유효하며, 소멸일은 매년 {days}입니다."
                ),
                Language::En => format!(
                    "valid to the end of the first of these days after {from}: {days} of each year."
                ),
            }
        }
        Expiry::Sweep(sweep) => match (sweep.validity, language) {
            (None, Language::ZhTw) => format!("有效至{from}後的第一個失效日。"),
            (None, Language::Ko) => format!("{from} 이후 처음 오는 소멸일까지 유효합니다."),
            (None, Language::En) => format!("valid to the first day of lapse after {from}."),
            (Some(least), _) => {
                let least = span(least, language);
                match language {
                    Language::ZhTw => {
                        format!("自{from}起滿 {least} 後，有效至其後的第一個失效日。")
                    }
                    Language::Ko => {
                        format!("{from}부터 {least}이 지난 뒤 처음 오는 소멸일까지 유효합니다.")
                    }
                    Language::En => {
                        format!(
                            "valid for at least {least} from {from}, to the first day of lapse after that."
                        )
                    }
                }
            }
        },
        Expiry::Inactivity(inactivity) => inactive(inactivity, from, language),
    }
}

fn end_of(end: EndOf, from: &str, language: Language) -> String {
    let period = period(end.period, language);
    match (end.after, language) {
        (None, Language::ZhTw) => format!("有效至{from}所屬之{period}結束。"),
        (None, Language::Ko) => format!("{from}가 속한 {period}의 마지막까지 유효합니다."),
        (None, Language::En) => format!("valid to the end of the {period} of {from}."),
        (Some(more), _) => {
            let more = span(more, language);
            match language {
                Language::ZhTw => format!("有效至{from}後 {more} 所屬之{period}結束。"),
                Language::Ko => {
                    format!("{from}부터 {more} 뒤가 속한 {period}의 마지막까지 유효합니다.")
                }
                Language::En => {
                    format!("valid to the end of the {period} that lies {more} after {from}.")
                }
            }
        }
    }
}

fn inactive(inactivity: &Inactivity, from: &str, language: Language) -> String {
    let months = say::months(language, inactivity.months);
    let acts: Vec<String> = inactivity
        .acts
        .iter()
        .map(|act| pick(language, named(*act)).to_owned())
        .collect();
    let acts = say::list(language, &acts);
    match language {
        Language::ZhTw => {
            format!("自{from}起有效 {months}；其後會員如有下列行為，則自最近一次起算：{acts}。")
        }
        Language::Ko => format!(
            "{from}부터 {months} 동안 유효하며, 그 뒤에 회원의 다음 활동이 있으면 가장 최근 활동부터 계산합니다: {acts}."
        ),
        Language::En => format!(
            "valid for {months} from {from}, or from the member's latest of these acts if that is later: {acts}."
        ),
    }
}

fn named(act: Act) -> [&'static str; 3] {
    match act {
        Act::OrderPaid => ["訂單付款", "주문 결제", "paying for an order"],
        Act::Redeem => ["使用點數", "포인트 사용", "spending points"],
        Act::Event => ["參加活動", "활동 참여", "taking part in an activity"],
        Act::SignUp => ["加入會員", "회원 가입", "registering"],
    }
}

/// What a life is counted from, as a noun.
fn from(life: Life, language: Language) -> &'static str {
    pick(
        language,
        match life {
            Life::Activation => [
                "點數生效時",
                "사용할 수 있게 된 때",
                "the moment they become usable",
            ],
            Life::Earning => ["點數發放時", "적립된 때", "the moment they are granted"],
        },
    )
}

pub(super) fn span(span: Span, language: Language) -> String {
    match span {
        Span::Days(n) => say::days(language, n),
        Span::Months(n) => say::months(language, n),
        Span::Years(n) => say::years(language, n),
    }
}

fn period(period: Period, language: Language) -> &'static str {
    pick(
        language,
        match period {
            Period::Day => ["日", "날", "day"],
            Period::Month => ["月", "달", "month"],
            Period::Quarter => ["季", "분기", "quarter"],
            Period::Year => ["年", "해", "year"],
        },
    )
}

fn day_of_year(day: MonthDay, language: Language) -> String {
    say::month_day(language, day.month, day.day)
}
