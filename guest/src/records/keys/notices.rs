//! Keys of notices.

use super::escaped;
use crate::domain::ids::Id;
use crate::domain::instant::Instant;
use crate::domain::notice::{Channel, Kind, NoticeId};
use crate::pieces::joined;
use chrono::{Datelike, NaiveDate};

/// A notice: `notice/mei/2026-06-08/points-expiring/points/2-days/email`.
#[must_use]
pub fn notice(notice: &NoticeId) -> String {
    joined(&[NOTICES, &escaped(&notice.member), "/", &notice.tail])
}

/// A member's notices: `notice/mei/`.
#[must_use]
pub fn notices_of(member: &Id) -> String {
    joined(&[NOTICES, &escaped(member), "/"])
}

/// All notices.
pub const NOTICES: &str = "notice/";

/// That a notice was made at an instant: `made/2026-06-08T04:00:00.000000000Z/mei/2026-06-08/…`.
#[must_use]
pub fn made(at: Instant, notice: &NoticeId) -> String {
    let member = escaped(&notice.member);
    joined(&[MADE, &at.sortable(), "/", &member, "/", &notice.tail])
}

/// When notices were made.
pub const MADE: &str = "made/";

/// A notice that is to be sent by a channel, from an instant on, what is lost first first:
/// `outbox/email/2026-06-08T04:00:00.000000000Z/2026-06-10T16:00:00.000000000Z/mei/2026-06-08/…`.
#[must_use]
pub fn outbox(channel: Channel, from: Instant, until: Instant, notice: &NoticeId) -> String {
    let (from, until) = (from.sortable(), until.sortable());
    let member = escaped(&notice.member);
    format!(
        "{}{from}/{until}/{member}/{}",
        outbox_of(channel),
        notice.tail
    )
}

/// All that a channel is to send: `outbox/email/`.
#[must_use]
pub fn outbox_of(channel: Channel) -> String {
    format!("outbox/{}/", channel.name())
}

/// When each channel may send again: `pace`.
pub const PACE: &str = "pace";

/// By which ways a member may be reached: `reach/mei`.
#[must_use]
pub fn reach(member: &Id) -> String {
    joined(&["reach/", &escaped(member)])
}

/// That LINE push to a member goes at a LINE user: `line-user/U4af4…/mei`.
#[must_use]
pub fn line_user(user: &Id, member: &Id) -> String {
    joined(&[&line_user_of(user), escaped(member).as_ref()])
}

/// All members to whom LINE push goes at a LINE user: `line-user/U4af4…/`.
#[must_use]
pub fn line_user_of(user: &Id) -> String {
    joined(&["line-user/", &escaped(user), "/"])
}

/// What the notices of a local month came to: `traffic/2026-11`.
#[must_use]
pub fn traffic(date: NaiveDate) -> String {
    format!("traffic/{:04}-{:02}", date.year(), date.month())
}

/// What was told of one event: `topic/mei/reservation-reminder/E-12`.
#[must_use]
pub fn topic(member: &Id, kind: Kind, subject: &Id) -> String {
    let (member, subject) = (escaped(member), escaped(subject));
    joined(&["topic/", &member, "/", kind.name(), "/", &subject])
}

/// All that was told a member of one kind: `topic/mei/reservation-reminder/`.
#[must_use]
pub fn topics_of_kind(member: &Id, kind: Kind) -> String {
    joined(&[&topics_of(member), kind.name(), "/"])
}

/// All that was told a member by the platform: `topic/mei/`.
#[must_use]
pub fn topics_of(member: &Id) -> String {
    joined(&["topic/", &escaped(member), "/"])
}

/// Which notice a provider means by an id of its own: `answer/sms/0012345`.
#[must_use]
pub fn answer(channel: Channel, id: &Id) -> String {
    joined(&["answer/", channel.name(), "/", &escaped(id)])
}
