//! What providers tell becomes calls of the plugin.

use crate::call::{Call, CallError, Execution, Subject, refusal_name};
use crate::capabilities::messaging::Channel;
use crate::capabilities::messaging::reports::{About, Fate, Friendship, News, Report};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// What became of a request's news.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Taken {
    /// Reports of notices that the plugin doesn't know, or not yet.
    pub(super) unknown: Vec<Report>,
    /// People that the plugin doesn't know.
    pub(super) strangers: usize,
    /// Something could not be stored, and may be sent again.
    pub(super) later: bool,
    /// What the plugin refused or stopped at, without anything of anybody's.
    pub(super) faults: Vec<String>,
}

/// How one call went.
enum Said {
    Ok(Value),
    Unknown,
    Later,
    Fault(String),
}

/// Makes all of it known. News that come again change nothing: their idempotency keys are made of them.
pub(super) fn apply(plugin: &mut dyn Subject, channel: Channel, news: News) -> Taken {
    let mut taken = Taken::default();
    for report in news.reports {
        match notice(plugin, channel, &report) {
            Said::Unknown => taken.unknown.push(report),
            said => taken.note(said),
        }
    }
    for friendship in &news.friendships {
        friend(plugin, friendship, &mut taken);
    }
    taken
}

impl Taken {
    fn note(&mut self, said: Said) {
        match said {
            Said::Ok(_) => {}
            Said::Unknown => self.strangers += 1,
            Said::Later => self.later = true,
            Said::Fault(text) => self.faults.push(text),
        }
    }
}

fn notice(plugin: &mut dyn Subject, channel: Channel, report: &Report) -> Said {
    let news = match &report.fate {
        Fate::Delivered => json!("delivered"),
        Fate::Undelivered(why) => json!({ "undelivered": why }),
        Fate::UnderWay => return Said::Ok(Value::Null),
    };
    let (channel, ids) = match &report.about {
        // Only notification messages have tags, to whichever of LINE's channels the webhook was sent.
        About::Tag(tag) => (Channel::LineNotification, std::slice::from_ref(tag)),
        About::Id(id) => (channel, std::slice::from_ref(id)),
        About::OneOf(ids) => (channel, ids.as_slice()),
    };
    for id in ids {
        let request = json!({ "channel": channel.name(), "id": id, "news": news });
        let digest = Sha256::digest(request.to_string().as_bytes());
        let digits = digest.iter().take(16).map(|byte| format!("{byte:02x}"));
        let key = format!("report-{}", digits.collect::<String>());
        match call(plugin, "notices.report", Some(key), request) {
            Said::Unknown => {}
            said => return said,
        }
    }
    Said::Unknown
}

/// Closes LINE push to whoever blocked the account, and opens it to whoever unblocked it.
fn friend(plugin: &mut dyn Subject, friendship: &Friendship, taken: &mut Taken) {
    let request = json!({ "user": friendship.user });
    let members = match call(plugin, "members.of-line-user", None, request) {
        Said::Ok(found) => found,
        said => return taken.note(said),
    };
    let members = members.get("members").and_then(Value::as_array);
    let members = members.map(Vec::as_slice).unwrap_or_default();
    if members.is_empty() {
        taken.note(Said::Unknown);
    }
    for member in members {
        let reach = match call(
            plugin,
            "notices.reach-of",
            None,
            json!({ "member": member }),
        ) {
            Said::Ok(reach) => reach,
            said => {
                taken.note(said);
                continue;
            }
        };
        let why = push_closed(&reach);
        let request = match (friendship.blocked, why) {
            (true, None) => {
                json!({ "member": member, "channel": "line-push", "why": "blocked" })
            }
            // What was closed for another reason stays so.
            (false, Some("blocked")) => {
                json!({ "member": member, "channel": "line-push", "why": null })
            }
            _ => continue,
        };
        let event = friendship.event.clone().unwrap_or_else(|| {
            let at = friendship.at;
            format!("{}-{}-{}", at.seconds, at.nanoseconds, friendship.blocked)
        });
        let digest = Sha256::digest(json!([event, member]).to_string().as_bytes());
        let digits = digest.iter().take(16).map(|byte| format!("{byte:02x}"));
        let key = format!("line-{}", digits.collect::<String>());
        taken.note(call(plugin, "notices.close", Some(key), request));
    }
}

/// Why LINE push is closed to a member, if it is.
fn push_closed(reach: &Value) -> Option<&str> {
    let closed = reach.get("closed")?.as_array()?;
    let mut of_push = closed.iter().filter(|one| one["channel"] == "line-push");
    of_push.next()?.get("why")?.as_str()
}

fn call(plugin: &mut dyn Subject, function: &str, key: Option<String>, request: Value) -> Said {
    let call = Call {
        function: function.to_owned(),
        execution: key.map(Execution::Commit),
        request: Some(request),
    };
    let refusal = match plugin.call(&call) {
        Ok(answer) => match answer.result {
            Ok(value) => return Said::Ok(value),
            Err(refusal) => refusal,
        },
        Err(CallError::Limit { .. }) => return Said::Later,
        Err(error) => return Said::Fault(format!("{function}: {error}")),
    };
    let name = refusal_name(&refusal);
    match name.as_str() {
        "busy" | "storage-unavailable" | "storage-full" => Said::Later,
        // An id that the plugin can't have given out, and a member who is gone, are as unknown.
        "unknown-notice" | "unknown-member" | "member-merged" | "invalid-input"
        | "not-configured" => Said::Unknown,
        _ => Said::Fault(format!("{function} refuses: {name}")),
    }
}
