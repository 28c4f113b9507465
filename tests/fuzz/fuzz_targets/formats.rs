//! Fuzz target: see `rettevej_fuzz::formats`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| rettevej_fuzz::formats(data));
