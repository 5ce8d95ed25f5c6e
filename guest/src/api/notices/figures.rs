//! What a merchant's notices came to.

use super::super::Answer;
use super::super::check::Check;
use super::super::reports::months;
use super::{PLACE_MAX, channel_of, end, kind_of, name};
use crate::bindings::exports::stampcard::plugin::notices as wit;
use crate::domain::notice::Figure;
use crate::flows::command::ask;
use crate::flows::notices as flow;
use crate::ports::Ports;

/// `notices.figures`.
///
/// # Errors
/// Those that the interface names.
pub fn figures(ports: &dyn Ports, request: &wit::FiguresRequest) -> Answer<wit::FiguresPortion> {
    let mut check = Check::default();
    let months = months(
        &mut check,
        request.first.as_deref(),
        request.last.as_deref(),
    );
    let after = check.maybe_text(&"/after", request.after.as_deref(), PLACE_MAX);
    check.done()?;
    Ok(ask(ports, &[], |scope| {
        let (figures, next) = flow::figures(scope, months, after.as_deref())?;
        let shown = |it: Figure| wit::Figure {
            month: it.month.to_string(),
            channel: channel_of(it.channel),
            kind: kind_of(it.kind),
            state: end(it.end),
            code: it.code.map(name),
            notices: it.notices,
            cost: it.cost.text(),
        };
        Ok(wit::FiguresPortion {
            figures: figures.into_iter().map(shown).collect(),
            next,
        })
    })?)
}
