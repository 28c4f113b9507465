//! The draw of lots: the same as in a second program written from its description, the same for any order of rows and file
//! format, and replayed by `validate` and `run`.

use crate::support::repository;
use crate::support::scratch::Scratch;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

const FOLDER: &str = "fixtures/reference/lots";

fn fixture(name: &str) -> String {
    let path = repository(FOLDER).join(name);
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn randomize(scratch: &Scratch, study: &str, out: &str) -> String {
    let said = scratch.run(&["randomize", study, "--out", out]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.err.contains("stays inside"), "{}", said.err);
    scratch.read(out)
}

#[test]
fn the_draw_is_that_of_the_second_program() {
    for case in ["blocked", "simple", "clusters"] {
        let scratch = Scratch::with(&[
            ("list.csv", &fixture("list.csv")),
            ("study.toml", &fixture(&format!("{case}.toml"))),
        ]);
        let drawn = randomize(&scratch, "study.toml", "drawn.csv");
        assert_eq!(drawn, fixture(&format!("{case}.csv")), "{case}");
    }
}

#[test]
fn the_draw_knows_nothing_of_rows_and_formats() {
    let sorted = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines[1..].sort();
        lines
    };
    for case in ["blocked", "simple", "clusters"] {
        let scratch = Scratch::with(&[("study.toml", &fixture(&format!("{case}.toml")))]);
        let list = fixture("list.csv");
        let mut lines: Vec<&str> = list.lines().collect();
        lines[1..].reverse();
        // A Danish spreadsheet, padded numbers, Windows line ends.
        let rows: Vec<String> = lines
            .iter()
            .map(|line| {
                let (id, rest) = line.split_once(',').expect("columns");
                let id = id
                    .parse::<u32>()
                    .map_or(id.to_owned(), |id| format!("{id}.0"));
                format!("{id},{rest}").replace(',', ";").replace(".0", ",0")
            })
            .collect();
        scratch.write("list.csv", format!("\u{feff}{}\r\n", rows.join("\r\n")));
        let drawn = randomize(&scratch, "study.toml", "drawn.csv");
        assert_eq!(
            sorted(&drawn),
            sorted(&fixture(&format!("{case}.csv"))),
            "{case}"
        );
    }
}

/// A study that evaluates the drawn list.
const REST: &str = r#"
[spells]
file = "spells.csv"
person = "id"
start = "start"
end = "end"
state = "state"

[outcomes.job]
kind = "weeks_in"
states = "job"

[resampling]
replicates = 0

[disclosure]
min_cell = 1

[report]
formats = ["md"]
"#;

fn evaluated() -> Scratch {
    let study = fixture("blocked.toml").replace("list.csv", "persons.csv");
    let study = study.replace("[study]\n", "[study]\nhorizon = 2\n");
    let study = study.replace("id = \"id\"\n", "id = \"id\"\narm = \"arm\"\n");
    let persons = fixture("blocked.csv");
    let mut spells = "id,start,end,state\n".to_owned();
    for line in persons.lines().skip(1) {
        let id = line.split(',').next().expect("an identifier");
        writeln!(spells, "{id},1,2,job").expect("writing to memory");
    }
    Scratch::with(&[
        ("study.toml", &format!("{study}{REST}")),
        ("persons.csv", &persons),
        ("spells.csv", &spells),
    ])
}

