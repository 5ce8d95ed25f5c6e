//! Members' levels: recounted from all orders and entries, by trying every window.

use crate::acts::Act;
use crate::check::{ensure, escaped, record, under};
use crate::dice::{Dice, ONE, number};
use crate::world::{Checked, Dump, World, instant};
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use serde_json::{Value, json};
use stampcard_guest::domain::amount::Amount;
use stampcard_guest::domain::config::Span;
use stampcard_guest::domain::instant::Instant;
use stampcard_guest::domain::order_file::OrderFile;
use stampcard_guest::domain::zone::Zone;
use std::collections::BTreeMap;

/// By member and period, in ten-thousandths.
type Sums = BTreeMap<(String, u32), i64>;

/// A section `tiers` that stays the same for all of a history.
pub(crate) fn section(dice: &mut Dice, programme: &str) -> Value {
    let by = if dice.chance(60) {
        json!("spend")
    } else {
        json!({ "points": programme })
    };
    let scale = if by == "spend" { 100 } else { 1 };
    let window = match dice.below(4) {
        0 => json!("lifetime"),
        1 => json!("calendar-year"),
        _ => json!({ "months": dice.pick(&[1, 2, 3, 12]) }),
    };
    let mut levels = vec![
        json!({ "name": "silver", "from": (10 * scale).to_string() }),
        json!({ "name": "gold", "from": (30 * scale).to_string(), "multiplier": dice.pick(&["1.25", "2", "0.5"]) }),
    ];
    if dice.chance(40) {
        levels.insert(0, json!({ "name": "basic", "from": 0 }));
    }
    let mut tiers = json!({ "by": by, "window": window, "levels": levels });
    match dice.below(4) {
        0 => tiers["grace"] = json!({ "days": dice.within(1, 60) }),
        1 => tiers["grace"] = json!({ "months": dice.within(1, 3) }),
        _ => {}
    }
    if by == "spend" && dice.chance(30) {
        tiers["state"] = json!(dice.pick(&["shipped", "completed"]));
    }
    tiers
}

/// The calendar of a section.
struct Calendar<'a> {
    tiers: &'a Value,
    zone: Zone,
}

impl Calendar<'_> {
    fn width(&self) -> u32 {
        match self.tiers["window"].as_str() {
            Some("lifetime") => u32::MAX,
            Some(_) => 1,
            None => u32::try_from(self.tiers["window"]["months"].as_u64().unwrap()).unwrap(),
        }
    }

    fn period(&self, at: Instant) -> u32 {
        let date = self.zone.date(at);
        let year = u32::try_from(date.year()).unwrap();
        match self.tiers["window"].as_str() {
            Some("lifetime") => 0,
            Some(_) => year,
            None => year * 12 + date.month0(),
        }
    }

    /// When the period ends in which a moment lies, so many periods later, with the grace.
    fn end(&self, at: Instant, later: i32) -> DateTime<Utc> {
        let date = self.zone.date(at);
        let next = match self.tiers["window"].as_str() {
            Some("lifetime") => date.succ_opt(),
            Some(_) => NaiveDate::from_ymd_opt(date.year() + 1 + later, 1, 1),
            None => {
                let months = date.year() * 12 + i32::try_from(date.month0()).unwrap() + 1 + later;
                let month = u32::try_from(months.rem_euclid(12)).unwrap() + 1;
                NaiveDate::from_ymd_opt(months.div_euclid(12), month, 1)
            }
        };
        let grace = &self.tiers["grace"];
        let count = |unit: &str| grace[unit].as_u64().map(|n| u32::try_from(n).unwrap());
        let grace = count("days").map(Span::Days);
        let grace = grace.or(count("months").map(Span::Months));
        let day = grace.unwrap_or(Span::Days(0)).after(next.unwrap());
        self.zone.start_of(day.unwrap()).unwrap().utc()
    }

    /// The place of a level, -1 for none.
    fn rank(&self, level: &Value) -> i64 {
        let levels = self.tiers["levels"].as_array().unwrap();
        let place = levels.iter().position(|it| it["name"] == *level);
        place.map_or(-1, |place| i64::try_from(place).unwrap())
    }

    /// The highest level that the window of now or one whose next period isn't over gives.
    fn best(&self, sums: &Sums, member: &str, at: Instant) -> i64 {
        let now = self.period(at);
        let width = self.width();
        let sum = |ends: u32| -> i64 {
            let of_member = sums.iter().filter(|((of, _), _)| of == member);
            let within =
                of_member.filter(|((_, of), _)| *of <= ends && ends.saturating_sub(*of) < width);
            within.map(|(_, sum)| *sum).sum()
        };
        // With grace, windows long over may give it.
        let backs = if width == u32::MAX { 0..=0 } else { 0..=7 };
        let windows = backs.filter(|back| {
            let later = 1 - i32::try_from(*back).unwrap();
            *back == 0 || self.end(at, later) > at.utc()
        });
        let most = windows.map(|back| sum(now - back)).max().unwrap_or(0);
        let levels = self.tiers["levels"].as_array().unwrap();
        let from = |level: &Value| {
            level["from"]
                .as_i64()
                .unwrap_or_else(|| number(&level["from"]))
        };
        let given = levels.iter().rposition(|level| from(level) <= most);
        given.map_or(-1, |place| i64::try_from(place).unwrap())
    }
}

