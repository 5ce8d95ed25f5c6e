//! How a replay's progress is shown: a bar in a terminal, a line now and then elsewhere.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use stampcard::replay::Progress;
use std::fmt;
use std::io::{IsTerminal, Write, stderr};
use std::time::Instant;

/// How many lines there are from start to end where there is no terminal.
const LINES: u64 = 10;

/// Shows progress on standard error.
pub(super) struct Bar {
    bar: Option<ProgressBar>,
    started: Instant,
    /// Tenths of the way that were told.
    told: u64,
}

impl Bar {
    pub(super) fn new() -> anyhow::Result<Self> {
        let bar = if stderr().is_terminal() {
            let style =
                "{msg} [{bar:32}] {human_pos}/{human_len} orders, {speed} a second, {eta} left";
            let bar =
                ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr_with_hz(10));
            bar.set_style(
                ProgressStyle::with_template(style)?
                    .with_key("speed", speed)
                    .progress_chars("=> "),
            );
            Some(bar)
        } else {
            None
        };
        Ok(Self {
            bar,
            started: Instant::now(),
            told: 0,
        })
    }

    pub(super) fn show(&mut self, progress: Progress) {
        let Some(bar) = &mut self.bar else {
            return self.tell(progress);
        };
        if bar.length() != Some(progress.orders) {
            // What earlier runs have played doesn't count for the speed.
            *bar = bar.clone().with_position(progress.before);
            bar.set_length(progress.orders);
            bar.reset_eta();
        }
        bar.set_message(progress.date.to_string());
        bar.set_position(progress.played);
    }

    fn tell(&mut self, progress: Progress) {
        let Progress {
            date,
            played,
            before,
            orders,
        } = progress;
        let tenths = (played * LINES).checked_div(orders).unwrap_or(LINES);
        if played == before {
            self.told = tenths;
            return;
        }
        if tenths > self.told {
            self.told = tenths;
            let percent = tenths * 100 / LINES;
            let millis = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
            let speed = (played - before) * 1000 / millis.max(1);
            // A closed standard error is no reason to stop.
            drop(writeln!(
                stderr(),
                "{percent:3} %: {played} of {orders} orders, up to {date}, {speed} a second"
            ));
        }
    }

    /// Takes the bar off the screen.
    pub(super) fn finish(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}

/// Orders a second, without fractions.
fn speed(state: &ProgressState, out: &mut dyn fmt::Write) {
    // What can't be drawn is left out.
    let _ = write!(out, "{:.0}", state.per_sec());
}
