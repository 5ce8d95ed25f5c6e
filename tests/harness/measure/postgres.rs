//! A PostgreSQL server of the bench's or the test's own, in a scratch folder, reached by a socket there and nothing
//! else. It commits as durably as it does by default.

use std::io::{Error, Result};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// The user that servers run as where the bench runs as root, which the server refuses to be.
const NOBODY: u32 = 65_534;

/// The server, stopped when this is dropped.
pub struct Postgres {
    programs: PathBuf,
    folder: PathBuf,
    root: bool,
    server: Option<Child>,
}

impl Postgres {
    /// Makes a cluster in the folder, which must be empty, and starts its server.
    ///
    /// # Errors
    /// When the programs are missing, or fail.
    pub fn start(folder: &Path) -> Result<Self> {
        let programs = programs().ok_or_else(|| {
            Error::other("PostgreSQL's programs are not here; Debian's package is postgresql")
        })?;
        let root = std::fs::metadata(folder)?.uid() == 0;
        if root {
            chown(folder, Some(NOBODY), Some(NOBODY))?;
            std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755))?;
        }
        let mut this = Self {
            programs,
            folder: folder.to_owned(),
            root,
            server: None,
        };
        let data = this.folder.join("data");
        let mut initdb = this.command("initdb");
        initdb
            .args([
                "--username",
                "bench",
                "--auth",
                "trust",
                "--encoding",
                "UTF8",
            ])
            .args(["--no-locale", "--pgdata"])
            .arg(&data);
        succeed(&mut initdb)?;
        this.again()?;
        Ok(this)
    }

    /// Starts the server again, on what it has; waits until it answers.
    ///
    /// # Errors
    /// When it can't be started, or is not ready within 20 s.
    pub fn again(&mut self) -> Result<()> {
        let mut server = self.command("postgres");
        server.arg("-D").arg(self.folder.join("data"));
        server.arg("-k").arg(&self.folder);
        server.args(["-c", "listen_addresses=", "-c", "max_connections=120"]);
        // The memory and the log that a server of this kind is usually given; durability stays the default.
        server.args(["-c", "shared_buffers=512MB", "-c", "max_wal_size=4GB"]);
        self.server = Some(server.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?);
        for _ in 0..200 {
            let mut ready = self.command("pg_isready");
            ready.arg("-q").arg("-h").arg(&self.folder);
            if ready.status()?.success() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Err(Error::other("PostgreSQL did not get ready within 20 s"))
    }

    /// Where it is reached: by the socket in its folder.
    #[must_use]
    pub fn url(&self) -> String {
        let folder = self.folder.display().to_string().replace('/', "%2F");
        format!("postgres://bench@/postgres?host={folder}")
    }

    /// Runs one statement.
    ///
    /// # Errors
    /// What psql says.
    pub fn say(&self, statement: &str) -> Result<()> {
        let mut psql = self.command("psql");
        self.reach(&mut psql);
        psql.args([
            "--no-psqlrc",
            "--quiet",
            "--set",
            "ON_ERROR_STOP=1",
            "--command",
            statement,
        ]);
        succeed(&mut psql)
    }

    /// Stops the server as an operator would; what it has stays.
    ///
    /// # Errors
    /// What the program that stops it says.
    pub fn stop(&mut self) -> Result<()> {
        self.end("fast")
    }

    /// Stops the server in the middle of everything, as a crash would; what it has stays.
    ///
    /// # Errors
    /// As [`Self::stop`].
    pub fn kill(&mut self) -> Result<()> {
        self.end("immediate")
    }

    /// The server writes its own process id down, and this stops that one.
    fn end(&mut self, mode: &str) -> Result<()> {
        let mut stop = self.command("pg_ctl");
        stop.args(["stop", "--mode", mode, "--silent", "--pgdata"]);
        let ended = succeed(stop.arg(self.folder.join("data")));
        if let Some(mut server) = self.server.take() {
            if ended.is_err() {
                server.kill()?;
            }
            server.wait()?;
        }
        ended
    }

    /// Runs a file of statements, with variables as psql has them.
    ///
    /// # Errors
    /// What psql says.
    pub fn run(&self, file: &Path, variables: &[(&str, &str)]) -> Result<()> {
        let mut psql = self.command("psql");
        self.reach(&mut psql);
        psql.args(["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1"]);
        for (name, value) in variables {
            psql.arg("--set").arg(format!("{name}={value}"));
        }
        // Its own reading of the file may be forbidden to the user it runs as.
        psql.stdin(std::fs::File::open(file)?);
        succeed(&mut psql)
    }

    /// Runs a script of pgbench, prepared, by so many clients at once; transactions a second.
    ///
    /// # Errors
    /// What pgbench says.
    pub fn bench(&self, script: &str, clients: usize, time: Duration) -> Result<f64> {
        let file = self.folder.join("script.pgbench");
        std::fs::write(&file, script)?;
        let mut pgbench = self.command("pgbench");
        self.reach(&mut pgbench);
        let seconds = time.as_secs().max(1).to_string();
        pgbench
            .args(["--no-vacuum", "--protocol", "prepared", "--jobs", "2"])
            .args(["--client", &clients.to_string(), "--time", &seconds])
            .arg("--file")
            .arg(&file);
        let output = pgbench.output()?;
        let text = String::from_utf8_lossy(&output.stdout);
        let rate = text
            .lines()
            .find_map(|line| line.strip_prefix("tps = "))
            .and_then(|rest| rest.split_whitespace().next()?.parse().ok());
        rate.filter(|_| output.status.success())
            .ok_or_else(|| complaint(&output.stderr))
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command.current_dir(&self.folder);
        if self.root {
            command.uid(NOBODY).gid(NOBODY);
        }
        command
    }

    fn reach(&self, command: &mut Command) {
        command.env("PGHOST", &self.folder);
        command.env("PGUSER", "bench").env("PGDATABASE", "postgres");
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if self.server.is_some() {
            let _ = self.kill();
        }
    }
}

/// Where the programs of the newest version are: Debian keeps each version's in a folder of its own.
#[must_use]
pub fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten();
    let number = |folder: &PathBuf| folder.parent()?.file_name()?.to_str()?.parse::<u32>().ok();
    let mut found: Vec<PathBuf> = versions
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .collect();
    found.sort_by_key(|folder| std::cmp::Reverse(number(folder)));
    let path = std::env::var_os("PATH").unwrap_or_default();
    // A version's folder may hold its clients alone.
    found
        .into_iter()
        .chain(std::env::split_paths(&path))
        .find(|folder| {
            ["initdb", "postgres", "pgbench"]
                .iter()
                .all(|name| folder.join(name).is_file())
        })
}

fn succeed(command: &mut Command) -> Result<()> {
    let output = command
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(complaint(&output.stderr))
}

/// The first line that a program wrote before it failed; many clients say the same again.
fn complaint(written: &[u8]) -> Error {
    let text = String::from_utf8_lossy(written);
    Error::other(
        text.lines()
            .next()
            .unwrap_or("it failed without a word")
            .to_owned(),
    )
}