fn moment(value: &Value) -> Instant {
    Instant::parse(value.as_str().unwrap()).unwrap()
}

fn parts(amount: Amount) -> i64 {
    number(&json!(amount.text()))
}

/// A text's parts as values; an empty one is none.
fn split(text: &str, by: char) -> Vec<Value> {
    let value = |part: &str| match part {
        "" => Value::Null,
        part => json!(part),
    };
    text.split(by).map(value).collect()
}

/// A level as it is kept, part by part.
pub(crate) struct Kept {
    level: Value,
    hand: Value,
    /// When, which level, and for which period's sake.
    pub(crate) falls: Vec<Vec<Value>>,
    sums: Vec<Vec<Value>>,
    changes: Value,
}

impl Kept {
    pub(crate) fn read(tier: &Value) -> Option<Self> {
        let parts = split(tier.as_str()?, '|');
        let lists = |part: &Value| {
            let items = part.as_str().into_iter().flat_map(|text| text.split(';'));
            items.map(|item| split(item, ' ')).collect()
        };
        Some(Self {
            level: parts[0].clone(),
            hand: parts[2].clone(),
            falls: lists(&parts[3]),
            sums: lists(&parts[7]),
            changes: parts[8].clone(),
        })
    }
}

impl World {
    /// A level by hand.
    pub(crate) fn setting(&mut self) -> Act {
        let mut request =
            json!({ "member": self.member(), "reason": "a friend of the house", "actor": "amy" });
        if self.dice.chance(80) {
            request["level"] = json!(self.dice.pick(&["silver", "gold", "gold", "basic"]));
            if self.dice.chance(70) {
                let days = *self.dice.pick(&[-1, 1, 20, 90, 400]);
                let at = self.now + TimeDelta::days(days);
                request["until"] = json!({ "end-of": at.date_naive().to_string() });
            }
        }
        ("tiers.set", request)
    }

    /// Into whom a member was merged at last.
    pub(crate) fn survivor(&self, member: &str) -> String {
        let mut member = member.to_owned();
        while let Some(into) = self.merged.get(&member) {
            member.clone_from(into);
        }
        member
    }

    /// What orders spent, by member and period.
    fn spent(&self, calendar: &Calendar<'_>, dump: &Dump) -> Sums {
        let whole = self.shop.money() == ONE;
        let unit = if whole { Amount::ONE } else { Amount::unit(2) };
        let mut sums = Sums::new();
        for (_, row) in under(dump, "order/") {
            let file: OrderFile = stampcard_guest::json::read(&row.to_string()).unwrap();
            let (Some(counted), Some(order)) = (&file.counted, &file.order) else {
                continue;
            };
            let left = file.refunded.left_of(&counted.base, order, unit).0.total();
            let of = (
                self.survivor(file.member.as_str()),
                calendar.period(counted.at),
            );
            *sums.entry(of).or_default() += parts(left);
        }
        sums
    }

    /// What rules granted less what refunds took, by member and period.
    fn earned(&self, calendar: &Calendar<'_>, dump: &Dump, programme: &str) -> Sums {
        let mut sums = Sums::new();
        for member in &self.members {
            for (_, entry) in under(dump, &format!("entry/{}/{programme}/", escaped(member))) {
                let by_rules = entry["awards"]
                    .as_array()
                    .is_some_and(|all| !all.is_empty());
                // By hand, what a limit cut says so.
                if entry["kind"] == "earn" && by_rules && entry["actor"].is_null() {
                    let of = (self.survivor(member), calendar.period(moment(&entry["at"])));
                    *sums.entry(of).or_default() += number(&entry["points"]);
                }
            }
        }
        for (_, row) in under(dump, "order/") {
            let file: OrderFile = stampcard_guest::json::read(&row.to_string()).unwrap();
            let grants = file.grants.iter();
            for grant in grants.filter(|grant| grant.programme.as_str() == programme) {
                let ledger = grant.ledger.as_ref().unwrap_or(&file.member).as_str();
                let key = format!("entry/{}/{programme}/{:012}", escaped(ledger), grant.entry);
                let at = moment(&record(dump, &key).unwrap()["at"]);
                let of = (self.survivor(ledger), calendar.period(at));
                let reversed = grant.awards.iter().map(|award| award.reversed).sum();
                *sums.entry(of).or_default() -= parts(reversed);
            }
        }
        sums
    }

