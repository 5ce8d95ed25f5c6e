//! Questions as forms, held to the platform's own rules for them.

use chrono::{Datelike, NaiveDate};

/// Codes of refusals.
const BAD_PERIOD: u16 = 902;
const BAD_PARAMETER: u16 = 903;
const BAD_TYPE: u16 = 904;

/// A question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Question {
    /// `qryInvHeader`.
    Header { invoice: Asked },
    /// `qryInvDetail`; from 0.6 on the answer has a total.
    Detail {
        invoice: Asked,
        random: String,
        /// Check and seller of a QR code.
        printed: Option<(String, String)>,
        total: bool,
    },
    /// `carrierInvChk`; from 0.6 on the answer comes in pages.
    List {
        card: Card,
        from: NaiveDate,
        to: NaiveDate,
        /// From 1; none: all at once.
        page: Option<usize>,
    },
    /// `carrierInvDetail`.
    Listed { card: Card, invoice: Asked },
}

/// Which invoice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) number: String,
    /// Five digits.
    pub(super) period: Option<String>,
    pub(super) date: Option<NaiveDate>,
}

/// Which carrier, and who may read it.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Card {
    pub(super) code: String,
    pub(super) verification: String,
}

impl std::fmt::Debug for Card {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.code)
    }
}

/// The fields of a form.
pub(super) struct Form<'a>(pub(super) &'a [(String, String)]);

impl<'a> Form<'a> {
    pub(super) fn get(&self, name: &str) -> &'a str {
        let mut fields = self.0.iter();
        let found = fields.find(|(own, _)| own == name);
        found.map_or("", |(_, value)| value.as_str())
    }

    /// The first of these fields that is there and not blank.
    pub(super) fn either(&self, names: [&str; 2]) -> &'a str {
        let found = names.map(|name| self.get(name));
        found.into_iter().find(|it| !it.is_empty()).unwrap_or("")
    }

    fn needed(&self, name: &str) -> Result<&'a str, u16> {
        Some(self.get(name))
            .filter(|value| !value.is_empty())
            .ok_or(BAD_PARAMETER)
    }

    /// A version by its digits behind the point: 5 for 0.5.
    fn version(&self) -> Result<u32, u16> {
        let minor = self.needed("version")?.strip_prefix("0.");
        minor.and_then(|it| it.parse().ok()).ok_or(BAD_PARAMETER)
    }

    /// `yyyy/MM/dd`; hyphens are refused.
    fn date(&self, name: &str) -> Result<NaiveDate, u16> {
        let text = self.needed(name)?;
        let date = NaiveDate::parse_from_str(text, "%Y/%m/%d");
        date.ok().filter(|_| text.len() == 10).ok_or(BAD_PARAMETER)
    }
}

/// Reads a form that was sent to one of the paths; `carriers`: to that of the carriers.
///
/// # Errors
/// The code of the refusal.
pub(super) fn read(form: &Form<'_>, carriers: bool) -> Result<Question, u16> {
    let action = form.needed("action")?;
    form.needed(if carriers { "uuid" } else { "UUID" })?;
    form.needed("appID")?;
    match (action, carriers) {
        ("qryInvHeader", false) => {
            let (kind, mut invoice) = invoice(form)?;
            invoice.date = Some(form.date("invDate")?);
            if !matches!(kind, "QRCode" | "Barcode") {
                return Err(BAD_TYPE);
            }
            Ok(Question::Header { invoice })
        }
        ("qryInvDetail", false) => {
            let (kind, mut invoice) = invoice(form)?;
            let random = form.needed("randomNumber")?.to_owned();
            let printed = match kind {
                "QRCode" => {
                    invoice.date = Some(form.date("invDate")?);
                    let check = form.needed("encrypt")?;
                    if check.len() != 24 {
                        return Err(BAD_PARAMETER);
                    }
                    Some((check.to_owned(), form.needed("sellerID")?.to_owned()))
                }
                "Barcode" => {
                    invoice.period = Some(period(form.needed("invTerm")?)?);
                    None
                }
                _ => return Err(BAD_TYPE),
            };
            Ok(Question::Detail {
                invoice,
                random,
                printed,
                total: form.version()? >= 6,
            })
        }
        ("carrierInvChk", true) => {
            let (from, to) = (form.date("startDate")?, form.date("endDate")?);
            let month = |date: NaiveDate| (date.year(), date.month());
            if from > to || month(from) != month(to) {
                return Err(BAD_PERIOD);
            }
            if !matches!(form.needed("onlyWinningInv")?, "Y" | "N") {
                return Err(BAD_PARAMETER);
            }
            let page = match (form.version()?, form.get("page")) {
                (..6, _) => None,
                (_, "") => Some(1),
                (_, page) => Some(page.parse().map_err(|_| BAD_PARAMETER)?),
            };
            Ok(Question::List {
                card: card(form)?,
                from,
                to,
                page: page.map(|page: usize| page.max(1)),
            })
        }
        ("carrierInvDetail", true) => Ok(Question::Listed {
            card: card(form)?,
            invoice: Asked {
                number: form.needed("invNum")?.to_owned(),
                period: None,
                date: Some(form.date("invDate")?),
            },
        }),
        _ => Err(BAD_PARAMETER),
    }
}

/// The type of the question, and the invoice as far as both of them name it alike.
fn invoice<'a>(form: &Form<'a>) -> Result<(&'a str, Asked), u16> {
    form.version()?;
    if form.get("generation") != "V2" {
        return Err(BAD_PARAMETER);
    }
    let date = match form.get("invDate") {
        "" => None,
        _ => Some(form.date("invDate")?),
    };
    let invoice = Asked {
        number: form.needed("invNum")?.to_owned(),
        period: None,
        date,
    };
    Ok((form.needed("type")?, invoice))
}

/// A period: three digits of a year, and an even month.
fn period(text: &str) -> Result<String, u16> {
    let known = stampcard_invoice::identifier::Period::parse(text);
    known.map(|period| period.text()).ok_or(BAD_PERIOD)
}

fn card(form: &Form<'_>) -> Result<Card, u16> {
    form.version()?;
    form.needed("expTimeStamp")?;
    let time: Result<u64, _> = form.needed("timeStamp")?.parse();
    if time.is_err() || form.needed("cardType")? != "3J0002" {
        return Err(BAD_PARAMETER);
    }
    Ok(Card {
        code: form.needed("cardNo")?.to_owned(),
        verification: form.needed("cardEncrypt")?.to_owned(),
    })
}
