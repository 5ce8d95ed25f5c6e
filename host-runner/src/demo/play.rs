//! The demonstration from end to end.

use super::cast::{Cast, Part, Player, empty_reading};
use super::shop;
use super::tally::{Outcome, outcomes, submissions, with};
use crate::call::{Execution, Subject};
use crate::capabilities::clock::{Instant, Manual};
use crate::desk::submissions::{Table, table};
use crate::desk::{self, Error};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use std::collections::HashSet;
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
    open(&mut stage, cast, platform)?;
    let about = draft(&mut stage, cast)?;
    stage.command("campaigns.publish", about.clone())?;
    told("published: what was tried is gone, and it starts by the clock");

    stage.look(cast, &about, shop::CHANNEL, "not-started")?;

    stage.until("2026-11-28T01:00:00Z")?;
    told(
        "it has started: a card that was handed on to another channel, a bar code that holds nothing, and then everybody",
    );
    stage.look(cast, &about, "line-2", "not-there")?;
    if let Some(player) = cast.players.first() {
        let (function, request) = empty_reading(&player.member);
        stage.at(&about, shop::CHANNEL, function, request)?;
    }
    send_in(&mut stage, cast, &about, told)?;
    told("three days on: what the platform learnt late, and what it never did");
    stage.pass(TimeDelta::hours(73))?;
    told("its people decide on what waits for them, and look again at what was voided since");
    decide(&mut stage, &about)?;
    look_again(&mut stage, cast, &about)?;

    stage.until("2026-12-08T13:00:00Z")?;
    told("the campaign has ended; winners are drawn");
    stage.look(cast, &about, shop::CHANNEL, "ended")?;
    let drawn = draw(&mut stage, &about)?;
    let files = tables(&mut stage, &about, folder)?;
    Ok(Played {
        outcomes: outcomes(stage.subject, cast, &about)?,
        figures: desk::ask(stage.subject, "submissions.figures", Some(about.clone()))?,
        signals: desk::ask(stage.subject, "submissions.signals", Some(about))?,
        drawn,
        files,
        calls: stage.calls,
    })
}

/// The merchant's document, and its members.
fn open(stage: &mut Stage<'_>, cast: &Cast, platform: SocketAddr) -> Result<(), Error> {
    let document = shop::merchant(platform).to_string();
    stage.command("merchant.apply", json!({ "document": document }))?;
    for Player { member, .. } in &cast.players {
        let line = json!([{ "channel": shop::CHANNEL, "user": format!("U-{member}") }]);
        let request = json!({ "member": member, "name": member, "line-users": line });
        stage.command("members.put", request)?;
    }
    Ok(())
}

/// A draft that somebody has tried. Gives what requests say about it: which campaign, and who asks.
fn draft(stage: &mut Stage<'_>, cast: &Cast) -> Result<Value, Error> {
    let about = json!({ "actor": { "name": "desk", "role": "marketing" } });
    let settings = json!({ "settings": shop::campaign().to_string() });
    let draft = stage.command("campaigns.save", with(&about, settings))?;
    let about = with(&about, json!({ "campaign": draft.get("campaign") }));
    let mut players = cast.players.iter();
    if let Some(tries) = players.find(|it| it.part == Part::Typed) {
        stage.play(tries, &about)?;
    }
    Ok(about)
}

/// Everybody in turn, within ten hours.
fn send_in(
    stage: &mut Stage<'_>,
    cast: &Cast,
    about: &Value,
    told: &mut dyn FnMut(&str),
) -> Result<(), Error> {
    let count = i32::try_from(cast.players.len()).unwrap_or(i32::MAX).max(1);
    for (place, player) in cast.players.iter().enumerate() {
        if place > 0 && place.is_multiple_of(100) {
            told(&format!("{place} members have sent something in"));
        }
        stage.play(player, about)?;
        stage.pass(TimeDelta::hours(10) / count)?;
    }
    Ok(())
}

/// By turns, what waits for a person passes and doesn't.
fn decide(stage: &mut Stage<'_>, about: &Value) -> Result<(), Error> {
    let waiting = found(stage, with(about, json!({ "for-person": true })))?;
    for (place, (id, _)) in waiting.into_iter().enumerate() {
        let word = if place.is_multiple_of(2) {
            json!({ "pass": 1 })
        } else {
            json!("refuse")
        };
        let decision = json!({ "submission": id, "word": word, "reason": "looked at the receipt" });
        stage.command("submissions.decide", with(about, decision))?;
    }
    Ok(())
}

/// Has what was voided since verified again, with as many others, which are found as they were.
fn look_again(stage: &mut Stage<'_>, cast: &Cast, about: &Value) -> Result<(), Error> {
    let again = cast.players.iter();
    let again = again.filter(|it| matches!(it.part, Part::VoidedLater | Part::Typed));
    let again: HashSet<&str> = again.map(|it| it.member.as_str()).collect();
    for (id, member) in found(stage, with(about, json!({ "state": "passed" })))? {
        if again.contains(member.as_str()) {
            let request = with(about, json!({ "submission": id }));
            stage.command("submissions.verify-again", request)?;
        }
    }
    Ok(())
}

/// The ids of submissions that a search finds, and whose they are.
fn found(stage: &mut Stage<'_>, search: Value) -> Result<Vec<(String, String)>, Error> {
    let mut all = Vec::new();
    submissions(stage.subject, search, &mut |one| {
        let text = |field| one.get(field).and_then(Value::as_str).unwrap_or_default();
        all.push((text("id").to_owned(), text("member").to_owned()));
    })?;
    Ok(all)
}

/// Draws, in as many portions as it takes.
fn draw(stage: &mut Stage<'_>, about: &Value) -> Result<Value, Error> {
    let request = with(about, json!({ "seed": shop::SEED }));
    loop {
        let drawn = stage.command("submissions.draw", request.clone())?;
        if drawn.get("finished") == Some(&Value::Bool(true)) {
            return Ok(drawn);
        }
    }
}

/// Both tables as files.
fn tables(stage: &mut Stage<'_>, about: &Value, folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut files = Vec::new();
    for (name, what) in [
        ("participants.csv", Table::Submissions),
        ("lines.csv", Table::Lines),
    ] {
        let file = folder.join(name);
        let out = BufWriter::new(File::create(&file)?);
        table(stage.subject, about, what, out)?;
        files.push(file);
    }
    Ok(files)
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

    /// All that a member sends in.
    fn play(&mut self, player: &Player, about: &Value) -> Result<(), Error> {
        for (function, request) in player.calls() {
            self.at(about, shop::CHANNEL, function, request)?;
        }
        Ok(())
    }

    /// What a member does on a channel.
    fn at(&mut self, about: &Value, channel: &str, function: &str, it: Value) -> Result<(), Error> {
        let campaign = json!({ "campaign": about.get("campaign"), "channel": channel });
        self.command(function, with(&campaign, it)).map(drop)
    }

    /// The first member calls the card on a channel, with a reply token of this name.
    fn look(
        &mut self,
        cast: &Cast,
        about: &Value,
        channel: &str,
        token: &str,
    ) -> Result<(), Error> {
        let Some(player) = cast.players.first() else {
            return Ok(());
        };
        let it = json!({ "member": player.member, "by": "keyword", "reply-token": token });
        self.at(about, channel, "submissions.open-card", it)
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
