//! English.

use super::{Speech, dates, span};
use crate::domain::config::Threshold;
use crate::domain::config::{Act, Cycle, Expiry, Life, Period, Weekday};
use crate::domain::notice::{Channel, Language, say};

const EN: Language = Language::En;

pub(super) const SPEECH: Speech = Speech {
    language: EN,
    title: "Expiry of points",
    lifetime: "How long points live",
    basis: "Basis and cycle of expiry",
    notice: "Notice before expiry",
    restoration: "No restoration",
    lives,
    lapses,
    told: |channels, time, days| {
        format!(
            "Members who would lose points are told beforehand by {channels}, as far as they can be reached that way, at {time} local time of the store: {days}."
        )
    },
    from: |name, least, threshold| match threshold {
        Threshold::Balance(_) => {
            format!("{name}: members with a balance of at least {least} are told.")
        }
        Threshold::Lapsing(_) => {
            format!("{name}: members who would lose at least {least} are told.")
        }
    },
    leap_day: " In years without 29 February it is the 28th.",
    counted: &[
        "Days and months are counted back from the last day of the period, the fixed date or the date of the sweep; for points whose time ends at a moment of its own, from the day of that moment.",
        "Where the time of sending would not be before the loss, the notice goes out one day earlier.",
        "No notice is given for a day whose notices were already being prepared when the points were granted.",
    ],
    not_told: "No notice is given before points lapse.",
    coupons_last: "Coupons: usable until 23:59:59 of their last day, local time of the store.",
    coupons_told: |channels, time, days| {
        format!(
            "Coupons: members are told by {channels}, as far as they can be reached that way, at {time} local time of the store: {days}, counted back from the last day."
        )
    },
    coupons_not_told: "Coupons: no notice is given before they lapse.",
    never_restored: "Points that have lapsed are not restored, nor can a member ask for it.",
    channel: |channel| match channel {
        Channel::Email => "email",
        Channel::Sms => "text message",
        Channel::LinePush => "LINE",
        Channel::Alimtalk => "KakaoTalk AlimTalk",
    },
};

fn lives(expiry: &Expiry, life: Life) -> String {
    let start = match life {
        Life::Activation => "became usable",
        Life::Earning => "were granted",
    };
    match expiry {
        Expiry::Never => "points do not lapse.".to_owned(),
        Expiry::Exact(length) => {
            let length = span(EN, *length);
            format!("points live {length} from the moment at which they {start}.")
        }
        Expiry::EndOf(end) => {
            let period = period(end.period);
            match end.after.filter(|after| after.count() > 0) {
                None => format!("points live until the end of the {period} in which they {start}."),
                Some(after) => {
                    let after = span(EN, after);
                    format!(
                        "points live until the end of the {period} that is reached {after} after the day on which they {start}."
                    )
                }
            }
        }
        Expiry::FixedDates(days) => {
            let days = dates(EN, days);
            format!(
                "points live until the end of the first of these dates after the day on which they {start}: {days}."
            )
        }
        Expiry::Sweep(sweep) => match sweep.validity {
            None => {
                format!("points live until the first sweep after the moment at which they {start}.")
            }
            Some(validity) => {
                let validity = span(EN, validity);
                format!(
                    "points live at least {validity} from the moment at which they {start}, and then until the next sweep."
                )
            }
        },
        Expiry::Inactivity(idle) => {
            let months = say::months(EN, idle.months);
            format!(
                "points live {months} from the moment at which they {start} or, if it is later, from the member's last act that counts."
            )
        }
    }
}

fn lapses(expiry: &Expiry) -> String {
    match expiry {
        Expiry::Never => "there is no automatic expiry.".to_owned(),
        Expiry::Exact(_) => "each grant lapses by itself when its time is over, at the same local time of day, to the second.".to_owned(),
        Expiry::EndOf(end) => {
            let period = period(end.period);
            format!("points lapse together when a {period} ends, at the start of the next local day.")
        }
        Expiry::FixedDates(days) => {
            let days = dates(EN, days);
            format!("points lapse every year when these dates end, at the start of the next local day: {days}.")
        }
        Expiry::Sweep(sweep) => {
            let first = say::date(EN, sweep.first);
            let cycle = match sweep.cycle {
                Cycle::Days(1) => "every day".to_owned(),
                Cycle::Days(n) => format!("every {}", say::days(EN, n)),
                Cycle::Weekly(day) => format!("every {}", weekday(day)),
                Cycle::Monthly(day) => format!("on day {day} of every month{}", clamped(day)),
                Cycle::Yearly => "every year on that day".to_owned(),
            };
            format!("points are swept first on {first} and then {cycle}, at the start of the local day; a sweep takes those whose time is over by then.")
        }
        Expiry::Inactivity(idle) => {
            let acts: Vec<String> = idle.acts.iter().map(|act| act_name(*act).to_owned()).collect();
            let (months, acts) = (say::months(EN, idle.months), say::list(EN, &acts));
            format!("points lapse when no act that counts has occurred for {months}, at the same local time of day; each such act begins that time anew. Acts that count: {acts}.")
        }
    }
}

/// What a month without that day does.
fn clamped(day: u32) -> &'static str {
    if day > 28 {
        " (the last day of months without it)"
    } else {
        ""
    }
}

fn period(period: Period) -> &'static str {
    match period {
        Period::Day => "day",
        Period::Month => "calendar month",
        Period::Quarter => "calendar quarter",
        Period::Year => "calendar year",
    }
}

fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}

fn act_name(act: Act) -> &'static str {
    match act {
        Act::OrderPaid => "payment of an order",
        Act::Redeem => "use of points",
        Act::Event => "an activity of the member",
        Act::SignUp => "registration",
    }
}
