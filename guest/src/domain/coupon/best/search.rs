//! The search: sets are built coupon by coupon in the order of their turns, and a set is left as soon as the bounds
//! show that no set that begins with it can be better than the best one so far.

use super::bound::{Gains, MOST, Pull, Scale, alone, gains, later, least, limited};
use super::{Choice, STEPS_MAX, Setting};
use crate::domain::config::{Benefit, Stacking};
use crate::domain::coupon::code::Code;
use crate::domain::coupon::discount::{Left, scope};
use crate::domain::instant::Instant;
use crate::sorted::sort_by;
use std::cmp::Ordering;

/// The places of the best set, and the steps that were taken: [`STEPS_MAX`] if they were not enough. The choices are
/// usable and in the order of their turns.
pub(super) fn search(choices: &[Choice<'_>], setting: &Setting<'_>) -> (Vec<usize>, u32) {
    let mut search = Search::new(choices, setting);
    let start = Left::of(setting.cart, setting.unit);
    // Those that stand alone: each is a set of its own.
    for place in 0..choices.len() {
        if search.is_alone(place) {
            search.consider(&[place], &start);
        }
    }
    let mut first = search.greedy(Vec::new(), search.most, &start);
    search.consider(&first, &start);
    // Each of it is put to the test against all others, as long as that helps.
    for _ in 0..ROUNDS {
        let before = search.best.picks.clone();
        for pick in before.iter().filter(|_| before == first) {
            let others = before.iter().filter(|other| *other != pick).copied();
            let changed = search.greedy(others.collect(), before.len(), &start);
            search.consider(&changed, &start);
        }
        if before == search.best.picks {
            break;
        }
        first = search.best.picks.clone();
    }
    search.visit(&mut Vec::new(), 0, &start);
    (search.best.picks, search.steps)
}

/// How often the first set is gone through, at most.
const ROUNDS: u32 = 8;

/// A set, as it is compared.
#[derive(Debug, Default)]
struct Found {
    picks: Vec<usize>,
    discount: u128,
    expiries: Vec<Instant>,
    codes: Vec<Code>,
}

struct Search<'a> {
    choices: &'a [Choice<'a>],
    pulls: Vec<Pull>,
    /// Each list of places that a coupon is taken off.
    scopes: Vec<Vec<usize>>,
    scale: Scale,
    most: usize,
    best: Found,
    steps: u32,
}

