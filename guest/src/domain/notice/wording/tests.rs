//! Notices of every kind, way and language, and values that mean harm.

use super::check::template_faults;
use super::*;
use crate::domain::amount::Amount;
use crate::domain::notice::{CouponFact, Reason};
use proptest::prelude::*;

fn every() -> impl Iterator<Item = (Kind, Channel, Language)> {
    Kind::ALL.into_iter().flat_map(|kind| {
        Channel::ALL.into_iter().flat_map(move |channel| {
            Language::ALL
                .into_iter()
                .map(move |language| (kind, channel, language))
        })
    })
}

fn template(text: &str) -> Template {
    Template {
        subject: None,
        text: text.to_owned(),
        html: None,
    }
}

fn texts(kind: Kind, channel: Channel, template: Template) -> Texts {
    let mut texts = Texts::default();
    texts.set(kind, channel, Language::En, template);
    texts
}

#[test]
fn every_kind_goes_every_way_in_every_language() {
    for (kind, channel, language) in every() {
        let said = render(kind, channel, language, None, &sample(kind));
        let mail = channel == Channel::Email;
        if !kind.has_words() {
            assert_eq!((said.text.as_str(), said.html), ("", None));
            continue;
        }
        assert!(!said.own);
        assert_eq!(said.subject.is_some(), mail);
        assert_eq!(said.html.is_some(), mail);
        let date = match (kind, language) {
            (Kind::PointsGranted | Kind::PointsDeducted, _) => "",
            (_, Language::ZhTw) => "2026年6月10日",
            (_, Language::Ko) => "2026년 6월 10일",
            (_, Language::En) => "10 June 2026",
        };
        let facts: &[&str] = match kind {
            Kind::PointsExpiring => &["1,250", "12,345", "23:59:59", "2"],
            Kind::CouponsExpiring => &["- Free shipping (7H2K-9QXD-0M4T-VB3E)", "23:59:59", "2"],
            kind if kind.is_told() => {
                &["A-10234", "Tea caddy", "NT$1,250", "18:30", "02-1234-5678"]
            }
            _ => &["1,250", "12,345"],
        };
        for text in [Some(&said.text), said.html.as_ref()].into_iter().flatten() {
            assert!(!text.contains(['{', '}']), "{text}");
            assert!(text.contains(date), "{text}");
            assert!(text.contains("Lin Sora"), "{text}");
            for fact in facts {
                assert!(text.contains(fact), "{fact}: {text}");
            }
        }
    }
}

#[test]
fn no_built_in_text_has_a_fault() {
    for (kind, channel, language) in every().filter(|(kind, ..)| kind.has_words()) {
        let template = builtin::template(kind, channel, language);
        let found = template_faults(kind, channel, &template);
        assert_eq!(found, [], "{kind:?} {channel:?} {language:?}");
        assert!(!template.text.contains(['<', '>', '&', '"']));
        for required in Placeholder::required(kind) {
            assert!(template.text.contains(required.name()));
        }
    }
}

/// What the spec wants told of points that will lapse or have lapsed.
#[test]
fn what_lapses_is_told_in_full() {
    for channel in Channel::ALL {
        for (language, final_word) in [
            (Language::ZhTw, "無法恢復"),
            (Language::Ko, "복구되지 않습니다"),
            (Language::En, "cannot be restored"),
        ] {
            let before = builtin::template(Kind::PointsExpiring, channel, language).text;
            for placeholder in ["points", "last-day", "last-time", "days", "balance"] {
                assert!(before.contains(&format!("{{{placeholder}}}")), "{before}");
            }
            assert!(before.contains(final_word), "{before}");
            let after = builtin::template(Kind::PointsLapsed, channel, language).text;
            assert!(after.contains(final_word), "{after}");
        }
    }
}

