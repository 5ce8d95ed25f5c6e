//! The add-on of invoice-registration campaigns: where members meet them, and who answers for invoices.

use super::is_default;
use crate::domain::ids::{Id, Name};
use crate::reading::Read;
use crate::sorted_map::SortedMap;
use serde::Serialize;
use stampcard_invoice::calendar;
use stampcard_invoice::identifier::{Number, Period};

/// Channels and verifiers of one merchant, at most each.
pub(super) const CHANNELS_MAX: usize = 100;

/// Where the LIFF id stands in a pattern of endpoints.
pub(super) const LIFF_ID: &str = "{liff-id}";

/// The endpoint that Omnichat's pages have.
const OMNICHAT: &str = "https://pages.omnichat.ai/liff-bind.html?liffId={liff-id}";

/// Where the paths of the tax platform's application interface lie.
const TAX_PLATFORM: &str = stampcard_invoice::evidence::BASE;

/// Invoice-registration campaigns. Without this section the merchant has none.
#[derive(Clone, Debug, PartialEq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Campaigns {
    /// Whether they are switched on. Off, nobody sees or edits any, and their cards answer that there is none. Default: true.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub enabled: bool,
    /// The platform whose own rules hold as well. Default: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preset: Option<CampaignPreset>,
    /// The address that a channel's LIFF endpoint must be, with `{liff-id}` where the LIFF id stands. Needed without a preset;
    /// `omnichat` brings its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub liff_pattern: Option<String>,
    /// The channels, by their ids as in members' `line-users`. At most 100.
    #[serde(default, skip_serializing_if = "SortedMap::is_empty")]
    pub channels: SortedMap<Id, CampaignChannel>,
    /// Whoever answers whether an invoice exists and what it holds, by name. At most 100.
    #[serde(default, skip_serializing_if = "SortedMap::is_empty")]
    pub verifiers: SortedMap<Name, Verifier>,
    /// The tracks of traditional paper invoices, which no platform knows, by period: `"11512": ["HT-HY"]`, each two letters or a range of
    /// them. They are refused as those of the built-in table are, which is that of 2025. At most 100 periods, and 30 of each.
    #[serde(default, skip_serializing_if = "SortedMap::is_empty")]
    pub traditional: SortedMap<String, Vec<String>>,
    /// How the months are counted that issue dates may reach back. Default: inclusive.
    #[serde(default, skip_serializing_if = "is_default")]
    pub issue_months: IssueMonths,
}

/// A platform whose rules hold for campaigns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum CampaignPreset {
    /// Omnichat: LIFF endpoints are its page for binding, and a reward at once is a bot's module with a coupon.
    Omnichat,
}

/// Where members meet campaigns.
#[derive(Clone, Debug, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CampaignChannel {
    /// As people read it, 1 to 60 characters.
    pub name: String,
    /// The id of its LIFF app, 1 to 64 of A-Z, a-z, 0-9 and -. Without it nothing is published for the channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub liff_id: Option<String>,
    /// The endpoint that the LIFF app has: an https address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub liff_endpoint: Option<String>,
    /// Whether it is linked to the platform. Default: true.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub linked: bool,
}

/// Whoever answers for invoices, in the shape of the tax platform's application interface: that itself, a platform's own proxy, or
/// the simulator.
#[derive(Clone, Debug, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Verifier {
    /// Where its paths lie, without a slash at the end; https, or http at a loopback address by its number. Default: the tax
    /// platform.
    #[serde(default = "tax_platform", skip_serializing_if = "is_tax_platform")]
    pub address: String,
    /// The key that the ministry gave out, where it is no secret. Default: blank; the host's credential puts it in.
    #[serde(default, skip_serializing_if = "is_default")]
    pub app_id: String,
    /// The host's credential that goes with each question, 1 to 64 characters. Default: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<String>,
}

/// How months back are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum IssueMonths {
    /// The month of publishing is the first of them.
    #[default]
    Inclusive,
    /// It is not counted: one month more.
    Exclusive,
}

impl Campaigns {
    /// The endpoint that the LIFF app of that id must have.
    #[must_use]
    pub fn endpoint(&self, liff_id: &str) -> String {
        let own = self.liff_pattern.as_deref();
        own.unwrap_or(OMNICHAT).replace(LIFF_ID, liff_id)
    }

    /// Whether a number is that of a traditional paper invoice, by the merchant's own table.
    #[must_use]
    pub fn is_traditional(&self, number: &Number, period: Period) -> bool {
        if self.traditional.is_empty() {
            return false;
        }
        let tracks = self.traditional.get(period.text().as_str());
        let track = number.track();
        let mut ranges = tracks.into_iter().flatten().map(|range| ends(range));
        ranges.any(|(first, last)| first <= track && track <= last)
    }

    /// The verifier of that name; without a name the only one.
    #[must_use]
    pub fn verifier(&self, name: Option<&Name>) -> Option<(&Name, &Verifier)> {
        match name {
            Some(name) => self.verifiers.get_key_value(name.as_str()),
            None => {
                let mut all = self.verifiers.iter();
                all.next().filter(|_| all.next().is_none())
            }
        }
    }

    /// The first name of a verifier with the same key at the same address: a key rests whatever it is called.
    #[must_use]
    pub fn first_name(&self, of: &Verifier) -> Option<&Name> {
        let same = |it: &Verifier| it.app_id == of.app_id && it.address == of.address;
        let mut all = self.verifiers.iter();
        all.find(|(_, it)| same(it)).map(|(name, _)| name)
    }
}

impl IssueMonths {
    /// In the words of the calendar.
    #[must_use]
    pub fn counting(self) -> calendar::Counting {
        match self {
            Self::Inclusive => calendar::Counting::Inclusive,
            Self::Exclusive => calendar::Counting::Exclusive,
        }
    }
}

/// First and last of a range of tracks.
pub(super) fn ends(range: &str) -> (&str, &str) {
    range.split_once('-').unwrap_or((range, range))
}

fn tax_platform() -> String {
    TAX_PLATFORM.to_owned()
}

fn is_tax_platform(address: &str) -> bool {
    address == TAX_PLATFORM
}

fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "what serde asks for")]
fn is_yes(it: &bool) -> bool {
    *it
}
