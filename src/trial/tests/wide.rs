//! Weeks in columns and in rows, codes, employment from wages: the same trial as from spells.

use super::{Case, PERSONS, codes_at, count};
use crate::study::{
    CodeFile, Employment, Layout, Outsiders, Pattern, Selector, Wages, WeekUnit, Wide,
};
use proptest::collection::vec;
use proptest::prelude::*;
use std::fmt::Write;

fn wide(columns: &str, years: &[i16]) -> Layout {
    Layout::Wide(Wide {
        columns: Pattern::parse(columns).expect("a pattern"),
        years: years.to_vec(),
        pivot: 90,
    })
}

fn meaning(states: &[(&str, &[Selector])]) -> Vec<(String, Vec<Selector>)> {
    let own = |(state, of): &(&str, &[Selector])| ((*state).to_owned(), of.to_vec());
    states.iter().map(own).collect()
}

/// A wide DREAM file of two persons, both assigned in 2010-W44.
fn dream(rows: &str) -> Case {
    let mut case = Case::new("id,arm,entry\n1,c,2010-W44\n2,t,2010-W44\n", rows);
    case.study.persons.assigned = Some("entry".to_owned());
    let table = case.table();
    table.weeks = WeekUnit::Iso;
    table.form.layout = wide("y_{yyww}", &[]);
    table.form.codes = Some(CodeFile::Dream);
    table.form.meaning = Some(meaning(&[
        ("work", &[Selector::Codes(771, 774)]),
        (
            "home",
            &[
                Selector::Codes(730, 738),
                Selector::Group("sickness".to_owned()),
            ],
        ),
    ]));
    table.gap = Some("none".to_owned());
    case
}

/// Errors with their rows.
fn errors(case: &Case) -> Vec<(&'static str, Vec<u64>)> {
    let all = codes_at(case).into_iter();
    all.filter(|(code, _)| !["RV0346", "RV0318"].contains(code))
        .collect()
}

/// Weeks `from..=to` of 2010 as a header.
fn header(from: u32, to: u32) -> String {
    (from..=to).fold(String::from("id"), |mut text, week| {
        let _ = write!(text, ",y_10{week:02}");
        text
    })
}

fn brief(spans: &[(i32, i32, String)]) -> Vec<(i32, i32, &str)> {
    spans
        .iter()
        .map(|(from, to, state)| (*from, *to, state.as_str()))
        .collect()
}

#[test]
fn weeks_in_columns_are_the_same_trial_as_their_spells() {
    let spells = Case::new(
        PERSONS,
        "id,start,end,state\n1,1,2,work\n1,3,5,home\n2,1,1,home\n2,2,3,home\n2,4,5,work\n",
    );
    let spells = spells.trial();
    let mut case = Case::new(
        PERSONS,
        "id,e1,e2,e3,e4,e5,e6\n1,yes,yes,no,no,no,no\n2,no,no,no,yes,yes,yes\n",
    );
    case.table().form.layout = wide("e{week}", &[]);
    let yes = [Selector::Label("yes".to_owned())];
    let no = [Selector::Label("no".to_owned())];
    case.table().form.meaning = Some(meaning(&[("work", &yes), ("home", &no)]));
    let columns = case.trial();
    assert_eq!(
        columns.tables[0].spells,
        [
            spells.tables[0].of(0),
            &[
                crate::trial::Spell {
                    start: 1,
                    end: 4,
                    state: 0
                },
                spells.tables[0].of(1)[2]
            ],
        ]
        .concat()
    );
    assert_eq!(columns.hash, spells.hash);
    assert_eq!(count(&columns, "spells", "cells"), 10);
}

#[test]
fn labels_may_be_their_own_states_and_empty_cells_are_gaps() {
    let mut case = Case::new(PERSONS, "id,e1,e2,e3,e4\n1,work,,work,work\n2,,,,\n");
    case.table().form.layout = wide("e{week}", &[]);
    case.table().gap = Some("none".to_owned());
    let weeks = [(1, 1, "work"), (2, 2, "none"), (3, 4, "work")];
    assert_eq!(brief(&case.weeks(0)), weeks);
    assert_eq!(brief(&case.weeks(1)), [(1, 4, "none")]);
}

