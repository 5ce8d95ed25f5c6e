//! What members are told: by a reply token, or as a notice. Each message is counted with its charge.

use super::book::{Rules, count};
use crate::domain::campaign::MessageKind;
use crate::domain::ids::Id;
use crate::domain::instant::Instant;
use crate::domain::member::Member;
use crate::domain::notice::wording::Template;
use crate::domain::notice::{Button, Language, Span, Told};
use crate::domain::submission::wording::{Values, Why, render};
use crate::domain::submission::{Charge, Message, REPLY_SECONDS, Submission};
use crate::flows::notices;
use crate::flows::scope::Scope;
use crate::records::keys;
use crate::records::sent_in::Reply;
use crate::reject::Reject;
use stampcard_invoice::identifier::Number;
use std::fmt::Write;

/// A message that was made.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Its kind.
    pub message: Message,
    /// The submission that it is about.
    pub submission: Option<String>,
    /// Its words.
    pub text: String,
    /// As how many messages it is charged.
    pub charged: u32,
}

/// Says why the campaign takes nothing in by a channel now; none: it does. With `page`, that it has ended is shown there alone.
///
/// # Errors
/// Those of the storage.
#[inline(never)]
pub(super) fn turn_away(
    scope: &mut Scope<'_>,
    rules: Option<&Rules>,
    (member, channel): (&Member, &Id),
    page: bool,
    reply: &mut Option<String>,
) -> Result<Option<Answer>, Reject> {
    let message = match rules {
        Some(rules) => rules.refuses(scope, channel),
        None => Some(Message::NotThere),
    };
    let Some(message) = message else {
        return Ok(None);
    };
    let mut saying = Saying::new(rules, member, message).on(channel);
    saying.shown = page && message == Message::Ended;
    Ok(Some(saying.say(scope, reply)?))
}

/// A message to be made.
pub(super) struct Saying<'a> {
    /// The campaign; none: there is none.
    pub(super) rules: Option<&'a Rules>,
    /// To whom.
    pub(super) member: &'a Member,
    /// What.
    pub(super) message: Message,
    /// What its words may name.
    pub(super) values: Values,
    /// The submission that it is about.
    pub(super) submission: Option<String>,
    /// What it costs, where that isn't as usual.
    pub(super) charge: Option<Charge>,
    /// It goes then at the earliest.
    pub(super) from: Option<Instant>,
    /// Where the member is; none: on the campaign's channel.
    pub(super) channel: Option<Id>,
    /// The page shows it, and it isn't sent.
    pub(super) shown: bool,
}

impl<'a> Saying<'a> {
    /// A message about nothing in particular.
    pub(super) fn new(rules: Option<&'a Rules>, member: &'a Member, message: Message) -> Self {
        let name = rules.map(|rules| rules.campaign.settings.name.clone());
        Self {
            rules,
            member,
            message,
            values: Values {
                campaign: name.unwrap_or_default(),
                ..Values::default()
            },
            submission: None,
            charge: None,
            from: None,
            channel: None,
            shown: false,
        }
    }

    /// The same, to where the member is.
    pub(super) fn on(mut self, channel: &Id) -> Self {
        self.channel = Some(channel.clone());
        self
    }

    /// The same, about a submission.
    pub(super) fn about(mut self, id: &str, it: &Submission) -> Self {
        let number = Number::parse(&it.number);
        self.values.number = number.map(|number| {
            if it.donated {
                number.masked()
            } else {
                number.shown()
            }
        });
        self.values.date = it.date.map(|date| date.to_string());
        self.values.random.clone_from(&it.random);
        self.values.tier = it.tier;
        self.values.amount.clone_from(&it.amount);
        self.values.why = it.reason.and_then(Why::of);
        self.submission = Some(id.to_owned());
        self
    }

    /// As what is sent.
    #[inline(never)]
    fn push(&self, scope: &Scope<'_>, language: Language, text: &str) -> Push {
        let of_campaign = || self.rules?.campaign.settings.channel.clone();
        let buttons = self.rules.filter(|_| self.message.has_buttons());
        Push {
            subject: self.values.campaign.clone(),
            text: text.to_owned(),
            buttons: buttons.map_or_else(Vec::new, |rules| links(scope, rules, language)),
            channel: self.channel.clone().or_else(of_campaign),
            from: self.from.unwrap_or(scope.now),
        }
    }

    /// Makes it. A free one goes by the reply token, if there is one left, which is used up then.
    #[inline(never)]
    pub(super) fn say(
        self,
        scope: &mut Scope<'_>,
        reply: &mut Option<String>,
    ) -> Result<Answer, Reject> {
        let language = language(scope, self.member);
        let own = self.rules.and_then(|rules| {
            let kind = own_kind(self.message)?;
            rules.campaign.settings.messages.get(kind, language)
        });
        let text = render(self.message, own, language, &self.values);
        let member = &self.member.member;
        let charge = self.charge.unwrap_or_else(|| self.message.charge(0));
        let mut charged = 0;
        let mut made = true;
        if self.message != Message::Received && !self.shown {
            let push = self.push(scope, language, &text);
            let free = reply.is_some() && charge == Charge::Free && self.from.is_none();
            let answers = free && push.answers(scope, self.member, reply_until(scope.now))?;
            match reply.take_if(|_| answers) {
                Some(token) => put_off(scope, &self, push, token)?,
                None => {
                    made = pushed(scope, member, push)?;
                    charged = match charge {
                        _ if !made => 0,
                        Charge::Free => 1,
                        Charge::Messages(count) => count,
                    };
                }
            }
        }
        if let Some(rules) = self.rules.filter(|_| made) {
            count(scope, &rules.book, member, |tally| {
                tally.tells(self.message, charged);
            })?;
        }
        Ok(Answer {
            message: self.message,
            submission: self.submission,
            text,
            charged,
        })
    }
}

