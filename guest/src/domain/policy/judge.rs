//! The verdict: every rule that the edition names for the question, one after the other.

use super::clock::Clock;
use super::marketing::Words;
use super::verdict::Finding;
use super::{
    Channel, Code, Decision, EDITIONS, Edition, Facts, Outcome, Question, Rule, Step, Steps,
    Verdict, edition, sms,
};
use crate::domain::config::PolicySettings;
use crate::domain::instant::Instant;
use crate::domain::zone::Zone;

/// Times that a deferral may run into another reason to defer.
const DEFERRALS_MAX: usize = 16;

/// The rules that a merchant's messages go by.
#[derive(Debug)]
pub struct Policy<'s> {
    pub(super) edition: &'static Edition,
    pub(super) settings: &'s PolicySettings,
    pub(super) zone: Zone,
    pub(super) clock: Clock,
    pub(super) in_korea: bool,
    pub(super) seoul: Clock,
    pub(super) words: Words<'s>,
}

impl<'s> Policy<'s> {
    /// By the settings of a merchant in that zone. None where they pin an edition that there isn't, which the check of a
    /// configuration refuses.
    #[must_use]
    pub fn new(settings: &'s PolicySettings, zone: Zone) -> Option<Self> {
        let [first, ..] = EDITIONS;
        let seoul = Zone::parse("Asia/Seoul")?;
        Some(Self {
            edition: edition(settings.rules.as_deref().unwrap_or(first.name))?,
            settings,
            zone,
            clock: Clock::new(zone),
            in_korea: zone == seoul,
            seoul: Clock::new(seoul),
            words: Words::new(&settings.marketing_words),
        })
    }

    /// The edition that it goes by.
    #[must_use]
    pub fn edition(&self) -> &'static Edition {
        self.edition
    }

    /// Whether the message may go. To be asked when a message is made, and again in the moment of its sending.
    #[must_use]
    pub fn judge(&self, asked: &Question<'_>) -> Verdict {
        let size = match (asked.channel, asked.text) {
            (Channel::Sms, Some(text)) => Some(sms::size(text, self.goes_to_korea(asked))),
            _ => None,
        };
        let mut verdict = Verdict {
            decision: Decision::Allow,
            code: None,
            sms: size,
            cost: self.cost(asked, size),
            steps: Steps::new(),
        };
        let edition = self.edition;
        let advertisement = if self.is_advertisement(asked) {
            edition.advertisement
        } else {
            &[]
        };
        let own = edition.of(asked.channel, asked.purpose);
        let (first, last) = match asked.channel {
            Channel::LineReply => (&[][..], &[][..]),
            _ => (edition.first, edition.last),
        };
        let mut later = asked.at;
        let mut deferral = None;
        let mut denial = None;
        for rules in [first, own, advertisement, last] {
            for rule in rules {
                let Some(finding) = self.finding(*rule, asked, asked.at, &verdict) else {
                    continue;
                };
                let (outcome, code) = match finding {
                    Finding::Passed => (Outcome::Passed, None),
                    Finding::Warned(code) => (Outcome::Warned, Some(code)),
                    Finding::Deferred(code, until) => {
                        later = later.max(until);
                        deferral = deferral.or(Some(code));
                        (Outcome::Deferred, Some(code))
                    }
                    Finding::Denied(code) => {
                        denial = denial.or(Some(code));
                        (Outcome::Denied, Some(code))
                    }
                };
                verdict.steps.push(Step {
                    rule: *rule,
                    outcome,
                    code,
                });
            }
        }
        if denial.is_none() && deferral.is_some() {
            match self.settled(asked, later, &verdict) {
                Ok(at) => verdict.decision = Decision::Defer(at),
                Err(code) => denial = Some(code),
            }
            verdict.steps.push(Step {
                rule: Rule::Deferral,
                outcome: denial.map_or(Outcome::Passed, |_| Outcome::Denied),
                code: denial,
            });
        }
        if denial.is_some() {
            verdict.decision = Decision::Deny;
        }
        verdict.code = denial.or(deferral);
        verdict
    }

    /// The first instant from `at` on at which no rule defers any more, if it lies within the message's time.
    fn settled(
        &self,
        asked: &Question<'_>,
        at: Instant,
        verdict: &Verdict,
    ) -> Result<Instant, Code> {
        let mut at = at;
        for _ in 0..DEFERRALS_MAX {
            let mut next = at;
            for rule in [Rule::Window, Rule::QuietHours, Rule::AdHours] {
                if rule == Rule::AdHours && !self.is_advertisement(asked) {
                    continue;
                }
                match self.finding(rule, asked, at, verdict) {
                    Some(Finding::Deferred(_, until)) => next = next.max(until),
                    Some(Finding::Denied(code)) => return Err(code),
                    _ => {}
                }
            }
            if next == at {
                return Ok(at);
            }
            at = next;
        }
        Err(Code::NeverOpen)
    }

    /// What comes of a rule at an instant; none where it has nothing to look at.
    fn finding(
        &self,
        rule: Rule,
        asked: &Question<'_>,
        at: Instant,
        verdict: &Verdict,
    ) -> Option<Finding> {
        if rule.is_of_words() && asked.facts.has(Facts::WORDS_TO_COME) {
            return None;
        }
        Some(match rule {
            Rule::Suspension => return self.suspension(asked),
            Rule::Preference => Self::preference(asked),
            Rule::Kind => self.kind(asked),
            Rule::Window => return self.window(asked, at),
            Rule::MemberAtEvent => return self.member_at_event(asked),
            Rule::MemberAtSending => {
                let member = asked.facts.has(Facts::MEMBER_AT_SENDING);
                Finding::unless(member, Code::NotMemberAtSending)
            }
            Rule::Mobile => Self::mobile(asked),
            Rule::Buyer => self.buyer(asked),
            Rule::Condition => self.condition(asked),
            Rule::Registration => Self::registration(asked),
            Rule::Reminders => self.reminders(asked),
            Rule::Contact => Self::contact(asked),
            Rule::PriorAct => self.prior_act(asked),
            Rule::Marketing => self.marketing(asked),
            Rule::Friend => Self::friend(asked),
            Rule::Quota => Self::quota(asked),
            Rule::Template => Self::template(asked),
            Rule::Length => return Self::length(asked, verdict.sms),
            Rule::Buttons => Self::buttons(asked),
            Rule::BenefitOrigin => return Self::benefit_origin(asked),
            Rule::Consent => Self::consent(asked),
            Rule::AdLabel => Self::ad_label(asked),
            Rule::AdSender => Self::ad_sender(asked),
            Rule::AdOptOut => Self::ad_opt_out(asked),
            Rule::AdHours => return self.ad_hours(asked, at),
            Rule::Address => Self::address(asked),
            Rule::Unsubscribe => return Self::unsubscribe(asked),
            Rule::QuietHours => return self.quiet_hours(asked, at),
            Rule::DayCap => return self.day_cap(asked),
            Rule::WeekCap => return self.week_cap(asked),
            Rule::Budget => return self.budget(asked, verdict.cost),
            // It is no rule of its own: it follows from the others.
            Rule::Deferral => return None,
        })
    }
}
