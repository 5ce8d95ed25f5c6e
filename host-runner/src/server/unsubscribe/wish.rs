//! A member's wish, made known to the plugin.

use super::super::shops::Shop;
use super::token::Ticket;
use crate::call::{Answer, Call, CallError, Execution, Subject, refusal_name};
use ring::rand::{SecureRandom, SystemRandom};
use serde_json::{Value, json};

/// How often it is tried, since somebody else may change the member's wishes meanwhile.
const TRIES: u32 = 4;

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    /// No such notice goes to the member any more by the channel.
    Set,
    /// It can't be stored now.
    Later,
}

/// What an answer of the plugin means here.
enum Said {
    Ok(Value),
    /// The member was merged into this one.
    Moved(String),
    /// Nobody is there who could be written to.
    Nobody,
    Later,
}

/// Takes a member off a list. The plugin knows wishes as a whole, so that the one is put behind the others. Doing it twice is
/// doing it once.
///
/// # Errors
/// What the plugin refused or why it stopped, without anything of the member's.
pub(super) fn unsubscribe(
    sandbox: &mut dyn Subject,
    shop: &Shop,
    ticket: &Ticket,
) -> Result<Wish, String> {
    let _alone = shop.wishes();
    let mut member = ticket.member.clone();
    for _ in 0..TRIES {
        let own = json!({ "member": member });
        // A merged member's wishes would be stored where nobody looks for them.
        match call(sandbox, "members.get", None, own.clone())? {
            Said::Ok(_) => {}
            Said::Moved(into) => {
                member = into;
                continue;
            }
            Said::Nobody => return Ok(Wish::Set),
            Said::Later => return Ok(Wish::Later),
        }
        let reach = match call(sandbox, "notices.reach-of", None, own)? {
            Said::Ok(reach) => reach,
            Said::Moved(_) => continue,
            Said::Nobody => return Ok(Wish::Set),
            Said::Later => return Ok(Wish::Later),
        };
        let wishes = reach.get("preferences").and_then(Value::as_array);
        let wishes = wishes.map(Vec::as_slice).unwrap_or_default();
        if is_off(wishes, ticket) {
            return Ok(Wish::Set);
        }
        let request = json!({ "member": member, "preferences": with(wishes, ticket) });
        // A key of its own each time: the same wishes may come again after others.
        let key = key().ok_or_else(|| "the system has no random numbers".to_owned())?;
        match call(sandbox, "notices.prefer", Some(key), request)? {
            // Asked again, in case another host has set the wishes meanwhile.
            Said::Ok(_) | Said::Moved(_) => {}
            Said::Nobody => return Ok(Wish::Set),
            Said::Later => return Ok(Wish::Later),
        }
    }
    Ok(Wish::Later)
}

/// Whether the last wish that fits says that it is unwanted.
fn is_off(wishes: &[Value], ticket: &Ticket) -> bool {
    let fits = |wish: &&Value| {
        let same = |name: &str, own: &str| match wish.get(name) {
            None | Some(Value::Null) => true,
            Some(value) => value == own,
        };
        same("kind", &ticket.kind) && same("channel", &ticket.channel)
    };
    let last = wishes.iter().rev().find(fits);
    last.is_some_and(|wish| wish.get("wanted") == Some(&Value::Bool(false)))
}

/// The wishes with this one behind them, without those that later ones make void.
fn with(wishes: &[Value], ticket: &Ticket) -> Vec<Value> {
    let own = json!({ "kind": ticket.kind, "channel": ticket.channel, "wanted": false });
    let mut all: Vec<Value> = Vec::new();
    for wish in std::iter::once(&own).chain(wishes.iter().rev()) {
        let part = |wish: &Value, name: &str| wish.get(name).cloned().unwrap_or_default();
        let same = |other: &Value| {
            part(wish, "kind") == part(other, "kind")
                && part(wish, "channel") == part(other, "channel")
        };
        if !all.iter().any(same) {
            all.push(wish.clone());
        }
    }
    all.reverse();
    all
}

fn key() -> Option<String> {
    let mut bytes = [0_u8; 16];
    SystemRandom::new().fill(&mut bytes).ok()?;
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Some(format!("unsubscribe-{digits}"))
}

fn call(
    sandbox: &mut dyn Subject,
    function: &str,
    key: Option<String>,
    request: Value,
) -> Result<Said, String> {
    let call = Call {
        function: function.to_owned(),
        execution: key.map(Execution::Commit),
        request: Some(request),
    };
    let Answer { result, .. } = match sandbox.call(&call) {
        Ok(answer) => answer,
        Err(CallError::Limit { .. }) => return Ok(Said::Later),
        Err(error) => return Err(format!("{function}: {error}")),
    };
    let refusal = match result {
        Ok(value) => return Ok(Said::Ok(value)),
        Err(refusal) => refusal,
    };
    if let Some(into) = refusal
        .pointer("/member-merged/into")
        .and_then(Value::as_str)
    {
        return Ok(Said::Moved(into.to_owned()));
    }
    let name = refusal_name(&refusal);
    match name.as_str() {
        "unknown-member" | "not-configured" => Ok(Said::Nobody),
        "busy" | "storage-unavailable" | "storage-full" => Ok(Said::Later),
        _ => Err(format!("{function} refuses: {name}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticket() -> Ticket {
        Ticket {
            merchant: "shop".to_owned(),
            member: "mei".to_owned(),
            kind: "points-expiring".to_owned(),
            channel: "email".to_owned(),
        }
    }

    fn wish(kind: Option<&str>, channel: Option<&str>, wanted: bool) -> Value {
        json!({ "kind": kind, "channel": channel, "wanted": wanted })
    }

    #[test]
    fn the_last_wish_that_fits_counts() {
        let (kind, email) = (Some("points-expiring"), Some("email"));
        let table = [
            (vec![], false),
            (vec![wish(kind, email, false)], true),
            (vec![wish(None, None, false)], true),
            (
                vec![wish(None, None, false), wish(None, email, true)],
                false,
            ),
            (vec![wish(kind, None, true), wish(None, email, false)], true),
            (vec![wish(Some("points-lapsed"), email, false)], false),
            (vec![wish(kind, Some("sms"), false)], false),
        ];
        for (wishes, off) in table {
            assert_eq!(is_off(&wishes, &ticket()), off, "{wishes:?}");
            assert!(is_off(&with(&wishes, &ticket()), &ticket()), "{wishes:?}");
        }
    }

    #[test]
    fn other_wishes_stay_and_void_ones_go() {
        let (kind, email) = (Some("points-expiring"), Some("email"));
        let wishes = [
            wish(kind, email, false),
            wish(None, Some("sms"), false),
            wish(kind, email, true),
            wish(None, Some("sms"), true),
        ];
        let expected = [wish(None, Some("sms"), true), wish(kind, email, false)];
        assert_eq!(with(&wishes, &ticket()), expected);
    }
}
