//! What the policy is asked about a notice.

use crate::domain::config::{ApprovedTemplate, ChannelNotices, Merchant};
use crate::domain::member::Member;
use crate::domain::notice::{About, Channel, Kind, Notice, Reach, Reason, Told, Why};
use crate::domain::policy::{Buyer, Facts, Grant, Origin, RegistrationWay};
use crate::records::state::Traffic;

/// The kind of consent that advertisements need.
const ADVERTISING: &str = "marketing";

/// What is left of a channel's quota; of a channel that has none there is always something.
pub(super) fn left(way: &ChannelNotices, traffic: &Traffic) -> Option<u32> {
    if way.channel != Channel::LinePush {
        return Some(u32::MAX);
    }
    let quota = way.quota?;
    Some(quota.saturating_sub(traffic.sent(way.channel)))
}

/// What holds, of the message and of whom it goes to: with its text, if that is there, and whether the text has all its values.
pub(super) fn facts(
    merchant: &Merchant,
    notice: &Notice,
    member: &Member,
    reach: &Reach,
    template: Option<&ApprovedTemplate>,
    (text, complete): (Option<&str>, bool),
) -> Facts {
    let closed = reach.closed(notice.channel);
    let registered = member.registration.map(|it| it.at).or(member.since);
    let unsubscribe = merchant.notices.as_ref();
    let unsubscribe = unsubscribe.is_some_and(|own| own.unsubscribe.is_some());
    // Mail has facts of its own for what closed it, LINE push for having been blocked.
    let own_fact = matches!(
        (notice.channel, closed),
        (Channel::Email, Some(Why::Bounced | Why::Complained))
            | (Channel::LinePush, Some(Why::Blocked))
    );
    let unwanted = !reach.wants(notice.kind, notice.channel);
    let told = told(notice);
    // Of a reminder it counts that somebody was a member when it was told of, not when it takes place.
    let event = told.filter(|_| !notice.kind.reminds());
    let event = event.map_or(notice.made, |told| told.event);
    let consent = member.consent_to(ADVERTISING, notice.channel.name());
    let benefit = origin(merchant, notice, template);
    let based = text.is_none_or(|text| benefit.is_some_and(|it| it.is_told_by(text)));
    let says =
        |what: Option<&str>| what.is_some_and(|what| text.is_some_and(|text| text.contains(what)));
    let own = merchant.notices.as_ref();
    let advertising = own.and_then(|own| own.advertising.as_ref());
    let holds = [
        (
            !member.guest && registered.is_some_and(|at| at <= event),
            Facts::MEMBER_AT_EVENT,
        ),
        (!member.guest, Facts::MEMBER_AT_SENDING),
        (!member.line_users.is_empty(), Facts::LINE_ID),
        (closed == Some(Why::Blocked), Facts::BLOCKED),
        (told.is_some_and(|told| told.acted), Facts::ACTED_BEFORE),
        (told.is_some_and(|told| told.marketing), Facts::MARKETING),
        (
            says(told.and_then(|told| told.contact.as_deref())),
            Facts::SERVICE_CONTACT,
        ),
        (consent.given, Facts::AD_CONSENT),
        (consent.night, Facts::NIGHT_CONSENT),
        (
            says(advertising.map(|it| it.sender.as_str())),
            Facts::SENDER_NAMED,
        ),
        (
            says(advertising.map(|it| it.opt_out.as_str())),
            Facts::FREE_OPT_OUT,
        ),
        // Kakao approves texts, and words that came with a message are none of them.
        (
            template.is_some() && told.is_none_or(|told| told.words.is_none()),
            Facts::TEMPLATE_APPROVED,
        ),
        (complete, Facts::VARIABLES_COMPLETE),
        (
            template.is_some_and(|it| it.basis_line) && based,
            Facts::BASIS_LINE,
        ),
        (text.is_none(), Facts::WORDS_TO_COME),
        (member.email.is_some(), Facts::EMAIL),
        (closed == Some(Why::Bounced), Facts::BOUNCED),
        (closed == Some(Why::Complained), Facts::COMPLAINED),
        (
            unsubscribe && is_reminder(notice.kind),
            Facts::ONE_CLICK_UNSUBSCRIBE,
        ),
        (
            unwanted || (closed.is_some() && !own_fact),
            Facts::OPTED_OUT,
        ),
    ];
    let held = holds.into_iter().filter(|(holds, _)| *holds);
    held.fold(Facts::NONE, |facts, (_, fact)| facts.with(fact))
}

/// Whether mail of a kind reminds of something or sells it, and so can be refused with one click.
pub(super) fn is_reminder(kind: Kind) -> bool {
    kind.reminds()
        || matches!(
            kind,
            Kind::PointsExpiring | Kind::CouponsExpiring | Kind::Advertisement
        )
}

/// By what the benefit came about that a notice tells of: as the rules say that granted it, or the merchant of what none did.
/// What the platform tells of has none of its own.
pub(super) fn benefit(merchant: &Merchant, notice: &Notice) -> Option<Origin> {
    if notice.kind.is_told() {
        return None;
    }
    notice.origin.or_else(|| merchant.notices.as_ref()?.origin)
}

/// The same with the approved template, which may have been approved for no such benefit.
pub(super) fn origin(
    merchant: &Merchant,
    notice: &Notice,
    template: Option<&ApprovedTemplate>,
) -> Option<Origin> {
    let approved = template.map(|template| template.origin);
    if notice.kind.is_told() {
        return approved;
    }
    let unearned = approved.filter(|origin| !origin.is_earned());
    unearned.or_else(|| benefit(merchant, notice))
}

/// What the platform tells, if it does.
pub(super) fn told(notice: &Notice) -> Option<&Told> {
    match &notice.about {
        About::Told(told) => Some(told),
        _ => None,
    }
}

/// Who placed the order, as the platform told or the member's record says.
pub(super) fn buyer(notice: &Notice, member: &Member) -> Buyer {
    let of_record = if member.guest {
        Buyer::Guest
    } else {
        Buyer::Member
    };
    told(notice)
        .and_then(|told| told.buyer)
        .unwrap_or(of_record)
}

/// How the person became a member, as the platform told or the member's record says. What is handed in here came by API.
pub(super) fn registration(notice: &Notice, member: &Member) -> Option<RegistrationWay> {
    let told = told(notice).and_then(|told| told.registration);
    told.or_else(|| {
        let known = member.registration?;
        Some(if known.off_line {
            RegistrationWay::OffLineApi
        } else {
            RegistrationWay::OnLine
        })
    })
}

/// What points were granted for.
pub(super) fn grant(about: &About) -> Option<Grant> {
    let About::Change { reason, least, .. } = about else {
        return None;
    };
    match least.as_ref().unwrap_or(reason) {
        Reason::Order | Reason::Event => Some(Grant::Acting),
        Reason::SignUp => Some(Grant::SignUp),
        Reason::Birthday => Some(Grant::Birthday),
        Reason::Gift
        | Reason::Restored
        | Reason::Adjusted
        | Reason::Transferred
        | Reason::Several => Some(Grant::ByHand),
        Reason::Spent | Reason::Reversed => None,
    }
}
