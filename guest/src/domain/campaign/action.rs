//! What may be done to a campaign in each state (spec: invoice, "Life of a campaign").

use super::state::State;

/// Something that a person does to a campaign. Cancel, back, edit and details are the platform's own pages and reach the
/// engine as nothing, or as a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Leaves the settings page with nothing changed.
    Cancel,
    /// Keeps what was edited.
    Save,
    /// Keeps what was edited and opens the campaign, or lets it go on.
    Publish,
    /// Stops it for a while.
    Pause,
    /// Leaves a settings page that can't be edited.
    Back,
    /// Opens the settings page; read-only where nothing may be edited.
    Edit,
    /// Opens what was sent in.
    Details,
    /// Makes a draft with the same settings.
    Copy,
    /// Deletes it.
    Delete,
}

/// Where somebody stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A campaign's settings.
    SettingsPage,
    /// The list of campaigns.
    ListPage,
}

/// The settings that may be edited until a campaign is over.
pub const OPEN_FIELDS: &[&str] = &["name", "from", "to", "rules-page", "picture", "messages"];

/// The settings that may be edited in a draft alone, beside those that may be until the end.
pub const FIELDS_OF_DRAFTS: &[&str] = &[
    "platform",
    "channel",
    "conditions",
    "reward",
    "limits",
    "verify-again",
    "verifier",
    "trial-verifier",
];

/// The settings that may be edited in a state.
pub fn editable(state: State) -> impl Iterator<Item = &'static str> {
    let (open, of_drafts) = match state {
        State::Draft => (OPEN_FIELDS, FIELDS_OF_DRAFTS),
        State::Ended => (&[][..], &[][..]),
        _ => (OPEN_FIELDS, &[][..]),
    };
    open.iter().chain(of_drafts).copied()
}

/// What a page offers in a state.
#[must_use]
pub fn actions(state: State, place: Place) -> &'static [Action] {
    use Action::{Back, Cancel, Copy, Delete, Details, Edit, Pause, Publish, Save};
    match (place, state) {
        (Place::SettingsPage, State::Draft | State::Paused) => &[Cancel, Save, Publish],
        (Place::SettingsPage, State::Scheduled | State::Running) => &[Cancel, Pause, Publish],
        (Place::SettingsPage, State::Ended) => &[Back],
        (Place::ListPage, State::Draft) => &[Edit, Details, Copy, Delete],
        (Place::ListPage, _) => &[Edit, Details, Copy],
    }
}

impl Action {
    /// Whether it may be done in a state.
    #[must_use]
    pub fn fits(self, state: State) -> bool {
        let pages = [Place::SettingsPage, Place::ListPage];
        pages
            .into_iter()
            .any(|place| actions(state, place).contains(&self))
    }

    /// The states in which it may be done.
    pub fn states(self) -> impl Iterator<Item = State> {
        State::ALL.into_iter().filter(move |it| self.fits(*it))
    }
}

#[cfg(test)]
mod tests {
    use super::{Action, Place, actions, editable};
    use crate::domain::campaign::State;

    /// The table of the specification, a row a state: what may be edited, and what the two pages offer.
    #[test]
    fn each_state_has_its_row() {
        use Action::{Back, Cancel, Copy, Delete, Details, Edit, Pause, Publish, Save};
        for (state, edits, settings, list) in [
            (
                State::Draft,
                14,
                &[Cancel, Save, Publish][..],
                &[Edit, Details, Copy, Delete][..],
            ),
            (
                State::Running,
                6,
                &[Cancel, Pause, Publish][..],
                &[Edit, Details, Copy][..],
            ),
            (
                State::Scheduled,
                6,
                &[Cancel, Pause, Publish][..],
                &[Edit, Details, Copy][..],
            ),
            (
                State::Paused,
                6,
                &[Cancel, Save, Publish][..],
                &[Edit, Details, Copy][..],
            ),
            (State::Ended, 0, &[Back][..], &[Edit, Details, Copy][..]),
        ] {
            assert_eq!(editable(state).count(), edits, "{state:?}");
            assert_eq!(actions(state, Place::SettingsPage), settings, "{state:?}");
            assert_eq!(actions(state, Place::ListPage), list, "{state:?}");
        }
    }

    #[test]
    fn an_action_knows_the_states_that_have_it() {
        for (action, expected) in [
            (Action::Save, &[State::Draft, State::Paused][..]),
            (
                Action::Publish,
                &[
                    State::Draft,
                    State::Scheduled,
                    State::Running,
                    State::Paused,
                ],
            ),
            (Action::Pause, &[State::Scheduled, State::Running][..]),
            (Action::Delete, &[State::Draft][..]),
            (Action::Copy, &State::ALL[..]),
        ] {
            let states: Vec<State> = action.states().collect();
            assert_eq!(states, expected, "{action:?}");
        }
    }
}
