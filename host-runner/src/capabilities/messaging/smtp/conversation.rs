//! A connection to the server that takes one mail after the other.

use super::login::Way;
use super::mail::Mail;
use super::reply::Reply;
use super::settings::{Server, SmtpSecurity};
use super::stream::Stream;
use super::wire::{Loss, Until, Wire};
use std::time::Duration;

/// Why there is no conversation.
#[derive(Debug)]
pub(super) enum NotOpen {
    /// It may work in a while.
    Later(String),
    /// It won't work before the operator changes something.
    Operator(String),
}

impl From<Loss> for NotOpen {
    fn from(loss: Loss) -> Self {
        match loss {
            Loss::Tls(_) => Self::Operator(loss.told()),
            Loss::Late | Loss::Cut(_) | Loss::Garbled => Self::Later(loss.told()),
        }
    }
}

/// What became of mail.
#[derive(Debug)]
pub(super) enum Fate {
    /// The server took it.
    Taken(Reply),
    /// The server said no to this command, by a code from 400 on.
    Refused(&'static str, Reply),
    /// The connection broke before the whole mail had left: the server can't have taken it.
    LostBefore(Loss),
    /// It broke after the end had left: the server may have taken it.
    LostAfter(Loss),
}

/// A connection on which the server said hello and whoever has to is logged in.
pub(super) struct Conversation {
    wire: Wire,
    timeout: Duration,
    /// Whether the server still holds an envelope that came to nothing.
    leftover: bool,
    /// Whether nothing more can be said.
    broken: bool,
    /// Whether it has taken mail or waited since it was opened.
    pub(super) used: bool,
}

impl Conversation {
    /// Connects, turns to TLS and logs in, as the settings ask.
    pub(super) fn open(server: &Server) -> Result<Self, NotOpen> {
        let until = Until::after(server.timeout);
        let stream = Stream::connect(&server.host, server.port, until)?;
        let local = stream
            .socket()
            .peer_addr()
            .is_ok_and(|peer| peer.ip().is_loopback());
        if server.only_local && !local {
            return Err(NotOpen::Operator(
                "the host is another machine, and mail would go there in the clear".to_owned(),
            ));
        }
        let mut wire = Wire::new(stream);
        let tls = server.tls.as_ref();
        if let Some(tls) = tls.filter(|_| server.security == SmtpSecurity::Tls) {
            wire.encrypt(tls)?;
        }
        expect("the greeting", wire.reply(until)?)?;
        let mut offers = hello(&mut wire, server, until)?;
        if let Some(tls) = tls.filter(|_| server.security == SmtpSecurity::Starttls) {
            if !offers.starttls {
                return Err(NotOpen::Operator(
                    "the server doesn't offer STARTTLS".to_owned(),
                ));
            }
            expect("STARTTLS", wire.command("STARTTLS\r\n", until)?)?;
            wire.encrypt(tls)?;
            offers = hello(&mut wire, server, until)?;
        }
        if let Some(login) = &server.login {
            let reply = login.say(&mut wire, &offers.logins, until)?;
            expect("the login", reply)?;
        }
        Ok(Self {
            wire,
            timeout: server.timeout,
            leftover: false,
            broken: false,
            used: false,
        })
    }

    /// Whether the server still answers.
    pub(super) fn is_alive(&mut self) -> bool {
        self.used = true;
        self.reset().is_ok()
    }

    /// Whether nothing more can be said.
    pub(super) fn is_broken(&self) -> bool {
        self.broken
    }

    /// Hands over one mail.
    pub(super) fn deliver(&mut self, mail: &Mail) -> Fate {
        let fate = self.try_deliver(mail);
        self.used = true;
        match &fate {
            Fate::Taken(_) => {}
            Fate::Refused(_, reply) => {
                self.leftover = true;
                self.broken |= reply.hangs_up();
            }
            Fate::LostBefore(_) | Fate::LostAfter(_) => self.broken = true,
        }
        fate
    }

