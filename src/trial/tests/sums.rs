//! Hours by month with several jobs, flags, caps and outliers; events by what became of them.

use super::{Case, PERSONS, count};
use crate::study::{
    AmountRules, AmountSource, EventSource, EventStatus, Outcome, OutcomeKind, Per, WeekUnit,
};
use crate::trial::Trial;

fn own(kind: OutcomeKind) -> Outcome {
    Outcome {
        name: "own".to_owned(),
        kind,
        unit: None,
    }
}

/// Counts beside the sum: key and arm.
fn remarks(trial: &Trial) -> Vec<(&str, &str, u64)> {
    let lines = trial
        .accounting
        .iter()
        .filter(|line| line.table == "own" && line.sign == " ");
    lines
        .map(|line| (line.key.as_str(), line.arm.as_str(), line.count))
        .collect()
}

#[test]
fn jobs_of_a_month_are_added_flags_counted_and_nothing_is_cut_silently() {
    let mut case = Case::new(
        "id,arm,entry\n1,c,2010-W44\n2,t,2010-W44\n",
        "id,start,end,state\n1,1,5,work\n2,1,5,home\n",
    );
    case.study.persons.assigned = Some("entry".to_owned());
    case.write(
        "own.csv",
        "id,month,hours,code\n1,2010-11,100,1\n2,2010-11,-8,1\n1,2010-11,142,0\n1,2010-11,1,0\n9,2010-11,5,0\n2,2010-12,300,\n",
    );
    let rules = AmountRules {
        flag: Some("code".to_owned()),
        cap: None,
        outlier: Some(240),
    };
    let kind = |rules: &AmountRules| OutcomeKind::Amount {
        source: AmountSource::File {
            file: case.file("own.csv"),
            person: "id".to_owned(),
            time: "month".to_owned(),
            column: "hours".to_owned(),
            weeks: WeekUnit::Trial,
            filter: Vec::new(),
            rules: rules.clone(),
        },
        per: Per::Month,
        decimals: 0,
    };
    let capped = AmountRules {
        cap: Some(160),
        ..rules.clone()
    };
    let (rules, capped) = (kind(&rules), kind(&capped));
    case.study.outcomes.push(own(rules));
    let trial = case.trial();
    let runs = |trial: &Trial| -> Vec<(i32, i32, i64)> {
        let runs = trial.records[1].as_ref().expect("runs").of(0);
        runs.iter()
            .map(|run| (run.start, run.end, run.value))
            .collect()
    };
    // 243 over the four weeks of November: 61, 61, 61, 60.
    assert_eq!(runs(&trial), [(1, 4, 61), (4, 5, 60)]);
    assert_eq!(
        remarks(&trial),
        [
            ("several_rows_added", "", 1),
            ("negative", "", 1),
            ("outliers", "", 2),
            ("code = 0", "", 2),
            ("code = 1", "", 2),
            ("code is empty", "", 1),
        ]
    );
    assert_eq!(count(&trial, "own", "used"), 4);
    assert_eq!(count(&trial, "own", "after_horizon"), 1);
    case.study.outcomes[1] = own(capped);
    let trial = case.trial();
    assert_eq!(runs(&trial), [(1, 5, 40)]);
    assert_eq!(count(&trial, "own", "cut_to_the_cap"), 2);
}

#[test]
fn events_that_have_not_happened_are_counted_by_arm_and_state() {
    let mut case = Case::new(
        PERSONS,
        "id,start,end,state\n1,1,2,home\n1,3,5,work\n2,1,5,home\n",
    );
    case.write(
        "own.csv",
        "id,week,status\n1,1,held\n1,3,held\n1,2,no_show\n2,1,planned\n2,2,\n2,3,Held\n2,9,planned\n",
    );
    case.study.outcomes.push(own(OutcomeKind::ShareAmong {
        source: EventSource {
            file: case.file("own.csv"),
            person: "id".to_owned(),
            week: "week".to_owned(),
            weeks: WeekUnit::Trial,
            filter: Vec::new(),
            status: Some(EventStatus {
                column: "status".to_owned(),
                held: vec!["held".to_owned(), "Held".to_owned()],
            }),
        },
        table: 0,
        among: vec!["home".to_owned()],
        target: None,
    }));
    let trial = case.trial();
    assert_eq!(count(&trial, "own", "used"), 3);
    assert_eq!(count(&trial, "own", "status planned"), 2);
    assert_eq!(count(&trial, "own", "status no_show"), 1);
    assert_eq!(count(&trial, "own", "status empty"), 1);
    let mut found = remarks(&trial);
    found.sort_unstable();
    assert_eq!(
        found,
        [
            ("events in state: Held", "t", 1),
            ("events in state: empty", "t", 1),
            ("events in state: held", "c", 1),
            ("events in state: no_show", "c", 1),
            ("events in state: planned", "t", 1),
            ("events outside state: held", "c", 1),
        ]
    );
}
