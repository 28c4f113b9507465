//! What stands beside the price of a line: official parameters, price levels, refunds, uncertainty.

use super::*;
use crate::cost_benefit::{indices, refunds, vintages};
use crate::study::prices::{Beyond, Extrapolation};

/// Everything a file can have beside its lines, and a refund; lines follow.
pub(super) const FULL: &str = r#"[prices]
title = "Alt"
synthetic = true
discounted_at = "end"
price_level = 2013

[vintage]
name = "house"
discount = [{ from_year = 0, rate = 0.04 }, { from_year = 35, rate = 0.03 }]
discount_source = "House rules"
tax_distortion = { value = 1.2, source = "House rules" }
net_tax_factor = { value = 1.325, source = "Recalled", assumed = true }

[deflator]
source = "Statistics Denmark"
index.2012 = 100
index.2013 = 101.5

[extrapolation]
rule = "fade_out"
weeks = 104
base = 13

[refunds.house]
rates = [
    { to = "2010H2", active = 0.65, passive = 0.35, source = "Law A" },
    { from = "2011H1", active = 0.5, passive = 0.3, source = "Law B" },
]

[lines.refund]
refund_of = "benefit"
rule = "house"
weeks = "active"
from = "state"
to = "municipality"
"#;

fn full() -> String {
    format!("{FULL}\n{}", &GOOD[GOOD.find("[lines").expect("lines")..])
}

/// Codes of what is found in the full file with one change; empty when it is read without a word.
fn found(from: &str, to: &str) -> Vec<&'static str> {
    let text = full();
    assert!(text.contains(from), "{from}");
    let findings = match toml(&text.replacen(from, to, 1)) {
        Ok(read) => read.findings,
        Err(error) => error.diagnostics,
    };
    findings.into_iter().map(|d| d.code).collect()
}

#[test]
fn everything_beside_the_lines_is_read() {
    let read = toml(&full()).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(read.findings, []);
    let prices = read.prices;
    let vintage = prices.vintage.as_ref().expect("a vintage");
    assert_eq!(vintage.name, "house");
    assert_eq!(
        (vintage.discount[1].from_year, vintage.discount[1].rate),
        (35, 0.03)
    );
    assert!(vintage.net_tax_factor.assumed && !vintage.tax_distortion.assumed);
    assert_eq!(prices.discounted_at, Moment::End);
    assert_eq!(prices.price_level, Some(2013));
    assert_eq!(
        prices.deflator.as_ref().map(|d| d.index[&2013]),
        Some(101.5)
    );
    let beyond = Extrapolation {
        rule: Beyond::FadeOut,
        weeks: 104,
        base: 13,
    };
    assert_eq!(prices.extrapolation, Some(beyond));
    assert_eq!(prices.refunds.len(), 1);
    assert_eq!(prices.refunds[0].rates[1].from.as_deref(), Some("2011H1"));
}

/// A refund has the quantity and the price of the line it refunds, wherever that stands in the file.
#[test]
fn a_refund_takes_all_else_from_its_line() {
    let prices = toml(&full()).expect("read").prices;
    let (refund, of) = (&prices.lines[0], &prices.lines[2]);
    assert_eq!(
        (refund.name.as_str(), of.name.as_str()),
        ("refund", "benefit")
    );
    let how = refund.refund.as_ref().expect("a refund");
    assert_eq!(
        (how.of.as_str(), how.rule.as_str(), how.weeks),
        ("benefit", "house", Activity::Active)
    );
    assert_eq!(refund.quantity, of.quantity);
    assert_eq!((refund.value, refund.price_year), (of.value, of.price_year));
    assert_eq!((&refund.unit, refund.basis), (&of.unit, of.basis));
    assert_eq!(
        refund.flow,
        Flow::Transfer {
            from: Party::State,
            to: Party::Municipality
        }
    );
    assert_eq!(refund.source, "refund rule `house`");
}