    fn try_deliver(&mut self, mail: &Mail) -> Fate {
        if self.leftover
            && let Err(loss) = self.reset()
        {
            return Fate::LostBefore(loss);
        }
        let until = Until::after(self.timeout);
        let envelope = [
            ("MAIL", format!("MAIL FROM:<{}>\r\n", mail.from), 200..300),
            ("RCPT", format!("RCPT TO:<{}>\r\n", mail.to), 200..300),
            ("DATA", "DATA\r\n".to_owned(), 300..400),
        ];
        for (name, line, good) in envelope {
            match self.wire.command(&line, until) {
                Ok(reply) if good.contains(&reply.code) => {}
                Ok(reply) if reply.code >= 400 => return Fate::Refused(name, reply),
                Ok(_) => return Fate::LostBefore(Loss::Garbled),
                Err(loss) => return Fate::LostBefore(loss),
            }
        }
        // The end goes in the same piece as the text, so that a failure to write tells that the end never
        // left. From there on the server may have all of it.
        let until = Until::after(self.timeout);
        if let Err(loss) = self.wire.write(&with_end(&mail.bytes), until) {
            return Fate::LostBefore(loss);
        }
        let answer = self.wire.flush().and_then(|()| self.wire.reply(until));
        match answer {
            Ok(reply) if reply.is_good() => Fate::Taken(reply),
            Ok(reply) if reply.code >= 400 => Fate::Refused("the text", reply),
            Ok(_) => Fate::LostAfter(Loss::Garbled),
            Err(loss) => Fate::LostAfter(loss),
        }
    }

    /// Has the server drop what it holds of an envelope.
    fn reset(&mut self) -> Result<(), Loss> {
        let answer = self
            .wire
            .command("RSET\r\n", Until::after(self.timeout))
            .and_then(|reply| {
                if reply.is_good() {
                    Ok(())
                } else {
                    Err(Loss::Cut(format!("RSET was answered {}", reply.told())))
                }
            });
        self.leftover = false;
        self.broken |= answer.is_err();
        answer
    }
}

impl Drop for Conversation {
    fn drop(&mut self) {
        if !self.broken {
            self.wire.part();
        }
    }
}

/// What the server says it can do.
#[derive(Default)]
struct Offers {
    starttls: bool,
    logins: Vec<Way>,
}

fn hello(wire: &mut Wire, server: &Server, until: Until) -> Result<Offers, NotOpen> {
    let reply = wire.command(&format!("EHLO {}\r\n", server.hello), until)?;
    let reply = expect("EHLO", reply)?;
    let mut offers = Offers::default();
    for line in reply.lines.iter().skip(1) {
        let line = line.to_ascii_uppercase();
        let mut words = line.split([' ', '=']);
        match words.next() {
            Some("STARTTLS") => offers.starttls = true,
            Some("AUTH") => offers.logins.extend(words.filter_map(Way::of)),
            _ => {}
        }
    }
    Ok(offers)
}

/// The reply if it is a good one.
fn expect(what: &str, reply: Reply) -> Result<Reply, NotOpen> {
    if reply.is_good() {
        return Ok(reply);
    }
    let told = format!("{what} was answered {}", reply.told());
    Err(if reply.is_for_good() {
        NotOpen::Operator(told)
    } else {
        NotOpen::Later(told)
    })
}

/// The text as it goes over the wire: every line that begins with a dot gets another one, and a dot
/// alone ends it.
fn with_end(text: &[u8]) -> Vec<u8> {
    let text = text.strip_suffix(b"\r\n").unwrap_or(text);
    let mut bytes = Vec::with_capacity(text.len() + text.len() / 64 + 5);
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        if line.starts_with(b".") {
            bytes.push(b'.');
        }
        bytes.extend_from_slice(line);
    }
    bytes.extend_from_slice(b"\r\n.\r\n");
    bytes
}

#[cfg(test)]
mod tests {
    use super::with_end;

    #[test]
    fn no_line_of_the_text_ends_it() {
        let table = [
            ("a\r\n", "a\r\n.\r\n"),
            ("a", "a\r\n.\r\n"),
            (".\r\n..\r\nb.\r\n", "..\r\n...\r\nb.\r\n.\r\n"),
            ("", "\r\n.\r\n"),
        ];
        for (text, expected) in table {
            assert_eq!(with_end(text.as_bytes()), expected.as_bytes(), "{text:?}");
        }
    }
}
