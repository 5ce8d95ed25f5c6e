//! What the merchant's people ask for and decide.

use super::super::campaigns::actor_of;
use super::super::check::{Check, whole};
use super::super::{Answer, execution};
use super::ID_MAX;
use super::words::{drawn, shown, told_of};
use crate::bindings::exports::stampcard::plugin::submissions as wit;
use crate::domain::campaign::Actor;
use crate::domain::ids::{Id, NAME_FORM, Name};
use crate::domain::notice::Language;
use crate::domain::submission::Submission;
use crate::flows::command::{ask, run};
use crate::flows::submissions as flow;
use crate::ports::Ports;

/// `submissions.table`.
///
/// # Errors
/// Those that the interface names.
pub fn table(ports: &dyn Ports, request: &wit::TableRequest) -> Answer<wit::TablePage> {
    let mut check = Check::default();
    let named = named(&mut check, &request.actor, &request.campaign);
    let after = check.maybe_text(&"/after", request.after.as_deref(), ID_MAX);
    let tag = request.language.as_deref().unwrap_or("zh-TW");
    let language = Language::of_tag(tag);
    if language.is_none() {
        check.fault(&"/language", format!("{tag:?}"), "zh-TW, ko or en");
    }
    let ((actor, campaign), language) = whole(check, named.zip(language))?;
    let table = flow::Export {
        campaign,
        lines: request.lines,
        language,
        after,
    };
    Ok(ask(ports, &[], |scope| {
        let (text, next) = flow::export(scope, &actor, &table)?;
        Ok(wit::TablePage { text, next })
    })?)
}

/// `submissions.decide`.
///
/// # Errors
/// Those that the interface names.
pub fn decide(
    ports: &dyn Ports,
    how: &wit::Execution,
    request: &wit::Decision,
) -> Answer<wit::Submission> {
    let mut check = Check::default();
    let named = named(&mut check, &request.actor, &request.campaign);
    let submission = check.text(&"/submission", &request.submission, ID_MAX);
    let reason = check.text(&"/reason", &request.reason, 400);
    let word = match request.word {
        wit::Word::Pass(tier) => {
            flow::Word::Pass(check.number(&"/word/pass", Some(tier), 1, 1_000))
        }
        wit::Word::Refuse => flow::Word::Refuse,
        wit::Word::Revoke => flow::Word::Revoke,
    };
    let (actor, campaign) = whole(check, named)?;
    let decision = flow::Decision {
        actor,
        campaign,
        submission,
        word,
        reason,
    };
    let how = execution(how)?;
    let answer = run(ports, "submissions.decide", &how, &decision, &[], |scope| {
        Ok(bare(flow::decide(scope, &decision)?))
    });
    Ok(answer?)
}

/// `submissions.verify-again`.
///
/// # Errors
/// Those that the interface names.
pub fn verify_again(
    ports: &dyn Ports,
    how: &wit::Execution,
    request: &wit::SubmissionRequest,
) -> Answer<wit::Submission> {
    let mut check = Check::default();
    let named = named(&mut check, &request.actor, &request.campaign);
    let id = check.text(&"/submission", &request.submission, ID_MAX);
    let (actor, campaign) = whole(check, named)?;
    let how = execution(how)?;
    let payload = (&actor, (&campaign, &id));
    let function = "submissions.verify-again";
    let answer = run(ports, function, &how, &payload, &[], |scope| {
        Ok(bare(flow::verify_again(scope, &actor, &campaign, &id)?))
    });
    Ok(answer?)
}