#[test]
fn shipped_parameters_and_rules_are_named() {
    let text = full();
    let start = text.find("[vintage]").expect("a table");
    let end = text.find("[deflator]").expect("a table");
    let named = text
        .replace(&text[start..end], "")
        .replace("price_level", "vintage = \"dk-fm-2013\"\nprice_level");
    let start = named.find("[refunds.house]").expect("a table");
    let end = named.find("[lines.refund]").expect("a line");
    let named = named
        .replace(&named[start..end], "")
        .replace("\"house\"", "\"dk-benefit\"");
    let prices = toml(&named).unwrap_or_else(|e| panic!("{e}")).prices;
    assert_eq!(prices.vintage, vintages::vintage("dk-fm-2013"));
    // A result carries the rates it was worked out with.
    assert_eq!(
        prices.refunds,
        [refunds::named("dk-benefit").expect("shipped")]
    );
    // The name says it all, so that a sheet has room for it.
    let text = to_toml(&prices);
    assert!(
        text.contains("vintage = \"dk-fm-2013\"") && !text.contains("[vintage]"),
        "{text}"
    );
    assert!(!text.contains("[[refunds"), "{text}");
    let mut bare = prices;
    bare.deflator = None;
    bare.price_level = None;
    bare.extrapolation = None;
    assert!(to_csv(&bare, Dialect::Plain).is_ok());
    // So does that of an index, and of participants there may be any number.
    bare.deflator = indices::named("dk-cpi");
    bare.price_level = Some(2013);
    bare.participants = Some(250_000);
    let refund = bare.lines.iter_mut().find_map(|l| l.refund.as_mut());
    refund.expect("a refund").weeks = Activity::Each;
    let text = to_toml(&bare);
    assert!(
        text.contains("price_index = \"dk-cpi\"") && !text.contains("[deflator]"),
        "{text}"
    );
    assert_eq!(toml(&text).expect("read").prices, bare);
    let sheet = to_csv(&bare, Dialect::Danish).expect("a sheet");
    assert!(
        sheet.contains("dk-cpi") && sheet.contains("250000") && sheet.contains("each"),
        "{sheet}"
    );
}

#[test]
fn what_a_sheet_has_no_room_for_is_named() {
    let prices = toml(&full()).expect("read").prices;
    let error = to_csv(&prices, Dialect::Danish).expect_err("refused");
    assert_eq!(error.class, Class::Write);
    let told = &error.diagnostics[0];
    assert_eq!(told.code, codes::ONLY_TOML);
    for what in [
        "an own vintage",
        "a deflator",
        "an extrapolation",
        "the refund rule `house`",
    ] {
        assert!(told.message.contains(what), "{}", told.message);
    }
    assert!(to_xlsx(&prices).is_err());
}

