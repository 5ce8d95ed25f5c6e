//! The platform: questions in, acts out.

use super::deed::Deed;
use super::question::{self, Asked as AskedFor, Card, Form, Question};
use super::script::{Carrier, Invoice, Script};
use super::shape;
use crate::loopback::{Act, Answer, Asked, Server};
use chrono::NaiveDate;
use serde_json::Value;
use std::collections::{HashMap, VecDeque};
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Where invoices are asked for, and where carriers are.
const INVOICES: &str = "/PB2CAPIVAN/invapp/InvApp";
const CARRIERS: &str = "/PB2CAPIVAN/invServ/InvServ";

/// Questions that are remembered.
const SEEN: usize = 10_000;

/// A platform that answers by its script. Copies share what it counts.
#[derive(Clone)]
pub struct Platform(Arc<Inner>);

struct Inner {
    script: Script,
    state: Mutex<State>,
    told: Box<dyn Fn(&Seen) + Send + Sync>,
}

#[derive(Default)]
struct State {
    /// Questions of each kind so far.
    counts: HashMap<Kind, u32>,
    seen: VecDeque<Seen>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Any,
    /// About the invoice in this place of the script.
    Invoice(usize),
    /// For the list of the carrier in this place.
    Carrier(usize),
}

/// A question that was asked. It holds no verification code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Such as `qryInvDetail`; blank where the question says none.
    pub action: String,
    /// The invoice's number, or the carrier's code.
    pub about: String,
    /// What became of it: `found`, or what else.
    pub outcome: String,
}

/// What a question comes to, with a word for it.
type Reply = (Act, String);

impl Platform {
    /// A platform that begins with this script.
    #[must_use]
    pub fn new(script: Script) -> Self {
        Self::telling(script, |_| ())
    }

    /// The same, which tells each question as soon as it is answered.
    #[must_use]
    pub fn telling(script: Script, told: impl Fn(&Seen) + Send + Sync + 'static) -> Self {
        Self(Arc::new(Inner {
            script,
            state: Mutex::default(),
            told: Box::new(told),
        }))
    }

    /// Answers at this address (port 0: any that is free) until the server is dropped.
    ///
    /// # Errors
    /// Where it can't listen there.
    pub fn serve(&self, listen: SocketAddr) -> io::Result<Server> {
        let own = self.clone();
        Server::start(listen, move |asked| own.answer(asked))
    }

    /// What becomes of a request.
    #[must_use]
    pub fn answer(&self, asked: &Asked) -> Act {
        let form = asked.form().unwrap_or_default();
        let form = Form(&form);
        let (act, outcome) = self.0.reply(asked, &form);
        let seen = Seen {
            action: form.get("action").to_owned(),
            about: form.either(["invNum", "cardNo"]).to_owned(),
            outcome,
        };
        (self.0.told)(&seen);
        let mut state = self.0.state();
        state.seen.push_back(seen);
        if state.seen.len() > SEEN {
            state.seen.pop_front();
        }
        match act {
            Act::Answer(answer) if self.0.script.delay_ms > 0 => {
                Act::Late(Duration::from_millis(self.0.script.delay_ms.into()), answer)
            }
            act => act,
        }
    }

    /// The last questions, 10,000 at most, in their order.
    #[must_use]
    pub fn seen(&self) -> Vec<Seen> {
        self.0.state().seen.iter().cloned().collect()
    }
}

impl Inner {
    /// It is whole after every statement, so a thread that panicked left it usable.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a question; how many of its kind came before.
    fn count(&self, kind: Kind) -> u32 {
        let mut state = self.state();
        let count = state.counts.entry(kind).or_default();
        let before = *count;
        *count = count.saturating_add(1);
        before
    }

    fn reply(&self, asked: &Asked, form: &Form<'_>) -> Reply {
        let carriers = match asked.path() {
            INVOICES => false,
            CARRIERS => true,
            _ => return html(404),
        };
        if asked.method != "POST" {
            return html(405);
        }
        let deed = self.script.tries.of(self.count(Kind::Any));
        if deed != Deed::Found {
            return self.instead(deed, None, carriers);
        }
        let question = match question::read(form, carriers) {
            Ok(question) => question,
            Err(code) => return coded(code, carriers),
        };
        let keys = &self.script.app_ids;
        if !keys.is_empty() && !keys.iter().any(|key| key == form.get("appID")) {
            return coded(998, carriers);
        }
        match question {
            Question::List {
                card,
                from,
                to,
                page,
            } => self.list(&card, from, to, page),
            Question::Listed { card, invoice } => match self.carrier(&card) {
                Err(code) => coded(code, true),
                Ok((_, carrier)) => {
                    let found = self.find(&invoice);
                    let own = found.filter(|(_, it)| carrier.invoices.contains(&it.number));
                    self.about(own, carriers, |invoice, status| {
                        shape::detail(invoice, status, true, true, self.script.figures)
                    })
                }
            },
            Question::Header { invoice } => {
                self.about(self.find(&invoice), carriers, |invoice, status| {
                    shape::header(invoice, status, false)
                })
            }
            Question::Detail {
                invoice,
                random,
                printed,
                total,
            } => self.detail(&invoice, &random, printed.as_ref(), total),
        }
    }

