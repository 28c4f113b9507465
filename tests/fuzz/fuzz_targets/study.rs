//! Fuzz target: see `rettevej_fuzz::study`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| rettevej_fuzz::study(data));
