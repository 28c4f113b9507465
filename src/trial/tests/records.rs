//! Amounts, events and durations.

use super::super::codes;
use super::{Case, PERSONS, brief, count};
use crate::study::{
    AmountRules, AmountSource, DurationsFile, EventSource, Outcome, OutcomeKind, Overlap, Per,
    Tick, WeekUnit,
};

const SPELLS: &str = "id,start,end,state,hours\n1,1,2,work,\"7,25\"\n1,3,9,home,\n2,1,9,work,10\n";

fn outcome(kind: OutcomeKind) -> Outcome {
    Outcome {
        name: "own".to_owned(),
        kind,
        unit: None,
    }
}

fn of_spells(per: Per, decimals: u32) -> Outcome {
    let source = AmountSource::Spells {
        table: 0,
        column: "hours".to_owned(),
    };
    outcome(OutcomeKind::Amount {
        source,
        per,
        decimals,
    })
}

fn of_file(case: &Case, per: Per) -> Outcome {
    outcome(OutcomeKind::Amount {
        source: AmountSource::File {
            file: case.file("own.csv"),
            person: "id".to_owned(),
            time: "time".to_owned(),
            column: "sum".to_owned(),
            weeks: WeekUnit::Trial,
            filter: Vec::new(),
            rules: AmountRules::default(),
        },
        per,
        decimals: 0,
    })
}

fn runs(case: &Case, person: usize) -> Vec<(i32, i32, i64)> {
    let trial = case.trial();
    let records = trial
        .records
        .last()
        .and_then(Option::as_ref)
        .expect("records");
    records
        .of(person)
        .iter()
        .map(|run| (run.start, run.end, run.value))
        .collect()
}

#[test]
fn amounts_of_spells_stay_with_their_weeks() {
    let mut case = Case::new(PERSONS, &SPELLS.replace(",\"7,25\"", ",7.25"));
    case.study.outcomes.push(of_spells(Per::Week, 2));
    assert_eq!(runs(&case, 0), [(1, 3, 725)]);
    assert_eq!(runs(&case, 1), [(1, 5, 1000)]);
    case.study.outcomes[1] = of_spells(Per::Spell, 2);
    assert_eq!(runs(&case, 0), [(1, 2, 363), (2, 3, 362)]);
    assert_eq!(runs(&case, 1), [(1, 2, 112), (2, 5, 111)]);
    let trial = case.trial();
    assert_eq!(count(&trial, "own", "without_value"), 1);
    assert_eq!(count(&trial, "own", "used"), 2);
    assert_eq!(count(&trial, "own", "shortened"), 1);
}

#[test]
fn an_amount_counts_where_its_spells_state_won() {
    let mut case = Case::new(
        PERSONS,
        "id,start,end,state,hours\n1,1,5,work,10\n1,2,3,sick,\n2,1,5,work,1\n2,3,4,work,5\n1,2,2,home,7\n",
    );
    case.table().overlap = Overlap::Priority(["sick", "work", "home"].map(str::to_owned).to_vec());
    case.study.outcomes.push(of_spells(Per::Week, 0));
    assert_eq!(runs(&case, 0), [(1, 2, 10), (4, 5, 10)]);
    assert_eq!(runs(&case, 1), [(1, 5, 1), (3, 5, 5)]);
    assert_eq!(count(&case.trial(), "own", "overridden_by_priority"), 1);
}

#[test]
fn events_are_counted_by_week_filtered_and_cut() {
    let mut case = Case::new(
        PERSONS,
        "id,start,end,state\n1,1,2,work\n1,3,5,dead\n2,1,3,home\n2,4,5,lost\n",
    );
    case.table().absorbing = vec!["dead".to_owned()];
    case.table().censor = vec!["lost".to_owned()];
    case.write(
        "events.csv",
        "id,week,kind\n1,2,held\n1,2,held\n1,1,held\n1,3,held\n1,2,moved\n2,0,held\n2,3,held\n2,4,held\n2,5,held\n8,1,held\n",
    );
    case.study.outcomes.push(outcome(OutcomeKind::Events {
        source: EventSource {
            file: case.file("events.csv"),
            person: "id".to_owned(),
            week: "week".to_owned(),
            weeks: WeekUnit::Trial,
            filter: vec![("kind".to_owned(), "held".to_owned())],
            status: None,
        },
    }));
    assert_eq!(runs(&case, 0), [(1, 2, 1), (2, 3, 2)]);
    assert_eq!(runs(&case, 1), [(3, 4, 1)]);
    let checked = case.check();
    let found: Vec<_> = checked.findings.iter().map(brief).collect();
    // The second person is lost in week 4, one week before the horizon.
    assert_eq!(
        found,
        [
            (codes::FOLLOWED_SHORT, vec![], 0),
            (codes::UNKNOWN_PERSON, vec![11], 1)
        ]
    );
    let keys = [
        "read",
        "filtered",
        "unknown_person",
        "before_week_1",
        "absorbing",
        "after_follow_up",
        "after_horizon",
        "used",
    ];
    let counts = keys.map(|key| count(&checked.trial, "own", key));
    assert_eq!(counts, [10, 1, 1, 1, 1, 1, 1, 4]);
}

