//! A mobile bar code is read: its invoices are listed and fetched in this call, and taken in by one commit; the ticks that follow judge
//! them. The verification code is a password: it goes into the questions and nowhere else.

use super::ask::{Heard, alert, device, heard, request};
use super::book::{member, rules};
use super::listing::{Asking, Refused, Wanted, list};
use super::say::{Answer, turn_away};
use super::signals::Sight;
use super::taking::{New, Taking};
use crate::domain::ids::Id;
use crate::domain::instant::Instant;
use crate::domain::submission::wording::Why;
use crate::domain::submission::{Verifier, Way};
use crate::flows::command::fingerprint;
use crate::flows::scope::{Scope, Stop};
use crate::ports::{HttpRequest, Level, Ports};
use crate::records::keys;
use crate::reject::Reject;
use chrono::NaiveDate;
use serde::Serialize;
use stampcard_invoice::evidence::{Call, Evidence, Outcome, carrier_detail, months, next_day};
use stampcard_invoice::identifier::carrier::MobileCode;
use stampcard_invoice::identifier::{Number, Period};

/// Invoices that are fetched in one call, at most; the others are told as not fetched.
const INVOICES_MAX: usize = 50;

/// A carrier to read.
#[derive(Clone, Debug, Serialize)]
pub struct Carrier {
    /// The campaign.
    pub campaign: Id,
    /// Who.
    pub member: Id,
    /// Where.
    pub channel: Id,
    /// The bar code.
    pub code: String,
    /// The first day of issue.
    #[serde(serialize_with = "crate::domain::calendar_date::serialize")]
    pub from: NaiveDate,
    /// The last one.
    #[serde(serialize_with = "crate::domain::calendar_date::serialize")]
    pub to: NaiveDate,
    /// For one answer.
    pub reply: Option<String>,
}

/// What was found on a carrier.
#[derive(Default)]
pub struct Gathered {
    found: Vec<(Number, bool, Evidence)>,
    refused: Vec<Refused>,
    /// Months and numbers that could not be fetched.
    missing: Vec<String>,
    /// The key rests from now on, until then.
    rest: Option<(String, Option<Instant>)>,
    /// What the operator was told last.
    told: Option<Outcome>,
}

/// Lists and fetches what is on a carrier. Nothing is asked where the campaign takes nothing in, or the key rests.
///
/// # Errors
/// [`Reject::Invalid`] for another verification code, [`Reject::UnknownMember`], and those of the storage.
pub fn gather(
    ports: &dyn Ports,
    it: &Carrier,
    (code, verification): (MobileCode, &str),
) -> Result<Gathered, Reject> {
    let mut scope = Scope::new(ports, ports.now(), false, &[])?;
    member(&mut scope, &it.member)?;
    let mut gathered = Gathered::default();
    let rules = rules(&mut scope, &it.campaign)?;
    let rules = rules.filter(|rules| rules.refuses(&scope, &it.channel).is_none());
    let Some((name, verifier)) = rules.and_then(|rules| rules.verifier(&scope)) else {
        return Ok(gathered);
    };
    let rests: Option<Verifier> = scope.work.get(&keys::verifier(name.as_str()))?;
    let asked = Asking {
        name: name.as_str(),
        verifier: &verifier,
        code,
        verification,
        device: device(&it.member),
        now: scope.now,
    };
    let mut wanted = Vec::new();
    for (from, to) in months(it.from, it.to) {
        let month = from.format("%Y-%m").to_string();
        let rests = rests.as_ref().and_then(|rests| rests.pause_at(scope.now));
        if rests.is_some() || gathered.rest.is_some() {
            gathered.missing.push(month);
            continue;
        }
        match list(
            ports,
            &asked,
            (from, to),
            &mut wanted,
            &mut gathered.refused,
        ) {
            Outcome::Found => {}
            outcome => gathered.misses(ports, &asked, month, outcome)?,
        }
    }
    // What is on the list is not fetched any more where the key is to rest.
    let most = if gathered.rest.is_none() {
        INVOICES_MAX
    } else {
        0
    };
    let rest = wanted.split_off(wanted.len().min(most));
    gathered.missing.extend(rest.iter().map(Wanted::shown));
    details(ports, &asked, wanted, &mut gathered)?;
    Ok(gathered)
}

impl Gathered {
    /// A month or an invoice could not be fetched.
    #[inline(never)]
    fn misses(
        &mut self,
        ports: &dyn Ports,
        asking: &Asking<'_>,
        what: String,
        outcome: Outcome,
    ) -> Result<(), Reject> {
        if outcome == Outcome::WrongVerificationCode {
            let permitted = "the bar code's own verification code";
            return Err(Reject::invalid("/verification", "another one", permitted));
        }
        self.missing.push(what);
        let rest = rest(asking.name, asking.now, outcome);
        let longer = |rest: &(String, Option<Instant>)| {
            let known = self.rest.as_ref();
            known.is_none_or(|known| known.1.is_some_and(|at| rest.1.is_none_or(|it| it > at)))
        };
        if rest.as_ref().is_some_and(longer) {
            self.rest = rest;
        } else if rest.is_some() {
            return Ok(());
        }
        // A platform that is down is told of once, and not for each invoice.
        let line = alert(asking.name, outcome).filter(|_| self.told != Some(outcome));
        if let Some(line) = line {
            ports.log(Level::Warn, "campaigns", &line);
            self.told = Some(outcome);
        }
        Ok(())
    }
}

