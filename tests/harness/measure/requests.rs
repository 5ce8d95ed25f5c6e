//! The benches' requests, once for the component's own types and once for the host's: they are made from
//! the same interface, and are types of two crates.

/// Builds requests of one of the two.
macro_rules! requests {
    ($module:ident, $types:path, $points:path) => {
        pub(super) mod $module {
            use crate::measure::shop::{self, Sale};
            use $points as points;
            use $types as types;

            pub(in crate::measure) fn key(text: &str) -> types::Execution {
                types::Execution::Commit(text.to_owned())
            }

            pub(in crate::measure) fn dry() -> types::Execution {
                types::Execution::DryRun
            }

            pub(in crate::measure) fn order(sale: &Sale) -> points::Order {
                let texts =
                    |list: &[&str]| Some(list.iter().map(|text| (*text).to_owned()).collect());
                let line = |line: &shop::Line| points::Line {
                    line: None,
                    sku: line.sku.to_owned(),
                    quantity: line.quantity.to_owned(),
                    amount: line.amount.to_owned(),
                    discount: line.discount.map(str::to_owned),
                    tax: None,
                    categories: texts(line.categories),
                    brand: Some(line.brand.to_owned()),
                    tags: None,
                };
                points::Order {
                    order: sale.order.clone(),
                    member: sale.member.clone(),
                    state: points::OrderState::Paid,
                    lines: shop::LINES.iter().map(line).collect(),
                    discount: None,
                    shipping: Some("80".to_owned()),
                    gift_card: None,
                    points_paid: None,
                    currency: Some("TWD".to_owned()),
                    payment_methods: texts(&["house-card"]),
                    channel: Some("app".to_owned()),
                }
            }

            /// Orders of a member of tier gold, to try the rules in force on.
            #[allow(dead_code, reason = "tried in sandboxes only")]
            pub(in crate::measure) fn trial(sales: &[Sale], at: u64) -> points::Trial {
                let tried = |sale: &Sale| points::TriedOrder {
                    at: types::Instant {
                        seconds: at,
                        nanoseconds: 0,
                    },
                    order: order(sale),
                    tier: Some("gold".to_owned()),
                    tags: Some(vec!["regular".to_owned()]),
                };
                points::Trial {
                    document: None,
                    orders: sales.iter().map(tried).collect(),
                }
            }

            pub(in crate::measure) fn redemption(
                sale: &Sale,
                points: &str,
            ) -> points::RedeemRequest {
                points::RedeemRequest {
                    member: sale.member.clone(),
                    programme: None,
                    order: sale.order.clone(),
                    points: points.to_owned(),
                    cart: None,
                }
            }
        }
    };
}

requests!(
    native,
    stampcard_guest::bindings::stampcard::plugin::types,
    stampcard_guest::bindings::exports::stampcard::plugin::points
);
requests!(
    sandboxed,
    stampcard::bindings::types,
    stampcard::bindings::points
);
