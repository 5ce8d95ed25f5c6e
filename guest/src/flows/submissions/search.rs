//! What was sent in, in pages and counted.

use super::book::{Rules, known, shards, survivor};
use crate::domain::campaign::Actor;
use crate::domain::ids::Id;
use crate::domain::instant::Instant;
use crate::domain::member::Member;
use crate::domain::submission::{Figures, State, Submission, Tally, Way};
use crate::flows::campaigns::access;
use crate::flows::scope::{Scope, Stop};
use crate::ports::Range;
use crate::records::{codec, keys};
use crate::reject::Reject;

/// Rows that are read at once.
const PAGE: u32 = 200;

/// How often rows are read for one answer, at most.
const PAGES_MAX: u32 = 5;

/// Which submissions are wanted.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Of this campaign.
    pub campaign: Id,
    /// Of this member.
    pub member: Option<Id>,
    /// In this state.
    pub state: Option<State>,
    /// Sent in this way.
    pub way: Option<Way>,
    /// Those that wait for a person.
    pub for_person: bool,
    /// Received then or later.
    pub from: Option<Instant>,
    /// Received before.
    pub until: Option<Instant>,
    /// Behind this one.
    pub after: Option<String>,
    /// So many.
    pub limit: u32,
}

/// A submission that was found, and whose it is.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its id.
    pub id: String,
    /// It.
    pub submission: Submission,
    /// The member that it counts for, as known now: the one that sent it in, or the one that this was merged into.
    pub member: Option<Member>,
    /// The LINE channel of its campaign.
    pub channel: Option<Id>,
}

/// Some submissions, and the place behind which more may follow.
type Page = (Vec<Found>, Option<String>);

impl Wanted {
    fn fits(&self, it: &Submission) -> bool {
        self.member
            .as_ref()
            .is_none_or(|member| *member == it.member)
            && self.state.is_none_or(|state| state == it.state)
            && self.way.is_none_or(|way| way == it.way)
    }

    /// Where the rows stand that may be wanted, and whether they are no more than places in an index.
    fn place(&self, rules: &Rules) -> (String, bool) {
        let book = &rules.book;
        match &self.member {
            _ if self.for_person => (book.under(keys::REVIEWS), true),
            Some(member) => (keys::submitted(member, book), true),
            None => (book.under(keys::SUBMISSIONS), false),
        }
    }

    /// The rows that may be wanted, behind the last one that was looked at.
    fn range(&self, prefix: &str, after: Option<&str>) -> Range {
        let key = |tail: &str| [prefix, tail].concat();
        let after = after.map(key);
        let mut range = keys::under(prefix, after.as_deref(), PAGE);
        if let Some(from) = self.from {
            range.start = range.start.max(key(&from.sortable()));
        }
        if let Some(until) = self.until {
            range.end = range.end.min(key(&until.sortable()));
        }
        range
    }
}

/// A page of what was sent in to a campaign.
///
/// # Errors
/// Those of [`access`], [`Reject::UnknownCampaign`], and those of the storage.
pub fn search(scope: &mut Scope<'_>, actor: &Actor, wanted: &Wanted) -> Result<Page, Stop> {
    access(scope, actor)?;
    let rules = known(scope, &wanted.campaign)?;
    let (prefix, index) = wanted.place(&rules);
    let limit = usize::try_from(wanted.limit).unwrap_or(usize::MAX);
    let mut found: Vec<(String, Submission)> = Vec::new();
    let mut after = wanted.after.clone();
    let mut more = true;
    for _ in 0..PAGES_MAX {
        let range = wanted.range(&prefix, after.as_deref());
        if range.start >= range.end {
            more = false;
            break;
        }
        let rows = scope.work.scan(&range)?;
        more = u32::try_from(rows.len()).is_ok_and(|rows| rows == PAGE);
        if index {
            let id = |key: &str| key.rsplit('/').next().map(str::to_owned);
            let ids = rows.iter().filter_map(|row| id(&row.key));
            let of = |id: String| keys::of_book(keys::SUBMISSIONS, &rules.book, &id);
            scope.work.fetch(ids.map(of))?;
        }
        for row in rows {
            let Some(id) = row.key.rsplit('/').next() else {
                continue;
            };
            let id = id.to_owned();
            let it = if index {
                super::book::get(scope, &rules.book, &id)?
            } else {
                Some(codec::decode(&row.key, &row.value)?)
            };
            after = Some(id.clone());
            found.extend(it.filter(|it| wanted.fits(it)).map(|it| (id, it)));
            if found.len() >= limit {
                more = true;
                break;
            }
        }
        if !more || found.len() >= limit {
            break;
        }
    }
    let page = with_members(scope, &rules, found)?;
    Ok((page, after.filter(|_| more)))
}

/// The same with their members.
#[inline(never)]
pub(super) fn with_members(
    scope: &mut Scope<'_>,
    rules: &Rules,
    found: Vec<(String, Submission)>,
) -> Result<Vec<Found>, Reject> {
    let members = found.iter().map(|(_, it)| keys::member(&it.member));
    scope.work.fetch(members)?;
    let channel = &rules.campaign.settings.channel;
    let with_member = |(id, submission): (String, Submission)| {
        let member = survivor(scope, &submission.member)?;
        Ok(Found {
            id,
            submission,
            member: Some(member),
            channel: channel.clone(),
        })
    };
    found.into_iter().map(with_member).collect()
}

impl Found {
    /// The member's LINE user id on the campaign's channel.
    #[must_use]
    pub fn line_user(&self) -> Option<&str> {
        let users = &self.member.as_ref()?.line_users;
        let channel = self.channel.as_ref()?.as_str();
        let own = users.iter().find(|(of, _)| of == channel);
        own.map(|(_, user)| user.as_str())
    }
}

/// What came in to a campaign, counted.
///
/// # Errors
/// As [`search`].
pub fn figures(scope: &mut Scope<'_>, actor: &Actor, campaign: &Id) -> Result<Figures, Stop> {
    access(scope, actor)?;
    let rules = known(scope, campaign)?;
    let shards = shards(&rules.book);
    scope.work.fetch(shards.iter().cloned())?;
    let mut all = Tally::default();
    for shard in shards {
        if let Some(tally) = scope.work.get::<Tally>(&shard)? {
            all.join(&tally);
        }
    }
    Ok(all.figures())
}
