//! Hostile input through the built binary: whatever the file, the answer is a finding with exit code 3 or 4 (or the trial
//! is fine), never a panic; memory stays bounded, and nothing is left half-written.

use crate::support::repository;
use crate::support::scratch::{Said, Scratch};
use std::fmt::Write as _;
use std::io::Write as _;

/// Memory that a small trial may take, in kilobytes of addresses: threads and the allocator take most of it.
const MEMORY: &str = "2000000";

const STUDY: &str = r#"[study]
name = "Hostile"
horizon = 4

[arms]
control = "control"
treatment = ["treated"]

[persons]
file = "persons.csv"
id = "id"
arm = "arm"

[spells]
file = "spells.csv"
person = "id"
start = "start"
end = "end"
state = "state"

[outcomes.job]
kind = "weeks_in"
states = ["job"]

[resampling]
replicates = 9

[disclosure]
min_cell = 1
"#;

const PERSONS: &str = "id,arm\n1,control\n2,control\n3,treated\n4,treated\n";
const SPELLS: &str = "id,start,end,state\n1,1,4,job\n2,1,4,home\n3,1,4,job\n4,1,4,home\n";

fn trial() -> Scratch {
    Scratch::with(&[
        ("study.toml", STUDY),
        ("persons.csv", PERSONS),
        ("spells.csv", SPELLS),
    ])
}

