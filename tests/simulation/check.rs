//! The promises that hold after every step, looked at from the outside.

use crate::dice::number;
use crate::world::{Checked, Dump, World, instant};
use serde_json::{Value, json};

/// Fails with words unless it holds.
pub(crate) fn ensure(holds: bool, say: impl FnOnce() -> String) -> Checked {
    if holds { Ok(()) } else { Err(say()) }
}

/// A record behind a key.
pub(crate) fn record(dump: &Dump, key: &str) -> Option<Value> {
    let (text, _) = dump.get(key)?;
    Some(serde_json::from_str(text).unwrap())
}

/// The rows whose keys begin so.
pub(crate) fn under<'a>(dump: &'a Dump, prefix: &'a str) -> impl Iterator<Item = (&'a str, Value)> {
    let rows = dump.range(prefix.to_owned()..);
    let rows = rows.take_while(move |(key, _)| key.starts_with(prefix));
    rows.map(|(key, (text, _))| (key.as_str(), serde_json::from_str(text).unwrap()))
}

/// A lot as it is stored.
pub(crate) struct Stored {
    /// With what it shares with the others of its batch.
    pub(crate) lot: Value,
    /// The batch's first lot.
    pub(crate) first: u64,
    /// Whether it stands in the account's record.
    pub(crate) inline: bool,
}

/// All lots of an account, the record's own and those under keys of their own.
pub(crate) fn lots_of(dump: &Dump, member: &str, programme: &str, account: &Value) -> Vec<Stored> {
    let inline = list(&account["lots"]).iter().cloned();
    let prefix = format!("lot/{}/{programme}/", escaped(member));
    let own: Vec<Value> = under(dump, &prefix).map(|(_, batch)| batch).collect();
    let own = own.into_iter().map(|batch| (batch, false));
    let mut lots = Vec::new();
    for (mut batch, inline) in inline.map(|batch| (batch, true)).chain(own) {
        let shares = batch.as_object_mut().unwrap().remove("lots").unwrap();
        let first = shares[0]["id"].as_u64().unwrap();
        for share in list(&shares) {
            let mut lot = batch.clone();
            let fields = share.as_object().unwrap().clone();
            lot.as_object_mut().unwrap().extend(fields);
            fill_in(&mut lot);
            lots.push(Stored { lot, first, inline });
        }
    }
    lots
}

/// Says what a record leaves out of a lot because nearly every lot has it.
fn fill_in(lot: &mut Value) {
    let (granted, earned) = (lot["granted"].clone(), lot["earned-at"].clone());
    let lot = lot.as_object_mut().unwrap();
    lot.entry("left").or_insert(granted);
    if lot.entry("active").or_insert(Value::Bool(true)) == true {
        lot.entry("activates-at").or_insert(earned);
    }
}

pub(crate) fn escaped(member: &str) -> String {
    member.replace('%', "%25").replace('/', "%2F")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn sum<'a>(items: impl IntoIterator<Item = &'a Value>, field: &str) -> i64 {
    items.into_iter().map(|item| number(&item[field])).sum()
}

impl World {
    /// Looks at all members and orders.
    pub(crate) fn check_all(&mut self) -> Checked {
        for member in self.members.clone() {
            self.check(member)?;
        }
        for order in self.orders.keys().cloned().collect::<Vec<_>>() {
            self.check_order(&order)?;
        }
        self.check_notices(&self.dump())?;
        self.check_transfers(&self.dump())?;
        self.check_forgotten(&self.dump())?;
        self.check_coupons()?;
        self.check_reports()?;
        self.check_tiers(&self.dump())?;
        self.check_grants()
    }

    /// Looks at a member's accounts: by the interface, in the records, and the one against the other.
    pub(crate) fn check(&mut self, member: &str) -> Checked {
        let dump = self.dump();
        let key = format!("account/{}", escaped(member));
        let Some(stored) = record(&dump, &key) else {
            return Ok(());
        };
        for programme in self.configured.clone() {
            let account = &stored["accounts"][&programme];
            self.check_account(member, &programme, account, &dump)
                .map_err(|broken| format!("{member}'s {programme}: {broken}"))?;
        }
        self.check_ahead(member, &stored, &dump)
            .map_err(|broken| format!("{member}: {broken}"))?;
        self.check_records(member, &stored, &dump)
            .map_err(|broken| format!("{member}: {broken}\n{stored}"))
    }

