//! One trial in every shape a register comes in: spells, weeks in rows, weeks in columns, files by year; the numbers are
//! the same bytes, and so is the hash of the checked trial.

use crate::support::scratch::Scratch;
use crate::support::{real_data, repository};
use polars::prelude::{Column, DataFrame, ParquetWriter};
use rettevej::registers::calendar::IsoWeek;
use std::collections::BTreeMap;
use std::fmt::Write;

/// First and last week of the register.
const FIRST: &str = "2010-W44";
const LAST: &str = "2012-W26";

/// Codes that stand for the states of the trial; a week of self-support is empty.
const CODES: [(&str, u16); 7] = [
    ("cash_benefit", 730),
    ("employment", 771),
    ("education", 651),
    ("disability_pension", 783),
    ("abroad", 997),
    ("dead", 999),
    ("lost", 998),
];

const STATES: &str = "states = { cash_benefit = [\"730-738\"], employment = [771], education = [\"group:education\"], \
                      disability_pension = [\"781-784\"], abroad = 997, dead = 999, lost = [998] }";

fn week(text: &str) -> i32 {
    IsoWeek::parse(text).expect("a week").0
}

/// A week as DREAM writes it.
fn yyww(week: i32) -> String {
    let (year, week) = IsoWeek(week).year_and_week().expect("a week");
    format!("{:02}{week:02}", year % 100)
}

/// Code of each week of a person; 0 without.
type Histories = BTreeMap<u32, Vec<u16>>;

fn weeks() -> std::ops::Range<i32> {
    week(FIRST)..week(LAST) + 1
}

/// The persons and spells of the made-up trial, as weeks.
fn histories() -> Histories {
    let folder = repository("fixtures/studies/paa-rette-vej/data");
    let text = |name: &str| std::fs::read_to_string(folder.join(name)).expect("a file");
    let mut histories = Histories::new();
    for row in text("persons.csv").lines().skip(1) {
        let id = row.split(',').next().expect("an identifier");
        histories.insert(id.parse().expect("a number"), vec![0; weeks().count()]);
    }
    for row in text("spells.csv").lines().skip(1) {
        let cells: Vec<&str> = row.split(',').collect();
        let from = (week(cells[1]) - week(FIRST)) as usize;
        let to = match cells[2] {
            "" => weeks().count(),
            end => (week(end) - week(FIRST) + 1) as usize,
        };
        let code = CODES
            .iter()
            .find(|(state, _)| *state == cells[3])
            .expect("a state")
            .1;
        let own = histories
            .get_mut(&cells[0].parse().expect("a number"))
            .expect("a person");
        own[from..to].fill(code);
    }
    histories
}

/// The trial with other files of spells: the keys of `[spells]` that say how they are read.
fn trial(spells: &str) -> Scratch {
    let scratch = Scratch::new();
    let folder = repository("fixtures/studies/paa-rette-vej");
    for name in ["persons", "hours", "meetings", "activation"] {
        let name = format!("data/{name}.csv");
        scratch.write(&name, std::fs::read(folder.join(&name)).expect("a file"));
    }
    let answers = "survey/answers.csv";
    scratch.write(
        answers,
        std::fs::read(folder.join(answers)).expect("a file"),
    );
    let prices = std::fs::read(folder.join("prices.toml")).expect("prices");
    scratch.write("prices.toml", prices);
    let study = std::fs::read_to_string(folder.join("study.toml")).expect("a study");
    let (head, rest) = study.split_once("[spells]\n").expect("spells");
    let (_, tail) = rest.split_once("gap = ").expect("a gap");
    let (kept, tail) = tail
        .split_once("states = [\"cash_benefit\", \"employment\"")
        .expect("states");
    let (_, tail) = tail.split_once('\n').expect("a line");
    let kept = kept.replace("data_end = \"2012-W26\"\n", "");
    let study = format!("{head}[spells]\n{spells}\ngap = {kept}{tail}");
    let study = study.replace("replicates = 1999", "replicates = 199");
    scratch.write("study.toml", format!("{study}\n[report]\nformats = []\n"));
    scratch
}

/// `estimates.csv` and the hash of the trial.
fn numbers(scratch: &Scratch) -> (String, String) {
    let said = scratch.run(&["run", "study.toml", "--out", "r"]);
    assert!(matches!(said.code, Some(0)), "{}", said.err);
    let bundle: serde_json::Value =
        serde_json::from_str(&scratch.read("r/bundle.json")).expect("JSON");
    let hash = bundle["facts"]["trial_hash"]
        .as_str()
        .expect("a hash")
        .to_owned();
    (scratch.read("r/estimates.csv"), hash)
}

