//! The kernels in time: `cargo bench --bench kernels [-- PART OF A NAME]`.
//!
//! Each kernel runs in turns of a few milliseconds on one thread; the smallest and the median nanoseconds per unit
//! are told, since what disturbs a turn only ever makes it slower. With `--count NAME TURNS` the kernel is made ready
//! and runs that many turns, and nothing is told: `benches/counts/check` counts the instructions of that.
//! `--list` prints the names. The harness is our own: criterion would change features that the tables' library is
//! built with, so that it would be built a second time.

mod inputs;
mod list;

use list::{KERNELS, Kernel};
use rettevej::numeric::parallel::with_threads;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Turns are repeated for this long.
const MEASURED: Duration = Duration::from_millis(400);
/// A sample is at least this long, so that the clock does not matter.
const SAMPLE: Duration = Duration::from_millis(2);

fn main() {
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|w| w != "--bench")
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    with_threads(1, || match words.as_slice() {
        ["--list"] => KERNELS
            .iter()
            .for_each(|kernel| println!("{}", kernel.name)),
        ["--count", name, turns] => count(name, turns.parse().expect("a number of turns")),
        wanted => time(wanted),
    });
}

fn count(name: &str, turns: u32) {
    let kernel = KERNELS
        .iter()
        .find(|k| k.name == name)
        .expect("one of --list");
    let mut work = (kernel.ready)();
    for _ in 0..turns {
        black_box(work());
    }
}

fn time(wanted: &[&str]) {
    println!("{:<34} {:>14} {:>14}   per", "kernel", "smallest", "median");
    let chosen = |k: &&Kernel| wanted.is_empty() || wanted.iter().any(|w| k.name.contains(w));
    for kernel in KERNELS.iter().filter(chosen) {
        let mut work = (kernel.ready)();
        let mut turns = 1;
        while sample(&mut work, turns) < SAMPLE {
            turns *= 2;
        }
        let mut samples = Vec::new();
        let started = Instant::now();
        while started.elapsed() < MEASURED || samples.len() < 5 {
            samples
                .push(sample(&mut work, turns).as_nanos() as f64 / f64::from(turns * kernel.times));
        }
        samples.sort_unstable_by(f64::total_cmp);
        let (smallest, median) = (samples[0], samples[samples.len() / 2]);
        println!(
            "{:<34} {:>14} {:>14}   {}",
            kernel.name,
            said(smallest),
            said(median),
            kernel.unit
        );
    }
}

fn sample(work: &mut list::Work, turns: u32) -> Duration {
    let started = Instant::now();
    for _ in 0..turns {
        black_box(work());
    }
    started.elapsed()
}

fn said(nanoseconds: f64) -> String {
    match nanoseconds {
        n if n < 1e3 => format!("{n:.1} ns"),
        n if n < 1e6 => format!("{:.2} µs", n / 1e3),
        n => format!("{:.2} ms", n / 1e6),
    }
}
