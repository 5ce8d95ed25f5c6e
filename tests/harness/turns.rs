//! Two components that take turns on one merchant's records: a released one and the present one. Every step moves the merchant
//! forward or back.

use stampcard::cache::Cache;
use stampcard::call::{Answer, Call, CallError, Signature, Subject};
use stampcard::engine::{Engine, Settings};
use stampcard::plugin::Plugin;
use stampcard::sandbox::Sandbox;
use std::sync::OnceLock;

/// The component as it was released in November 2026.
const RELEASED: &[u8] = include_bytes!("../released/0.1.0-2026-11.wasm");

/// Scenarios of what the released component has wrong: each fails there, and none is played by turns.
pub const MENDED: [&str; 84] = [
    "accounts/extend-to-the-last-moment.yaml",
    "accounts/merge-nobodys-coupon.yaml",
    "accounts/merge-nobodys-released.yaml",
    "campaigns/submissions/donated-refused.yaml",
    "campaigns/submissions/drafts-passed.yaml",
    "campaigns/submissions/draw-kept.yaml",
    "campaigns/submissions/end-moved.yaml",
    "campaigns/submissions/header-again.yaml",
    "campaigns/submissions/looks-decided.yaml",
    "campaigns/submissions/looks-untold.yaml",
    "campaigns/submissions/merged-sums.yaml",
    "campaigns/submissions/no-verifier.yaml",
    "campaigns/submissions/pauses-names.yaml",
    "campaigns/submissions/races.yaml",
    "campaigns/submissions/refused-before.yaml",
    "campaigns/submissions/sums-decided.yaml",
    "campaigns/submissions/sums-flags.yaml",
    "campaigns/submissions/told.yaml",
    "campaigns/submissions/typed-fields.yaml",
    "campaigns/submissions/unknown-seller.yaml",
    "coupons/asked-by-another.yaml",
    "imports/merged-members.yaml",
    "invoices/sellers.yaml",
    "invoices/untold-items.yaml",
    "invoices/widths.yaml",
    "notices/behind-spent-coupons.yaml",
    "notices/bounced-number.yaml",
    "notices/coupons-after-the-check.yaml",
    "notices/foreseen-once.yaml",
    "notices/foreseen-words.yaml",
    "notices/forgotten-words.yaml",
    "notices/given-by-hand.yaml",
    "notices/html-is-read.yaml",
    "notices/lead-beyond-life.yaml",
    "notices/merged-onward.yaml",
    "notices/merged-wishes.yaml",
    "notices/month-clamps-coupons.yaml",
    "notices/origin-of-before.yaml",
    "notices/provider-reports.yaml",
    "notices/put-off-too-long.yaml",
    "notices/sent-after-check.yaml",
    "notices/set-aside-at-the-check.yaml",
    "notices/stated-reminders.yaml",
    "notices/template-places.yaml",
    "notices/threshold-at-sending.yaml",
    "notices/trail.yaml",
    "notices/unknown-activation.yaml",
    "notices/zone-moved.yaml",
    "points/commands/great-sums.yaml",
    "points/earning/activation-long-past.yaml",
    "points/earning/activation-of-a-lost-programme.yaml",
    "points/earning/birthday-checked-late.yaml",
    "points/earning/birthday-missed-check.yaml",
    "points/earning/grant-as-ordered.yaml",
    "points/earning/grant-cut-by-a-limit.yaml",
    "points/earning/grant-with-conditions.yaml",
    "points/earning/greatest-award-by-line.yaml",
    "points/earning/greatest-award.yaml",
    "points/earning/limit-in-whole-points.yaml",
    "points/earning/limit-of-orders-alone.yaml",
    "points/earning/rounding-units-per-line.yaml",
    "points/earning/shipping-paid-with-points.yaml",
    "points/expiry/inactivity-acts-of-the-grant.yaml",
    "points/expiry/inactivity-before-the-check.yaml",
    "points/expiry/inactivity-before-usable.yaml",
    "points/expiry/inactivity-first-act.yaml",
    "points/expiry/inactivity-restored.yaml",
    "points/expiry/terms-inactivity.yaml",
    "points/refunds/grace-not-for-its-own-order.yaml",
    "points/refunds/grace-of-the-earner.yaml",
    "points/refunds/held-to-pay-shipping.yaml",
    "points/refunds/lapsed-beside-a-pending-lot.yaml",
    "points/refunds/lapsed-of-two-awards.yaml",
    "points/refunds/multiplier-with-a-minimum.yaml",
    "points/refunds/units-by-amount.yaml",
    "points/spending/excluded-products.yaml",
    "points/spending/limits-of-the-whole-order.yaml",
    "points/spending/order-beside-a-held-lot.yaml",
    "points/spending/order-of-many-lots.yaml",
    "points/spending/quote-fewest-points.yaml",
    "points/spending/reported-order-paid.yaml",
    "points/spending/undone-before-the-report.yaml",
    "points/spending/worth-above-the-money-unit.yaml",
    "points/spending/worth-of-a-hold.yaml",
];

/// Scenarios in which the released component states the same terms in other words: they are not played by turns either.
pub const WORDED: [&str; 3] = [
    "notices/preset-cyberbiz.yaml",
    "notices/preset-onehae.yaml",
    "notices/preset-three-notices.yaml",
];

/// The released component, loaded once for all tests of a process.
pub fn released() -> &'static Plugin {
    static PLUGIN: OnceLock<Plugin> = OnceLock::new();
    PLUGIN.get_or_init(|| {
        let engine = Engine::new(&Settings::default()).expect("an engine");
        Plugin::load(&engine, RELEASED, Cache::of_user().as_ref()).expect("the component")
    })
}

/// A sandbox of each, and whose turn it is.
pub(crate) struct Turns {
    pub(crate) released: Sandbox,
    pub(crate) present: Sandbox,
    pub(crate) released_is_next: bool,
}

impl Subject for Turns {
    /// As the present one has it.
    fn signature(&self, function: &str) -> Option<Signature> {
        self.present.signature(function)
    }

    fn call(&mut self, call: &Call) -> Result<Answer, CallError> {
        let released = self.released_is_next;
        // Who states the terms is asked to confirm them: their words may differ between the two.
        if call.function != "merchant.terms" {
            self.released_is_next = !released;
        }
        // What only the present one has, it does.
        if released && self.released.signature(&call.function).is_some() {
            self.released.call(call)
        } else {
            self.present.call(call)
        }
    }
}
