//! The link in a mail that reminds.

use super::token::{Seal, Ticket};
use crate::capabilities::Merchant;
use crate::capabilities::messaging::{Channel, Message};
use serde_json::{Map, Value};
use url::Url;

/// The member of a mail's detail with the address.
const ADDRESS: &str = "list-unsubscribe";

/// Characters of a kind's name.
const KIND: std::ops::RangeInclusive<usize> = 1..=40;

/// The link for a member, a kind of notices and a channel; none where the kind is no name.
pub(in super::super) fn link(
    seal: &Seal,
    public: &str,
    merchant: &Merchant,
    member: &str,
    kind: &str,
    channel: &str,
) -> Option<String> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if !KIND.contains(&kind.len()) || !kind.bytes().all(plain) {
        return None;
    }
    let ticket = Ticket {
        merchant: merchant.as_str().to_owned(),
        member: member.to_owned(),
        kind: kind.to_owned(),
        channel: channel.to_owned(),
    };
    Some(format!("{public}/unsubscribe/{}", seal.seal(&ticket)?))
}

/// The mail with this server's link in place of the merchant's own address, to which the plugin adds member and kind as a
/// query. None where the message is no mail, has no address, or one without them: it stays as it is.
pub(in super::super) fn linked(
    message: &Message,
    merchant: &Merchant,
    seal: &Seal,
    public: &str,
) -> Option<Message> {
    if message.channel != Channel::Email {
        return None;
    }
    let detail = message.detail.as_deref()?;
    let mut detail: Map<String, Value> = serde_json::from_str(detail).ok()?;
    let address = Url::parse(detail.get(ADDRESS)?.as_str()?).ok()?;
    // The merchant's address may have a query of its own; what the plugin adds stands last.
    let last = |wanted: &str| {
        let found = address.query_pairs().filter(|(name, _)| name == wanted);
        found.last().map(|(_, value)| value.into_owned())
    };
    let (member, kind) = (last("member")?, last("kind")?);
    let link = link(
        seal,
        public,
        merchant,
        &member,
        &kind,
        message.channel.name(),
    )?;
    detail.insert(ADDRESS.to_owned(), Value::String(link));
    Some(Message {
        detail: Some(Value::Object(detail).to_string()),
        ..message.clone()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capabilities::messaging::Secret;

    fn ticket(channel: Channel, detail: Option<&str>) -> Option<Ticket> {
        let seal = Seal::new(&Secret::of("hush"), None);
        let message = Message {
            idempotency_key: "k".to_owned(),
            channel,
            address: "mei@example.com".to_owned(),
            subject: None,
            text: "a".to_owned(),
            html: None,
            detail: detail.map(str::to_owned),
        };
        let merchant = Merchant::new("tea-house").unwrap();
        let linked = linked(&message, &merchant, &seal, "https://a.example/x")?;
        let detail: Value = serde_json::from_str(linked.detail.as_deref()?).unwrap();
        assert_eq!(detail.get("tags"), Some(&Value::from(1)));
        let token = detail[ADDRESS].as_str().unwrap();
        seal.open(
            token
                .strip_prefix("https://a.example/x/unsubscribe/")
                .unwrap(),
        )
    }

    #[test]
    fn a_mail_with_member_and_kind_gets_a_link() {
        let detail = |query: &str| {
            format!(r#"{{"list-unsubscribe":"https://tea.example/u?{query}","tags":1}}"#)
        };
        let mail = |query: &str| ticket(Channel::Email, Some(&detail(query)));
        let found = mail("member=x&shop=1&member=a%2Fb%20c&kind=coupons-expiring").unwrap();
        assert_eq!(found.member, "a/b c");
        assert_eq!(found.kind, "coupons-expiring");
        assert_eq!(
            (found.merchant.as_str(), found.channel.as_str()),
            ("tea-house", "email")
        );
        for query in [
            "",
            "member=mei",
            "kind=points-expiring",
            "member=mei&kind=F%20x",
        ] {
            assert_eq!(mail(query), None, "{query}");
        }
        let good = detail("member=mei&kind=points-expiring");
        assert_eq!(ticket(Channel::Sms, Some(&good)), None);
        for detail in [
            None,
            Some("{}"),
            Some("x"),
            Some(r#"{"list-unsubscribe":1}"#),
        ] {
            assert_eq!(ticket(Channel::Email, detail), None);
        }
    }
}
