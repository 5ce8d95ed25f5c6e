//! Why, in English.

use super::Code;

impl Code {
    /// A sentence for whoever wants to know why.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Suspended => "The service is suspended for this merchant.",
            Self::OptedOut => "The person wants no such messages by this channel.",
            Self::NotPermitted => "This channel is not permitted for this purpose.",
            Self::EventUnknown => "It is not told when it happened or takes place.",
            Self::NotYet => "What it tells of has not happened yet.",
            Self::TooEarly => "It is earlier than the days permitted before the event.",
            Self::WindowPassed => "The time in which it may be sent is over.",
            Self::NotMemberAtEvent => "The person is not known to have been a member then.",
            Self::NotMemberAtSending => "The person is not known to be a member at the sending.",
            Self::NoMobile => "No mobile number is known, or it is not E.164.",
            Self::NotMobile => "The number is not one of a mobile phone.",
            Self::OutsideCountries => "The channel does not serve the number's country.",
            Self::MobileUnchecked => "Whether the number is mobile is unknown in its country.",
            Self::BuyerUnknown => "It is not told whether a member placed the order.",
            Self::GuestOrder => "A guest placed the order.",
            Self::ConditionUnknown => "It is not told what the points were granted for.",
            Self::UnconditionalGrant => "The points were granted without an act of the member.",
            Self::RegistrationUnknown => "It is not told how the person became a member.",
            Self::ManualUpload => "Off-line registrations may be handed over by API only.",
            Self::RemindersUnknown => "It is not told how many reminders went out before.",
            Self::SecondReminder => "One reminder of an event is preferred; this is the second.",
            Self::ReminderCap => "Two reminders of the event went out, or may have.",
            Self::NoContact => "There is neither a button nor the service's contact.",
            Self::NoPriorAct => "No act of the person towards the brand is on record.",
            Self::NoText => "There is no text that could be looked at.",
            Self::Marketing => "It is to sell: by its declared purpose or by a word in it.",
            Self::NoLineId => "The person's LINE user id is not known.",
            Self::Blocked => "The person has blocked the account.",
            Self::QuotaUnknown => "It is not known what is left of the monthly quota.",
            Self::QuotaUsedUp => "The monthly quota is used up.",
            Self::TemplateNotApproved => "The template is not approved.",
            Self::VariablesMissing => "Variables of the template have no value.",
            Self::TooLong => "The text is longer than the channel takes.",
            Self::OutsideCharset => "The text has characters that EUC-KR lacks.",
            Self::TooManyButtons => "There are more than five buttons.",
            Self::NoBenefitOrigin => {
                "The benefit came about by no purchase, event or contract: an advertisement."
            }
            Self::NoBasisLine => "The text does not say by what the benefit came about.",
            Self::NoConsent => "The person has not consented to advertisements.",
            Self::NoAdLabel => "An advertisement has to begin with (광고).",
            Self::NoAdSender => "An advertisement has to name its sender.",
            Self::NoOptOut => "An advertisement has to say how to refuse them free of charge.",
            Self::AdHours => "No advertisements at night without a consent for it.",
            Self::NoEmail => "No mailbox is known.",
            Self::Bounced => "Messages to this address came back.",
            Self::Complained => "The person complained of mail.",
            Self::NoUnsubscribe => "A reminder by mail needs List-Unsubscribe with one click.",
            Self::NeedlessUnsubscribe => "A receipt by mail should not offer to unsubscribe.",
            Self::QuietHours => "These are quiet hours.",
            Self::CountsUnknown => "It is not told what the member was sent of late.",
            Self::DayCap => "The member was sent as many today as the merchant permits.",
            Self::WeekCap => "The member was sent as many this week as the merchant permits.",
            Self::SpentUnknown => "It is not told what was spent of the budget.",
            Self::OverBudget => "The budget does not pay for it.",
            Self::NeverOpen => "Quiet hours leave no time for it within a fortnight.",
        }
    }
}