impl<'a> Search<'a> {
    fn new(choices: &'a [Choice<'a>], setting: &Setting<'a>) -> Self {
        let cart = setting.cart;
        let parts = Left::of(cart, setting.unit).parts;
        let told = choices
            .iter()
            .filter_map(|choice| match choice.coupon.terms.benefit {
                Benefit::Amount(amount) => Some(amount),
                Benefit::Percent { cap, .. } | Benefit::FreeShipping { cap } => cap,
                Benefit::Gift(_) => None,
            });
        let scale = Scale::of(parts.iter().copied().chain(told), setting.unit);
        let mut scopes: Vec<Vec<usize>> = Vec::new();
        let mut pulls: Vec<Pull> = Vec::new();
        for choice in choices {
            let own = scope(choice.coupon, cart);
            let known = scopes.iter().position(|scope| *scope == own);
            let place = known.unwrap_or_else(|| {
                scopes.push(own);
                scopes.len() - 1
            });
            pulls.push(Pull::new(&choice.coupon.terms.benefit, scale, place));
        }
        limit(&mut pulls, choices);
        Self {
            choices,
            pulls,
            scopes,
            scale,
            most: usize::try_from(setting.most).unwrap_or(MOST).min(MOST),
            best: Found::default(),
            steps: 0,
        }
    }

    fn is_alone(&self, place: usize) -> bool {
        let choice = self.choices.get(place);
        choice.is_some_and(|choice| choice.coupon.terms.stacking == Stacking::Alone)
    }

    /// Whether the choice may stand beside the picks.
    fn joins(&self, picks: &[usize], place: usize) -> bool {
        let Some(choice) = self.choices.get(place).filter(|_| !self.is_alone(place)) else {
            return false;
        };
        let room = |choice: &Choice<'_>| match choice.uses {
            Ok(left) => left
                .and_then(|left| usize::try_from(left).ok())
                .unwrap_or(usize::MAX),
            Err(_) => 0,
        };
        let others = || picks.iter().filter_map(|pick| self.choices.get(*pick));
        let same = || others().filter(|other| other.coupon.template == choice.coupon.template);
        let count = same().count() + 1;
        let grouped = matches!(choice.coupon.terms.stacking, Stacking::Group { .. });
        let mine = &choice.coupon.terms.stacking;
        count <= room(choice)
            && same().all(|other| count <= room(other))
            && !(grouped && others().any(|other| other.coupon.terms.stacking == *mine))
    }

    /// What the scopes hold, and the whole.
    fn held(&self, left: &Left) -> (Vec<u128>, u128) {
        let parts: Vec<u128> = left
            .parts
            .iter()
            .map(|part| self.scale.count(*part))
            .collect();
        let sum = |scope: &Vec<usize>| scope.iter().filter_map(|place| parts.get(*place)).sum();
        (self.scopes.iter().map(sum).collect(), parts.iter().sum())
    }

    fn taken(&self, place: usize, left: &Left) -> Left {
        let mut left = left.clone();
        if let (Some(choice), Some(pull)) = (self.choices.get(place), self.pulls.get(place))
            && let Some(scope) = self.scopes.get(pull.scope)
        {
            left.take(&choice.coupon.terms.benefit, scope);
        }
        left
    }

    /// A good set to begin with: the picks, and again and again what takes the most of what is left.
    fn greedy(&self, mut picks: Vec<usize>, most: usize, start: &Left) -> Vec<usize> {
        let mut left = start.clone();
        for pick in &picks {
            left = self.taken(*pick, &left);
        }
        while picks.len() < most {
            let (scopes, _) = self.held(&left);
            let takes = alone(&self.pulls, &scopes);
            let mut largest = (0, None);
            for (place, takes) in takes.iter().enumerate() {
                let fits = !picks.contains(&place) && self.joins(&picks, place);
                if *takes > largest.0 && fits {
                    largest = (*takes, Some(place));
                }
            }
            let Some(place) = largest.1 else { break };
            left = self.taken(place, &left);
            picks.push(place);
        }
        sort_by(&mut picks, usize::cmp);
        picks
    }

    /// Takes a set for the best, if it is.
    fn consider(&mut self, picks: &[usize], start: &Left) {
        let mut left = start.clone();
        for pick in picks {
            left = self.taken(*pick, &left);
        }
        let (before, after) = (self.held(start).1, self.held(&left).1);
        self.compare(picks, before.saturating_sub(after));
    }

    fn compare(&mut self, picks: &[usize], discount: u128) {
        let (best, found) = (&self.best, (picks.len(), discount));
        let order = discount
            .cmp(&best.discount)
            .reverse()
            .then(found.0.cmp(&best.picks.len()));
        if order == Ordering::Greater {
            return;
        }
        let (expiries, codes) = self.dates_and_codes(picks.iter(), 0, [].iter());
        let later = (&expiries, &codes) >= (&best.expiries, &best.codes);
        if order == Ordering::Equal && later {
            return;
        }
        self.best = Found {
            picks: picks.to_vec(),
            discount,
            expiries,
            codes,
        };
    }

    /// The sorted instants and codes of the picks, with the `more` least of `others` among them: of instants and
    /// codes each by itself, so that no set of these is before.
    fn dates_and_codes<'b>(
        &self,
        picks: impl Iterator<Item = &'b usize>,
        more: usize,
        others: impl Iterator<Item = &'b usize> + Clone,
    ) -> (Vec<Instant>, Vec<Code>) {
        let coupon = |place: &usize| self.choices.get(*place).map(|choice| choice.coupon);
        let own: Vec<_> = picks.filter_map(coupon).collect();
        let others = || others.clone().filter_map(coupon);
        let mut expiries: Vec<Instant> = own.iter().map(|coupon| coupon.expires_at).collect();
        let mut codes: Vec<Code> = own.iter().map(|coupon| coupon.code).collect();
        expiries.extend(least(others().map(|coupon| coupon.expires_at), more));
        codes.extend(least(others().map(|coupon| coupon.code), more));
        sort_by(&mut expiries, Instant::cmp);
        sort_by(&mut codes, Code::cmp);
        (expiries, codes)
    }

    /// All sets that begin with the picks and go on at `from`; `left` is what the picks leave.
    fn visit(&mut self, picks: &mut Vec<usize>, from: usize, left: &Left) {
        self.visit_at(picks, from, left, 0);
    }

    fn visit_at(&mut self, picks: &mut Vec<usize>, from: usize, left: &Left, got: u128) {
        if self.steps >= STEPS_MAX {
            return;
        }
        self.steps += 1;
        if !picks.is_empty() {
            self.compare(picks, got);
        }
        let free = self.most.saturating_sub(picks.len());
        if free == 0 {
            return;
        }
        let (scopes, whole) = self.held(left);
        let mut takes = alone(&self.pulls, &scopes);
        for (place, takes) in takes.iter_mut().enumerate() {
            if place < from || !self.joins(picks, place) {
                *takes = 0;
            }
        }
        let limited = limited(&self.pulls, &takes);
        let quick = View {
            got,
            free,
            takes: &takes,
            gains: &limited,
        };
        if !self.hopeful(picks, None, from, &quick) {
            return;
        }
        let gains = gains(&self.pulls, &takes, &scopes, whole, &limited);
        let view = View {
            gains: &gains,
            ..quick
        };
        if !self.hopeful(picks, None, from, &view) {
            return;
        }
        let later = later(&takes);
        for (place, alone) in takes.iter().enumerate().skip(from) {
            let mut gains = gains;
            for (gain, later) in gains.iter_mut().zip(later.get(place).into_iter().flatten()) {
                *gain = (*gain).min(*later);
            }
            let view = View {
                gains: &gains,
                ..view
            };
            if *alone == 0 || !self.hopeful(picks, Some(place), place + 1, &view) {
                continue;
            }
            let then = self.taken(place, left);
            let after = self.held(&then).1;
            picks.push(place);
            self.visit_at(picks, place + 1, &then, got + whole.saturating_sub(after));
            picks.pop();
        }
    }

    /// Whether a set of the picks, the next one if it is given, and others from `from` on can be better than the best
    /// so far.
    fn hopeful(&self, picks: &[usize], next: Option<usize>, from: usize, view: &View<'_>) -> bool {
        let sure = next
            .and_then(|next| view.takes.get(next))
            .copied()
            .unwrap_or(0);
        let gain = |count: usize| view.gains.get(count).copied().unwrap_or(0);
        let least = usize::from(next.is_some());
        (least.max(1)..=view.free).any(|count| {
            let upper = view.got + sure + gain(count - least);
            let count = picks.len() + count;
            match upper.cmp(&self.best.discount) {
                Ordering::Less => false,
                Ordering::Greater => true,
                Ordering::Equal => match count.cmp(&self.best.picks.len()) {
                    Ordering::Less => true,
                    Ordering::Greater => false,
                    Ordering::Equal => self.earlier(picks, next, from, view, count),
                },
            }
        })
    }

    /// Whether a set of `count` that takes off as much as the best so far can come before it by expiry or code.
    fn earlier(
        &self,
        picks: &[usize],
        next: Option<usize>,
        from: usize,
        view: &View<'_>,
        count: usize,
    ) -> bool {
        let more = count - picks.len() - usize::from(next.is_some());
        let sure = next
            .and_then(|next| view.takes.get(next))
            .copied()
            .unwrap_or(0);
        // Only those that can still be in such a set.
        let rest = more
            .checked_sub(1)
            .and_then(|rest| view.gains.get(rest))
            .copied();
        let need = self
            .best
            .discount
            .saturating_sub(view.got + sure + rest.unwrap_or(0));
        let takes = view.takes.iter().enumerate().skip(from);
        let can = takes.filter(|(_, takes)| **takes > 0 && **takes >= need);
        let others: Vec<usize> = can.map(|(place, _)| place).collect();
        if others.len() < more {
            return false;
        }
        let own = picks.iter().chain(&next);
        let (expiries, codes) = self.dates_and_codes(own, more, others.iter());
        (&expiries, &codes) < (&self.best.expiries, &self.best.codes)
    }
}

