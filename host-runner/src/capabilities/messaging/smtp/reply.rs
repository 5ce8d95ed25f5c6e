//! A server's reply: a code and lines of text.

use crate::capabilities::logging::plain;

/// Bytes of a whole reply that are read; RFC 5321 asks for 512 a line.
const REPLY_BYTES: usize = 65_536;

/// Bytes of a reply's line that are passed on.
const LINE_BYTES: usize = 200;

/// A whole reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reply {
    /// 200 to 599.
    pub(super) code: u16,
    /// The text of its lines, without codes.
    pub(super) lines: Vec<String>,
}

/// What the bytes read so far are.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Parsed {
    /// The beginning of a reply.
    Partial,
    /// A reply, and how many bytes it takes.
    Whole(Reply, usize),
    /// No reply.
    Garbled,
}

impl Reply {
    /// Reads the first reply of these bytes.
    pub(super) fn parse(bytes: &[u8]) -> Parsed {
        let (mut lines, mut end, mut code) = (Vec::new(), 0, None);
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            if !line.ends_with(b"\n") {
                break;
            }
            end += line.len();
            let text = String::from_utf8_lossy(line);
            let text = text.trim_end_matches(['\r', '\n']);
            let digits = text
                .get(..3)
                .filter(|d| d.bytes().all(|b| b.is_ascii_digit()));
            let number = digits
                .and_then(|d| d.parse::<u16>().ok())
                .filter(|number| (200..600).contains(number));
            let Some(number) = number.filter(|number| code.is_none_or(|code| code == *number))
            else {
                return Parsed::Garbled;
            };
            code = Some(number);
            let rest = text.get(3..).unwrap_or_default();
            lines.push(rest.get(1..).unwrap_or_default().to_owned());
            match rest.as_bytes().first() {
                Some(b'-') => {}
                None | Some(b' ') => {
                    let code = number;
                    let reply = Self { code, lines };
                    return Parsed::Whole(reply, end);
                }
                Some(_) => return Parsed::Garbled,
            }
        }
        if bytes.len() > REPLY_BYTES {
            Parsed::Garbled
        } else {
            Parsed::Partial
        }
    }

    /// The first line, safe to print, if it says anything.
    pub(super) fn first(&self) -> Option<String> {
        let line = self.lines.first()?.trim();
        (!line.is_empty()).then(|| plain(line, LINE_BYTES))
    }

    /// Code and first line.
    pub(super) fn told(&self) -> String {
        match self.first() {
            Some(line) => format!("{} {line}", self.code),
            None => self.code.to_string(),
        }
    }

    pub(super) fn is_good(&self) -> bool {
        (200..300).contains(&self.code)
    }

    pub(super) fn is_for_good(&self) -> bool {
        self.code >= 500
    }

    /// Whether the server says by an enhanced code (RFC 3463) that nothing will ever arrive at the recipient's address: there is no
    /// such mailbox or host, it is no address, or whoever had it left. Other refusals may be of the sender or the text.
    pub(super) fn is_no_address(&self) -> bool {
        let code = self.lines.first().and_then(|line| line.split(' ').next());
        let none = ["5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"];
        self.is_for_good() && code.is_some_and(|code| none.contains(&code))
    }

    /// Whether the server says that it hangs up.
    pub(super) fn hangs_up(&self) -> bool {
        self.code == 421
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_are_told_apart() {
        let table = [
            ("250 ok\r\n", Some((250, "ok", 8))),
            ("250-a\r\n250-b\r\n250 c\r\n354 x\r\n", Some((250, "a", 21))),
            ("550\r\n", Some((550, "", 5))),
            ("450 點\u{1b}\n", Some((450, "點\\u{1b}", 9))),
            ("250-a\r\n250 b", None),
        ];
        for (text, expected) in table {
            match (Reply::parse(text.as_bytes()), expected) {
                (Parsed::Whole(reply, bytes), Some((code, first, taken))) => {
                    assert_eq!((reply.code, bytes), (code, taken), "{text:?}");
                    assert_eq!(reply.first().unwrap_or_default(), first, "{text:?}");
                }
                (Parsed::Partial, None) => {}
                (other, _) => panic!("{text:?}: {other:?}"),
            }
        }
        for text in [
            "HTTP/1.1 200 OK\r\n",
            "25 x\r\n",
            "250-a\r\n550 b\r\n",
            "150 x\r\n",
            "250x\r\n",
            "點點\n",
        ] {
            assert_eq!(Reply::parse(text.as_bytes()), Parsed::Garbled, "{text:?}");
        }
        assert_eq!(Reply::parse(&[b'2'; 70_000]), Parsed::Garbled);
    }

    #[test]
    fn an_address_that_is_none_is_told_by_its_enhanced_code() {
        for (text, none) in [
            ("550 5.1.1 no such user\r\n", true),
            ("550-5.1.1 no such user\r\n550 5.1.1 here\r\n", true),
            ("553 5.1.3\r\n", true),
            ("556 5.1.10 null MX\r\n", true),
            ("550 5.7.1 blocked\r\n", false),
            ("550 5.1.8 bad sender\r\n", false),
            ("552 5.2.2 full\r\n", false),
            ("550 no such user\r\n", false),
            ("450 4.1.1 later\r\n", false),
            ("550\r\n", false),
        ] {
            let Parsed::Whole(reply, _) = Reply::parse(text.as_bytes()) else {
                panic!("{text:?}");
            };
            assert_eq!(reply.is_no_address(), none, "{text:?}");
        }
    }
}
