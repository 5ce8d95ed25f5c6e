//! Names of what the reader finds: short ones for programs, sentences for people.

use stampcard_invoice::reading::{Encoding, Extent, Field, Reason, Warning, Way};

pub(super) fn way(way: Way) -> &'static str {
    match way {
        Way::Qr => "qr",
        Way::Bar => "bar",
        Way::Typed => "typed",
    }
}

pub(super) fn encoding(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Big5 => "big5",
        Encoding::Utf8 => "utf-8",
        Encoding::Base64 => "base64",
        Encoding::Abroad => "abroad",
    }
}

pub(super) fn extent(extent: Extent) -> &'static str {
    match extent {
        Extent::Absent => "absent",
        Extent::All => "all",
        Extent::Part => "part",
        Extent::Broken => "broken",
    }
}

pub(super) fn field(field: Field) -> &'static str {
    match field {
        Field::Code => "code",
        Field::Number => "number",
        Field::Date => "date",
        Field::Random => "random",
        Field::Amount => "amount",
        Field::Buyer => "buyer",
        Field::Seller => "seller",
        Field::Check => "check",
        Field::Carrier => "carrier",
        Field::Verification => "verification",
    }
}

/// The name, and what it means.
pub(super) fn reason(reason: Reason) -> (&'static str, &'static str) {
    match reason {
        Reason::Nothing => ("nothing", "nothing was sent"),
        Reason::NoInvoice => ("no-invoice", "none of the codes is an invoice's"),
        Reason::RightOnly => (
            "right-only",
            "the left code is missing, which alone has the number",
        ),
        Reason::CarrierCode => ("carrier-code", "it is a carrier's code"),
        Reason::DonationCode => ("donation-code", "it is a charity's code"),
        Reason::TooShort => ("too-short", "it is cut off"),
        Reason::TooLong => ("too-long", "it is longer than any code"),
        Reason::TooMany => (
            "too-many",
            "there are more invoices than one upload may have",
        ),
        Reason::Disagree => ("disagree", "two codes of one invoice contradict each other"),
        Reason::Form => ("form", "it has not its form"),
        Reason::Future => ("future", "it lies after today"),
        Reason::BusinessBuyer => ("business-buyer", "the invoice was made out to a business"),
        Reason::Traditional => (
            "traditional",
            "it is a paper invoice, which no platform knows",
        ),
        Reason::MemberCarrier => ("member-carrier", "the invoice is on a shop's own carrier"),
        Reason::MaskedDonated => (
            "masked-donated",
            "its last digits are hidden, since it was donated",
        ),
    }
}

/// The name, and what it means.
pub(super) fn warning(warning: Warning) -> (&'static str, &'static str) {
    match warning {
        Warning::DoubtfulLetter => (
            "doubtful-letter",
            "the number has an I or an O, probably a 1 or a 0",
        ),
        Warning::ForeignTrack => ("foreign-track", "the period has no such letters"),
        Warning::SellerChecksum => ("seller-checksum", "the seller's number keeps no checksum"),
        Warning::BlankBuyer => ("blank-buyer", "the buyer is blank instead of zeros"),
        Warning::Amounts => ("amounts", "sales before tax are more than the total"),
        Warning::UnusualCheck => ("unusual-check", "the check field is not of 16 bytes"),
        Warning::CommonDate => ("common-date", "the date is by the common calendar"),
        Warning::Counts => (
            "counts",
            "the codes hold another number of lines than they say",
        ),
        Warning::ColonInName => ("colon-in-name", "a name has a colon in it"),
        Warning::Repaired => (
            "repaired",
            "letters were put right that the decoder took for others",
        ),
        Warning::OtherEncoding => (
            "other-encoding",
            "the items are in another encoding than the code says",
        ),
        Warning::DoubtfulEncoding => (
            "doubtful-encoding",
            "the items can be read in two encodings",
        ),
        Warning::UnreadableName => (
            "unreadable-name",
            "lines are left out whose names can't be read",
        ),
        Warning::UnreadableItems => ("unreadable-items", "some of the items can't be read"),
        Warning::DoubtfulSeam => (
            "doubtful-seam",
            "what lies where the codes are joined is left out",
        ),
        Warning::UnpairedRight => ("unpaired-right", "a right code may or may not belong to it"),
    }
}
