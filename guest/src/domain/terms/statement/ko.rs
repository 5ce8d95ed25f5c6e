//! Korean. No particle stands behind a value, since it would depend on it.

use super::{Speech, dates, span};
use crate::domain::config::Threshold;
use crate::domain::config::{Act, Cycle, Expiry, Life, Period, Weekday};
use crate::domain::notice::{Channel, Language, say};

const KO: Language = Language::Ko;

pub(super) const SPEECH: Speech = Speech {
    language: KO,
    title: "적립금 소멸 약관",
    lifetime: "적립금의 유효기간",
    basis: "소멸 기준 및 주기",
    notice: "소멸 전 안내",
    restoration: "복구 불가",
    lives,
    lapses,
    told: |channels, time, days| {
        format!(
            "소멸될 적립금이 있는 회원에게 미리 안내합니다. 방법: {channels} (해당 방법으로 연락 가능한 경우). 발송 시각: 상점 현지 시간 {time}. 안내 시점: {days}."
        )
    },
    from: |name, least, threshold| match threshold {
        Threshold::Balance(_) => format!("{name}: 잔액이 {least} 이상인 회원에게 안내합니다."),
        Threshold::Lapsing(_) => {
            format!("{name}: 소멸 예정 수량이 {least} 이상인 회원에게 안내합니다.")
        }
    },
    leap_day: " 2월 29일이 없는 해에는 2월 28일로 합니다.",
    counted: &[
        "안내 시점은 기간의 마지막 날, 정해진 소멸일 또는 정기 소멸일부터 거꾸로 계산하며, 적립 건마다 소멸 시각이 다른 경우에는 그 시각이 속한 날부터 거꾸로 계산합니다.",
        "발송 시각이 소멸 시각보다 앞서지 않는 경우에는 하루 먼저 발송합니다.",
        "적립금이 지급될 때 이미 준비가 시작된 날짜의 안내는 발송하지 않습니다.",
    ],
    not_told: "적립금 소멸 전에 별도로 안내하지 않습니다.",
    coupons_last: "쿠폰: 만료일 당일 23:59:59까지 사용할 수 있습니다 (상점 현지 시간).",
    coupons_told: |channels, time, days| {
        format!(
            "쿠폰: 만료 전에 회원에게 안내합니다. 방법: {channels} (해당 방법으로 연락 가능한 경우). 발송 시각: 상점 현지 시간 {time}. 안내 시점(만료일 기준): {days}."
        )
    },
    coupons_not_told: "쿠폰: 만료 전에 별도로 안내하지 않습니다.",
    never_restored: "소멸된 적립금은 복구되지 않으며, 회원이 요청하더라도 복구할 수 없습니다.",
    channel: |channel| match channel {
        Channel::Email => "이메일",
        Channel::Sms => "문자 메시지",
        Channel::LinePush => "LINE 메시지",
        Channel::Alimtalk => "카카오 알림톡",
    },
};

fn lives(expiry: &Expiry, life: Life) -> String {
    let (moment, day) = match life {
        Life::Activation => ("사용 가능해진 시각", "사용 가능해진 날"),
        Life::Earning => ("지급된 시각", "지급된 날"),
    };
    match expiry {
        Expiry::Never => "적립금은 소멸되지 않습니다.".to_owned(),
        Expiry::Exact(length) => {
            let length = span(KO, *length);
            format!("적립금이 {moment}부터 {length} 동안 유효합니다.")
        }
        Expiry::EndOf(end) => {
            let period = period(end.period);
            match end.after.filter(|after| after.count() > 0) {
                None => format!("적립금이 {day}이 속한 {period} 끝날 때까지 유효합니다."),
                Some(after) => {
                    let after = span(KO, after);
                    format!(
                        "적립금이 {day}부터 {after} 후의 날짜가 속한 {period} 끝날 때까지 유효합니다."
                    )
                }
            }
        }
        Expiry::FixedDates(days) => {
            let days = dates(KO, days);
            format!(
                "적립금이 {day}의 다음 날부터 처음 오는 아래 날짜가 끝날 때까지 유효합니다: {days}."
            )
        }
        Expiry::Sweep(sweep) => match sweep.validity {
            None => format!("적립금이 {moment} 뒤 처음 돌아오는 정기 소멸까지 유효합니다."),
            Some(validity) => {
                let validity = span(KO, validity);
                format!(
                    "적립금이 {moment}부터 최소 {validity} 동안 유효하고, 그 뒤 돌아오는 정기 소멸까지 유효합니다."
                )
            }
        },
        Expiry::Inactivity(idle) => {
            let months = say::months(KO, idle.months);
            format!(
                "적립금이 {moment}과 회원의 마지막 인정 행위 중 더 늦은 때부터 {months} 동안 유효합니다."
            )
        }
    }
}

