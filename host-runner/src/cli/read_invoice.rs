//! The command `read-invoice`.

mod show;
mod words;

use anyhow::{Context, bail};
use chrono::NaiveDate;
use clap::Args;
use stampcard::capabilities::clock::{Clock, System};
use stampcard_invoice::evidence::Evidence;
use stampcard_invoice::reading::{Code, Reading, Refusal, Settings, Typed, read_codes, read_typed};
use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Read a Taiwanese e-invoice from its QR codes, its bar code or typed fields, as a campaign does.
///
/// Prints what was read with certainty, the items as far as the codes hold them, warnings, and for what is not taken the field, the
/// reason and the permitted form. Nothing is asked of the tax platform, so that a code's figures are what it says and no more.
///
/// Without arguments, codes are read from standard input, one a line.
///
/// Exits with 0 if all was read, with 1 if something was refused or the input holds no code, and with 2 if a file can't be read or an
/// argument is wrong.
#[derive(Debug, Args)]
#[command(after_help = r#"Examples:
  stampcard read-invoice --text 'AB112233441020523999900000144000001540000000001234567ydXZt4LAN1UHN/j1juVcRA==:**********:3:3:1:乾電池:1:105:' \
      --text '**口罩:1:210:牛奶:1:25'
      The left and the right code of a receipt, in any order.
  stampcard read-invoice --bytes left.bin --bytes right.bin --json
      Codes as a decoder's bytes, which keep Big5 as it is.
  stampcard read-invoice --bar '*10404UZ176908720122*'
  stampcard read-invoice --typed ab-12345678 115/4/10 9579
  zbarimg --raw receipt.jpg | stampcard read-invoice"#)]
pub(super) struct ReadInvoice {
    /// A QR code's text; several are several codes of one upload
    #[arg(long, value_name = "TEXT", conflicts_with = "typed")]
    text: Vec<String>,
    /// A file with a QR code's bytes; - reads standard input
    #[arg(long, value_name = "FILE", num_args = 1.., conflicts_with = "typed")]
    bytes: Vec<PathBuf>,
    /// The bar code's text
    #[arg(long, value_name = "TEXT", conflicts_with = "typed")]
    bar: Vec<String>,
    /// What a member typed
    #[arg(long, num_args = 3, value_names = ["NUMBER", "DATE", "RANDOM"])]
    typed: Vec<String>,
    /// Today in Taiwan, such as 2026-04-10, if it is not the clock's; later dates are refused
    #[arg(long, value_name = "DATE")]
    today: Option<NaiveDate>,
    /// Print a JSON list
    #[arg(long)]
    json: bool,
}

/// Invoices of an upload, or why they are none.
type Entry = Result<Reading, Refusal>;

impl ReadInvoice {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let settings = Settings::on(self.today()?);
        let read = match self.typed.as_slice() {
            [number, date, random] => {
                let typed = Typed {
                    number,
                    date,
                    random,
                };
                match read_typed(typed, &settings) {
                    Ok(reading) => vec![Ok(reading)],
                    Err(refusals) => refusals.into_iter().map(Err).collect(),
                }
            }
            _ => self.upload(&settings)?,
        };
        let mut out = io::stdout().lock();
        if self.json {
            let json: Vec<_> = read.iter().map(show::json).collect();
            serde_json::to_writer_pretty(&mut out, &json)?;
            writeln!(out)?;
        } else {
            for one in &read {
                show::text(&mut out, one)?;
            }
        }
        let refused = read.iter().any(Result::is_err);
        Ok(ExitCode::from(u8::from(refused)))
    }

    fn today(&self) -> anyhow::Result<NaiveDate> {
        if let Some(today) = self.today {
            return Ok(today);
        }
        let milliseconds = System.now().seconds.saturating_mul(1_000);
        i64::try_from(milliseconds)
            .ok()
            .and_then(Evidence::day_of)
            .context("the clock shows no day from 2006 to 2110: name one with --today")
    }

    fn upload(&self, settings: &Settings<'_>) -> anyhow::Result<Vec<Entry>> {
        let files: anyhow::Result<Vec<Vec<u8>>> =
            self.bytes.iter().map(|file| bytes(file)).collect();
        let files = files?;
        let texts = self.text.iter().chain(&self.bar);
        let mut codes: Vec<Code<'_>> = texts.map(|text| Code::text(text)).collect();
        codes.extend(files.iter().map(|bytes| Code::bytes(bytes)));
        if !codes.is_empty() {
            return Ok(read_codes(&codes, settings));
        }
        let mut input = io::stdin().lock();
        if input.is_terminal() {
            bail!(
                "there is nothing to read: name a code with --text, --bytes, --bar or --typed, or pass codes on standard input"
            );
        }
        let mut all = Vec::new();
        input.read_to_end(&mut all)?;
        let lines = all.split(|byte| *byte == b'\n');
        let lines = lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line));
        let code = |line| match std::str::from_utf8(line) {
            Ok(text) => Code::text(text),
            Err(_) => Code::bytes(line),
        };
        let codes: Vec<Code<'_>> = lines.filter(|line| !line.is_empty()).map(code).collect();
        Ok(read_codes(&codes, settings))
    }
}

fn bytes(file: &Path) -> anyhow::Result<Vec<u8>> {
    if file.as_os_str() == "-" {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    std::fs::read(file).with_context(|| format!("can't read the code {}", file.display()))
}
