//! On what basis points lapse, and in what cycle.

use super::pick;
use crate::domain::config::{Cycle, Expiry, Programme, Sweep, Weekday};
use crate::domain::notice::{Language, say};
use chrono::Datelike;

/// Behind the programme's name.
pub(super) fn text(programme: &Programme, language: Language) -> String {
    let fixed = match &programme.expiry {
        Expiry::Never => ["不會失效。", "소멸되지 않습니다.", "they do not lapse."],
        Expiry::Exact(_) => [
            "每筆發放各自計算，於期滿當日的同一時刻失效。",
            "적립 건별로 계산하며, 기간이 끝나는 날 같은 시각에 소멸됩니다.",
            "each grant is counted by itself, and lapses when its time is over, at the same time of day.",
        ],
        Expiry::EndOf(_) | Expiry::FixedDates(_) => [
            "每筆發放各自計算，可使用至最後一日 23:59:59，隔日零時失效。",
            "적립 건별로 계산하며, 마지막 날 23:59:59까지 사용할 수 있고 다음 날 0시에 소멸됩니다.",
            "each grant is counted by itself, can be spent until 23:59:59 of its last day, and lapses when the next day begins.",
        ],
        Expiry::Sweep(sweep) => return swept(sweep, language),
        Expiry::Inactivity(_) => [
            "每筆發放各自計算，於期滿當日的同一時刻失效；期滿前的每次上述行為均重新起算。",
            "적립 건별로 계산하며, 기간이 끝나는 날 같은 시각에 소멸됩니다. 그전에 위 활동이 있을 때마다 기간이 새로 시작됩니다.",
            "each grant is counted by itself, and lapses when its time is over, at the same time of day; each of those acts until then begins the time anew.",
        ],
    };
    pick(language, fixed).to_owned()
}

fn swept(sweep: &Sweep, language: Language) -> String {
    let first = say::date(language, sweep.first);
    let cycle = cycle(sweep, language);
    match language {
        Language::ZhTw => format!("於失效日零時一併失效；首次為 {first}，其後{cycle}。"),
        Language::Ko => format!(
            "소멸일 0시에 한꺼번에 소멸됩니다. 첫 소멸일은 {first}이고, 그 뒤로는 {cycle}입니다."
        ),
        Language::En => format!(
            "they lapse together when a day of lapse begins: the first is {first}, and then {cycle}."
        ),
    }
}

fn cycle(sweep: &Sweep, language: Language) -> String {
    match sweep.cycle {
        Cycle::Days(count) => {
            let days = say::days(language, count);
            match language {
                Language::ZhTw => format!("每 {days}一次"),
                Language::Ko => format!("{days}마다"),
                Language::En => format!("every {days}"),
            }
        }
        Cycle::Weekly(weekday) => {
            let day = pick(language, named(weekday));
            match language {
                Language::ZhTw => format!("每週{day}"),
                Language::Ko => format!("매주 {day}"),
                Language::En => format!("each {day}"),
            }
        }
        Cycle::Monthly(day @ 29..) => match language {
            Language::ZhTw => format!("每月 {day} 日，當月無此日則為月底"),
            Language::Ko => format!("매월 {day}일(해당 날짜가 없는 달은 말일)"),
            Language::En => {
                format!("day {day} of each month, or its last day where it has no such day")
            }
        },
        Cycle::Monthly(day) => match language {
            Language::ZhTw => format!("每月 {day} 日"),
            Language::Ko => format!("매월 {day}일"),
            Language::En => format!("day {day} of each month"),
        },
        Cycle::Yearly => {
            let day = say::month_day(language, sweep.first.month(), sweep.first.day());
            match language {
                Language::ZhTw => format!("每年 {day}"),
                Language::Ko => format!("매년 {day}"),
                Language::En => format!("{day} of each year"),
            }
        }
    }
}

fn named(weekday: Weekday) -> [&'static str; 3] {
    match weekday {
        Weekday::Monday => ["一", "월요일", "Monday"],
        Weekday::Tuesday => ["二", "화요일", "Tuesday"],
        Weekday::Wednesday => ["三", "수요일", "Wednesday"],
        Weekday::Thursday => ["四", "목요일", "Thursday"],
        Weekday::Friday => ["五", "금요일", "Friday"],
        Weekday::Saturday => ["六", "토요일", "Saturday"],
        Weekday::Sunday => ["日", "일요일", "Sunday"],
    }
}
