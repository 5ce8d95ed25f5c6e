//! The promises about coupons, looked at from the outside.

use crate::check::{ensure, escaped, record, under};
use crate::coupons::{CODE_KEY, Coupon, State, TEMPLATES};
use crate::world::{Checked, Dump, World, instant};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use stampcard_guest::domain::instant::Instant;
use stampcard_guest::domain::zone::Zone;
use std::collections::{BTreeMap, BTreeSet};

impl World {
    fn local(&self, at: DateTime<Utc>) -> chrono::NaiveDate {
        let zone = Zone::parse(self.shop.zone).unwrap();
        zone.date(Instant::from_utc(at).unwrap())
    }

    /// The limits of uses hold for what was reserved just now.
    pub(crate) fn check_uses(&self, code: &str, member: Option<&str>) -> Checked {
        let template = &self.coupons.known[code].template;
        let limits = &self.coupons.limits[template.as_str()];
        let of_template = self.coupons.known.values();
        let uses = of_template.filter(|coupon| coupon.template == *template);
        let uses: Vec<_> = uses.filter_map(Coupon::uses).collect();
        let within = |limit: &Value, count: usize| {
            limit.is_null() || u64::try_from(count).ok() <= limit.as_u64()
        };
        ensure(within(&limits["total"], uses.len()), || {
            format!("{template} is used {} times: {limits}", uses.len())
        })?;
        let Some(member) = member else { return Ok(()) };
        let own = uses.iter().filter(|(by, _)| *by == Some(member));
        ensure(within(&limits["member"], own.clone().count()), || {
            format!("{member} uses {template} too often: {limits}")
        })?;
        let form = match limits["period"]["every"].as_str() {
            Some("day") => "%F",
            Some("week") => "%G-%V",
            Some("month") => "%Y-%m",
            Some(_) => "%Y",
            None => return Ok(()),
        };
        if self.coupons.back {
            // What counts on a day that comes again is the plugin's to choose.
            return Ok(());
        }
        let period = |at: DateTime<Utc>| self.local(at).format(form).to_string();
        let now = period(self.now);
        let own = own.filter(|(_, at)| period(*at) == now).count();
        ensure(within(&limits["period"]["uses"], own), || {
            format!("{member} uses {template} too often {now}: {limits}")
        })
    }

    /// Takes note of what ticks made of bulk issues: all that was ordered, and nothing else.
    pub(crate) fn adopt(&mut self) -> Checked {
        if self.coupons.limits.is_empty() {
            return Ok(());
        }
        let dump = self.dump();
        let mut made: BTreeMap<(String, DateTime<Utc>), Vec<Option<String>>> = BTreeMap::new();
        for (key, row) in under(&dump, "coupon/") {
            let code = key.strip_prefix("coupon/").unwrap();
            if self.coupons.known.contains_key(code) {
                continue;
            }
            let coupon = Coupon::of(&row);
            let of = (coupon.template.clone(), instant(&row["issued"]).unwrap());
            made.entry(of).or_default().push(coupon.member.clone());
            self.coupons.known.insert(code.to_owned(), coupon);
        }
        let mut wanted: BTreeMap<(String, DateTime<Utc>), (usize, u64)> = BTreeMap::new();
        for (name, (request, at)) in std::mem::take(&mut self.coupons.bulks) {
            let told = self.told("coupons.bulk-issue", json!({ "bulk": name }))?;
            ensure(told["finished"] == true, || format!("not finished: {told}"))?;
            let issued = told["issued"].as_u64().unwrap();
            let looked = issued + told["left-out"].as_u64().unwrap();
            let to = &request["to"];
            let meant = match to["nobody"].as_u64() {
                Some(count) => count,
                None => u64::try_from(meant(&dump, to["tier"].as_str(), at)).unwrap(),
            };
            // Levels move with the orders; which of them a member has when its turn comes is not known here.
            let by_level = self.tiers.is_some() && to["tier"].is_string();
            let right = by_level || looked == meant;
            ensure(right, || format!("{meant} are meant: {told}"))?;
            let of = (request["template"].as_str().unwrap().to_owned(), at);
            let of = wanted.entry(of).or_default();
            of.0 += 1;
            of.1 += issued;
        }
        for (of, holders) in made {
            let (bulks, issued) = wanted.remove(&of).unwrap_or_default();
            let right = u64::try_from(holders.len()).unwrap() == issued;
            ensure(right, || {
                format!("{issued} were issued: {of:?} {holders:?}")
            })?;
            for member in holders.iter().flatten() {
                let own = holders.iter().flatten().filter(|other| *other == member);
                ensure(own.count() <= bulks, || {
                    format!("{member} has one twice: {of:?}")
                })?;
            }
        }
        wanted.retain(|_, (_, issued)| *issued > 0);
        ensure(wanted.is_empty(), || format!("never made: {wanted:?}"))
    }

