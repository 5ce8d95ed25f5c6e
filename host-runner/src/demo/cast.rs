//! Who takes part in the demonstration, what each sends in, and what the tax platform knows of it.

use crate::simulator::{Carrier, Deed, Invoice, Line, Script, Seller};
use chrono::NaiveDate;
use serde_json::{Value, json};

/// When all invoices were issued, in the calendars of the platform and of QR codes.
const ISSUED: (i32, u32, u32) = (2026, 11, 20);
const ISSUED_IN_CODES: &str = "1151120";

/// Who sold everything.
const SELLER: &str = "22099131";

/// The check field of QR codes; the simulator takes any.
const CHECK: &str = "ydXZt4LAN1UHN/j1juVcRA==";

/// The platform's answer about a voided invoice.
const VOIDED: Deed = Deed::Status("作廢已確認");

/// The platform's answer about a code that is not the seller's.
const FORGED: Deed = Deed::Code(953);

/// The password of every bar code.
const VERIFICATION: &str = "Passw0rd";

/// What a member does, and what comes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Photographs an invoice that qualifies.
    Photo,
    /// Types one.
    Typed,
    /// Reads two from a mobile bar code.
    Carrier,
    /// Sends in one that the platform learns of a day later.
    Late,
    /// Sends in one that comes to too little.
    TooLittle,
    /// Sends in the picture of another member's invoice.
    Another,
    /// Sends in one more than may pass.
    TooMany,
    /// Types a wrong random code.
    WrongRandom,
    /// Sends in one that was voided.
    Voided,
    /// Sends in one that the platform never learns of.
    Unknown,
    /// Sends in one in another currency, on which a person decides.
    Foreign,
    /// Sends in one that is voided after it has passed.
    VoidedLater,
    /// Photographs half a code.
    Torn,
    /// Photographs a business's invoice.
    Business,
    /// Photographs a code that is not the seller's.
    Forged,
}

/// The parts in turn, so that the usual ones come more often.
const TURNS: [Part; 20] = [
    Part::Photo,
    Part::Typed,
    Part::Carrier,
    Part::Late,
    Part::TooLittle,
    Part::Photo,
    Part::Another,
    Part::TooMany,
    Part::Typed,
    Part::WrongRandom,
    Part::Photo,
    Part::Voided,
    Part::Unknown,
    Part::Carrier,
    Part::Foreign,
    Part::Typed,
    Part::VoidedLater,
    Part::Torn,
    Part::Business,
    Part::Forged,
];

impl Part {
    /// What a member with it does.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Photo => "a photo of one that qualifies",
            Self::Typed => "one that qualifies, typed",
            Self::Carrier => "two from a mobile bar code",
            Self::Late => "one that the platform learns of later",
            Self::TooLittle => "one of too small an amount",
            Self::Another => "the picture of another member's invoice",
            Self::TooMany => "one more than may pass",
            Self::WrongRandom => "one with a wrong random code",
            Self::Voided => "one that was voided",
            Self::Unknown => "one that the platform never learns of",
            Self::Foreign => "one in another currency: a person decides",
            Self::VoidedLater => "one that is voided after it passed",
            Self::Torn => "half of a QR code",
            Self::Business => "one made out to a business",
            Self::Forged => "one whose code is not the seller's",
        }
    }

    /// How many invoices it is about.
    fn invoices(self) -> usize {
        match self {
            Self::TooMany => 3,
            Self::Carrier => 2,
            _ => 1,
        }
    }

    /// What the platform does with the first questions about its invoices, and with how many.
    fn deeds(self) -> &'static [(Deed, Option<u32>)] {
        match self {
            Self::Late => &[(Deed::NotKnown, Some(6))],
            Self::WrongRandom => &[(Deed::WrongRandom, None)],
            Self::Unknown => &[(Deed::NotKnown, None)],
            Self::Forged => &[(FORGED, None)],
            Self::Voided => &[(VOIDED, None)],
            Self::VoidedLater => &[(Deed::Found, Some(1)), (VOIDED, None)],
            _ => &[],
        }
    }
}

/// A member and what it does.
#[derive(Clone, Debug)]
pub(super) struct Player {
    pub(super) member: String,
    pub(super) part: Part,
    /// Places of its invoices among all.
    first: usize,
}

/// Everybody.
#[derive(Clone, Debug)]
pub struct Cast {
    pub(super) players: Vec<Player>,
}

impl Cast {
    /// So many members, the same ones each time.
    #[must_use]
    pub fn of(members: usize) -> Self {
        let mut invoices = 0;
        let turns = TURNS.iter().copied().cycle().take(members);
        let player = |(place, part): (usize, Part)| {
            let first = invoices;
            invoices += part.invoices();
            Player {
                member: format!("member-{:04}", place + 1),
                part,
                first,
            }
        };
        Self {
            players: turns.enumerate().map(player).collect(),
        }
    }

