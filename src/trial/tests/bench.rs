//! A large trial, on request: `cargo test --release --lib a_large_trial -- --ignored --nocapture`.

use super::Case;
use std::fmt::Write;
use std::time::Instant;

#[test]
#[ignore = "a minute of work and files of 100 MB"]
fn a_large_trial_is_read_in_seconds() {
    let persons = 1_000_000;
    let mut list = String::from("id,arm\n");
    let mut spells = String::from("id,start,end,state\n");
    for i in 0..persons {
        let _ = writeln!(
            list,
            "{},{}",
            1_000_000 + i,
            if i % 2 == 0 { "c" } else { "t" }
        );
        for (k, state) in ["work", "home", "sick", "work"].iter().enumerate() {
            let _ = writeln!(
                spells,
                "{},{},{},{state}",
                1_000_000 + i,
                1 + 16 * k,
                16 + 16 * k
            );
        }
    }
    let mut case = Case::new(&list, &spells);
    case.study.horizon = 63;
    let start = Instant::now();
    let trial = case.trial();
    println!(
        "{persons} persons, {} spells: {:?}",
        trial.tables[0].spells.len(),
        start.elapsed()
    );
}