    /// What is stored and listed is what commands told.
    pub(crate) fn check_coupons(&mut self) -> Checked {
        if self.coupons.limits.is_empty() {
            return Ok(());
        }
        let dump = self.dump();
        let waits = |template: &str| -> u64 {
            let bulks = under(&dump, "coupon-bulk/").map(|(_, bulk)| bulk);
            let own = bulks.filter(|bulk| bulk["like"]["template"] == template);
            own.filter_map(|bulk| {
                let (first, last) = (bulk["serials"][0].as_u64()?, bulk["serials"][1].as_u64()?);
                Some(last + 1 - first - bulk["issued"].as_u64().unwrap())
            })
            .sum()
        };
        for template in TEMPLATES {
            let known = self.coupons.known.values();
            let own: Vec<&Coupon> = known.filter(|it| it.template == template).collect();
            let series = record(&dump, &format!("coupon-series/{template}"));
            let issued = series.map_or(0, |series| series["issued"].as_u64().unwrap());
            let mut serials: Vec<u64> = own.iter().map(|coupon| coupon.serial).collect();
            serials.sort_unstable();
            serials.dedup();
            let count = u64::try_from(own.len()).unwrap();
            let right = serials.len() == own.len() && count + waits(template) == issued;
            ensure(right, || {
                format!("{issued} of {template} are counted, {count} known")
            })?;
            let most = &self.coupons.limits[template]["issued-total"];
            ensure(most.as_u64().is_none_or(|most| issued <= most), || {
                format!("{issued} of {template} were issued, and {most} may be")
            })?;
            for member in self.unmerged() {
                let by_member = own.iter().filter_map(|coupon| coupon.uses()?.0);
                let uses = by_member.filter(|by| self.survivor(by) == member).count();
                let key = format!("coupon-usage/{}/{template}", escaped(member));
                let counted = record(&dump, &key).map_or(0, |it| it["ever"].as_u64().unwrap());
                ensure(u64::try_from(uses).unwrap() == counted, || {
                    format!("{member} uses {template} {uses} times, {counted} are counted")
                })?;
            }
            if self.coupons.limits[template]["total"].is_u64() {
                let uses = own.iter().filter(|coupon| coupon.uses().is_some()).count();
                let counted = record(&dump, &format!("coupon-uses/{template}"));
                let counted = counted.map_or(0, |it| it["uses"].as_u64().unwrap());
                ensure(u64::try_from(uses).unwrap() == counted, || {
                    format!("{template} is used {uses} times, {counted} are counted")
                })?;
            }
        }
        self.check_stored(&dump)?;
        self.check_codes()?;
        for member in self.members.clone() {
            self.check_listed(member)?;
        }
        for (key, (text, _)) in &dump {
            ensure(key == "code-key" || !text.contains(CODE_KEY), || {
                format!("the code key stands in {key}")
            })?;
        }
        Ok(())
    }

    fn check_stored(&self, dump: &Dump) -> Checked {
        let (mut rows, mut ahead) = (BTreeSet::new(), BTreeSet::new());
        let checked = record(dump, "upkeep").unwrap()["checked"].clone();
        let mut count = 0;
        for (key, row) in under(dump, "coupon/") {
            count += 1;
            let code = key.strip_prefix("coupon/").unwrap();
            let known = self.coupons.known.get(code);
            let known = known.ok_or_else(|| format!("nobody was told of {row}"))?;
            let state = &row["state"];
            let order = |of: &Value, order: &str, by: &Option<String>| {
                of["order"] == order && of["by"].as_str() == by.as_deref()
            };
            let same = match &known.state {
                State::Issued => state == "issued",
                State::Void => state["void"].is_object(),
                State::Reserved(of, by, _) => order(&state["reserved"], of, by),
                State::Used(of, by, _) => order(&state["used"], of, by),
            };
            let same = same && row["member"].as_str() == known.member.as_deref();
            ensure(same, || format!("{row} should be {known:?}"))?;
            if let Some(member) = &known.member {
                let until = Instant::from_utc(known.until).unwrap().sortable();
                rows.insert(format!("coupon-of/{}/{until}/{code}", escaped(member)));
                let day = row["expires-on"].as_str().unwrap();
                // Days that were checked are taken out some time.
                let row = format!("coupon-ahead/{day}/{}/{code}", escaped(member));
                ensure(
                    checked.as_str() > Some(day) || dump.contains_key(&row),
                    || format!("{row} is not there"),
                )?;
                ahead.insert(row);
            }
        }
        ensure(count == self.coupons.known.len(), || {
            "a coupon is lost".to_owned()
        })?;
        let odd = under(dump, "coupon-ahead/").find(|(key, _)| !ahead.contains(*key));
        ensure(odd.is_none(), || format!("nothing lapses by {odd:?}"))?;
        let stored = under(dump, "coupon-of/").map(|(key, _)| key.to_owned());
        let stored: BTreeSet<String> = stored.collect();
        ensure(stored == rows, || {
            let odd: Vec<_> = stored.symmetric_difference(&rows).take(3).collect();
            format!("the index of coupons is not what they are: {odd:?}")
        })
    }

