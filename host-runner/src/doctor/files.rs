//! Files that a server reads or makes.

use super::{Finding, Parts};
use crate::capabilities::Merchant;
use crate::capabilities::messaging::Channels;
use crate::keys::{ApiKey, Keys};
use crate::server::Settings;
use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// The providers by their files, those that can be read.
pub(super) type Providers = HashMap<PathBuf, Channels>;

/// Reads every file of providers, and the secrets that it names.
pub(super) fn providers(settings: &Settings, parts: &Parts, found: &mut Vec<Finding>) -> Providers {
    let own = settings.merchants.values();
    let own = own.filter_map(|own| own.messaging.as_ref());
    let mut files: Vec<&PathBuf> = settings.messaging.iter().chain(own).collect();
    files.sort();
    files.dedup();
    let mut all = Providers::new();
    for file in files {
        let what = format!("providers in {}", file.display());
        let public = settings.public_url.as_deref();
        match Channels::read_for(file, public, &parts.clock, &parts.log) {
            Ok(channels) => {
                let told = format!("of {} merchants", channels.merchants().count());
                found.push(Finding::good(what, told));
                all.insert(file.clone(), channels);
            }
            Err(error) => found.push(Finding::bad(what, error.to_string())),
        }
    }
    all
}

/// The providers of a merchant, as the server chooses them.
pub(super) fn providers_of<'a>(
    settings: &Settings,
    providers: &'a Providers,
    merchant: &Merchant,
) -> Option<&'a Channels> {
    let own = settings.merchants.get(merchant);
    let own = own.and_then(|own| own.messaging.as_ref());
    let file = own.or(settings.messaging.as_ref())?;
    providers
        .get(file)
        .filter(|channels| channels.has(merchant))
}

/// Reads the API keys, and looks at who else may read them.
pub(super) fn keys(settings: &Settings, found: &mut Vec<Finding>) -> Vec<ApiKey> {
    const WHAT: &str = "api keys";
    let file = settings.api_keys.display();
    if !settings.api_keys.exists() {
        let told = format!(
            "{file} is not there yet: `stampcard keys --config FILE create --merchant ID --role ROLE --name NAME` makes it with the first key"
        );
        found.push(Finding::doubtful(WHAT, told));
        return Vec::new();
    }
    match Keys::open(&settings.api_keys).and_then(|keys| keys.list()) {
        Ok(keys) => {
            found.push(match others_may_write(&settings.api_keys) {
                true => Finding::bad(
                    WHAT,
                    format!("others may write {file}, and so make themselves a key: chmod 600 it"),
                ),
                false => Finding::good(WHAT, format!("{} in {file}", keys.len())),
            });
            keys
        }
        Err(error) => {
            found.push(Finding::bad(WHAT, error.to_string()));
            Vec::new()
        }
    }
}

/// A database that is to be made: whether its folder takes a file.
pub(super) fn room(database: &Path) -> Finding {
    const WHAT: &str = "database";
    let folder = database.parent().unwrap_or(Path::new(""));
    let folder = if folder == Path::new("") {
        Path::new(".")
    } else {
        folder
    };
    if !folder.exists() {
        let told = format!(
            "{} and its folder are made when the server starts",
            database.display()
        );
        return Finding::doubtful(WHAT, told);
    }
    match try_out(folder) {
        Ok(()) => {
            let told = format!("{} is made when the server starts", database.display());
            Finding::good(WHAT, told)
        }
        Err(error) => {
            let told = format!("{} takes no file: {error}", folder.display());
            Finding::bad(WHAT, told)
        }
    }
}

/// Makes a file in a folder and takes it away again.
pub(super) fn try_out(folder: &Path) -> io::Result<()> {
    let file = folder.join(format!(".stampcard-doctor-{}", std::process::id()));
    File::create_new(&file)?;
    std::fs::remove_file(&file)
}

#[cfg(unix)]
fn others_may_write(file: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(file).is_ok_and(|of| of.mode() & 0o022 != 0)
}

#[cfg(not(unix))]
fn others_may_write(_: &Path) -> bool {
    false
}
