//! What is wrong with the policy of messages.

use super::{Fault, Found};
use crate::domain::amount::Amount;
use crate::domain::config::PolicySettings;
use crate::domain::policy::{EDITIONS, edition};
use crate::words::is_printed;

/// Words of one language, at most: each text is searched for them.
const WORDS_MAX: usize = 200;

/// Quiet hours, at most.
const QUIET_MAX: usize = 50;

/// All faults of a policy that stands by itself.
#[must_use]
pub fn policy_faults(policy: &PolicySettings) -> Vec<Fault> {
    let mut found = Found {
        faults: Vec::new(),
        path: String::new(),
    };
    found.policy(policy);
    found.faults
}

impl Found {
    pub(super) fn policy(&mut self, policy: &PolicySettings) {
        if let Some(name) = &policy.rules {
            let known = EDITIONS.map(|edition| edition.name).join(", ");
            let permitted = format!("one of the editions {known}");
            self.unless(edition(name).is_some(), "rules", name, &permitted);
        }
        let words = &policy.marketing_words;
        for (language, words) in [
            ("zh-TW", &words.zh_tw),
            ("ko", &words.ko),
            ("en", &words.en),
            ("ja", &words.ja),
        ] {
            let field = format!("marketing-words/{language}");
            let count = words.len();
            self.unless(count <= WORDS_MAX, &field, count, "at most 200 words");
            for (place, word) in words.iter().enumerate() {
                let fits = !word.trim().is_empty() && word.chars().nth(50).is_none();
                let field = format!("{field}/{place}");
                let permitted = "1 to 50 printed characters";
                self.unless(fits && is_printed(word), &field, word, permitted);
            }
        }
        let count = policy.quiet_hours.len();
        self.unless(count <= QUIET_MAX, "quiet-hours", count, "at most 50");
        for (place, hours) in policy.quiet_hours.iter().enumerate() {
            let field = format!("quiet-hours/{place}/to");
            let fits = hours.from != hours.to;
            self.unless(fits, &field, hours.to, "another time than from");
        }
        for (field, cap) in [
            ("caps/day", policy.caps.day),
            ("caps/week", policy.caps.week),
        ] {
            let fits = cap.is_none_or(|cap| (1..=1_000).contains(&cap));
            self.unless(fits, field, cap.unwrap_or(0), "1 to 1,000");
        }
        let costs = &policy.costs;
        for (field, cost) in [
            ("costs/line-notification", costs.line_notification),
            ("costs/line-push", costs.line_push),
            ("costs/alimtalk", costs.alimtalk),
            ("costs/sms", costs.sms),
            ("costs/lms", costs.lms),
            ("costs/email", costs.email),
            ("budget", policy.budget),
        ] {
            let cost = cost.unwrap_or(Amount::ZERO);
            // So that no sum of it and what was spent is beyond what an amount may be.
            let fits = cost >= Amount::ZERO && cost <= Amount::whole(1_000_000_000);
            self.unless(fits, field, cost, "0 to 1,000,000,000");
        }
    }
}