    /// Sums are those of all that counts, levels no lower than they give, and no higher for longer than they may be; the
    /// history leads to the level.
    pub(crate) fn check_tiers(&mut self, dump: &Dump) -> Checked {
        let Some(tiers) = self.tiers.clone() else {
            return Ok(());
        };
        let zone = Zone::parse(self.shop.zone).unwrap();
        let calendar = Calendar {
            tiers: &tiers,
            zone,
        };
        let sums = match tiers["by"]["points"].as_str() {
            Some(programme) => self.earned(&calendar, dump, programme),
            None => self.spent(&calendar, dump),
        };
        for member in self.unmerged() {
            let key = format!("account/{}", escaped(member));
            let Some(stored) = record(dump, &key) else {
                continue;
            };
            self.check_tier(&calendar, &sums, member, &stored, dump)
                .map_err(|broken| format!("{member}'s tier: {broken}\n{stored}\n{sums:?}"))?;
        }
        Ok(())
    }

    fn check_tier(
        &mut self,
        calendar: &Calendar<'_>,
        sums: &Sums,
        member: &str,
        stored: &Value,
        dump: &Dump,
    ) -> Checked {
        let at = moment(&stored["at"]);
        let none = sums.iter().all(|((of, _), sum)| of != member || *sum == 0);
        let Some(tier) = Kept::read(&stored["tier"]) else {
            return ensure(none, || "nothing of what counts is stored".to_owned());
        };
        let kept = calendar
            .period(at)
            .saturating_sub(calendar.width())
            .saturating_sub(10);
        let sum = |sum: &Vec<Value>| {
            let period: u32 = sum[0].as_str().unwrap().parse().unwrap();
            (period, number(&sum[1]))
        };
        let told: BTreeMap<u32, i64> = tier
            .sums
            .iter()
            .map(sum)
            .filter(|(period, sum)| *period >= kept && *sum != 0)
            .collect();
        let mine = sums
            .iter()
            .filter(|((of, period), sum)| of == member && *period >= kept && **sum != 0);
        let mine: BTreeMap<u32, i64> = mine.map(|((_, period), sum)| (*period, *sum)).collect();
        ensure(told == mine, || {
            format!("the sums are {mine:?}, not {told:?}")
        })?;

        let falls = &tier.falls;
        let ends: Vec<_> = falls.iter().filter_map(|fall| instant(&fall[0])).collect();
        let ahead = ends.first().is_none_or(|first| *first > at.utc());
        ensure(ahead && ends.is_sorted(), || {
            "falls are out of order".to_owned()
        })?;
        let by_hand = instant(&tier.hand).is_some_and(|hand| hand > at.utc());
        let (level, best) = (calendar.rank(&tier.level), calendar.best(sums, member, at));
        ensure(by_hand || level >= best, || format!("the sums give {best}"))?;
        if level > best && !by_hand {
            let most = calendar.end(at, 0);
            let ends = ends.first().is_some_and(|end| *end <= most);
            ensure(ends, || {
                format!("the sums give {best}, and it lasts beyond {most}")
            })?;
        }
        self.check_changes(member, &tier, dump)?;

        let status = self.told("tiers.status", json!({ "member": member }))?;
        let now = at.utc().max(self.now);
        let mut passed = falls.iter().rev();
        let passed = passed.find(|fall| instant(&fall[0]).unwrap() <= now);
        let level = passed.map_or(&tier.level, |fall| &fall[1]);
        let next = ends.iter().find(|end| **end > now).copied();
        let right = status["level"] == *level && instant(&status["until"]) == next;
        ensure(right, || format!("the status is {status}"))
    }

    /// The history is dense, each change begins where the one before ended, and the last gives the level.
    fn check_changes(&self, member: &str, tier: &Kept, dump: &Dump) -> Checked {
        let base = self.tiers.as_ref().map(|tiers| &tiers["levels"][0]);
        let base = base.filter(|level| level["from"] == 0);
        let mut level = base.map_or(Value::Null, |level| level["name"].clone());
        let mut count: u32 = 0;
        for (key, change) in under(dump, &format!("tier-history/{}/", escaped(member))) {
            count += 1;
            let parts = split(change["change"].as_str().unwrap(), '\t');
            let (previous, next, cause) = (&parts[1], &parts[2], &parts[4]);
            let number = count.to_string();
            let follows = parts[0] == number && *previous == level;
            ensure(follows, || format!("{key} doesn't follow: {change}"))?;
            let told = cause == "merged" || cause == "by-hand";
            ensure(told || *next != level, || format!("no change: {change}"))?;
            level = next.clone();
        }
        let number = count.to_string();
        let whole = tier.changes == number && tier.level == level;
        ensure(whole, || format!("the history ends with {count}, {level}"))
    }
}
