//! The demonstration from end to end.

use super::cast::{Cast, Part};
use super::shop;
use super::tally::{Outcome, outcomes};
use crate::call::{Execution, Subject};
use crate::capabilities::clock::{Instant, Manual};
use crate::desk::submissions::{Table, table};
use crate::desk::{self, Error};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use std::fs::File;
use std::io::BufWriter;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// What came of a demonstration.
#[derive(Clone, Debug)]
pub struct Played {
    /// What each part's members came to.
    pub outcomes: Vec<Outcome>,
    /// The answer of `submissions.figures`.
    pub figures: Value,
    /// The answer of `submissions.signals`.
    pub signals: Value,
    /// The answer of `submissions.draw`.
    pub drawn: Value,
    /// The tables that were written.
    pub files: Vec<PathBuf>,
    /// Calls that were made of the component, ticks among them.
    pub calls: u64,
}

/// Plays a campaign with this cast, for a merchant that is new, and writes its tables into a folder. `told` hears what is being done.
///
/// # Errors
/// [`Error`]: nothing of it is refused where all is well.
pub fn play(
    subject: &mut dyn Subject,
    clock: &Manual,
    cast: &Cast,
    platform: SocketAddr,
    folder: &Path,
    told: &mut dyn FnMut(&str),
) -> Result<Played, Error> {
    let mut stage = Stage {
        subject,
        clock,
        now: DateTime::default(),
        next: None,
        calls: 0,
    };
    told("a merchant, and a campaign as a draft, tried by one of its people");
    stage.until("2026-11-25T01:00:00Z")?;
    stage.command(
        "merchant.apply",
        json!({ "document": shop::merchant(platform).to_string() }),
    )?;
    for player in &cast.players {
        let member = &player.member;
        let line = json!([{ "channel": shop::CHANNEL, "user": format!("U-{member}") }]);
        stage.command(
            "members.put",
            json!({ "member": member, "name": member, "line-users": line }),
        )?;
    }
    let settings = shop::campaign().to_string();
    let draft = stage.command(
        "campaigns.save",
        json!({ "actor": actor(), "settings": settings }),
    )?;
    let campaign = draft.get("campaign").cloned().unwrap_or_default();
    let about = json!({ "actor": actor(), "campaign": campaign });
    let sends = |(function, mut request): (&'static str, Value)| {
        if let Some(request) = request.as_object_mut() {
            request.insert("campaign".to_owned(), campaign.clone());
            request.insert("channel".to_owned(), json!(shop::CHANNEL));
        }
        (function, request)
    };
    let first = cast.players.iter().find(|it| it.part == Part::Typed);
    for (function, request) in first.into_iter().flat_map(|it| it.calls()).map(sends) {
        stage.command(function, request)?;
    }
    stage.command("campaigns.publish", about.clone())?;
    told("published: what was tried is gone, and it starts by the clock");

    stage.until("2026-11-28T01:00:00Z")?;
    let count = i32::try_from(cast.players.len()).unwrap_or(i32::MAX).max(1);
    let pace = TimeDelta::hours(10) / count;
    for (place, player) in cast.players.iter().enumerate() {
        if place > 0 && place % 100 == 0 {
            told(&format!("{place} members have sent something in"));
        }
        for (function, request) in player.calls().into_iter().map(sends) {
            stage.command(function, request)?;
        }
        stage.pass(pace)?;
    }

    told("three days on: what the platform learnt late, and what it never did");
    stage.pass(TimeDelta::hours(73))?;
    told("its people decide on what waits for them, and look again at what was voided since");
    decide(&mut stage, &about)?;
    look_again(&mut stage, cast, &about)?;

    stage.until("2026-12-08T13:00:00Z")?;
    told("the campaign has ended; winners are drawn");
    let mut request = about.clone();
    if let Some(request) = request.as_object_mut() {
        request.insert("seed".to_owned(), json!(shop::SEED));
    }
    let drawn = loop {
        let drawn = stage.command("submissions.draw", request.clone())?;
        if drawn.get("finished") == Some(&json!(true)) {
            break drawn;
        }
    };

    let figures = desk::ask(stage.subject, "submissions.figures", Some(about.clone()))?;
    let signals = desk::ask(stage.subject, "submissions.signals", Some(about.clone()))?;
    let mut files = Vec::new();
    for (name, what) in [
        ("participants.csv", Table::Submissions),
        ("lines.csv", Table::Lines),
    ] {
        let file = folder.join(name);
        let out = BufWriter::new(File::create(&file)?);
        table(stage.subject, &about, what, out)?;
        files.push(file);
    }
    Ok(Played {
        outcomes: outcomes(stage.subject, cast, &about)?,
        figures,
        signals,
        drawn,
        files,
        calls: stage.calls,
    })
}

