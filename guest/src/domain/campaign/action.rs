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

/// The fields that may be edited as long as a campaign is neither a draft, of which all may be, nor over.
pub const FIELDS_KEPT_OPEN: [&str; 6] = ["name", "from", "to", "rules-page", "picture", "messages"];

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
