//! Reading: what objects, lists and scalars are, once for all types.

use super::fault::{Fault, Found, OneOf, Wrong};
use super::scan::Reader;
use crate::reading::{Carries, Cases, Fields, Parts, Read};

/// Reads a text that is one JSON value.
///
/// # Errors
/// [`Fault`] for what is no JSON, for JSON of another shape than `T`, and for anything behind the value.
pub fn read<T: Read>(text: &str) -> Result<T, Fault> {
    let mut value = T::blank();
    let mut reader = Reader::new(text);
    let outcome = value.read(&mut reader);
    reader.end(outcome).map(|()| value)
}

impl<'t> Reader<'t> {
    /// At the beginning of a text.
    #[must_use]
    pub const fn new(text: &'t str) -> Self {
        let (at, stored) = (0, false);
        Self { text, at, stored }
    }

    /// At the beginning of a text that nobody else has written.
    #[must_use]
    pub const fn of_stored(text: &'t str) -> Self {
        let (at, stored) = (0, true);
        Self { text, at, stored }
    }

    /// Whether nobody else has written the text.
    #[must_use]
    pub const fn is_stored(&self) -> bool {
        self.stored
    }

    /// What is not read yet.
    #[must_use]
    pub fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// What the reading of a whole text came to: nothing may follow.
    fn end(mut self, outcome: Result<(), Wrong>) -> Result<(), Fault> {
        let outcome = outcome.and_then(|()| match self.peek() {
            Some(_) => Err(Wrong::syntax(
                "something behind the document, expected its end",
            )),
            None => Ok(()),
        });
        outcome.map_err(|wrong| wrong.at(self.at))
    }
}

/// How far a list or an object with any names was read.
#[derive(Debug)]
pub struct Within {
    close: u8,
    first: bool,
}

impl Fields {
    /// The field from `next` on that a text begins with, name and colon, and their length. Most texts have their fields in the
    /// order of the type, without blanks.
    #[inline]
    fn ahead(&self, text: &[u8], next: usize) -> Option<(usize, usize)> {
        let letter = text.get(1)?;
        let behind = self.names.get(next..)?.iter();
        for (more, name) in behind.enumerate() {
            let name = name.as_bytes();
            if name.get(1) == Some(letter) && text.get(..name.len()) == Some(name) {
                return Some((next + more, name.len()));
            }
        }
        None
    }

    /// The number of a name.
    fn find(&self, name: &str) -> Option<usize> {
        self.bare().position(|known| known == name)
    }

    /// The names alone.
    fn bare(&self) -> impl Iterator<Item = &'static str> {
        let bare = |name: &&'static str| name.get(1..name.len().saturating_sub(2));
        self.names.iter().filter_map(bare)
    }
}

fn place(names: &[&str], name: &str) -> Option<usize> {
    names.iter().position(|known| *known == name)
}

