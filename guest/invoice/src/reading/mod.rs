//! What members send in, read: the QR codes of a receipt, its bar code, typed fields, carriers.
//!
//! Number, date and random code are taken only where they can be read with certainty; everything else is refused with a
//! reason. Items are read as far as they can be, and never guessed: [`Extent`] and [`Warning`] say what is missing.

mod bar;
mod base64;
mod big5;
mod carrier;
mod code;
mod content;
mod encoding;
mod header;
mod join;
mod pairing;
mod refusal;
mod seam;
mod typed;
mod upload;

pub use carrier::{Listed, read_carrier, read_listed};
pub use code::Code;
pub use refusal::{Field, Reason, Refusal};
pub use typed::{Typed, read_typed};
pub use upload::read_codes;

use crate::identifier::track::{self, Year};
use crate::identifier::{Number, Period, Random, TaxId};
use chrono::NaiveDate;
use rust_decimal::Decimal;

/// What reading depends on.
#[derive(Clone, Copy, Debug)]
pub struct Settings<'a> {
    /// Today in Taiwan; later dates are refused.
    pub today: NaiveDate,
    /// Tables of tracks, for typed numbers.
    pub tracks: &'a [Year],
    /// Invoices in one upload, at most.
    pub invoices_max: usize,
}

impl Settings<'static> {
    /// The tables that are known, and 10 invoices at most in one upload.
    #[must_use]
    pub fn on(today: NaiveDate) -> Self {
        Self {
            today,
            tracks: &[track::YEAR_2025],
            invoices_max: 10,
        }
    }
}

/// An invoice as it was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// Its number.
    pub number: Number,
    /// Its period; with the number, its identity.
    pub period: Period,
    /// Day of issue; a bar code has none.
    pub date: Option<NaiveDate>,
    /// Its random code.
    pub random: Random,
    /// What it was read from.
    pub way: Way,
    /// What else its QR code says; none of it is verified.
    pub printed: Option<Printed>,
    /// Items as far as they could be read. Conditions are never judged by them.
    pub items: Vec<Item>,
    /// How far that is.
    pub extent: Extent,
    /// What somebody should know who looks at it. They refuse nothing.
    pub warnings: Vec<Warning>,
}

/// What an invoice was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// QR codes.
    Qr,
    /// The bar code.
    Bar,
    /// Typed fields.
    Typed,
}

/// What a QR code says beyond number, date and random code.
#[derive(Clone, Debug, PartialEq)]
pub struct Printed {
    /// Sales without tax; 0 where tax can't be told apart.
    pub untaxed: Decimal,
    /// Total with tax, in dollars; for sellers abroad with cents.
    pub total: Decimal,
    /// The seller's business number; none where it is all zeros.
    pub seller: Option<TaxId>,
    /// The 24 characters that only the platform can check.
    pub check: String,
    /// Lines that the codes are said to hold.
    pub lines_here: Option<u32>,
    /// Lines that the invoice is said to have.
    pub lines_all: Option<u32>,
    /// How its items are said to be encoded.
    pub encoding: Option<Encoding>,
}

/// How items are written in a QR code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Flag 0.
    Big5,
    /// Flag 1.
    Utf8,
    /// Flag 2: Base64 of UTF-8.
    Base64,
    /// Flag 3: UTF-8, of a seller abroad.
    Abroad,
}

/// A line of an invoice, from its QR codes.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Its name.
    pub name: String,
    /// How many.
    pub quantity: Decimal,
    /// The price of one.
    pub price: Decimal,
}

/// How far the items could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// There are none: a bar code, typed input, or a code without them.
    Absent,
    /// All that the invoice is said to have.
    All,
    /// Those in the codes; the invoice is said to have another number of them.
    Part,
    /// Those before something that can't be read.
    Broken,
}

/// What somebody should know about a reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Warning {
    /// The number has an I or an O, which are not given out.
    DoubtfulLetter,
    /// The number's track is not one of its period.
    ForeignTrack,
    /// The seller's business number keeps no checksum.
    SellerChecksum,
    /// The buyer is left blank instead of zeros.
    BlankBuyer,
    /// Sales without tax are more than the total.
    Amounts,
    /// The check field is not the 16 bytes that it should be.
    UnusualCheck,
    /// The date is by the common calendar.
    CommonDate,
    /// The codes hold another number of lines than they say.
    Counts,
    /// A name has a colon in it.
    ColonInName,
    /// Letters were taken for others by the decoder, and put right.
    Repaired,
    /// Items are in another encoding than the code says.
    OtherEncoding,
    /// Items can be read in more than one way; the one that the code says was taken.
    DoubtfulEncoding,
    /// Names that can't be read, so their lines are left out.
    UnreadableName,
    /// Something in the items can't be read.
    UnreadableItems,
    /// The codes can be joined in two ways, so what lies at the seam is left out.
    DoubtfulSeam,
    /// There are right codes which may or may not belong to it.
    UnpairedRight,
}

impl Reading {
    /// Whether everything was read and nothing about it is unusual.
    #[must_use]
    pub fn is_clear(&self) -> bool {
        self.warnings.is_empty() && matches!(self.extent, Extent::Absent | Extent::All)
    }
}
