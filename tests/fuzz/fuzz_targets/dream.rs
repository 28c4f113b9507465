//! Fuzz target: see `rettevej_fuzz::dream`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| rettevej_fuzz::dream(data));
