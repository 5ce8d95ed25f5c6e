//! What was sent in as tables, a page at a time.

use super::book::{Rules, known};
use super::search::{Found, with_members};
use crate::domain::campaign::{Actor, Rewarding};
use crate::domain::ids::Id;
use crate::domain::instant::Instant;
use crate::domain::notice::Language;
use crate::domain::submission::csv::{self, Table};
use crate::domain::submission::{Kept, State, Submission};
use crate::domain::zone::Zone;
use crate::flows::campaigns::access;
use crate::flows::scope::{Scope, Stop};
use crate::records::{codec, keys};
use chrono::{Datelike, NaiveDate, Timelike};

/// Submissions of a page.
const PAGE: u32 = 200;

/// Submissions of a page where each has a row for every line.
const PAGE_OF_LINES: u32 = 50;

/// Which table.
#[derive(Clone, Debug)]
pub struct Export {
    /// Of this campaign.
    pub campaign: Id,
    /// A row for every line of what passed or did not qualify; else one for every submission.
    pub lines: bool,
    /// Of its headings and words.
    pub language: Language,
    /// Behind this submission.
    pub after: Option<String>,
}

/// A page of a table, and the place behind which the next one begins. The first page has the headings.
///
/// # Errors
/// Those of [`access`], [`crate::reject::Reject::UnknownCampaign`], and those of the storage.
pub fn export(
    scope: &mut Scope<'_>,
    actor: &Actor,
    it: &Export,
) -> Result<(String, Option<String>), Stop> {
    access(scope, actor)?;
    let rules = known(scope, &it.campaign)?;
    let limit = if it.lines { PAGE_OF_LINES } else { PAGE };
    let prefix = rules.book.under(keys::SUBMISSIONS);
    let after = it
        .after
        .as_ref()
        .map(|after| [&prefix, after.as_str()].concat());
    let rows = scope
        .work
        .scan(&keys::under(&prefix, after.as_deref(), limit))?;
    let more = u32::try_from(rows.len()).is_ok_and(|rows| rows == limit);
    let id = |key: &str| key.strip_prefix(&prefix).unwrap_or_default().to_owned();
    let last = rows.last().filter(|_| more).map(|row| id(&row.key));
    let mut found: Vec<(String, Submission)> = Vec::with_capacity(rows.len());
    for row in &rows {
        let submission: Submission = codec::decode(&row.key, &row.value)?;
        if it.takes(submission.state) {
            found.push((id(&row.key), submission));
        }
    }
    let begin = match it.after {
        None => csv::headings(it.lines, it.language),
        Some(_) => String::new(),
    };
    let mut table = Table::new(begin);
    let found = with_members(scope, &rules, found)?;
    let evidence = |id: &str| keys::of_book(keys::EVIDENCE, &rules.book, id);
    if it.lines {
        scope.work.fetch(found.iter().map(|it| evidence(&it.id)))?;
    }
    for one in &found {
        if it.lines {
            if let Some(kept) = scope.work.get::<Kept>(&evidence(&one.id))? {
                it.lines(&mut table, one, &kept);
            }
        } else {
            it.row(&mut table, one, &rules, scope.merchant.zone);
        }
    }
    Ok((table.text(), last))
}

impl Export {
    fn takes(&self, state: State) -> bool {
        match state {
            State::Passed | State::NotQualified | State::Revoked => true,
            State::Waiting | State::Invalid => !self.lines,
            State::Duplicate => false,
        }
    }

    /// Whose it is, and which invoice.
    fn whose(table: &mut Table, it: &Found) {
        let member = it.member.as_ref();
        table.words(member.and_then(|it| it.name.as_deref()).unwrap_or_default());
        table.words(it.line_user().unwrap_or_default());
        let mobile = member.and_then(|it| it.mobile.as_deref());
        table.exactly(mobile.unwrap_or_default().trim_start_matches('+'));
        table.plain(it.submission.shown());
        table.plain(it.submission.date.map(day).unwrap_or_default());
    }

    fn row(&self, table: &mut Table, found: &Found, rules: &Rules, zone: Zone) {
        let it = &found.submission;
        Self::whose(table, found);
        table.plain(csv::way(it.way, self.language));
        table.plain(time(zone, it.received));
        table.plain(it.verified.map(|at| time(zone, at)).unwrap_or_default());
        table.words(it.picture.as_deref().unwrap_or_default());
        table.plain(csv::state(it.state, self.language));
        table.plain(it.tier.map(|tier| tier.to_string()).unwrap_or_default());
        let reward = match &rules.campaign.settings.reward {
            Some(Rewarding::AtOnce(list)) => it
                .tier
                .and_then(|tier| usize::try_from(tier).ok()?.checked_sub(1))
                .and_then(|place| list.get(place)),
            _ => None,
        };
        let bot = reward.and_then(|reward| reward.bot.as_deref());
        let module = reward.and_then(|reward| reward.module.as_deref());
        table.words(bot.unwrap_or_default());
        table.words(module.unwrap_or_default());
        // The one that it counts for, in a draw too.
        let member = found.member.as_ref().map_or(&it.member, |it| &it.member);
        table.words(member.as_str());
        table.end_row();
    }

    fn lines(&self, table: &mut Table, found: &Found, kept: &Kept) {
        for line in &kept.lines {
            Self::whose(table, found);
            table.words(&kept.seller_name);
            table.exactly(kept.seller.as_deref().unwrap_or_default());
            table.words(&line.name);
            for figure in [&line.price, &line.quantity, &line.amount] {
                table.plain(figure.as_deref().unwrap_or_default());
            }
            table.plain(csv::state(found.submission.state, self.language));
            table.end_row();
        }
    }
}

/// `2026/11/28`.
fn day(date: NaiveDate) -> String {
    format!("{:04}/{:02}/{:02}", date.year(), date.month(), date.day())
}

/// `2026-11-28 18:00`, local.
fn time(zone: Zone, at: Instant) -> String {
    let local = zone.local(at);
    format!("{} {:02}:{:02}", local.date(), local.hour(), local.minute())
}
