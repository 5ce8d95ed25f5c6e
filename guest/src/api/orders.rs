//! Orders and carts, from the interface's words.

use super::check::{Check, whole};
use crate::bindings::exports::stampcard::plugin::points as wit;
use crate::domain::amount::Amount;
use crate::domain::config::Merchant;
use crate::domain::order::{Cart, Line, Order, OrderState};
use crate::reject::Reject;
use std::collections::BTreeSet;
use std::fmt::Display;

/// Lines of an order, at most.
const LINES_MAX: usize = 500;

/// The greatest quantity of a line.
const QUANTITY_MAX: i64 = 1_000_000;

/// Reads an order.
pub(super) fn order(request: &wit::Order) -> Result<Order, Reject> {
    let mut check = Check::default();
    let order = order_at(&mut check, "", request);
    whole(check, order)
}

/// Reads an order that is part of a request; `at` is its pointer. None: a fault was noted.
pub(super) fn order_at(check: &mut Check, at: &str, request: &wit::Order) -> Option<Order> {
    let id = check.id(&format_args!("{at}/order"), &request.order);
    let member = check.id(&format_args!("{at}/member"), &request.member);
    let cart = cart(
        check,
        at,
        &request.lines,
        request.discount.as_deref(),
        request.shipping.as_deref(),
    );
    let gift_card = check.maybe_amount(
        &format_args!("{at}/gift-card"),
        request.gift_card.as_deref(),
    );
    let points_paid = request
        .points_paid
        .as_deref()
        .map(|paid| check.amount(&format_args!("{at}/points-paid"), paid));
    let methods = request.payment_methods.as_ref();
    let payment_methods = check.texts(&format_args!("{at}/payment-methods"), methods, 20);
    let channel = check.maybe_text(
        &format_args!("{at}/channel"),
        request.channel.as_deref(),
        128,
    );
    Some(Order {
        id: id?,
        member: member?,
        state: state(request.state),
        cart,
        gift_card,
        points_paid,
        payment_methods,
        channel,
    })
}

/// Reads what is bought. `at` is the pointer of the record that holds the lines.
pub(super) fn cart(
    check: &mut Check,
    at: &str,
    lines: &[wit::Line],
    discount: Option<&str>,
    shipping: Option<&str>,
) -> Cart {
    check.count(&format_args!("{at}/lines"), lines.len(), 1, LINES_MAX);
    let mut names = BTreeSet::new();
    let mut read = Vec::with_capacity(lines.len().min(LINES_MAX));
    for (place, request) in lines.iter().take(LINES_MAX).enumerate() {
        let path = format_args!("{at}/lines/{place}");
        let Some(line) = line(check, &path, place, request) else {
            continue;
        };
        if !names.insert(line.id.clone()) {
            check.fault(
                &format_args!("{path}/line"),
                &line.id,
                "a name that no other line of the order has",
            );
        }
        read.push(line);
    }
    let discount = check.maybe_amount(&format_args!("{at}/discount"), discount);
    let shipping = check.maybe_amount(&format_args!("{at}/shipping"), shipping);
    let sum: Amount = read.iter().map(Line::net).sum();
    if discount > sum {
        check.fault(
            &format_args!("{at}/discount"),
            discount,
            &format!("at most {sum}, what the lines come to"),
        );
    }
    if sum > Amount::whole(1_000_000_000_000) {
        check.fault(
            &format_args!("{at}/lines"),
            sum,
            "lines that come to at most 1,000,000,000,000",
        );
    }
    Cart {
        lines: read,
        discount,
        shipping,
    }
}

/// Reads the cart of a request.
pub(super) fn cart_of(check: &mut Check, request: &wit::Cart) -> Cart {
    let (discount, shipping) = (request.discount.as_deref(), request.shipping.as_deref());
    cart(check, "/cart", &request.lines, discount, shipping)
}

fn line(check: &mut Check, path: &dyn Display, place: usize, request: &wit::Line) -> Option<Line> {
    let counted = place.saturating_add(1).to_string();
    let id = check.id(
        &format_args!("{path}/line"),
        request.line.as_deref().unwrap_or(&counted),
    );
    let quantity = check.positive(&format_args!("{path}/quantity"), &request.quantity);
    if quantity > Amount::whole(QUANTITY_MAX) {
        check.fault(
            &format_args!("{path}/quantity"),
            quantity,
            "at most 1,000,000",
        );
    }
    let amount = check.amount(&format_args!("{path}/amount"), &request.amount);
    let discount = check.maybe_amount(
        &format_args!("{path}/discount"),
        request.discount.as_deref(),
    );
    if discount > amount {
        check.fault(
            &format_args!("{path}/discount"),
            discount,
            &format!("at most {amount}, what the line costs"),
        );
    }
    let tax = check.maybe_amount(&format_args!("{path}/tax"), request.tax.as_deref());
    if tax > amount {
        check.fault(
            &format_args!("{path}/tax"),
            tax,
            &format!("at most {amount}, what the line costs"),
        );
    }
    Some(Line {
        id: id?,
        sku: check.text(&format_args!("{path}/sku"), &request.sku, 128),
        quantity,
        amount,
        discount,
        tax,
        categories: check.texts(
            &format_args!("{path}/categories"),
            request.categories.as_ref(),
            50,
        ),
        brand: check.maybe_text(&format_args!("{path}/brand"), request.brand.as_deref(), 128),
        tags: check.texts(&format_args!("{path}/tags"), request.tags.as_ref(), 50),
    })
}

