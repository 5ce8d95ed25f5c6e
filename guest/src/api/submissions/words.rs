//! Submissions in the interface's words.

use crate::api::invoices::finding;
use crate::bindings::exports::stampcard::plugin::submissions as wit;
use crate::domain::campaign::Shop;
use crate::domain::submission::{Figures, Kept, KeptLine, Message, Share, State, Way};
use crate::flows::submissions as flow;
use crate::json;
use serde::Serialize;
use stampcard_invoice::judging::Finding;

/// One enum for another of the same cases, both ways.
macro_rules! same {
    ($there:ident, $back:ident, $wit:ident, $own:ident: $($case:ident)*) => {
        pub(super) fn $there(it: wit::$wit) -> $own {
            match it { $(wit::$wit::$case => $own::$case,)* }
        }
        fn $back(it: $own) -> wit::$wit {
            match it { $($own::$case => wit::$wit::$case,)* }
        }
    };
}

same!(way_of, shown_way, Way, Way: Photo Typed Carrier);
same!(state_of, shown_state, State, State: Waiting Passed NotQualified Invalid Revoked Duplicate);

fn message(it: Message) -> wit::Message {
    match it {
        Message::Received => wit::Message::Received,
        Message::Waiting => wit::Message::Waiting,
        Message::Duplicate => wit::Message::Duplicate,
        Message::LimitReached => wit::Message::LimitReached,
        Message::NotStarted => wit::Message::NotStarted,
        Message::NotThere => wit::Message::NotThere,
        Message::Unexpected => wit::Message::Unexpected,
        Message::Qualified => wit::Message::Qualified,
        Message::NotQualified => wit::Message::NotQualified,
        Message::Unreadable => wit::Message::Unreadable,
        Message::Ended => wit::Message::Ended,
    }
}

/// The name of a way to a card.
pub(super) fn door(it: wit::Door) -> &'static str {
    match it {
        wit::Door::RichMenu => "rich-menu",
        wit::Door::Bot => "bot",
        wit::Door::Keyword => "keyword",
        wit::Door::KeywordLink => "keyword-link",
        wit::Door::KeywordQr => "keyword-qr",
    }
}

pub(super) fn opened(it: flow::Opened) -> wit::Opened {
    match it {
        flow::Opened::Card {
            name,
            rules_page,
            picture,
            photos_until,
        } => wit::Opened::Card(wit::Card {
            name,
            rules_page,
            picture,
            photos_until: photos_until.into(),
        }),
        flow::Opened::Answer(it) => wit::Opened::Answer(answer(it)),
    }
}

pub(super) fn answers(all: Vec<flow::Answer>, missing: Vec<String>) -> wit::Submitted {
    wit::Submitted {
        answers: all.into_iter().map(answer).collect(),
        missing,
    }
}

pub(super) fn drawn(it: flow::Draw, waiting: u64) -> wit::Drawn {
    let mut winners = if it.finished { it.members } else { Vec::new() };
    let first = usize::try_from(it.winners).unwrap_or(usize::MAX);
    let reserves = winners.split_off(winners.len().min(first));
    wit::Drawn {
        finished: it.finished,
        participants: it.participants,
        waiting,
        winners,
        reserves,
    }
}

fn answer(it: flow::Answer) -> wit::Answer {
    let buttons: &[wit::Way] = if it.message.has_buttons() {
        &[wit::Way::Photo, wit::Way::Typed, wit::Way::Carrier]
    } else {
        &[]
    };
    wit::Answer {
        message: message(it.message),
        submission: it.submission,
        text: it.text,
        buttons: buttons.to_vec(),
        charged: it.charged,
    }
}

/// The name that something without fields has in records.
fn name<T: Serialize>(it: &T) -> String {
    json::write(it).trim_matches('"').to_owned()
}

pub(super) fn shown(found: flow::Found) -> wit::Submission {
    let line_user = found.line_user().map(str::to_owned);
    let it = found.submission;
    let (member, name_of, mobile) = match found.member {
        Some(member) => (member.member, member.name, member.mobile),
        None => (it.member.clone(), None, None),
    };
    let given = |it: crate::domain::submission::Given| wit::Given {
        tier: it.tier,
        coupon: it.coupon,
        points: it.points,
        missing: it.missing,
        flagged: it.flagged,
    };
    wit::Submission {
        id: found.id,
        member: member.text(),
        name: name_of,
        line_user,
        mobile,
        way: shown_way(it.way),
        number: it.shown(),
        period: it.period,
        date: it.date.map(|date| date.to_string()),
        picture: it.picture,
        received: it.received.into(),
        verified: it.verified.map(Into::into),
        state: shown_state(it.state),
        reason: it.reason.map(|reason| name(&reason)),
        missed: it.missed,
        tries: it.tries,
        next: it.due.map(Into::into),
        tier: it.tier,
        amount: it.amount,
        given: it.given.into_iter().map(given).collect(),
        decided: it
            .decided
            .map(|it| [it.actor, ": ".to_owned(), it.reason].concat()),
    }
}

pub(super) fn told_of((it, findings, shop): (Kept, Vec<Finding>, Shop)) -> wit::ToldInvoice {
    let line = |it: KeptLine| wit::Line {
        name: it.name,
        quantity: it.quantity.unwrap_or_default(),
        price: it.price.unwrap_or_default(),
        amount: it.amount.unwrap_or_default(),
    };
    let lists = [shop.names.as_slice(), &shop.numbers];
    wit::ToldInvoice {
        at: it.at.into(),
        status: it.status,
        date: it.date.map(|date| date.to_string()),
        seller_name: it.seller_name,
        seller: it.seller,
        currency: it.currency,
        total: it.total,
        lines: it.lines.into_iter().map(line).collect(),
        findings: findings.iter().map(|it| finding(it, lists)).collect(),
    }
}

pub(super) fn figures_of(it: Figures) -> wit::Counts {
    let share = |share: Share| wit::Share {
        count: share.count,
        percent: share.percent.to_string(),
    };
    wit::Counts {
        uploaded: it.uploaded,
        participants: it.participants,
        passed: share(it.passed),
        invalid: share(it.invalid),
        waiting: share(it.waiting),
        not_qualified: share(it.not_qualified),
        revoked: it.revoked,
        messages: it
            .messages
            .into_iter()
            .map(|sent| wit::MessageCount {
                message: message(sent.message),
                free: sent.free,
                charged: sent.charged,
            })
            .collect(),
    }
}
