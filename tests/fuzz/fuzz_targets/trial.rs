//! Fuzz target: see `rettevej_fuzz::registers_of_a_trial`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| rettevej_fuzz::registers_of_a_trial(data));
