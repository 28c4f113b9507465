//! Size L, only when asked for (`cargo test --release -- --ignored size_l --nocapture`): registers of a million persons
//! are written, validated by the built binary, and the time and the most memory it took are printed and bounded.

use crate::support::scratch::{Scratch, program};
use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::process::Stdio;
use std::time::{Duration, Instant};

const PERSONS: usize = 1_000_000;
const MB: u64 = 1 << 20;

const HEAD: &str = r#"[study]
name = "Size L"
horizon = 64

[arms]
control = "control"
treatment = ["treated"]

[persons]
file = "persons.csv"
id = "id"
arm = "arm"
assigned = "assigned"
strata = ["site"]

[outcomes.job]
kind = "weeks_in"
states = ["job"]

[resampling]
replicates = 99

[disclosure]
min_cell = 1
"#;

const SPELLS: &str = r#"
[spells]
file = "spells.csv"
person = "id"
start = "start"
end = "end"
state = "state"
weeks = "iso"
gap = "home"
data_end = "2012-W30"
"#;

const DREAM: &str = r#"
[spells]
file = "dream.csv"
person = "id"
columns = "y_{yyww}"
codes = "dream"
gap = "home"
censor = ["gone"]

[spells.states]
job = [651]
gone = ["997-999"]
benefit = ["rest"]
"#;

/// Numbers that look like chance and are the same every time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

fn file(scratch: &Scratch, name: &str) -> BufWriter<File> {
    BufWriter::with_capacity(1 << 20, File::create(scratch.path(name)).expect("a file"))
}

fn write_persons(scratch: &Scratch) {
    let mut out = file(scratch, "persons.csv");
    let mut numbers = Numbers(1);
    writeln!(out, "id,arm,assigned,site").expect("a disk");
    for id in 0..PERSONS {
        let arm = ["control", "treated"][id % 2];
        let week = 1 + numbers.below(20);
        writeln!(
            out,
            "{},{arm},2011-W{week:02},s{}",
            1_000_000_000 + id,
            numbers.below(90)
        )
        .expect("a disk");
    }
}

/// What a command took.
struct Took {
    seconds: f64,
    megabytes: u64,
}

/// Runs the binary and looks at its memory as it goes.
fn run(scratch: &Scratch, arguments: &[&str]) -> Took {
    let started = Instant::now();
    let mut child = program()
        .current_dir(scratch.path(""))
        .args(arguments)
        .stdout(Stdio::null())
        .spawn()
        .expect("the binary starts");
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    let code = loop {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        most = most.max(kilobytes.unwrap_or(0));
        if let Some(status) = child.try_wait().expect("a child") {
            break status.code();
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let took = Took {
        seconds: started.elapsed().as_secs_f64(),
        megabytes: most * 1024 / MB,
    };
    println!(
        "{arguments:?}: {:.2} s, {} MB at most",
        took.seconds, took.megabytes
    );
    assert_eq!(code, Some(0), "{arguments:?}");
    took
}

#[test]
#[ignore = "size L: writes 150 MB and takes a minute"]
fn size_l_a_million_persons_with_four_million_spells_stay_below_a_gigabyte() {
    let scratch = Scratch::new();
    write_persons(&scratch);
    let mut out = file(&scratch, "spells.csv");
    let mut numbers = Numbers(2);
    writeln!(out, "id,start,end,state").expect("a disk");
    for id in 0..PERSONS {
        let mut week = 1 + numbers.below(20);
        for _ in 0..4 {
            let (start, end) = (week, week + numbers.below(10));
            week = end + 1 + numbers.below(3);
            let state = ["job", "benefit", "study"][numbers.below(3) as usize];
            let iso = |week: u64| format!("{}-W{:02}", 2011 + (week - 1) / 52, (week - 1) % 52 + 1);
            writeln!(
                out,
                "{},{},{},{state}",
                1_000_000_000 + id,
                iso(start),
                iso(end)
            )
            .expect("a disk");
        }
    }
    out.flush().expect("a disk");
    drop(out);
    scratch.write("study.toml", format!("{HEAD}{SPELLS}"));
    let validated = run(&scratch, &["validate", "study.toml"]);
    assert!(validated.megabytes < 1000, "{} MB", validated.megabytes);
    run(&scratch, &["run", "study.toml", "--out", "result"]);
}

/// An own file of hours: twelve months of everybody, twelve million rows.
#[test]
#[ignore = "size L: writes 350 MB and takes a minute"]
fn size_l_a_million_persons_with_twelve_months_of_hours_stay_below_a_gigabyte() {
    let scratch = Scratch::new();
    write_persons(&scratch);
    let mut spells = file(&scratch, "spells.csv");
    let mut out = file(&scratch, "hours.csv");
    let mut numbers = Numbers(4);
    writeln!(spells, "id,start,end,state").expect("a disk");
    writeln!(out, "id,month,hours").expect("a disk");
    for id in 0..PERSONS {
        let id = 1_000_000_000 + id;
        let end = 1 + numbers.below(30);
        writeln!(spells, "{id},2011-W01,2012-W{end:02},job").expect("a disk");
        for month in 6..18 {
            let (year, month) = (2011 + (month - 1) / 12, (month - 1) % 12 + 1);
            let hours = ["160.33", "80", "37.5", "12", "0"][numbers.below(5) as usize];
            writeln!(out, "{id},{year}-{month:02},{hours}").expect("a disk");
        }
    }
    for mut file in [spells, out] {
        file.flush().expect("a disk");
    }
    let hours = "\n[outcomes.hours]\nkind = \"amount\"\nfile = \"hours.csv\"\nperson = \"id\"\nmonth = \"month\"\n\
                 column = \"hours\"\nper = \"month\"\ndecimals = 2\nunit = \"hours\"\n";
    scratch.write("study.toml", format!("{HEAD}{SPELLS}{hours}"));
    let validated = run(&scratch, &["validate", "study.toml"]);
    assert!(validated.megabytes < 1000, "{} MB", validated.megabytes);
}

#[test]
#[ignore = "size L: writes 2 GB and takes minutes"]
fn size_l_a_million_persons_of_520_weeks_of_dream_stay_below_three_gigabytes() {
    let scratch = Scratch::new();
    write_persons(&scratch);
    let mut out = file(&scratch, "dream.csv");
    let mut numbers = Numbers(3);
    let mut line = String::from("id");
    for year in 5..15 {
        // 2009 has a week 53.
        for week in 1..=if year == 9 { 53 } else { 52 } {
            let _ = write!(line, ",y_{year:02}{week:02}");
        }
    }
    writeln!(out, "{line}").expect("a disk");
    for id in 0..PERSONS {
        line = (1_000_000_000 + id).to_string();
        let mut left = 0;
        let mut code = "";
        for _ in 0..521 {
            if left == 0 {
                left = 1 + numbers.below(60);
                code = ["", "", "730", "111", "651", "890"][numbers.below(6) as usize];
            }
            left -= 1;
            line.push(',');
            line.push_str(code);
        }
        writeln!(out, "{line}").expect("a disk");
    }
    out.flush().expect("a disk");
    drop(out);
    scratch.write("study.toml", format!("{HEAD}{DREAM}"));
    let validated = run(&scratch, &["validate", "study.toml"]);
    assert!(validated.megabytes < 3000, "{} MB", validated.megabytes);
}
