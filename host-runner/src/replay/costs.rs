//! What the commands of a replay cost, in figures that fit a line.

use crate::call::Cost;
use serde::Serialize;
use std::collections::BTreeMap;
use std::time::Duration;

/// Costs of all commands of a run, by function.
#[derive(Clone, Debug, Default)]
pub struct Costs(BTreeMap<String, Samples>);

#[derive(Clone, Debug, Default)]
struct Samples {
    fuel: Vec<u64>,
    micros: Vec<u64>,
    memory_max: u64,
    calls_max: u64,
}

/// What one function's commands cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CostSummary {
    /// Interface and function, such as `points.report-order`.
    pub function: String,
    /// How many commands there were.
    pub commands: u64,
    /// Fuel of the command in the middle.
    pub fuel_median: u64,
    /// Mean fuel, rounded down.
    pub fuel_mean: u64,
    /// Fuel of the dearest command.
    pub fuel_max: u64,
    /// The most linear memory of any command, in bytes.
    pub memory_max: u64,
    /// The most calls of imported functions by any command.
    pub capability_calls_max: u64,
    /// Time of the command in the middle in microseconds, waiting for the durable commit included.
    pub micros_median: u64,
    /// The time within which 99 of 100 commands were answered, in microseconds.
    pub micros_p99: u64,
}

impl Costs {
    /// Adds one command.
    pub fn add(&mut self, function: &str, cost: &Cost) {
        if !self.0.contains_key(function) {
            self.0.insert(function.to_owned(), Samples::default());
        }
        if let Some(samples) = self.0.get_mut(function) {
            samples.fuel.push(cost.fuel);
            samples.micros.push(micros(cost.time));
            samples.memory_max = samples.memory_max.max(cost.memory);
            samples.calls_max = samples.calls_max.max(cost.capability_calls);
        }
    }

    /// The figures by function. A function that was not called is not there.
    #[must_use]
    pub fn summaries(mut self) -> Vec<CostSummary> {
        let summary = |(function, samples): (&String, &mut Samples)| {
            samples.fuel.sort_unstable();
            samples.micros.sort_unstable();
            CostSummary {
                function: function.clone(),
                commands: samples.fuel.iter().map(|_| 1).sum(),
                fuel_median: percentile(&samples.fuel, 50),
                fuel_mean: mean(&samples.fuel),
                fuel_max: percentile(&samples.fuel, 100),
                memory_max: samples.memory_max,
                capability_calls_max: samples.calls_max,
                micros_median: percentile(&samples.micros, 50),
                micros_p99: percentile(&samples.micros, 99),
            }
        };
        self.0.iter_mut().map(summary).collect()
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

fn mean(samples: &[u64]) -> u64 {
    let sum: u128 = samples.iter().copied().map(u128::from).sum();
    let count: u128 = samples.iter().map(|_| 1).sum();
    u64::try_from(sum / count.max(1)).unwrap_or(u64::MAX)
}

/// The smallest sample that `percent` of all don't exceed; 0 if there are none.
fn percentile(sorted: &[u64], percent: usize) -> u64 {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_of_a_hundred() {
        let mut costs = Costs::default();
        for fuel in (1..=100).rev() {
            let time = Duration::from_micros(fuel * 10);
            let cost = Cost {
                fuel,
                memory: fuel + 1,
                capability_calls: 3,
                time,
            };
            costs.add("points.report-order", &cost);
        }
        let [summary] = costs.summaries().try_into().unwrap();
        assert_eq!(
            (summary.commands, summary.fuel_median, summary.fuel_mean),
            (100, 50, 50)
        );
        assert_eq!((summary.fuel_max, summary.memory_max), (100, 101));
        assert_eq!((summary.micros_median, summary.micros_p99), (500, 990));
    }
}
