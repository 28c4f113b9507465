//! Every check, alone and together in one pass.

use super::super::codes;
use super::{Case, PERSONS, brief};
use crate::study::{Overlap, WeekUnit};

const GOOD: &str = "id,start,end,state\n1,1,5,work\n2,1,5,home\n";

fn with(persons: &str, spells: &str) -> Case {
    Case::new(persons, &format!("id,start,end,state\n{spells}"))
}

#[test]
fn good_registers_have_no_findings() {
    let checked = Case::new(PERSONS, GOOD).check();
    assert!(checked.findings.is_empty(), "{:?}", checked.findings);
    assert_eq!(checked.trial.tables[0].followed, [5, 5]);
    assert_eq!(checked.files.len(), 2);
}

#[test]
fn a_person_twice_is_named_by_row() {
    let case = Case::new("id,arm\n1,c\n2,t\n1,c\n", GOOD);
    assert_eq!(case.faults(), [(codes::DUPLICATE_PERSON, vec![4], 1)]);
}

#[test]
fn an_unknown_person_is_named_by_row() {
    let case = with(PERSONS, "1,1,5,work\n2,1,5,home\n9,1,5,home\n");
    assert_eq!(case.faults(), [(codes::UNKNOWN_PERSON, vec![4], 1)]);
}

#[test]
fn an_end_before_the_start_is_named_by_row() {
    let case = with(PERSONS, "1,1,5,work\n2,5,1,home\n");
    assert_eq!(case.faults(), [(codes::END_BEFORE_START, vec![3], 1)]);
}

#[test]
fn an_overlap_names_both_rows() {
    let case = with(PERSONS, "2,1,5,home\n1,3,5,home\n1,1,3,work\n");
    assert_eq!(case.faults(), [(codes::OVERLAP, vec![3, 4], 2)]);
}

#[test]
fn a_spell_that_stands_twice_is_told_as_such_with_the_later_row() {
    let twice = with(PERSONS, "2,1,5,home\n1,1,5,work\n1,1,5,work\n");
    assert_eq!(twice.faults(), [(codes::DOUBLED_SPELL, vec![4], 1)]);
    let thrice = with(PERSONS, "1,1,5,work\n2,1,5,home\n1,1,5,work\n1,1,5,work\n");
    assert_eq!(thrice.faults(), [(codes::DOUBLED_SPELL, vec![4, 5], 2)]);
}

#[test]
fn a_gap_names_the_row_after_it() {
    let case = with(PERSONS, "1,1,2,work\n1,4,5,work\n2,2,5,home\n");
    assert_eq!(case.faults(), [(codes::GAP, vec![3, 4], 2)]);
}

#[test]
fn a_gap_before_the_end_of_the_data_is_a_gap() {
    let mut case = with(PERSONS, "1,1,2,work\n2,1,5,home\n");
    case.table().data_end = Some("5".to_owned());
    assert_eq!(case.faults(), [(codes::GAP, vec![2], 1)]);
}

#[test]
fn an_unknown_arm_and_an_arm_without_persons_are_errors() {
    let case = Case::new("id,arm\n1,c\n2,x\n", GOOD);
    let faults = case.faults();
    assert_eq!(faults[0], (codes::UNKNOWN_ARM, vec![3], 1));
    assert_eq!(faults[1].0, codes::EMPTY_ARM);
}

#[test]
fn an_unknown_state_is_an_error_only_when_the_study_lists_states() {
    let mut case = Case::new(PERSONS, GOOD);
    case.table().states = Some(vec!["work".to_owned()]);
    assert_eq!(case.faults(), [(codes::UNKNOWN_STATE, vec![3], 1)]);
}

#[test]
fn text_for_a_week_shows_its_class_only() {
    let case = with(PERSONS, "1,x0101801234,5,work\n2,1,5,home\n");
    let error = super::read(&case.study).expect_err("text");
    assert_eq!(error.diagnostics.len(), 1, "{error}");
    assert_eq!(
        brief(&error.diagnostics[0]),
        (codes::NOT_A_NUMBER, vec![2], 1)
    );
    assert!(!error.to_string().contains("0101801234"));
}

#[test]
fn identifiers_in_the_wrong_column_are_never_shown() {
    let mut case = Case::new(
        "id,arm\n0101801234,c\n0202805678,t\n",
        "id,start,end,state\n0101801234,1,5,work\n0202805678,1,5,home\n",
    );
    case.study.persons.arm = "id".to_owned();
    case.table().state = "id".to_owned();
    case.table().states = Some(vec!["work".to_owned()]);
    let error = super::read(&case.study).expect_err("no arm has these labels");
    let told = format!("{:?}", error.diagnostics);
    assert!(
        !told.contains("01801234") && !told.contains("02805678"),
        "{told}"
    );
}

