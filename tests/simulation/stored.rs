//! The promises about what is stored: totals, indexes, limits.

use crate::check::{ensure, escaped, lots_of, record, under};
use crate::dice::number;
use crate::moving::is_import;
use crate::tiers::Kept;
use crate::world::{Checked, Dump, World, instant};
use serde_json::Value;
use stampcard_guest::domain::instant::Instant;
use stampcard_guest::domain::zone::Zone;
use std::collections::{BTreeMap, BTreeSet};

impl World {
    /// A member's records agree with each other and with what was there before.
    pub(crate) fn check_records(&mut self, member: &str, stored: &Value, dump: &Dump) -> Checked {
        let name = escaped(member);
        let mut dues = Vec::new();
        let mut spilled = false;
        for (programme, account) in stored["accounts"].as_object().unwrap() {
            let mut seen = BTreeSet::new();
            let mut sums = (0, 0, 0);
            let queue_prefix = format!("queue/{name}/{programme}/");
            let mut queued: BTreeMap<u64, String> = BTreeMap::new();
            for (key, row) in under(dump, &queue_prefix) {
                let twice = queued.insert(row["lot"].as_u64().unwrap(), key.to_owned());
                ensure(twice.is_none(), || {
                    format!("a batch is queued twice: {key}")
                })?;
            }
            spilled |= !queued.is_empty();
            let mut open: BTreeMap<u64, (bool, bool)> = BTreeMap::new();
            for own in lots_of(dump, member, programme, account) {
                let lot = own.lot;
                let id = lot["id"].as_u64().unwrap();
                ensure(seen.insert(id), || {
                    format!("lot {id} of {programme} is stored twice")
                })?;
                let (left, held) = (number(&lot["left"]), number(&lot["held"]));
                let fits = 0 <= held && held <= left && left <= number(&lot["granted"]);
                ensure(fits, || format!("a lot's numbers are wrong: {lot}"))?;
                open.entry(own.first).or_insert((own.inline, false)).1 |= left > 0;
                if lot["active"] == true {
                    sums.0 += left;
                } else {
                    sums.1 += left;
                }
                sums.2 += held;
                let due = if lot["active"] != true {
                    "activates-at"
                } else {
                    "expires-at"
                };
                if lot["active"] != true || left > held {
                    dues.extend(instant(&lot[due]).filter(|_| left > 0));
                }
                self.check_lot((member, programme, id), &lot, instant(&stored["at"]))?;
            }
            for (first, (inline, open)) in open {
                let right = queued.remove(&first).is_some() == (!inline && open);
                ensure(right, || {
                    format!("the place of the batch of lot {first} is wrong")
                })?;
            }
            ensure(queued.is_empty(), || {
                format!("nothing stands behind {queued:?}")
            })?;
            let totals = (
                number(&account["active"]),
                number(&account["pending"]),
                number(&account["held"]),
            );
            ensure(sums == totals, || {
                format!("{programme} counts {totals:?}, its lots {sums:?}")
            })?;
            let made = account["lots-made"].as_u64().unwrap();
            seen.extend(inherited(dump, &name, programme));
            let whole = seen.len() == usize::try_from(made).unwrap();
            ensure(whole || self.merged.contains_key(member), || {
                format!(
                    "{made} lots of {programme} were made, {} are stored",
                    seen.len()
                )
            })?;
            let entries = under(dump, &format!("entry/{name}/{programme}/")).count();
            let counted = account["entries"].as_u64() == u64::try_from(entries).ok();
            ensure(counted, || {
                format!("{entries} entries of {programme} are stored")
            })?;
            let holds = account["holds"].as_array().map_or(&[][..], Vec::as_slice);
            dues.extend(holds.iter().filter_map(|hold| instant(&hold["until"])));
        }
        let tier = Kept::read(&stored["tier"]);
        let falls = tier.iter().flat_map(|tier| &tier.falls);
        dues.extend(falls.filter_map(|fall| instant(&fall[0])));
        self.check_due(&name, stored, dump, dues.into_iter().min(), spilled)
    }

