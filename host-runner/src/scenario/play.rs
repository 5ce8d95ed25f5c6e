//! Plays a scenario on a stage.

use super::fit::fit;
use super::format::{Action, BalanceCheck, Expectation, Scenario, Step};
use super::judge::judge;
use super::messages;
use super::network;
use super::report::{Failure, Problem};
use super::stage::{Records, Stage};
use super::time;
use super::upkeep::Sum;
use crate::call::{Answer, Call, Execution};
use crate::terms::confirmed;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Ticks at one instant before a step is given up: far more than any scenario's members need.
const MOST_TICKS: usize = 1_000;

/// Plays a scenario from its configuration to its end, or to the first thing that is not as it says.
///
/// # Errors
/// The [`Failure`] of that step; what the steps before did stays on the stage.
pub fn play(scenario: &Scenario, stage: &mut dyn Stage) -> Result<(), Box<Failure>> {
    let mut player = Player {
        stage,
        file: &scenario.file,
        now: scenario.starts,
    };
    player.set_clock(scenario.starts);
    if let Some(document) = &scenario.merchant {
        player.begin(scenario, document)?;
    }
    for step in &scenario.steps {
        player.step(step)?;
    }
    let zone = scenario
        .steps
        .last()
        .map_or(scenario.zone, |step| step.zone);
    player.balances(&scenario.balances, zone, "at the end")
}

struct Player<'a> {
    stage: &'a mut dyn Stage,
    file: &'a str,
    now: DateTime<Utc>,
}

/// A call as a step asks for it, before the function's types are looked at.
struct Request<'a> {
    function: &'a str,
    with: Option<&'a Value>,
    key: Option<String>,
    dry_run: bool,
}

/// What the player did and why it went wrong.
struct Wrong {
    call: String,
    problem: Problem,
}

