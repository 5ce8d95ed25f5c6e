//! Keys of what members send in to campaigns. A draft's are kept apart from all others, so that nothing of a test is mixed
//! with what counts.

use super::escaped;
use crate::domain::ids::Id;
use crate::domain::instant::Instant;
use crate::pieces::joined;

/// Part of a key: whose book a submission stands in, that of a campaign or of its draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Book {
    /// The campaign.
    pub campaign: Id,
    /// Whether it is a draft's.
    pub draft: bool,
}

/// No escaped identifier ends so.
const DRAFT: &str = "%draft";

impl Book {
    /// As it stands in keys: `c-000001`, or `c-000001%draft`.
    #[must_use]
    pub fn text(&self) -> String {
        let draft = if self.draft { DRAFT } else { "" };
        joined(&[&escaped(&self.campaign), draft])
    }

    /// The one of a key's step.
    #[must_use]
    pub fn of(step: &str) -> Option<Self> {
        let draft = step.strip_suffix(DRAFT);
        let text = draft.unwrap_or(step);
        let text = text.replace("%2F", "/").replace("%25", "%");
        Some(Self {
            campaign: Id::parse(&text)?,
            draft: draft.is_some(),
        })
    }

    /// All rows of a kind in it: `submission/c-000001/`.
    #[must_use]
    pub fn under(&self, kind: &str) -> String {
        joined(&[kind, &self.text(), "/"])
    }
}

/// Submissions, in the order of receipt: `submission/c-000001/2026-11-28T02:00:00.000000000Z-11512-AB12345678`.
pub const SUBMISSIONS: &str = "submission/";

/// What verifiers told of them: `evidence/c-000001/2026-…`.
pub const EVIDENCE: &str = "evidence/";

/// Members of a campaign: `participant/c-000001/mei`.
pub const PARTICIPANTS: &str = "participant/";

/// Passed invoices that further limits count: `passes/c-000001/mei/day-2026-11-28`, `…/shop-22099131`.
pub const PASSES: &str = "passes/";

/// The card's messages: `card/c-000001/mei/line-1`.
pub const CARDS: &str = "card/";

/// Counters of a campaign: `tally/c-000001/3`.
pub const TALLIES: &str = "tally/";

/// Submissions that wait for a person: `review/c-000001/2026-…`.
pub const REVIEWS: &str = "review/";

/// What looks like fraud: `signal/c-000001/carrier/5f3a…`.
pub const SIGNALS: &str = "signal/";

/// The same before it does: `seen/c-000001/carrier/5f3a…`.
pub const SEEN: &str = "seen/";

/// The same as [`invoice`] for a draft: `invoice-test/c-000001%draft/11512/AB12345678`.
const INVOICE_TESTS: &str = "invoice-test/";

/// The same as [`waiting`] for a draft.
const WAITING_TESTS: &str = "waiting-test/";

/// All kinds of rows that a book has.
pub const OF_BOOK: [&str; 11] = [
    SUBMISSIONS,
    EVIDENCE,
    PARTICIPANTS,
    PASSES,
    CARDS,
    TALLIES,
    REVIEWS,
    SIGNALS,
    SEEN,
    INVOICE_TESTS,
    WAITING_TESTS,
];

/// A row of a book.
#[must_use]
pub fn of_book(kind: &str, book: &Book, tail: &str) -> String {
    joined(&[&book.under(kind), tail])
}

/// That an invoice passed; one merchant, one invoice, one success: `invoice/11512/AB12345678`.
#[must_use]
pub fn invoice(book: &Book, period: &str, number: &str) -> String {
    if book.draft {
        of_book(INVOICE_TESTS, book, &joined(&[period, "/", number]))
    } else {
        joined(&["invoice/", period, "/", number])
    }
}

/// What tells that an invoice passed, as a submission of a book finds it: for a draft's, what passed in campaigns counts as well.
#[must_use]
pub fn locks(book: &Book, period: &str, number: &str) -> [String; 2] {
    let real = Book {
        draft: false,
        ..book.clone()
    };
    [book, &real].map(|book| invoice(book, period, number))
}

/// All that wait for a person with an invoice: `rival/11512/AB12345678/`. A draft's have no rows.
#[must_use]
pub fn rivals(period: &str, number: &str) -> String {
    joined(&["rival/", period, "/", number, "/"])
}

/// That a submission of an invoice waits for a person: `rival/11512/AB12345678/c-000001/2026-…`.
#[must_use]
pub fn rival(book: &Book, period: &str, number: &str, id: &str) -> String {
    joined(&[&rivals(period, number), book.text().as_str(), "/", id])
}

