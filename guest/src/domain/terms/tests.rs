use super::{Clause, are_needed, clause, missing, statement};
use crate::domain::amount::Amount;
use crate::domain::config::{
    Act, ApprovedTemplate, ChannelNotices, Cycle, EndOf, Expiry, Inactivity, Life, Merchant,
    MonthDay, Notices, Period, PointNotices, Programme, Span, Sweep, Threshold, Weekday, Worth,
};
use crate::domain::ids::Name;
use crate::domain::notice::{Channel, Kind, Language, Lead};
use crate::domain::policy::Origin;
use crate::domain::zone::Zone;
use crate::shared::Shared;
use crate::sorted_map::SortedMap;

fn merchant(expiry: Expiry) -> Merchant {
    let one = Amount::whole(1);
    let programme = Programme {
        name: Some("紅利點數".to_owned()),
        decimals: 0,
        worth: Worth {
            points: one,
            money: one,
        },
        base: Vec::new(),
        rounding: Default::default(),
        earn: Vec::new(),
        limits: Default::default(),
        activation: Default::default(),
        expiry,
        life_from: Life::Activation,
        spending: Default::default(),
        refunds: Default::default(),
    };
    Merchant {
        zone: Zone::parse("Asia/Taipei").unwrap(),
        currency: "TWD".to_owned(),
        money_decimals: None,
        daily_check: "03:00:00".parse().unwrap(),
        programmes: SortedMap::from_iter([(
            Name::parse("points").unwrap(),
            Shared::new(programme),
        )]),
        coupons: SortedMap::new(),
        coupons_per_order: 1,
        tiers: None,
        notices: None,
        policy: None,
        campaigns: None,
        terms: None,
    }
}

fn told(points: PointNotices, channels: &[Channel]) -> Notices {
    Notices {
        send_at: "12:00:00".parse().unwrap(),
        language: Language::ZhTw,
        points,
        coupons: Default::default(),
        channels: channels
            .iter()
            .map(|channel| ChannelNotices {
                channel: *channel,
                kinds: vec![Kind::PointsExpiring],
                per_second: 10,
                quota: None,
                templates: vec![ApprovedTemplate {
                    kind: Kind::PointsExpiring,
                    code: "EXPIRY-1".to_owned(),
                    origin: Origin::Paid,
                    basis_line: true,
                }],
                line_templates: Vec::new(),
            })
            .collect(),
        route: Default::default(),
        origin: None,
        unsubscribe: Some("https://shop.example/unsubscribe".to_owned()),
        merge: Vec::new(),
        advertising: None,
        texts: Default::default(),
    }
}

fn sweep(cycle: Cycle, validity: Option<Span>) -> Expiry {
    Expiry::Sweep(Sweep {
        first: "2026-01-31".parse().unwrap(),
        cycle,
        validity,
    })
}

fn end_of(period: Period, after: Option<Span>) -> Expiry {
    Expiry::EndOf(EndOf { period, after })
}

/// A document has terms to confirm unless all its points live for good.
#[test]
fn only_points_that_lapse_need_terms() {
    assert!(!are_needed(&merchant(Expiry::Never)));
    assert!(are_needed(&merchant(Expiry::Exact(Span::Days(365)))));
}

#[test]
fn each_policy_is_said_in_english() {
    let june = MonthDay { month: 6, day: 30 };
    let december = MonthDay { month: 12, day: 31 };
    for (expiry, life, lapse) in [
        (
            Expiry::Never,
            "valid without limit of time.",
            "they do not lapse.",
        ),
        (
            Expiry::Exact(Span::Days(365)),
            "valid for 365 days from the moment they become usable.",
            "each grant is counted by itself, and lapses when its time is over, at the same time of day.",
        ),
        (
            end_of(Period::Month, None),
            "valid to the end of the month of the moment they become usable.",
            "each grant is counted by itself, can be spent until 23:59:59 of its last day, and lapses when the next day begins.",
        ),
        (
            end_of(Period::Year, Some(Span::Years(1))),
            "valid to the end of the year that lies 1 year after the moment they become usable.",
            "each grant is counted by itself, can be spent until 23:59:59 of its last day, and lapses when the next day begins.",
        ),
        (
            Expiry::FixedDates(vec![june, december]),
            "valid to the end of the first of these days after the moment they become usable: 30 June and 31 December of each year.",
            "each grant is counted by itself, can be spent until 23:59:59 of its last day, and lapses when the next day begins.",
        ),
        (
            sweep(Cycle::Monthly(31), Some(Span::Years(1))),
            "valid for at least 1 year from the moment they become usable, to the first day of lapse after that.",
            "they lapse together when a day of lapse begins: the first is 31 January 2026, and then day 31 of each month, or its last day where it has no such day.",
        ),
        (
            sweep(Cycle::Weekly(Weekday::Monday), None),
            "valid to the first day of lapse after the moment they become usable.",
            "they lapse together when a day of lapse begins: the first is 31 January 2026, and then each Monday.",
        ),
        (
            Expiry::Inactivity(Inactivity {
                months: 12,
                acts: vec![Act::OrderPaid, Act::Redeem],
            }),
            "valid for 12 months from the moment they become usable, or from the member's latest of these acts if that is later: paying for an order and spending points.",
            "each grant is counted by itself, and lapses when its time is over, at the same time of day; each of those acts until then begins the time anew.",
        ),
    ] {
        let merchant = merchant(expiry);
        let said = |it| clause(&merchant, it, Language::En);
        assert_eq!(said(Clause::Life), format!("紅利點數: {life}"));
        assert_eq!(
            said(Clause::Lapse),
            format!("紅利點數: {lapse}\nDates and times are those of Asia/Taipei.")
        );
    }
}

