//! Verifies what is due, in rounds: a commit marks submissions as being asked for, then the verifier is asked, and each answer is kept in a
//! commit of its own. If the host ends in between, the submission is found as being asked for: that try came to nothing.

use super::ask::{Heard, alert, heard, question};
use super::book::{Rules, get, put, rules};
use super::outcome::{keep, unanswered};
use super::recall::{self, LOOK_AGAIN};
use super::verdict::Case;
use crate::domain::instant::Instant;
use crate::domain::submission::{Kept, LEASE, Reason, State, Submission, Verifier, Way};
use crate::flows::command::TRIES_MAX;
use crate::flows::portion::portion;
use crate::flows::scope::{Scope, Stop};
use crate::ports::{HttpError, HttpRequest, HttpResponse, Level, Outcome, Ports};
use crate::records::keys::{self, Book};
use crate::records::{WRITES_MAX, Work};
use crate::reject::Reject;
use stampcard_invoice::evidence::Outcome::{Found, UnknownStatus};
use stampcard_invoice::evidence::{Call, is_confirmed};

/// Submissions that are looked at in one round, at most; each is one question, and all answers together must leave room for what is read
/// of one of them.
const PAGE: u32 = 25;

/// Records that one submission may write in the commit that marks it.
const ROOM: usize = 40;

/// Commits of what is due on a member's accounts before a verdict is kept, and tries of it.
const TRIES: u32 = 200;

/// What one round came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// Submissions looked at.
    pub looked: u32,
    /// Something is to be looked at then.
    pub next: Option<Instant>,
}

/// A question that is on its way.
pub(super) struct Asked {
    pub(super) book: Book,
    pub(super) id: String,
    pub(super) verifier: String,
    /// None: what it holds is known.
    call: Option<Call>,
    /// Tries with this one, by which it is known again.
    pub(super) tries: u32,
}

/// A submission that is marked as being asked for, and the question, if one is to be asked.
type Begun = (Asked, Option<HttpRequest>);

/// One round of what is due.
///
/// # Errors
/// [`Reject::Busy`], and those of the storage.
pub fn verify(ports: &dyn Ports) -> Result<Round, Reject> {
    for _ in 0..TRIES_MAX {
        let range = keys::under(keys::VERIFY_DUES, None, PAGE);
        let rows = Work::new(ports).scan(&range)?;
        let first = rows.first().and_then(|row| due(&row.key));
        let now = ports.now();
        if first.is_none_or(|first| first > now) {
            return Ok(Round {
                looked: 0,
                next: first,
            });
        }
        let mut scope = Scope::new(ports, now, true, &[])?;
        let rows = scope.work.scan(&range)?;
        let mut asked: Vec<Begun> = Vec::new();
        let mut told: Vec<String> = Vec::new();
        let mut looked = 0;
        let mut again = false;
        for row in rows {
            if due(&row.key).is_none_or(|due| due > now) {
                break;
            }
            if scope.work.size().saturating_add(ROOM) > WRITES_MAX {
                break;
            }
            looked += 1;
            match begin(&mut scope, &row.key, &mut told) {
                Ok(question) => asked.extend(question),
                Err(Stop::Again) => {
                    again = true;
                    break;
                }
                Err(Stop::Reject(reject)) => return Err(reject),
            }
        }
        if again || scope.work.commit()? == Outcome::Conflict {
            continue;
        }
        for line in told {
            ports.log(Level::Warn, "campaigns", &line);
        }
        answers(ports, asked)?;
        return Ok(Round {
            looked,
            next: Some(now),
        });
    }
    Err(Reject::Busy)
}

/// The instant in a row's key.
pub(super) fn due(key: &str) -> Option<Instant> {
    Instant::parse(key.split('/').nth(1)?)
}

/// The submission that a row's key stands for.
pub(super) fn which(key: &str) -> Option<(Book, String)> {
    let mut steps = key.split('/').skip(2);
    let book = Book::of(steps.next()?)?;
    Some((book, steps.next()?.to_owned()))
}

