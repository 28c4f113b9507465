//! The figures of the trial that ships with the program, in both languages: nothing stands on anything else.

use super::drawings_of;
use super::layout_tests::assert_readable;
use crate::cost_benefit::prices::{self, Known};
use crate::report::View;
use crate::units::Language;
use crate::{disclosure, evaluate, study, trial};
use std::path::Path;

#[test]
fn no_text_of_the_fixtures_figures_stands_on_another() {
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/studies/paa-rette-vej/study.toml");
    let mut study = study::read(&file, &study::ReadOptions::default())
        .expect("the study of the fixture")
        .study;
    // The layout does not depend on how many replicates there are.
    study.resampling.replicates = 99;
    let known = Known::of_study(&study);
    let asked = study.cost_benefit.as_mut().expect("prices");
    let read = prices::read(asked.prices.as_ref().expect("a price file"), &known);
    asked.lines = Some(read.expect("the prices of the fixture").prices);
    let trial = trial::read(&study).expect("the data of the fixture").trial;
    let (results, _) = evaluate::evaluate(
        &study,
        &trial,
        &evaluate::Options::default(),
        &evaluate::Silent,
    )
    .expect("the fixture can be evaluated");
    let cleared = disclosure::clear(results, &study);
    for language in [Language::Da, Language::En] {
        let view = View::of(cleared.bundle()).told_in(language);
        let figures = drawings_of(&view);
        assert!(figures.len() > 25, "{} figures", figures.len());
        for (name, svg) in figures {
            assert_readable(&format!("{language:?} {name}"), &svg);
        }
    }
}
