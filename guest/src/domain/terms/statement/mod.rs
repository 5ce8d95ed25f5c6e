//! The statement of terms, in words.

mod en;
mod ko;
#[cfg(test)]
mod tests;
mod zh_tw;

use super::clauses::{Clauses, ProgrammeClause};
use crate::domain::config::Threshold;
use crate::domain::config::{Cycle, Expiry, Life, MonthDay, Span};
use crate::domain::notice::{Channel, Language, Lead, say};
use chrono::Datelike;

/// Characters of a programme's name, at most.
const NAME_MAX: usize = 60;

/// How one language says it.
struct Speech {
    language: Language,
    title: &'static str,
    lifetime: &'static str,
    basis: &'static str,
    notice: &'static str,
    restoration: &'static str,
    /// How long points of a policy live; none for points that don't lapse.
    lives: fn(&Expiry, Life) -> String,
    /// On what basis, and in which cycle, they lapse.
    lapses: fn(&Expiry) -> String,
    /// The ways, the time and the days of notices.
    told: fn(&str, &str, &str) -> String,
    /// Whose points are too few for a notice.
    from: fn(&str, &str, Threshold) -> String,
    /// Behind a basis that names 29 February.
    leap_day: &'static str,
    /// What it is from which leads are counted back, and what happens when the time of sending would be too late.
    counted: &'static [&'static str],
    not_told: &'static str,
    coupons_last: &'static str,
    coupons_told: fn(&str, &str, &str) -> String,
    coupons_not_told: &'static str,
    never_restored: &'static str,
    channel: fn(Channel) -> &'static str,
}

/// The statement of terms in that language, as plain text of a title and four numbered parts: how long points live, on what
/// basis and in which cycle they lapse, how and when notice is given, and that lapsed points aren't restored. The same
/// settings give the same text.
#[must_use]
pub fn statement(language: Language, clauses: &Clauses) -> String {
    let speech = match language {
        Language::ZhTw => &zh_tw::SPEECH,
        Language::Ko => &ko::SPEECH,
        Language::En => &en::SPEECH,
    };
    let clauses = &clauses.canonical();
    let mut lines = Lines(speech.title.to_owned());
    lines.heading(1, speech.lifetime);
    for programme in &clauses.programmes {
        let text = (speech.lives)(&programme.expiry, programme.life);
        lines.named(speech, programme, &text);
    }
    if clauses.coupons.is_some() {
        lines.item(speech.coupons_last);
    }
    lines.heading(2, speech.basis);
    for programme in &clauses.programmes {
        let mut text = (speech.lapses)(&programme.expiry);
        if has_leap_day(&programme.expiry) {
            text.push_str(speech.leap_day);
        }
        lines.named(speech, programme, &text);
    }
    lines.heading(3, speech.notice);
    notice(&mut lines, speech, clauses);
    lines.heading(4, speech.restoration);
    lines.item(speech.never_restored);
    lines.0.push('\n');
    lines.0
}

fn notice(lines: &mut Lines, speech: &Speech, clauses: &Clauses) {
    let language = speech.language;
    let channels: Vec<String> = clauses
        .channels
        .iter()
        .map(|channel| (speech.channel)(*channel).to_owned())
        .collect();
    let channels = say::list(language, &channels);
    let time = say::time(clauses.send_at);
    let days = |leads: &[Lead]| {
        let days: Vec<String> = leads.iter().rev().map(|lead| lead.text(language)).collect();
        (!days.is_empty() && !clauses.channels.is_empty()).then(|| say::list(language, &days))
    };
    let points = days(&clauses.leads).filter(|_| clauses.lapse());
    if let Some(days) = &points {
        lines.item(&(speech.told)(&channels, &time, days));
        for programme in &clauses.programmes {
            let name = name(language, programme);
            if let Some(threshold) = programme.threshold
                && programme.expiry != Expiry::Never
            {
                let (Threshold::Balance(least) | Threshold::Lapsing(least)) = threshold;
                lines.item(&(speech.from)(&name, &say::amount(least), threshold));
            }
        }
        for text in speech.counted {
            lines.item(text);
        }
    } else if clauses.lapse() || clauses.coupons.is_none() {
        lines.item(speech.not_told);
    }
    if let Some(leads) = &clauses.coupons {
        match days(leads) {
            Some(days) => lines.item(&(speech.coupons_told)(&channels, &time, &days)),
            None => lines.item(speech.coupons_not_told),
        }
    }
}

struct Lines(String);

impl Lines {
    fn heading(&mut self, number: u32, text: &str) {
        self.0.push_str(&format!("\n\n{number}. {text}"));
    }

    fn item(&mut self, text: &str) {
        self.0.push_str("\n- ");
        self.0.push_str(text);
    }

    fn named(&mut self, speech: &Speech, programme: &ProgrammeClause, text: &str) {
        let colon = if speech.language == Language::ZhTw {
            "："
        } else {
            ": "
        };
        self.item(&format!(
            "{}{colon}{text}",
            name(speech.language, programme)
        ));
    }
}

fn name(language: Language, programme: &ProgrammeClause) -> String {
    let name = programme.name.as_deref().unwrap_or_default();
    say::named(name, NAME_MAX, say::points(language))
}

/// Whether a date of every year is 29 February.
fn has_leap_day(expiry: &Expiry) -> bool {
    match expiry {
        Expiry::FixedDates(dates) => dates.iter().any(|date| (date.month, date.day) == (2, 29)),
        Expiry::Sweep(sweep) => {
            let first = (sweep.first.month(), sweep.first.day());
            sweep.cycle == Cycle::Yearly && first == (2, 29)
        }
        Expiry::Never | Expiry::Exact(_) | Expiry::EndOf(_) | Expiry::Inactivity(_) => false,
    }
}

/// A length of time.
fn span(language: Language, span: Span) -> String {
    match span {
        Span::Days(n) => say::days(language, n),
        Span::Months(n) => say::months(language, n),
        Span::Years(n) => say::years(language, n),
    }
}

/// Dates of the year.
fn dates(language: Language, dates: &[MonthDay]) -> String {
    let dates: Vec<String> = dates
        .iter()
        .map(|date| say::month_day(language, date.month, date.day))
        .collect();
    say::list(language, &dates)
}