#[test]
fn dream_codes_become_states_and_years_have_53_weeks_where_they_have() {
    let case = dream(&format!(
        "{}\n1,730,730,734,,771,771,771,771,771,771\n2,,890,,,,,,,,\n",
        header(43, 52)
    ));
    assert_eq!(
        brief(&case.weeks(0)),
        [(1, 2, "home"), (3, 3, "none"), (4, 5, "work")]
    );
    assert_eq!(brief(&case.weeks(1)), [(1, 1, "home"), (2, 5, "none")]);
    // Over the year's end of 2009, which has 53 weeks.
    case.write("persons.csv", "id,arm,entry\n1,c,2009-W52\n2,t,2009-W52\n");
    case.write(
        "spells.csv",
        "id,y_0952,y_0953,y_1001,y_1002,y_1003\n1,730,771,730,730,730\n2,,,,,\n",
    );
    let weeks = [(1, 1, "home"), (2, 2, "work"), (3, 5, "home")];
    assert_eq!(brief(&case.weeks(0)), weeks);
}

#[test]
fn week_53_of_a_year_with_52_is_refused_if_it_holds_anything() {
    let text = |cell: &str| {
        format!(
            "{},y_1053,y_1101\n1,730,,,,,,,,,{cell},730\n2,,,,,,,,,,,\n",
            header(44, 52)
        )
    };
    assert_eq!(errors(&dream(&text("730"))), [("RV0344", vec![2])]);
    assert_eq!(dream(&text("")).trial().tables[0].followed, [5, 5]);
}

#[test]
fn a_missing_week_and_columns_that_begin_late_are_refused() {
    let case = dream("id,y_1044,y_1045,y_1047,y_1048,y_1049\n1,730,,,,\n");
    assert_eq!(errors(&case)[0].0, "RV0342");
    let case = dream("id,y_1045,y_1046,y_1047,y_1048,y_1049\n1,730,,,,\n");
    assert_eq!(errors(&case)[0].0, "RV0343");
    let case = dream("id,z_1045\n1,730\n");
    assert_eq!(errors(&case)[0].0, "RV0340");
    let case = dream("id,y_1044,Y_1044\n1,730,730\n");
    assert_eq!(errors(&case)[0].0, "RV0341");
}

#[test]
fn codes_nobody_knows_and_codes_without_a_state_are_told_apart_and_counted() {
    let rows = "1,730,777,777,,,\n2,999,,777,,,\n";
    let case = dream(&format!("{}\n{rows}", header(44, 49)));
    assert_eq!(errors(&case), [("RV0347", vec![2, 3]), ("RV0348", vec![3])]);
    let error = crate::trial::read(&case.study).expect_err("refused");
    let words = error.to_string();
    assert!(words.contains("`777` (3 cells)"), "{words}");
    assert!(words.contains("`999` (Dead; 1 cell)"), "{words}");
}

#[test]
fn codes_that_end_a_persons_time_need_a_decision() {
    let rows = format!("{}\n1,730,,997,997,997,997\n2,,,,,,\n", header(44, 49));
    let mut case = dream(&rows);
    let table = case.table();
    table.form.meaning = Some(meaning(&[
        ("work", &[Selector::Codes(771, 774)]),
        ("gone", &[Selector::Codes(997, 999)]),
        ("home", &[Selector::Rest]),
    ]));
    assert_eq!(errors(&case), [("RV0351", vec![])]);
    case.table().censor = vec!["gone".to_owned()];
    assert_eq!(case.trial().tables[0].followed, [2, 5]);
    case.table().censor = Vec::new();
    case.table().absorbing = vec!["gone".to_owned()];
    assert_eq!(case.trial().tables[0].followed, [5, 5]);
}

#[test]
fn a_code_in_two_states_and_an_unknown_group_are_refused() {
    let mut case = dream(&format!("{}\n1,730,,,,,\n2,,,,,,\n", header(44, 49)));
    case.table().form.meaning = Some(meaning(&[
        ("work", &[Selector::Codes(890, 890)]),
        ("home", &[Selector::Group("sickness".to_owned())]),
    ]));
    assert_eq!(errors(&case)[0].0, "RV0350");
    case.table().form.meaning = Some(meaning(&[("home", &[Selector::Group("sick".to_owned())])]));
    assert_eq!(errors(&case)[0].0, "RV0349");
}

