//! Kakao AlimTalk: information only. Source: spec, notification; Kakao's limit of five buttons.

use super::verdict::Finding;
use super::{Code, Facts, Origin, Policy, Question};

/// Buttons, at most.
const BUTTONS_MAX: usize = 5;

impl Policy<'_> {
    pub(super) fn template(asked: &Question<'_>) -> Finding {
        if !asked.facts.has(Facts::TEMPLATE_APPROVED) {
            return Finding::Denied(Code::TemplateNotApproved);
        }
        let complete = asked.facts.has(Facts::VARIABLES_COMPLETE);
        Finding::unless(complete, Code::VariablesMissing)
    }

    pub(super) fn buttons(asked: &Question<'_>) -> Finding {
        let fits = asked.buttons.len() <= BUTTONS_MAX;
        Finding::unless(fits, Code::TooManyButtons)
    }

    /// None for what tells of no points or coupons.
    pub(super) fn benefit_origin(asked: &Question<'_>) -> Option<Finding> {
        let told = asked.origin.is_some_and(|origin| origin != Origin::None);
        if !told && !asked.purpose.is_about_benefits() {
            return None;
        }
        Some(if !asked.origin.is_some_and(Origin::is_earned) {
            Finding::Denied(Code::NoBenefitOrigin)
        } else {
            Finding::unless(asked.facts.has(Facts::BASIS_LINE), Code::NoBasisLine)
        })
    }
}
