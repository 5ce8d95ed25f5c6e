//! What holds whatever the channel. Source: spec, notification, "Common".

use super::verdict::Finding;
use super::{Channel, Code, Facts, Policy, Question, sms};
use crate::domain::amount::Amount;
use crate::domain::instant::Instant;
use chrono::{Datelike, Days};

impl Policy<'_> {
    /// None where no service is concerned that can be suspended.
    pub(super) fn suspension(&self, asked: &Question<'_>) -> Option<Finding> {
        let service = &self.settings.sms_plus;
        let concerned = match asked.channel {
            Channel::LineNotification => true,
            Channel::Sms => service.sms,
            Channel::LinePush | Channel::LineReply | Channel::Alimtalk | Channel::Email => false,
        };
        concerned.then(|| Finding::unless(!service.suspended, Code::Suspended))
    }

    pub(super) fn preference(asked: &Question<'_>) -> Finding {
        // Mail has a rule of its own for what came back.
        let bounced = asked.facts.has(Facts::BOUNCED) && asked.channel != Channel::Email;
        let code = if bounced {
            Code::Bounced
        } else {
            Code::OptedOut
        };
        Finding::unless(!asked.facts.has(Facts::OPTED_OUT), code)
    }

    /// The merchant's quiet hours for the purpose and the person's own; none where there are none.
    pub(super) fn quiet_hours(&self, asked: &Question<'_>, at: Instant) -> Option<Finding> {
        let of_merchant = self.settings.quiet_hours.iter();
        let of_merchant = of_merchant.filter(|it| it.is_for(asked.purpose));
        let all = of_merchant.map(|it| it.hours()).chain(asked.quiet);
        let mut finding = None;
        let mut last = at;
        for quiet in all {
            finding = Some(Finding::Passed);
            last = last.max(self.clock.quiet(quiet, at).unwrap_or(at));
        }
        if last > at {
            return Some(Finding::Deferred(Code::QuietHours, last));
        }
        finding
    }

    pub(super) fn day_cap(&self, asked: &Question<'_>) -> Option<Finding> {
        let most = self.settings.caps.day?;
        let sent = asked.sent.map(|sent| sent.day);
        Some(self.cap(sent, most, Code::DayCap, asked.at, 1))
    }

    pub(super) fn week_cap(&self, asked: &Question<'_>) -> Option<Finding> {
        let most = self.settings.caps.week?;
        let sent = asked.sent.map(|sent| sent.week);
        let weekday = self.zone.date(asked.at).weekday().num_days_from_monday();
        let to_monday = 7_u32.saturating_sub(weekday);
        Some(self.cap(sent, most, Code::WeekCap, asked.at, to_monday))
    }

    /// Deferred to the local day so many days later, when the count is another one.
    fn cap(&self, sent: Option<u32>, most: u32, code: Code, at: Instant, days: u32) -> Finding {
        let Some(sent) = sent else {
            return Finding::Denied(Code::CountsUnknown);
        };
        if sent < most {
            return Finding::Passed;
        }
        let day = self.zone.date(at).checked_add_days(Days::new(days.into()));
        match day.and_then(|day| self.zone.start_of(day)) {
            Some(start) => Finding::Deferred(code, start),
            None => Finding::Denied(code),
        }
    }

    /// What it costs, if its channel has a price.
    pub(super) fn cost(&self, asked: &Question<'_>, size: Option<sms::Size>) -> Option<Amount> {
        let costs = &self.settings.costs;
        let (price, pieces) = match asked.channel {
            Channel::LineNotification => (costs.line_notification, 1),
            Channel::LinePush => (costs.line_push, 1),
            // Answers are free.
            Channel::LineReply => (None, 1),
            Channel::Alimtalk => (costs.alimtalk, 1),
            Channel::Email => (costs.email, 1),
            Channel::Sms => match size {
                Some(size) if size.encoding == sms::Encoding::Lms => (costs.lms.or(costs.sms), 1),
                Some(size) => (costs.sms, size.segments),
                None => (costs.sms, 1),
            },
        };
        let pieces = Amount::whole(pieces.into());
        price.map(|price| price.scale_floor(pieces, Amount::ONE, Amount::unit(4)))
    }

    /// None without a budget, and for what is free.
    pub(super) fn budget(&self, asked: &Question<'_>, cost: Option<Amount>) -> Option<Finding> {
        let budget = self.settings.budget?;
        let cost = cost.filter(|cost| cost.is_positive())?;
        Some(match asked.spent {
            None => Finding::Denied(Code::SpentUnknown),
            Some(spent) => Finding::unless(spent + cost <= budget, Code::OverBudget),
        })
    }
}