#[test]
fn a_short_notice_reads_so() {
    let said = |kind, language| render(kind, Channel::Sms, language, None, &sample(kind)).text;
    assert_eq!(
        said(Kind::PointsExpiring, Language::ZhTw),
        "Lin Sora 您好，您的點數即將到期。\n到期數量：1,250\n使用期限：2026年6月10日 23:59:59（剩餘 2 天）\n目前餘額：12,345\n失效後無法恢復。"
    );
    assert_eq!(
        said(Kind::PointsDeducted, Language::Ko),
        "Lin Sora님, 적립금 차감 안내입니다.\n차감: 1,250\n사유: 사용\n현재 잔액: 12,345"
    );
    assert_eq!(
        said(Kind::CouponsExpiring, Language::En),
        "Dear Lin Sora, coupons of yours will expire (number: 2).\n- Free shipping (7H2K-9QXD-0M4T-VB3E)\n- 10% off (1C8W-5R0N-K3ZP-6JTA)\nUsable until: 10 June 2026, 23:59:59 (days left: 2)"
    );
}

#[test]
fn alimtalk_says_what_it_is_based_on() {
    for kind in Kind::ALL.into_iter().filter(|kind| kind.has_words()) {
        let text = builtin::template(kind, Channel::Alimtalk, Language::Ko).text;
        let last = text.lines().last().unwrap();
        assert!(
            last.starts_with('※') && last.contains("정보성 안내"),
            "{text}"
        );
    }
}

#[test]
fn reasons_and_unknown_names_are_worded() {
    for reason in [
        Reason::Order,
        Reason::Event,
        Reason::SignUp,
        Reason::Birthday,
        Reason::Gift,
        Reason::Restored,
        Reason::Spent,
        Reason::Reversed,
        Reason::Adjusted,
        Reason::Transferred,
    ] {
        let facts = Facts {
            reason: Some(reason),
            member_name: Some(" \n ".to_owned()),
            programme: Some("Stars".to_owned()),
            ..sample(Kind::PointsGranted)
        };
        for language in Language::ALL {
            let said = render(Kind::PointsGranted, Channel::Sms, language, None, &facts);
            let text = said.text;
            assert!(text.contains("Stars"), "{text}");
            let polite = ["親愛的會員 您好", "고객님", "Dear member"];
            assert!(polite.iter().any(|word| text.contains(word)), "{text}");
            let bare = Facts {
                reason: None,
                ..facts.clone()
            };
            let bare = render(Kind::PointsGranted, Channel::Sms, language, None, &bare);
            assert!(text.len() > bare.text.len() + 3, "{text}");
            let longest = Placeholder::Reason.longest(Channel::Sms);
            assert!(text.chars().count() <= bare.text.chars().count() + longest);
        }
    }
}

#[test]
fn a_merchants_own_text_stands_in_for_the_built_in_one() {
    let mut own = texts(
        Kind::PointsExpiring,
        Channel::Email,
        template("{{{points}}} by {last-day}, {days}"),
    );
    let said = |own: &Texts, channel, language| {
        let facts = sample(Kind::PointsExpiring);
        render(Kind::PointsExpiring, channel, language, Some(own), &facts)
    };
    let mail = said(&own, Channel::Email, Language::En);
    assert_eq!(mail.text, "{1,250} by 10 June 2026, 2");
    assert!(mail.own);
    // No HTML is made of it; its subject is the built-in one.
    assert_eq!(mail.html, None);
    assert_eq!(
        mail.subject.as_deref(),
        Some("Expiry of your points: 1,250 usable until 10 June 2026")
    );
    assert!(!said(&own, Channel::Email, Language::Ko).own);
    assert!(!said(&own, Channel::Sms, Language::En).own);
    let full = Template {
        subject: Some("{points}".to_owned()),
        html: Some("<b>{points}</b>".to_owned()),
        ..template("{points}")
    };
    own.set(Kind::PointsExpiring, Channel::Email, Language::En, full);
    let mail = said(&own, Channel::Email, Language::En);
    assert_eq!(mail.subject.as_deref(), Some("1,250"));
    assert_eq!(mail.html.as_deref(), Some("<b>1,250</b>"));
}

fn hostile() -> Facts {
    Facts {
        member_name: Some("<b>\"{balance}\"</b>\r\nBcc: x@y\u{202e}&'".to_owned()),
        programme: Some("a\nb{points}".to_owned()),
        ..sample(Kind::PointsGranted)
    }
}

