//! Random configurations and random orders.

use crate::dice::{Dice, ONE, decimal};
use serde_json::{Value, json};

pub(crate) const PROGRAMMES: [&str; 3] = ["points", "credit", "stars"];
pub(crate) const STATES: [&str; 5] = ["ordered", "paid", "shipped", "delivered", "completed"];
const ZONES: [&str; 5] = [
    "Asia/Taipei",
    "Asia/Seoul",
    "Africa/Cairo",
    "America/New_York",
    "Australia/Lord_Howe",
];

/// What of a history's configuration never changes, so that limits can be counted from outside.
pub(crate) struct Shop {
    pub(crate) zone: &'static str,
    pub(crate) currency: &'static str,
    /// By programme: the decimals of its points, and the limits by rule; `""` is the whole programme.
    pub(crate) programmes: Vec<(&'static str, u32, Value)>,
}

impl Shop {
    pub(crate) fn new(dice: &mut Dice) -> Self {
        let count = dice.within(1, 3);
        let programmes = PROGRAMMES.iter().take(usize::try_from(count).unwrap());
        let programmes = programmes
            .map(|name| (*name, u32::try_from(dice.below(3)).unwrap(), limits(dice)))
            .collect();
        Self {
            zone: dice.pick::<&str>(&ZONES),
            currency: dice.pick::<&str>(&["TWD", "USD"]),
            programmes,
        }
    }

    /// One unit of money, in ten-thousandths.
    pub(crate) fn money(&self) -> i64 {
        if self.currency == "TWD" {
            ONE
        } else {
            ONE / 100
        }
    }

    /// One unit of a programme's points, in ten-thousandths.
    pub(crate) fn unit(&self, programme: &str) -> i64 {
        let found = self.programmes.iter().find(|(name, ..)| *name == programme);
        ONE / 10_i64.pow(found.map_or(0, |(_, decimals, _)| *decimals))
    }