/// Runs the binary under a bound of memory, where there is a shell to set one.
fn bounded(scratch: &Scratch, arguments: &[&str]) -> Said {
    if cfg!(not(target_os = "linux")) {
        return scratch.run(arguments);
    }
    let binary = env!("CARGO_BIN_EXE_rettevej");
    let command = format!(
        "ulimit -v {MEMORY}; exec '{binary}' {}",
        arguments.join(" ")
    );
    let output = std::process::Command::new("sh")
        .current_dir(scratch.path(""))
        .args(["-c", &command])
        .output()
        .expect("a shell");
    Said {
        code: output.status.code(),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Refused with one of these codes of exit, in words that are no longer than a screen or two, and nothing is written.
#[track_caller]
fn assert_refused(what: &str, scratch: &Scratch, exits: &[i32]) {
    let before: Vec<String> = scratch.files().into_keys().collect();
    for arguments in [
        &["validate", "study.toml", "--json"][..],
        &["validate", "study.toml"],
        &["run", "study.toml", "--out", "result", "--threads", "2"],
    ] {
        let said = bounded(scratch, arguments);
        let code = said.code.unwrap_or(-1);
        assert!(
            exits.contains(&code),
            "{what}, {arguments:?}: exit {code}: {:.2000}",
            said.err
        );
        assert!(
            !said.err.contains("RV0000") && !said.err.contains("panicked"),
            "{what}: {:.2000}",
            said.err
        );
        assert!(
            said.err.len() < 60_000,
            "{what}: {} bytes are said",
            said.err.len()
        );
        if code == 0 {
            return;
        }
    }
    let after: Vec<String> = scratch.files().into_keys().collect();
    assert_eq!(before, after, "{what} left something");
}

fn of(file: &str, bytes: impl AsRef<[u8]>) -> Scratch {
    let scratch = trial();
    scratch.write(file, bytes);
    scratch
}

fn utf16(text: &str) -> Vec<u8> {
    let units = text.encode_utf16().flat_map(u16::to_le_bytes);
    [0xFF, 0xFE].into_iter().chain(units).collect()
}

#[test]
fn the_trial_of_these_tests_is_in_order_within_the_bound() {
    let said = bounded(&trial(), &["run", "study.toml", "--out", "result"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
}

#[test]
fn studies_that_nobody_would_write_are_refused() {
    let deep = "[".repeat(20_000);
    let keys = format!("{}a = 1\n", "a.".repeat(20_000));
    let tables = format!("[{}a]\n", "a.".repeat(20_000));
    let inline = format!("x = {}1{}\n", "{ a = ".repeat(20_000), " }".repeat(20_000));
    let many: String = (0..20_000).fold(String::new(), |mut text, n| {
        let _ = writeln!(text, "[outcomes.o{n}]\nkind = \"weeks_inn\"");
        text
    });
    for (what, text) in [
        ("nothing", Vec::new()),
        ("nested arrays", format!("x = {deep}").into_bytes()),
        ("nested keys", keys.into_bytes()),
        ("nested tables", tables.into_bytes()),
        ("nested inline tables", inline.into_bytes()),
        (
            "twenty thousand outcomes",
            format!("{STUDY}{many}").into_bytes(),
        ),
        ("UTF-16", utf16(STUDY)),
        (
            "zero bytes",
            STUDY.replace("Hostile", "\0\0\0").into_bytes(),
        ),
        ("half a letter", [STUDY.as_bytes(), &[0xC3]].concat()),
        (
            "a gigantic text",
            STUDY.replace("Hostile", &"x".repeat(4 << 20)).into_bytes(),
        ),
        (
            "a gigantic number",
            STUDY
                .replace("horizon = 4", &format!("horizon = {}", "9".repeat(5000)))
                .into_bytes(),
        ),
        (
            "an infinite number",
            STUDY.replace("horizon = 4", "horizon = inf").into_bytes(),
        ),
        (
            "a number that is none",
            STUDY.replace("horizon = 4", "horizon = nan").into_bytes(),
        ),
        (
            "a negative number",
            STUDY.replace("horizon = 4", "horizon = -1").into_bytes(),
        ),
        (
            "a horizon of 2 to the 31",
            STUDY
                .replace("horizon = 4", "horizon = 2147483648")
                .into_bytes(),
        ),
        ("cut off", STUDY.as_bytes()[..200].to_vec()),
        (
            "a folder as a file",
            STUDY.replace("persons.csv", ".").into_bytes(),
        ),
        (
            "a path without end",
            STUDY
                .replace("persons.csv", &"a/".repeat(5000))
                .into_bytes(),
        ),
    ] {
        // A long name is no mistake; a folder is found when it is read.
        assert_refused(what, &of("study.toml", text), &[0, 3, 4]);
    }
}

#[test]
fn registers_that_nobody_would_write_are_refused() {
    let columns = (0..10_000).fold(String::from("id,start,end,state"), |mut text, n| {
        let _ = write!(text, ",c{n}");
        text
    });
    let wide = format!("{columns}\n1,1,4,job{}\n", ",".repeat(10_000));
    let gigantic = format!("{SPELLS}1,5,5,\"{}\"\n", "x".repeat(64 << 20));
    let field = format!("{SPELLS}{}\n", "9".repeat(16 << 20));
    let commas = format!("{SPELLS}{}\n", ",".repeat(4 << 20));
    let header = "x".repeat(8 << 20);
    let quotes = "\"".repeat(1 << 20);
    for (what, bytes) in [
        ("nothing", Vec::new()),
        ("a byte order mark alone", vec![0xEF, 0xBB, 0xBF]),
        ("one line break", b"\n".to_vec()),
        ("line breaks alone", vec![b'\n'; 1 << 20]),
        ("zero bytes", vec![0; 1 << 16]),
        (
            "a zero byte in a cell",
            SPELLS.replace("home", "ho\0me").into_bytes(),
        ),
        ("UTF-16", utf16(SPELLS)),
        (
            "UTF-16 of the other order",
            SPELLS.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        ),
        (
            "old line endings of a Mac",
            SPELLS.replace('\n', "\r").into_bytes(),
        ),
        ("a gigantic field in quotes", gigantic.into_bytes()),
        ("a gigantic field", field.into_bytes()),
        ("four million cells in a row", commas.into_bytes()),
        ("a gigantic header", header.into_bytes()),
        ("quotes alone", quotes.into_bytes()),
        (
            "a quote that stays open",
            SPELLS.replace("1,1,4", "\"1,1,4").into_bytes(),
        ),
        (
            "random bytes",
            (0..100_000_u32)
                .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
                .collect(),
        ),
        (
            "a Parquet file by another name",
            b"PAR1\x15\x04\x15\x10PAR1".to_vec(),
        ),
        (
            "weeks past all weeks",
            SPELLS
                .replace(",4,job", ",9223372036854775807,job")
                .into_bytes(),
        ),
        (
            "weeks before all weeks",
            SPELLS
                .replace(",1,4", ",-9223372036854775808,4")
                .into_bytes(),
        ),
        (
            "weeks of 2 to the 31",
            SPELLS
                .replace(",1,4", ",2147483647,2147483648")
                .into_bytes(),
        ),
        (
            "reversed weeks",
            SPELLS.replace(",1,4", ",4,1").into_bytes(),
        ),
        ("no number", SPELLS.replace(",1,4", ",NaN,inf").into_bytes()),
        (
            "a number of a thousand powers",
            SPELLS.replace(",1,4", ",1e999,1e-999").into_bytes(),
        ),
        (
            "cut off in a cell",
            SPELLS.as_bytes()[..SPELLS.len() - 3].to_vec(),
        ),
    ] {
        assert_refused(what, &of("spells.csv", &bytes), &[0, 4]);
        assert_refused(what, &of("persons.csv", bytes), &[4]);
    }
    // Columns that nobody asks for are no mistake.
    let said = bounded(&of("spells.csv", wide), &["validate", "study.toml"]);
    assert_eq!(said.code, Some(4), "{}", said.err);
}

#[test]
fn files_of_other_formats_that_are_none_are_refused() {
    let starts: [(&str, &[u8]); 6] = [
        ("parquet", b"PAR1"),
        ("dta", b"<stata_dta><header><release>118</release><byteorder>LSF</byteorder><K>\xFF\xFF</K><N>\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF</N>"),
        ("xpt", b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!000000000000000000000000000000  "),
        ("sas7bdat", b"\0\0\0\0\0\0\0\0\0\0\0\0\xc2\xea\x81\x60\xb3\x14\x11\xcf\xbd\x92\x08\0\x09\xc7\x31\x8c\x18\x1f\x10\x11"),
        ("csv.gz", b"\x1f\x8b\x08\0\0\0\0\0\0\xff"),
        ("csv.zst", b"\x28\xb5\x2f\xfd\xff\xff\xff\xff\xff\xff\xff\xff\xff"),
    ];
    for (ending, start) in starts {
        let tails = [
            Vec::new(),
            vec![0; 4096],
            vec![0xFF; 4096],
            b"PAR1".repeat(100),
        ];
        for tail in tails {
            let name = format!("spells.{ending}");
            let scratch = of(&name, [start, &tail].concat());
            scratch.write("study.toml", STUDY.replace("spells.csv", &name));
            assert_refused(&name, &scratch, &[4]);
        }
    }
}

/// What fuzzing found: statistics of a Parquet file that lack a value, over which its reader panics.
#[test]
fn a_parquet_file_over_which_its_reader_panics_is_damaged() {
    let damaged = repository("tests/fuzz/found/statistics-without-a-value.parquet");
    let scratch = of(
        "spells.parquet",
        std::fs::read(damaged).expect("the file that was found"),
    );
    scratch.write("study.toml", STUDY.replace("spells.csv", "spells.parquet"));
    assert_refused("damaged statistics", &scratch, &[4]);
    let said = scratch.run(&["validate", "study.toml"]);
    assert!(said.err.contains("(RV0210)"), "{}", said.err);
}

/// What fuzzing found: a Stata file of ten million rows and no variable, each block of which was looked for in the file. Here
/// it has two thousand million.
#[test]
fn rows_without_a_variable_are_not_looked_for() {
    let found = repository("tests/fuzz/found/rows-without-a-variable.dta");
    let mut bytes = std::fs::read(found).expect("the file that was found");
    bytes[6..10].copy_from_slice(&[0x7F, 0xFF, 0xFF, 0xFF]);
    let scratch = of("spells.dta", bytes);
    scratch.write("study.toml", STUDY.replace("spells.csv", "spells.dta"));
    let start = std::time::Instant::now();
    assert_refused("no variables", &scratch, &[4]);
    assert!(start.elapsed().as_secs() < 30, "{:?}", start.elapsed());
}

/// What fuzzing found: a page of a Parquet file that claims to hold fewer than no values, which was taken for room for all the
/// numbers there are.
#[test]
fn a_page_of_less_than_nothing_is_refused() {
    let found = repository("tests/fuzz/found/page-of-less-than-nothing.parquet");
    let bytes = std::fs::read(found).expect("the file that was found");
    let scratch = of("spells.parquet", bytes);
    let said = scratch.run(&["preview", "spells.parquet"]);
    assert_eq!(said.code, Some(4), "{}", said.err);
    assert!(said.err.contains("cannot be decoded"), "{}", said.err);
}

/// Three hundred megabytes of one row again and again, in a file of half a megabyte.
#[test]
fn a_packed_file_that_grows_without_end_stays_within_the_bound() {
    let rows = "1,1,4,job\n".repeat(100_000);
    let mut packed = Vec::new();
    let start = flate2::write::GzEncoder::new(&mut packed, flate2::Compression::best());
    let mut encoder = start;
    encoder.write_all(b"id,start,end,state\n").expect("memory");
    for _ in 0..300 {
        encoder.write_all(rows.as_bytes()).expect("memory");
    }
    encoder.finish().expect("memory");
    assert!(packed.len() < 700_000, "{} bytes", packed.len());
    let scratch = of("spells.csv.gz", packed);
    scratch.write("study.toml", STUDY.replace("spells.csv", "spells.csv.gz"));
    assert_refused("a bomb", &scratch, &[4]);
}

#[test]
fn claims_prices_and_scenarios_that_nobody_would_write_are_refused() {
    let scratch = trial();
    assert_eq!(
        bounded(&scratch, &["run", "study.toml", "--out", "result"]).code,
        Some(0)
    );
    let deep = format!("x = {}", "[".repeat(20_000));
    for text in [
        &b""[..],
        b"\0\0",
        &[0xFF, 0xFE, 0x5B, 0],
        deep.as_bytes(),
        b"[[claim]]\nvalue = nan\n",
    ] {
        scratch.write("hostile.toml", text);
        let before: Vec<String> = scratch.files().into_keys().collect();
        for arguments in [
            &["check", "result", "--against", "hostile.toml"][..],
            &[
                "cba",
                "result",
                "--prices",
                "hostile.toml",
                "--out",
                "priced",
            ],
            &["simulate", "hostile.toml", "--out", "simulated"],
        ] {
            let said = bounded(&scratch, arguments);
            assert!(
                matches!(said.code, Some(3 | 4) | None) && said.code.is_some() || text.is_empty(),
                "{arguments:?}: {said:?}"
            );
            assert!(!said.err.contains("RV0000"), "{arguments:?}: {}", said.err);
            let after: Vec<String> = scratch.files().into_keys().collect();
            assert_eq!(before, after, "{arguments:?}");
        }
    }
}
