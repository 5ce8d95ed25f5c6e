//! A peer of the rules: another party's engine in a process of its own, which judges one order as often
//! as it is told.
//!
//! It reads the facts as the first line, and then numbers; for each it judges the order so many times
//! and answers with the points and the nanoseconds that all of it took.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// The process, ended when this is dropped.
pub struct Peer {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Peer {
    /// Starts it and gives it the facts.
    ///
    /// # Errors
    /// When the program is not there.
    pub fn start(command: &mut Command, facts: &serde_json::Value) -> std::io::Result<Self> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut input = child.stdin.take().expect("its input");
        let output = BufReader::new(child.stdout.take().expect("its output"));
        writeln!(input, "{facts}")?;
        Ok(Self {
            child,
            input,
            output,
        })
    }

    /// Has it judge the order so many times; the points of the last, and the nanoseconds of all.
    ///
    /// # Errors
    /// When it has ended, or says something else.
    pub fn judge(&mut self, times: usize) -> std::io::Result<(u64, u64)> {
        writeln!(self.input, "{times}")?;
        self.input.flush()?;
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        let mut numbers = line.split_whitespace().map(str::parse);
        match (numbers.next(), numbers.next()) {
            (Some(Ok(points)), Some(Ok(nanoseconds))) => Ok((points, nanoseconds)),
            _ => Err(std::io::Error::other(format!("it answered {line:?}"))),
        }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It may have ended by itself; there is nothing else to undo.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
