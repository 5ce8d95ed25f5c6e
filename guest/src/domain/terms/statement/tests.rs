//! Statements of each policy, in each language.

use super::statement;
use crate::domain::amount::Amount;
use crate::domain::config::Threshold;
use crate::domain::config::{
    Act, Cycle, EndOf, Expiry, Inactivity, Life, MonthDay, Period, Span, Sweep, Weekday,
};
use crate::domain::notice::{Channel, Language, Lead};
use crate::domain::terms::{Clauses, ProgrammeClause};
use chrono::NaiveTime;

fn clauses(expiry: Expiry) -> Clauses {
    Clauses {
        programmes: vec![ProgrammeClause {
            name: Some("Stars".to_owned()),
            expiry,
            life: Life::Activation,
            threshold: None,
        }],
        leads: vec![Lead::Days(3), Lead::Months(1), Lead::Months(2)],
        coupons: None,
        send_at: NaiveTime::from_hms_opt(12, 0, 0).unwrap(),
        channels: vec![Channel::Alimtalk, Channel::Email],
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

/// The lines of the two parts on life and cycle, that are about the programme.
fn parts(language: Language, expiry: &Expiry) -> [String; 2] {
    let text = statement(language, &clauses(expiry.clone()));
    let mut lines = text
        .lines()
        .filter_map(|line| line.strip_prefix("- Stars"))
        .map(|line| line.trim_start_matches([':', '：', ' ']).to_owned());
    [lines.next().unwrap(), lines.next().unwrap()]
}

#[test]
fn has_its_four_parts_in_each_language() {
    for language in Language::ALL {
        for expiry in policies() {
            let text = statement(language, &clauses(expiry));
            let headings: Vec<&str> = text
                .lines()
                .filter(|line| line.starts_with(|sign: char| sign.is_ascii_digit()))
                .collect();
            assert_eq!(headings.len(), 4, "{text}");
            for (number, heading) in (1..).zip(headings) {
                assert!(heading.starts_with(&format!("{number}. ")), "{heading}");
            }
            assert!(!text.contains(['{', '}']), "{text}");
            assert!(text.ends_with('\n') && !text.ends_with("\n\n"));
            let last = text.lines().last().unwrap();
            let never = ["無法恢復", "복구되지 않으며", "are not restored"];
            assert!(never.iter().any(|word| last.contains(word)), "{last}");
        }
    }
}

fn policies() -> Vec<Expiry> {
    let mut policies = vec![
        Expiry::Never,
        Expiry::Exact(Span::Days(30)),
        Expiry::Exact(Span::Months(6)),
        Expiry::Exact(Span::Years(1)),
        Expiry::FixedDates(vec![
            MonthDay { month: 12, day: 31 },
            MonthDay { month: 6, day: 30 },
        ]),
        Expiry::Inactivity(Inactivity {
            months: 12,
            acts: vec![Act::SignUp, Act::Event, Act::Redeem, Act::OrderPaid],
        }),
    ];
    for period in [Period::Day, Period::Month, Period::Quarter, Period::Year] {
        policies.push(end_of(period, None));
        policies.push(end_of(period, Some(Span::Years(2))));
    }
    for cycle in [
        Cycle::Days(1),
        Cycle::Days(90),
        Cycle::Weekly(Weekday::Monday),
        Cycle::Monthly(1),
        Cycle::Monthly(31),
        Cycle::Yearly,
    ] {
        policies.push(sweep(cycle, None));
        policies.push(sweep(cycle, Some(Span::Days(45))));
    }
    policies
}

#[test]
fn each_policy_says_something_of_its_own() {
    for language in Language::ALL {
        let said: Vec<[String; 2]> = policies()
            .iter()
            .map(|policy| parts(language, policy))
            .collect();
        for (at, one) in said.iter().enumerate() {
            for other in said.iter().skip(at + 1) {
                assert_ne!(one, other);
            }
        }
    }
}

#[test]
fn names_the_figures_of_each_policy() {
    let cases = [
        (
            Expiry::Exact(Span::Years(1)),
            ["1 年內有效", "1년 동안 유효", "live 1 year from"],
        ),
        (
            end_of(Period::Month, None),
            [
                "曆月結束",
                "달이 끝날",
                "end of the calendar month in which",
            ],
        ),
        (
            end_of(Period::Year, Some(Span::Years(2))),
            [
                "2 年後",
                "2년 후의",
                "calendar year that is reached 2 years after",
            ],
        ),
        (
            Expiry::FixedDates(vec![
                MonthDay { month: 12, day: 31 },
                MonthDay { month: 6, day: 30 },
            ]),
            [
                "6月30日、12月31日",
                "6월 30일, 12월 31일",
                "30 June and 31 December",
            ],
        ),
        (
            sweep(Cycle::Monthly(31), Some(Span::Months(12))),
            ["至少 12 個月有效", "최소 12개월", "at least 12 months"],
        ),
    ];
    for (expiry, said) in cases {
        for (language, said) in Language::ALL.into_iter().zip(said) {
            let [lives, _] = parts(language, &expiry);
            assert!(lives.contains(said), "{lives}");
        }
    }
    let cycles = [
        (Cycle::Days(90), ["每 90 天", "90일마다", "every 90 days"]),
        (
            Cycle::Weekly(Weekday::Sunday),
            ["每週日", "매주 일요일", "every Sunday"],
        ),
        (
            Cycle::Monthly(1),
            ["每月 1 日，", "매월 1일.", "on day 1 of every month,"],
        ),
        (
            Cycle::Monthly(31),
            [
                "當月最後一日",
                "그달의 마지막 날",
                "the last day of months without it",
            ],
        ),
        (
            Cycle::Yearly,
            ["每年同一日", "매년 같은 날", "every year on that day"],
        ),
    ];
    let first = ["2026年1月31日", "2026년 1월 31일", "31 January 2026"];
    for (cycle, said) in cycles {
        for ((language, said), first) in Language::ALL.into_iter().zip(said).zip(first) {
            let [_, lapses] = parts(language, &sweep(cycle, None));
            assert!(lapses.contains(said) && lapses.contains(first), "{lapses}");
        }
    }
    let idle = Expiry::Inactivity(Inactivity {
        months: 12,
        acts: vec![Act::Redeem, Act::OrderPaid],
    });
    let acts = [
        "訂單付款、使用點數",
        "주문 결제, 적립금 사용",
        "payment of an order and use of points",
    ];
    for (language, acts) in Language::ALL.into_iter().zip(acts) {
        let [lives, lapses] = parts(language, &idle);
        assert!(lives.contains("12") && lapses.contains(acts), "{lapses}");
    }
}

#[test]
fn what_29_february_is_in_other_years() {
    let leap = MonthDay { month: 2, day: 29 };
    for (language, said) in Language::ALL
        .into_iter()
        .zip(["28日代之", "28일로", "the 28th"])
    {
        let [_, lapses] = parts(language, &Expiry::FixedDates(vec![leap]));
        assert!(lapses.contains(said), "{lapses}");
        let yearly = Expiry::Sweep(Sweep {
            first: "2028-02-29".parse().unwrap(),
            cycle: Cycle::Yearly,
            validity: None,
        });
        let [_, lapses] = parts(language, &yearly);
        assert!(lapses.contains(said), "{lapses}");
        let [_, other] = parts(language, &sweep(Cycle::Yearly, None));
        assert!(!other.contains(said), "{other}");
    }
}

#[test]
fn a_life_from_the_grant_reads_otherwise() {
    for language in Language::ALL {
        for expiry in policies().into_iter().skip(1) {
            let mut earned = clauses(expiry);
            let usable = statement(language, &earned);
            earned.programmes[0].life = Life::Earning;
            assert_ne!(statement(language, &earned), usable);
        }
    }
}

#[test]
fn tells_how_and_when_notice_is_given() {
    let told = |language, change: &dyn Fn(&mut Clauses)| {
        let mut clauses = clauses(Expiry::Exact(Span::Years(1)));
        change(&mut clauses);
        let text = statement(language, &clauses);
        let from = text.find("\n3. ").unwrap();
        let until = text.find("\n4. ").unwrap();
        text[from..until].to_owned()
    };
    let same = |_: &mut Clauses| {};
    let said = [
        ["電子郵件、KakaoTalk AlimTalk", "2 個月前、1 個月前、3 天前"],
        ["이메일, 카카오 알림톡", "2개월 전, 1개월 전, 3일 전"],
        [
            "email and KakaoTalk AlimTalk",
            "2 months before, 1 month before and 3 days before",
        ],
    ];
    for (language, said) in Language::ALL.into_iter().zip(said) {
        let text = told(language, &same);
        assert!(text.contains("12:00"), "{text}");
        assert!(said.iter().all(|word| text.contains(word)), "{text}");
    }
    let none = "- No notice is given before points lapse.";
    assert!(told(Language::En, &|it| it.leads.clear()).contains(none));
    assert!(told(Language::En, &|it| it.channels.clear()).contains(none));
    let never = |it: &mut Clauses| it.programmes[0].expiry = Expiry::Never;
    assert!(told(Language::En, &never).contains(none));
    let enough = |it: &mut Clauses| {
        it.programmes[0].threshold = Some(Threshold::Balance(Amount::whole(1_000)));
    };
    assert!(
        told(Language::En, &enough).contains("Stars: members with a balance of at least 1,000")
    );
    let coupons = told(Language::En, &|it| it.coupons = Some(vec![Lead::Days(0)]));
    assert!(coupons.contains("Coupons: members are told") && coupons.contains("on the day itself"));
    let silent = told(Language::En, &|it| it.coupons = Some(vec![]));
    assert!(silent.contains("Coupons: no notice"), "{silent}");
}

#[test]
fn a_statement_reads_so() {
    let mut clauses = clauses(sweep(Cycle::Monthly(31), Some(Span::Years(1))));
    clauses.programmes[0].name = Some("Star\ns".to_owned());
    clauses.coupons = Some(vec![Lead::Days(2)]);
    assert_eq!(
        statement(Language::En, &clauses),
        "\
Expiry of points

1. How long points live
- Star s: points live at least 1 year from the moment at which they became usable, and then until the next sweep.
- Coupons: usable until 23:59:59 of their last day, local time of the store.

2. Basis and cycle of expiry
- Star s: points are swept first on 31 January 2026 and then on day 31 of every month (the last day of months without it), at the start of the local day; a sweep takes those whose time is over by then.

3. Notice before expiry
- Members who would lose points are told beforehand by email and KakaoTalk AlimTalk, as far as they can be reached that way, at 12:00 local time of the store: 2 months before, 1 month before and 3 days before.
- Days and months are counted back from the last day of the period, the fixed date or the date of the sweep; for points whose time ends at a moment of its own, from the day of that moment.
- Where the time of sending would not be before the loss, the notice goes out one day earlier.
- No notice is given for a day whose notices were already being prepared when the points were granted.
- Coupons: members are told by email and KakaoTalk AlimTalk, as far as they can be reached that way, at 12:00 local time of the store: 2 days before, counted back from the last day.

4. No restoration
- Points that have lapsed are not restored, nor can a member ask for it.
"
    );
    clauses.programmes[0].name = None;
    assert!(statement(Language::Ko, &clauses).contains("- 적립금: 적립금이"));
}