    fn detail(
        &self,
        asked: &AskedFor,
        random: &str,
        printed: Option<&(String, String)>,
        total: bool,
    ) -> Reply {
        let found = self.find(asked);
        if let (Some((_, invoice)), Some((check, seller))) = (found, printed) {
            let right = invoice.check.as_ref().is_none_or(|own| own == check);
            if !right || invoice.seller.number != *seller {
                return coded(953, false);
            }
        }
        self.about(found, false, |invoice, status| {
            // Of another random code it is told by nothing but the lines that are missing.
            if invoice.random == random {
                shape::detail(invoice, status, total, false, self.script.figures)
            } else {
                shape::header(invoice, status, false)
            }
        })
    }

    fn list(&self, card: &Card, from: NaiveDate, to: NaiveDate, page: Option<usize>) -> Reply {
        let (place, carrier) = match self.carrier(card) {
            Ok(found) => found,
            Err(code) => return coded(code, true),
        };
        let deed = carrier.tries.of(self.count(Kind::Carrier(place)));
        if deed != Deed::Found {
            return self.instead(deed, None, true);
        }
        let listed = self.script.invoices.iter().filter(|invoice| {
            let own = carrier.invoices.contains(&invoice.number);
            own && (from..=to).contains(&invoice.date)
        });
        let rows: Vec<(usize, &Invoice)> = (1..).zip(listed).collect();
        let (skipped, taken) = match page {
            None => (0, rows.len()),
            Some(page) => ((page - 1).saturating_mul(carrier.page), carrier.page),
        };
        let more = rows.len() > skipped.saturating_add(taken);
        let rows: Vec<_> = rows.into_iter().skip(skipped).take(taken).collect();
        let list = shape::list(&card.code, &rows, more, self.script.figures);
        let told = format!(
            "found, {} rows{}",
            rows.len(),
            if more { " and more" } else { "" }
        );
        (json(&list), told)
    }

    /// The carrier, if the verification code is its own; of one that nobody knows the platform tells the same.
    fn carrier(&self, card: &Card) -> Result<(usize, &Carrier), u16> {
        let mut carriers = self.script.carriers.iter().enumerate();
        let own = |(_, carrier): &(usize, &Carrier)| {
            carrier.code == card.code && carrier.verification == card.verification
        };
        carriers.find(own).ok_or(919)
    }

    /// The invoice that is asked for: by its number, its period, and its day where that decides.
    fn find(&self, asked: &AskedFor) -> Option<(usize, &Invoice)> {
        let mut invoices = self.script.invoices.iter().enumerate();
        invoices.find(|(_, invoice)| {
            let period = asked.period.as_ref();
            let date = asked.date.filter(|_| period.is_none());
            invoice.number == asked.number
                && period.is_none_or(|period| *period == invoice.period())
                && date.is_none_or(|date| date == invoice.date)
        })
    }

    /// The answer about an invoice, or what its tries want instead.
    fn about(
        &self,
        found: Option<(usize, &Invoice)>,
        carriers: bool,
        answer: impl Fn(&Invoice, &str) -> Value,
    ) -> Reply {
        let Some((place, invoice)) = found else {
            return (json(&shape::not_known(carriers)), "not known".to_owned());
        };
        match invoice.tries.of(self.count(Kind::Invoice(place))) {
            Deed::Found => (json(&answer(invoice, &invoice.status)), "found".to_owned()),
            Deed::Status(status) => (json(&answer(invoice, status)), status.to_owned()),
            Deed::Cut => match json(&answer(invoice, &invoice.status)) {
                Act::Answer(whole) => (Act::Cut(whole), "cut".to_owned()),
                act => (act, "found".to_owned()),
            },
            deed => self.instead(deed, Some(invoice), carriers),
        }
    }

    /// What a deed gives without the answer of an invoice.
    fn instead(&self, deed: Deed, invoice: Option<&Invoice>, carriers: bool) -> Reply {
        let not_known = || (json(&shape::not_known(carriers)), "not known".to_owned());
        match (deed, invoice) {
            (Deed::Code(code), _) => coded(code, carriers),
            (Deed::Html(status), _) => html(status),
            (Deed::Stall, _) => (Act::Stall, "stall".to_owned()),
            (Deed::HangUp, _) => (Act::HangUp, "hang up".to_owned()),
            (Deed::Garbage, _) => {
                let act = Act::Raw(b"SSH-2.0-OpenSSH_9.6\r\n".to_vec());
                (act, "garbage".to_owned())
            }
            (Deed::Cut, _) => match html(502).0 {
                Act::Answer(page) => (Act::Cut(page), "cut".to_owned()),
                act => (act, "cut".to_owned()),
            },
            (Deed::WrongRandom, Some(invoice)) => {
                let answer = shape::header(invoice, &invoice.status, carriers);
                (json(&answer), "wrong random code".to_owned())
            }
            (Deed::NumberOnly, Some(invoice)) => {
                let answer = shape::number_only(invoice, carriers);
                (json(&answer), "number only".to_owned())
            }
            // Without an invoice there is nothing else to tell of it.
            (_, _) => not_known(),
        }
    }
}

fn json(value: &Value) -> Act {
    let kind = "application/json;charset=UTF-8";
    Act::Answer(Answer::new(200, kind, value.to_string()))
}

fn coded(code: u16, carriers: bool) -> Reply {
    (json(&shape::code(code, carriers)), format!("code {code}"))
}

fn html(status: u16) -> Reply {
    let page =
        format!("<html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>");
    let answer = Answer::new(status, "text/html; charset=utf-8", page);
    (Act::Answer(answer), format!("HTML {status}"))
}