    /// Codes alone are told for each serial.
    fn check_codes(&mut self) -> Checked {
        for template in TEMPLATES {
            let (mut codes, mut next) = (BTreeMap::new(), json!(1));
            while !next.is_null() {
                let request = json!({ "template": template, "from-serial": next, "limit": 150 });
                let Ok(page) = self.ask("coupons.codes", request)? else {
                    break;
                };
                let first = page["from-serial"].as_u64().unwrap();
                codes.extend((first..).zip(page["codes"].as_array().unwrap().clone()));
                next = page["next"].clone();
            }
            let known = self.coupons.known.iter();
            for (code, coupon) in known.filter(|(_, coupon)| coupon.template == template) {
                let told = codes.get(&coupon.serial);
                ensure(told == Some(&json!(code)), || {
                    format!("{told:?} is told for {code}: {coupon:?}")
                })?;
            }
        }
        Ok(())
    }

    /// A member's coupons in each state are those that commands left there.
    fn check_listed(&mut self, member: &str) -> Checked {
        let now = self.now;
        for state in ["issued", "reserved", "used", "void", "expired"] {
            let known = self.coupons.known.iter();
            let known = known.filter(|(_, coupon)| coupon.member.as_deref() == Some(member));
            let known = known.filter(|(_, coupon)| coupon.name(now) == state);
            let known: BTreeSet<String> = known.map(|(code, _)| code.clone()).collect();
            let (mut listed, mut after, mut last) = (BTreeSet::new(), Value::Null, None);
            loop {
                let request =
                    json!({ "member": member, "state": state, "limit": 7, "after": after });
                let Ok(page) = self.ask("coupons.of-member", request)? else {
                    break;
                };
                for coupon in page["coupons"].as_array().unwrap() {
                    let until = instant(&coupon["expires-at"]);
                    let order = coupon["order"].is_string();
                    let right = coupon["state"] == state
                        && order == matches!(state, "reserved" | "used")
                        && last <= until;
                    ensure(right, || format!("{coupon} stands among those {state}"))?;
                    last = until;
                    listed.insert(coupon["code"].as_str().unwrap().to_owned());
                }
                after = page["next"].clone();
                if after.is_null() {
                    break;
                }
            }
            ensure(listed == known, || {
                format!("{member}'s coupons {state} are {known:?}, listed are {listed:?}")
            })?;
        }
        Ok(())
    }
}

/// How many members a bulk issue means: of the tier, not merged, and known at its instant.
fn meant(dump: &Dump, tier: Option<&str>, at: DateTime<Utc>) -> usize {
    let mut since: BTreeMap<&str, Option<DateTime<Utc>>> = BTreeMap::new();
    let mut merged = BTreeSet::new();
    let mut tiers: BTreeMap<&str, Value> = BTreeMap::new();
    for prefix in ["account/", "member/"] {
        for (key, row) in under(dump, prefix) {
            let name = key.strip_prefix(prefix).unwrap();
            let told = instant(&row["since"]);
            let first = since.entry(name).or_insert(told);
            *first = [*first, told].into_iter().flatten().min();
            if row["merged"].is_object() || row["merged-into"].is_string() {
                merged.insert(name);
            }
            if prefix == "member/" {
                tiers.insert(name, row["tier"].clone());
            }
        }
    }
    let known = since.iter().filter(|(name, _)| !merged.contains(*name));
    let early = known.filter(|(_, since)| since.is_none_or(|since| since <= at));
    let of_tier = early
        .filter(|(name, _)| tier.is_none() || tiers.get(*name).and_then(Value::as_str) == tier);
    of_tier.count()
}
