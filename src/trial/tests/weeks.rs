//! Follow-up, gaps, censoring, absorbing states, calendar weeks and dates, the accounting and the hash.

use super::{Case, PERSONS, count, read};
use crate::study::{
    AtRisk, DateRule, ExitSource, FirstWeek, Outcome, OutcomeKind, Overlap, WeekUnit,
};

fn with(spells: &str) -> Case {
    Case::new(PERSONS, &format!("id,start,end,state\n{spells}"))
}

fn spans(found: &[(i32, i32, String)]) -> Vec<(i32, i32, &str)> {
    found
        .iter()
        .map(|(start, end, state)| (*start, *end, state.as_str()))
        .collect()
}

#[test]
fn gaps_take_the_gap_state_and_are_counted() {
    let mut case = with("1,2,2,work\n1,9,9,work\n");
    case.table().gap = Some("none".to_owned());
    case.table().data_end = Some("6".to_owned());
    assert_eq!(
        spans(&case.weeks(0)),
        [(1, 1, "none"), (2, 2, "work"), (3, 5, "none")]
    );
    assert_eq!(spans(&case.weeks(1)), [(1, 5, "none")]);
    let trial = case.trial();
    assert_eq!(count(&trial, "spells", "gaps_filled"), 3);
    assert_eq!(count(&trial, "spells", "after_follow_up"), 1);
    assert_eq!(count(&trial, "spells", "used"), 4);
}

#[test]
fn weeks_before_one_and_past_the_horizon_are_cut_and_counted() {
    let case = with("1,-3,0,home\n1,1,6,work\n1,7,9,home\n2,-1,9,home\n");
    let trial = case.trial();
    assert_eq!(trial.tables[0].followed, [5, 5]);
    assert_eq!(count(&trial, "spells", "before_week_1"), 1);
    assert_eq!(count(&trial, "spells", "after_horizon"), 1);
    assert_eq!(count(&trial, "spells", "shortened"), 2);
}

#[test]
fn a_sustained_exit_reads_further_past_the_horizon() {
    let mut case = with("1,1,9,home\n2,1,9,home\n");
    case.study.outcomes.push(Outcome {
        name: "exit".to_owned(),
        kind: OutcomeKind::Exit {
            source: ExitSource::Spells {
                table: 0,
                from: vec!["home".to_owned()],
            },
            to: Vec::new(),
            at_risk: AtRisk::First,
            sustained: 3,
        },
        unit: None,
    });
    assert_eq!(case.trial().tables[0].followed, [7, 7]);
}

#[test]
fn a_censoring_state_ends_follow_up_before_it() {
    let mut case = with("1,1,2,work\n1,3,3,lost\n1,4,5,work\n2,1,5,home\n");
    case.table().censor = vec!["lost".to_owned()];
    let trial = case.trial();
    assert_eq!(trial.tables[0].followed, [2, 5]);
    assert_eq!(count(&trial, "spells", "censoring"), 1);
    assert_eq!(count(&trial, "spells", "after_follow_up"), 1);
}

#[test]
fn an_absorbing_state_lasts_to_the_data_end_or_past_the_horizon() {
    let mut case = with("1,1,1,work\n1,2,2,dead\n2,1,5,home\n");
    case.table().absorbing = vec!["dead".to_owned()];
    assert_eq!(spans(&case.weeks(0)), [(1, 1, "work"), (2, 5, "dead")]);
    case.table().data_end = Some("3".to_owned());
    assert_eq!(spans(&case.weeks(0)), [(1, 1, "work"), (2, 3, "dead")]);
    let mut before = with("1,-3,-2,dead\n2,1,5,home\n");
    before.table().absorbing = vec!["dead".to_owned()];
    assert_eq!(spans(&before.weeks(0)), [(1, 5, "dead")]);
    let mut two = with("1,1,1,pension\n1,4,4,dead\n2,1,5,home\n");
    two.table().absorbing = vec!["dead".to_owned(), "pension".to_owned()];
    assert_eq!(spans(&two.weeks(0)), [(1, 3, "pension"), (4, 5, "dead")]);
}

#[test]
fn followed_until_ends_follow_up_of_its_person() {
    let mut case = with("1,1,5,work\n2,1,5,home\n");
    case.write("persons.csv", "id,arm,until\n1,c,3\n2,t,\n");
    case.study.persons.followed_until = Some("until".to_owned());
    assert_eq!(case.trial().tables[0].followed, [3, 5]);
    case.table().data_end = Some("4".to_owned());
    assert_eq!(case.trial().tables[0].followed, [3, 4]);
    case.write("persons.csv", "id,arm,until\n1,c,0\n2,t,4\n");
    let trial = case.trial();
    assert_eq!(trial.tables[0].followed, [0, 4]);
    assert_eq!(count(&trial, "spells", "persons_never_followed"), 1);
}

#[test]
fn iso_weeks_count_from_each_persons_assignment() {
    let mut case = with("1,2009-W52,2010-W03,work\n2,2010-W02,2010-W06,home\n");
    case.write("persons.csv", "id,arm,when\n1,c,2009-W52\n2,t,2010-01-13\n");
    case.study.persons.assigned = Some("when".to_owned());
    case.table().weeks = WeekUnit::Iso;
    assert_eq!(spans(&case.weeks(0)), [(1, 5, "work")]);
    assert_eq!(spans(&case.weeks(1)), [(1, 5, "home")]);
    case.study.first_week = FirstWeek::Next;
    assert_eq!(spans(&case.weeks(0)), [(1, 4, "work")]);
}