/// Runs of one code: person, first week, last week, code.
fn runs(histories: &Histories) -> Vec<(u32, i32, i32, u16)> {
    let mut runs = Vec::new();
    for (&id, own) in histories {
        let mut at = week(FIRST);
        for run in own.chunk_by(|a, b| a == b) {
            let end = at + run.len() as i32;
            if run[0] != 0 {
                runs.push((id, at, end - 1, run[0]));
            }
            at = end;
        }
    }
    runs
}

/// A row for each person, a column for each of some weeks.
fn columns(histories: &Histories, names: &[(String, i32)], after: &str) -> String {
    let mut text = String::from("person_id");
    for (name, _) in names {
        let _ = write!(text, ",{name}");
    }
    for (id, own) in histories.iter().rev() {
        let _ = write!(text, "\n{id}");
        for (_, week) in names {
            match own[(week - self::week(FIRST)) as usize] {
                0 => text.push(','),
                code => {
                    let _ = write!(text, ",{code}");
                }
            }
        }
        text += after;
    }
    text + "\n"
}

#[test]
fn a_trial_in_every_shape_gives_the_same_bytes() {
    let histories = histories();
    let tidy = trial(
        "file = \"spells.csv\"\nperson = \"person_id\"\nstart = \"start_week\"\nend = \"end_week\"\nstate = \"state\"\nweeks = \"iso\"\ndata_end = \"2012-W26\"",
    );
    let source = repository("fixtures/studies/paa-rette-vej/data/spells.csv");
    tidy.write("spells.csv", std::fs::read(source).expect("spells"));
    let expected = numbers(&tidy);

    let all: Vec<(String, i32)> = weeks()
        .map(|week| (format!("y_{}", yyww(week)), week))
        .collect();
    let head = "person = \"person_id\"\ncodes = \"dream\"\n".to_owned() + STATES + "\n";
    let wide = format!("file = \"dream.csv\"\ncolumns = \"y_{{yyww}}\"\n{head}");
    let rows = |text: &str| format!("person_id,{text}\n");
    let of_year = |year: &str| -> Vec<(String, i32)> {
        let own = all
            .iter()
            .filter(|(name, _)| name.starts_with(&format!("y_{year}")));
        own.map(|(name, week)| (format!("y_{}", &name[4..]), *week))
            .collect()
    };
    let by_year: Vec<String> = ["10", "11", "12"]
        .iter()
        .map(|y| format!("dream20{y}.csv"))
        .collect();
    let mut long = rows("week,code");
    for (id, own) in &histories {
        for (code, week) in own
            .iter()
            .zip(weeks())
            .rev()
            .filter(|(code, _)| **code != 0)
        {
            let _ = writeln!(long, "{id},{},{code}", yyww(week));
        }
    }
    let mut spans = rows("from,to,code");
    for (id, from, to, code) in runs(&histories) {
        let _ = writeln!(spans, "{id},{},{},{code}", yyww(from), yyww(to));
    }
    let end = "data_end = \"1226\"\nweeks = \"dream\"";
    let years: Vec<(String, String)> = by_year
        .iter()
        .map(|name| (name.clone(), columns(&histories, &of_year(&name[7..9]), "")))
        .collect();
    let shapes = [
        (
            "wide",
            wide.clone(),
            vec![("dream.csv".to_owned(), columns(&histories, &all, ""))],
        ),
        (
            "files by year",
            format!(
                "files = [\"{}\"]\ncolumns = \"y_{{ww}}\"\n{head}",
                by_year.join("\", \"")
            ),
            years,
        ),
        (
            "weeks in rows",
            format!("file = \"long.csv\"\nweek = \"week\"\nstate = \"code\"\n{end}\n{head}"),
            vec![("long.csv".to_owned(), long)],
        ),
        (
            "spells of codes",
            format!(
                "file = \"long.csv\"\nstart = \"from\"\nend = \"to\"\nstate = \"code\"\n{end}\n{head}"
            ),
            vec![("long.csv".to_owned(), spans)],
        ),
    ];
    for (shape, spells, files) in shapes {
        let scratch = trial(&spells);
        for (name, text) in &files {
            scratch.write(name, text);
        }
        assert!(numbers(&scratch) == expected, "{shape}");
    }

    // Parquet, where empty cells are null.
    let scratch = trial(&wide.replace("dream.csv", "dream.parquet"));
    let cells = |week: i32| -> Vec<Option<u32>> {
        let place = (week - self::week(FIRST)) as usize;
        histories
            .values()
            .map(|own| Some(u32::from(own[place])).filter(|code| *code > 0))
            .collect()
    };
    let mut frame = vec![Column::new(
        "person_id".into(),
        histories.keys().copied().collect::<Vec<u32>>(),
    )];
    frame.extend(
        all.iter()
            .map(|(name, week)| Column::new(name.as_str().into(), cells(*week))),
    );
    let mut frame = DataFrame::new(histories.len(), frame).expect("a table");
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes)
        .finish(&mut frame)
        .expect("Parquet");
    scratch.write("dream.parquet", bytes);
    assert!(numbers(&scratch) == expected, "Parquet");
}

