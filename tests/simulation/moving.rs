//! Members who come with points from elsewhere, of whom much is told, and who are forgotten.

use crate::acts::Act;
use crate::check::ensure;
use crate::dice::{decimal, number};
use crate::world::{Checked, Dump, World};
use chrono::TimeDelta;
use serde_json::{Value, json};
use stampcard::call::Call;
use std::collections::BTreeMap;

/// What every planted text begins with.
const MARK: &str = "zq";

/// What was told of persons, and brought in for them.
#[derive(Default)]
pub(crate) struct Moving {
    /// Points brought in by answers, by member and programme.
    pub(crate) imported: BTreeMap<(String, String), i64>,
    /// Texts that stand in members' records, by member.
    planted: BTreeMap<String, Vec<String>>,
    /// Texts that were erased, each with how many messages had gone out before.
    erased: Vec<(String, usize)>,
    count: u32,
}

/// Whether an entry is of points that were brought in.
pub(crate) fn is_import(entry: &Value) -> bool {
    let note = entry["note"].as_str().unwrap_or_default();
    entry["kind"] == "earn" && note.starts_with("import")
}

impl World {
    /// Perhaps brings in points, or tells of a member or forgets one, by dice of its own.
    pub(crate) fn move_step(&mut self) -> Checked {
        let dice = self.movers.take();
        let (dice, done) = self.aside(dice, 10, Self::moved);
        self.movers = dice;
        done
    }

    fn moved(&mut self) -> Checked {
        let (function, request) = self.move_act();
        let mut other = self.dice.chance(25).then(|| self.move_act());
        // To forget one of whom nothing was told changes no record, and what is told meanwhile comes after it.
        let member = request["member"].as_str().unwrap_or_default();
        if function == "members.forget" && !self.moving.planted.contains_key(member) {
            other = None;
        }
        self.between(function, request, other).map(drop)
    }

    fn move_act(&mut self) -> Act {
        match self.dice.below(10) {
            0..=3 => self.introduction(),
            4..=6 => ("members.forget", json!({ "member": self.member() })),
            _ => self.import(),
        }
    }

    /// All that can be told of a person, with a text in it that stands nowhere else.
    fn introduction(&mut self) -> Act {
        self.moving.count += 1;
        let mark = format!("{MARK}{}q", self.moving.count);
        let at = "2025-12-01T04:00:00Z";
        let request = json!({
            "member": self.member(), "name": format!("{mark} name"), "language": self.dice.pick(&["zh-TW", "ko", "en"]),
            "birthday": self.dice.pick(&["1990-02-28", "1988-06-30"]), "tier": self.dice.pick(&["gold", "silver"]),
            "registration": { "at": at, "way": "on-line" }, "tags": [format!("{mark} tag")],
            "mobile": format!("+8869{:08}", self.moving.count), "email": format!("{mark}@example.com"),
            "line-users": [{ "channel": "shop", "user": format!("U{mark}") }],
            "consents": [{ "kind": "marketing", "night": false, "given": true, "at": at, "source": format!("{mark} page") }],
        });
        ("members.put", request)
    }

    fn import(&mut self) -> Act {
        let mut rows = Vec::new();
        for place in 0..self.dice.within(1, 4) {
            let programme = self.programme();
            let points = self.dice.within(1, 40) * self.shop.unit(&programme);
            let mut row = json!({ "member": self.member(), "programme": programme, "points": decimal(points) });
            let at = |days: &[i64], dice: &mut crate::dice::Dice| {
                let day = self.now + TimeDelta::days(*dice.pick(days));
                let at = day + TimeDelta::seconds(dice.within(0, 90_000));
                json!(at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true))
            };
            if self.dice.chance(40) {
                row["activates-at"] = at(&[-400, -3, 0, 5, 30], &mut self.dice);
            }
            if self.dice.chance(70) {
                // Rarely an end that is over, which is refused with all rows.
                row["expires-at"] = at(&[31, 40, 60, 90, 400, 40, 60, 90, -2], &mut self.dice);
            }
            if self.dice.chance(50) {
                row["reference"] = json!(format!("old-{place}"));
            }
            rows.push(row);
        }
        ("imports.lots", json!({ "rows": rows }))
    }

    /// Notes what an answer says of members and imports.
    pub(crate) fn note_moving(&mut self, call: &Call, reply: &Value) -> Checked {
        let request = call.request.clone().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        match call.function.as_str() {
            "imports.lots" => {
                let rows = request["rows"].as_array().unwrap();
                let lots = reply["lots"].as_array().unwrap();
                ensure(rows.len() == lots.len(), || {
                    format!("not each row: {reply}")
                })?;
                for row in rows {
                    let of = (text(&row["member"]), text(&row["programme"]));
                    *self.moving.imported.entry(of).or_default() += number(&row["points"]);
                }
            }
            "members.put" if request["name"].is_string() => {
                let name = text(&request["name"]);
                let mark = name.split(' ').next().unwrap().to_owned();
                let member = text(&request["member"]);
                let planted = self.moving.planted.entry(member).or_default();
                planted.extend([mark, text(&request["mobile"])]);
            }
            "members.forget" => {
                let gone = self.moving.planted.remove(&text(&request["member"]));
                let sent = self.provider.said().len();
                let gone = gone.into_iter().flatten().map(|mark| (mark, sent));
                self.moving.erased.extend(gone);
            }
            _ => {}
        }
        Ok(())
    }

    /// What was told of a forgotten member stands nowhere, and goes nowhere any more.
    pub(crate) fn check_forgotten(&self, dump: &Dump) -> Checked {
        let said = self.provider.said();
        for (mark, sent) in &self.moving.erased {
            for (key, (text, _)) in dump {
                ensure(!text.contains(mark) && !key.contains(mark), || {
                    format!("{mark} is still in {key}: {text}")
                })?;
            }
            let later = said.iter().skip(*sent).find(|text| text.contains(mark));
            ensure(later.is_none(), || format!("went out: {later:?}"))?;
        }
        Ok(())
    }
}
