//! What a person decides by: what the verifier told of an invoice.

use super::book::{get, known};
use crate::domain::campaign::{Actor, Shop};
use crate::domain::ids::Id;
use crate::domain::submission::Kept;
use crate::flows::campaigns::access;
use crate::flows::scope::{Scope, Stop};
use crate::records::keys;
use crate::reject::Reject;
use stampcard_invoice::judging::{Finding, Folded, judge};

/// What was told of a submission, how it stands against the campaign's conditions, and the sellers that they want; none where nothing
/// was told.
///
/// # Errors
/// Those of [`access`]; [`Reject::UnknownCampaign`]; [`Reject::Invalid`] for a submission that the campaign doesn't have; those of the
/// storage.
pub fn told(
    scope: &mut Scope<'_>,
    actor: &Actor,
    campaign: &Id,
    id: &str,
) -> Result<Option<(Kept, Vec<Finding>, Shop)>, Stop> {
    access(scope, actor)?;
    let rules = known(scope, campaign)?;
    let it = get(scope, &rules.book, id)?;
    let it = it.ok_or_else(|| Reject::invalid("/submission", id, "one of the campaign's"))?;
    let key = keys::of_book(keys::EVIDENCE, &rules.book, id);
    let kept: Option<Kept> = scope.work.get(&key)?;
    let Some((kept, (number, period))) = kept.zip(it.invoice()) else {
        return Ok(None);
    };
    let findings = rules.conditions().map(|conditions| {
        let evidence = kept.evidence(number, period);
        judge(&conditions, &Folded::new(&evidence)).findings
    });
    let settings = rules.campaign.settings.conditions.as_ref();
    let shop = settings.map(|it| it.shop.clone());
    Ok(Some((
        kept,
        findings.unwrap_or_default(),
        shop.unwrap_or_default(),
    )))
}
