//! Campaigns in the interface's words.

use super::super::check::Check;
use crate::bindings::exports::stampcard::plugin::campaigns as wit;
use crate::domain::campaign::{Action, Actor, Campaign, Place, Role, State, actions, editable};
use crate::domain::instant::Instant;
use crate::flows::campaigns as flow;
use crate::flows::scope::Scope;

/// A person of a request.
pub(in crate::api) fn actor_of(check: &mut Check, it: &wit::Actor) -> Option<Actor> {
    let name = check.id(&"/actor/name", &it.name)?;
    let role = match it.role {
        wit::Role::Administrator => Role::Administrator,
        wit::Role::Supervisor => Role::Supervisor,
        wit::Role::Marketing => Role::Marketing,
        wit::Role::CustomerServiceManager => Role::CustomerServiceManager,
        wit::Role::CustomerServiceStaff => Role::CustomerServiceStaff,
        wit::Role::SalesManager => Role::SalesManager,
        wit::Role::SalesStaff => Role::SalesStaff,
    };
    Some(Actor { name, role })
}

/// A campaign in short.
pub(super) fn summary(scope: &Scope<'_>, it: flow::Found) -> wit::Campaign {
    let own = scope.merchant.campaigns.as_ref();
    let channel = it.row.channel;
    let known = channel
        .as_ref()
        .and_then(|channel| own?.channels.get(channel.as_str()));
    let state = it.row.life.state(scope.now);
    wit::Campaign {
        campaign: it.campaign.text(),
        name: it.row.name,
        from: it.row.life.from.map(Into::into),
        to: it.row.life.to.map(Into::into),
        channel_name: known.map(|known| known.name.clone()),
        channel: channel.map(|channel| channel.text()),
        submissions: it.submissions,
        state: shown_state(state),
        actions: offered(state, Place::ListPage),
    }
}

/// A campaign with all that it is set to.
pub(super) fn details(it: &Campaign, short: wit::Campaign, now: Instant) -> wit::Details {
    let state = it.state(now);
    wit::Details {
        campaign: short,
        settings: flow::write(&it.settings),
        may_edit: editable(state).map(str::to_owned).collect(),
        actions: offered(state, Place::SettingsPage),
        published: it.life.published.map(Into::into),
        paused: it.life.paused.map(Into::into),
        made_by: it.made.by.name.text(),
        made: it.made.at.into(),
        changed_by: it.changed.by.name.text(),
        changed: it.changed.at.into(),
        copy_of: it.copy_of.as_ref().map(|id| id.text()),
    }
}

/// A state of a request.
pub(super) fn state_of(it: wit::State) -> State {
    match it {
        wit::State::Draft => State::Draft,
        wit::State::Scheduled => State::Scheduled,
        wit::State::Running => State::Running,
        wit::State::Paused => State::Paused,
        wit::State::Ended => State::Ended,
    }
}

fn shown_state(it: State) -> wit::State {
    match it {
        State::Draft => wit::State::Draft,
        State::Scheduled => wit::State::Scheduled,
        State::Running => wit::State::Running,
        State::Paused => wit::State::Paused,
        State::Ended => wit::State::Ended,
    }
}

fn offered(state: State, place: Place) -> Vec<wit::Action> {
    let action = |it: &Action| match it {
        Action::Cancel => wit::Action::Cancel,
        Action::Save => wit::Action::Save,
        Action::Publish => wit::Action::Publish,
        Action::Pause => wit::Action::Pause,
        Action::Back => wit::Action::Back,
        Action::Edit => wit::Action::Edit,
        Action::Details => wit::Action::Details,
        Action::Copy => wit::Action::Copy,
        Action::Delete => wit::Action::Delete,
    };
    actions(state, place).iter().map(action).collect()
}