/// One of the merchant's people.
fn actor() -> Value {
    json!({ "name": "desk", "role": "marketing" })
}

/// The ids of submissions that a search finds, up to 200, and whose they are.
fn found(
    stage: &mut Stage<'_>,
    about: &Value,
    by: &[(&str, Value)],
) -> Result<Vec<(String, String)>, Error> {
    let mut request = about.clone();
    if let Some(request) = request.as_object_mut() {
        request.insert("limit".to_owned(), json!(200));
        request.extend(
            by.iter()
                .map(|(field, value)| ((*field).to_owned(), value.clone())),
        );
    }
    let mut all = Vec::new();
    desk::pages(
        stage.subject,
        "submissions.search",
        request,
        "after",
        |_, page| {
            let listed = page.get("submissions").and_then(Value::as_array);
            for one in listed.into_iter().flatten() {
                let text = |field| one.get(field).and_then(Value::as_str).unwrap_or_default();
                all.push((text("id").to_owned(), text("member").to_owned()));
            }
            Ok(())
        },
    )?;
    Ok(all)
}

/// By turns, what waits for a person passes and doesn't.
fn decide(stage: &mut Stage<'_>, about: &Value) -> Result<(), Error> {
    let waiting = found(stage, about, &[("for-person", json!(true))])?;
    for (place, (id, _)) in waiting.into_iter().enumerate() {
        let word = if place % 2 == 0 {
            json!({ "pass": 1 })
        } else {
            json!("refuse")
        };
        let mut request = about.clone();
        if let Some(request) = request.as_object_mut() {
            request.insert("submission".to_owned(), json!(id));
            request.insert("word".to_owned(), word);
            request.insert("reason".to_owned(), json!("looked at the receipt"));
        }
        stage.command("submissions.decide", request)?;
    }
    Ok(())
}

/// Has what was voided since verified again, with as many others, which are found as they were.
fn look_again(stage: &mut Stage<'_>, cast: &Cast, about: &Value) -> Result<(), Error> {
    let voided = |member: &str| {
        let mut players = cast.players.iter();
        players.any(|it| it.member == member && matches!(it.part, Part::VoidedLater | Part::Typed))
    };
    for (id, member) in found(stage, about, &[("state", json!("passed"))])? {
        if voided(&member) {
            let mut request = about.clone();
            if let Some(request) = request.as_object_mut() {
                request.insert("submission".to_owned(), json!(id));
            }
            stage.command("submissions.verify-again", request)?;
        }
    }
    Ok(())
}

/// The merchant under a clock of the demonstration's own.
struct Stage<'s> {
    subject: &'s mut dyn Subject,
    clock: &'s Manual,
    now: DateTime<Utc>,
    /// When the component wants to be ticked.
    next: Option<DateTime<Utc>>,
    calls: u64,
}

impl Stage<'_> {
    /// A command under a key of its own, and the tick behind it.
    fn command(&mut self, function: &str, request: Value) -> Result<Value, Error> {
        self.calls += 1;
        let key = format!("demonstration-{}", self.calls);
        let call = desk::call(function, Some(Execution::Commit(key)), Some(request));
        let answer = desk::try_call(self.subject, &call)?;
        let answer = answer.map_err(|error| Error::Refused {
            function: function.to_owned(),
            error,
        })?;
        self.tick()?;
        Ok(answer)
    }

    /// Does what is due.
    fn tick(&mut self) -> Result<(), Error> {
        loop {
            self.calls += 1;
            let report = desk::ask(self.subject, "upkeep.tick", Some(json!({})))?;
            let next = report.get("next").and_then(Value::as_str);
            self.next = next.and_then(|next| next.parse().ok());
            if self.next.is_none_or(|next| next > self.now) {
                return Ok(());
            }
        }
    }

    /// Lets time pass, with the ticks that the component asks for.
    fn pass(&mut self, time: TimeDelta) -> Result<(), Error> {
        let end = self.now + time;
        while let Some(next) = self.next.filter(|next| *next <= end) {
            self.set(next);
            self.tick()?;
        }
        self.set(end);
        Ok(())
    }

    /// The same, up to an instant.
    fn until(&mut self, instant: &str) -> Result<(), Error> {
        let end: DateTime<Utc> = instant.parse().unwrap_or(self.now);
        self.pass(end - self.now)
    }

    fn set(&mut self, now: DateTime<Utc>) {
        self.now = now;
        self.clock.set(Instant {
            seconds: u64::try_from(now.timestamp()).unwrap_or(0),
            nanoseconds: now.timestamp_subsec_nanos(),
        });
    }
}
