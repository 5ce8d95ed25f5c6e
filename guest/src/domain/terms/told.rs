//! How and when members are told before points lapse.

use super::pick;
use crate::domain::config::{Notices, Threshold};
use crate::domain::notice::{Channel, Kind, Language, say};

/// One sentence, and another where not every member is told.
pub(super) fn text(notices: Option<&Notices>, language: Language) -> String {
    let told = notices.and_then(|notices| {
        let channels: Vec<String> = notices
            .channels_of(Kind::PointsExpiring)
            .map(|channel| pick(language, named(channel)).to_owned())
            .collect();
        let told = !channels.is_empty() && !notices.points.leads.is_empty();
        told.then_some((notices, channels))
    });
    let Some((notices, channels)) = told else {
        return pick(
            language,
            [
                "點數失效前不另行通知。",
                "포인트가 소멸되기 전에 따로 안내하지 않습니다.",
                "Members are not told before points lapse.",
            ],
        )
        .to_owned();
    };
    let leads = notices.points.leads.iter();
    let leads: Vec<String> = leads.map(|lead| lead.text(language)).collect();
    let leads = say::list(language, &leads);
    let channels = say::list(language, &channels);
    let time = say::time(notices.send_at);
    let sentence = match language {
        Language::ZhTw => format!("以最後使用日計算，於{leads}的 {time} 以{channels}通知會員。"),
        Language::Ko => {
            format!("마지막 사용일을 기준으로 {leads} {time}에 안내합니다. 안내 수단: {channels}.")
        }
        Language::En => format!(
            "Counted from the last day, members are told {leads}, at {time}, by {channels}."
        ),
    };
    match notices.points.threshold {
        None => sentence,
        Some(threshold) => format!("{sentence}\n{}", from(threshold, language)),
    }
}

/// Which members are told.
fn from(threshold: Threshold, language: Language) -> String {
    match threshold {
        Threshold::Balance(least) => {
            let least = say::amount(least);
            match language {
                Language::ZhTw => format!("僅通知持有 {least} 點以上的會員。"),
                Language::Ko => format!("{least}포인트 이상을 보유한 회원에게만 안내합니다."),
                Language::En => format!("Only members who hold at least {least} points are told."),
            }
        }
        Threshold::Lapsing(least) => {
            let least = say::amount(least);
            match language {
                Language::ZhTw => format!("僅通知將失效 {least} 點以上的會員。"),
                Language::Ko => format!("{least}포인트 이상이 소멸될 회원에게만 안내합니다."),
                Language::En => {
                    format!("Only members who would lose at least {least} points are told.")
                }
            }
        }
    }
}

fn named(channel: Channel) -> [&'static str; 3] {
    match channel {
        Channel::Email => ["電子郵件", "이메일", "e-mail"],
        Channel::Sms => ["簡訊", "문자 메시지", "text message"],
        Channel::LinePush | Channel::LineNotification => ["LINE", "LINE", "LINE"],
        Channel::Alimtalk => ["Kakao 通知訊息", "카카오 알림톡", "Kakao AlimTalk"],
    }
}