/// The language in which a member is told something.
#[inline(never)]
pub(super) fn language(scope: &Scope<'_>, member: &Member) -> Language {
    let known = member.language.as_deref().and_then(Language::of_tag);
    let usual = scope.merchant.notices.as_ref().map(|own| own.language);
    known.or(usual).unwrap_or(Language::ZhTw)
}

fn own_kind(message: Message) -> Option<MessageKind> {
    Some(match message {
        Message::Qualified => MessageKind::Qualified,
        Message::NotQualified => MessageKind::NotQualified,
        Message::Duplicate => MessageKind::Duplicate,
        Message::Unreadable => MessageKind::Unreadable,
        Message::Ended => MessageKind::Ended,
        _ => return None,
    })
}

/// Until when a token is good that came along just now.
fn reply_until(now: Instant) -> Instant {
    now.plus_seconds(REPLY_SECONDS)
}

/// Has the next tick answer by a reply token.
fn put_off(
    scope: &mut Scope<'_>,
    it: &Saying<'_>,
    push: Push,
    token: String,
) -> Result<(), Reject> {
    let member = &it.member.member;
    let mut nth = 1;
    while scope.work.has(&keys::reply(scope.now, member, nth))? {
        nth += 1;
    }
    let book = it.rules.map(|rules| &rules.book);
    let reply = Reply {
        token,
        text: push.text,
        message: it.message,
        member: member.clone(),
        campaign: book.map(|book| book.campaign.clone()),
        draft: book.is_some_and(|book| book.draft),
        subject: push.subject,
        buttons: push.buttons,
        channel: push.channel,
        until: Some(reply_until(scope.now)),
    };
    scope.work.put(keys::reply(scope.now, member, nth), &reply);
    Ok(())
}

/// A message that goes as a notice, or by a token.
#[derive(Clone)]
pub(super) struct Push {
    /// Its subject, in mail.
    pub(super) subject: String,
    /// Its words.
    pub(super) text: String,
    /// What stands below it.
    pub(super) buttons: Vec<Button>,
    /// The LINE channel that it belongs to.
    pub(super) channel: Option<Id>,
    /// It goes then at the earliest.
    pub(super) from: Instant,
}

impl Push {
    /// What was to go by a token.
    pub(super) fn of(reply: Reply, from: Instant) -> Self {
        Self {
            subject: reply.subject,
            text: reply.text,
            buttons: reply.buttons,
            channel: reply.channel,
            from,
        }
    }

    /// As the notice that it makes tells it; none: the clock shows no instant that can be named.
    fn told(self, now: Instant) -> Option<(Told, Instant)> {
        let subject = Id::parse(&format!("invoice-{}", now.seconds()))?;
        // Values stand in them already, and braces are no placeholders any more.
        let plain = |text: &str| text.replace('{', "{{").replace('}', "}}");
        let mut told = Told::new(subject, now);
        told.words = Some(Template {
            subject: Some(self.subject)
                .filter(|it| !it.is_empty())
                .map(|it| plain(&it)),
            text: plain(&self.text),
            html: None,
        });
        told.acted = true;
        told.line = self.channel.map(|channel| channel.text());
        told.buttons = self.buttons;
        Some((told, self.from))
    }

    /// Whether it may go by a token that is good until then, as the policy has it.
    #[inline(never)]
    pub(super) fn answers(
        &self,
        scope: &mut Scope<'_>,
        member: &Member,
        until: Instant,
    ) -> Result<bool, Reject> {
        let span = Span {
            from: self.from,
            until,
        };
        match self.clone().told(scope.now) {
            Some((told, _)) => notices::answers(scope, member, told, (&self.text, span)),
            None => Ok(false),
        }
    }
}

/// Makes a notice; tells whether there is a channel by which it may go.
#[inline(never)]
pub(super) fn pushed(scope: &mut Scope<'_>, member: &Id, push: Push) -> Result<bool, Reject> {
    match push.told(scope.now) {
        Some((told, from)) => notices::own_words(scope, member, told, from),
        None => Ok(false),
    }
}

/// Links to the pages where the next invoice is sent in.
#[inline(never)]
fn links(scope: &Scope<'_>, rules: &Rules, language: Language) -> Vec<Button> {
    let section = scope.merchant.campaigns.as_ref();
    let channel = rules.campaign.settings.channel.as_ref();
    let channel = channel.and_then(|id| section?.channels.get(id.as_str()));
    let Some(liff) = channel.and_then(|channel| channel.liff_id.as_ref()) else {
        return Vec::new();
    };
    let labels = match language {
        Language::ZhTw => ["拍照上傳", "手動輸入", "電子載具"],
        Language::Ko => ["사진으로 올리기", "직접 입력", "모바일 캐리어"],
        Language::En => ["Take a photo", "Type it", "Mobile carrier"],
    };
    let ways = ["photo", "typed", "carrier"];
    let campaign = encoded(rules.book.campaign.as_str());
    let link = |(label, way): (&str, &str)| Button {
        label: label.to_owned(),
        url: format!("https://liff.line.me/{liff}?campaign={campaign}&way={way}"),
    };
    labels.into_iter().zip(ways).map(link).collect()
}

/// A text as a form or a query has it.
#[inline(never)]
pub(super) fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            // Writing to a String can't fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
