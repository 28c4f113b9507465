//! Covariates: numbers, factors, missing values, weeks before the trial.

use super::{Case, codes_at, count};
use crate::study::{CovariateAsked, CovariateKind, CovariateSource};
use crate::trial::CovariateValues;

const SPELLS: &str = "id,start,end,state\n1,-3,4,home\n2,-1,4,work\n";

fn column(name: &str, kind: CovariateKind) -> CovariateAsked {
    CovariateAsked {
        name: name.to_owned(),
        source: CovariateSource::Column {
            column: name.to_owned(),
            kind,
        },
    }
}

fn factor(reference: Option<&str>) -> CovariateKind {
    CovariateKind::Factor {
        reference: reference.map(str::to_owned),
    }
}

fn asked(persons: &str, covariates: Vec<CovariateAsked>) -> Case {
    let mut case = Case::new(persons, SPELLS);
    case.study.persons.covariates = covariates;
    case
}

#[test]
fn numbers_are_exact_words_are_levels_and_empty_cells_are_counted() {
    let persons = "id,arm,age,origin\n1,c,41.5,se\n2,t,,dk\n";
    let case = asked(
        persons,
        vec![
            column("age", CovariateKind::Guessed),
            column("origin", CovariateKind::Guessed),
        ],
    );
    let trial = case.trial();
    assert_eq!(
        trial.covariates[0].values,
        CovariateValues::Number {
            decimals: 1,
            values: vec![Some(415), None]
        }
    );
    assert_eq!(
        trial.covariates[1].values,
        CovariateValues::Factor {
            levels: vec!["dk".to_owned(), "se".to_owned()],
            reference: 0,
            level: vec![Some(1), Some(0)],
        }
    );
    assert_eq!(count(&trial, "persons", "without_age"), 1);
    assert_eq!(count(&trial, "persons", "without_origin"), 0);
}

#[test]
fn numbers_may_be_levels_and_the_reference_may_be_named() {
    let persons = "id,arm,grade\n1,c,2\n2,t,10\n";
    let case = asked(persons, vec![column("grade", factor(Some("10")))]);
    let values = &case.trial().covariates[0].values;
    let CovariateValues::Factor {
        levels, reference, ..
    } = values
    else {
        panic!("a factor");
    };
    assert_eq!(levels, &["2", "10"]);
    assert_eq!(*reference, 1);
    let case = asked(persons, vec![column("grade", factor(Some("7")))]);
    assert_eq!(codes_at(&case), [("RV0354", vec![])]);
}

#[test]
fn a_number_that_is_a_word_is_refused_with_its_row() {
    let persons = "id,arm,age\n1,c,41\n2,t,old\n";
    let case = asked(persons, vec![column("age", CovariateKind::Number)]);
    assert_eq!(codes_at(&case), [("RV0304", vec![3])]);
}

#[test]
fn weeks_before_the_trial_are_counted_and_unknown_ones_make_the_number_missing() {
    let home = CovariateAsked {
        name: "home, 3 weeks before".to_owned(),
        source: CovariateSource::Before {
            table: 0,
            states: vec!["home".to_owned()],
            weeks: 3,
        },
    };
    let persons = "id,arm\n1,c\n2,t\n";
    let mut case = asked(persons, vec![home]);
    // Person 2 is known in weeks -1 and 0 only: of the three weeks -2, -1 and 0 one is unknown.
    let number = |values| CovariateValues::Number {
        decimals: 0,
        values,
    };
    assert_eq!(
        case.trial().covariates[0].values,
        number(vec![Some(3), None])
    );
    case.table().gap = Some("home".to_owned());
    case.table().data_end = Some("4".to_owned());
    assert_eq!(
        case.trial().covariates[0].values,
        number(vec![Some(3), Some(1)])
    );
}

#[test]
fn the_hash_knows_covariates_and_not_the_order_of_rows() {
    let of = |persons: &str| {
        asked(persons, vec![column("age", CovariateKind::Guessed)])
            .trial()
            .hash
    };
    let one = of("id,arm,age\n1,c,41\n2,t,30\n");
    assert_eq!(one, of("id,arm,age\n2,t,30\n1,c,41\n"));
    assert_ne!(one, of("id,arm,age\n1,c,41\n2,t,31\n"));
    assert_ne!(one, of("id,arm,age\n1,c,41\n2,t,\n"));
}

#[test]
fn a_slip_among_numbers_is_told_and_makes_no_factor() {
    let persons = "id,arm,age\n1,c,41\n2,t,4l\n3,c,50\n";
    let spells = "id,start,end,state\n1,1,4,home\n2,1,4,work\n3,1,4,work\n";
    let mut case = Case::new(persons, spells);
    case.study.persons.covariates = vec![column("age", CovariateKind::Guessed)];
    assert_eq!(codes_at(&case), [("RV0304", vec![3])]);
    case.study.persons.covariates = vec![column("age", factor(None))];
    let values = &case.trial().covariates[0].values;
    assert!(matches!(values, CovariateValues::Factor { levels, .. } if levels.len() == 3));
}
