//! One connection: requests in, acts out.

use super::{Act, Asked};
use std::io::{self, BufReader, Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

/// How long the other side may take for a request, or to go.
const PATIENCE: Duration = Duration::from_secs(30);

/// Answers requests until either side has enough.
///
/// # Errors
/// Whatever the connection failed with, which is nobody's trouble but the client's.
pub(super) fn serve(mut stream: TcpStream, handler: &dyn Fn(&Asked) -> Act) -> io::Result<()> {
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut reader = BufReader::new(stream.try_clone()?);
    while let Some(asked) = Asked::read(&mut reader)? {
        let answer = match handler(&asked) {
            Act::Answer(answer) => answer,
            Act::Late(time, answer) => {
                thread::sleep(time.min(PATIENCE));
                answer
            }
            Act::Cut(answer) => {
                let half = answer.body.split_at(answer.body.len() / 2).0;
                stream.write_all(answer.head().as_bytes())?;
                return stream.write_all(half);
            }
            Act::Raw(bytes) => return stream.write_all(&bytes),
            Act::Trickle(pause, bytes) => {
                for byte in bytes {
                    thread::sleep(pause);
                    stream.write_all(&[byte])?;
                }
                return Ok(());
            }
            Act::HangUp => return Ok(()),
            Act::Stall => {
                while reader.read(&mut [0; 512])? > 0 {}
                return Ok(());
            }
        };
        // In one piece, so that the client reads it at once.
        let mut whole = answer.head().into_bytes();
        whole.extend(answer.body);
        stream.write_all(&whole)?;
        let close = asked.header("connection");
        if close.is_some_and(|word| word.eq_ignore_ascii_case("close")) {
            return Ok(());
        }
    }
    Ok(())
}