    /// The index has one row for what falls due first, and none else.
    fn check_due(
        &self,
        name: &str,
        stored: &Value,
        dump: &Dump,
        first: Option<chrono::DateTime<chrono::Utc>>,
        spilled: bool,
    ) -> Checked {
        let rows: Vec<&str> = under(dump, "due/").map(|(key, _)| key).collect();
        let mine: Vec<_> = rows
            .iter()
            .filter(|key| key.ends_with(&format!("/{name}")))
            .collect();
        let due = instant(&stored["due"]);
        ensure(mine.len() == usize::from(due.is_some()), || {
            format!("{mine:?} in the index")
        })?;
        if let Some(row) = mine.first() {
            let at = instant(&Value::from(row.split('/').nth(1).unwrap()));
            ensure(at == due, || {
                format!("{row} in the index, {due:?} in the record")
            })?;
        }
        // What is not in the record is only known to be due not before some instant.
        let right = if spilled {
            due <= first && due.is_some() == first.is_some()
        } else {
            due == first
        };
        ensure(right, || format!("{due:?} is noted as due, {first:?} is"))
    }

    /// A lot changes only as it may: what has lapsed does not come to life again.
    fn check_lot(
        &mut self,
        (member, programme, id): (&str, &str, u64),
        lot: &Value,
        at: Option<chrono::DateTime<chrono::Utc>>,
    ) -> Checked {
        let key = (member.to_owned(), programme.to_owned(), id);
        let extended = self.extended.contains(&key);
        let before = self.lots.insert(key, (lot.clone(), self.now));
        let Some((before, seen_at)) = before else {
            let unit = self.shop.unit(programme);
            let whole = number(&lot["granted"]) % unit == 0;
            return ensure(whole, || format!("a lot is no multiple of the unit: {lot}"));
        };
        for field in ["rule", "order", "granted", "earned-at"] {
            ensure(before[field] == lot[field], || {
                format!("{field} of a lot changed: {before} {lot}")
            })?;
        }
        let lapsed = number(&lot["lapsed"]) >= number(&before["lapsed"]);
        ensure(lapsed, || format!("what lapsed came back: {before} {lot}"))?;
        let (old, new) = (instant(&before["expires-at"]), instant(&lot["expires-at"]));
        // By the account's own time: what a clock that was set back since would have ended has not ended there.
        let over = |end| end <= seen_at && Some(end) <= at;
        // One that was used up has no end of its own: acts would have moved it, and do when something comes back.
        let of_acts = before.pointer("/terms/expiry/inactivity").is_some();
        let used_up = number(&before["left"]) == 0 && before.get("lapsed").is_none();
        let ended = before["active"] == true && old.is_some_and(over) && !(of_acts && used_up);
        ensure(!ended || old == new, || {
            format!("a lapsed lot lives again: {before} {lot}")
        })?;
        let ends = |at: Option<chrono::DateTime<chrono::Utc>>| (at.is_none(), at);
        ensure(!extended || ends(old) <= ends(new), || {
            format!("an extension brought a lapse forward: {before} {lot}")
        })?;
        let fixed = before["active"] == true && before.get("terms").is_none();
        ensure(!fixed || extended || old == new, || {
            format!("a lot's lapse moved: {before} {lot}")
        })
    }