/// `submissions.resume`.
///
/// # Errors
/// Those that the interface names.
pub fn resume(
    ports: &dyn Ports,
    how: &wit::Execution,
    request: &wit::ResumeRequest,
) -> Answer<wit::Resumed> {
    let mut check = Check::default();
    let actor = actor_of(&mut check, &request.actor);
    let verifier = Name::parse(&request.verifier);
    if verifier.is_none() {
        check.fault(&"/verifier", format!("{:?}", request.verifier), NAME_FORM);
    }
    let (actor, verifier) = whole(check, actor.zip(verifier))?;
    let how = execution(how)?;
    let payload = (&actor, &verifier);
    let function = "submissions.resume";
    let answer = run(ports, function, &how, &payload, &[], |scope| {
        let rested = flow::resume(scope, &actor, &verifier)?;
        Ok(wit::Resumed { rested })
    });
    Ok(answer?)
}

/// `submissions.signals`.
///
/// # Errors
/// Those that the interface names.
pub fn signals(ports: &dyn Ports, request: &wit::SignalsRequest) -> Answer<wit::SignalsPage> {
    let mut check = Check::default();
    let named = named(&mut check, &request.actor, &request.campaign);
    let after = check.maybe_text(&"/after", request.after.as_deref(), 300);
    let limit = check.number(&"/limit", request.limit, 50, 200);
    let (actor, campaign) = whole(check, named)?;
    Ok(ask(ports, &[], |scope| {
        let place = (after.as_deref(), limit);
        let (found, next) = flow::signals(scope, &actor, &campaign, place)?;
        let signals = found.into_iter().map(|(about, it)| wit::Signal {
            about,
            count: it.count,
            at: it.at.into(),
            members: it.members.iter().map(Id::text).collect(),
            submission: it.id,
        });
        Ok(wit::SignalsPage {
            signals: signals.collect(),
            next,
        })
    })?)
}

/// `submissions.draw`.
///
/// # Errors
/// Those that the interface names.
pub fn draw(
    ports: &dyn Ports,
    how: &wit::Execution,
    request: &wit::DrawRequest,
) -> Answer<wit::Drawn> {
    let mut check = Check::default();
    let named = named(&mut check, &request.actor, &request.campaign);
    let (actor, campaign) = whole(check, named)?;
    let how = execution(how)?;
    let payload = (&actor, (&campaign, &request.seed));
    let answer = run(ports, "submissions.draw", &how, &payload, &[], |scope| {
        let (it, waiting) = flow::draw(scope, &actor, &campaign, &request.seed)?;
        Ok(drawn(it, waiting))
    });
    Ok(answer?)
}

/// `submissions.told`.
///
/// # Errors
/// Those that the interface names.
pub fn told(
    ports: &dyn Ports,
    request: &wit::SubmissionRequest,
) -> Answer<Option<wit::ToldInvoice>> {
    let mut check = Check::default();
    let named = named(&mut check, &request.actor, &request.campaign);
    let id = check.text(&"/submission", &request.submission, ID_MAX);
    let (actor, campaign) = whole(check, named)?;
    Ok(ask(ports, &[], |scope| {
        let told = flow::told(scope, &actor, &campaign, &id)?;
        Ok(told.map(told_of))
    })?)
}

/// `submissions.draw-list`.
///
/// # Errors
/// Those that the interface names.
pub fn draw_list(ports: &dyn Ports, request: &wit::DrawListRequest) -> Answer<wit::DrawListPage> {
    let mut check = Check::default();
    let named = named(&mut check, &request.actor, &request.campaign);
    let after = check.maybe_text(&"/after", request.after.as_deref(), ID_MAX);
    let (actor, campaign) = whole(check, named)?;
    Ok(ask(ports, &[], |scope| {
        let (members, next) = flow::draw_list(scope, &actor, &campaign, after.as_deref())?;
        Ok(wit::DrawListPage { members, next })
    })?)
}

/// Who asks, and the campaign.
pub(super) fn named(check: &mut Check, actor: &wit::Actor, campaign: &str) -> Option<(Actor, Id)> {
    let actor = actor_of(check, actor);
    let campaign = check.id(&"/campaign", campaign);
    actor.zip(campaign)
}

/// A submission by itself.
fn bare((id, submission): (String, Submission)) -> wit::Submission {
    shown(flow::Found {
        id,
        submission,
        member: None,
        channel: None,
    })
}
