//! The user's documentation.
//!
//! | page | answers |
//! |---|---|
//! | [`commands`] | what can be typed, and what the exit code means |
//! | [`study_file`] | every key of `study.toml`, its default, an example |
//! | [`prices`] | every key of a price file, as TOML, CSV or Excel; other prices on a finished result |
//! | [`methods`] | how each number is defined, with formulas and sources |
//! | [`results`] | what `run` writes: files, columns, status words, reasons |
//! | [`figures`] | what each figure shows |
//! | [`coverage`] | whether standard errors, intervals and bands do what they say |
//! | [`glossary`] | the words, in Danish and English |
//! | [`decisions`] | why things are as they are |
//!
//! The library does what the commands do:
//!
//! ```
//! use rettevej::{evaluate, study, trial};
//!
//! # fn main() -> rettevej::Result<()> {
//! let file = std::path::Path::new("fixtures/studies/tiny/study.toml");
//! let study = study::read(file, &study::ReadOptions::default())?.study;
//! let trial = trial::read(&study)?.trial;
//! let options = evaluate::Options::default();
//! let (results, _) = evaluate::evaluate(&study, &trial, &options, &evaluate::Silent)?;
//! let mut effects = results.rows.iter().filter(|row| &*row.estimand == "cumulative_effect");
//! let last = effects.find(|row| row.week == Some(6)).and_then(|row| row.estimate);
//! println!("{last:?} weeks more in employment");
//! # assert_eq!(last, Some(1.5));
//! # Ok(())
//! # }
//! ```

// The pages are also read as plain Markdown files, where a link leads to the file beside it. Of two definitions of a link
// the first counts, so each module defines its own before the page does.

pub mod commands {
    //! [results]: super::results
    //! [prices]: super::prices
    //! [codes]: super::study_file#codes
    //! [printed]: super::decisions::printed_numbers
    //! [reseed]: super::decisions::a_re_seed_is_no_change
    //! [lots]: super::decisions::the_draw_of_lots
    //!
    #![doc = include_str!("commands.md")]
}

pub mod study_file {
    //! [glossary]: super::glossary
    //! [follow-up]: super::methods#follow-up
    //! [estimands]: super::results#estimands
    //! [families]: super::methods#families
    //! [sites]: super::methods#sites-and-subgroups
    //! [balance]: super::methods#the-lots
    //! [strata]: super::methods#strata
    //! [lots]: super::decisions::the_draw_of_lots
    //! [prices]: super::prices
    //! [gate]: super::decisions::the_gate
    //!
    #![doc = include_str!("study_file.md")]
}

pub mod prices {
    //! [study]: super::study_file#cost_benefit
    //!
    #![doc = include_str!("prices.md")]
}

pub mod methods {
    //! [bits]: super::decisions::permutations_are_bits
    //! [levels]: super::decisions::levels_beside_each_other
    //! [coverage]: super::coverage
    //! [draw]: super::decisions::the_draw
    //! [headline]: super::glossary#the-headline
    //!
    #![doc = include_str!("methods.md")]
}

pub mod results {
    //! [dk]: super::commands#a-workbook-or-a-csv
    //! [families]: super::methods#families
    //! [figures]: super::figures
    //! [headline]: super::glossary#the-headline
    //! [lots]: super::methods#the-lots
    //! [methods]: super::methods
    //! [money]: super::decisions::money_is_linear_in_the_quantities
    //! [permutations]: super::methods#permutation-tests
    //! [prices]: super::prices
    //! [sites]: super::methods#sites-and-subgroups
    //! [survey]: super::study_file#surveyname
    //!
    #![doc = include_str!("results.md")]
}

pub mod figures {
    #![doc = include_str!("figures.md")]
}

pub mod coverage {
    #![doc = include_str!("coverage.md")]
}

pub mod glossary {
    #![doc = include_str!("glossary.md")]
}

