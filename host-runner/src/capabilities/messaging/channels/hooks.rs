//! The table `hook` of a channel's settings: how its provider proves that a report is its own.

use super::reader::{ChannelsError, Reader};
use crate::capabilities::messaging::Channel;
use crate::capabilities::messaging::reports::{Custom, Hook, Proof};

/// Bytes of a secret that stands in an address.
const TOKEN: std::ops::RangeInclusive<usize> = 16..=128;

/// The hook of a channel's provider, if it has one. Where a provider signs nothing, its secret is the last step of the
/// address that it reports to.
pub(super) fn hook(
    channel: Channel,
    settings: &mut Reader<'_>,
) -> Result<Option<Hook>, ChannelsError> {
    let provider = settings.peek("provider").unwrap_or_default().to_owned();
    let Some(mut table) = settings.inner("hook")? else {
        return Ok(None);
    };
    let secret = table.secret("secret")?;
    let in_address = |table: &Reader<'_>| {
        let text = secret.reveal();
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if TOKEN.contains(&text.len()) && text.bytes().all(plain) {
            return Ok(());
        }
        let told = "it stands in an address, and needs 16 to 128 letters, digits, - and _";
        Err(table.fault("secret", told))
    };
    let proof = Proof::new(secret.clone());
    let hook = match (channel, provider.as_str()) {
        (Channel::LinePush | Channel::LineNotification, "line") => Hook::Line(proof),
        (Channel::Alimtalk, "nhn") => Hook::Nhn(proof),
        (Channel::Alimtalk, "solapi") => Hook::Solapi(proof),
        (Channel::Sms, "mitake") => {
            in_address(&table)?;
            Hook::Mitake(proof)
        }
        (Channel::Sms, "http") => {
            let signature = table.text("signature-header")?;
            match &signature {
                None => in_address(&table)?,
                Some(name) => {
                    let sound = |byte: u8| {
                        byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'
                    };
                    if !name.bytes().all(sound) {
                        let told = "it is no name of a header field in lower case";
                        return Err(table.fault("signature-header", told));
                    }
                }
            }
            let settings: Custom = toml::Value::Table(table.rest())
                .try_into()
                .map_err(|error: toml::de::Error| table.fault_of_all(error.message()))?;
            if let Some((field, told)) = settings.fault() {
                return Err(table.fault(field, told));
            }
            Hook::Custom {
                settings,
                signature,
                proof,
            }
        }
        _ => return Err(table.fault_of_all("the channel's provider reports nothing")),
    };
    table.done()?;
    Ok(Some(hook))
}
