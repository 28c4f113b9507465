//! Tests of the room.

mod faults;
mod laws;
mod margins;
mod register;

use super::*;
use std::path::PathBuf;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(name)
}

fn simulator(name: &str) -> Simulator {
    Simulator::new(Scenario::read(&fixture(name)).unwrap()).unwrap()
}

/// A chain with one exit, worked by hand: two hidden kinds of person leave with 2 and 4 tenths a week.
const BY_HAND: &str = r#"
name = "by hand"
horizon = 2
initial = { benefit = 1.0 }
states = [{ name = "benefit" }, { name = "job" }]
transitions = [{ from = "benefit", to = "job", hazard = 0.2 }]
arms = [{ name = "control" }, { name = "treated", effects = [{ to = "job", weeks = [2, 9], multiplier = 0.5 }] }]
sites = [{ name = "one", persons = 8 }]
hidden = [
    { name = "slow", share = 0.5 },
    { name = "fast", share = 0.5, effects = [{ multiplier = 2.0 }] },
]
exits = [{ name = "exit", from = ["benefit"] }]
"#;

fn by_hand() -> Scenario {
    Scenario::parse(BY_HAND, "scenario.toml").unwrap()
}
