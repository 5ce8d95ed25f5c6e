//! The statement of how a merchant's points lapse: its version, and whether the merchant has confirmed it.

use super::configure::read;
use crate::domain::config::{Fault, Merchant};
use crate::domain::notice::{Kind, Language};
use crate::domain::terms::{self, Clause};
use crate::reject::Reject;
use sha2::{Digest, Sha256};

/// Bytes of a text that is compared with the statement, at most.
const TEXT_MAX: usize = 256 * 1024;

/// What a document's settings come to.
#[derive(Clone, Debug)]
pub struct Stated {
    /// Whether points lapse by themselves, so that it has to be confirmed.
    pub needed: bool,
    /// Changes with any of the texts.
    pub version: String,
    /// In each language.
    pub texts: [(Language, String); 3],
    /// Who confirmed this version in the document.
    pub confirmed_by: Option<String>,
}

/// The statement of a document.
///
/// # Errors
/// [`Reject::InvalidConfiguration`]; not for want of a confirmation.
pub fn state(document: &str) -> Result<Stated, Reject> {
    let merchant = read(document)?;
    let version = version(&merchant);
    let confirmed = merchant.terms.as_ref().filter(|it| it.version == version);
    Ok(Stated {
        needed: terms::are_needed(&merchant),
        texts: Language::ALL.map(|language| (language, terms::statement(&merchant, language))),
        confirmed_by: confirmed.map(|it| it.by.clone()),
        version,
    })
}

/// What of a document's statement a text doesn't say.
///
/// # Errors
/// [`Reject::InvalidConfiguration`], [`Reject::Invalid`].
pub fn missing(document: &str, text: &str) -> Result<Vec<Clause>, Reject> {
    let merchant = read(document)?;
    if text.len() > TEXT_MAX {
        let found = format!("{} bytes", text.len());
        let fault = Fault::new("/text", found, "at most 262,144 bytes");
        return Err(Reject::Invalid(vec![fault]));
    }
    Ok(terms::missing(&merchant, text))
}

/// What is wrong where points lapse by themselves and the merchant hasn't confirmed the statement.
pub(super) fn unconfirmed(merchant: &Merchant) -> Option<Fault> {
    if !terms::are_needed(merchant) {
        return None;
    }
    let version = version(merchant);
    let mut permitted = format!(
        "{version}, once the statement that merchant.terms makes of this document was read and agreed to"
    );
    if let Some(notices) = &merchant.notices {
        let kind = Kind::PointsExpiring;
        for way in notices
            .channels
            .iter()
            .filter(|it| it.kinds.contains(&kind))
        {
            if let Some(what) = notices.lacks(way, kind) {
                let way = way.channel.name();
                let more = [
                    "; it leaves out ",
                    way,
                    ", by which no reminder goes without ",
                    what,
                ];
                permitted.push_str(&more.concat());
            }
        }
    }
    match &merchant.terms {
        None => Some(Fault::new(
            "/terms",
            "no confirmation",
            format!("who confirms it as by, and as version {permitted}"),
        )),
        Some(terms) if terms.version != version => {
            Some(Fault::new("/terms/version", &terms.version, permitted))
        }
        Some(_) => None,
    }
}

/// Of the statement in all languages: 16 hexadecimal digits.
fn version(merchant: &Merchant) -> String {
    let mut digest = Sha256::new();
    for language in Language::ALL {
        digest.update(terms::statement(merchant, language));
        digest.update([0]);
    }
    digest
        .finalize()
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
