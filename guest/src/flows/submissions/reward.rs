//! What a member is given for an invoice: coupons and points, in the commit of the verdict.

use super::book::Rules;
use crate::domain::amount::Amount;
use crate::domain::campaign::Rewarding;
use crate::domain::ids::{Id, Name};
use crate::domain::submission::Given;
use crate::flows::coupons::issue::{Wish, issue};
use crate::flows::give::to_member;
use crate::flows::scope::{Scope, Stop};
use crate::ports::Level;
use crate::records::keys::{self, Book};
use crate::reject::Reject;
use crate::sorted_map::SortedMap;

/// Who gives, as the ledger has it.
const ACTOR: &str = "campaign";

/// Gives what the tiers from `first` to `last` promise, each once. What can't be given is told and left to an operator: the verdict stands.
/// For a draft nothing is given.
///
/// # Errors
/// Those of the storage, and [`Stop::Again`].
#[inline(never)]
pub(super) fn give(
    scope: &mut Scope<'_>,
    rules: &Rules,
    member: &Id,
    (first, last): (u32, u32),
) -> Result<Vec<Given>, Stop> {
    let settings = &rules.campaign.settings;
    let Some(Rewarding::AtOnce(rewards)) = &settings.reward else {
        return Ok(Vec::new());
    };
    let mut all = Vec::new();
    let mut points: SortedMap<Name, Amount> = SortedMap::new();
    for (tier, reward) in (1_u32..).zip(rewards) {
        if tier < first || tier > last {
            continue;
        }
        let mut given = Given {
            tier,
            coupon: None,
            points: None,
            missing: None,
            flagged: false,
        };
        if rules.book.draft {
            all.push(given);
            continue;
        }
        if let Some(template) = &reward.coupon {
            let wish = Wish {
                template: template.text(),
                holders: vec![Some(member.clone())],
                many: None,
            };
            match issue(scope, &wish, member) {
                Ok(coupons) => {
                    given.coupon = coupons.first().map(|coupon| coupon.code.to_string());
                }
                Err(stop) => given.missing = Some(missed(stop)?.to_owned()),
            }
        }
        if let Some(reward) = &reward.points {
            *points.or_default(reward.programme.clone()) += reward.points;
            given.points = Some(reward.points.text());
        }
        all.push(given);
    }
    for (name, amount) in &points {
        let programme = scope.merchant.programmes.get(name).cloned();
        let about = (settings.name.as_str(), ACTOR, scope.now);
        let done = match &programme {
            None => Err(Reject::UnknownProgramme(name.text()).into()),
            Some(programme) => to_member(scope, member, name, programme, None, *amount, about),
        };
        let why = match done {
            Ok(given) if given == *amount => continue,
            Ok(_) => "limit",
            Err(stop) => missed(stop)?,
        };
        for given in all.iter_mut().filter(|given| given.points.is_some()) {
            given.missing = Some(why.to_owned());
        }
    }
    if all.iter().any(|given| given.missing.is_some()) {
        let campaign = rules.book.campaign.as_str();
        scope.log(
            Level::Warn,
            "campaigns",
            &format!("a reward of {campaign} could not be given"),
        );
    }
    Ok(all)
}

/// What the rows of tiers begin with, among the counters of their member.
pub(super) const TIERS: &str = "tier-";

/// Which submission a tier of a member's sum was rewarded for.
pub(super) fn tier_key(book: &Book, member: &Id, tier: u32) -> String {
    keys::passes(book, member, &format!("{TIERS}{tier}"))
}

/// Why something could not be given; what has nothing to do with it is passed on.
fn missed(stop: Stop) -> Result<&'static str, Stop> {
    Ok(match stop {
        Stop::Reject(Reject::UnknownTemplate(_)) => "unknown-template",
        Stop::Reject(Reject::UnknownMember(_)) => "unknown-member",
        Stop::Reject(Reject::UnknownProgramme(_)) => "unknown-programme",
        Stop::Reject(Reject::CodeKeyNeeded) => "code-key-needed",
        Stop::Reject(Reject::CouponsRefused(_)) => "coupons-refused",
        Stop::Reject(Reject::Merged(_)) => "member-merged",
        other => return Err(other),
    })
}