#[test]
fn validate_replays_the_draw_and_run_tells_it_to_the_reader() {
    let scratch = evaluated();
    let said = scratch.run(&["validate", "study.toml"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.err.contains("RV1004") && said.err.contains("each of the 61 persons"));
    let said = scratch.run(&["run", "study.toml", "--out", "result"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(scratch.read("result/bundle.json").contains("RV1004"));
    assert!(scratch.read("result/report.md").contains("RV1004"));
}

#[test]
fn persons_who_were_moved_are_counted_and_never_named() {
    let scratch = evaluated();
    let persons = scratch.read("persons.csv");
    let moved = persons.replacen("583,Birkelund,k,samtale", "583,Birkelund,k,kontrol", 1);
    assert_ne!(persons, moved);
    scratch.write("persons.csv", moved);
    let said = scratch.run(&["validate", "study.toml"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    for part in [
        "RV1003",
        "1 of 61 persons",
        "1 drawn as `samtale` stand as `kontrol`",
        "Birkelund / k (1)",
    ] {
        assert!(said.err.contains(part), "{part}: {}", said.err);
    }
    assert!(!said.err.contains("583"), "{}", said.err);
    // Another seed is another draw: many differ.
    let study = scratch.read("study.toml");
    scratch.write("study.toml", study.replace("20130901", "20130902"));
    let said = scratch.run(&["validate", "study.toml", "--json"]);
    assert!(said.out.contains("RV1003"), "{}", said.out);
}

#[test]
fn shares_that_do_not_fit_are_refused() {
    let list = fixture("list.csv");
    let study = fixture("blocked.toml");
    let strata = study.find("[randomisation.strata").expect("strata");
    let cases: [(&str, &str, &str, i32); 8] = [
        ("seed = 20130901", "", "RV0142", 3),
        (
            "",
            "[randomisation.strata.Nowhere]\nratio = { kontrol = 1, brev = 1, samtale = 1 }",
            "RV1001",
            4,
        ),
        (
            "",
            "[randomisation.strata.\"Egeø / m\"]\ncounts = { kontrol = 1, brev = 1, samtale = 1 }",
            "RV1002",
            4,
        ),
        (
            "seed = 20130901",
            "seed = 1\nratio = { kontrol = 1, brev = 1 }",
            "RV0140",
            3,
        ),
        (
            "seed = 20130901",
            "seed = 1\nratio = { kontrol = 1, brev = 1, samtale = 1, ekstra = 1 }",
            "RV0109",
            3,
        ),
        (
            "seed = 20130901",
            "seed = 1\nprobabilities = { kontrol = 0.3, brev = 0.3, samtale = 0.3 }",
            "RV0140",
            3,
        ),
        (
            "seed = 20130901",
            "seed = 1\nratio = { kontrol = 1, brev = 1, samtale = 1 }\ncounts = { kontrol = 1, brev = 1, samtale = 1 }",
            "RV0118",
            3,
        ),
        (
            "seed = 20130901",
            "seed = 1\nmethod = \"adaptive\"",
            "RV0106",
            3,
        ),
    ];
    for (from, to, code, exit) in cases {
        let mut text = study[..strata].to_owned();
        if from.is_empty() {
            text += to;
        } else {
            text = text.replace(from, to);
        }
        let scratch = Scratch::with(&[("list.csv", &list), ("study.toml", &text)]);
        let said = scratch.run(&["randomize", "study.toml", "--out", "drawn.csv"]);
        assert!(said.err.contains(code), "{code}: {}", said.err);
        assert_eq!(said.code, Some(exit), "{code}: {}", said.err);
        assert!(!scratch.path("drawn.csv").exists());
    }
}

#[test]
fn a_list_is_not_written_over_and_one_without_identifiers_is_refused() {
    let scratch = Scratch::with(&[
        ("list.csv", &fixture("list.csv")),
        ("study.toml", &fixture("simple.toml")),
    ]);
    randomize(&scratch, "study.toml", "drawn.csv");
    let said = scratch.run(&["randomize", "study.toml", "--out", "drawn.csv"]);
    assert_eq!(said.code, Some(7), "{}", said.err);
    let said = scratch.run(&["randomize", "study.toml", "--out", "drawn.csv", "--force"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    scratch.write(
        "study.toml",
        fixture("simple.toml").replace("id = \"id\"", "id = \"#row\""),
    );
    let said = scratch.run(&["randomize", "study.toml", "--out", "other.csv"]);
    assert_eq!(said.code, Some(4), "{}", said.err);
    assert!(said.err.contains("RV1005"), "{}", said.err);
}

#[test]
fn the_second_program_writes_what_is_committed() {
    // Only where there is a Python to ask.
    let scratch = Scratch::new();
    let script = repository(FOLDER).join("draw.py");
    let ran = std::process::Command::new("python3")
        .arg(&script)
        .current_dir(scratch.path(""))
        .status();
    match ran {
        Ok(status) if status.success() => {
            for name in ["list.csv", "blocked.csv", "simple.csv", "clusters.csv"] {
                assert_eq!(scratch.read(name), fixture(name), "{name}");
            }
        }
        _ => println!(
            "skipped: there is no python3 to run {}",
            Path::new(FOLDER).display()
        ),
    }
}

#[test]
fn the_lots_are_told_by_validate_the_rows_and_the_report() {
    let scratch = evaluated();
    let study = scratch
        .read("study.toml")
        .replace("id = \"id\"\n", "id = \"id\"\nsubgroups = \"sex\"\n");
    scratch.write(
        "study.toml",
        study.replace("strata = [\"site\", \"sex\"]", "strata = \"site\""),
    );
    let said = scratch.run(&["validate", "study.toml"]);
    assert_eq!(
        said.code,
        Some(4),
        "shares of a stratum that is gone: {}",
        said.err
    );
    let study = scratch
        .read("study.toml")
        .replace("\"Egeø / m\"", "\"Egeø\"");
    scratch.write("study.toml", study);
    let said = scratch.run(&["validate", "study.toml"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    for part in [
        "Lots",
        "all covariates, lots drawn again",
        "smallest p of the sizes in 3 strata",
    ] {
        assert!(said.out.contains(part), "{part}: {}", said.out);
    }
    let said = scratch.run(&["run", "study.toml", "--out", "result"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let report = scratch.read("result/report.md");
    for part in [
        "Lodtrækning og balance",
        "Samlet prøve af alle grupper",
        "Fulgt til uge 2",
    ] {
        assert!(report.contains(part), "{part}: {report}");
    }
    let shown = scratch.run(&["show", "result", "--estimand", "balance_difference"]);
    assert_eq!(shown.code, Some(0), "{}", shown.err);
    assert!(shown.out.contains("sex: m"), "{}", shown.out);
    let english = scratch.run(&["report", "result", "--language", "en", "--format", "md"]);
    assert!(
        english.out.contains("Randomisation and balance"),
        "{}",
        english.out
    );
    let explained = scratch.run(&["explain", "balance_test"]);
    assert!(
        explained.out.contains("Hansen and Bowers"),
        "{}",
        explained.out
    );
}

/// What randomizr's vignette asks of each case: strata, clusters and shares of `[persons]` and `[randomisation]`, and what each
/// arm has of a stratum on the average.
struct Documented {
    case: &'static str,
    arms: usize,
    persons: &'static str,
    shares: &'static str,
    parts: fn(&str) -> Vec<f64>,
}

const HAIR: &str = "strata = [\"hair\"]";

fn equal_parts<const ARMS: usize>(_: &str) -> Vec<f64> {
    vec![1.0; ARMS]
}

const DOCUMENTED: [Documented; 9] = [
    Documented {
        case: "complete",
        arms: 2,
        persons: "",
        shares: "",
        parts: equal_parts::<2>,
    },
    Documented {
        case: "complete m = 200",
        arms: 2,
        persons: "",
        shares: "counts = { a = 392, b = 200 }",
        parts: |_| vec![392.0, 200.0],
    },
    Documented {
        case: "complete three arms",
        arms: 3,
        persons: "",
        shares: "",
        parts: equal_parts::<3>,
    },
    Documented {
        case: "complete m_each",
        arms: 3,
        persons: "",
        shares: "counts = { a = 100, b = 200, c = 292 }",
        parts: |_| vec![100.0, 200.0, 292.0],
    },
    Documented {
        case: "block",
        arms: 2,
        persons: HAIR,
        shares: "",
        parts: equal_parts::<2>,
    },
    Documented {
        case: "block three arms",
        arms: 3,
        persons: HAIR,
        shares: "",
        parts: equal_parts::<3>,
    },
    Documented {
        case: "block prob_each",
        arms: 2,
        persons: HAIR,
        shares: "probabilities = { a = 0.3, b = 0.7 }",
        parts: |_| vec![0.3, 0.7],
    },
    Documented {
        case: "block block_m_each",
        arms: 2,
        persons: HAIR,
        shares: "[randomisation.strata.Black]\ncounts = { a = 78, b = 30 }\n\
                 [randomisation.strata.Brown]\ncounts = { a = 186, b = 100 }\n\
                 [randomisation.strata.Red]\ncounts = { a = 51, b = 20 }\n\
                 [randomisation.strata.Blond]\ncounts = { a = 87, b = 40 }",
        parts: |stratum| match stratum {
            "Black" => vec![78.0, 30.0],
            "Brown" => vec![186.0, 100.0],
            "Red" => vec![51.0, 20.0],
            _ => vec![87.0, 40.0],
        },
    },
    Documented {
        case: "cluster m_each",
        arms: 3,
        persons: "cluster = \"cluster\"",
        shares: "counts = { a = 5, b = 15, c = 12 }",
        parts: |_| vec![5.0, 15.0, 12.0],
    },
];

/// Randomised units by stratum and arm of a drawn list.
fn dealt(drawn: &str, is_blocked: bool, is_clustered: bool) -> BTreeMap<(String, String), usize> {
    let mut units = BTreeSet::new();
    let head: Vec<&str> = drawn.lines().next().expect("a head").split(',').collect();
    let place = |name: &str| head.iter().position(|h| *h == name).expect("a column");
    for line in drawn.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let stratum = if is_blocked { cells[place("hair")] } else { "" };
        let unit = cells[place(if is_clustered { "cluster" } else { "id" })];
        units.insert((
            stratum.to_owned(),
            cells[place("arm")].to_owned(),
            unit.to_owned(),
        ));
    }
    let mut counts = BTreeMap::new();
    for (stratum, arm, _) in units {
        *counts.entry((stratum, arm)).or_insert(0) += 1;
    }
    counts
}

#[test]
fn the_numbers_of_each_arm_are_those_that_randomizr_documents() {
    let folder = repository("fixtures/reference/randomizr");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("a fixture");
    let documented = read("documented.csv");
    let mut compared = 0;
    for each in &DOCUMENTED {
        let arms = &["a", "b", "c"][..each.arms];
        let study = format!(
            "[study]\nname = \"t\"\n[arms]\ncontrol = \"a\"\ntreatment = [\"{}\"]\n[persons]\nfile = \"persons.csv\"\nid = \"id\"\n{}\n\
             [randomisation]\nseed = 343\n{}\n",
            arms[1..].join("\", \""),
            each.persons,
            each.shares
        );
        let scratch = Scratch::with(&[
            ("study.toml", &study),
            ("persons.csv", &read("persons.csv")),
        ]);
        let drawn = randomize(&scratch, "study.toml", "drawn.csv");
        let counts = dealt(
            &drawn,
            each.persons == HAIR,
            each.persons.starts_with("cluster"),
        );
        for line in documented.lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            if cells[0] != each.case {
                continue;
            }
            let of = |arm: &str| counts[&(cells[1].to_owned(), arm.to_owned())];
            let units: usize = arms.iter().map(|arm| of(arm)).sum();
            let parts = (each.parts)(cells[1]);
            let arm = arms
                .iter()
                .position(|arm| *arm == cells[2])
                .expect("an arm");
            let exact = units as f64 * parts[arm] / parts.iter().sum::<f64>();
            let own = of(cells[2]) as f64;
            let theirs: f64 = cells[3].parse().expect("a number");
            // Both deal the whole number below or above, and exactly the number where it is one.
            for number in [own, theirs] {
                let nearest = (number - exact).abs() < 1.0 - 1e-9;
                assert!(nearest, "{line}: {own}, {exact} on the average");
            }
            if (exact - exact.round()).abs() < 1e-9 {
                assert_eq!(own, theirs, "{line}");
            }
            compared += 1;
        }
    }
    assert_eq!(compared, documented.lines().count() - 1);
}