impl Reader<'_> {
    /// Reads an object with these fields, each into its place.
    ///
    /// # Errors
    /// For what is no object, for a field that stands twice or is missing, and for an unknown one where those are refused.
    #[inline(never)]
    pub fn object(&mut self, value: &mut dyn Parts, fields: &Fields) -> Result<(), Wrong> {
        if !self.take(b'{') {
            return Err(self.mismatch(&"an object"));
        }
        let (mut seen, mut next) = (0_u64, 0_usize);
        let mut first = true;
        while self.more(b'}', first)? {
            first = false;
            let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
            let at = match fields.ahead(rest, next) {
                Some((at, length)) if seen & bit(at) == 0 => {
                    self.at += length;
                    at
                }
                _ => match self.field(fields, seen)? {
                    Some(at) => at,
                    None => continue,
                },
            };
            seen |= bit(at);
            next = at + 1;
            value.part(at, self)?;
        }
        let missing = fields.required & !seen;
        if missing == 0 {
            return Ok(());
        }
        let mut names = fields.bare().enumerate();
        let name = names.find(|(at, _)| missing & bit(*at) != 0);
        Err(Wrong::field("missing", name.map_or("", |(_, name)| name)))
    }

    /// A name and its colon, of a field that was not seen: its number. Passes over a name that is none, with its value.
    #[inline(never)]
    fn field(&mut self, fields: &Fields, seen: u64) -> Result<Option<usize>, Wrong> {
        self.quote()?;
        let name = self.string()?;
        let Some(at) = fields.find(&name) else {
            if fields.strict {
                let names: Vec<&str> = fields.bare().collect();
                return Err(Wrong::unknown_field(&name, &names));
            }
            self.colon()?;
            self.skip()?;
            return Ok(None);
        };
        if seen & bit(at) != 0 {
            return Err(Wrong::field("duplicate", &name));
        }
        self.colon()?;
        Ok(Some(at))
    }

    /// Reads one of some cases: its name alone, or an object with its name and what it carries.
    ///
    /// # Errors
    /// For what is neither, for an unknown name, and for another thing than it carries.
    #[inline(never)]
    pub fn case(&mut self, value: &mut dyn Parts, cases: &Cases) -> Result<(), Wrong> {
        let (at, bare) = self.name_of(cases.names)?;
        value.choose(at);
        match cases.carries.get(at) {
            None | Some(Carries::Nothing) if bare => {}
            None | Some(Carries::Nothing) => self.nothing()?,
            _ if bare => {
                let found = Found::Other("unit variant");
                return Err(Wrong::unexpected("type", &found, &"an object with it"));
            }
            Some(Carries::Value) => value.part(0, self)?,
            Some(Carries::Fields(fields)) => self.object(value, fields)?,
        }
        self.end_case(bare)
    }

    /// Reads one of some names, and gives its number.
    ///
    /// # Errors
    /// For what is no text, and for another name.
    #[inline(never)]
    pub fn one_of(&mut self, names: &[&str]) -> Result<usize, Wrong> {
        let (at, bare) = self.name_of(names)?;
        if !bare {
            self.nothing()?;
        }
        self.end_case(bare)?;
        Ok(at)
    }

    /// The number of a case, and whether its name stands alone; otherwise what it carries comes next.
    fn name_of(&mut self, names: &[&str]) -> Result<(usize, bool), Wrong> {
        let bare = match self.peek() {
            Some(b'"') => true,
            Some(b'{') => {
                self.at += 1;
                self.quote()?;
                false
            }
            _ => return Err(self.mismatch(&OneOf(names))),
        };
        let name = self.string()?;
        let Some(at) = place(names, &name) else {
            return Err(Wrong::unknown("variant", &name, names));
        };
        if !bare {
            self.colon()?;
        }
        Ok((at, bare))
    }

    fn end_case(&mut self, bare: bool) -> Result<(), Wrong> {
        if bare {
            return Ok(());
        }
        self.expect(b'}', "the closing bracket: one name only")
    }

    /// What a case carries that carries nothing.
    fn nothing(&mut self) -> Result<(), Wrong> {
        if self.null()? {
            return Ok(());
        }
        Err(self.mismatch(&"unit"))
    }

    /// Begins a list; its items come by [`Self::another`].
    ///
    /// # Errors
    /// For what is no list.
    pub fn list(&mut self) -> Result<Within, Wrong> {
        self.open(b'[', b']', "a list")
    }

    /// Begins an object with any names; its entries come by [`Self::another`], each at the quote of its name.
    ///
    /// # Errors
    /// For what is no object.
    pub fn map(&mut self) -> Result<Within, Wrong> {
        self.open(b'{', b'}', "an object")
    }

    #[inline(never)]
    fn open(&mut self, open: u8, close: u8, form: &str) -> Result<Within, Wrong> {
        if !self.take(open) {
            return Err(self.mismatch(&form));
        }
        let first = true;
        Ok(Within { close, first })
    }

    /// Whether another item or entry follows, which is to be read next.
    ///
    /// # Errors
    /// For what is neither that nor the end.
    #[inline(never)]
    pub fn another(&mut self, within: &mut Within) -> Result<bool, Wrong> {
        let more = self.more(within.close, within.first)?;
        within.first = false;
        if more && within.close == b'}' {
            self.quote()?;
        }
        Ok(more)
    }

    /// Reads a list of exactly two items.
    ///
    /// # Errors
    /// For anything else, and those of the items.
    #[inline(never)]
    pub fn pair(&mut self, value: &mut dyn Parts) -> Result<(), Wrong> {
        const FORM: &str = "a tuple of size 2";
        if !self.take(b'[') {
            return Err(self.mismatch(&FORM));
        }
        for at in 0..2 {
            if !self.more(b']', at == 0)? {
                let text = format_args!("invalid length {at}, expected {FORM}");
                return Err(Wrong::shape(&text));
            }
            value.part(at, self)?;
        }
        self.expect(b']', "the end of the list")
    }

    /// The colon behind a name.
    ///
    /// # Errors
    /// For anything else.
    pub fn colon(&mut self) -> Result<(), Wrong> {
        self.expect(b':', "a colon")
    }

    /// Whether there is nothing, which is read then.
    ///
    /// # Errors
    /// For a word that is none.
    pub fn null(&mut self) -> Result<bool, Wrong> {
        match self.peek() {
            Some(b'n') => self.word("null").map(|()| true),
            _ => Ok(false),
        }
    }

    /// Whether another item of an object or a list follows; the comma or the bracket before it is read.
    #[inline]
    fn more(&mut self, close: u8, first: bool) -> Result<bool, Wrong> {
        if self.take(close) {
            return Ok(false);
        }
        if !first {
            self.expect(b',', "a comma or the closing bracket")?;
        }
        Ok(true)
    }
}

/// The bit of a field.
#[inline]
fn bit(at: usize) -> u64 {
    1_u64.wrapping_shl(u32::try_from(at).unwrap_or(0))
}
