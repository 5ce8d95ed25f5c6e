//! What the benches share: rounds that take turns, medians with their spread, and bounds on ratios.
#![expect(
    clippy::float_arithmetic,
    reason = "figures of a bench are rough; nothing of them reaches a ledger"
)]

pub mod crowd;
pub mod gathering;
pub mod peer;
pub mod postgres;
pub mod provider;
mod requests;
pub mod rows;
pub mod served;
pub mod shop;
pub mod till;

use std::fmt::Display;
use std::io::{Stdout, Write};
use std::time::{Duration, Instant};

/// One run of one bench: how long it goes on, and where its rows go.
pub struct Bench {
    quick: bool,
    missed: u32,
    out: Stdout,
}

/// What a bound demands of a ratio or a figure.
#[derive(Clone, Copy)]
pub enum Demand {
    /// Not more than this.
    AtMost(f64),
    /// Not less than this.
    AtLeast(f64),
}

impl Bench {
    /// Begins: tells what is measured, and on what kind of machine. `--quick` on the command line asks for
    /// few rounds.
    pub fn begin(title: &str) -> Self {
        let bench = Self {
            quick: std::env::args().any(|argument| argument == "--quick"),
            missed: 0,
            out: std::io::stdout(),
        };
        bench.say(&format!("\n== {title} ==\n{}", machine()));
        if bench.quick {
            bench.say("quick: few rounds, so the figures are only rough");
        }
        bench
    }

    /// The rounds that a row takes, or a few of them.
    pub fn rounds(&self, full: usize) -> usize {
        if self.quick { full.div_ceil(5) } else { full }
    }

    /// A number of things to do in a round, or fewer.
    pub fn size(&self, full: usize) -> usize {
        if self.quick { full.div_ceil(5) } else { full }
    }

    /// Writes a line.
    pub fn say(&self, text: &str) {
        writeln!(self.out.lock(), "{text}").expect("standard output");
    }

    /// Writes the heading of a table of figures.
    pub fn heading(&self, what: &str, unit: &str) {
        self.say(&format!(
            "\n{what:48}{:>12}  {:>22}",
            unit, "least to greatest"
        ));
    }

    /// Writes a row of figures.
    pub fn row(&self, what: &str, figures: &Figures) {
        let spread = format!(
            "{} to {}",
            shown(figures.least()),
            shown(figures.greatest())
        );
        self.say(&format!(
            "{what:48}{:>12}  {spread:>22}",
            shown(figures.median())
        ));
    }

    /// Writes a row of figures with what it must come to; the median decides.
    pub fn bound(&mut self, what: &str, figures: &Figures, must: Demand, aim: Demand) {
        let median = figures.median();
        let word = if must.is_met(median) { "met" } else { "MISSED" };
        self.missed += u32::from(!must.is_met(median));
        let aimed = if aim.is_met(median) { ", aim met" } else { "" };
        let spread = format!(
            "{} to {}",
            shown(figures.least()),
            shown(figures.greatest())
        );
        self.say(&format!(
            "{what:48}{:>12}  {spread:>22}  must {must}: {word}{aimed}",
            shown(median)
        ));
    }

    /// Says which row could not be measured, and why.
    pub fn skipped(&self, what: &str, why: &str) {
        self.say(&format!("{what:48}     skipped: {why}"));
    }

    /// Ends with the number of bounds that were missed. A bench is no test, so it doesn't fail for them.
    pub fn end(self) {
        self.say(&match self.missed {
            0 => "no bound was missed".to_owned(),
            some => format!("bounds missed: {some}"),
        });
    }
}

impl Demand {
    fn is_met(self, figure: f64) -> bool {
        match self {
            Self::AtMost(bound) => figure <= bound,
            Self::AtLeast(bound) => figure >= bound,
        }
    }
}

impl Display for Demand {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::AtMost(bound) => write!(f, "≤ {}", shown(*bound)),
            Self::AtLeast(bound) => write!(f, "≥ {}", shown(*bound)),
        }
    }
}

/// One figure a round.
#[derive(Clone, Debug, Default)]
pub struct Figures(pub Vec<f64>);

