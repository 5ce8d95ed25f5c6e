//! Numbers and money beside words that sell only there.

/// What a text's signs up to a place end with, one blank behind it included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Figure {
    /// Neither.
    None,
    /// A sign of money, its digits to come.
    Currency,
    /// A number.
    Number,
    /// An amount of money.
    Money,
}

impl Figure {
    /// With one more sign, behind `before`.
    pub(super) fn then(self, before: char, sign: char) -> Self {
        match (self, sign) {
            (_, sign) if is_currency(sign) => Self::Currency,
            (Self::None, ' ') => Self::None,
            (known, ' ') if before != ' ' => known,
            (Self::Number | Self::Money, ',' | '.') if before.is_ascii_digit() => self,
            (Self::Currency, sign) if sign.is_ascii_digit() => Self::Money,
            (Self::Money, sign) if sign.is_ascii_digit() && before != ' ' => Self::Money,
            (_, sign) if is_digit(sign) => Self::Number,
            _ => Self::None,
        }
    }

    /// Whether it is a number, be it of money or not.
    pub(super) fn is_number(self) -> bool {
        matches!(self, Self::Number | Self::Money)
    }
}

/// Whether money or a percentage stands at the beginning.
pub(super) fn saving_follows(signs: impl Iterator<Item = char>) -> bool {
    let (mut figure, mut before) = (Figure::None, ' ');
    // "Save NT$1,000" and "save 20 %", no longer ones.
    for sign in signs.take(16) {
        if figure == Figure::Number && sign == '%' {
            return true;
        }
        figure = figure.then(before, sign);
        if figure == Figure::Money {
            return true;
        }
        let begins = before == ' ' && matches!(sign, 'n' | 'u' | 'k');
        let name = begins || matches!(sign, 't' | 's' | 'r' | 'w' | ' ');
        if figure == Figure::None && !name {
            return false;
        }
        before = sign;
    }
    false
}

/// Whether a code with a letter in it stands at the beginning.
pub(super) fn code_follows(signs: impl Iterator<Item = char>) -> bool {
    let mut signs = signs.skip_while(|sign| !sign.is_alphanumeric()).peekable();
    let mut code = std::iter::from_fn(|| signs.next_if(char::is_ascii_alphanumeric));
    code.any(|sign| sign.is_ascii_alphabetic())
}

fn is_currency(sign: char) -> bool {
    matches!(sign, '$' | '€' | '£' | '¥' | '₩' | '￦')
}

fn is_digit(sign: char) -> bool {
    sign.is_ascii_digit() || "一二三四五六七八九".contains(sign)
}
