//! The ten rules of the bench as a decision of zen-engine, compiled once. Reads the facts as the first
//! line; for each number on a further line it judges the order so many times, and answers with the points
//! and the nanoseconds that all of it took.

use serde_json::Value;
use std::error::Error;
use std::io::{BufRead, Write};
use std::time::Instant;
use zen_engine::Decision;
use zen_engine::model::DecisionContent;

fn main() -> Result<(), Box<dyn Error>> {
    let content: DecisionContent = serde_json::from_str(include_str!("../decision.json"))?;
    let DecisionContent::Graph(graph) = content else {
        return Err("the decision is no graph".into());
    };
    let mut decision = Decision::from(graph);
    decision.compile();
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let mut lines = std::io::stdin().lock().lines();
    let facts: Value = serde_json::from_str(&lines.next().ok_or("no facts")??)?;
    for line in lines {
        let times: u32 = line?.trim().parse()?;
        let since = Instant::now();
        let points = runtime.block_on(judge(&decision, &facts, times))?;
        let mut out = std::io::stdout().lock();
        writeln!(out, "{points} {}", since.elapsed().as_nanos())?;
        out.flush()?;
    }
    Ok(())
}

/// The points of the last time.
async fn judge(decision: &Decision, facts: &Value, times: u32) -> Result<String, Box<dyn Error>> {
    let mut points = String::new();
    for _ in 0..times {
        let answer = decision
            .evaluate(facts.clone().into())
            .await
            .map_err(|error| format!("{error:?}"))?;
        let found = answer.result.dot("points").ok_or("no points")?;
        points = found.to_string();
    }
    Ok(points)
}
