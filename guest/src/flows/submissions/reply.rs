//! Answers by a reply token, which is good for one use. Where it isn't taken, the answer is pushed and charged.

use super::book::{count, survivor};
use super::say::{Push, pushed};
use crate::flows::command::TRIES_MAX;
use crate::flows::notices::with_buttons;
use crate::flows::scope::Scope;
use crate::ports::{Message, Outcome, Ports, Sent, Way};
use crate::records::sent_in::Reply;
use crate::records::{Work, codec, keys};
use crate::reject::Reject;

/// Answers that are sent at once, at most.
const PAGE: u32 = 100;

/// Sends the answers that wait; tells how many. Each is taken out before it is sent: whether a token was used before the host ended
/// nobody can tell, and it is not repeated. What the policy does not let go by a token is pushed.
///
/// # Errors
/// [`Reject::Busy`], and those of the storage.
pub fn reply(ports: &dyn Ports) -> Result<u32, Reject> {
    let any = keys::under(keys::REPLIES, None, 1);
    if Work::new(ports).scan(&any)?.is_empty() {
        return Ok(0);
    }
    for _ in 0..TRIES_MAX {
        let mut scope = Scope::new(ports, ports.now(), true, &[])?;
        let rows = scope.work.scan(&keys::under(keys::REPLIES, None, PAGE))?;
        let many = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        let mut replies: Vec<Reply> = Vec::with_capacity(rows.len());
        let mut messages = Vec::with_capacity(rows.len());
        for row in rows {
            let reply: Reply = codec::decode(&row.key, &row.value)?;
            if answers(&mut scope, &reply)? {
                messages.push(message(&row.key, &reply));
                replies.push(reply);
            } else {
                push(&mut scope, reply)?;
            }
            scope.work.delete(row.key);
        }
        if scope.work.commit()? == Outcome::Conflict {
            continue;
        }
        if !messages.is_empty() {
            let outcomes = ports.send(messages);
            for (reply, outcome) in replies.into_iter().zip(outcomes) {
                if matches!(outcome, Sent::Undeliverable(_) | Sent::RetryAfter(_)) {
                    refused(ports, &reply)?;
                }
            }
        }
        return Ok(many);
    }
    Err(Reject::Busy)
}

fn message(key: &str, reply: &Reply) -> Message {
    Message {
        key: key.to_owned(),
        channel: Way::LineReply,
        address: reply.token.clone(),
        subject: None,
        text: reply.text.clone(),
        html: None,
        detail: with_buttons(&reply.text, &reply.buttons),
    }
}

/// Whether it may still go by its token.
fn answers(scope: &mut Scope<'_>, reply: &Reply) -> Result<bool, Reject> {
    let now = scope.now;
    let member = survivor(scope, &reply.member)?;
    let until = reply.until.unwrap_or_else(|| now.plus_seconds(1));
    Push::of(reply.clone(), now).answers(scope, &member, until)
}

/// Pushes what its token was not taken for.
fn refused(ports: &dyn Ports, reply: &Reply) -> Result<(), Reject> {
    for _ in 0..TRIES_MAX {
        let mut scope = Scope::new(ports, ports.now(), true, &[])?;
        push(&mut scope, reply.clone())?;
        if scope.work.commit()? == Outcome::Committed {
            return Ok(());
        }
    }
    Err(Reject::Busy)
}

/// Has it pushed, which is charged.
fn push(scope: &mut Scope<'_>, reply: Reply) -> Result<(), Reject> {
    let (book, message, of) = (reply.book(), reply.message, reply.member.clone());
    let member = survivor(scope, &of)?.member;
    let push = Push::of(reply, scope.now);
    if pushed(scope, &member, push)?
        && let Some(book) = book
    {
        count(scope, &book, &of, |tally| tally.charge(message))?;
    }
    Ok(())
}