/// A counter of passed invoices: `passes/c-000001/mei/day-2026-11-28`; of no tail, all of a member's.
#[must_use]
pub fn passes(book: &Book, member: &Id, tail: &str) -> String {
    of_book(PASSES, book, &joined(&[&escaped(member), "/", tail]))
}

/// All submissions of a member that wait: `waiting/mei/`; a draft's stand in its book.
#[must_use]
pub fn waiting_of(book: &Book, member: &Id) -> String {
    let tail = joined(&[&escaped(member), "/"]);
    if book.draft {
        of_book(WAITING_TESTS, book, &tail)
    } else {
        joined(&["waiting/", &tail])
    }
}

/// That a member's submission of an invoice waits: `waiting/mei/11512/AB12345678`.
#[must_use]
pub fn waiting(book: &Book, member: &Id, period: &str, number: &str) -> String {
    joined(&[&waiting_of(book, member), period, "/", number])
}

/// A member's submissions in one book, in the order of receipt: `submitted/mei/c-000001/`.
#[must_use]
pub fn submitted(member: &Id, book: &Book) -> String {
    joined(&[&submitted_of(member), book.text().as_str(), "/"])
}

/// That a member has come to something in a book: `took-part/mei/c-000001`. It goes along with what that is.
#[must_use]
pub fn took_part(member: &Id, book: &Book) -> String {
    joined(&[&took_part_of(member), book.text().as_str()])
}

/// All books in which a member has come to something: `took-part/mei/`.
#[must_use]
pub fn took_part_of(member: &Id) -> String {
    joined(&["took-part/", &escaped(member), "/"])
}

/// All submissions of a member: `submitted/mei/`.
#[must_use]
pub fn submitted_of(member: &Id) -> String {
    joined(&["submitted/", &escaped(member), "/"])
}

/// When a submission is looked at by itself: `verify-due/2026-11-28T02:00:00.000000000Z/c-000001/2026-…`.
#[must_use]
pub fn verify_due(at: Instant, book: &Book, id: &str) -> String {
    joined(&[VERIFY_DUES, &at.sortable(), "/", &book.text(), "/", id])
}

/// Part of a key, where others have a book: no book is called so.
const RECALL: &str = "%recall";

/// That a verifier's key goes on: `verify-due/2026-11-28T02:00:00.000000000Z/%recall/mof`.
#[must_use]
pub fn recall(at: Instant, verifier: &str) -> String {
    joined(&[VERIFY_DUES, &at.sortable(), "/", RECALL, "/", verifier])
}

/// That what was to be looked at when the campaign ends is due, since it ends sooner: `verify-due/2026-12-22T02:00:00.000000000Z/%recall/:c-000001`.
/// No verifier is called so.
#[must_use]
pub fn recall_of(at: Instant, campaign: &Id) -> String {
    recall(at, &joined(&[":", &escaped(campaign)]))
}

/// The verifier of such a row, or the campaign behind a colon.
#[must_use]
pub fn recalled(key: &str) -> Option<&str> {
    let mut steps = key.split('/').skip(2);
    steps.next().filter(|step| *step == RECALL)?;
    steps.next()
}

/// All submissions that are looked at by themselves.
pub const VERIFY_DUES: &str = "verify-due/";

/// The rests of a verifier's key: `verifier/mof`.
#[must_use]
pub fn verifier(name: &str) -> String {
    joined(&["verifier/", name])
}

/// Answers that go by a reply token: `reply/2026-11-28T02:00:00.000000000Z/mei/000001`.
#[must_use]
pub fn reply(at: Instant, member: &Id, nth: u32) -> String {
    let at = at.sortable();
    format!("{REPLIES}{at}/{}/{nth:06}", escaped(member))
}

/// All answers that go by a reply token.
pub const REPLIES: &str = "reply/";

/// That what was sent in to a draft is to be deleted: `discard/c-000001%draft`.
#[must_use]
pub fn discard(book: &Book) -> String {
    joined(&[DISCARDS, &book.text()])
}

/// All drafts' books that are to be deleted.
pub const DISCARDS: &str = "discard/";

/// Which campaign a draw's seed belongs to, by its hash: `seed/630dcd29…`.
#[must_use]
pub fn seed(hash: &str) -> String {
    joined(&["seed/", hash])
}

/// A draw: `draw/c-000001`.
#[must_use]
pub fn draw(campaign: &Id) -> String {
    joined(&["draw/", &escaped(campaign)])
}

/// The members among whom was drawn, in pages: `drawn/c-000001/`.
#[must_use]
pub fn drawn_of(campaign: &Id) -> String {
    joined(&["drawn/", &escaped(campaign), "/"])
}
