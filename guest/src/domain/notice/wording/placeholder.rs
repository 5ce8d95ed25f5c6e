//! What may be put into texts.

use crate::domain::notice::{Channel, Kind};

/// Characters of a member's or a programme's name, at most; a longer one is cut.
pub(super) const NAME_MAX: usize = 60;

/// Characters of a coupon's name, of its code and of an amount, at most; a longer one is cut.
pub(super) const COUPON_MAX: usize = 40;

/// Characters of what the platform says in words of its own, at most; a longer one is cut.
pub(super) const ITEM_MAX: usize = 100;

/// A value that a text may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placeholder {
    /// The member's name, or a polite word for a member.
    Member,
    /// What the programme's points are called.
    Programme,
    /// How many points the notice is about.
    Points,
    /// The balance.
    Balance,
    /// In how many days the last one is, as a number.
    Days,
    /// The last local date.
    LastDay,
    /// The last local time on it.
    LastTime,
    /// The local date on which points lapsed.
    LapsedDay,
    /// Why points came or went.
    Reason,
    /// By what the points or coupons came about: a purchase, an event, a contract.
    Basis,
    /// The coupons: a list of names with codes.
    Coupons,
    /// How many coupons, as a number.
    Count,
    /// What the platform tells of: an order's number, an event's.
    Subject,
    /// The same in words.
    Item,
    /// How much, as the platform says it.
    Amount,
    /// The local date of what the platform tells of.
    Day,
    /// The local time of it.
    Time,
    /// How to reach the merchant's service.
    Contact,
}

impl Placeholder {
    /// All of them.
    pub const ALL: [Self; 18] = [
        Self::Member,
        Self::Programme,
        Self::Points,
        Self::Balance,
        Self::Days,
        Self::LastDay,
        Self::LastTime,
        Self::LapsedDay,
        Self::Reason,
        Self::Basis,
        Self::Coupons,
        Self::Count,
        Self::Subject,
        Self::Item,
        Self::Amount,
        Self::Day,
        Self::Time,
        Self::Contact,
    ];

    /// Its name, as it stands between braces.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Programme => "programme",
            Self::Points => "points",
            Self::Balance => "balance",
            Self::Days => "days",
            Self::LastDay => "last-day",
            Self::LastTime => "last-time",
            Self::LapsedDay => "lapsed-day",
            Self::Reason => "reason",
            Self::Basis => "basis",
            Self::Coupons => "coupons",
            Self::Count => "count",
            Self::Subject => "subject",
            Self::Item => "item",
            Self::Amount => "amount",
            Self::Day => "day",
            Self::Time => "time",
            Self::Contact => "contact",
        }
    }

    /// The one of that name, if texts of the kind may name it.
    #[must_use]
    pub fn of_name(name: &str, kind: Kind) -> Option<Self> {
        let permitted = Self::permitted(kind);
        permitted.iter().copied().find(|it| it.name() == name)
    }

    /// Those that texts of a kind may name.
    #[must_use]
    pub fn permitted(kind: Kind) -> &'static [Self] {
        use Placeholder::{
            Amount, Balance, Basis, Contact, Count, Coupons, Day, Days, Item, LapsedDay, LastDay,
            LastTime, Member, Points, Programme, Reason, Subject, Time,
        };
        match kind {
            Kind::PointsExpiring => &[
                Member, Programme, Points, Balance, Days, LastDay, LastTime, Basis,
            ],
            Kind::CouponsExpiring => &[Member, Coupons, Count, Days, LastDay, LastTime, Basis],
            Kind::PointsGranted | Kind::PointsDeducted => {
                &[Member, Programme, Points, Balance, Reason, Basis]
            }
            Kind::PointsLapsed => &[Member, Programme, Points, Balance, LapsedDay, Basis],
            _ => &[Member, Subject, Item, Amount, Day, Time, Contact],
        }
    }

    /// Those that texts of a kind must name.
    #[must_use]
    pub fn required(kind: Kind) -> &'static [Self] {
        match kind {
            Kind::PointsExpiring => &[Self::Points, Self::LastDay],
            Kind::CouponsExpiring => &[Self::Coupons, Self::LastDay],
            Kind::PointsGranted | Kind::PointsDeducted | Kind::PointsLapsed => &[Self::Points],
            _ => &[],
        }
    }

    /// Characters of its value before any are escaped, at most.
    pub(super) fn longest(self, channel: Channel) -> usize {
        match self {
            Self::Member | Self::Programme | Self::Subject => NAME_MAX,
            Self::Item | Self::Contact => ITEM_MAX,
            // What a decimal holds, with commas.
            Self::Points | Self::Balance => 40,
            Self::Reason | Self::Amount => COUPON_MAX,
            Self::LastDay | Self::LapsedDay | Self::Day => 20,
            Self::Basis => 30,
            Self::Days | Self::Count => 20,
            Self::LastTime | Self::Time => 8,
            // A dash, blanks, brackets and a break in each line, and a line that tells of the rest.
            Self::Coupons => listed(channel) * (2 * COUPON_MAX + 10) + 40,
        }
    }
}

/// Coupons that a text lists, at most; of others it tells the number.
pub(super) fn listed(channel: Channel) -> usize {
    match channel {
        Channel::Email => 30,
        Channel::Sms | Channel::LinePush | Channel::LineNotification | Channel::Alimtalk => 5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_required_is_permitted() {
        for kind in Kind::ALL {
            for placeholder in Placeholder::required(kind) {
                let found = Placeholder::of_name(placeholder.name(), kind);
                assert_eq!(found, Some(*placeholder));
            }
        }
    }

    #[test]
    fn each_has_a_place_and_a_name_of_its_own() {
        for placeholder in Placeholder::ALL {
            let named = |kind| Placeholder::of_name(placeholder.name(), kind) == Some(placeholder);
            assert!(Kind::ALL.into_iter().any(named), "{placeholder:?}");
        }
        assert_eq!(Placeholder::of_name("coupons", Kind::PointsLapsed), None);
        assert_eq!(Placeholder::of_name("", Kind::PointsLapsed), None);
    }
}
