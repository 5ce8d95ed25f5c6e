//! Reading values that stand as text.

use crate::reading::{Reader, Wrong};

/// Reads text by `parse` into its place; `form` is the permitted form, for the error.
///
/// # Errors
/// For what is no text, and for text that `parse` does not take.
#[inline]
pub(super) fn read<T>(
    place: &mut T,
    from: &mut Reader<'_>,
    form: &str,
    parse: fn(&str) -> Option<T>,
) -> Result<(), Wrong> {
    from.text_of(form, &mut |text| {
        *place = parse(text)?;
        Some(())
    })
}

/// The same, where there may be none.
///
/// # Errors
/// As [`read`].
#[inline]
pub(super) fn read_option<T>(
    place: &mut Option<T>,
    from: &mut Reader<'_>,
    form: &str,
    parse: fn(&str) -> Option<T>,
) -> Result<(), Wrong> {
    if from.null()? {
        *place = None;
        return Ok(());
    }
    from.text_of(form, &mut |text| {
        *place = Some(parse(text)?);
        Some(())
    })
}
