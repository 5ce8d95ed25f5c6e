//! The command `merchants`.

mod desk;

use anyhow::Context;
use clap::{Args, Subcommand, ValueEnum};
use comfy_table::Table;
use comfy_table::presets::ASCII_MARKDOWN;
use desk::Desk;
use serde_json::{Value, json};
use stampcard::capabilities::Merchant;
use stampcard::server::Settings;
use std::fs::{File, OpenOptions};
use std::io::{BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Make, list, suspend and delete the merchants of a server, and give them limits and components.
///
/// Works on the database itself, or asks the server that has it, on its operator's address. Servers of the same database see
/// changes within seconds.
#[derive(Debug, Args)]
#[command(after_help = r#"Examples:
  stampcard merchants --config stampcard.toml set tea-house
  stampcard merchants --config stampcard.toml set tea-house --state suspended
  stampcard merchants --config stampcard.toml export tea-house --to tea-house.jsonl
  stampcard merchants --config stampcard.toml delete tea-house"#)]
pub(super) struct Merchants {
    /// The server's settings file
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// List all merchants
    List,
    /// Make a merchant, or say how it stands from now on; what isn't told is as usual, whatever was said before
    Set(Set),
    /// Write all records of a merchant that is suspended into a file
    Export {
        /// Whose
        merchant: Merchant,
        /// The file, which isn't there yet
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
    },
    /// Bring back what was written into a file, under the same or another name that has no records; no server has a SQLite file
    /// meanwhile
    Import {
        /// Whose the records will be
        merchant: Merchant,
        /// The file, which is read twice
        #[arg(long, value_name = "FILE")]
        from: PathBuf,
    },
    /// Delete everything of a merchant that is suspended, for good
    Delete {
        /// Whose
        merchant: Merchant,
    },
}

#[derive(Debug, Args)]
struct Set {
    /// Who
    merchant: Merchant,
    /// Whether it is served
    #[arg(long, value_enum, default_value_t = State::Active)]
    state: State,
    /// The component, by its name in the settings
    #[arg(long, value_name = "NAME")]
    component: Option<String>,
    /// Units of fuel of one command
    #[arg(long, value_name = "UNITS")]
    fuel: Option<u64>,
    /// Mebibytes of memory of one command
    #[arg(long, value_name = "MIB")]
    memory_mib: Option<u64>,
    /// Seconds that one command may take
    #[arg(long, value_name = "SECONDS")]
    deadline_seconds: Option<u64>,
    /// Commands at once
    #[arg(long, value_name = "NUMBER")]
    commands: Option<u64>,
    /// Commands that one instance serves, instead of a fresh one each
    #[arg(long, value_name = "COMMANDS")]
    warm: Option<u64>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum State {
    Active,
    Suspended,
}

impl Merchants {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let file = self.config.display().to_string();
        let settings = Settings::read(&self.config).context(file)?;
        let desk = Desk::open(&settings)?;
        let mut out = std::io::stdout().lock();
        match self.act {
            Act::List => writeln!(out, "{}", table(&desk.list()?))?,
            Act::Set(set) => {
                let shown = desk.set(&set.merchant, &set.standing())?;
                writeln!(out, "{}", table(&[shown]))?;
            }
            Act::Export { merchant, to } => {
                let records = export(&desk, &merchant, &to)?;
                writeln!(out, "{records} records of {merchant} in {}", to.display())?;
            }
            Act::Import { merchant, from } => {
                let file = File::open(&from).with_context(|| from.display().to_string())?;
                let records = desk.import(&merchant, &mut BufReader::new(file))?;
                writeln!(out, "{records} records of {merchant}")?;
            }
            Act::Delete { merchant } => writeln!(out, "{}", desk.delete(&merchant)?)?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Set {
    /// As the register takes it.
    fn standing(&self) -> Value {
        let mut limits = json!({});
        for (name, told) in [
            ("fuel", self.fuel),
            ("memory-mib", self.memory_mib),
            ("deadline-seconds", self.deadline_seconds),
            ("commands", self.commands),
            ("warm", self.warm),
        ] {
            if let (Some(told), Some(limits)) = (told, limits.as_object_mut()) {
                limits.insert(name.to_owned(), told.into());
            }
        }
        let state = match self.state {
            State::Active => "active",
            State::Suspended => "suspended",
        };
        json!({ "state": state, "component": self.component, "limits": limits })
    }
}

/// Writes a merchant out into a new file; half of one doesn't stay.
fn export(desk: &Desk<'_>, merchant: &Merchant, to: &Path) -> anyhow::Result<u64> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let file = options.open(to).with_context(|| to.display().to_string())?;
    let mut writer = BufWriter::new(file);
    let written = desk.export(merchant, &mut writer).and_then(|records| {
        writer.flush()?;
        writer.get_ref().sync_all()?;
        Ok(records)
    });
    if written.is_err() {
        // What can't be removed is told by the error already.
        drop(std::fs::remove_file(to));
    }
    written
}

fn table(merchants: &[Value]) -> Table {
    let mut table = Table::new();
    table.load_style(ASCII_MARKDOWN);
    table.set_header(["merchant", "state", "since", "component", "limits"]);
    for one in merchants {
        let text = |name: &str| match one.get(name) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(Value::Object(fields)) if fields.is_empty() => String::new(),
            Some(other) => other.to_string(),
        };
        table.add_row(["merchant", "state", "since", "component", "limits"].map(text));
    }
    table
}
