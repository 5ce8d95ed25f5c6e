//! LINE push to friends. Source: spec, notification.

use super::verdict::Finding;
use super::{Code, Facts, Policy, Question};

impl Policy<'_> {
    pub(super) fn friend(asked: &Question<'_>) -> Finding {
        if !asked.facts.has(Facts::LINE_ID) {
            return Finding::Denied(Code::NoLineId);
        }
        Finding::unless(!asked.facts.has(Facts::BLOCKED), Code::Blocked)
    }

    pub(super) fn quota(asked: &Question<'_>) -> Finding {
        match asked.quota_left {
            None => Finding::Denied(Code::QuotaUnknown),
            Some(left) => Finding::unless(left > 0, Code::QuotaUsedUp),
        }
    }
}
