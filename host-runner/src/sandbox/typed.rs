//! The exported interfaces with Rust's types, one handle each.

use super::Sandbox;
use crate::bindings::types::{Error, Execution, Fault};
use crate::bindings::{
    accounts, campaigns, coupons, imports, invoices, members, merchant, notices, points, policy,
    reports, submissions, tiers, upkeep,
};
use crate::call::{CallError, Cost};
use wasmtime::component::__internal::InstanceType;
use wasmtime::component::types::ComponentFunc;

/// Declares the handles, the list of all functions, and the check of a component against it.
macro_rules! interfaces {
    ($(
        $(#[$about:meta])*
        $handle:ident of $interface:ident, got by $getter:ident {
            $( $name:literal $method:ident ( $($param:ident : $type:ty),* ) -> $result:ty; )*
        }
    )*) => {
        /// Every function of the world.
        #[cfg(test)]
        pub(crate) const FUNCTIONS: &[&str] = &[$($($name),*),*];

        /// Whether a function has the types that the interface gives it. Functions that it doesn't
        /// name may have any.
        pub(crate) fn check(
            name: &str,
            function: &ComponentFunc,
            types: &InstanceType<'_>,
        ) -> wasmtime::Result<()> {
            match name {
                $($(
                    $name => function.typecheck::<($(&$type,)*), ($result,)>(types),
                )*)*
                _ => Ok(()),
            }
        }

        impl Sandbox {
            $(
                $(#[$about])*
                pub fn $getter(&mut self) -> $handle<'_> {
                    $handle(self)
                }
            )*
        }

        $(
            #[doc = concat!(
                "Calls the functions of the interface `", stringify!($interface),
                "`; see [the types](crate::bindings::", stringify!($interface), ")."
            )]
            #[derive(Debug)]
            pub struct $handle<'a>(&'a mut Sandbox);

            impl $handle<'_> {
                $(
                    #[doc = concat!("`", $name, "` of the WIT, where its outcomes are told.")]
                    ///
                    /// # Errors
                    /// [`CallError`] when the plugin could not answer.
                    pub fn $method(&mut self, $($param: &$type),*) -> Result<($result, Cost), CallError> {
                        self.0.typed($name, ($($param,)*))
                    }
                )*
            }
        )*
    };
}