/// The rest that an outcome begins, if it does.
fn rest(name: &str, now: Instant, outcome: Outcome) -> Option<(String, Option<Instant>)> {
    let until = match outcome {
        Outcome::PauseFor(seconds) => Some(now.plus_seconds(seconds)),
        Outcome::PauseUntilNextDay => Instant::new(next_day(now.seconds()), 0),
        Outcome::PauseUntilOperator => None,
        _ => return None,
    };
    Some((name.to_owned(), until))
}

/// Fetches invoices with their lines, all at once.
#[inline(never)]
fn details(
    ports: &dyn Ports,
    asking: &Asking<'_>,
    wanted: Vec<Wanted>,
    gathered: &mut Gathered,
) -> Result<(), Reject> {
    if wanted.is_empty() {
        return Ok(());
    }
    let now = asking.now.seconds();
    let question = |it: &Wanted| {
        let (code, verification) = (asking.code, asking.verification);
        let access = asking.access();
        let asked = carrier_detail(code, verification, it.number, it.date, now, access);
        request(asking.verifier, &asked)
    };
    let questions: Vec<HttpRequest> = wanted.iter().map(question).collect();
    let answers = ports.fetch(questions);
    for (it, answer) in wanted.into_iter().zip(&answers) {
        let Heard { outcome, evidence } =
            heard(Call::CarrierDetail, (it.number, it.period), answer.as_ref());
        match (outcome, evidence) {
            // What is in a state that nobody knows is taken in, too, and judged by a person.
            (Outcome::Found | Outcome::UnknownStatus, Some(mut evidence)) => {
                evidence.date = evidence.date.or(Some(it.date));
                gathered.found.push((it.number, it.donated, evidence));
            }
            (Outcome::BusinessBuyer { named: true }, _) => {
                let why = Why::Business;
                gathered.refused.push((why, Some(it.shown())));
            }
            (Outcome::Voided, _) => gathered.refused.push((Why::Voided, Some(it.shown()))),
            (outcome, _) => gathered.misses(ports, asking, it.shown(), outcome)?,
        }
    }
    Ok(())
}

/// Takes in what was found on a carrier.
///
/// # Errors
/// [`Reject::UnknownMember`], and those of the storage.
pub fn carrier(
    scope: &mut Scope<'_>,
    it: &Carrier,
    gathered: &Gathered,
) -> Result<(Vec<Answer>, Vec<String>), Stop> {
    let member = member(scope, &it.member)?;
    let rules = rules(scope, &it.campaign)?;
    rested(scope, gathered)?;
    let mut reply = it.reply.clone();
    let to = (&member, &it.channel);
    let away = turn_away(scope, rules.as_ref(), to, true, &mut reply)?;
    let (Some(rules), None) = (&rules, &away) else {
        return Ok((away.into_iter().collect(), Vec::new()));
    };
    let many = gathered.found.len() + gathered.refused.len();
    let mut taking = Taking::new(scope, rules, &member, reply, many)?;
    let about = fingerprint(&it.code);
    let sight = Sight {
        kind: "carrier",
        about: &about,
        member: &it.member,
        id: None,
    };
    sight.note(scope, &rules.book)?;
    for (why, number) in &gathered.refused {
        taking.turn_away(scope, *why, number.clone())?;
    }
    for (place, (number, donated, evidence)) in gathered.found.iter().enumerate() {
        let new = new(*number, *donated, evidence);
        if let Some(new) = new {
            taking.take(scope, place, new, Some(evidence))?;
        }
    }
    if many == 0 {
        taking.fail(scope)?;
    }
    Ok((taking.done(scope), gathered.missing.clone()))
}

/// The key rests, whatever becomes of what was fetched.
fn rested(scope: &mut Scope<'_>, gathered: &Gathered) -> Result<(), Reject> {
    if let Some((name, until)) = &gathered.rest {
        let key = keys::verifier(name);
        let rests: Option<Verifier> = scope.work.get(&key)?;
        let mut rests = rests.unwrap_or_default();
        if rests.rest(scope.now, *until) {
            let told = format!("verifier {name} rests");
            scope.log(Level::Error, "campaigns", &told);
        }
        scope.work.put(key, &rests);
    }
    Ok(())
}

fn new(number: Number, donated: bool, evidence: &Evidence) -> Option<New> {
    Some(New {
        way: Way::Carrier,
        number,
        period: evidence.date.and_then(Period::of)?.text(),
        date: evidence.date,
        random: None,
        printed: None,
        picture: None,
        donated,
    })
}
