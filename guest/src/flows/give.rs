//! Points by hand.

use super::scope::{Scope, Stop, whole};
use crate::domain::amount::Amount;
use crate::domain::award::{Act, Awarded, Form, Trigger};
use crate::domain::config::{Kind, Limits, Programme};
use crate::domain::earn::Grant;
use crate::domain::entry::About;
use crate::domain::ids::{Id, Name};
use crate::domain::instant::Instant;
use crate::domain::limit::{Counter, count, cut};
use crate::domain::matching::misses;
use crate::records::keys;
use crate::records::state::{Bulk, Mark};
use crate::reject::Reject;
use crate::shared::Shared;
use serde::Serialize;

/// Points given by hand.
#[derive(Clone, Debug, Serialize)]
pub struct Gift {
    /// The programme; none: the only one.
    pub programme: Option<String>,
    /// Who is given them.
    pub to: Recipients,
    /// For each.
    pub points: Amount,
    /// A rule of kind grant.
    pub rule: Option<String>,
    /// Why.
    pub reason: String,
    /// Who.
    pub actor: String,
}

/// Who is given points.
#[derive(Clone, Debug, Serialize)]
pub enum Recipients {
    /// These, each once.
    Members(Vec<Id>),
    /// All of a tier, by ticks.
    Tier(String),
    /// All, by ticks.
    Everyone,
}

/// What was given.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// By member.
    pub members: Vec<(Id, Amount)>,
    /// The bulk grant that ticks will do.
    pub bulk: Option<Id>,
}

/// Gives points by hand: at once to named members, by the ticks that follow to a tier or everyone. `key` names
/// a bulk grant.
///
/// # Errors
/// [`Reject::UnknownMember`], [`Reject::UnknownRule`], [`Reject::UnknownProgramme`], those of the storage.
pub fn give(scope: &mut Scope<'_>, gift: &Gift, key: &str) -> Result<Given, Stop> {
    let (name, programme) = scope.programme(gift.programme.as_deref())?;
    whole(&programme, gift.points)?;
    let rule = rule(&programme, gift.rule.as_deref())?;
    let tier = match &gift.to {
        Recipients::Members(members) => {
            let mut given = Given::default();
            let accounts = members.iter().map(keys::account);
            scope
                .work
                .fetch(accounts.chain(members.iter().map(keys::member)))?;
            for member in members {
                let about = (gift.reason.as_str(), gift.actor.as_str(), scope.now);
                let points = to_member(
                    scope,
                    member,
                    &name,
                    &programme,
                    rule.as_ref(),
                    gift.points,
                    about,
                )?;
                given.members.push((member.clone(), points));
            }
            return Ok(given);
        }
        Recipients::Tier(tier) => Some(tier.clone()),
        Recipients::Everyone => None,
    };
    let id =
        Id::parse(key).ok_or_else(|| Reject::invalid("/key", key, crate::domain::ids::ID_FORM))?;
    let bulk = Bulk {
        programme: name,
        tier,
        points: gift.points,
        rule,
        reason: gift.reason.clone(),
        actor: gift.actor.clone(),
        at: scope.now,
        after: None,
        finished: false,
        members: 0,
        granted: Amount::ZERO,
    };
    scope.work.put(keys::bulk(&id), &bulk);
    scope.work.put(keys::bulk_open(&id), &Mark {});
    Ok(Given {
        members: Vec::new(),
        bulk: Some(id),
    })
}

/// The rule of kind grant.
fn rule(programme: &Programme, rule: Option<&str>) -> Result<Option<Name>, Reject> {
    let Some(id) = rule else { return Ok(None) };
    let found = programme.rule(id).filter(|rule| rule.kind == Kind::Grant);
    Ok(Some(
        found
            .ok_or_else(|| Reject::UnknownRule(id.to_owned()))?
            .id
            .clone(),
    ))
}

/// Gives points to one member, if it meets the rule's conditions, as the limits leave, and tells how many. The reason, the
/// actor and the instant are those of the command, by which windows and weekdays go.
///
/// # Errors
/// [`Reject::UnknownMember`], and those of the storage.
pub fn to_member(
    scope: &mut Scope<'_>,
    member: &Id,
    name: &Name,
    programme: &Shared<Programme>,
    rule: Option<&Name>,
    points: Amount,
    (reason, actor, ordered): (&str, &str, Instant),
) -> Result<Amount, Stop> {
    let mut holdings = scope.open_known(member)?.live()?;
    let at = holdings.at;
    let zone = scope.merchant.zone;
    let own = rule.and_then(|id| programme.rule(id.as_str()));
    if let Some(rule) = own {
        let trigger = Trigger {
            act: Act::Grant,
            facts: &scope.facts(&holdings)?,
            channel: None,
            at: ordered,
            today: zone.date(ordered),
        };
        if misses(rule, &trigger).is_some() {
            return Ok(Amount::ZERO);
        }
    }
    let today = zone.date(at);
    let before = scope.counters(member, &[(name.clone(), programme.clone())])?;
    let mut counters = before.clone();
    let all = (Counter::Programme(name.clone()), programme.limits);
    let own = own.map(|rule| (Counter::Rule(name.clone(), rule.id.clone()), rule.limits));
    let limits: Vec<(Counter, Limits)> = own.into_iter().chain([all]).collect();
    let (wanted, unit) = (points, programme.unit());
    let (mut points, mut cap) = (wanted, None);
    for (counter, limits) in &limits {
        let (left, by) = cut(points, limits, counter, &counters, None, today, unit);
        (points, cap) = (left, by.or(cap));
    }
    if !points.is_positive() {
        return Ok(Amount::ZERO);
    }
    for (counter, limits) in &limits {
        count(points, limits, counter, &mut counters, today);
    }
    #[expect(clippy::expect_used, reason = "the text is a name")]
    let by_hand = || Name::parse("grant").expect("grant is a name");
    let rule = rule.cloned().unwrap_or_else(by_hand);
    let grant = Grant {
        programme,
        zone,
        at,
        event: Some(at),
        order: None,
    };
    // Nothing but a limit needs an explanation.
    let cut = cap.map(|cap| Awarded {
        rule: rule.clone(),
        form: Form::Fixed,
        base: Amount::ONE,
        raw: wanted.text(),
        factor: Amount::ONE,
        multipliers: Vec::new(),
        rounded: wanted,
        cap: Some(cap),
        points,
    });
    let about = About {
        awards: cut.into_iter().collect::<Vec<_>>().into(),
        note: Some(reason.to_owned()),
        actor: Some(actor.to_owned()),
        ..About::default()
    };
    holdings
        .account(name)
        .grant(&[(rule, points)], grant, about);
    scope.save_counters(member, &before, &counters);
    scope.save(holdings)?;
    Ok(points)
}