impl Player<'_> {
    fn set_clock(&mut self, at: DateTime<Utc>) {
        self.now = at;
        self.stage.set_clock(at);
    }

    fn begin(&mut self, scenario: &Scenario, document: &Value) -> Result<(), Box<Failure>> {
        let with = self.document(document);
        let request = Request {
            function: "merchant.apply",
            with: Some(&with),
            key: Some("configuration".to_owned()),
            dry_run: false,
        };
        let played = self
            .call(&request, scenario.zone)
            .and_then(|(call, answer)| succeeded(call, answer));
        played.map(drop).map_err(|wrong| {
            self.failure(
                0,
                "the merchant's document".to_owned(),
                scenario.zone,
                wrong,
            )
        })
    }

    /// A request to apply a document. Unless it speaks of its terms, they are confirmed.
    fn document(&mut self, document: &Value) -> Value {
        let document = confirmed(self.stage.subject(), document, "scenario");
        json!({ "document": document.to_string() })
    }

    fn step(&mut self, step: &Step) -> Result<(), Box<Failure>> {
        for (channel, outcome) in &step.channels {
            self.stage.answer(*channel, outcome.clone());
        }
        if !step.http.is_empty() {
            self.stage.script(step.http.clone());
        }
        let played = match &step.action {
            Action::Call {
                function,
                request,
                key,
                dry_run,
            } => {
                let key = key.clone().or_else(|| Some(own_key(step)));
                self.set_clock(step.at);
                self.command(
                    step,
                    &Request {
                        function,
                        with: request.as_ref(),
                        key,
                        dry_run: *dry_run,
                    },
                )
            }
            Action::Configure {
                document,
                key,
                dry_run,
            } => {
                let with = self.document(document);
                let key = key.clone().or_else(|| Some(own_key(step)));
                self.set_clock(step.at);
                self.command(
                    step,
                    &Request {
                        function: "merchant.apply",
                        with: Some(&with),
                        key,
                        dry_run: *dry_run,
                    },
                )
            }
            Action::Tick | Action::TickUntil => self.tick(step),
            Action::Look => {
                self.set_clock(step.at);
                Ok(())
            }
        };
        let traffic = self.stage.traffic();
        let traffic = traffic.as_ref();
        let network = match network::beyond(traffic) {
            Some(problem) => Err(problem),
            None => {
                played.map_err(|wrong| self.failure(step.line, name_of(step), step.zone, wrong))?;
                network::judge(step, traffic, step.zone)
            }
        };
        network.map_err(|problem| {
            let call = "the requests over HTTP".to_owned();
            self.failure(step.line, name_of(step), step.zone, Wrong { call, problem })
        })?;
        let sent = self.stage.sent();
        if let Some(expected) = &step.messages {
            messages::judge(expected, &sent, step.zone).map_err(|problem| {
                let call = "the messages that went out".to_owned();
                self.failure(step.line, name_of(step), step.zone, Wrong { call, problem })
            })?;
        }
        self.balances(&step.balances, step.zone, &name_of(step))
    }

    /// A call with its expectation. What may store nothing is held to it wherever records can be seen.
    fn command(&mut self, step: &Step, request: &Request<'_>) -> Result<(), Wrong> {
        let refused = matches!(step.expectation, Expectation::Refusal { .. });
        let quiet = request.dry_run || refused || step.storage_unchanged;
        let before = self.records(quiet)?;
        let (call, answer) = self.call(request, step.zone)?;
        judge(&step.expectation, &answer, step.zone)
            .and_then(|()| self.unchanged(step, before))
            .map_err(|problem| Wrong { call, problem })
    }

    /// The stored records, if they are to be compared and the stage can show them.
    fn records(&mut self, wanted: bool) -> Result<Option<Records>, Wrong> {
        if !wanted {
            return Ok(None);
        }
        let call = "reading what is stored".to_owned();
        let stored = self.stage.stored();
        stored.map_err(|error| Wrong {
            call,
            problem: Problem::Unreadable(error),
        })
    }

    fn unchanged(&mut self, step: &Step, before: Option<Records>) -> Result<(), Problem> {
        let Some(before) = before else {
            return if step.storage_unchanged {
                Err(Problem::NoRecords)
            } else {
                Ok(())
            };
        };
        let after = self
            .stage
            .stored()
            .map_err(Problem::Unreadable)?
            .ok_or(Problem::NoRecords)?;
        let differs = |key: &&String| before.get(*key) != after.get(*key);
        let keys: BTreeSet<&String> = before.keys().chain(after.keys()).filter(differs).collect();
        let changed: Vec<String> = keys.into_iter().take(10).cloned().collect();
        if changed.is_empty() {
            Ok(())
        } else {
            Err(Problem::Stored(changed))
        }
    }

    /// Ticks at the step's instant, or first at each instant that the plugin asks for on the way there.
    fn tick(&mut self, step: &Step) -> Result<(), Wrong> {
        if step.action == Action::Tick {
            self.set_clock(step.at);
        }
        let tick = Request {
            function: "upkeep.tick",
            with: Some(&json!({})),
            key: None,
            dry_run: false,
        };
        let before = self.records(step.storage_unchanged)?;
        let mut sum = Sum::default();
        let mut here = 0;
        let call = loop {
            let (call, answer) = self.call(&tick, step.zone)?;
            let Ok(report) = &answer.result else {
                return judge(&step.expectation, &answer, step.zone)
                    .map_err(|problem| Wrong { call, problem });
            };
            here += 1;
            match sum.add(report) {
                Some(next) if next <= self.now && here >= MOST_TICKS => {
                    return Err(Wrong {
                        call,
                        problem: Problem::Restless(here),
                    });
                }
                Some(next) if next <= self.now => {}
                Some(next) if next <= step.at => {
                    self.set_clock(next);
                    here = 0;
                }
                _ if self.now < step.at => {
                    self.set_clock(step.at);
                    here = 0;
                }
                _ => break call,
            }
        };
        let answer = Answer {
            result: Ok(sum.report()),
            cost: None,
        };
        judge(&step.expectation, &answer, step.zone)
            .and_then(|()| {
                if step.storage_unchanged {
                    self.unchanged(step, before)
                } else {
                    Ok(())
                }
            })
            .map_err(|problem| Wrong { call, problem })
    }

    fn balances(
        &mut self,
        checks: &[BalanceCheck],
        zone: Tz,
        place: &str,
    ) -> Result<(), Box<Failure>> {
        for check in checks {
            let with = json!({ "member": check.member, "programme": check.programme });
            let request = Request {
                function: "points.balance",
                with: Some(&with),
                key: None,
                dry_run: false,
            };
            let expected = Expectation::Partly(check.expected.clone());
            let judged = self.call(&request, zone).and_then(|(call, answer)| {
                judge(&expected, &answer, zone).map_err(|problem| Wrong { call, problem })
            });
            judged.map_err(|wrong| {
                self.failure(check.line, format!("balances, {place}"), zone, wrong)
            })?;
        }
        Ok(())
    }

    /// Makes a call; what was called comes back beside the answer, as text for reports.
    fn call(&mut self, request: &Request<'_>, zone: Tz) -> Result<(String, Answer), Wrong> {
        let subject = self.stage.subject();
        let signature = subject.signature(request.function);
        let takes_execution = signature
            .as_ref()
            .is_some_and(|signature| signature.execution);
        let shape = signature
            .as_ref()
            .and_then(|signature| signature.request.as_ref());
        let with = match (request.with, shape) {
            (Some(with), Some(shape)) => Some(fit(with, shape, zone)),
            (Some(with), None) => Some(with.clone()),
            // A function whose request has nothing but options can be called without one.
            (None, Some(_)) => Some(json!({})),
            (None, None) => None,
        };
        let written = with
            .as_ref()
            .map_or_else(String::new, |with| format!(" {with}"));
        let shown = format!(
            "{}{}{written}",
            request.function,
            if request.dry_run { " (dry run)" } else { "" }
        );
        if request.dry_run && signature.is_some() && !takes_execution {
            let problem = Problem::Misfit(
                "the function changes nothing, so that it has no dry run; leave dry-run out",
            );
            return Err(Wrong {
                call: shown,
                problem,
            });
        }
        let execution = match (takes_execution, request.dry_run, &request.key) {
            (false, _, _) => None,
            (true, false, Some(key)) => Some(Execution::Commit(key.clone())),
            (true, _, _) => Some(Execution::DryRun),
        };
        let call = Call {
            function: request.function.to_owned(),
            execution,
            request: with,
        };
        match subject.call(&call) {
            Ok(answer) => Ok((shown, answer)),
            Err(error) => Err(Wrong {
                call: shown,
                problem: Problem::NoAnswer(error),
            }),
        }
    }

    fn failure(&self, line: u64, step: String, zone: Tz, wrong: Wrong) -> Box<Failure> {
        Box::new(Failure {
            file: self.file.to_owned(),
            line,
            step,
            at: time::local(self.now, zone),
            call: wrong.call,
            problem: wrong.problem,
        })
    }
}

/// The key of a step that names none: equal steps are distinct, and every run takes the same.
fn own_key(step: &Step) -> String {
    match step.row {
        Some(row) => format!("step-{}-{row}", step.number),
        None => format!("step-{}", step.number),
    }
}

fn name_of(step: &Step) -> String {
    let row = step
        .row
        .map_or_else(String::new, |row| format!(", row {row}"));
    let note = step
        .note
        .as_ref()
        .map_or_else(String::new, |note| format!(" ({note})"));
    format!("step {}{row}{note}", step.number)
}

fn succeeded(call: String, answer: Answer) -> Result<Value, Wrong> {
    answer.result.map_err(|refusal| Wrong {
        call,
        problem: Problem::Refused(refusal),
    })
}
