//! How and when members are told before points lapse.

use super::{named, pick};
use crate::domain::config::{Expiry, Merchant, Notices, Programme, Threshold};
use crate::domain::notice::{Channel, Kind, Language, Lead, say};

/// One sentence, or one of each programme where they are not counted from the same day; another where not every member is
/// told. Ways by which no reminder can go are left out.
pub(super) fn text(merchant: &Merchant, language: Language) -> String {
    let told = merchant.notices.as_ref().and_then(|notices| {
        let kind = Kind::PointsExpiring;
        let ways = notices.channels.iter();
        let ways = ways.filter(|it| it.kinds.contains(&kind) && notices.lacks(it, kind).is_none());
        let channels: Vec<String> = ways
            .map(|way| pick(language, by(way.channel)).to_owned())
            .collect();
        let told = !channels.is_empty() && !notices.points.leads.is_empty();
        told.then_some((notices, say::list(language, &channels)))
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
    let time = say::time(notices.clock(merchant).send_at);
    let lapsing = || {
        let programmes = merchant.programmes.iter();
        programmes.filter(|(_, it)| it.expiry != Expiry::Never)
    };
    let any = lapsing().any(|(_, it)| is_swept(it));
    let mixed = any && !lapsing().all(|(_, it)| is_swept(it));
    let begin = if mixed { "counted" } else { "Counted" };
    let sentence = |swept: bool| {
        let leads = say::list(language, &leads(notices, swept, language));
        let [zh, ko, en] = if swept {
            ["失效日", "소멸일", "day of lapse"]
        } else {
            ["最後使用日", "마지막 사용일", "last day"]
        };
        match language {
            Language::ZhTw => format!("以{zh}計算，於{leads}的 {time} 以{channels}通知會員。"),
            Language::Ko => {
                format!("{ko}을 기준으로 {leads} {time}에 안내합니다. 안내 수단: {channels}.")
            }
            Language::En => format!(
                "{begin} from the {en}, members are told {leads}, at {time}, by {channels}."
            ),
        }
    };
    let mut lines: Vec<String> = if mixed {
        lapsing()
            .map(|(id, it)| named(id, it, language, &sentence(is_swept(it))))
            .collect()
    } else {
        vec![sentence(any)]
    };
    lines.extend(notices.points.threshold.map(|it| from(it, language)));
    lines.join("\n")
}

fn is_swept(programme: &Programme) -> bool {
    matches!(programme.expiry, Expiry::Sweep(_))
}

/// The leads in words. A sweep takes points as its day begins, so that nobody is told on the day itself.
fn leads(notices: &Notices, swept: bool, language: Language) -> Vec<String> {
    let mut leads: Vec<String> = Vec::new();
    for lead in &notices.points.leads {
        let same_day = swept && *lead == Lead::Days(0);
        let said = if same_day { Lead::Days(1) } else { *lead }.text(language);
        if !leads.contains(&said) {
            leads.push(said);
        }
    }
    leads
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

fn by(channel: Channel) -> [&'static str; 3] {
    match channel {
        Channel::Email => ["電子郵件", "이메일", "e-mail"],
        Channel::Sms => ["簡訊", "문자 메시지", "text message"],
        Channel::LinePush | Channel::LineNotification => ["LINE", "LINE", "LINE"],
        Channel::Alimtalk => ["Kakao 通知訊息", "카카오 알림톡", "Kakao AlimTalk"],
    }
}
