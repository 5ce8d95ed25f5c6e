//! How the rules' words are read. Each reading is a parameter, and what it is unless set is the strict one.
//! Source: spec, notification, "Readings".

use crate::reading::{Read, Reader, Wrong};
use serde::Serialize;

/// The readings in force.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Readings {
    /// "On the same day (within 24 hours)".
    pub same_day: SameDay,
    /// "Within 7 days" and "within 15 days" before.
    pub days_before: DaysWindow,
    /// Whether points for the registration itself are acquired by acting.
    pub sign_up: SignUp,
    /// When somebody has to be a member.
    pub membership: Membership,
    /// Which reminders count.
    pub reminders: RemindersCounted,
    /// What becomes of the count when the event is moved.
    pub moved_event: MovedEvent,
    /// What a guest's order is once the guest is found to be a member.
    pub linked_guest: LinkedGuest,
    /// Which instant a late payment is due at.
    pub late_due: Due,
    /// Which act of the person has to be on record.
    pub prior_act: PriorAct,
    /// When points are acquired.
    pub acquired: Acquired,
    /// What has become of a LINE notification message of whose delivery nothing is told within 24 hours.
    pub silence: Silence,
}

// One reader for all of them: a table for each is longer.
impl Read for Readings {
    fn blank() -> Self {
        Self::default()
    }

    fn read(&mut self, from: &mut Reader<'_>) -> Result<(), Wrong> {
        *self = Self::default();
        let mut map = from.map()?;
        while from.another(&mut map)? {
            let name = from.text("a string")?;
            if !Self::NAMES.contains(&&*name) {
                return Err(Wrong::unknown_field(&name, &Self::NAMES));
            }
            from.colon()?;
            let value = from.text("a string")?;
            let set = self.set(&name, &value);
            set.ok_or_else(|| Wrong::text(&value, "one of the schema's readings"))?;
        }
        Ok(())
    }
}

impl Readings {
    /// The names of all.
    const NAMES: [&'static str; 11] = [
        "same-day",
        "days-before",
        "sign-up",
        "membership",
        "reminders",
        "moved-event",
        "linked-guest",
        "late-due",
        "prior-act",
        "acquired",
        "silence",
    ];

    /// Sets one; none where there is no such value.
    fn set(&mut self, name: &str, value: &str) -> Option<()> {
        match (name, value) {
            ("same-day", "same-date") => self.same_day = SameDay::SameDate,
            ("same-day", "24-hours") => self.same_day = SameDay::Hours24,
            ("days-before", "both") => self.days_before = DaysWindow::Both,
            ("days-before", "hours") => self.days_before = DaysWindow::Hours,
            ("days-before", "dates") => self.days_before = DaysWindow::Dates,
            ("sign-up", "not-acting") => self.sign_up = SignUp::NotActing,
            ("sign-up", "acting") => self.sign_up = SignUp::Acting,
            ("membership", "event-and-sending") => self.membership = Membership::EventAndSending,
            ("membership", "sending") => self.membership = Membership::Sending,
            ("reminders", "accepted-and-unknown") => {
                self.reminders = RemindersCounted::AcceptedAndUnknown;
            }
            ("reminders", "accepted") => self.reminders = RemindersCounted::Accepted,
            ("moved-event", "keeps-count") => self.moved_event = MovedEvent::KeepsCount,
            ("moved-event", "counts-anew") => self.moved_event = MovedEvent::CountsAnew,
            ("linked-guest", "guest") => self.linked_guest = LinkedGuest::Guest,
            ("linked-guest", "member") => self.linked_guest = LinkedGuest::Member,
            ("late-due", "extended") => self.late_due = Due::Extended,
            ("late-due", "first") => self.late_due = Due::First,
            ("prior-act", "trigger-counts") => self.prior_act = PriorAct::TriggerCounts,
            ("prior-act", "earlier") => self.prior_act = PriorAct::Earlier,
            ("acquired", "grant") => self.acquired = Acquired::Grant,
            ("acquired", "activation") => self.acquired = Acquired::Activation,
            ("silence", "ends") => self.silence = Silence::Ends,
            ("silence", "moves-on") => self.silence = Silence::MovesOn,
            _ => return None,
        }
        Some(())
    }

