//! Answers by a reply token, which is good for one use. Where it isn't taken, the answer is pushed and charged.

use super::book::count;
use super::say::{Push, pushed};
use crate::flows::command::TRIES_MAX;
use crate::flows::scope::Scope;
use crate::ports::{Message, Outcome, Ports, Sent, Way};
use crate::records::sent_in::Reply;
use crate::records::{Work, codec, keys};
use crate::reject::Reject;

/// Answers that are sent at once, at most.
const PAGE: u32 = 100;

/// Sends the answers that wait; tells how many. Each is taken out before it is sent: whether a token was used before the host ended
/// nobody can tell, and it is not repeated.
///
/// # Errors
/// [`Reject::Busy`], and those of the storage.
pub fn reply(ports: &dyn Ports) -> Result<u32, Reject> {
    for _ in 0..TRIES_MAX {
        let mut work = Work::new(ports);
        let rows = work.scan(&keys::under(keys::REPLIES, None, PAGE))?;
        if rows.is_empty() {
            return Ok(0);
        }
        let mut replies: Vec<Reply> = Vec::with_capacity(rows.len());
        let mut messages = Vec::with_capacity(rows.len());
        for row in rows {
            let reply: Reply = codec::decode(&row.key, &row.value)?;
            messages.push(Message {
                key: row.key.clone(),
                channel: Way::LineReply,
                address: reply.token.clone(),
                subject: None,
                text: reply.text.clone(),
                html: None,
                detail: None,
            });
            replies.push(reply);
            work.delete(row.key);
        }
        if work.commit()? == Outcome::Conflict {
            continue;
        }
        let outcomes = ports.send(messages);
        let failed = replies.iter().zip(outcomes);
        let failed = failed
            .filter(|(_, outcome)| matches!(outcome, Sent::Undeliverable(_) | Sent::RetryAfter(_)));
        for (reply, _) in failed {
            push(ports, reply)?;
        }
        return Ok(u32::try_from(replies.len()).unwrap_or(u32::MAX));
    }
    Err(Reject::Busy)
}

/// Pushes what could not go by its token.
fn push(ports: &dyn Ports, reply: &Reply) -> Result<(), Reject> {
    for _ in 0..TRIES_MAX {
        let mut scope = Scope::new(ports, ports.now(), true, &[])?;
        let from = scope.now;
        let push = Push {
            subject: String::new(),
            text: reply.text.clone(),
            buttons: Vec::new(),
            channel: None,
            from,
        };
        if pushed(&mut scope, &reply.member, push)?
            && let Some(book) = reply.book()
        {
            count(&mut scope, &book, &reply.member, |tally| {
                tally.charge(reply.message);
            })?;
        }
        if scope.work.commit()? == Outcome::Committed {
            return Ok(());
        }
    }
    Err(Reject::Busy)
}