    fn check_account(
        &mut self,
        member: &str,
        programme: &str,
        stored: &Value,
        dump: &Dump,
    ) -> Checked {
        let of = json!({ "member": member, "programme": programme });
        let balance = self.told("points.balance", of.clone())?;
        let lots = self.all_lots(&of)?;
        let entries = self.all_entries(&of)?;
        let say = |what: &str| format!("{what}: {balance}");
        let field = |name: &str| number(&balance[name]);
        let (pending, active, held, debt) = (
            field("pending"),
            field("active"),
            field("held"),
            field("debt"),
        );
        ensure(field("balance") == pending + active - debt, || {
            say("balance is not pending + active - debt")
        })?;
        let available = if debt > 0 { 0 } else { active - held };
        ensure(field("available") == available, || {
            say("available is wrong")
        })?;
        ensure(
            pending >= 0 && active >= 0 && held >= 0 && debt >= 0,
            || say("something is below 0"),
        )?;
        ensure(debt == 0 || active == held, || {
            say("debt is owed while points are free")
        })?;
        ensure(sum(&entries, "points") == field("balance"), || {
            say("the balance is not the sum of the entries")
        })?;
        self.check_entries(&entries)?;
        // The account's own time: a clock that was set back does not turn it back.
        let account = record(dump, &format!("account/{}", escaped(member)));
        let now = account
            .and_then(|account| instant(&account["at"]))
            .map_or(self.now, |at| at.max(self.now));
        let mut sums = (0, 0, 0);
        for lot in &lots {
            let (left, held) = (number(&lot["left"]), number(&lot["held"]));
            ensure(
                0 <= held && held <= left && 0 < left && left <= number(&lot["granted"]),
                || format!("a lot's numbers are wrong: {lot}"),
            )?;
            let is_active = instant(&lot["activates-at"]).is_some_and(|at| at <= now);
            let lapsed = is_active && instant(&lot["expires-at"]).is_some_and(|at| at <= now);
            ensure(!lapsed || held == left, || {
                format!("a lot has lapsed and is still there: {lot}")
            })?;
            if is_active {
                sums.1 += left;
            } else {
                sums.0 += left;
            }
            sums.2 += held;
        }
        ensure(sums == (pending, active, held), || {
            say(&format!("the lots' sums are {sums:?}"))
        })?;
        for (name, first) in [
            ("next-to-lapse", "expires-at"),
            ("next-to-activate", "activates-at"),
        ] {
            let lapse = name == "next-to-lapse";
            let concerned = lots.iter().filter(|lot| {
                let is_active = instant(&lot["activates-at"]).is_some_and(|at| at <= now);
                is_active == lapse && number(&lot["left"]) > number(&lot["held"])
            });
            let at = concerned
                .clone()
                .filter_map(|lot| instant(&lot[first]))
                .min();
            let points: i64 = concerned
                .filter(|lot| at.is_some() && instant(&lot[first]) == at)
                .map(|lot| number(&lot["left"]) - number(&lot["held"]))
                .sum();
            ensure(at == instant(&balance[name]["at"]), || {
                say(&format!("{name} should be at {at:?}"))
            })?;
            ensure(points == number(&balance[name]["points"]), || {
                say(&format!("{name} should be of {points}"))
            })?;
        }
        self.check_spent(member, programme, stored, &entries, &lots, dump)
    }

    pub(crate) fn all_lots(&mut self, of: &Value) -> Checked<Vec<Value>> {
        let mut lots = Vec::new();
        loop {
            let mut request = of.clone();
            request["limit"] = json!(if self.large { 200 } else { 5 });
            request["skip"] = json!(lots.len());
            let page = self.told("points.lots", request)?;
            lots.extend(list(&page["lots"]).iter().cloned());
            if page["more"] != true {
                return Ok(lots);
            }
        }
    }

    fn all_entries(&mut self, of: &Value) -> Checked<Vec<Value>> {
        let mut entries = Vec::new();
        let mut before = Value::Null;
        loop {
            let mut request = of.clone();
            request["limit"] = json!(if self.large { 200 } else { 17 });
            request["before"] = before;
            let page = self.told("points.history", request)?;
            entries.extend(list(&page["entries"]).iter().cloned());
            before = page["next"].clone();
            if before.is_null() {
                entries.reverse();
                return Ok(entries);
            }
        }
    }

    fn check_entries(&self, entries: &[Value]) -> Checked {
        let mut balance = 0;
        for (place, entry) in entries.iter().enumerate() {
            let points = number(&entry["points"]);
            balance += points;
            let dense = entry["sequence"].as_u64() == u64::try_from(place + 1).ok();
            ensure(dense, || format!("entry {} is {entry}", place + 1))?;
            ensure(number(&entry["balance"]) == balance, || {
                format!("the running balance is {balance}: {entry}")
            })?;
            let parts = sum(list(&entry["parts"]), "points");
            let kind = entry["kind"].as_str().unwrap();
            let down = matches!(kind, "redeem" | "expire" | "reverse");
            let either = matches!(kind, "adjust" | "transfer");
            let signed = points != 0 && (either || (points < 0) == down);
            ensure(signed || (kind == "extend" && points == 0), || {
                format!("the sign is wrong: {entry}")
            })?;
            // What was not there became debt.
            let owed = kind == "reverse" || (kind == "adjust" && points < 0);
            // What of a transfer has no parts is debt.
            let debt = kind == "transfer" && parts == 0;
            let free = kind == "extend" || debt;
            let covered = parts == points.abs() || (owed && parts < -points) || free;
            ensure(covered, || format!("the parts don't add up: {entry}"))?;
            ensure(
                list(&entry["parts"])
                    .iter()
                    .all(|part| number(&part["points"]) > 0),
                || format!("a part is nothing: {entry}"),
            )?;
        }
        Ok(())
    }

