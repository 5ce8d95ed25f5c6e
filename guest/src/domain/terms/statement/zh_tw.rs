//! Chinese as written in Taiwan.

use super::{Speech, dates, span};
use crate::domain::config::Threshold;
use crate::domain::config::{Act, Cycle, Expiry, Life, Period, Weekday};
use crate::domain::notice::{Channel, Language, say};

const ZH: Language = Language::ZhTw;

pub(super) const SPEECH: Speech = Speech {
    language: ZH,
    title: "點數效期條款",
    lifetime: "點數的有效期間",
    basis: "失效的基準與週期",
    notice: "失效前的通知",
    restoration: "失效後不予恢復",
    lives,
    lapses,
    told: |channels, time, days| {
        format!(
            "將有點數失效的會員會事先收到通知。通知方式：{channels}（以該方式可聯繫到會員為限）。發送時間：商店當地時間 {time}。通知日：{days}。"
        )
    },
    from: |name, least, threshold| match threshold {
        Threshold::Balance(_) => format!("{name}：餘額達 {least} 以上的會員才會收到通知。"),
        Threshold::Lapsing(_) => {
            format!("{name}：即將失效的數量達 {least} 以上的會員才會收到通知。")
        }
    },
    leap_day: "沒有2月29日的年份，以2月28日代之。",
    counted: &[
        "通知日自期間的最後一日、固定到期日或清算日往前推算；各筆點數有各自失效時刻者，自該時刻所屬之日往前推算。",
        "若發送時間已不早於失效時刻，通知會提前一日發送。",
        "點數發放時，若某一通知日的通知已開始準備，則不再發送該次通知。",
    ],
    not_told: "點數失效前不另行通知。",
    coupons_last: "優惠券：可使用至到期日當日的 23:59:59（商店當地時間）。",
    coupons_told: |channels, time, days| {
        format!(
            "優惠券：會員會事先收到通知。通知方式：{channels}（以該方式可聯繫到會員為限）。發送時間：商店當地時間 {time}。通知日（自到期日往前推算）：{days}。"
        )
    },
    coupons_not_told: "優惠券：失效前不另行通知。",
    never_restored: "點數一經失效即無法恢復，亦不因會員要求而恢復。",
    channel: |channel| match channel {
        Channel::Email => "電子郵件",
        Channel::Sms => "簡訊",
        Channel::LinePush => "LINE 訊息",
        Channel::Alimtalk => "KakaoTalk AlimTalk",
    },
};

fn lives(expiry: &Expiry, life: Life) -> String {
    let start = match life {
        Life::Activation => "開始可使用",
        Life::Earning => "發放",
    };
    match expiry {
        Expiry::Never => "點數不會失效。".to_owned(),
        Expiry::Exact(length) => {
            format!("自{start}的時刻起 {}內有效。", span(ZH, *length))
        }
        Expiry::EndOf(end) => {
            let period = period(end.period);
            match end.after.filter(|after| after.count() > 0) {
                None => format!("有效至{start}當日所屬的{period}結束為止。"),
                Some(after) => {
                    let after = span(ZH, after);
                    format!("有效至{start}當日起算 {after}後的日期所屬的{period}結束為止。")
                }
            }
        }
        Expiry::FixedDates(days) => {
            let days = dates(ZH, days);
            format!("有效至{start}當日之後最先到來的下列日期結束為止：{days}。")
        }
        Expiry::Sweep(sweep) => match sweep.validity {
            None => format!("有效至{start}的時刻之後的第一次清算為止。"),
            Some(validity) => {
                let validity = span(ZH, validity);
                format!("自{start}的時刻起至少 {validity}有效，其後有效至下一次清算為止。")
            }
        },
        Expiry::Inactivity(idle) => {
            let months = say::months(ZH, idle.months);
            format!(
                "自{start}的時刻起 {months}內有效；會員最近一次計入的行為較晚者，自該行為起算。"
            )
        }
    }
}

fn lapses(expiry: &Expiry) -> String {
    match expiry {
        Expiry::Never => "不會自動失效。".to_owned(),
        Expiry::Exact(_) => {
            "每筆點數於各自期滿時分別失效，以當地同一時刻計算，精確至秒。".to_owned()
        }
        Expiry::EndOf(end) => {
            let period = period(end.period);
            format!("每逢{period}結束時，期滿的點數於次日開始時（當地時間）一併失效。")
        }
        Expiry::FixedDates(days) => {
            let days = dates(ZH, days);
            format!("每年於下列日期結束時，期滿的點數於次日開始時（當地時間）一併失效：{days}。")
        }
        Expiry::Sweep(sweep) => {
            let first = say::date(ZH, sweep.first);
            let cycle = match sweep.cycle {
                Cycle::Days(1) => "每天".to_owned(),
                Cycle::Days(n) => format!("每 {}", say::days(ZH, n)),
                Cycle::Weekly(day) => format!("每週{}", weekday(day)),
                Cycle::Monthly(day) => format!("每月 {day} 日{}", clamped(day)),
                Cycle::Yearly => "每年同一日".to_owned(),
            };
            format!(
                "首次清算日為{first}，其後為{cycle}，於當日開始時（當地時間）進行；屆時已期滿的點數一併失效。"
            )
        }
        Expiry::Inactivity(idle) => {
            let acts: Vec<String> = idle
                .acts
                .iter()
                .map(|act| act_name(*act).to_owned())
                .collect();
            let (months, acts) = (say::months(ZH, idle.months), say::list(ZH, &acts));
            format!(
                "連續 {months}沒有計入的行為時，點數於當地同一時刻失效；每次計入的行為都會使期間重新起算。計入的行為：{acts}。"
            )
        }
    }
}

/// What a month without that day does.
fn clamped(day: u32) -> &'static str {
    if day > 28 {
        "（當月沒有該日時為當月最後一日）"
    } else {
        ""
    }
}

fn period(period: Period) -> &'static str {
    match period {
        Period::Day => "曆日",
        Period::Month => "曆月",
        Period::Quarter => "曆季",
        Period::Year => "曆年",
    }
}

fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "一",
        Weekday::Tuesday => "二",
        Weekday::Wednesday => "三",
        Weekday::Thursday => "四",
        Weekday::Friday => "五",
        Weekday::Saturday => "六",
        Weekday::Sunday => "日",
    }
}

fn act_name(act: Act) -> &'static str {
    match act {
        Act::OrderPaid => "訂單付款",
        Act::Redeem => "使用點數",
        Act::Event => "會員的活動",
        Act::SignUp => "加入會員",
    }
}
