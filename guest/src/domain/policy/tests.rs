//! Verdicts, rule by rule. The boundaries in time are in `tests/scenarios/policy/`, too.

use super::*;
use crate::domain::amount::Amount;
use crate::domain::config::{Caps, Costs, PolicySettings, QuietHours};
use crate::domain::instant::Instant;
use crate::domain::zone::Zone;

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

fn judged(settings: &PolicySettings, question: &Question<'_>) -> Verdict {
    let zone = Zone::parse("Asia/Taipei").unwrap();
    Policy::new(settings, zone).unwrap().judge(question)
}

fn strictly(question: &Question<'_>) -> Verdict {
    judged(&PolicySettings::default(), question)
}

/// Quiet from one time to another, each for these purposes.
fn quiet(hours: &[(&str, &str, &[Purpose])]) -> PolicySettings {
    let hours = hours.iter().map(|(from, to, purposes)| QuietHours {
        from: from.parse().unwrap(),
        to: to.parse().unwrap(),
        purposes: purposes.to_vec(),
    });
    PolicySettings {
        quiet_hours: hours.collect(),
        ..PolicySettings::default()
    }
}

fn code(question: &Question<'_>) -> Option<Code> {
    strictly(question).code
}

/// A question of each of the nine kinds that is allowed: noon in Taipei.
fn allowed(purpose: Purpose) -> Question<'static> {
    let mut asked = Question::new(
        purpose,
        Channel::LineNotification,
        at("2026-11-20T04:00:00Z"),
    );
    asked.event = Some(at("2026-11-20T03:00:00Z"));
    asked.facts = Facts::MEMBER_AT_EVENT
        .with(Facts::MEMBER_AT_SENDING)
        .with(Facts::ACTED_BEFORE)
        .with(Facts::SERVICE_CONTACT);
    asked.mobile = Some("+886912345678");
    asked.text = Some("您的訂單已處理完成");
    asked.buyer = Some(Buyer::Member);
    asked.grant = Some(Grant::Acting);
    asked.registration = Some(RegistrationWay::OnLine);
    asked.reminders = Some(Reminders::default());
    if matches!(
        purpose,
        Purpose::ReservationReminder | Purpose::PaymentReminder
    ) {
        asked.event = Some(at("2026-11-25T03:00:00Z"));
    }
    asked
}

const NINE: [Purpose; 9] = [
    Purpose::PaymentCompleted,
    Purpose::PointsAcquired,
    Purpose::ReservationMade,
    Purpose::ReservationReminder,
    Purpose::MemberRegistered,
    Purpose::Shipped,
    Purpose::Arrived,
    Purpose::PaymentReminder,
    Purpose::OrderCompleted,
];

#[test]
fn the_nine_kinds_may_go_and_no_other() {
    for purpose in NINE {
        let verdict = strictly(&allowed(purpose));
        assert_eq!(verdict.decision, Decision::Allow, "{purpose:?} {verdict:?}");
    }
    for purpose in [
        Purpose::PointsExpiring,
        Purpose::CouponsExpiring,
        Purpose::PointsDeducted,
        Purpose::PointsLapsed,
        Purpose::Advertisement,
        Purpose::Other,
    ] {
        assert_eq!(code(&allowed(purpose)), Some(Code::NotPermitted));
    }
}

#[test]
fn nothing_told_is_nothing_allowed() {
    for purpose in NINE {
        let question = Question::new(
            purpose,
            Channel::LineNotification,
            at("2026-11-20T04:00:00Z"),
        );
        let verdict = strictly(&question);
        assert_eq!(verdict.decision, Decision::Deny);
        let denied = verdict.steps.as_slice().iter();
        let denied = denied
            .filter(|step| step.outcome == Outcome::Denied)
            .count();
        assert!(denied >= 3, "{purpose:?} {verdict:?}");
    }
}

