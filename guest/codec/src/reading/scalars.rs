//! Texts, numbers and truth.

use super::{Read, Reader, Wrong};

impl Read for String {
    fn blank() -> Self {
        Self::new()
    }

    #[inline(never)]
    fn read(&mut self, from: &mut Reader<'_>) -> Result<(), Wrong> {
        *self = from.text("a string")?.into_owned();
        Ok(())
    }
}

impl Read for bool {
    fn blank() -> Self {
        false
    }

    fn read(&mut self, from: &mut Reader<'_>) -> Result<(), Wrong> {
        *self = from.truth()?;
        Ok(())
    }
}

/// Numbers that are never negative.
macro_rules! natural {
    ($($type:ident: $most:expr),* $(,)?) => {$(
        impl Read for $type {
            fn blank() -> Self {
                0
            }

            #[inline(never)]
            fn read(&mut self, from: &mut Reader<'_>) -> Result<(), Wrong> {
                let number = from.natural(stringify!($type), $most)?;
                *self = number.try_into().unwrap_or_default();
                Ok(())
            }
        }
    )*};
}

natural! {
    u8: u8::MAX.into(),
    u16: u16::MAX.into(),
    u32: u32::MAX.into(),
    u64: u64::MAX,
    usize: u64::try_from(usize::MAX).unwrap_or(u64::MAX),
}

/// Numbers with a sign.
macro_rules! signed {
    ($($type:ident)*) => {$(
        impl Read for $type {
            fn blank() -> Self {
                0
            }

            #[inline(never)]
            fn read(&mut self, from: &mut Reader<'_>) -> Result<(), Wrong> {
                let number = from.integer(stringify!($type), $type::MIN.into(), $type::MAX.into())?;
                *self = number.try_into().unwrap_or_default();
                Ok(())
            }
        }
    )*};
}

signed! { i32 i64 }