#[test]
fn says_how_and_when_members_are_told() {
    let mut merchant = merchant(Expiry::Exact(Span::Years(1)));
    let said = |merchant: &Merchant| clause(merchant, Clause::Notice, Language::En);
    let none = "Members are not told before points lapse.";
    assert_eq!(said(&merchant), none);

    // A lead without a way is no notice, nor is a way without a lead.
    let leads = PointNotices {
        leads: vec![Lead::Months(2), Lead::Days(3)],
        threshold: None,
    };
    merchant.notices = Some(told(leads.clone(), &[]));
    assert_eq!(said(&merchant), none);
    merchant.notices = Some(told(PointNotices::default(), &[Channel::Email]));
    assert_eq!(said(&merchant), none);

    merchant.notices = Some(told(leads.clone(), &[Channel::Email, Channel::Alimtalk]));
    let sentence = "Counted from the last day, members are told 2 months before and 3 days before, at 12:00, by e-mail and Kakao AlimTalk.";
    assert_eq!(said(&merchant), sentence);
    let threshold = Some(Threshold::Balance(Amount::whole(1_000)));
    merchant.notices = Some(told(
        PointNotices { threshold, ..leads },
        &[Channel::Email, Channel::Alimtalk],
    ));
    assert_eq!(
        said(&merchant),
        format!("{sentence}\nOnly members who hold at least 1,000 points are told.")
    );
}

/// A sweep's leads are counted from its date, at whose start the points are gone.
#[test]
fn sweeps_are_counted_from_their_day() {
    let mut merchant = merchant(sweep(Cycle::Monthly(31), None));
    let leads = vec![Lead::Days(0), Lead::Days(1), Lead::Months(1)];
    let points = PointNotices {
        leads,
        threshold: None,
    };
    merchant.notices = Some(told(points, &[Channel::Email]));
    assert_eq!(
        Language::ALL.map(|language| clause(&merchant, Clause::Notice, language)),
        [
            "以失效日計算，於1 天前、1 個月前的 12:00 以電子郵件通知會員。",
            "소멸일을 기준으로 1일 전, 1개월 전 12:00에 안내합니다. 안내 수단: 이메일.",
            "Counted from the day of lapse, members are told 1 day before and 1 month before, at 12:00, by e-mail.",
        ]
    );
}

#[test]
fn is_there_in_each_language() {
    let merchant = merchant(Expiry::Exact(Span::Months(6)));
    let [zh, ko, en] = Language::ALL.map(|language| statement(&merchant, language));
    assert_eq!(
        zh,
        "點數有效期間\n紅利點數：自點數生效時起有效 6 個月。\n\n失效基準與週期\n紅利點數：每筆發放各自計算，於期滿當日的同一時刻失效。\n\
         日期與時間均依 Asia/Taipei 時區。\n\n失效前通知\n點數失效前不另行通知。\n\n失效後不恢復\n已失效的點數不予恢復，亦不補發。"
    );
    assert!(
        ko.contains("사용할 수 있게 된 때부터 6개월 동안 유효합니다."),
        "{ko}"
    );
    assert!(en.contains("valid for 6 months from"), "{en}");
}

#[test]
fn tells_what_a_text_lacks() {
    let merchant = merchant(Expiry::Exact(Span::Days(365)));
    assert_eq!(missing(&merchant, ""), Clause::ALL);
    for language in Language::ALL {
        let whole = statement(&merchant, language);
        assert_eq!(missing(&merchant, &whole), []);
        // However it is broken into lines.
        assert_eq!(missing(&merchant, &whole.replace('\n', " \r\n  ")), []);
    }
    // Half of it in one language, half in another.
    let mut text = clause(&merchant, Clause::Life, Language::Ko);
    text.push_str(&clause(&merchant, Clause::NotRestored, Language::En));
    assert_eq!(missing(&merchant, &text), [Clause::Lapse, Clause::Notice]);
    // A statement of other settings says other things.
    let older = self::merchant(Expiry::Exact(Span::Days(180)));
    let text = statement(&older, Language::ZhTw);
    assert_eq!(missing(&merchant, &text), [Clause::Life]);
}