#[test]
fn files_of_years_are_one_register() {
    let mut case = dream("");
    case.write("a.csv", "id,y_51,y_52\n1,730,730\n2,,730\n");
    case.write("b.csv", "id,y_01,y_02,y_03\n2,730,,771\n1,730,730,\n");
    case.write("persons.csv", "id,arm,entry\n1,c,2010-W51\n2,t,2010-W51\n");
    let files = vec![case.file("a.csv"), case.file("b.csv")];
    let table = case.table();
    table.files = files;
    table.form.layout = wide("y_{ww}", &[2010, 2011]);
    assert_eq!(brief(&case.weeks(0)), [(1, 4, "home"), (5, 5, "none")]);
    let weeks = [
        (1, 1, "none"),
        (2, 3, "home"),
        (4, 4, "none"),
        (5, 5, "work"),
    ];
    assert_eq!(brief(&case.weeks(1)), weeks);
    let trial = case.trial();
    assert_eq!(count(&trial, "spells", "read"), 5);
    assert_eq!(count(&trial, "spells", "joined"), 2);
}

#[test]
fn rows_of_weeks_in_dream_weeks_are_joined_to_spells() {
    let mut case = dream(
        "id,week,code\n1,1044,730\n1,1045,734\n1,1046,\n1,1047,771\n2,1044,730\n1,1048,771\n",
    );
    let table = case.table();
    table.weeks = WeekUnit::Dream { pivot: 90 };
    table.form.layout = Layout::Weeks;
    table.start = "week".to_owned();
    table.end = "week".to_owned();
    table.state = "code".to_owned();
    table.data_end = Some("1048".to_owned());
    let weeks = [(1, 2, "home"), (3, 3, "none"), (4, 5, "work")];
    assert_eq!(brief(&case.weeks(0)), weeks);
    let trial = case.trial();
    assert_eq!(count(&trial, "spells", "without_state"), 1);
    assert_eq!(count(&trial, "spells", "joined"), 2);
}

#[test]
fn rows_of_others_are_refused_or_left_out_and_counted() {
    let mut case = dream(&format!("{}\n1,730,,,,,\n7,730,,,,,\n", header(44, 49)));
    assert_eq!(errors(&case), [("RV0302", vec![3])]);
    case.table().form.outsiders = Outsiders::LeftOut;
    let trial = case.trial();
    assert_eq!(count(&trial, "spells", "rows_outside_the_trial"), 1);
    assert_eq!(trial.tables[0].followed, [5, 5]);
}

/// Weeks without benefit 2 to 11 of 2010-W44 on; wages by month.
fn employed(wages: &str, weeks: u32, above: Option<i64>) -> Case {
    let mut case = dream(&format!(
        "{},b_2010_10,b_2010_11,b_2010_12\n1,730{}{wages}\n2,730{},,,\n",
        header(44, 52),
        ",".repeat(8),
        ",730".repeat(8),
    ));
    case.study.horizon = 8;
    case.table().form.employment = Some(Employment {
        state: "job".to_owned(),
        weeks,
        wages: Wages::Columns(Pattern::parse("b_{yyyy}_{mm}").expect("a pattern")),
        above,
    });
    case
}

#[test]
fn employment_is_weeks_without_benefit_in_a_row_with_wages_in_their_months() {
    // November 2010 has the Thursdays of weeks 44 to 47, December those of 48 to 52.
    let case = employed(",,451000,", 4, None);
    let weeks = [(1, 1, "home"), (2, 9, "none")];
    assert_eq!(brief(&case.weeks(0)), weeks, "weeks 45 to 47 are three");
    let case = employed(",,451000,", 3, None);
    let weeks = [(1, 1, "home"), (2, 4, "job"), (5, 9, "none")];
    assert_eq!(brief(&case.weeks(0)), weeks);
    assert_eq!(count(&case.trial(), "spells", "employment_from_wages"), 1);
    let case = employed(",,451000,451000", 4, None);
    assert_eq!(brief(&case.weeks(0)), [(1, 1, "home"), (2, 9, "job")]);
    let case = employed(",,0.2,0.6", 4, Some(5_000));
    let weeks = [(1, 1, "home"), (2, 4, "none"), (5, 9, "job")];
    assert_eq!(brief(&case.weeks(0)), weeks);
}

