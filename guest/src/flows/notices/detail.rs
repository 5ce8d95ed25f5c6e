//! What a channel needs beside the words, as `messaging` names it.

use super::judge::is_reminder;
use crate::domain::config::Merchant;
use crate::domain::member::Member;
use crate::domain::notice::{Channel, Notice};
use crate::domain::sorted_map::SortedMap;
use crate::json;
use serde::Serialize;
use std::fmt::Write;

#[derive(Serialize)]
struct Tagged<'a> {
    tag: &'a str,
}

#[derive(Serialize)]
struct Template<'a> {
    template: &'a str,
    variables: SortedMap<&'static str, String>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Refused<'a> {
    list_unsubscribe: &'a str,
}

/// The channel's own JSON, if it needs any: the tag that LINE gives back, the template that Kakao approved, the address
/// where reminders by mail are refused.
pub(super) fn detail(
    merchant: &Merchant,
    notice: &Notice,
    member: &Member,
    key: &str,
    variables: SortedMap<&'static str, String>,
) -> Option<String> {
    let own = merchant.notices.as_ref()?;
    match notice.channel {
        Channel::LineNotification => Some(json::write(&Tagged { tag: key })),
        Channel::Alimtalk => {
            let mut ways = own.channels.iter();
            let way = ways.find(|way| way.channel == Channel::Alimtalk)?;
            let template = way.templates.iter().find(|it| it.kind == notice.kind)?;
            Some(json::write(&Template {
                template: &template.code,
                variables,
            }))
        }
        Channel::Email if is_reminder(notice.kind) => {
            let mut address = own.unsubscribe.clone()?;
            address.push(if address.contains('?') { '&' } else { '?' });
            address.push_str("member=");
            for byte in member.member.as_str().bytes() {
                if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
                    address.push(char::from(byte));
                } else {
                    // Writing to a String can't fail.
                    let _ = write!(address, "%{byte:02X}");
                }
            }
            address.push_str("&kind=");
            address.push_str(notice.kind.name());
            Some(json::write(&Refused {
                list_unsubscribe: &address,
            }))
        }
        Channel::Email | Channel::Sms | Channel::LinePush => None,
    }
}