    /// What was spent since the last look was there to be spent, and was the first to be spent.
    fn check_spent(
        &mut self,
        member: &str,
        programme: &str,
        stored: &Value,
        entries: &[Value],
        open: &[Value],
        dump: &Dump,
    ) -> Checked {
        let of = (member.to_owned(), programme.to_owned());
        let looked = self.looked.get(&of).copied().unwrap_or(0);
        let lots = lots_of(dump, member, programme, stored);
        let lot = |id: &Value| {
            let mut lots = lots.iter().map(|stored| &stored.lot);
            lots.find(|lot| lot["id"] == *id)
        };
        let order_of = |lot: &Value| {
            let expires = instant(&lot["expires-at"]);
            (
                expires.is_none(),
                expires,
                instant(&lot["earned-at"]),
                lot["id"].as_u64().or(lot["lot"].as_u64()),
            )
        };
        let posted = entries.iter().filter(|entry| !entry["posted-at"].is_null());
        for entry in posted.filter(|entry| {
            entry["sequence"].as_u64().unwrap() > looked && entry["kind"] == "redeem"
        }) {
            let at = instant(&entry["at"]).unwrap();
            let key = (
                entry["order"].as_str().unwrap().to_owned(),
                programme.to_owned(),
            );
            let held = self.held_at.get(&key);
            let mut last = None;
            for part in list(&entry["parts"]) {
                // A merged member's lots are another's.
                let Some(lot) = lot(&part["lot"]) else {
                    ensure(self.merged.contains_key(member), || {
                        format!("no lot for {entry}")
                    })?;
                    continue;
                };
                let was_active =
                    instant(&lot["activates-at"]).is_some_and(|activates| activates <= at);
                ensure(was_active, || {
                    format!("a pending lot was spent: {lot} {entry}")
                })?;
                let guarded = held.copied().unwrap_or(at).min(at);
                let alive = instant(&lot["expires-at"]).is_none_or(|expires| expires > guarded);
                ensure(alive, || format!("a lapsed lot was spent: {lot} {entry}"))?;
                ensure(
                    lot["order"] != entry["order"] || lot["order"].is_null(),
                    || format!("an order paid for itself: {lot} {entry}"),
                )?;
                last = last.max(Some(order_of(lot)));
            }
            let newest = entry["sequence"] == entries.last().unwrap()["sequence"];
            let moving = lots.iter().any(|stored| stored.lot.get("terms").is_some());
            let just = self.redeemed.as_deref() == entry["order"].as_str();
            if newest && just && held.is_none() && !moving {
                let others = open.iter().filter(|lot| {
                    number(&lot["left"]) > number(&lot["held"])
                        && instant(&lot["activates-at"]).is_some_and(|activates| activates <= at)
                        && lot["order"] != entry["order"]
                });
                for other in others {
                    ensure(Some(order_of(other)) >= last, || {
                        format!("{other} should have been spent before: {entry}")
                    })?;
                }
            }
        }
        let posted = stored["entries"].as_u64().unwrap_or(0);
        self.looked.insert(of, posted);
        Ok(())
    }

    /// What an order's standing says: never more taken back than earned, nor given back than spent, and each
    /// rule once.
    fn check_order(&mut self, order: &str) -> Checked {
        let Ok(standing) = self.ask("points.order-standing", json!({ "order": order }))? else {
            return Ok(());
        };
        let mut rules = std::collections::BTreeSet::new();
        for earned in list(&standing["earned"]) {
            let reversed = number(&earned["reversed"]);
            ensure(
                0 <= reversed && reversed <= number(&earned["award"]["points"]),
                || format!("more was taken back than earned: {standing}"),
            )?;
            let rule = (
                earned["programme"].to_string(),
                earned["award"]["rule"].to_string(),
            );
            ensure(rules.insert(rule), || {
                format!("a rule awarded an order twice: {standing}")
            })?;
        }
        for spent in list(&standing["spent"]) {
            let restored = number(&spent["restored"]);
            ensure(
                0 <= restored && restored <= number(&spent["points"]),
                || format!("more was given back than spent: {standing}"),
            )?;
        }
        Ok(())
    }
}
