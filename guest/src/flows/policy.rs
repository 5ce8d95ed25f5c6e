//! The policy that a question goes by: a merchant's, or one that is told.

use crate::domain::config::{Fault, PolicySettings, policy_faults};
use crate::domain::zone::Zone;
use crate::json;
use crate::ports::Ports;
use crate::records::state::InForce;
use crate::records::{Work, keys};
use crate::reject::Reject;
use crate::shared::Shared;

/// Bytes of settings, at most.
const SETTINGS_MAX: usize = 256 * 1024;

/// The settings and the zone in force; no zone where neither the request nor a configuration has one. What the request
/// tells goes before what the configuration says, which is read only if something of it is needed.
///
/// # Errors
/// [`Reject::InvalidConfiguration`] for the settings, and those of the storage.
pub fn in_force(
    ports: &dyn Ports,
    zone: Option<Zone>,
    settings: Option<&str>,
) -> Result<(Shared<PolicySettings>, Option<Zone>), Reject> {
    let told = settings.map(read).transpose()?.map(Shared::new);
    if let (Some(told), Some(_)) = (&told, zone) {
        return Ok((Shared::clone(told), zone));
    }
    let kept: Option<InForce> = Work::new(ports).get(keys::CONFIGURATION)?;
    let kept = kept.map(|kept| kept.document);
    let of_merchant = kept.as_ref().and_then(|kept| kept.policy.clone());
    let zone = zone.or(kept.as_ref().map(|kept| kept.zone));
    Ok((told.or(of_merchant).unwrap_or_default(), zone))
}

fn read(text: &str) -> Result<PolicySettings, Reject> {
    let refuse = |faults| Err(Reject::InvalidConfiguration(faults));
    if text.len() > SETTINGS_MAX {
        let found = format!("{} bytes", text.len());
        return refuse(vec![Fault::new("", found, "at most 262,144 bytes")]);
    }
    let settings: PolicySettings = match json::read(text) {
        Ok(settings) => settings,
        Err(fault) => return refuse(vec![super::configure::shape(text, &fault)]),
    };
    let faults = policy_faults(&settings);
    if faults.is_empty() {
        Ok(settings)
    } else {
        refuse(faults)
    }
}