/// Adds a line for the operator to those of a round, each of which is told once.
fn tell(told: &mut Vec<String>, line: [&str; 3]) {
    let line = line.concat();
    if !told.contains(&line) {
        told.push(line);
    }
}

/// Looks at a submission that is due: marks it as being asked for, or ends it where there is nothing to ask. Adds to what the operator is
/// told.
fn begin(scope: &mut Scope<'_>, row: &str, told: &mut Vec<String>) -> Result<Option<Begun>, Stop> {
    if let Some(verifier) = keys::recalled(row) {
        recall::page(scope, row, verifier)?;
        return Ok(None);
    }
    let found = which(row).ok_or_else(|| Reject::Unreadable(row.to_owned()))?;
    let (book, id) = found;
    let own = due(row);
    let rules = rules(scope, &book.campaign)?.filter(|rules| rules.book == book);
    let submission = get(scope, &book, &id)?;
    let submission = submission.filter(|it| it.due == own);
    let (Some(rules), Some(before)) = (rules, submission) else {
        // A draft that was published or deleted, or a row that nothing stands behind.
        scope.work.delete(row.to_owned());
        return Ok(None);
    };
    let mut case = Case {
        rules: &rules,
        id: &id,
        before: &before,
        it: before.clone(),
    };
    if before.state == State::Passed && !before.again && !before.owed {
        // Its time has come, as the campaign is set.
        case.it.again = true;
        case.it.tries = 0;
    }
    let waits = before.state == State::Waiting;
    if waits && case.is_duplicate(scope)? {
        let reason = Some(Reason::Duplicate);
        return case.end(scope, State::Duplicate, reason).map(|()| None);
    }
    let now = scope.now;
    if before.owed || waits && before.way == Way::Carrier {
        // There is nothing to ask: it has passed, or what it holds was told when the carrier was read.
        return Ok(Some((mark(scope, case, String::new(), None), None)));
    }
    let found = rules.verifier(scope);
    let rests: Option<Verifier> = match &found {
        Some((name, _)) => scope.work.get(&keys::verifier(name.as_str()))?,
        None => {
            tell(
                told,
                ["campaign ", book.campaign.as_str(), " has no verifier"],
            );
            None
        }
    };
    let rests = rests.unwrap_or_default();
    if let Some(pause) = rests.pause_at(now) {
        let until = pause.until.unwrap_or(now.plus_seconds(LOOK_AGAIN));
        case.it.due = Some(until);
        case.it.paused = true;
        super::end::wait(scope, &rules, &id, &before, case.it)?;
        return Ok(None);
    }
    let rested = rests.rested_at(now);
    if waits && before.is_over(now, rested) {
        let reason = Some(Reason::NoData);
        return case.end(scope, State::Invalid, reason).map(|()| None);
    }
    let Some((name, verifier)) = found else {
        if !waits {
            // It has passed, and a look that nobody can take is not taken for ever.
            case.it.tries = case.it.tries.saturating_add(1);
            return super::again::put_off(scope, case).map(|()| None);
        }
        case.it.due = Some(now.plus_seconds(LOOK_AGAIN));
        super::end::wait(scope, &rules, &id, &before, case.it)?;
        return Ok(None);
    };
    if before.asking {
        // The host ended, or the answers were more than it lets a tick read. Asked at once, they might be so again.
        let line = ["a question to verifier ", name.as_str(), " came to no end"];
        tell(told, line);
        case.it.asking = false;
        return unanswered(scope, case, rested).map(|()| None);
    }
    let Some((call, request)) = question(&verifier, &before) else {
        return case.person(scope, Reason::UnknownStatus).map(|()| None);
    };
    let asked = mark(scope, case, name.text(), Some(call));
    Ok(Some((asked, Some(request))))
}

