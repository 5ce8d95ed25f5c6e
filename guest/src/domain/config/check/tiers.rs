//! What is wrong with member tiers.

use super::super::{By, Level, Merchant, Span, TierWindow, Tiers};
use super::Found;
use crate::domain::amount::Amount;
use crate::domain::ids::Name;
use crate::domain::order::OrderState;

/// Levels of one merchant, at most.
const LEVELS_MAX: usize = 20;

impl Found {
    pub(super) fn tiers(&mut self, merchant: &Merchant, tiers: &Tiers) {
        let spend = tiers.by == By::Spend;
        if let By::Points(programme) = &tiers.by {
            self.known_programme(merchant, "by/points", programme);
        }
        if let TierWindow::Months(months) = tiers.window {
            self.unless(
                (1..=36).contains(&months),
                "window/months",
                months,
                "1 to 36",
            );
        }
        if let Some(grace) = tiers.grace {
            let (field, most) = match grace {
                Span::Days(_) => ("grace/days", 366),
                Span::Months(_) => ("grace/months", 12),
                Span::Years(_) => ("grace/years", 1),
            };
            self.unless(
                (1..=most).contains(&grace.count()),
                field,
                grace.count(),
                &format!("1 to {most}"),
            );
        }
        self.unless(
            spend || tiers.state.is_none(),
            "state",
            "a state",
            "only by spend",
        );
        self.unless(
            tiers.state != Some(OrderState::Ordered),
            "state",
            "ordered",
            "paid, shipped, delivered or completed",
        );
        let count = tiers.levels.len();
        self.unless(
            (1..=LEVELS_MAX).contains(&count),
            "levels",
            count,
            "1 to 20 levels",
        );
        let mut before: Option<Amount> = None;
        for (place, level) in tiers.levels.iter().enumerate() {
            self.at(format_args!("levels/{place}"), |found| {
                let once = tiers.rank(&level.name) == Some(place);
                let name = &level.name;
                found.unless(once, "name", name, "a name that no other level has");
                let fits = match before {
                    Some(before) => level.from > before,
                    None => level.from >= Amount::ZERO,
                };
                found.unless(
                    fits,
                    "from",
                    level.from,
                    "0 or more, and more than the level before",
                );
                before = Some(level.from);
                found.level(merchant, level);
            });
        }
    }

    fn level(&mut self, merchant: &Merchant, level: &Level) {
        if let Some(factor) = level.multiplier {
            let fits = factor.is_positive() && factor <= Amount::whole(1_000);
            self.unless(fits, "multiplier", factor, "above 0, at most 1,000");
        }
        self.unless(
            level.multiplier.is_some() || level.programmes.is_empty(),
            "programmes",
            "programmes",
            "only beside a multiplier",
        );
        for (place, name) in level.programmes.iter().enumerate() {
            self.known_programme(merchant, &format!("programmes/{place}"), name);
        }
        let factor = level.factor_name();
        self.unless(
            factor.is_some(),
            "name",
            &level.name,
            "at most 59 characters",
        );
        // Beside an award both would look the same.
        let rules = merchant.programmes.values();
        let taken =
            factor.filter(|name| rules.into_iter().any(|it| it.rule(name.as_str()).is_some()));
        self.unless(
            taken.is_none(),
            "name",
            &level.name,
            "a name for which there is no rule called tier- and the name",
        );
    }

    fn known_programme(&mut self, merchant: &Merchant, field: &str, name: &Name) {
        self.unless(
            merchant.programmes.contains_key(name),
            field,
            name,
            "one of the programmes",
        );
    }

    /// A rule may name only levels that there are.
    pub(super) fn known_tiers(&mut self, named: &[String], tiers: &Tiers) {
        for (place, name) in named.iter().enumerate() {
            let known = tiers.levels.iter().any(|level| level.name.as_str() == name);
            self.unless(
                known,
                &format!("tiers/{place}"),
                name,
                "one of the levels of /tiers",
            );
        }
    }
}