    /// What answers said was granted is in the ledger, no more and no less; and no limit was passed.
    pub(crate) fn check_grants(&mut self) -> Checked {
        let dump = self.dump();
        let mut bulk = 0;
        let mut budgets: BTreeMap<(String, String), i64> = BTreeMap::new();
        for (programme, _, limits) in self.shop.programmes.clone() {
            for member in self.members.clone() {
                let (mut granted, mut imported) = (0, 0);
                let mut used: BTreeMap<(String, &str, String), i64> = BTreeMap::new();
                for (_, entry) in under(&dump, &format!("entry/{}/{programme}/", escaped(member))) {
                    if entry["kind"] != "earn" {
                        continue;
                    }
                    if is_import(&entry) {
                        // Limits don't count it.
                        imported += number(&entry["points"]);
                        continue;
                    }
                    match entry["note"].as_str() {
                        Some("bulk") => bulk += number(&entry["points"]),
                        Some("birthday") => {}
                        _ => granted += number(&entry["points"]),
                    }
                    for part in entry["parts"].as_array().unwrap() {
                        self.count(&entry, part, &mut used, &mut budgets, programme);
                    }
                }
                let of = (member.to_owned(), programme.to_owned());
                for (told, has) in [(&self.granted, granted), (&self.moving.imported, imported)] {
                    let told = told.get(&of).copied().unwrap_or(0);
                    ensure(told == has, || {
                        format!("{member} was told of {told} {programme} and has {has}")
                    })?;
                }
                for ((rule, period, which), points) in used {
                    let most = &limits[&rule][period];
                    ensure(most.is_null() || points <= number(most), || {
                        format!(
                            "{member} has {points} by {programme}/{rule} in {period} {which}: {limits}"
                        )
                    })?;
                }
            }
            for ((name, rule), points) in &budgets {
                let most = &limits[rule]["budget"];
                ensure(
                    name != programme || most.is_null() || *points <= number(most),
                    || format!("the budget of {programme}/{rule} spent {points}: {limits}"),
                )?;
            }
        }
        let told: i64 = under(&dump, "bulk/")
            .map(|(_, bulk)| number(&bulk["granted"]))
            .sum();
        ensure(told == bulk, || {
            format!("bulk grants tell of {told}, the ledger of {bulk}")
        })?;
        let names = self
            .bulks
            .iter()
            .all(|name| record(&dump, &format!("bulk/{name}")).is_some());
        ensure(names, || "a bulk grant is missing".to_owned())
    }

    fn count(
        &self,
        entry: &Value,
        part: &Value,
        used: &mut BTreeMap<(String, &'static str, String), i64>,
        budgets: &mut BTreeMap<(String, String), i64>,
        programme: &str,
    ) {
        let zone = Zone::parse(self.shop.zone).unwrap();
        let date = zone.date(Instant::parse(entry["at"].as_str().unwrap()).unwrap());
        let points = number(&part["points"]);
        for rule in ["", part["rule"].as_str().unwrap()] {
            *budgets
                .entry((programme.to_owned(), rule.to_owned()))
                .or_default() += points;
            let mut periods = vec![("ever", String::new())];
            // A birthday's points are dated at its day, which may be over when they are granted.
            if entry["note"] != "birthday" {
                periods.push(("day", date.to_string()));
                periods.push(("week", date.format("%G-%V").to_string()));
                periods.push(("month", date.format("%Y-%m").to_string()));
                periods.push(("year", date.format("%Y").to_string()));
            }
            if let Some(order) = entry["order"].as_str() {
                periods.push(("order", order.to_owned()));
            }
            for (period, which) in periods {
                *used.entry((rule.to_owned(), period, which)).or_default() += points;
            }
        }
    }
}

/// The numbers of lots that still stand where they stood when their member was merged.
fn inherited(dump: &Dump, name: &str, programme: &str) -> Vec<u64> {
    let mut numbers = Vec::new();
    for (_, row) in under(dump, &format!("inherited/{name}/{programme}/")) {
        let raised = row["raised"].as_u64().unwrap();
        let from = row["from"].as_str().unwrap();
        let own = lots_of(dump, from, programme, &Value::Null);
        let own = own.iter().map(|stored| stored.lot["id"].as_u64().unwrap());
        let own = own.chain(inherited(dump, &escaped(from), programme));
        numbers.extend(own.map(|number| number + raised));
    }
    numbers
}