    /// What the platform knows and does.
    #[must_use]
    pub fn script(&self) -> Script {
        let mut script = Script {
            app_ids: vec![super::shop::APP_ID.to_owned()],
            ..Script::default()
        };
        script.carriers.push(bar_code(EMPTY.to_owned(), Vec::new()));
        for player in &self.players {
            let places = player.first..player.first + player.part.invoices();
            script
                .invoices
                .extend(places.clone().map(|place| invoice(player.part, place)));
            if player.part == Part::Carrier {
                let invoices = places.map(number).collect();
                script.carriers.push(bar_code(player.bar_code(), invoices));
            }
        }
        script
    }
}

impl Player {
    /// Its calls: function and request, but for the campaign and the channel.
    pub(super) fn calls(&self) -> Vec<(&'static str, Value)> {
        let member = &self.member;
        let token = |place: usize| format!("token-{}-{member}", number(place));
        let typed = |place: usize, random: &str| {
            let sent = json!({ "typed": [{ "number": number(place), "date": "2026-11-20", "random": random }] });
            (
                "submissions.submit",
                json!({ "member": member, "sent": sent, "reply-token": token(place) }),
            )
        };
        let photo = |place: usize, text: String| {
            let picture = format!("https://pictures.example/{}.jpg", number(place));
            let sent = json!({ "photo": { "codes": [{ "text": text }], "picture": picture } });
            [
                (
                    "submissions.open-card",
                    json!({ "member": member, "by": "rich-menu" }),
                ),
                (
                    "submissions.submit",
                    json!({ "member": member, "sent": sent, "reply-token": token(place) }),
                ),
            ]
        };
        let own = |place| typed(place, &random(place));
        match self.part {
            Part::Photo | Part::Forged => photo(self.first, code(self.first, "00000000")).into(),
            Part::Business => photo(self.first, code(self.first, "12345675")).into(),
            Part::Torn => photo(self.first, number(self.first)).into(),
            Part::Another => {
                let other = self.first.saturating_sub(1);
                photo(other, code(other, "00000000")).into()
            }
            Part::TooMany => (self.first..self.first + 3).map(own).collect(),
            Part::WrongRandom => vec![typed(self.first, "0000")],
            Part::Carrier => vec![reading(member, &self.bar_code())],
            _ => vec![own(self.first)],
        }
    }

    /// Its mobile bar code.
    fn bar_code(&self) -> String {
        format!("/AB{:05}", self.first)
    }
}

/// A mobile bar code that holds nothing.
const EMPTY: &str = "/AB+++++";

/// A mobile bar code as the platform knows it.
fn bar_code(code: String, invoices: Vec<String>) -> Carrier {
    Carrier {
        code,
        verification: VERIFICATION.to_owned(),
        invoices,
        page: 100,
        tries: Default::default(),
    }
}

/// The reading of a bar code.
fn reading(member: &str, code: &str) -> (&'static str, Value) {
    let request = json!({
        "member": member, "code": code, "verification": VERIFICATION, "from": "2026-11-01", "to": "2026-11-28",
    });
    ("submissions.submit-carrier", request)
}

/// The reading of the one that holds nothing.
pub(super) fn empty_reading(member: &str) -> (&'static str, Value) {
    reading(member, EMPTY)
}

/// The number of an invoice.
fn number(place: usize) -> String {
    format!("AB{:08}", 10_000_001 + place)
}

/// Its random code.
fn random(place: usize) -> String {
    format!("{:04}", (place * 7_919 + 1_234) % 10_000)
}

/// What it comes to.
fn amount(part: Part, place: usize) -> usize {
    if part == Part::TooLittle {
        40
    } else {
        150 + place * 37 % 900
    }
}

/// The left QR code of an invoice.
fn code(place: usize, buyer: &str) -> String {
    let (number, random) = (number(place), random(place));
    let total = amount(Part::Photo, place);
    format!(
        "{number}{ISSUED_IN_CODES}{random}00000000{total:08x}{buyer}{SELLER}{CHECK}:**********:1:1:1:紅茶:1:{total}:"
    )
}

/// An invoice as the platform knows it.
fn invoice(part: Part, place: usize) -> Invoice {
    let (year, month, day) = ISSUED;
    Invoice {
        number: number(place),
        date: NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default(),
        time: "12:00:00".to_owned(),
        random: random(place),
        status: "開立已確認".to_owned(),
        seller: Seller {
            number: SELLER.to_owned(),
            name: "山中茶坊".to_owned(),
            address: String::new(),
        },
        buyer: String::new(),
        currency: if part == Part::Foreign { "USD" } else { "" }.to_owned(),
        total: None,
        lines: vec![Line {
            name: "冰紅茶".to_owned(),
            quantity: "1".to_owned(),
            price: None,
            amount: amount(part, place).to_string(),
        }],
        check: None,
        donated: false,
        tries: part.deeds().iter().copied().collect(),
    }
}
