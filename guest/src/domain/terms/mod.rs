//! The statement that a merchant makes of how its points lapse, and what another text lacks of it.
//!
//! Source of the rule: spec, expiry (Terms). The statement says how long points live, on what basis and in what cycle they
//! lapse, how and when members are told, and that lapsed points are not restored.

mod lapse;
mod life;
#[cfg(test)]
mod tests;
mod told;

use super::config::{Expiry, Merchant, Programme};
use super::ids::Name;
use super::notice::{Language, say};

/// What a statement has to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Clause {
    /// How long points live.
    Life,
    /// On what basis and in what cycle they lapse.
    Lapse,
    /// How and when members are told before.
    Notice,
    /// That lapsed points are not restored.
    NotRestored,
}

impl Clause {
    /// All of them, in the order in which a statement makes them.
    pub const ALL: [Self; 4] = [Self::Life, Self::Lapse, Self::Notice, Self::NotRestored];
}

/// Whether points of any programme lapse by themselves, so that terms must say so.
#[must_use]
pub fn are_needed(merchant: &Merchant) -> bool {
    let mut programmes = merchant.programmes.values();
    programmes.any(|programme| programme.expiry != Expiry::Never)
}

/// What a merchant's settings come to, in one of the statement's languages: plain sentences, one a line.
#[must_use]
pub fn clause(merchant: &Merchant, clause: Clause, language: Language) -> String {
    let each = |text: fn(&Programme, Language) -> String| {
        let programmes = merchant.programmes.iter();
        let lines = programmes
            .map(|(id, programme)| named(id, programme, language, &text(programme, language)));
        lines.collect::<Vec<_>>().join("\n")
    };
    match clause {
        Clause::Life => each(life::text),
        Clause::Lapse => {
            let zone = merchant.zone.name();
            let zone = match language {
                Language::ZhTw => format!("日期與時間均依 {zone} 時區。"),
                Language::Ko => format!("날짜와 시각은 {zone} 시간대를 따릅니다."),
                Language::En => format!("Dates and times are those of {zone}."),
            };
            format!("{}\n{zone}", each(lapse::text))
        }
        Clause::Notice => told::text(merchant, language),
        Clause::NotRestored => pick(
            language,
            [
                "已失效的點數不予恢復，亦不補發。",
                "소멸된 포인트는 복구되거나 다시 지급되지 않습니다.",
                "Points that have lapsed are neither restored nor granted again.",
            ],
        )
        .to_owned(),
    }
}

/// The whole statement in one language: its clauses under their headings.
#[must_use]
pub fn statement(merchant: &Merchant, language: Language) -> String {
    let mut out = String::new();
    for it in Clause::ALL {
        if !out.is_empty() {
            out.push_str("\n\n");
        }
        out.push_str(heading(it, language));
        out.push('\n');
        out.push_str(&clause(merchant, it, language));
    }
    out
}

/// The clauses that a text says in none of the languages. How a text is broken into lines and spaced is no matter; each of
/// a clause's sentences must be there as the statement has it.
#[must_use]
pub fn missing(merchant: &Merchant, text: &str) -> Vec<Clause> {
    let text = packed(text);
    let said = |it: Clause| {
        Language::ALL.into_iter().any(|language| {
            let sentences = clause(merchant, it, language);
            sentences.lines().all(|line| text.contains(&packed(line)))
        })
    };
    Clause::ALL.into_iter().filter(|it| !said(*it)).collect()
}

/// What is said of a programme, behind its name.
fn named(id: &Name, programme: &Programme, language: Language, said: &str) -> String {
    let name = programme.name.as_deref().unwrap_or(id.as_str());
    let name = say::clean(name, NAME_MAX);
    let colon = pick(language, ["：", ": ", ": "]);
    [&*name, colon, said].concat()
}

/// Characters of a programme's name, at most.
const NAME_MAX: usize = 60;

fn packed(text: &str) -> String {
    text.chars().filter(|sign| !sign.is_whitespace()).collect()
}

fn heading(clause: Clause, language: Language) -> &'static str {
    pick(
        language,
        match clause {
            Clause::Life => [
                "點數有效期間",
                "포인트 유효기간",
                "How long points are valid",
            ],
            Clause::Lapse => ["失效基準與週期", "소멸 기준과 주기", "How points lapse"],
            Clause::Notice => ["失效前通知", "소멸 전 안내", "Notice before points lapse"],
            Clause::NotRestored => ["失效後不恢復", "소멸 후 복구 불가", "Lapsed points"],
        },
    )
}

/// A text's version in a language: Chinese, Korean, English.
fn pick(language: Language, [zh, ko, en]: [&'static str; 3]) -> &'static str {
    match language {
        Language::ZhTw => zh,
        Language::Ko => ko,
        Language::En => en,
    }
}