#[test]
fn every_rule_of_the_tables_has_its_code() {
    let refund = |key: &str| format!("weeks = \"active\"\n{key}");
    for (from, to, code) in [
        (
            "discounted_at = \"end\"",
            "discounted_at = \"late\"",
            codes::UNKNOWN_WORD,
        ),
        (
            "discounted_at = \"end\"",
            "vintage = \"dk-fm-2013\"",
            codes::VINTAGE,
        ),
        ("price_level = 2013\n", "", codes::MISSING),
        (
            "price_level = 2013",
            "price_level = 2013\nprice_index = \"dk-cpi\"",
            codes::TWICE,
        ),
        (
            "price_level = 2013",
            "price_level = 2013\nprice_index = \"cpi\"",
            codes::UNKNOWN_NAME,
        ),
        (
            "price_level = 2013",
            "price_level = 2013\nparticipants = 0",
            codes::BAD_VALUE,
        ),
        ("price_level = 2013", "price_level = 2014", codes::DEFLATOR),
        ("index.2012 = 100\n", "index.2011 = 99\n", codes::DEFLATOR),
        (
            "index.2012 = 100",
            "index.x = 100\nindex.2012 = 100",
            codes::BAD_VALUE,
        ),
        ("index.2012 = 100", "index.2012 = -1", codes::BAD_VALUE),
        ("source = \"Statistics Denmark\"", "", codes::NO_SOURCE),
        ("rate = 0.04", "rate = 4", codes::BAD_VALUE),
        ("from_year = 35", "from_year = 0", codes::BAD_VALUE),
        ("{ from_year = 0, rate = 0.04 }, ", "", codes::BAD_VALUE),
        ("discount_source = \"House rules\"\n", "", codes::MISSING),
        (
            "value = 1.2, source = \"House rules\"",
            "value = 1.2",
            codes::NO_SOURCE,
        ),
        (
            "value = 1.2, source",
            "value = 20, source",
            codes::BAD_VALUE,
        ),
        (
            "tax_distortion = { value = 1.2, source = \"House rules\" }\n",
            "",
            codes::MISSING,
        ),
        (
            "tax_distortion = { value = 1.2, source = \"House rules\" }",
            "tax_distortion = 1.2",
            codes::BAD_VALUE,
        ),
        ("name = \"house\"", "nom = \"house\"", codes::UNKNOWN_KEY),
        (
            "name = \"house\"",
            "name = \"dk-fm-2013\"",
            codes::OTHER_VALUES,
        ),
        (
            "rule = \"fade_out\"",
            "rule = \"for_ever\"",
            codes::UNKNOWN_WORD,
        ),
        ("base = 13\n", "", codes::MISSING),
        ("base = 13", "base = 0", codes::BAD_VALUE),
        ("[extrapolation]", "[extrapolations]", codes::UNKNOWN_KEY),
        ("passive = 0.3,", "passive = 30,", codes::BAD_VALUE),
        ("from = \"2011H1\"", "from = \"2011\"", codes::BAD_VALUE),
        ("from = \"2011H1\"", "from = \"2010H1\"", codes::REFUND),
        ("source = \"Law B\"", "", codes::NO_SOURCE),
        ("[refunds.house]", "[refunds.another]", codes::UNUSED),
        (
            "refund_of = \"benefit\"",
            "refund_of = \"benfit\"",
            codes::REFUND,
        ),
        (
            "refund_of = \"benefit\"",
            "refund_of = \"refund\"",
            codes::REFUND,
        ),
        (
            "refund_of = \"benefit\"",
            "refund_of = \"overhead\"",
            codes::REFUND,
        ),
        ("weeks = \"active\"\n", "", codes::MISSING),
        ("weeks = \"active\"", &refund("value = 3"), codes::REFUND),
        (
            "weeks = \"active\"",
            &refund("kind = \"resource\""),
            codes::REFUND,
        ),
        ("to = \"municipality\"\n", "", codes::PARTIES),
    ] {
        let codes = found(from, to);
        assert!(codes.contains(&code), "{from} -> {to}: {codes:?}");
    }
    let known = found("name = \"house\"", "name = \"dk-fm-2013\"");
    assert_eq!(known, [codes::OTHER_VALUES]);
}