#[test]
fn a_filter_that_no_row_passes_is_a_warning() {
    let mut case = Case::new(PERSONS, "id,start,end,state\n1,1,5,work\n2,1,5,home\n");
    case.write("events.csv", "id,week,kind\n1,2,held\n");
    case.study.outcomes.push(outcome(OutcomeKind::ShareAmong {
        source: EventSource {
            file: case.file("events.csv"),
            person: "id".to_owned(),
            week: "week".to_owned(),
            weeks: WeekUnit::Trial,
            filter: vec![("kind".to_owned(), "hled".to_owned())],
            status: None,
        },
        table: 0,
        among: vec!["home".to_owned()],
        target: None,
    }));
    let checked = case.check();
    assert_eq!(checked.findings[0].code, codes::FILTER_NEVER);
    assert_eq!(count(&checked.trial, "own", "filtered"), 1);
    assert_eq!(count(&checked.trial, "own", "used"), 0);
}

#[test]
fn an_open_spell_splits_its_amount_to_the_end_of_the_data() {
    let mut case = Case::new(
        PERSONS,
        "id,start,end,state,hours\n1,1,,work,60\n2,1,6,home,\n",
    );
    case.table().data_end = Some("6".to_owned());
    case.study.outcomes.push(of_spells(Per::Spell, 0));
    assert_eq!(runs(&case, 0), [(1, 5, 10)]);
}

#[test]
fn a_month_is_split_over_the_weeks_whose_thursday_lies_in_it() {
    // January 2010 has the Thursdays 7, 14, 21, 28: weeks 1 to 4; week 53 of 2009 has 31 December.
    let mut case = Case::new(
        "id,arm,when\n1,c,2010-W01\n2,t,2009-W53\n",
        "id,start,end,state\n1,1,5,work\n2,1,5,home\n",
    );
    case.study.persons.assigned = Some("when".to_owned());
    case.write("own.csv", "id,time,sum\n1,2010-01,10\n2,2010-01,10\n");
    let own = of_file(&case, Per::Month);
    case.study.outcomes.push(own);
    assert_eq!(runs(&case, 0), [(1, 3, 3), (3, 5, 2)]);
    assert_eq!(runs(&case, 1), [(2, 4, 3), (4, 5, 2)]);
}

#[test]
fn text_for_an_amount_is_an_error() {
    let mut case = Case::new(PERSONS, "id,start,end,state\n1,1,5,work\n2,1,5,home\n");
    case.write("own.csv", "id,time,sum\n1,1,abc\n2,1,3\n");
    let own = of_file(&case, Per::Week);
    case.study.outcomes.push(own);
    assert_eq!(case.faults(), [(codes::NOT_A_NUMBER, vec![2], 1)]);
}

fn durations(rows: &str) -> Case {
    let mut case = Case::new(PERSONS, "");
    case.write("times.csv", &format!("id,time,event\n{rows}"));
    case.study.tables.clear();
    case.study.outcomes.clear();
    case.study.durations = Some(DurationsFile {
        file: case.file("times.csv"),
        person: "id".to_owned(),
        time: "time".to_owned(),
        event: "event".to_owned(),
        censored: vec!["0".to_owned()],
        tick: Tick::Day,
    });
    case
}

#[test]
fn durations_have_a_time_and_a_destination_for_everybody() {
    let trial = durations("2,0,1\n1,4,0\n").trial();
    let table = trial.durations.expect("durations");
    assert_eq!(table.destinations, ["1"]);
    assert_eq!(table.time, [4, 0]);
    assert_eq!(table.event, [None, Some(0)]);
}

#[test]
fn broken_durations_are_named_by_row() {
    assert_eq!(
        durations("1,3,0\n").faults(),
        [(codes::NO_FOLLOW_UP, vec![3], 1)]
    );
    let case = durations("1,-1,0\n2,3,1\n2,3,1\n9,1,1\n");
    let found: Vec<_> = case
        .faults()
        .into_iter()
        .map(|fault| (fault.0, fault.1))
        .collect();
    assert_eq!(
        found,
        [
            (codes::UNKNOWN_PERSON, vec![5]),
            (codes::DUPLICATE_DURATION, vec![4]),
            (codes::WEEK_OUT_OF_RANGE, vec![2]),
        ]
    );
}

#[test]
fn a_value_of_durations_that_no_row_has_is_told() {
    let mut case = durations("2,0,1\n1,4,0\n");
    let file = case.study.durations.as_mut().expect("durations");
    file.censored.push("lost".to_owned());
    let found: Vec<_> = case.check().findings.iter().map(brief).collect();
    assert_eq!(found, [(codes::STATE_NEVER_SEEN, vec![], 0)]);
}

#[test]
fn one_file_read_for_two_outcomes_is_told_of_once() {
    let mut case = Case::new(PERSONS, "id,start,end,state\n1,1,5,work\n2,1,5,home\n");
    case.write("events.csv", "id,week\n1,2\n8,1\n");
    for _ in 0..2 {
        case.study.outcomes.push(outcome(OutcomeKind::Events {
            source: EventSource {
                file: case.file("events.csv"),
                person: "id".to_owned(),
                week: "week".to_owned(),
                weeks: WeekUnit::Trial,
                filter: Vec::new(),
                status: None,
            },
        }));
    }
    let found: Vec<_> = case.check().findings.iter().map(brief).collect();
    assert_eq!(found, [(codes::UNKNOWN_PERSON, vec![3], 1)]);
}