fn lapses(expiry: &Expiry) -> String {
    match expiry {
        Expiry::Never => "자동 소멸이 없습니다.".to_owned(),
        Expiry::Exact(_) => {
            "적립 건마다 유효기간이 끝나는 현지 시각에 초 단위까지 따로 소멸됩니다.".to_owned()
        }
        Expiry::EndOf(end) => {
            let period = period(end.period);
            format!(
                "매번 {period} 끝나면 유효기간이 지난 적립금이 다음 날 현지 시간으로 하루가 시작될 때 함께 소멸됩니다."
            )
        }
        Expiry::FixedDates(days) => {
            let days = dates(KO, days);
            format!(
                "매년 아래 날짜가 끝나면 유효기간이 지난 적립금이 그다음 날 현지 시간으로 하루가 시작될 때 함께 소멸됩니다: {days}."
            )
        }
        Expiry::Sweep(sweep) => {
            let first = say::date(KO, sweep.first);
            let cycle = match sweep.cycle {
                Cycle::Days(1) => "매일".to_owned(),
                Cycle::Days(n) => format!("{}마다", say::days(KO, n)),
                Cycle::Weekly(day) => format!("매주 {}", weekday(day)),
                Cycle::Monthly(day) => format!("매월 {day}일{}", clamped(day)),
                Cycle::Yearly => "매년 같은 날".to_owned(),
            };
            format!(
                "최초 소멸일: {first}. 이후 주기: {cycle}. 해당 날짜가 현지 시간으로 시작될 때, 그때까지 유효기간이 지난 적립금이 함께 소멸됩니다."
            )
        }
        Expiry::Inactivity(idle) => {
            let acts: Vec<String> = idle
                .acts
                .iter()
                .map(|act| act_name(*act).to_owned())
                .collect();
            let (months, acts) = (say::months(KO, idle.months), say::list(KO, &acts));
            format!(
                "{months} 동안 인정 행위가 없으면 같은 현지 시각에 적립금이 소멸되며, 인정 행위가 있을 때마다 기간이 다시 시작됩니다. 인정 행위: {acts}."
            )
        }
    }
}

/// What a month without that day does.
fn clamped(day: u32) -> &'static str {
    if day > 28 {
        " (해당 날짜가 없는 달은 그달의 마지막 날)"
    } else {
        ""
    }
}

/// With its particle.
fn period(period: Period) -> &'static str {
    match period {
        Period::Day => "하루가",
        Period::Month => "달이",
        Period::Quarter => "분기가",
        Period::Year => "해가",
    }
}

fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "월요일",
        Weekday::Tuesday => "화요일",
        Weekday::Wednesday => "수요일",
        Weekday::Thursday => "목요일",
        Weekday::Friday => "금요일",
        Weekday::Saturday => "토요일",
        Weekday::Sunday => "일요일",
    }
}

fn act_name(act: Act) -> &'static str {
    match act {
        Act::OrderPaid => "주문 결제",
        Act::Redeem => "적립금 사용",
        Act::Event => "회원의 활동",
        Act::SignUp => "회원 가입",
    }
}