#[test]
fn empty_cells_are_errors() {
    let case = Case::new(
        "id,arm\n1,c\n2,\n,t\n3,t\n",
        "id,start,end,state\n1,1,5,work\n2,1,5,\n,1,5,home\n3,,5,home\n",
    );
    let faults = case.faults();
    let empty: Vec<_> = faults
        .iter()
        .filter(|fault| fault.0 == codes::EMPTY_CELL)
        .collect();
    assert_eq!(empty.len(), 5, "{faults:?}");
    assert_eq!(faults.len(), 5, "{faults:?}");
}

#[test]
fn weeks_far_outside_are_errors() {
    let case = with(PERSONS, "1,-521,5,work\n2,1,41,home\n");
    assert_eq!(
        case.faults(),
        [
            (codes::WEEK_OUT_OF_RANGE, vec![2], 1),
            (codes::WEEK_OUT_OF_RANGE, vec![3], 1),
        ]
    );
    let mut near = with(PERSONS, "1,-520,5,work\n2,1,40,home\n");
    near.table().data_end = Some("5".to_owned());
    assert_eq!(near.trial().tables[0].followed, [5, 5]);
}

#[test]
fn a_person_without_spells_has_no_follow_up() {
    let case = with(PERSONS, "1,1,5,work\n");
    assert_eq!(case.faults(), [(codes::NO_FOLLOW_UP, vec![3], 1)]);
}

#[test]
fn last_weeks_that_differ_need_an_end_of_the_data() {
    let mut case = with(PERSONS, "1,1,5,work\n2,1,3,home\n");
    assert_eq!(case.faults(), [(codes::END_UNKNOWN, vec![], 0)]);
    case.table().gap = Some("none".to_owned());
    assert_eq!(case.faults(), [(codes::END_UNKNOWN, vec![], 0)]);
    case.table().data_end = Some("4".to_owned());
    assert_eq!(case.trial().tables[0].followed, [4, 4]);
    let one_apart = with(PERSONS, "1,1,5,work\n2,1,4,home\n");
    assert_eq!(one_apart.trial().tables[0].followed, [5, 4]);
}

#[test]
fn an_open_spell_needs_an_end_of_the_data() {
    let mut case = with(PERSONS, "1,1,,work\n2,1,5,home\n");
    assert_eq!(case.faults(), [(codes::OPEN_ENDED, vec![2], 1)]);
    case.table().data_end = Some("4".to_owned());
    assert_eq!(case.weeks(0), [(1, 4, "work".to_owned())]);
}

#[test]
fn another_state_after_an_absorbing_one_is_an_error() {
    let mut case = with(PERSONS, "1,1,2,dead\n1,3,5,work\n2,1,5,home\n");
    case.table().absorbing = vec!["dead".to_owned()];
    assert_eq!(case.faults(), [(codes::AFTER_ABSORBING, vec![3], 1)]);
}

#[test]
fn a_stratum_with_one_arm_is_a_warning() {
    let mut case = Case::new(
        "id,arm,site\n1,c,a\n2,t,a\n3,c,b\n",
        &format!("{GOOD}3,1,5,home\n"),
    );
    case.study.persons.strata = vec!["site".to_owned()];
    let checked = case.check();
    let found: Vec<_> = checked.findings.iter().map(brief).collect();
    assert_eq!(found, [(codes::STRATUM_ONE_ARM, vec![4], 1)]);
    assert_eq!(checked.trial.strata, ["a", "b"]);
    assert_eq!(checked.trial.stratum, [0, 0, 1]);
}

#[test]
fn one_column_may_be_stratum_cluster_and_subgroup() {
    let mut case = Case::new(
        "id,arm,site,age\n1,c,1,a\n2,t,1.0,b\n3,c,10,a\n4,t,10,b\n5,c,2,a\n6,t,2,b\n",
        &format!("{GOOD}3,1,5,home\n4,1,5,home\n5,1,5,home\n6,1,5,home\n"),
    );
    case.study.persons.strata = vec!["site".to_owned()];
    case.study.persons.subgroups = vec!["site".to_owned()];
    let trial = case.check().trial;
    assert_eq!(trial.strata, ["1", "2", "10"]);
    assert_eq!(trial.stratum, [0, 0, 2, 2, 1, 1]);
    assert_eq!(trial.subgroups[0].levels, ["1", "2", "10"]);
    case.study.persons.strata = vec!["site".to_owned(), "age".to_owned()];
    case.study.persons.cluster = Some("site".to_owned());
    let faults = case.faults();
    assert!(faults.iter().any(|fault| fault.0 == codes::CLUSTER_SPLIT));
}

#[test]
fn a_cluster_in_two_arms_is_an_error() {
    let mut case = Case::new("id,arm,who\n1,c,a\n2,t,a\n", GOOD);
    case.study.persons.cluster = Some("who".to_owned());
    assert_eq!(case.faults(), [(codes::CLUSTER_SPLIT, vec![3], 1)]);
}

