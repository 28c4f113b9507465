//! Fuzz target: see `rettevej_fuzz::csv`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| rettevej_fuzz::csv(data));