impl Figures {
    /// The one in the middle.
    pub fn median(&self) -> f64 {
        let sorted = self.sorted();
        *sorted.get(sorted.len() / 2).expect("a round")
    }

    /// The least.
    pub fn least(&self) -> f64 {
        *self.sorted().first().expect("a round")
    }

    /// The greatest.
    pub fn greatest(&self) -> f64 {
        *self.sorted().last().expect("a round")
    }

    /// What each round's figure is of the other's in the same round.
    pub fn over(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(a, b)| a / b).collect())
    }

    /// What each round's figure is beyond the other's in the same round.
    pub fn beyond(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(a, b)| a - b).collect())
    }

    fn sorted(&self) -> Vec<f64> {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        sorted
    }
}

/// A contender of a table: its name, and what gives its figure of a round.
pub type Contender<'a> = (&'a str, Box<dyn FnMut(usize) -> f64 + 'a>);

/// Lets the contenders take turns, so that what else the machine does hits all of them, and gives the
/// figures of each. Each begins every so many rounds, because the first of a round finds other caches.
/// The first round is not counted: it warms code and data.
pub fn take_turns(rounds: usize, contenders: &mut [Contender<'_>]) -> Vec<Figures> {
    let mut figures = vec![Figures::default(); contenders.len()];
    for round in 0..=rounds {
        for turn in 0..contenders.len() {
            let place = (turn + round) % contenders.len();
            let (_, run) = contenders.get_mut(place).expect("a contender");
            let figure = run(round);
            if round > 0 {
                figures.get_mut(place).expect("its figures").0.push(figure);
            }
        }
    }
    figures
}

/// Microseconds of each of so many things done in `time`.
pub fn micros_each(time: Duration, things: usize) -> f64 {
    let things = u32::try_from(things).map_or(f64::MAX, f64::from);
    time.as_secs_f64() * 1e6 / things
}

/// How long something takes, and what it gives.
pub fn timed<T>(run: impl FnOnce() -> T) -> (Duration, T) {
    let since = Instant::now();
    let value = run();
    (since.elapsed(), value)
}

/// As [`timed`], in the processor time of this thread where the kernel tells it: for work that waits for
/// nothing, so that what else runs on the machine is not counted.
pub fn worked<T>(run: impl FnOnce() -> T) -> (Duration, T) {
    let before = on_processor();
    let (elapsed, value) = timed(run);
    let worked = before
        .zip(on_processor())
        .map(|(before, after)| after.saturating_sub(before));
    (worked.unwrap_or(elapsed), value)
}

/// What this thread has used of a processor; none on systems that don't tell.
fn on_processor() -> Option<Duration> {
    // The kernel brings the count up to date when the thread gives way.
    std::thread::yield_now();
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds = text.split_whitespace().next()?.parse().ok()?;
    Some(Duration::from_nanos(nanoseconds))
}

/// What something takes of all processors together, by this thread and others; none on systems that don't tell. What others do
/// for it within a few milliseconds after its end is counted.
pub fn worked_by_all<T>(run: impl FnOnce() -> T) -> (Option<Duration>, T) {
    let before = on_processors();
    let value = run();
    std::thread::sleep(Duration::from_millis(3));
    let worked = before
        .zip(on_processors())
        .map(|(before, after)| after.saturating_sub(before));
    (worked, value)
}

/// What the threads that there are have used of processors.
fn on_processors() -> Option<Duration> {
    std::thread::yield_now();
    let mut sum = Duration::ZERO;
    for thread in std::fs::read_dir("/proc/self/task").ok()? {
        let text = std::fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
        sum += Duration::from_nanos(text.split_whitespace().next()?.parse().ok()?);
    }
    Some(sum)
}

/// The machine's kind: cores and processor, and whether it swaps.
pub fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let information = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = information
        .lines()
        .find(|line| line.starts_with("model name"))
        .and_then(|line| line.split_once(':'))
        .map_or("unknown processor", |(_, model)| model.trim());
    format!("{cores} cores, {model}")
}

/// Three digits that matter, and no exponent.
fn shown(figure: f64) -> String {
    match figure.abs() {
        size if size >= 100.0 => format!("{figure:.0}"),
        size if size >= 10.0 => format!("{figure:.1}"),
        _ => format!("{figure:.2}"),
    }
}