#[test]
fn an_empty_subgroup_is_counted_and_in_no_level() {
    let mut case = Case::new(
        "id,arm,age\n1,c,10\n2,t,\n3,t,9\n",
        &format!("{GOOD}3,1,5,home\n"),
    );
    case.study.persons.subgroups = vec!["age".to_owned()];
    let checked = case.check();
    assert_eq!(checked.trial.subgroups[0].levels, ["9", "10"]);
    assert_eq!(checked.trial.subgroups[0].level, [Some(1), None, Some(0)]);
    assert_eq!(super::count(&checked.trial, "persons", "without_age"), 1);
    assert_eq!(checked.findings[0].code, codes::EMPTY_SUBGROUP);
}

#[test]
fn a_priority_list_without_the_states_leaves_the_overlap_an_error() {
    let mut case = with(PERSONS, "1,1,3,work\n1,3,5,home\n2,1,5,home\n");
    case.table().overlap = Overlap::Priority(vec!["sick".to_owned()]);
    assert_eq!(case.faults(), [(codes::OVERLAP, vec![2, 3], 2)]);
    case.table().overlap = Overlap::Priority(vec!["home".to_owned()]);
    let found = case.weeks(0);
    assert_eq!(
        found,
        [(1, 2, "work".to_owned()), (3, 5, "home".to_owned())]
    );
}

#[test]
fn calendar_weeks_need_a_week_of_assignment() {
    let mut case = with(
        PERSONS,
        "1,2010-W01,2010-W05,work\n2,2010-W01,2010-W05,home\n",
    );
    case.table().weeks = WeekUnit::Iso;
    assert_eq!(case.faults(), [(codes::NO_ASSIGNMENT_WEEK, vec![], 0)]);
}

#[test]
fn everything_wrong_is_told_in_one_pass() {
    let case = Case::new(
        "id,arm\n1,c\n2,t\n2,t\n3,zz\n4,c\n",
        "id,start,end,state\n1,5,2,work\n2,1,3,home\n2,2,5,work\n3,1,1,home\n3,4,5,home\n77,1,5,home\n",
    );
    let mut found: Vec<_> = case.faults().into_iter().map(|fault| fault.0).collect();
    found.sort_unstable();
    assert_eq!(
        found,
        [
            codes::DUPLICATE_PERSON,
            codes::UNKNOWN_PERSON,
            codes::UNKNOWN_ARM,
            codes::END_BEFORE_START,
            codes::GAP,
            codes::NO_FOLLOW_UP,
            codes::OVERLAP,
        ]
    );
}

#[test]
fn ten_rows_are_named_and_all_are_counted() {
    let spells: String = (0..25).map(|_| "9,1,5,home\n").collect();
    let case = with(PERSONS, &format!("1,1,5,work\n2,1,5,home\n{spells}"));
    let faults = case.faults();
    assert_eq!(faults, [(codes::UNKNOWN_PERSON, (4..14).collect(), 25)]);
}

#[test]
fn a_persons_file_without_rows_is_one_finding() {
    let case = Case::new("id,arm\n", GOOD);
    assert_eq!(case.faults(), [(codes::NO_ROWS, vec![], 0)]);
}

#[test]
fn a_spell_file_without_rows_is_told_even_when_gaps_are_filled() {
    let mut case = with(PERSONS, "");
    case.table().gap = Some("home".to_owned());
    case.table().data_end = Some("5".to_owned());
    let found: Vec<_> = case.check().findings.iter().map(brief).collect();
    assert!(found.contains(&(codes::NO_ROWS, vec![], 0)), "{found:?}");
    assert!(
        case.check()
            .findings
            .iter()
            .all(|f| f.allowed.as_deref() != Some("")),
        "an empty list of what is allowed says nothing"
    );
}

#[test]
fn an_arm_whose_persons_all_stand_twice_is_not_an_empty_arm() {
    let case = Case::new(
        "id,arm\n01,c\n1,t\n2,c\n",
        "id,start,end,state\n1,1,5,work\n2,1,5,home\n",
    );
    assert_eq!(case.faults(), [(codes::DUPLICATE_PERSON, vec![3], 1)]);
}

#[test]
fn a_horizon_after_the_end_of_follow_up_is_a_warning() {
    let mut case = Case::new(PERSONS, GOOD);
    case.study.horizon = 9;
    let checked = case.check();
    let found: Vec<_> = checked.findings.iter().map(brief).collect();
    assert_eq!(found, [(codes::FOLLOWED_SHORT, vec![], 0)]);
    assert!(
        checked.findings[0]
            .message
            .contains("`c` to week 5, `t` to week 5")
    );
}

#[test]
fn a_bad_cell_tells_how_its_column_is_written() {
    let case = with(PERSONS, "1,1,5,work\n2,x,5,home\n");
    let error = super::read(&case.study).expect_err("a fault");
    let finding = &error.diagnostics[0];
    assert_eq!(finding.code, codes::NOT_A_NUMBER);
    assert!(
        finding.message.ends_with("where a trial week must stand"),
        "{finding}"
    );
    assert_eq!(
        finding.allowed.as_deref(),
        Some("whole numbers, 1 = first week")
    );
}
