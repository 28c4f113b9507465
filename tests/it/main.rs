//! Table of contents of the integration tests: one binary, one module per kind of test.

mod architecture;
mod cli;
mod coverage;
mod coverage_table;
mod draws;
mod enough;
mod family_error;
mod formats;
mod hand;
mod interrupt;
mod labels;
mod laws;
mod money;
mod permutation;
mod planted;
mod random_trial;
mod reference;
mod regression;
mod replicates;
mod report;
mod reproducible;
mod schema;
mod sick_leave;
mod support;
mod wide;
mod workbook;