pub mod decisions {
    //! Decisions that shaped the house, each with its reason.

    pub mod one_crate_and_a_layer_test {
        #![doc = include_str!("decisions/0001-one-crate-and-a-layer-test.md")]
    }
    pub mod the_draw {
        #![doc = include_str!("decisions/0002-the-draw.md")]
    }
    pub mod influence_values {
        #![doc = include_str!("decisions/0003-influence-values.md")]
    }
    pub mod weeks_reported_and_bands {
        #![doc = include_str!("decisions/0004-weeks-reported-and-bands.md")]
    }
    pub mod entry_into_the_risk_set {
        #![doc = include_str!("decisions/0005-entry-into-the-risk-set.md")]
    }
    pub mod sustained_exits {
        #![doc = include_str!("decisions/0006-sustained-exits.md")]
    }
    pub mod cleared_results {
        #![doc = include_str!("decisions/0007-cleared-results.md")]
    }
    pub mod claims_that_depend_on_the_split {
        #![doc = include_str!("decisions/0008-claims-that-depend-on-the-split.md")]
    }
    pub mod the_last_known_week {
        #![doc = include_str!("decisions/0009-the-last-known-week.md")]
    }
    pub mod money_is_linear_in_the_quantities {
        #![doc = include_str!("decisions/0010-money-is-linear-in-the-quantities.md")]
    }
    pub mod standard_errors_of_replicates {
        #![doc = include_str!("decisions/0011-standard-errors-of-replicates.md")]
    }
    pub mod draws_side_by_side {
        #![doc = include_str!("decisions/0012-draws-side-by-side.md")]
    }
    pub mod permutations_are_bits {
        #![doc = include_str!("decisions/0013-permutations-are-bits.md")]
    }
    pub mod registers_in_weeks {
        #![doc = include_str!("decisions/0015-registers-in-weeks.md")]
    }
    pub mod adjusted_by_regression {
        #![doc = include_str!("decisions/0016-adjusted-by-regression.md")]
    }
    pub mod stays {
        #![doc = include_str!("decisions/0017-stays.md")]
    }
    pub mod levels_beside_each_other {
        #![doc = include_str!("decisions/0018-levels-beside-each-other.md")]
    }
    pub mod the_gate {
        #![doc = include_str!("decisions/0019-the-gate.md")]
    }
    pub mod the_draw_of_lots {
        #![doc = include_str!("decisions/0020-the-draw-of-lots.md")]
    }
    pub mod what_is_told_of_the_lots {
        #![doc = include_str!("decisions/0021-what-is-told-of-the-lots.md")]
    }
    pub mod taken_up_because_offered {
        #![doc = include_str!("decisions/0022-taken-up-because-offered.md")]
    }
    pub mod paths_where_persons_are_lost {
        #![doc = include_str!("decisions/0024-paths-where-persons-are-lost.md")]
    }
    pub mod quantiles_of_regressions {
        #![doc = include_str!("decisions/0025-quantiles-of-regressions.md")]
    }
    pub mod a_re_seed_is_no_change {
        #![doc = include_str!("decisions/0026-a-re-seed-is-no-change.md")]
    }
    pub mod what_a_site_lets_out {
        #![doc = include_str!("decisions/0032-what-a-site-lets-out.md")]
    }
    pub mod what_tells_where_a_result_came_from {
        #![doc = include_str!("decisions/0033-what-tells-where-a-result-came-from.md")]
    }
    pub mod printed_numbers {
        #![doc = include_str!("decisions/0027-printed-numbers.md")]
    }
    pub mod prices_times_amounts {
        #![doc = include_str!("decisions/0028-prices-times-amounts.md")]
    }
    pub mod rates_by_name_and_by_cell {
        #![doc = include_str!("decisions/0030-rates-by-name-and-by-cell.md")]
    }
    pub mod estimands_by_name {
        #![doc = include_str!("decisions/0034-estimands-by-name.md")]
    }
}
