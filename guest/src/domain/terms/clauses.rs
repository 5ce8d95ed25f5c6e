//! The settings that the statement of terms is made of.

use crate::domain::config::{Expiry, Life, Threshold};
use crate::domain::notice::{Channel, Lead};
use crate::domain::sorted::sort_by;
use crate::json;
use chrono::NaiveTime;
use serde::Serialize;
use siphasher::sip::SipHasher24;
use std::hash::Hasher;

/// Which words the statement is made in. Raise it when they change in what they mean, so that merchants are asked again.
const WORDS: u32 = 1;

/// What terms are about: all settings that a member's points lapse and are noticed by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Clauses {
    /// The programmes, in the order of the statement.
    pub programmes: Vec<ProgrammeClause>,
    /// How long before points lapse members are told, in any order. Empty: not at all.
    pub leads: Vec<Lead>,
    /// The same for coupons; none: there are no coupons.
    pub coupons: Option<Vec<Lead>>,
    /// The local time at which notices go out, to the minute.
    #[serde(with = "crate::domain::clock_time")]
    pub send_at: NaiveTime,
    /// The ways on which they go, in any order. Empty: not at all.
    pub channels: Vec<Channel>,
}

/// What terms say of one programme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ProgrammeClause {
    /// What members call these points; on one line, cut to 60 characters. None: the language's own word for points.
    pub name: Option<String>,
    /// When they lapse.
    pub expiry: Expiry,
    /// What their life is counted from.
    pub life: Life,
    /// Only members who have so much are told before; none: all are.
    pub threshold: Option<Threshold>,
}

impl Clauses {
    /// The same settings in the order that the statement and the version have: lists whose order means nothing are
    /// sorted, and what stands twice in them stands once.
    #[must_use]
    pub fn canonical(&self) -> Self {
        let mut clauses = self.clone();
        put_in_order(&mut clauses.leads);
        if let Some(leads) = &mut clauses.coupons {
            put_in_order(leads);
        }
        put_in_order(&mut clauses.channels);
        for programme in &mut clauses.programmes {
            match &mut programme.expiry {
                Expiry::FixedDates(dates) => put_in_order(dates),
                Expiry::Inactivity(idle) => {
                    sort_by(&mut idle.acts, |a, b| place(*a).cmp(&place(*b)));
                    idle.acts.dedup();
                }
                Expiry::Never | Expiry::Exact(_) | Expiry::EndOf(_) | Expiry::Sweep(_) => {}
            }
        }
        clauses
    }

    /// Whether points of any programme lapse.
    #[must_use]
    pub fn lapse(&self) -> bool {
        self.programmes
            .iter()
            .any(|programme| programme.expiry != Expiry::Never)
    }
}

fn put_in_order<T: Ord>(items: &mut Vec<T>) {
    sort_by(items, T::cmp);
    items.dedup();
}

fn place(act: crate::domain::config::Act) -> u8 {
    use crate::domain::config::Act;
    match act {
        Act::OrderPaid => 0,
        Act::Redeem => 1,
        Act::Event => 2,
        Act::SignUp => 3,
    }
}

/// A fingerprint of the clauses: 16 hexadecimal digits, the same for the same settings, and another one as soon as one of
/// them changes. SipHash 2-4 of 64 bits, with the zero key, over their canonical JSON: it tells a change, not a forger.
#[must_use]
pub fn version(clauses: &Clauses) -> String {
    #[derive(Serialize)]
    struct Versioned<'a> {
        words: u32,
        clauses: &'a Clauses,
    }
    let text = json::write(&Versioned {
        words: WORDS,
        clauses: &clauses.canonical(),
    });
    let mut hasher = SipHasher24::new();
    hasher.write(text.as_bytes());
    format!("{:016x}", hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::amount::Amount;
    use crate::domain::config::{Act, Cycle, Inactivity, MonthDay, Span, Sweep, Weekday};
    use std::collections::BTreeSet;

    fn clauses() -> Clauses {
        Clauses {
            programmes: vec![ProgrammeClause {
                name: Some("Points".to_owned()),
                expiry: Expiry::Exact(Span::Years(1)),
                life: Life::Activation,
                threshold: None,
            }],
            leads: vec![Lead::Days(3), Lead::Months(1)],
            coupons: None,
            send_at: NaiveTime::from_hms_opt(12, 0, 0).unwrap(),
            channels: vec![Channel::Email, Channel::Sms],
        }
    }

    #[test]
    fn a_version_stays() {
        assert_eq!(version(&clauses()), "349da17065c03dcf");
    }

    #[test]
    fn any_setting_changes_the_version() {
        let date = |text: &str| text.parse().unwrap();
        let mut seen = BTreeSet::from([version(&clauses())]);
        let mut changed = |change: &dyn Fn(&mut Clauses)| {
            let mut clauses = clauses();
            change(&mut clauses);
            assert!(seen.insert(version(&clauses)), "{clauses:?}");
        };
        changed(&|it| it.leads = vec![Lead::Days(3)]);
        changed(&|it| it.leads = vec![Lead::Months(3), Lead::Months(1)]);
        changed(&|it| it.leads.clear());
        changed(&|it| it.coupons = Some(vec![]));
        changed(&|it| it.coupons = Some(vec![Lead::Days(3)]));
        changed(&|it| it.send_at = NaiveTime::from_hms_opt(12, 1, 0).unwrap());
        changed(&|it| it.channels = vec![Channel::Email]);
        changed(&|it| it.programmes[0].name = Some("Stars".to_owned()));
        changed(&|it| it.programmes[0].name = None);
        changed(&|it| it.programmes[0].life = Life::Earning);
        changed(&|it| it.programmes[0].threshold = Some(Threshold::Balance(Amount::ONE)));
        changed(&|it| it.programmes[0].threshold = Some(Threshold::Lapsing(Amount::ONE)));
        changed(&|it| it.programmes.push(clauses().programmes.remove(0)));
        changed(&|it| it.programmes.clear());
        for expiry in [
            Expiry::Never,
            Expiry::Exact(Span::Months(12)),
            Expiry::Exact(Span::Years(2)),
            Expiry::FixedDates(vec![MonthDay { month: 6, day: 30 }]),
            Expiry::Sweep(Sweep {
                first: date("2026-01-31"),
                cycle: Cycle::Weekly(Weekday::Monday),
                validity: None,
            }),
            Expiry::Sweep(Sweep {
                first: date("2026-01-30"),
                cycle: Cycle::Weekly(Weekday::Monday),
                validity: Some(Span::Months(12)),
            }),
            Expiry::Inactivity(Inactivity {
                months: 12,
                acts: vec![Act::Redeem],
            }),
        ] {
            changed(&|it| it.programmes[0].expiry = expiry.clone());
        }
    }

    #[test]
    fn an_order_that_means_nothing_changes_none() {
        let mut other = clauses();
        other.leads = vec![Lead::Months(1), Lead::Days(3), Lead::Months(1)];
        other.channels.reverse();
        assert_eq!(version(&other), version(&clauses()));
        let idle = |acts: &[Act]| {
            let mut clauses = clauses();
            clauses.programmes[0].expiry = Expiry::Inactivity(Inactivity {
                months: 6,
                acts: acts.to_vec(),
            });
            version(&clauses)
        };
        assert_eq!(
            idle(&[Act::Redeem, Act::OrderPaid, Act::Redeem]),
            idle(&[Act::OrderPaid, Act::Redeem])
        );
    }
}
