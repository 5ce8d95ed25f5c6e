//! What the benches sell, and to whom: an order of five lines, and a merchant whose ten rules look at
//! everything that rules of orders can look at. Six of them match the order.

use serde_json::{Value, json};

/// Noon in Taipei of Wednesday, 4 March 2026, in seconds since 1970.
pub const NOON: u64 = 1_772_596_800;

/// What the ten rules give for the order to a member of the tier gold.
pub const GRANTED: &str = "237";

/// What the plain rule gives for it: 1 point per full 100.
pub const GRANTED_PLAIN: &str = "45";

/// One line of the order.
pub struct Line {
    pub sku: &'static str,
    pub quantity: &'static str,
    pub amount: &'static str,
    pub discount: Option<&'static str>,
    pub categories: &'static [&'static str],
    pub brand: &'static str,
}

/// The order's lines: 4,560 after discounts, of which 2,060 are tea, and 4 pieces of the brand kiln.
pub const LINES: [Line; 5] = [
    Line {
        sku: "oolong-150",
        quantity: "2",
        amount: "1360",
        discount: Some("100"),
        categories: &["tea", "oolong"],
        brand: "alishan",
    },
    Line {
        sku: "sencha-100",
        quantity: "1",
        amount: "800",
        discount: None,
        categories: &["tea", "green"],
        brand: "uji",
    },
    Line {
        sku: "cup-white",
        quantity: "3",
        amount: "900",
        discount: None,
        categories: &["ware"],
        brand: "kiln",
    },
    Line {
        sku: "pot-clay",
        quantity: "1",
        amount: "1250",
        discount: None,
        categories: &["ware", "gift"],
        brand: "kiln",
    },
    Line {
        sku: "cake-plum",
        quantity: "1",
        amount: "350",
        discount: None,
        categories: &["food"],
        brand: "house",
    },
];

/// An order of one member.
pub struct Sale {
    pub member: String,
    pub order: String,
}

/// So many sales, each to a member of its own; `series` keeps their orders apart from others'.
pub fn sales(series: &str, members: std::ops::Range<usize>) -> Vec<Sale> {
    let sale = |member: usize| Sale {
        member: format!("m{member:06}"),
        order: format!("{series}-{member}"),
    };
    members.map(sale).collect()
}

/// The merchant with ten rules, as its document.
pub fn ten_rules() -> Value {
    json!({
        "zone": "Asia/Taipei",
        "currency": "TWD",
        "programmes": { "points": {
            "worth": { "points": "1", "money": "1" },
            "earn": [
                { "id": "base", "kind": "order", "award": { "step": { "points": "1", "per": "100" } },
                  "limits": { "month": "100000" } },
                { "id": "app", "kind": "order", "channels": ["app"],
                  "award": { "rate": { "points": "1", "per": "200" } } },
                { "id": "gold", "kind": "order", "tiers": ["gold"],
                  "award": { "multiplier": { "factor": "1.5" } } },
                { "id": "tea", "kind": "item", "products": { "include": { "categories": ["tea"] } },
                  "award": { "step": { "points": "1", "per": "50" } } },
                { "id": "kiln", "kind": "item", "products": { "include": { "brands": ["kiln"] } },
                  "award": { "fixed": { "points": "5", "per-unit": true } } },
                { "id": "card", "kind": "payment-method", "payment-methods": ["house-card"],
                  "award": { "rate": { "points": "1", "per": "150" } } },
                { "id": "large", "kind": "order", "minimum-order": "5000",
                  "award": { "fixed": { "points": "50" } } },
                { "id": "weekend", "kind": "order", "weekdays": ["saturday", "sunday"],
                  "award": { "multiplier": { "factor": "2" } } },
                { "id": "new-year", "kind": "order", "window":
                  { "from": "2026-02-16T00:00:00+08:00", "until": "2026-03-02T00:00:00+08:00" },
                  "award": { "fixed": { "points": "88" } } },
                { "id": "friends", "kind": "order", "tags": ["friend"],
                  "award": { "fixed": { "points": "20" } } },
            ],
            "expiry": { "exact": { "days": 365 } },
        } },
    })
}

/// The merchant with one rule, as its document.
pub fn plain() -> Value {
    json!({
        "zone": "Asia/Taipei",
        "currency": "TWD",
        "programmes": { "points": {
            "worth": { "points": "1", "money": "1" },
            "earn": [
                { "id": "base", "kind": "order", "award": { "step": { "points": "1", "per": "100" } } },
            ],
            "expiry": { "exact": { "days": 365 } },
        } },
    })
}

/// The order as another party's rules look at it: plain facts, and what each line costs after discounts.
pub fn facts() -> Value {
    let line = |line: &Line| {
        let whole = |text: &str| text.parse::<i64>().expect("a whole number");
        json!({
            "sku": line.sku,
            "quantity": whole(line.quantity),
            "value": whole(line.amount) - line.discount.map_or(0, whole),
            "categories": line.categories,
            "brand": line.brand,
        })
    };
    json!({
        "lines": LINES.iter().map(line).collect::<Vec<_>>(),
        "at": NOON,
        "weekday": "wednesday",
        "tier": "gold",
        "tags": ["regular"],
        "channel": "app",
        "paymentMethods": ["house-card"],
    })
}

/// The order's lines as a stored procedure takes them.
pub fn lines() -> Value {
    let line = |line: &Line| {
        json!({
            "sku": line.sku,
            "quantity": line.quantity,
            "amount": line.amount,
            "discount": line.discount,
            "categories": line.categories,
            "brand": line.brand,
        })
    };
    LINES.iter().map(line).collect()
}
