//! Members of a table of settings, each taken out by its name, so that what is left is what nobody knows.

use crate::capabilities::messaging::secret::{Secret, SecretPlace};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// What is wrong with a settings file: where, and why. It shows no secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {problem}")]
pub struct ChannelsError {
    /// The member's name with those of the tables around it, such as `merchants.tea-house.sms.timeout`; or the file.
    pub at: String,
    /// What is wrong with it.
    pub problem: String,
}

impl ChannelsError {
    pub(crate) fn new(at: impl Into<String>, problem: impl Into<String>) -> Self {
        Self {
            at: at.into(),
            problem: problem.into(),
        }
    }
}

/// All of a settings file.
pub(crate) fn read_table(file: &Path) -> Result<Table, ChannelsError> {
    let name = file.display().to_string();
    let text = std::fs::read_to_string(file)
        .map_err(|error| ChannelsError::new(name.as_str(), error.to_string()))?;
    text.parse().map_err(|error: toml::de::Error| {
        // The error's own text shows the line, and with it whatever somebody wrote there.
        let before = error.span().and_then(|span| text.get(..span.start));
        let line = before.map_or(1, |before| before.matches('\n').count() + 1);
        ChannelsError::new(format!("{name}:{line}"), "it is no TOML")
    })
}

/// A table that is being read.
pub(crate) struct Reader<'a> {
    at: String,
    table: Table,
    /// Relative paths begin here.
    folder: &'a Path,
    asked: Vec<String>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(at: String, value: Value, folder: &'a Path) -> Result<Self, ChannelsError> {
        match value {
            Value::Table(table) => Ok(Self {
                at,
                table,
                folder,
                asked: Vec::new(),
            }),
            _ => Err(ChannelsError::new(at, "it is no table")),
        }
    }

    pub(crate) fn fault(&self, name: &str, problem: impl Into<String>) -> ChannelsError {
        ChannelsError::new(self.within(name), problem)
    }

    /// Where a member of this name stands.
    fn within(&self, name: &str) -> String {
        if self.at.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.at)
        }
    }

    /// What is wrong with the table as a whole.
    pub(crate) fn fault_of_all(&self, problem: impl Into<String>) -> ChannelsError {
        ChannelsError::new(self.at.clone(), problem)
    }

    /// A text that stays, for whoever reads it later.
    pub(crate) fn peek(&self, name: &str) -> Option<&str> {
        self.table.get(name).and_then(Value::as_str)
    }

    fn take(&mut self, name: &str) -> Option<Value> {
        self.asked.push(name.to_owned());
        self.table.remove(name)
    }

    pub(crate) fn text(&mut self, name: &str) -> Result<Option<String>, ChannelsError> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::String(text)) if !text.is_empty() => Ok(Some(text)),
            Some(_) => Err(self.fault(name, "it is no text, or an empty one")),
        }
    }

    pub(crate) fn needed(&mut self, name: &str) -> Result<String, ChannelsError> {
        let found = self.text(name)?;
        found.ok_or_else(|| self.fault(name, "it is missing"))
    }

    pub(crate) fn path(&mut self, name: &str) -> Result<Option<PathBuf>, ChannelsError> {
        Ok(self.text(name)?.map(|text| self.folder.join(text)))
    }

    pub(crate) fn flag(&mut self, name: &str) -> Result<bool, ChannelsError> {
        self.switch(name, false)
    }

    /// True or false; the default where there is none.
    pub(crate) fn switch(&mut self, name: &str, default: bool) -> Result<bool, ChannelsError> {
        match self.take(name) {
            None => Ok(default),
            Some(Value::Boolean(flag)) => Ok(flag),
            Some(_) => Err(self.fault(name, "it is neither true nor false")),
        }
    }

    /// A whole number within bounds; the default where there is none.
    pub(crate) fn number(
        &mut self,
        name: &str,
        bounds: RangeInclusive<u32>,
        default: u32,
    ) -> Result<u32, ChannelsError> {
        let Some(value) = self.take(name) else {
            return Ok(default);
        };
        let number = value.as_integer().and_then(|n| u32::try_from(n).ok());
        number.filter(|n| bounds.contains(n)).ok_or_else(|| {
            let (least, most) = bounds.into_inner();
            self.fault(
                name,
                format!("it is no whole number from {least} to {most}"),
            )
        })
    }

    /// A number from 0 to 1; the default where there is none.
    pub(crate) fn share(&mut self, name: &str, default: f64) -> Result<f64, ChannelsError> {
        let share = match self.take(name) {
            None => return Ok(default),
            Some(Value::Float(share)) => share,
            Some(Value::Integer(1)) => 1.0,
            Some(Value::Integer(0)) => 0.0,
            Some(_) => f64::NAN,
        };
        if (0.0..=1.0).contains(&share) {
            return Ok(share);
        }
        Err(self.fault(name, "it is no number from 0 to 1"))
    }

    /// Where the secret of this name is: a member `…-env` or `…-file`.
    pub(crate) fn place(&mut self, name: &str) -> Result<Option<SecretPlace>, ChannelsError> {
        let (env, file) = (format!("{name}-env"), format!("{name}-file"));
        match (self.text(&env)?, self.text(&file)?) {
            (None, None) => Ok(None),
            (Some(variable), None) => Ok(Some(SecretPlace::Env(variable))),
            (None, Some(path)) => Ok(Some(SecretPlace::File(path.into()).below(self.folder))),
            (Some(_), Some(_)) => Err(self.fault(&file, format!("it stands beside {env}"))),
        }
    }

    pub(crate) fn secret(&mut self, name: &str) -> Result<Secret, ChannelsError> {
        let place = self.place(name)?.ok_or_else(|| {
            self.fault(
                &format!("{name}-env"),
                format!("it is missing, and so is {name}-file"),
            )
        })?;
        place
            .read()
            .map_err(|error| self.fault(name, error.to_string()))
    }

    /// A table within this one.
    pub(crate) fn inner(&mut self, name: &str) -> Result<Option<Reader<'a>>, ChannelsError> {
        let at = self.within(name);
        let value = self.take(name);
        value
            .map(|value| Reader::new(at, value, self.folder))
            .transpose()
    }

    /// A list of texts; empty where there is none.
    pub(crate) fn texts(&mut self, name: &str) -> Result<Vec<String>, ChannelsError> {
        let told = "it is no list of texts";
        match self.take(name) {
            None => Ok(Vec::new()),
            Some(Value::Array(items)) => {
                let text = |item: Value| match item {
                    Value::String(text) if !text.is_empty() => Ok(text),
                    _ => Err(self.fault(name, told)),
                };
                items.into_iter().map(text).collect()
            }
            Some(_) => Err(self.fault(name, told)),
        }
    }

    /// The names that are left.
    pub(crate) fn names(&self) -> Vec<String> {
        self.table.keys().cloned().collect()
    }

    /// What is left, for a reader of another kind.
    pub(crate) fn rest(&mut self) -> Table {
        std::mem::take(&mut self.table)
    }

    /// The end: nothing may be left.
    pub(crate) fn done(self) -> Result<(), ChannelsError> {
        match self.table.keys().next() {
            None => Ok(()),
            Some(name) => {
                let known = self.asked.join(", ");
                Err(self.fault(name, format!("it is not known here; known are {known}")))
            }
        }
    }
}