#[test]
fn a_run_at_the_edge_of_the_data_stays_self_support_and_is_counted() {
    let case = employed(",,,451000", 4, None);
    case.write(
        "spells.csv",
        &format!(
            "{},b_2010_10,b_2010_11,b_2010_12\n1{},,,1\n2{},,,\n",
            header(44, 50),
            ",730".repeat(4) + ",,,",
            ",730".repeat(7),
        ),
    );
    let weeks = [(1, 4, "home"), (5, 7, "none")];
    assert_eq!(brief(&case.weeks(0)), weeks);
    let trial = case.trial();
    assert_eq!(
        count(&trial, "spells", "employment_undecided_at_an_edge"),
        1
    );
}

#[test]
fn wages_of_a_file_are_added_by_month_before_they_are_compared() {
    let mut case = employed("", 4, Some(1_000_000));
    case.write(
        "spells.csv",
        &format!(
            "{}\n1,730{}\n2,730{}\n",
            header(44, 52),
            ",".repeat(8),
            ",".repeat(8)
        ),
    );
    case.write(
        "hours.csv",
        "id,month,hours\n1,2010-12,60\n1,2010-12,50.5\n2,2010-12,100\n2,2010-11,160.33\n9,2010-11,1\n",
    );
    let file = case.file("hours.csv");
    if let Some(rule) = &mut case.table().form.employment {
        rule.wages = Wages::File {
            file,
            person: "id".to_owned(),
            month: "month".to_owned(),
            column: "hours".to_owned(),
        };
    }
    let weeks = [(1, 1, "home"), (2, 4, "none"), (5, 9, "job")];
    assert_eq!(brief(&case.weeks(0)), weeks);
    assert_eq!(brief(&case.weeks(1)), [(1, 1, "home"), (2, 9, "none")]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// A register is one trial in whatever shape it comes.
    #[test]
    fn weeks_in_columns_in_rows_and_spells_are_one_trial(
        histories in vec(vec(0..4usize, 5), 2..6)
    ) {
        let labels = ["", "work", "home", "sick"];
        let list = (0..histories.len()).fold(String::from("id,arm\n"), |mut text, person| {
            let _ = writeln!(text, "{person},{}", if person % 2 == 0 { "c" } else { "t" });
            text
        });
        let mut spells = String::from("id,start,end,state\n");
        let mut rows = String::from("id,week,state\n");
        let mut columns = String::from("id,w1,w2,w3,w4,w5\n");
        for (person, history) in histories.iter().enumerate().rev() {
            let cells: Vec<&str> = history.iter().map(|state| labels[*state]).collect();
            let _ = writeln!(columns, "{person},{}", cells.join(","));
            let mut week = 1;
            for run in history.chunk_by(|a, b| a == b) {
                if run[0] > 0 {
                    let end = week + run.len() - 1;
                    let _ = writeln!(spells, "{person},{week},{end},{}", labels[run[0]]);
                    for week in (week..=end).rev() {
                        let _ = writeln!(rows, "{person},{week},{}", labels[run[0]]);
                    }
                }
                week += run.len();
            }
        }
        let mut case = Case::new(&list, &spells);
        case.table().gap = Some("none".to_owned());
        case.table().data_end = Some("5".to_owned());
        let expected = case.trial();
        case.write("spells.csv", &columns);
        case.table().form.layout = wide("w{week}", &[]);
        let of_columns = case.trial();
        case.write("spells.csv", &rows);
        case.table().form.layout = Layout::Weeks;
        case.table().start = "week".to_owned();
        let of_rows = case.trial();
        for other in [of_columns, of_rows] {
            prop_assert_eq!(&other.tables[0].spells, &expected.tables[0].spells);
            prop_assert_eq!(&other.hash, &expected.hash);
        }
    }
}

#[test]
fn columns_that_end_before_anybody_begins_follow_nobody() {
    let case = dream("id,y_0901\n1,730\n2,\n");
    // Found by fuzzing. Warnings say that nobody of an arm is followed.
    assert_eq!(case.trial().tables[0].followed, [0, 0]);
}
