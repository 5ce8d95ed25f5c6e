//! The draw of a campaign that has ended: anybody who has the seed and the participants' ids comes to the same winners.

use super::book::{known, shards};
use crate::domain::campaign::{Actor, Rewarding, State};
use crate::domain::ids::Id;
use crate::domain::submission::{Participant, Tally};
use crate::flows::campaigns::access;
use crate::flows::scope::{Scope, Stop};
use crate::reading::Read;
use crate::records::{codec, keys};
use crate::reject::Reject;
use serde::Serialize;
use stampcard_invoice::draw::{Commitment, Seed, draw as drawn};

/// Members that are read at once.
const PAGE: u32 = 1_000;

/// How often members are read in one call, at most.
const PAGES_MAX: u32 = 10;

/// Members among whom was drawn.
#[derive(Debug, Read, Serialize)]
struct Listed {
    members: Vec<String>,
}

/// A draw as far as it has come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Draw {
    /// All members were looked at.
    pub finished: bool,
    /// Members who take part, as far as they were looked at.
    pub participants: u64,
    /// Pages of its list that were written.
    #[serde(default)]
    pub pages: u32,
    /// The last member that was looked at, as its key has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Winners and then reserves, in their order.
    pub members: Vec<String>,
    /// How many of them win.
    pub winners: u32,
}

/// Draws among the members of whom an invoice has passed, up to 10,000 of them in one call; call again where it isn't finished.
/// Tells how many submissions still wait, too, which take no part.
///
/// # Errors
/// Those of [`access`]; [`Reject::UnknownCampaign`]; [`Reject::Invalid`] for a campaign without a draw or before its end, and for another
/// seed; those of the storage.
pub fn draw(
    scope: &mut Scope<'_>,
    actor: &Actor,
    campaign: &Id,
    seed: &str,
) -> Result<(Draw, u64), Stop> {
    access(scope, actor)?;
    let rules = known(scope, campaign)?;
    let Some(Rewarding::Draw(terms)) = &rules.campaign.settings.reward else {
        return Err(Reject::invalid("/campaign", campaign, "one with a draw").into());
    };
    if rules.state != State::Ended {
        let found = rules.state.name();
        return Err(Reject::invalid("/campaign", found, "one that has ended").into());
    }
    let seed = Seed::parse(seed).filter(|seed| {
        let published = Commitment::parse(&terms.seed_hash);
        published.is_some_and(|hash| hash.is_of(seed))
    });
    let seed = seed.ok_or_else(|| {
        let permitted = "the seed whose hash the campaign has published";
        Reject::invalid("/seed", "another one", permitted)
    })?;
    let mut all = Tally::default();
    for shard in shards(&rules.book) {
        if let Some(tally) = scope.work.get::<Tally>(&shard)? {
            all.join(&tally);
        }
    }
    let key = keys::draw(campaign);
    let known: Option<Draw> = scope.work.get(&key)?;
    if known.is_none() && all.looks > 0 {
        let found = format!("one of which {} are to be verified again", all.looks);
        let permitted = "one of which all that passed was verified again, by ticks";
        return Err(Reject::invalid("/campaign", found, permitted).into());
    }
    let mut it = known.unwrap_or_default();
    it.winners = terms.winners;
    if !it.finished {
        let most = terms.winners.saturating_add(terms.reserves);
        let prefix = rules.book.under(keys::PARTICIPANTS);
        let mut members = std::mem::take(&mut it.members);
        for _ in 0..PAGES_MAX {
            let after = it
                .after
                .as_ref()
                .map(|after| [&prefix, after.as_str()].concat());
            let rows = scope
                .work
                .scan(&keys::under(&prefix, after.as_deref(), PAGE))?;
            it.finished = u32::try_from(rows.len()).is_ok_and(|rows| rows < PAGE);
            let mut page = Vec::with_capacity(rows.len());
            for row in &rows {
                let member: Participant = codec::decode(&row.key, &row.value)?;
                let id = keys::step(&row.key, 2);
                let id = id.ok_or_else(|| Reject::Unreadable(row.key.clone()))?;
                if member.passed > 0 {
                    page.push(id.text());
                }
            }
            if !page.is_empty() {
                members.extend_from_slice(&page);
                let listed = Listed { members: page };
                it.participants = it.participants.saturating_add(count(&listed.members));
                let place = format!("{}{:08}", keys::drawn_of(campaign), it.pages);
                scope.work.put(place, &listed);
                it.pages = it.pages.saturating_add(1);
            }
            let last = rows.last().and_then(|row| row.key.strip_prefix(&prefix));
            it.after = last.map(str::to_owned).or(it.after);
            if it.finished {
                break;
            }
        }
        let ids: Vec<&str> = members.iter().map(String::as_str).collect();
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let best = drawn(&seed, &ids, most, 0).winners;
        let name = |place: &usize| ids.get(*place).map(|id| (*id).to_owned());
        it.members = best.iter().filter_map(name).collect();
        scope.work.put(key, &it);
    }
    Ok((it, all.waiting))
}

fn count(members: &[String]) -> u64 {
    u64::try_from(members.len()).unwrap_or(u64::MAX)
}

/// A page of the members among whom was drawn, and the place behind which the next one begins.
///
/// # Errors
/// Those of [`access`]; [`Reject::UnknownCampaign`]; [`Reject::Invalid`] for a campaign that is not drawn to its end; those of the storage.
pub fn draw_list(
    scope: &mut Scope<'_>,
    actor: &Actor,
    campaign: &Id,
    after: Option<&str>,
) -> Result<(Vec<String>, Option<String>), Stop> {
    access(scope, actor)?;
    known(scope, campaign)?;
    let draw: Option<Draw> = scope.work.get(&keys::draw(campaign))?;
    // One that was made before lists were kept has none.
    let kept = |draw: Draw| draw.finished && (draw.pages > 0 || draw.participants == 0);
    if !draw.is_some_and(kept) {
        return Err(Reject::invalid("/campaign", campaign, "one that is drawn to its end").into());
    }
    let prefix = keys::drawn_of(campaign);
    let after = after.map(|after| [&prefix, after].concat());
    let rows = scope
        .work
        .scan(&keys::under(&prefix, after.as_deref(), 1))?;
    let Some(row) = rows.first() else {
        return Ok((Vec::new(), None));
    };
    let listed: Listed = codec::decode(&row.key, &row.value)?;
    let place = row.key.strip_prefix(&prefix).map(str::to_owned);
    Ok((listed.members, place))
}