/// Marks a submission as being asked for.
fn mark(scope: &mut Scope<'_>, case: Case<'_>, verifier: String, call: Option<Call>) -> Asked {
    let mut it = case.it;
    it.tries = it.tries.saturating_add(1);
    it.asking = true;
    it.paused = false;
    it.due = Some(scope.now.plus_seconds(LEASE));
    put(scope, &case.rules.book, case.id, case.before.due, &it);
    Asked {
        book: case.rules.book.clone(),
        id: case.id.to_owned(),
        verifier,
        call,
        tries: it.tries,
    }
}

/// Asks, and keeps what was answered.
fn answers(ports: &dyn Ports, begun: Vec<Begun>) -> Result<(), Reject> {
    let mut questions = Vec::with_capacity(begun.len());
    let mut asked = Vec::with_capacity(begun.len());
    for (one, question) in begun {
        asked.push((one, question.is_some()));
        questions.extend(question);
    }
    let answers = if questions.is_empty() {
        Vec::new()
    } else {
        ports.fetch(questions)
    };
    let mut answers = answers.iter();
    for (asked, over_http) in &asked {
        let answer = if *over_http { answers.next() } else { None };
        let answer = answer.map_or(Err(&HttpError::Unreachable), Result::as_ref);
        portion(ports, (asked, answer), kept)?;
    }
    Ok(())
}

/// Keeps one answer. What can't be kept stays as being asked for, and is asked for again.
fn kept(
    ports: &dyn Ports,
    (asked, answer): (&Asked, Result<&HttpResponse, &HttpError>),
) -> Result<(), Reject> {
    for _ in 0..TRIES {
        let mut scope = Scope::new(ports, ports.now(), true, &[])?;
        let told = match one(&mut scope, asked, answer) {
            Ok(told) => told,
            Err(Stop::Again) => continue,
            Err(Stop::Reject(
                reject @ (Reject::StorageUnavailable | Reject::StorageFull | Reject::Busy),
            )) => return Err(reject),
            Err(Stop::Reject(_)) => {
                let campaign = asked.book.campaign.as_str();
                let text = format!("a verifier's answer for {campaign} could not be kept");
                ports.log(Level::Error, "campaigns", &text);
                return Ok(());
            }
        };
        if scope.work.commit()? == Outcome::Committed {
            if let Some(told) = told {
                ports.log(Level::Warn, "campaigns", &told);
            }
            return Ok(());
        }
    }
    Err(Reject::Busy)
}

/// Gives what the operator is told.
fn one(
    scope: &mut Scope<'_>,
    asked: &Asked,
    answer: Result<&HttpResponse, &HttpError>,
) -> Result<Option<String>, Stop> {
    let found: Option<Submission> = get(scope, &asked.book, &asked.id)?;
    let own = |it: &Submission| it.asking && it.tries == asked.tries;
    // Whoever took it over, if this one was very slow, keeps its own answer.
    let Some(before) = found.filter(own) else {
        return Ok(None);
    };
    let rules: Option<Rules> = rules(scope, &asked.book.campaign)?;
    let Some(rules) = rules.filter(|rules| rules.book == asked.book) else {
        return Ok(None);
    };
    if before.owed {
        let case = Case {
            rules: &rules,
            id: &asked.id,
            before: &before,
            it: before.clone(),
        };
        return case.give_more(scope).map(|()| None);
    }
    let Some(invoice) = before.invoice() else {
        return Err(Reject::Unreadable(asked.id.clone()).into());
    };
    let heard = match asked.call {
        Some(call) => heard(call, invoice, answer),
        None => {
            let key = keys::of_book(keys::EVIDENCE, &asked.book, &asked.id);
            let kept: Option<Kept> = scope.work.get(&key)?;
            let kept = kept.ok_or(Reject::Unreadable(key))?;
            let outcome = if is_confirmed(&kept.status) {
                Found
            } else {
                UnknownStatus
            };
            Heard {
                outcome,
                evidence: Some(kept.evidence(invoice.0, invoice.1)),
            }
        }
    };
    let case = Case {
        rules: &rules,
        id: &asked.id,
        before: &before,
        it: before.clone(),
    };
    let told = alert(&asked.verifier, heard.outcome);
    keep(scope, asked, case, heard).map(|()| told)
}