/// The LIFE experiment from its original file: `emp1` to `emp52` say yes or no until the week of the arrest, and nothing
/// after it. Who was not arrested is followed for 52 weeks; who was, for 53, as in the spells.
#[test]
fn life_aid_from_its_original_wide_file_gives_the_numbers_of_its_spells() {
    let Some(shared) = real_data("life_aid in weeks") else {
        return;
    };
    let folder = shared.join("life_aid");
    let persons = std::fs::read_to_string(folder.join("persons.csv")).expect("persons");
    let rossi = std::fs::read_to_string(folder.join("rossi_full.csv")).expect("the wide file");
    let mut until = BTreeMap::new();
    for row in rossi.lines().skip(1) {
        let cells: Vec<&str> = row.split(',').collect();
        until.insert(cells[0].to_owned(), if cells[2] == "1" { 53 } else { 52 });
    }
    let mut list = String::new();
    for (i, row) in persons.lines().enumerate() {
        let id = row.split(',').next().unwrap_or_default();
        let until = if i == 0 {
            "until".to_owned()
        } else {
            until[id].to_string()
        };
        let _ = writeln!(list, "{row},{until}");
    }
    let study = std::fs::read_to_string(repository("fixtures/reference/real/life_aid/study.toml"))
        .expect("a study");
    let study = study
        .replace("shared:life_aid/", "")
        .replace("replicates = 1999", "replicates = 199");
    let (head, rest) = study.split_once("[spells]").expect("spells");
    let (_, tail) = rest
        .split_once("weeks = \"trial\"")
        .expect("the end of the spells");
    let wide = "[spells]\nfile = \"rossi_full.csv\"\nperson = \"person_id\"\ncolumns = \"emp{week}\"\ngap = \"arrested\"\n\
                data_end = 53\nstates = { employed = \"yes\", not_employed = \"no\" }";
    let arm = "arm = \"arm\"";
    let head = head.replace(arm, &format!("{arm}\nfollowed_until = \"until\""));
    let files = [
        ("persons.csv", list.as_str()),
        ("rossi_full.csv", rossi.as_str()),
        ("study.toml", &format!("{head}{wide}{tail}")),
    ];
    let columns = Scratch::with(&files);
    let tidy = Scratch::with(&[("persons.csv", &persons), ("study.toml", &study)]);
    tidy.write(
        "spells.csv",
        std::fs::read(folder.join("spells.csv")).expect("spells"),
    );
    let (expected, found) = (numbers(&tidy), numbers(&columns));
    assert!(expected.0 == found.0, "estimates.csv");
    assert_eq!(expected.1, found.1);
}

#[test]
fn the_table_of_codes_is_shown_and_written_and_read_again() {
    let scratch = Scratch::new();
    let said = scratch.run(&["codes", "--language", "en"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(
        said.out.contains("997") && said.out.contains("Not resident in Denmark"),
        "{}",
        said.out
    );
    assert!(said.out.contains("recalled") && said.out.contains("sourced"));
    let said = scratch.run(&["codes", "--write", "codes.csv"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert_eq!(
        scratch.read("codes.csv"),
        rettevej::registers::dream::SHIPPED
    );
    let said = scratch.run(&["codes", "--write", "codes.csv"]);
    assert_eq!(
        said.code,
        Some(7),
        "an earlier file is not replaced: {}",
        said.err
    );
}