#[test]
fn values_mean_nothing_but_themselves() {
    let mail = Template {
        subject: Some("{member} {programme}".to_owned()),
        text: "{member}|{programme}|{points}".to_owned(),
        html: Some("<i>{member}</i>{programme}".to_owned()),
    };
    let own = texts(Kind::PointsGranted, Channel::Email, mail);
    let said = render(
        Kind::PointsGranted,
        Channel::Email,
        Language::En,
        Some(&own),
        &hostile(),
    );
    assert_eq!(
        said.text,
        "<b>\"{balance}\"</b>  Bcc: x@y &'|a b{points}|1,250"
    );
    assert_eq!(
        said.html.as_deref(),
        Some("<i>&lt;b&gt;&quot;{balance}&quot;&lt;/b&gt;  Bcc: x@y &amp;&#39;</i>a b{points}")
    );
    assert_eq!(
        said.subject.as_deref(),
        Some("<b>\"{balance}\"</b>  Bcc: x@y &' a b{points}")
    );
    // A subject that was never checked has no line break either.
    let unchecked = Template {
        subject: Some("a\r\nBcc: {points} {nothing} {".to_owned()),
        ..template("{points}")
    };
    let own = texts(Kind::PointsGranted, Channel::Email, unchecked);
    let said = render(
        Kind::PointsGranted,
        Channel::Email,
        Language::En,
        Some(&own),
        &hostile(),
    );
    assert_eq!(said.subject.as_deref(), Some("a  Bcc: 1,250 {nothing} {"));
}

#[test]
fn many_coupons_are_counted_and_some_are_listed() {
    let coupon = |n: usize| CouponFact {
        name: format!("<offer>\n{n}"),
        code: "C".repeat(100),
    };
    let facts = Facts {
        coupons: (0..1_200).map(coupon).collect(),
        ..sample(Kind::CouponsExpiring)
    };
    let sms = render(
        Kind::CouponsExpiring,
        Channel::Sms,
        Language::En,
        None,
        &facts,
    );
    assert!(sms.text.contains("number: 1,200"));
    assert!(sms.text.contains("- <offer> 4 (") && !sms.text.contains("<offer> 5"));
    assert!(sms.text.contains("… and 1,195 more"), "{}", sms.text);
    let mail = render(
        Kind::CouponsExpiring,
        Channel::Email,
        Language::En,
        None,
        &facts,
    );
    assert!(mail.html.unwrap().contains("<br>- &lt;offer&gt; 29 ("));
    let subject = Template {
        subject: Some("{coupons}".to_owned()),
        ..template("{coupons} {last-day}")
    };
    let own = texts(Kind::CouponsExpiring, Channel::Email, subject);
    let facts = sample(Kind::CouponsExpiring);
    let said = render(
        Kind::CouponsExpiring,
        Channel::Email,
        Language::En,
        Some(&own),
        &facts,
    );
    assert_eq!(
        said.subject.as_deref(),
        Some("Free shipping (7H2K-9QXD-0M4T-VB3E), 10% off (1C8W-5R0N-K3ZP-6JTA)")
    );
}

proptest! {
    /// Whatever the values are, a built-in text fits its channel, and a subject is one line.
    #[test]
    fn any_message_fits(name in "\\PC{0,200}|[\u{0}-\u{20}<&\"{}a😀]{0,200}", coupons in 0_usize..40, days: u32) {
        let coupon = CouponFact { name: name.clone(), code: name.clone() };
        for (kind, channel, language) in every() {
            let facts = Facts {
                member_name: Some(name.clone()),
                programme: Some(name.clone()),
                points: Some(Amount::parse("999999999999.9999").unwrap()),
                days: Some(days),
                coupons: vec![coupon.clone(); coupons],
                ..sample(kind)
            };
            let said = render(kind, channel, language, None, &facts);
            let fits = match channel {
                Channel::Sms => said.text.chars().count() <= 2_000,
                Channel::Alimtalk => said.text.chars().count() <= 1_000,
                Channel::LinePush | Channel::LineNotification => said.text.encode_utf16().count() <= 5_000,
                Channel::Email => said.text.len() <= 65_536 && said.html.unwrap_or_default().len() <= 65_536,
            };
            prop_assert!(fits);
            let subject = said.subject.unwrap_or_default();
            prop_assert!(subject.chars().count() <= 200 && !subject.contains(char::is_control));
        }
    }
}