#[test]
fn every_rule_of_uncertainty_uplift_and_weeks_has_its_code() {
    let of = |more: &str| {
        let text = GOOD.replacen("value = 245", &format!("value = 245\n{more}"), 1);
        match toml(&text) {
            Ok(read) => Ok(read.prices.lines[0].clone()),
            Err(error) => Err(error.diagnostics[0].code),
        }
    };
    let uncertain = |more: &str| of(more).map(|line| line.uncertainty);
    let triangular = Uncertainty::Triangular {
        low: 200.0,
        high: 300.0,
    };
    assert_eq!(uncertain("low = 200\nhigh = 300"), Ok(Some(triangular)));
    let uniform = Uncertainty::Uniform {
        low: 0.0,
        high: 245.0,
    };
    assert_eq!(
        uncertain("distribution = \"uniform\"\nlow = 0\nhigh = 245"),
        Ok(Some(uniform))
    );
    let log = Uncertainty::LogNormal { std_error: 12.5 };
    assert_eq!(
        uncertain("distribution = \"log_normal\"\nstd_error = 12.5"),
        Ok(Some(log))
    );
    for (more, code) in [
        ("low = 200", codes::MISSING),
        ("low = 250\nhigh = 300", codes::UNCERTAIN),
        ("low = -1\nhigh = 300", codes::UNCERTAIN),
        ("low = 245\nhigh = 245", codes::UNCERTAIN),
        ("std_error = 3", codes::MISSING),
        ("distribution = \"gamma\"", codes::MISSING),
        ("distribution = \"gamma\"\nstd_error = 0", codes::UNCERTAIN),
        (
            "distribution = \"gamma\"\nlow = 1\nhigh = 300",
            codes::UNCERTAIN,
        ),
        ("distribution = \"beta\"", codes::UNKNOWN_WORD),
        ("uplift = -0.1", codes::BAD_VALUE),
        ("uplift = 10", codes::BAD_VALUE),
        ("first_week = 0", codes::BAD_VALUE),
        ("first_week = 1.5", codes::BAD_VALUE),
        ("first_week = 9\nlast_week = 8", codes::BAD_VALUE),
    ] {
        assert_eq!(of(more).map(|_| ()), Err(code), "{more}");
    }
    let line = of("uplift = 0.1\nfirst_week = 2\nlast_week = 13").expect("read");
    assert_eq!(
        (line.uplift, line.first_week, line.last_week),
        (0.1, Some(2), Some(13))
    );
    // A price of nought can be normal, and nothing else that needs a mean above it.
    let free = GOOD.replacen(
        "value = 245",
        "value = 0\ndistribution = \"gamma\"\nstd_error = 3",
        1,
    );
    assert_eq!(
        toml(&free).expect_err("refused").diagnostics[0].code,
        codes::UNCERTAIN
    );
}

#[test]
fn an_old_price_is_flagged_and_levels_make_years_and_bases_fine() {
    let old = GOOD.replacen("2012", "2006", 1);
    let codes_of = |text: &str| -> Vec<&str> {
        let findings = toml(text).unwrap_or_else(|e| panic!("{e}")).findings;
        findings.iter().map(|d| d.code).collect()
    };
    assert_eq!(codes_of(&old), [codes::YEARS, codes::OUT_OF_DATE]);
    let five = GOOD.replacen("2012", "2007", 1);
    assert_eq!(codes_of(&five), [codes::YEARS]);
    let moved = old.replacen(
        "synthetic = true",
        "synthetic = true\nprice_level = 2012\n[deflator]\nsource = \"S\"\nindex.2006 = 90\nindex.2012 = 100",
        1,
    );
    assert_eq!(codes_of(&moved), [codes::OUT_OF_DATE]);
    let lifted = GOOD.replacen("factor", "market", 1).replacen(
        "synthetic = true",
        "synthetic = true\nvintage = \"dk-fm-2023\"",
        1,
    );
    assert_eq!(codes_of(&lifted), Vec::<&str>::new());
    let stuck = GOOD.replacen(
        "synthetic = true",
        "synthetic = true\nprice_level = 2013",
        1,
    );
    assert_eq!(
        toml(&stuck).expect_err("refused").diagnostics[0].code,
        codes::DEFLATOR
    );
}

#[test]
fn an_unknown_vintage_is_refused_with_the_nearest_name() {
    let text = GOOD.replacen("synthetic = true", "vintage = \"dk-fm-2012x\"", 1);
    let error = toml(&text).expect_err("refused");
    assert_eq!(error.diagnostics[0].code, codes::VINTAGE);
    assert!(error.diagnostics[0].hint.contains("dk-fm-2012"), "{error}");
    let none = GOOD.replacen("synthetic = true", "[extrapolation]\nrule = \"none\"", 1);
    assert_eq!(toml(&none).expect("read").prices.extrapolation, None);
}
