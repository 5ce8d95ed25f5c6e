//! However a refund is split, the same comes back.

use crate::dice::{decimal, number};
use crate::shop::cart;
use crate::world::{Checked, Trouble, World};
use serde_json::{Value, json};

/// An order that earned and was paid with points, refunded line by line: `turn` says in which order.
fn refunded(seed: u64, turn: usize) -> Checked<Vec<Value>> {
    let mut world = World::new(seed, Trouble::None);
    world.set(world.now);
    world.configure()?;
    let mut order = cart(&mut world.dice, world.shop.money());
    order["order"] = json!("o1");
    order["member"] = json!("mei");
    order["state"] = json!("completed");
    order["payment-methods"] = json!(["card"]);
    for programme in world.configured.clone() {
        let gift = json!({ "programme": programme, "to": { "member": "mei" }, "points": "100",
            "reason": "so that there are some", "actor": "amy" });
        world
            .plainly(
                "points.grant",
                json!({ "programme": programme, "to": { "members": ["mei"] },
            "points": gift["points"], "reason": "some", "actor": "amy" }),
            )?
            .ok();
        let points = decimal(world.dice.within(1, 90) * world.shop.unit(&programme));
        let wish = json!({ "member": "mei", "programme": programme, "order": "o1", "points": points,
            "cart": { "lines": order["lines"], "discount": order["discount"], "shipping": order["shipping"] } });
        // Limits of spending may refuse it; then there is nothing to come back.
        world.plainly("points.redeem", wish)?.ok();
    }
    world
        .plainly("points.report-order", order.clone())?
        .map_err(|error| error.to_string())?;
    let mut parts: Vec<Value> = Vec::new();
    for (place, line) in order["lines"].as_array().unwrap().iter().enumerate() {
        let quantity = number(&line["quantity"]);
        let (first, rest) = (quantity / 3, quantity - quantity / 3);
        let name = (place + 1).to_string();
        for units in [first, rest] {
            parts.push(json!([{ "line": name, "what": { "quantity": decimal(units) } }]));
        }
    }
    // The last part is left out, so that an order refunded in part is compared.
    parts.pop();
    let count = parts.len();
    parts.rotate_left(turn % count);
    if turn % 2 == 1 {
        parts.reverse();
    }
    for part in parts {
        let refund = json!({ "order": "o1", "what": { "lines": part } });
        if world.plainly("points.refund", refund)?.is_err() {
            // By a setting it may be refused; where that happens depends on what is there.
            return Ok(Vec::new());
        }
    }
    let standing = world.told("points.order-standing", json!({ "order": "o1" }))?;
    let mut ended = vec![standing];
    for programme in world.configured.clone() {
        let balance = world.told(
            "points.balance",
            json!({ "member": "mei", "programme": programme }),
        )?;
        ended.push(json!([balance["balance"], balance["debt"]]));
    }
    world.check_all()?;
    Ok(ended)
}

#[test]
fn refunds_end_the_same_however_they_are_split() {
    for seed in 1..=150 {
        let first = refunded(seed, 0).unwrap_or_else(|broken| panic!("seed {seed}: {broken}"));
        for turn in 1..6 {
            let other =
                refunded(seed, turn).unwrap_or_else(|broken| panic!("seed {seed}: {broken}"));
            let refused = first.is_empty() || other.is_empty();
            assert!(
                refused || first == other,
                "seed {seed}, turn {turn}: {first:#?} {other:#?}"
            );
        }
    }
}