/// What is known of the sets that begin with some picks.
struct View<'a> {
    got: u128,
    free: usize,
    takes: &'a [u128],
    gains: &'a Gains,
}

/// Gives each pull the bucket that bounds it: its group, or its template.
fn limit(pulls: &mut [Pull], choices: &[Choice<'_>]) {
    let mut names: Vec<(bool, &str)> = Vec::new();
    let mut rooms: Vec<usize> = Vec::new();
    for (pull, choice) in pulls.iter_mut().zip(choices) {
        let left = choice.uses.ok().flatten();
        let left = left.and_then(|left| usize::try_from(left).ok());
        let (name, room) = match &choice.coupon.terms.stacking {
            Stacking::Group { group } => ((true, group.as_str()), 1),
            _ => (
                (false, choice.coupon.template.as_str()),
                left.unwrap_or(MOST),
            ),
        };
        let known = names.iter().position(|other| *other == name);
        pull.bucket = known.unwrap_or_else(|| {
            names.push(name);
            rooms.push(0);
            names.len() - 1
        });
        if let Some(most) = rooms.get_mut(pull.bucket) {
            *most = (*most).max(room);
        }
    }
    for pull in pulls {
        pull.room = rooms.get(pull.bucket).copied().unwrap_or(MOST);
    }
}