    /// A configuration; others of the same shop differ in all but what is fixed here.
    pub(crate) fn document(&self, dice: &mut Dice) -> Value {
        let programmes = self.programmes.iter();
        let programmes: serde_json::Map<String, Value> = programmes
            .map(|(name, decimals, limits)| {
                ((*name).to_owned(), programme(dice, *decimals, limits))
            })
            .collect();
        json!({ "zone": self.zone, "currency": self.currency, "programmes": programmes })
    }
}

fn some(dice: &mut Dice, limits: &[(&str, i64, i64)]) -> Value {
    let mut chosen = serde_json::Map::new();
    for (limit, least, most) in limits {
        if dice.chance(25) {
            let amount = dice.within(*least, *most).to_string();
            chosen.insert((*limit).to_owned(), json!(amount));
        }
    }
    Value::Object(chosen)
}

fn limits(dice: &mut Dice) -> Value {
    let member = [
        ("day", 5, 40),
        ("week", 10, 60),
        ("month", 20, 90),
        ("year", 50, 300),
        ("ever", 100, 500),
        ("budget", 100, 900),
    ];
    let of_order = [("order", 5, 60), ("month", 20, 200), ("budget", 100, 900)];
    let mut all = json!({ "": {} });
    if dice.chance(25) {
        all[""] = some(dice, &member);
    }
    for rule in ["review", "gift"] {
        all[rule] = some(dice, &member);
    }
    for rule in ["base", "item", "bonus"] {
        all[rule] = some(dice, &of_order);
    }
    all
}

fn programme(dice: &mut Dice, decimals: u32, limits: &Value) -> Value {
    let order_state = |dice: &mut Dice| *dice.pick(&STATES[1..]);
    let points = |dice: &mut Dice| dice.within(1, 12).to_string();
    let worth = [
        ("1", "1"),
        ("100", "5"),
        ("2", "1"),
        ("1", "0.5"),
        ("3", "7"),
    ];
    let (worth, money) = *dice.pick(&worth);
    let form = if dice.chance(50) { "rate" } else { "step" };
    let per = *dice.pick(&["100", "30", "7", "250"]);
    let mut rules = vec![json!({
        "id": "base", "kind": "order", "state": order_state(dice), "limits": limits["base"],
        "award": { form: { "points": points(dice), "per": per } },
    })];
    if dice.chance(30) {
        rules[0]["minimum-order"] = json!(dice.within(100, 900).to_string());
    }
    if dice.chance(20) {
        rules[0]["exclusive"] = json!(true);
    }
    if dice.chance(40) {
        let per_unit = dice.chance(60);
        rules.push(json!({
            "id": "item", "kind": "item", "state": order_state(dice), "limits": limits["item"],
            "products": { "include": { "skus": ["tea", "pot"] } },
            "award": { "fixed": { "points": points(dice), "per-unit": per_unit } },
        }));
    }
    if dice.chance(30) {
        rules.push(json!({
            "id": "bonus", "kind": "order", "state": order_state(dice), "limits": limits["bonus"],
            "award": { "fixed": { "points": points(dice) } }, "exclusive": dice.chance(20),
            "priority": dice.within(-2, 2),
        }));
    }
    if dice.chance(30) {
        let of: &[&str] = if dice.chance(50) { &["base"] } else { &[] };
        rules.push(json!({
            "id": "double", "kind": "order", "tiers": ["gold"],
            "award": { "multiplier": { "factor": dice.pick(&["2", "1.5", "0.3"]), "of": of } },
        }));
    }
    if dice.chance(30) {
        rules.push(json!({
            "id": "card", "kind": "payment-method", "payment-methods": ["card"],
            "award": { "rate": { "points": "1", "per": "20" } },
        }));
    }
    rules.push(json!({ "id": "welcome", "kind": "sign-up", "award": { "fixed": { "points": points(dice) } } }));
    rules.push(
        json!({ "id": "cake", "kind": "birthday", "award": { "fixed": { "points": points(dice) } },
        "birthday": dice.pick(&["day", "month-start"]) }),
    );
    rules.push(
        json!({ "id": "review", "kind": "event", "event": "review", "limits": limits["review"],
        "award": { "fixed": { "points": points(dice) } } }),
    );
    rules.push(json!({ "id": "gift", "kind": "grant", "limits": limits["gift"] }));
    let mut rounding = json!({
        "mode": dice.pick(&["floor", "half-up", "half-even", "ceiling"]),
        "per": dice.pick(&["order", "line"]),
    });
    if dice.chance(25) {
        rounding["to"] = json!(dice.pick(&["1", "10"]));
    }
    let mut refunds = json!({ "uncovered": dice.pick(&["debt", "debt", "clamp", "refuse"]) });
    if dice.chance(40) {
        refunds["grace-days"] = json!(dice.within(1, 30));
    }
    let mut document = json!({
        "decimals": decimals, "worth": { "points": worth, "money": money }, "rounding": rounding,
        "earn": rules, "limits": limits[""], "expiry": expiry(dice), "refunds": refunds,
        "life-from": dice.pick(&["activation", "activation", "earning"]), "spending": spending(dice),
    });
    if dice.chance(45) {
        let events = ["earned", "paid", "shipped", "delivered", "completed"];
        let mut after =
            json!({ "days": dice.pick(&[0, 0, 1, 7, 30]), "event": dice.pick(&events) });
        if dice.chance(40) {
            after["at"] = json!(dice.pick(&["05:00", "00:30", "23:59"]));
        }
        document["activation"] = json!({ "after": after });
    }
    if dice.chance(30) {
        document["base"] = json!(dice.pick(&[
            vec!["items"],
            vec!["items", "discounts", "shipping"],
            vec!["items", "discounts", "tax", "points"],
        ]));
    }
    document
}

fn span(dice: &mut Dice) -> Value {
    match dice.below(3) {
        0 => json!({ "days": dice.within(1, 60) }),
        1 => json!({ "months": dice.within(1, 6) }),
        _ => json!({ "years": 1 }),
    }
}

fn expiry(dice: &mut Dice) -> Value {
    match dice.below(6) {
        0 => json!("never"),
        1 | 2 => json!({ "exact": span(dice) }),
        3 => {
            let period = *dice.pick(&["day", "month", "quarter", "year"]);
            let mut end = json!({ "period": period });
            if dice.chance(50) {
                end["after"] = span(dice);
            }
            json!({ "end-of": end })
        }
        4 => {
            // Drawn aside, so that the histories of the committed seeds go on as they did.
            let aside = dice.aside();
            let dates = [vec!["06-30"], vec!["02-29", "08-31", "12-31"]];
            let dates = dice.pick(&dates);
            sweep(aside).unwrap_or_else(|| json!({ "fixed-dates": dates }))
        }
        _ => json!({ "inactivity": { "months": dice.within(1, 4),
            "acts": dice.pick(&[vec!["order-paid", "redeem"], vec!["event", "sign-up"], vec!["redeem"]]) } }),
    }
}

fn sweep(mut dice: Dice) -> Option<Value> {
    let cycles = [
        json!({ "days": 9 }),
        json!({ "weekly": "friday" }),
        json!({ "monthly": 31 }),
        json!("yearly"),
    ];
    let mut sweep = json!({ "first": "2026-02-28", "cycle": dice.pick(&cycles) });
    if dice.chance(50) {
        sweep["validity"] = span(&mut dice);
    }
    dice.chance(60).then(|| json!({ "sweep": sweep }))
}

fn spending(dice: &mut Dice) -> Value {
    let mut spending = json!({ "shipping": dice.chance(30) });
    if dice.chance(50) {
        spending["hold-seconds"] = json!(dice.pick(&[60, 3_600, 864_000]));
    }
    if dice.chance(15) {
        spending["step"] = json!("5");
    }
    if dice.chance(15) {
        spending["maximum-share-percent"] = json!("60");
    }
    if dice.chance(15) {
        spending["minimum-points"] = json!("3");
    }
    spending
}

/// Lines, discount and shipping of an order.
pub(crate) fn cart(dice: &mut Dice, unit: i64) -> Value {
    let mut sum = 0;
    let mut lines = Vec::new();
    for _ in 0..dice.within(1, 4) {
        let amount = if dice.chance(8) {
            0
        } else {
            dice.within(1, 900) * ONE + dice.below(7) * unit
        };
        let discount = if dice.chance(25) {
            amount / unit * dice.within(0, 100) / 100 * unit
        } else {
            0
        };
        let quantity = if dice.chance(10) {
            "1.5".to_owned()
        } else {
            dice.within(1, 5).to_string()
        };
        let mut line = json!({
            "sku": dice.pick(&["tea", "cup", "pot", "tin"]), "quantity": quantity, "amount": decimal(amount),
        });
        if discount > 0 {
            line["discount"] = json!(decimal(discount));
        }
        sum += amount - discount;
        lines.push(line);
    }
    let mut cart = json!({ "lines": lines });
    if dice.chance(30) {
        cart["discount"] = json!(decimal(sum / unit * dice.within(0, 60) / 100 * unit));
    }
    if dice.chance(40) {
        cart["shipping"] = json!(decimal(dice.within(0, 90) * ONE));
    }
    cart
}