#[test]
fn conditions_of_the_kinds() {
    type Change = fn(&mut Question<'static>);
    let cases: [(Purpose, Change, Code); 18] = [
        (
            Purpose::Shipped,
            |q| q.facts = q.facts.without(Facts::MEMBER_AT_EVENT),
            Code::NotMemberAtEvent,
        ),
        (
            Purpose::Shipped,
            |q| q.facts = q.facts.without(Facts::MEMBER_AT_SENDING),
            Code::NotMemberAtSending,
        ),
        (
            Purpose::Shipped,
            |q| q.facts = q.facts.without(Facts::ACTED_BEFORE),
            Code::NoPriorAct,
        ),
        (Purpose::Shipped, |q| q.mobile = None, Code::NoMobile),
        (
            Purpose::Shipped,
            |q| q.mobile = Some("+886223456789"),
            Code::NotMobile,
        ),
        (
            Purpose::Shipped,
            |q| q.mobile = Some("+821012345678"),
            Code::OutsideCountries,
        ),
        (Purpose::Arrived, |q| q.buyer = None, Code::BuyerUnknown),
        (
            Purpose::PaymentCompleted,
            |q| q.buyer = Some(Buyer::Guest),
            Code::GuestOrder,
        ),
        (
            Purpose::OrderCompleted,
            |q| q.buyer = Some(Buyer::GuestLinkedLater),
            Code::GuestOrder,
        ),
        (
            Purpose::PointsAcquired,
            |q| q.grant = None,
            Code::ConditionUnknown,
        ),
        (
            Purpose::PointsAcquired,
            |q| q.grant = Some(Grant::Birthday),
            Code::UnconditionalGrant,
        ),
        (
            Purpose::PointsAcquired,
            |q| q.grant = Some(Grant::SignUp),
            Code::UnconditionalGrant,
        ),
        (
            Purpose::MemberRegistered,
            |q| q.registration = None,
            Code::RegistrationUnknown,
        ),
        (
            Purpose::MemberRegistered,
            |q| q.registration = Some(RegistrationWay::OffLineUpload),
            Code::ManualUpload,
        ),
        (
            Purpose::ReservationMade,
            |q| q.facts = q.facts.without(Facts::SERVICE_CONTACT),
            Code::NoContact,
        ),
        (
            Purpose::ReservationReminder,
            |q| q.reminders = None,
            Code::RemindersUnknown,
        ),
        (
            Purpose::PaymentReminder,
            |q| q.text = Some("20% off"),
            Code::Marketing,
        ),
        (Purpose::PaymentReminder, |q| q.text = None, Code::NoText),
    ];
    for (purpose, change, expected) in cases {
        let mut question = allowed(purpose);
        change(&mut question);
        assert_eq!(code(&question), Some(expected), "{purpose:?}");
    }
}

#[test]
fn a_deferral_that_leaves_the_window_is_a_denial() {
    let mut shipped = allowed(Purpose::Shipped);
    shipped.event = Some(at("2026-11-20T13:00:00Z"));
    shipped.at = at("2026-11-20T13:30:00Z");
    let nights = quiet(&[("21:00:00", "08:00:00", &[])]);
    let verdict = judged(&nights, &shipped);
    assert_eq!(
        (verdict.decision, verdict.code),
        (Decision::Deny, Some(Code::WindowPassed))
    );
    let last = verdict.steps.as_slice().last().unwrap();
    assert_eq!((last.rule, last.outcome), (Rule::Deferral, Outcome::Denied));
    // Shipped after midnight it can wait until eight.
    shipped.event = Some(at("2026-11-20T16:05:00Z"));
    shipped.at = at("2026-11-20T16:10:00Z");
    let verdict = judged(&nights, &shipped);
    assert_eq!(
        verdict.decision,
        Decision::Defer(at("2026-11-21T00:00:00Z"))
    );
    assert_eq!(verdict.code, Some(Code::QuietHours));
}

#[test]
fn reasons_to_defer_follow_each_other() {
    // Opens at 10:00 on the 24th, which is quiet until 11:00, when other quiet hours begin.
    let mut reminder = allowed(Purpose::ReservationReminder);
    reminder.event = Some(at("2026-12-01T02:00:00Z"));
    reminder.at = at("2026-11-23T02:00:00Z");
    let quiet_twice = quiet(&[
        ("09:30:00", "11:00:00", &[]),
        ("11:00:00", "12:30:00", &[Purpose::ReservationReminder]),
    ]);
    let verdict = judged(&quiet_twice, &reminder);
    assert_eq!(
        verdict.decision,
        Decision::Defer(at("2026-11-24T04:30:00Z"))
    );
    let never = quiet(&[("00:00:00", "12:00:00", &[]), ("12:00:00", "00:00:00", &[])]);
    let verdict = judged(&never, &reminder);
    assert_eq!(verdict.decision, Decision::Deny);
}

#[test]
fn caps_put_off_and_budgets_deny() {
    let mut mail = Question::new(
        Purpose::PointsExpiring,
        Channel::Email,
        at("2026-11-20T04:00:00Z"),
    );
    mail.facts = Facts::EMAIL.with(Facts::ONE_CLICK_UNSUBSCRIBE);
    let caps = PolicySettings {
        caps: Caps {
            day: Some(2),
            week: Some(5),
        },
        ..PolicySettings::default()
    };
    assert_eq!(judged(&caps, &mail).code, Some(Code::CountsUnknown));
    mail.sent = Some(Sent { day: 1, week: 4 });
    assert_eq!(judged(&caps, &mail).decision, Decision::Allow);
    mail.sent = Some(Sent { day: 2, week: 4 });
    let midnight = Decision::Defer(at("2026-11-20T16:00:00Z"));
    assert_eq!(judged(&caps, &mail).decision, midnight);
    mail.sent = Some(Sent { day: 0, week: 5 });
    let monday = Decision::Defer(at("2026-11-22T16:00:00Z"));
    assert_eq!(judged(&caps, &mail).decision, monday);
    mail.until = Some(at("2026-11-22T16:00:00Z"));
    assert_eq!(judged(&caps, &mail).code, Some(Code::WindowPassed));
    let mut sms = Question::new(Purpose::Other, Channel::Sms, at("2026-11-20T04:00:00Z"));
    let long = "點".repeat(71);
    sms.mobile = Some("+886912345678");
    sms.text = Some(&long);
    let costs = PolicySettings {
        costs: Costs {
            sms: Amount::parse("1.2"),
            ..Costs::default()
        },
        budget: Amount::parse("100"),
        ..PolicySettings::default()
    };
    let verdict = judged(&costs, &sms);
    assert_eq!(verdict.cost.unwrap().text(), "2.4");
    assert_eq!(verdict.code, Some(Code::SpentUnknown));
    sms.spent = Amount::parse("97.6");
    assert_eq!(judged(&costs, &sms).decision, Decision::Allow);
    sms.spent = Amount::parse("97.7");
    assert_eq!(judged(&costs, &sms).code, Some(Code::OverBudget));
}

#[test]
fn every_edition_is_whole() {
    for known in EDITIONS {
        assert_eq!(edition(known.name).unwrap().name, known.name);
        assert_eq!(known.kinds.len(), 9);
        for purpose in NINE {
            assert!(known.kind(purpose).is_some(), "{purpose:?}");
        }
    }
    assert!(edition("2025-01").is_none());
    let unknown = PolicySettings {
        rules: Some("2025-01".to_owned()),
        ..PolicySettings::default()
    };
    assert!(Policy::new(&unknown, Zone::parse("Asia/Taipei").unwrap()).is_none());
}
