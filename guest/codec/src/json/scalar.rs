//! Reading of texts, numbers and truth.

use super::fault::{Found, Wrong};
use super::scan::{Number, Reader};
use std::borrow::Cow;

/// A text or a whole number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scalar<'a> {
    /// A text.
    Text(&'a str),
    /// A number.
    Whole(Whole),
}

/// A whole number of 64 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whole {
    /// 0 or more.
    Natural(u64),
    /// Below 0.
    Negative(i64),
}

impl<'t> Reader<'t> {
    /// A text; `form` says what may stand there, for the error.
    ///
    /// # Errors
    /// For anything else.
    #[inline]
    pub fn text(&mut self, form: &str) -> Result<Cow<'t, str>, Wrong> {
        match self.peek() {
            Some(b'"') => self.string(),
            _ => Err(self.mismatch(&form)),
        }
    }

    /// Reads a text that `take` takes; `form` says which may stand there, for the error.
    ///
    /// # Errors
    /// For anything else.
    #[inline(never)]
    pub fn text_of(
        &mut self,
        form: &str,
        take: &mut dyn FnMut(&str) -> Option<()>,
    ) -> Result<(), Wrong> {
        let text = self.text(form)?;
        take(&text).ok_or_else(|| Wrong::text(&text, form))
    }

    /// Reads a text or a whole number that `take` takes; `form` says which may stand there, for the error.
    ///
    /// # Errors
    /// For anything else.
    #[inline(never)]
    pub fn scalar(
        &mut self,
        form: &str,
        take: &mut dyn FnMut(Scalar<'_>) -> Option<()>,
    ) -> Result<(), Wrong> {
        if self.peek() == Some(b'"') {
            let text = self.string()?;
            return take(Scalar::Text(&text)).ok_or_else(|| Wrong::text(&text, form));
        }
        let whole = self.whole(form)?;
        take(Scalar::Whole(whole)).ok_or_else(|| outside(whole, form))
    }

    /// A truth value.
    ///
    /// # Errors
    /// For anything else.
    #[inline(never)]
    pub fn truth(&mut self) -> Result<bool, Wrong> {
        match self.peek() {
            Some(b't') => self.word("true").map(|()| true),
            Some(b'f') => self.word("false").map(|()| false),
            _ => Err(self.mismatch(&"a boolean")),
        }
    }

    /// A whole number of 0 to `most`; `form` says what may stand there, for the error.
    ///
    /// # Errors
    /// For anything else.
    #[inline(never)]
    pub fn natural(&mut self, form: &str, most: u64) -> Result<u64, Wrong> {
        match self.whole(form)? {
            Whole::Natural(number) if number <= most => Ok(number),
            whole => Err(outside(whole, form)),
        }
    }

    /// A whole number of `least` to `most`; `form` says what may stand there, for the error.
    ///
    /// # Errors
    /// For anything else.
    #[inline(never)]
    pub fn integer(&mut self, form: &str, least: i64, most: i64) -> Result<i64, Wrong> {
        let whole = self.whole(form)?;
        let number = match whole {
            Whole::Natural(number) => i64::try_from(number).ok(),
            Whole::Negative(number) => Some(number),
        };
        let inside = number.filter(|number| (least..=most).contains(number));
        inside.ok_or_else(|| outside(whole, form))
    }

    fn whole(&mut self, form: &str) -> Result<Whole, Wrong> {
        let Some(b'-' | b'0'..=b'9') = self.peek() else {
            return Err(self.mismatch(&form));
        };
        let start = self.at;
        match self.number()? {
            Number::Whole(whole) => Ok(whole),
            Number::Other => {
                self.at = start;
                Err(self.mismatch(&form))
            }
        }
    }
}

/// A number that may not stand there.
fn outside(whole: Whole, form: &str) -> Wrong {
    Wrong::unexpected("value", &Found::Whole(whole), &form)
}