/// Refuses amounts with more decimals than the currency has, and another currency: what only the configuration
/// tells. `at` is the order's pointer.
pub(super) fn order_in_currency(
    at: &str,
    order: &Order,
    currency: Option<&str>,
    merchant: &Merchant,
) -> Result<(), Reject> {
    let rest = [
        ("gift-card", order.gift_card),
        ("points-paid", order.points_paid.unwrap_or_default()),
    ];
    let mut check = Check::default();
    fits(&mut check, at, &order.cart, &rest, merchant);
    if let Some(other) = currency.filter(|currency| *currency != merchant.currency) {
        check.fault(&format_args!("{at}/currency"), other, &merchant.currency);
    }
    check.done()
}

/// The same of a cart, which is in the merchant's currency. `at` is the pointer of the record that holds the lines.
pub(super) fn in_currency(at: &str, cart: &Cart, merchant: &Merchant) -> Result<(), Reject> {
    let mut check = Check::default();
    fits(&mut check, at, cart, &[], merchant);
    check.done()
}

/// Notes each amount that has more decimals than the currency.
fn fits(check: &mut Check, at: &str, cart: &Cart, rest: &[(&str, Amount)], merchant: &Merchant) {
    let unit = merchant.money_unit();
    let mut whole = |path: &dyn Fn() -> String, amount: Amount| {
        if amount.floor_to(unit) != amount {
            let permitted = format!("a multiple of {unit} in {}", merchant.currency);
            check.fault(&path(), amount, &permitted);
        }
    };
    for (place, line) in cart.lines.iter().enumerate() {
        let fields = [
            ("amount", line.amount),
            ("discount", line.discount),
            ("tax", line.tax),
        ];
        for (field, amount) in fields {
            whole(&|| format!("{at}/lines/{place}/{field}"), amount);
        }
    }
    whole(&|| format!("{at}/discount"), cart.discount);
    whole(&|| format!("{at}/shipping"), cart.shipping);
    for (field, amount) in rest {
        whole(&|| format!("{at}/{field}"), *amount);
    }
}

/// An order in the interface's words, in a state that it had.
pub(super) fn told(order: &Order, state: OrderState) -> wit::Order {
    let some = |amount: Amount| (!amount.is_zero()).then(|| amount.text());
    let list = |texts: &[String]| (!texts.is_empty()).then(|| texts.to_vec());
    let line = |line: &Line| wit::Line {
        line: Some(line.id.text()),
        sku: line.sku.clone(),
        quantity: line.quantity.text(),
        amount: line.amount.text(),
        discount: some(line.discount),
        tax: some(line.tax),
        categories: list(&line.categories),
        brand: line.brand.clone(),
        tags: list(&line.tags),
    };
    wit::Order {
        order: order.id.text(),
        member: order.member.text(),
        state: shown(state),
        lines: order.cart.lines.iter().map(line).collect(),
        discount: some(order.cart.discount),
        shipping: some(order.cart.shipping),
        gift_card: some(order.gift_card),
        points_paid: order.points_paid.map(|paid| paid.text()),
        currency: None,
        payment_methods: list(&order.payment_methods),
        channel: order.channel.clone(),
    }
}

/// An order's state.
pub(super) fn state(state: wit::OrderState) -> OrderState {
    match state {
        wit::OrderState::Ordered => OrderState::Ordered,
        wit::OrderState::Paid => OrderState::Paid,
        wit::OrderState::Shipped => OrderState::Shipped,
        wit::OrderState::Delivered => OrderState::Delivered,
        wit::OrderState::Completed => OrderState::Completed,
    }
}

/// An order's state, in the interface's words.
pub(super) fn shown(state: OrderState) -> wit::OrderState {
    match state {
        OrderState::Ordered => wit::OrderState::Ordered,
        OrderState::Paid => wit::OrderState::Paid,
        OrderState::Shipped => wit::OrderState::Shipped,
        OrderState::Delivered => wit::OrderState::Delivered,
        OrderState::Completed => wit::OrderState::Completed,
    }
}
