//! What the targets do with their bytes: each hands them to the program as one of its files, on one thread. The program
//! may refuse them with findings; it may not panic, hang, or take memory without bound.

use rettevej::error::Error;
use rettevej::numeric::parallel::with_threads;
use rettevej::registers::{self, Kind, Want};
use rettevej::study::{self, DataFile, ReadOptions, Study, WeekUnit};
use rettevej::{check, simulate, trial};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// A study file, with the data files of [`FOLDER_FILES`] beside it.
pub fn study(data: &[u8]) {
    let file = write("study.toml", data);
    told(study::read(&file, &ReadOptions::default()));
}

/// A claims file.
pub fn claims(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        told(check::claims::Claims::parse(text, "claims.toml"));
    }
}

/// A scenario file; what it describes is checked and not drawn.
pub fn scenario(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        let scenario = simulate::Scenario::parse(text, "scenario.toml");
        told(scenario.and_then(simulate::Simulator::new));
    }
}

/// A CSV file, each of its columns read as everything a column can be.
pub fn csv(data: &[u8]) {
    columns(write("fuzzed.csv", data));
}

/// A file of a binary or packed format; the first byte chooses which.
pub fn formats(data: &[u8]) {
    const NAMES: [&str; 6] = [
        "fuzzed.parquet",
        "fuzzed.dta",
        "fuzzed.xpt",
        "fuzzed.sas7bdat",
        "fuzzed.csv.gz",
        "fuzzed.csv.zst",
    ];
    if let Some((first, rest)) = data.split_first() {
        columns(write(NAMES[usize::from(*first) % NAMES.len()], rest));
    }
}

/// The registers of a trial: spells, hours and events, apart where a byte 0x1D stands.
pub fn registers_of_a_trial(data: &[u8]) {
    let mut parts = data.split(|byte| *byte == 0x1D);
    for name in ["spells.csv", "hours.csv", "meetings.csv"] {
        write(name, parts.next().unwrap_or_default());
    }
    static STUDY: OnceLock<Study> = OnceLock::new();
    let study = STUDY.get_or_init(|| checked("trial.toml", TRIAL));
    with_threads(1, || told(trial::read(study)));
}

/// A panic of another crate over a damaged file is caught where the file is read; any other ends the target.
fn let_guarded_panics_pass() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        std::panic::set_hook(Box::new(|panic| {
            let source = panic.location().map_or("", |place| place.file());
            // Ours is built from outside this package, so that its sources have their full names.
            let own = source
                .rsplit_once("/src/")
                .filter(|(crate_, _)| !crate_.contains("/registry/"));
            let source = own.map_or(source.to_owned(), |(_, rest)| format!("src/{rest}"));
            if !registers::is_guarded(&source) {
                eprintln!("{panic}");
                std::process::abort();
            }
        }));
    });
}

/// A register of codes, a row for each person and a column for each week.
pub fn dream(data: &[u8]) {
    write("dream.csv", data);
    static STUDY: OnceLock<Study> = OnceLock::new();
    let study = STUDY.get_or_init(|| checked("dream.toml", DREAM));
    with_threads(1, || told(trial::read(study)));
}

/// Says that an answer is taken: what is refused has findings, and each can be shown.
fn told<T>(answer: Result<T, Error>) {
    if let Err(error) = answer {
        assert!(!error.diagnostics.is_empty());
        for finding in &error.diagnostics {
            assert!(finding.code.starts_with("RV"));
            assert!(!finding.to_string().is_empty());
        }
    }
}

fn columns(path: PathBuf) {
    let_guarded_panics_pass();
    let file = DataFile {
        shown: "fuzzed".to_owned(),
        path,
    };
    with_threads(1, || {
        let facts = match registers::columns(&file) {
            Ok((_, facts)) => facts,
            Err(error) => return told(Err::<(), _>(error)),
        };
        for kind in [
            Kind::Id,
            Kind::Category,
            Kind::Integer,
            Kind::Decimal { decimals: 2 },
            Kind::Week(WeekUnit::Trial),
            Kind::Week(WeekUnit::Iso),
            Kind::Week(WeekUnit::Date),
            Kind::Month,
            Kind::Assigned,
            Kind::Code,
        ] {
            let wants: Vec<Want> = (facts.iter().take(8))
                .map(|column| Want {
                    column: column.name.clone(),
                    kind,
                })
                .collect();
            let rows = |rows: registers::Rows| rows.rows;
            match registers::read_parts(&file, &wants, rows) {
                Ok((table, parts)) => {
                    let sum: usize = parts.iter().map(|(_, rows)| rows).sum();
                    assert_eq!(table.rows, sum);
                }
                Err(error) => told(Err::<(), _>(error)),
            }
        }
    });
}

/// Writes a file into a folder of this process.
fn write(name: &str, data: &[u8]) -> PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        let folder = std::env::temp_dir().join(format!("rettevej-fuzz-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder for the input");
        for (name, text) in FOLDER_FILES {
            std::fs::write(folder.join(name), text).expect("a file of the study");
        }
        folder
    });
    let path = folder.join(name);
    std::fs::write(&path, data).expect("the input as a file");
    path
}

fn checked(name: &str, text: &str) -> Study {
    let path: &Path = &write(name, text.as_bytes());
    match study::read(path, &ReadOptions::default()) {
        Ok(checked) => checked.study,
        Err(error) => panic!("{error}"),
    }
}

/// Files that the studies name.
const FOLDER_FILES: &[(&str, &str)] = &[
    (
        "persons.csv",
        "id,arm,assigned,site\n1,control,2010-W01,a\n2,control,2010-W02,b\n3,treated,2010-W03,a\n4,treated,2010-W04,b\n",
    ),
    ("spells.csv", ""),
    ("hours.csv", ""),
    ("meetings.csv", ""),
    ("dream.csv", ""),
    ("prices.toml", ""),
];

/// A trial with spells in ISO weeks, hours by month and events by date.
const TRIAL: &str = r#"
[study]
name = "fuzzed"
horizon = 20
[arms]
control = "control"
treatment = ["treated"]
[persons]
file = "persons.csv"
id = "id"
arm = "arm"
assigned = "assigned"
strata = ["site"]
[spells]
file = "spells.csv"
person = "id"
start = "start"
end = "end"
state = "state"
weeks = "iso"
gap = "none"
data_end = "2010-W40"
absorbing = ["dead"]
overlap = ["dead", "job"]
[outcomes.job]
kind = "weeks_in"
states = ["job"]
[outcomes.hours]
kind = "amount"
file = "hours.csv"
person = "id"
month = "month"
column = "hours"
per = "month"
decimals = 2
unit = "hours"
[outcomes.meetings]
kind = "events"
file = "meetings.csv"
person = "id"
week = "day"
weeks = "date"
filter = { kind = "held" }
"#;

/// A trial with codes by week.
const DREAM: &str = r#"
[study]
name = "fuzzed"
horizon = 20
[arms]
control = "control"
treatment = ["treated"]
[persons]
file = "persons.csv"
id = "id"
arm = "arm"
assigned = "assigned"
[spells]
file = "dream.csv"
person = "id"
columns = "y_{yyww}"
codes = "dream"
gap = "home"
absorbing = ["gone"]
outsiders = "leave_out"
[spells.states]
benefit = ["730-738", "group:sickness"]
gone = [997, 998, 999]
other = "rest"
[outcomes.benefit]
kind = "weeks_in"
states = ["benefit"]
"#;