#[test]
fn dates_share_a_week_only_with_an_order_or_by_thursday() {
    // 2010-01-04 is a Monday; the first spell ends on Wednesday of the second week.
    let mut case = with(
        "1,2010-01-04,2010-01-13,work\n1,2010-01-14,2010-02-07,home\n2,2010-01-04,2010-02-07,home\n",
    );
    case.write(
        "persons.csv",
        "id,arm,when\n1,c,2010-01-05\n2,t,2010-01-10\n",
    );
    case.study.persons.assigned = Some("when".to_owned());
    case.table().weeks = WeekUnit::Date;
    assert_eq!(
        case.faults(),
        [(super::super::codes::SHARED_WEEK, vec![2, 3], 2)]
    );
    case.table().overlap = Overlap::Priority(vec!["work".to_owned(), "home".to_owned()]);
    assert_eq!(spans(&case.weeks(0)), [(1, 2, "work"), (3, 5, "home")]);
    case.table().overlap = Overlap::Error;
    case.table().date_rule = DateRule::Thursday;
    assert_eq!(spans(&case.weeks(0)), [(1, 1, "work"), (2, 5, "home")]);
    case.table().data_end = Some("2010-01-20".to_owned());
    assert_eq!(case.trial().tables[0].followed, [2, 2]);
}

#[test]
fn overlapping_dates_within_a_week_are_an_overlap() {
    let mut case = with(
        "1,2010-01-04,2010-01-06,work\n1,2010-01-06,2010-02-07,home\n2,2010-01-04,2010-02-07,home\n",
    );
    case.write(
        "persons.csv",
        "id,arm,when\n1,c,2010-01-05\n2,t,2010-01-10\n",
    );
    case.study.persons.assigned = Some("when".to_owned());
    case.table().weeks = WeekUnit::Date;
    assert_eq!(
        case.faults(),
        [(super::super::codes::OVERLAP, vec![2, 3], 2)]
    );
}

#[test]
fn tables_have_their_own_units_and_share_the_end_of_a_person() {
    let mut case = with("1,2010-W01,2010-W05,work\n2,2010-W01,2010-W05,home\n");
    case.write(
        "persons.csv",
        "id,arm,when,until\n1,c,2010-W01,2010-W03\n2,t,2010-W01,\n",
    );
    case.study.persons.assigned = Some("when".to_owned());
    case.study.persons.followed_until = Some("until".to_owned());
    case.table().weeks = WeekUnit::Iso;
    let mut jobs = case.study.tables[0].clone();
    case.write("jobs.csv", "id,start,end,state\n1,2,2,job\n");
    jobs.name = "jobs".to_owned();
    jobs.files = vec![case.file("jobs.csv")];
    jobs.weeks = WeekUnit::Trial;
    jobs.gap = Some("no job".to_owned());
    jobs.data_end = Some("4".to_owned());
    case.study.tables.push(jobs);
    let trial = case.trial();
    assert_eq!(trial.tables[0].followed, [3, 5]);
    assert_eq!(trial.tables[1].followed, [3, 4]);
    assert_eq!(trial.tables[1].of(0).len(), 3);
    assert_eq!(count(&trial, "jobs", "used"), 4);
}

#[test]
fn spells_of_several_files_count_as_one_table() {
    let mut case = with("1,1,2,work\n2,1,5,home\n");
    case.write("more.csv", "id,start,end,state\n1,3,5,home\n1,5,5,work\n");
    let more = case.file("more.csv");
    case.table().files.push(more);
    let error = read(&case.study).expect_err("an overlap");
    assert_eq!(error.diagnostics.len(), 1);
    assert!(
        error
            .to_string()
            .starts_with("more.csv, column `start`, row 2 (2 rows)"),
        "{error}"
    );
    case.write("more.csv", "id,start,end,state\n1,3,5,home\n");
    assert_eq!(spans(&case.weeks(0)), [(1, 2, "work"), (3, 5, "home")]);
}

#[test]
fn the_hash_does_not_know_row_order_format_or_identifiers() {
    let hash = |persons: &str, spells: &str| {
        let mut case = Case::new(persons, spells);
        case.study.persons.subgroups = vec!["sex".to_owned()];
        case.study.persons.cluster = Some("who".to_owned());
        case.trial().hash
    };
    let one = hash(
        "id,arm,sex,who\n1,c,m,x\n2,t,k,y\n3,t,k,y\n",
        "id,start,end,state\n1,1,2,work\n1,3,5,home\n2,1,5,home\n3,1,5,work\n",
    );
    let other = hash(
        "id;arm;sex;who\r\nB;t;k;y\r\nC;t;k;y\r\nA;c;m;x\r\n",
        "id;start;end;state\r\nA;3;5;home\r\nB;1;5;work\r\nC;1;5;home\r\nA;1;2;work\r\n",
    );
    assert_eq!(one, other);
    let changed = hash(
        "id,arm,sex,who\n1,c,m,x\n2,t,k,y\n3,t,k,y\n",
        "id,start,end,state\n1,1,3,work\n1,4,5,home\n2,1,5,home\n3,1,5,work\n",
    );
    assert_ne!(one, changed);
}

#[test]
fn an_empty_end_of_follow_up_is_not_inferred_from_last_spells_that_differ() {
    let mut case = Case::new(
        "id,arm,until\n1,c,5\n2,t,\n3,c,\n4,t,5\n",
        "id,start,end,state\n1,1,5,work\n2,1,2,work\n3,1,5,work\n4,1,5,work\n",
    );
    case.study.persons.followed_until = Some("until".to_owned());
    assert_eq!(
        case.faults(),
        [(super::super::codes::END_UNKNOWN, vec![], 0)]
    );
}