interfaces! {
    /// The merchant's configuration.
    Merchants of merchant, got by configuration {
        "merchant.validate" validate(request: merchant::Document) -> Result<merchant::Summary, Error>;
        "merchant.apply" apply(execution: Execution, request: merchant::Document) -> Result<merchant::Applied, Error>;
        "merchant.current" current() -> Result<merchant::Applied, Error>;
        "merchant.history" history(request: merchant::HistoryRequest) -> Result<merchant::HistoryPage, Error>;
        "merchant.past" past(request: merchant::ConfigurationNumber) -> Result<merchant::PastDocument, Error>;
        "merchant.presets" presets() -> Result<Vec<merchant::Preset>, Error>;
        "merchant.terms" terms(request: merchant::Document) -> Result<merchant::StatedTerms, Error>;
        "merchant.missing-terms" missing_terms(request: merchant::TermsText) -> Result<Vec<merchant::Clause>, Error>;
        "merchant.schema" schema() -> String;
    }

    /// The members' records.
    Members of members, got by members {
        "members.put" put(execution: Execution, request: members::Member) -> Result<members::Member, Error>;
        "members.forget" forget(execution: Execution, request: members::MemberId) -> Result<members::Forgotten, Error>;
        "members.of-line-user" of_line_user(request: members::LineUserId) -> Result<members::LineMembers, Error>;
        "members.get" get(request: members::MemberId) -> Result<members::Member, Error>;
    }

    /// Earning, spending and refunding.
    Points of points, got by points {
        "points.report-order" report_order(execution: Execution, request: points::Order) -> Result<points::Earned, Error>;
        "points.report-registration" report_registration(execution: Execution, request: points::Registration) -> Result<points::Earned, Error>;
        "points.report-event" report_event(execution: Execution, request: points::Event) -> Result<points::Earned, Error>;
        "points.grant" grant(execution: Execution, request: points::Gift) -> Result<points::Given, Error>;
        "points.bulk-grant" bulk_grant(request: points::BulkId) -> Result<points::BulkProgress, Error>;
        "points.try-orders" try_orders(request: points::Trial) -> Result<Vec<points::Tried>, Error>;
        "points.recorded-orders" recorded_orders(request: points::RecordedRequest) -> Result<points::RecordedPage, Error>;
        "points.quote" quote(request: points::QuoteRequest) -> Result<points::Quoted, Error>;
        "points.hold" hold(execution: Execution, request: points::HoldRequest) -> Result<points::Held, Error>;
        "points.capture" capture(execution: Execution, request: points::CaptureRequest) -> Result<points::Spent, Error>;
        "points.release" release(execution: Execution, request: points::ReleaseRequest) -> Result<points::Released, Error>;
        "points.redeem" redeem(execution: Execution, request: points::RedeemRequest) -> Result<points::Spent, Error>;
        "points.refund" refund(execution: Execution, request: points::RefundRequest) -> Result<points::Refunded, Error>;
        "points.balance" balance(request: points::Account) -> Result<points::AccountBalance, Error>;
        "points.lots" lots(request: points::LotsRequest) -> Result<points::LotsPage, Error>;
        "points.history" history(request: points::HistoryRequest) -> Result<points::HistoryPage, Error>;
        "points.order-standing" order_standing(request: points::OrderId) -> Result<points::Standing, Error>;
        "points.accounts" accounts(request: points::LedgerRequest) -> Result<points::AccountsPage, Error>;
        "points.ledger" ledger(request: points::LedgerRequest) -> Result<points::LedgerPage, Error>;
    }

    /// Accounts corrected by hand.
    Accounts of accounts, got by accounts {
        "accounts.adjust" adjust(execution: Execution, request: accounts::Adjustment) -> Result<accounts::Change, Error>;
        "accounts.extend" extend(execution: Execution, request: accounts::Extension) -> Result<accounts::Change, Error>;
        "accounts.transfer" transfer(execution: Execution, request: accounts::Movement) -> Result<accounts::Change, Error>;
        "accounts.merge" merge(execution: Execution, request: accounts::Merger) -> Result<accounts::Merged, Error>;
    }

    /// Levels of members.
    Tiers of tiers, got by tiers {
        "tiers.status" status(request: tiers::TierRequest) -> Result<tiers::TierStatus, Error>;
        "tiers.history" history(request: tiers::TierHistoryRequest) -> Result<tiers::TierHistory, Error>;
        "tiers.set" set(execution: Execution, request: tiers::TierSetting) -> Result<tiers::TierGiven, Error>;
    }

    /// Coupons from their issue to their use.
    Coupons of coupons, got by coupons {
        "coupons.set-code-key" set_code_key(execution: Execution, request: coupons::CodeKey) -> Result<coupons::CodeKeyReport, Error>;
        "coupons.issue" issue(execution: Execution, request: coupons::IssueRequest) -> Result<coupons::Issued, Error>;
        "coupons.claim" claim(execution: Execution, request: coupons::ClaimRequest) -> Result<coupons::Coupon, Error>;
        "coupons.reserve" reserve(execution: Execution, request: coupons::ReserveRequest) -> Result<coupons::Reservation, Error>;
        "coupons.redeem" redeem(execution: Execution, request: coupons::OrderRequest) -> Result<coupons::OrderCoupons, Error>;
        "coupons.release" release(execution: Execution, request: coupons::OrderRequest) -> Result<coupons::OrderCoupons, Error>;
        "coupons.void" void(execution: Execution, request: coupons::VoidRequest) -> Result<coupons::Coupon, Error>;
        "coupons.get" get(request: coupons::CouponId) -> Result<coupons::Coupon, Error>;
        "coupons.bulk-issue" bulk_issue(request: coupons::BulkId) -> Result<coupons::BulkProgress, Error>;
        "coupons.codes" codes(request: coupons::CodesRequest) -> Result<coupons::CodesPage, Error>;
        "coupons.of-member" of_member(request: coupons::MemberRequest) -> Result<coupons::MemberPage, Error>;
        "coupons.of-template" of_template(request: coupons::TemplateRequest) -> Result<coupons::TemplatePage, Error>;
        "coupons.best" best(request: coupons::BestRequest) -> Result<coupons::BestSet, Error>;
    }

    /// What members are told.
    Notices of notices, got by notices {
        "notices.of-member" of_member(request: notices::OfMemberRequest) -> Result<notices::NoticesPage, Error>;
        "notices.submit" submit(execution: Execution, request: notices::Submission) -> Result<notices::Submitted, Error>;
        "notices.withdraw" withdraw(execution: Execution, request: notices::Withdrawal) -> Result<notices::Submitted, Error>;
        "notices.foresee" foresee(request: notices::ForeseeRequest) -> Result<notices::Foresight, Error>;
        "notices.report" report(execution: Execution, request: notices::ReportRequest) -> Result<notices::Reported, Error>;
        "notices.prefer" prefer(execution: Execution, request: notices::Wishes) -> Result<notices::Reach, Error>;
        "notices.close" close(execution: Execution, request: notices::Closure) -> Result<notices::Reach, Error>;
        "notices.figures" figures(request: notices::FiguresRequest) -> Result<notices::FiguresPortion, Error>;
        "notices.reach-of" reach_of(request: notices::ReachRequest) -> Result<notices::Reach, Error>;
        "notices.outbox" outbox(request: notices::OutboxRequest) -> Result<notices::NoticesPage, Error>;
        "notices.show" show(request: notices::PreviewRequest) -> Result<notices::Preview, Error>;
    }

    /// Which messages may go.
    Policies of policy, got by policy {
        "policy.check" check(request: policy::CheckRequest) -> Result<Vec<policy::Verdict>, Error>;
        "policy.rules" rules(request: policy::RulesRequest) -> Result<policy::RulesInForce, Error>;
    }

    /// E-invoices read and judged.
    Invoices of invoices, got by invoices {
        "invoices.read" read(request: invoices::ReadRequest) -> Result<Vec<Vec<invoices::ReadInvoice>>, Error>;
        "invoices.judge" judge(request: invoices::JudgeRequest) -> Result<Vec<invoices::Verdict>, Error>;
        "invoices.earliest-issue-date" earliest_issue_date(request: invoices::EarliestRequest) -> Result<invoices::Earliest, Error>;
    }

    /// Invoice-registration campaigns.
    Campaigns of campaigns, got by campaigns {
        "campaigns.save" save(execution: Execution, request: campaigns::Edit) -> Result<campaigns::Campaign, Error>;
        "campaigns.publish" publish(execution: Execution, request: campaigns::Publication) -> Result<campaigns::Campaign, Error>;
        "campaigns.pause" pause(execution: Execution, request: campaigns::CampaignRequest) -> Result<campaigns::Campaign, Error>;
        "campaigns.copy" copy(execution: Execution, request: campaigns::CampaignRequest) -> Result<campaigns::Campaign, Error>;
        "campaigns.delete" delete(execution: Execution, request: campaigns::CampaignRequest) -> Result<campaigns::Campaign, Error>;
        "campaigns.show" show(request: campaigns::CampaignRequest) -> Result<campaigns::Details, Error>;
        "campaigns.search" search(request: campaigns::SearchRequest) -> Result<campaigns::CampaignsPage, Error>;
        "campaigns.check" check(request: campaigns::Edit) -> Result<Vec<Fault>, Error>;
        "campaigns.schema" schema() -> String;
    }

    /// What members send in to campaigns.
    Submissions of submissions, got by submissions {
        "submissions.open-card" open_card(execution: Execution, request: submissions::CardRequest) -> Result<submissions::Opened, Error>;
        "submissions.submit" submit(execution: Execution, request: submissions::Upload) -> Result<submissions::Submitted, Error>;
        "submissions.search" search(request: submissions::SearchRequest) -> Result<submissions::SubmissionsPage, Error>;
        "submissions.figures" figures(request: submissions::FiguresRequest) -> Result<submissions::Counts, Error>;
        "submissions.submit-carrier" submit_carrier(execution: Execution, request: submissions::Carrier) -> Result<submissions::Submitted, Error>;
        "submissions.table" table(request: submissions::TableRequest) -> Result<submissions::TablePage, Error>;
        "submissions.decide" decide(execution: Execution, request: submissions::Decision) -> Result<submissions::Submission, Error>;
        "submissions.verify-again" verify_again(execution: Execution, request: submissions::SubmissionRequest) -> Result<submissions::Submission, Error>;
        "submissions.told" told(request: submissions::SubmissionRequest) -> Result<Option<submissions::ToldInvoice>, Error>;
        "submissions.resume" resume(execution: Execution, request: submissions::ResumeRequest) -> Result<submissions::Resumed, Error>;
        "submissions.signals" signals(request: submissions::SignalsRequest) -> Result<submissions::SignalsPage, Error>;
        "submissions.draw" draw(execution: Execution, request: submissions::DrawRequest) -> Result<submissions::Drawn, Error>;
        "submissions.draw-list" draw_list(request: submissions::DrawListRequest) -> Result<submissions::DrawListPage, Error>;
    }

    /// Sums of the ledger and of what members hold.
    Reports of reports, got by reports {
        "reports.movements" movements(request: reports::MovementsRequest) -> Result<reports::MovementsReport, Error>;
        "reports.liability" liability(request: reports::LiabilityRequest) -> Result<reports::LiabilityReport, Error>;
    }

    /// What members held elsewhere.
    Imports of imports, got by imports {
        "imports.lots" lots(execution: Execution, request: imports::LotsRequest) -> Result<imports::Imported, Error>;
    }

    /// What is due as time goes by.
    Upkeep of upkeep, got by upkeep {
        "upkeep.tick" tick(request: upkeep::TickRequest) -> Result<upkeep::TickReport, Error>;
        "upkeep.help" help(request: upkeep::TickRequest) -> Result<upkeep::TickReport, Error>;
    }
}

#[cfg(test)]
mod tests {
    /// The list is written by hand, the interface is not: they must name the same functions.
    #[test]
    fn lists_every_function_of_the_interface() {
        let mut listed: Vec<_> = super::FUNCTIONS
            .iter()
            .map(|name| (*name).to_owned())
            .collect();
        listed.sort();
        let mut exported = Vec::new();
        for interface in [
            "merchant",
            "members",
            "points",
            "accounts",
            "tiers",
            "coupons",
            "notices",
            "policy",
            "invoices",
            "campaigns",
            "submissions",
            "reports",
            "imports",
            "upkeep",
        ] {
            let path = format!("{}/../wit/{interface}.wit", env!("CARGO_MANIFEST_DIR"));
            let text = std::fs::read_to_string(path).unwrap();
            let functions = text
                .lines()
                .filter_map(|line| line.trim().split_once(": func("));
            exported.extend(functions.map(|(name, _)| format!("{interface}.{name}")));
        }
        exported.sort();
        assert_eq!(listed, exported);
    }
}
