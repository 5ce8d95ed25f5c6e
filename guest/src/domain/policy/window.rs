//! Whether the time is right.

use super::verdict::Finding;
use super::{Channel, Code, DaysWindow, Due, Policy, Purpose, Question, SameDay, Window};
use crate::domain::instant::Instant;
use chrono::Days;

/// Seconds within which "the same day" lies.
const DAY: u32 = 86_400;

impl Policy<'_> {
    /// Whether the message may go at `at`; none where nothing says when.
    pub(super) fn window(&self, asked: &Question<'_>, at: Instant) -> Option<Finding> {
        let over = asked.until.is_some_and(|until| at >= until);
        if asked.channel != Channel::LineNotification {
            asked.until?;
            return Some(Finding::unless(!over, Code::WindowPassed));
        }
        let kind = self.edition.kind(asked.purpose)?;
        if over {
            return Some(Finding::Denied(Code::WindowPassed));
        }
        let Some(event) = asked.event else {
            return Some(Finding::Denied(Code::EventUnknown));
        };
        Some(match kind.window {
            Window::SameDay => self.same_day(event, at),
            Window::DaysBefore(days) => {
                let extended = asked.extended.filter(|_| {
                    asked.purpose == Purpose::PaymentReminder
                        && self.settings.readings.late_due == Due::Extended
                });
                self.days_before(days, extended.unwrap_or(event), at)
            }
        })
    }

    fn same_day(&self, event: Instant, at: Instant) -> Finding {
        if at < event {
            return Finding::Denied(Code::NotYet);
        }
        let within = at < event.plus_seconds(DAY);
        let holds = within
            && match self.settings.readings.same_day {
                SameDay::SameDate => self.clock.same_date(at, event),
                SameDay::Hours24 => true,
            };
        Finding::unless(holds, Code::WindowPassed)
    }

    fn days_before(&self, days: u32, due: Instant, at: Instant) -> Finding {
        if at >= due {
            return Finding::Denied(Code::WindowPassed);
        }
        let by_hours = due.minus_hours(days.saturating_mul(24));
        let by_dates = || {
            let first = self.zone.date(due).checked_sub_days(Days::new(days.into()));
            first.and_then(|first| self.zone.start_of(first))
        };
        let opens = match self.settings.readings.days_before {
            DaysWindow::Hours => by_hours,
            DaysWindow::Dates => by_dates().unwrap_or(by_hours),
            DaysWindow::Both => by_dates().map_or(by_hours, |dates| dates.max(by_hours)),
        };
        if at < opens {
            Finding::Deferred(Code::TooEarly, opens)
        } else {
            Finding::Passed
        }
    }
}