    /// Each by its name with the name of what it is.
    #[must_use]
    pub fn named(&self) -> [(&'static str, &'static str); 11] {
        let pick = |strict: bool, names: [&'static str; 2]| {
            let [one, other] = names;
            if strict { one } else { other }
        };
        let strict = Self::default();
        [
            (
                "same-day",
                pick(self.same_day == strict.same_day, ["same-date", "24-hours"]),
            ),
            (
                "days-before",
                match self.days_before {
                    DaysWindow::Both => "both",
                    DaysWindow::Hours => "hours",
                    DaysWindow::Dates => "dates",
                },
            ),
            (
                "sign-up",
                pick(self.sign_up == strict.sign_up, ["not-acting", "acting"]),
            ),
            (
                "membership",
                pick(
                    self.membership == strict.membership,
                    ["event-and-sending", "sending"],
                ),
            ),
            (
                "reminders",
                pick(
                    self.reminders == strict.reminders,
                    ["accepted-and-unknown", "accepted"],
                ),
            ),
            (
                "moved-event",
                pick(
                    self.moved_event == strict.moved_event,
                    ["keeps-count", "counts-anew"],
                ),
            ),
            (
                "linked-guest",
                pick(
                    self.linked_guest == strict.linked_guest,
                    ["guest", "member"],
                ),
            ),
            (
                "late-due",
                pick(self.late_due == strict.late_due, ["extended", "first"]),
            ),
            (
                "prior-act",
                pick(
                    self.prior_act == strict.prior_act,
                    ["trigger-counts", "earlier"],
                ),
            ),
            (
                "acquired",
                pick(self.acquired == strict.acquired, ["grant", "activation"]),
            ),
            (
                "silence",
                pick(self.silence == strict.silence, ["ends", "moves-on"]),
            ),
        ]
    }
}

/// "On the same day (within 24 hours)".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum SameDay {
    /// The same local date, and less than 24 hours after.
    #[default]
    SameDate,
    /// Less than 24 hours after.
    #[serde(rename = "24-hours")]
    Hours24,
}

/// "Within so many days before".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum DaysWindow {
    /// At most so many local dates before, and at most so many times 24 hours.
    #[default]
    Both,
    /// At most so many times 24 hours before.
    Hours,
    /// At most so many local dates before.
    Dates,
}

/// Whether a registration is an act by which points are acquired.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum SignUp {
    /// It is not.
    #[default]
    NotActing,
    /// It is.
    Acting,
}

/// When somebody has to be a member.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Membership {
    /// At the event and at the sending.
    #[default]
    EventAndSending,
    /// At the sending.
    Sending,
}

/// Which reminders sent before count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum RemindersCounted {
    /// Those that were accepted and those of which nobody knows.
    #[default]
    AcceptedAndUnknown,
    /// Those that were accepted.
    Accepted,
}

/// What becomes of the count when the event is moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum MovedEvent {
    /// It stays.
    #[default]
    KeepsCount,
    /// It begins anew.
    CountsAnew,
}

/// What a guest's order is once the guest is found to be a member.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum LinkedGuest {
    /// A guest's.
    #[default]
    Guest,
    /// A member's.
    Member,
}

/// Which instant a late payment is due at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Due {
    /// The one until which it was extended.
    #[default]
    Extended,
    /// The first one.
    First,
}

/// Which act of the person has to be on record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum PriorAct {
    /// Any, also the one that the message is about.
    #[default]
    TriggerCounts,
    /// One before that.
    Earlier,
}

/// When points are acquired that are not usable at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Acquired {
    /// When they are granted.
    #[default]
    Grant,
    /// When they become usable.
    Activation,
}

/// What has become of a LINE notification message that LINE took and of whose delivery it told nothing within 24 hours. It is
/// undelivered either way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Silence {
    /// No other channel takes over.
    #[default]
    Ends,
    /// The next channel takes over, if there is time left.
    MovesOn,
}
