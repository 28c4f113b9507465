//! `cba`: prices read with a study, put on a finished result again, and written as a sheet to edit.

use super::{STUDY, trial};
use crate::support::repository;
use crate::support::scratch::{Said, Scratch};
use crate::support::table::Table;
use rettevej::cost_benefit::CARDS;
use serde_json::Value;

const PRICES: &str = r#"[prices]
synthetic = true

[lines.production]
outcome = "hours"
kind = "resource"
to = "employer"
value = 240
unit = "DKK per hour"
price_year = 2012
basis = "factor"
source = "Made up: =cmd|' /C calc'!A0, \"<script>\" æøå"

[lines.wage]
outcome = "hours"
kind = "transfer"
from = "employer"
to = "participant"
value = 200
unit = "DKK per hour"
price_year = 2012
basis = "factor"
source = "Made up"

[lines.visits]
outcome = "meetings"
kind = "resource"
from = "municipality"
value = 412.5
unit = "DKK per meeting"
price_year = 2012
basis = "factor"
source = "Made up"
programme = true

[lines.overhead]
per = "person"
kind = "resource"
from = "municipality"
value = 100
unit = "DKK per person"
price_year = 2012
basis = "factor"
source = "Made up"
programme = true
"#;

fn priced() -> Scratch {
    let scratch = trial();
    let money = "\n[cost_benefit]\nprices = \"prices.toml\"\n";
    scratch.write("study.toml", format!("{STUDY}{money}"));
    scratch.write("prices.toml", PRICES);
    let said = scratch.run(&["run", "study.toml", "--out", "result"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    scratch
}

#[track_caller]
fn fine(said: &Said) {
    assert_eq!(said.code, Some(0), "{}", said.err);
}

/// Whether a number is one of the money.
fn is_money(estimand: &str) -> bool {
    CARDS.iter().any(|card| card.slug == estimand)
}

/// Whether it needs the draws, so that it is not made outside.
fn is_drawn(estimand: &str) -> bool {
    [
        "surplus_share",
        "acceptability",
        "value_of_information",
        "highest_price",
    ]
    .contains(&estimand)
}

/// Lines of a CSV of estimates without and with the money.
fn parts(csv: &str) -> (Vec<&str>, Vec<&str>) {
    csv.lines().partition(|line| {
        let estimand = line.split(',').nth(1).unwrap_or_default();
        !is_money(estimand)
    })
}

#[test]
fn the_same_prices_give_the_same_points_and_every_other_number_stays() {
    let scratch = priced();
    for form in ["toml", "csv", "xlsx"] {
        let file = format!("again.{form}");
        fine(&scratch.run(&["cba", "result", "--write-prices", &file]));
        let out = format!("out-{form}");
        let said = scratch.run(&[
            "cba",
            "result/report.html",
            "--prices",
            &file,
            "--out",
            &out,
        ]);
        fine(&said);
        assert!(
            said.out.contains("Priserne er dem, resultatet har"),
            "{}",
            said.out
        );
        let (before, after) = (
            scratch.read("result/estimates.csv"),
            scratch.read(&format!("{out}/estimates.csv")),
        );
        assert_eq!(parts(&before).0, parts(&after).0, "{form}");
        let (before, after) = (Table::parse(&before), Table::parse(&after));
        let money = |table: &Table, column: &str| -> Vec<(String, String)> {
            table
                .rows()
                .filter(|r| is_money(r.get("estimand")) && !is_drawn(r.get("estimand")))
                .filter(|r| r.get("subgroup") == "all")
                .map(|r| {
                    (
                        format!("{} {} {}", r.get("estimand"), r.get("item"), r.get("week")),
                        r.get(column).to_owned(),
                    )
                })
                .collect()
        };
        assert!(money(&before, "estimate").len() > 12);
        for column in ["estimate", "std_error"] {
            assert_eq!(
                money(&before, column),
                money(&after, column),
                "{form} {column}"
            );
        }
        for row in after.rows().filter(|r| r.get("estimand") == "net_benefit") {
            if row.get("conf_low").is_empty() {
                continue;
            }
            let number = |column: &str| row.get(column).parse::<f64>().expect("a number");
            let half = (number("conf_high") - number("conf_low")) / 2.0;
            assert!((half / number("std_error") - 1.959_963_984_540_054).abs() < 1e-9);
            assert!(row.get("interval_method").starts_with("normal"));
        }
        // The same prices are the same bytes, but for what is said of the money.
        let bundle: Value =
            serde_json::from_str(&scratch.read(&format!("{out}/bundle.json"))).expect("JSON");
        let codes: Vec<&str> = bundle["findings"]
            .as_array()
            .expect("findings")
            .iter()
            .filter_map(|f| f["code"].as_str())
            .collect();
        assert_eq!(
            codes.iter().filter(|c| **c == "RV0924").count(),
            1,
            "{codes:?}"
        );
    }
}

#[test]
fn other_prices_are_told_line_by_line_and_add_up() {
    let scratch = priced();
    let other = PRICES
        .replace("value = 240", "value = 260.5")
        .replace("[lines.overhead]", "[lines.rent]")
        .replace(
            "from = \"employer\"\nto = \"participant\"",
            "from = \"employer\"\nto = \"state\"",
        );
    scratch.write("other.toml", &other);
    let ask = [
        "cba",
        "result",
        "--prices",
        "other.toml",
        "--language",
        "en",
    ];
    let said = scratch.run(&ask);
    fine(&said);
    for part in [
        "price 240 → 260.5",
        "new line",
        "line is gone",
        "Employer → Participant → Employer → State",
        "Estimated ",
        "normal intervals",
    ] {
        assert!(said.out.contains(part), "{part}: {}", said.out);
    }
    let json = scratch.run(&[&ask[..], &["--json"]].concat());
    fine(&json);
    let answer: Value = serde_json::from_str(&json.out).expect("JSON");
    let lines = answer["lines"].as_array().expect("lines");
    let sum: f64 = lines.iter().filter_map(|l| l["difference"].as_f64()).sum();
    let society = &answer["accounts"][0];
    assert_eq!(society["account"], "society");
    let estimate = |when: &str| society[when]["estimate"].as_f64().expect("a number");
    assert!((sum - (estimate("now") - estimate("before"))).abs() < 1e-9);
    assert!(
        lines
            .iter()
            .any(|l| l["changed"] == serde_json::json!(["gone"]))
    );
    assert!(
        lines
            .iter()
            .any(|l| l["changed"] == serde_json::json!(["value"]))
    );
    assert_eq!(scratch.run(&ask).out, said.out);
}

#[test]
fn two_price_files_are_held_against_each_other_and_not_against_those_of_the_result() {
    let scratch = priced();
    scratch.write("low.toml", PRICES.replace("value = 240", "value = 230"));
    scratch.write("high.toml", PRICES.replace("value = 240", "value = 260"));
    let ask = ["cba", "result", "--prices", "low.toml", "--prices"];
    let said = scratch.run(&[&ask[..], &["high.toml", "--language", "en"]].concat());
    fine(&said);
    assert!(said.out.contains("price 230 → 260"), "{}", said.out);
    let json = scratch.run(&[&ask[..], &["high.toml", "--json", "--participants", "500"]].concat());
    fine(&json);
    let answer: Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!(answer["prices"]["participants"], 500);
    let lines = answer["lines"].as_array().expect("lines");
    let sum: f64 = lines.iter().filter_map(|l| l["difference"].as_f64()).sum();
    let society = &answer["accounts"][0];
    let estimate = |when: &str| society[when]["estimate"].as_f64().expect("a number");
    assert!(sum != 0.0 && (sum - (estimate("now") - estimate("before"))).abs() < 1e-9);
    // Every other number of the money is told too, with what it was.
    let figures = answer["figures"].as_array().expect("figures");
    let of = |estimand: &str| {
        let mut own = figures.iter().filter(|f| f["estimand"] == estimand);
        own.next().unwrap_or_else(|| panic!("no {estimand}"))
    };
    for estimand in [
        "programme_cost",
        "outlay",
        "saving",
        "break_even_price",
        "ledger_line",
    ] {
        assert!(of(estimand)["before"].is_object(), "{estimand}");
    }
    assert_eq!(of("accounts_balance")["now"]["estimate"], 0.0);
    let three = scratch.run(&[&ask[..], &["high.toml", "--prices", "low.toml"]].concat());
    assert_eq!(three.code, Some(2), "{}", three.err);
}

#[test]
fn a_report_alone_becomes_an_english_one_with_other_prices() {
    let scratch = priced();
    let alone = Scratch::new();
    alone.write("report.html", scratch.bytes("result/report.html"));
    alone.write("other.toml", PRICES.replace("value = 240", "value = 300"));
    let ask = ["cba", "report.html", "--prices", "other.toml", "--out"];
    fine(&alone.run(&[&ask[..], &["new.html", "--language", "en"]].concat()));
    let page = alone.read("new.html");
    assert!(page.contains("<html lang=\"en\""), "{}", &page[..200]);
    assert!(page.contains("300") && !page.contains("<script>\" æøå"));
    // What was written can be priced and told again.
    fine(&alone.run(&[
        "cba",
        "new.html",
        "--prices",
        "other.toml",
        "--out",
        "b.json",
    ]));
    fine(&alone.run(&[
        "report",
        "b.json",
        "--language",
        "en",
        "--out",
        "again.html",
    ]));
    let said = alone.run(&[&ask[..], &["new.html"]].concat());
    assert_eq!(said.code, Some(7), "{}", said.err);
    fine(&alone.run(&[&ask[..], &["new.html", "--force"]].concat()));
}

/// What leaves with other prices is signed as what leaves first, and has the files of the house that the study names.
#[test]
fn a_result_with_other_prices_is_signed_and_keeps_to_the_site() {
    let scratch = trial();
    let money = "\n[cost_benefit]\nprices = \"prices.toml\"\n";
    let table = "[disclosure]\n";
    assert!(STUDY.contains(table));
    let site = format!("{table}site = \"dst\"\n");
    scratch.write("study.toml", STUDY.replace(table, &site) + money);
    scratch.write("prices.toml", PRICES);
    scratch.write("other.toml", PRICES.replace("value = 240", "value = 300"));
    fine(&scratch.run(&["run", "study.toml", "--out", "result"]));
    let key = |ending: &str| {
        let file = repository(&format!("fixtures/reference/minisign/fixture.{ending}"));
        file.to_string_lossy().into_owned()
    };
    let (secret, public) = (key("key"), key("pub"));
    let ask = ["cba", "result", "--prices", "other.toml", "--sign", &secret];
    for out in ["again", "page.html"] {
        fine(&scratch.run(&[&ask[..], &["--out", out]].concat()));
        fine(&scratch.run(&["verify", out, "--signature", &public]));
    }
    let files: Vec<String> = scratch.files().into_keys().collect();
    let written = |name: &str| files.contains(&format!("again/{name}"));
    assert!(written("bundle.txt") && written("bundle.minisig.txt") && written("report.html"));
    assert!(
        !written("bundle.json") && !written("estimates.csv"),
        "{files:?}"
    );
    for out in [&[][..], &["--out", "b.json"]] {
        let said = scratch.run(&[&ask[..], out].concat());
        assert_eq!(said.code, Some(2), "{}", said.err);
        assert!(!scratch.files().contains_key("b.json"));
    }
    // A sheet of prices has no signature, and says so instead of leaving it out.
    let sheet = [
        "cba",
        "result",
        "--write-prices",
        "p.toml",
        "--sign",
        &secret,
    ];
    assert_eq!(scratch.run(&sheet).code, Some(2));
    assert!(!scratch.files().contains_key("p.toml"));
}

#[test]
fn a_result_without_quantities_names_the_remedy() {
    let scratch = trial();
    fine(&scratch.run(&["run", "study.toml", "--out", "result"]));
    scratch.write("prices.toml", PRICES);
    for ask in [["--prices", "prices.toml"], ["--write-prices", "p.toml"]] {
        let said = scratch.run(&[&["cba", "result"], &ask[..]].concat());
        assert_eq!(said.code, Some(4), "{}", said.err);
        assert!(
            said.err.contains("RV0917") && said.err.contains("[cost_benefit]"),
            "{}",
            said.err
        );
    }
}

#[test]
fn a_result_without_prices_gives_a_sheet_to_fill_in() {
    let scratch = trial();
    scratch.write("study.toml", format!("{STUDY}\n[cost_benefit]\n"));
    fine(&scratch.run(&["run", "study.toml", "--out", "result"]));
    for form in ["toml", "csv", "xlsx"] {
        let file = format!("empty.{form}");
        let said = scratch.run(&["cba", "result", "--write-prices", &file]);
        fine(&said);
        assert!(said.err.contains("fill in"), "{}", said.err);
        let said = scratch.run(&["cba", "result", "--prices", &file]);
        assert_eq!(said.code, Some(3), "{}", said.err);
        assert!(
            said.err.contains("RV0909") && said.err.contains("RV0904"),
            "{}",
            said.err
        );
    }
    let filled = scratch
        .read("empty.toml")
        .replace("# value =", "value = 10")
        .replace("# unit =", "unit = \"DKK\"")
        .replace("# price_year =", "price_year = 2012")
        .replace("# source =", "source = \"Made up\"");
    scratch.write("full.toml", filled);
    let said = scratch.run(&["cba", "result", "--prices", "full.toml", "--language", "en"]);
    fine(&said);
    assert!(said.out.contains("nothing to compare with"), "{}", said.out);
}

#[test]
fn bad_prices_are_told_with_their_place_by_every_command() {
    let scratch = priced();
    scratch.write(
        "prices.toml",
        PRICES
            .replace(
                "outcome = \"hours\"\nkind = \"resource\"",
                "outcome = \"huors\"\nkind = \"resource\"",
            )
            .replace("source = \"Made up\"\nprogramme", "programme"),
    );
    for ask in [
        &["validate", "study.toml"][..],
        &["run", "study.toml", "--out", "new"],
        &["cba", "result", "--prices", "prices.toml"],
    ] {
        let said = scratch.run(ask);
        assert_eq!(said.code, Some(3), "{ask:?}: {}", said.err);
        for part in [
            "prices.toml:5:",
            "no outcome `huors`",
            "hint: write `hours`",
            "the price has no source",
            "RV0909",
        ] {
            assert!(said.err.contains(part), "{part}: {}", said.err);
        }
        assert!(!said.err.contains(&scratch.way()));
    }
    let json = scratch.run(&["validate", "study.toml", "--json"]);
    assert_eq!(json.code, Some(3));
    assert!(json.out.contains("RV0908"), "{}", json.out);
    let said = scratch.run(&["cba", "result", "--prices", "nothing.toml"]);
    assert_eq!(said.code, Some(3));
    assert!(said.err.contains("RV0901"), "{}", said.err);
    assert_eq!(scratch.run(&["cba", "result"]).code, Some(2));
    let said = scratch.run(&["cba", "result", "--write-prices", "p.ods"]);
    assert_eq!(said.code, Some(2));
}

#[test]
fn validate_tells_of_the_prices_and_warns_of_what_is_added_as_it_stands() {
    let scratch = priced();
    let mixed = PRICES.replacen("price_year = 2012", "price_year = 2010", 1);
    scratch.write("prices.toml", mixed);
    let said = scratch.run(&["validate", "study.toml"]);
    fine(&said);
    assert!(
        said.out
            .contains("prices.toml: 4 lines in DKK, price level 2010 to 2012, synthetic"),
        "{}",
        said.out
    );
    assert!(
        said.out.contains("[cost_benefit]\nanalysis = "),
        "{}",
        said.out
    );
    assert!(said.err.contains("RV0920"), "{}", said.err);
}
