//! The kernels in time: `cargo bench --bench kernels [-- PART OF A NAME]`, by Criterion, on one thread.
//!
//! With `--count NAME TURNS` the kernel is made ready and runs that many turns, and nothing is told: `benches/counts/check`
//! counts the instructions of that. `--list` prints the names. Both go through the same list.

mod inputs;
mod list;

use criterion::{Criterion, Throughput};
use list::KERNELS;
use rettevej::numeric::parallel::with_threads;
use std::hint::black_box;

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
        _ => time(),
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

/// Criterion reads the command line: a part of a name, `--save-baseline`, and what else it knows.
fn time() {
    let mut criterion = Criterion::default().configure_from_args();
    for kernel in KERNELS {
        let mut group = criterion.benchmark_group(kernel.name);
        group.throughput(Throughput::Elements(u64::from(kernel.times)));
        group.bench_function(kernel.unit, |bencher| {
            let mut work = (kernel.ready)();
            bencher.iter(|| black_box(work()));
        });
        group.finish();
    }
    criterion.final_summary();
}
