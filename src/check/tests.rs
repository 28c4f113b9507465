//! Verdicts, selection and errors of claims files on the small sample; the arithmetic of published tables.

use super::*;
use crate::results::sample;

fn run(text: &str) -> Result<Report> {
    check_claims(&sample::bundle(true), &Claims::parse(text, "claims.toml")?)
}

fn one(body: &str) -> Checked {
    let text = format!("[[claim]]\nid = \"c\"\n{body}\n");
    let mut report = run(&text).expect("the claim can be checked");
    report.claims.remove(0)
}

fn codes_of(text: &str) -> Vec<&'static str> {
    let error = run(text).expect_err("this is refused");
    assert_eq!(error.class, Class::Study);
    error.diagnostics.iter().map(|d| d.code).collect()
}

const MEAN: &str = "estimand = \"weekly_mean\"\noutcome = \"employment\"\narm = \"deltager\"\n";
const EFFECT: &str = "estimand = \"cumulative_effect\"\n";

#[test]
fn a_deterministic_number_is_compared_exactly_by_rounding_or_by_tolerance() {
    // Treated, week 3: 0.25 + 3/30 = 0.35.
    for (given, verdict) in [
        ("value = 0.35", Verdict::Same),
        ("value = 0.3501", Verdict::Differs),
        ("value = 0.4\nrounded = 1", Verdict::WithinRounding),
        ("value = 0.3\nrounded = 1", Verdict::WithinRounding),
        ("value = 0.34\nrounded = 2", Verdict::Differs),
        ("value = 0.36\ntolerance = 0.015", Verdict::WithinTolerance),
        ("value = 0.37\ntolerance = 0.015", Verdict::Differs),
        ("value = 0.3500001\nmc = 0.001", Verdict::WithinMonteCarlo),
        ("value = 17\ncolumn = \"n\"", Verdict::Same),
        ("value = 18\ncolumn = \"n\"\nweek = 2", Verdict::Same),
        (
            "value = 20\nrounded = -1\ncolumn = \"n\"",
            Verdict::WithinRounding,
        ),
        ("value = 1\ncolumn = \"band_low\"", Verdict::Undefined),
    ] {
        assert_eq!(one(&format!("{MEAN}{given}")).verdict, verdict, "{given}");
    }
}

#[test]
fn a_simulated_limit_may_lie_within_monte_carlo_error() {
    // One simulated comparison: z = 3.89, error 0.01 here and 0.01 there, so 0.0389 and 0.0550.
    for (given, verdict) in [
        ("value = 0.05", Verdict::Same),
        ("value = 0.088", Verdict::WithinMonteCarlo),
        ("value = 0.09", Verdict::Differs),
        ("value = 0.09\nmc = 0.01", Verdict::WithinMonteCarlo),
        ("value = 0.10\nrounded = 1", Verdict::WithinRounding),
        ("value = 0.1\nrounded = 2", Verdict::Differs),
        ("value = 0.092\nrounded = 2", Verdict::WithinMonteCarlo),
    ] {
        let claim = one(&format!("{EFFECT}column = \"conf_low\"\n{given}"));
        assert_eq!(claim.verdict, verdict, "{given}: {}", claim.detail);
    }
}

#[test]
fn the_false_alarm_is_shared_among_the_simulated_numbers_of_a_file() {
    assert!((compare::allowed_errors(1) - 3.890_591_886).abs() < 1e-6);
    assert!(compare::allowed_errors(100) > 4.8);
}

#[test]
fn significance_follows_the_adjusted_p_and_the_confidence_of_the_analysis() {
    let claim = |more: &str| one(&format!("{EFFECT}column = \"significant\"\n{more}"));
    assert_eq!(claim("value = true").verdict, Verdict::Same);
    assert_eq!(claim("value = false").verdict, Verdict::Differs);
    // A permutation p of 0.049 with error 0.007 cannot be told from 0.05.
    let near = claim("value = false\nitem = \"permutation\"");
    assert_eq!(near.verdict, Verdict::WithinMonteCarlo);
    assert_eq!(near.found, Some(Value::Truth(true)));
}

#[test]
fn hidden_and_undefined_rows_are_verdicts_of_their_own() {
    let hidden = one(&format!(
        "{EFFECT}value = 1\nsubgroup = \"sex\"\nlevel = \"=f\""
    ));
    assert_eq!(
        (hidden.verdict, hidden.detail.as_str()),
        (Verdict::Hidden, "below 5")
    );
    let undefined = one(&format!(
        "{EFFECT}value = 1\nsubgroup = \"sex\"\nlevel = 'm, \"m\"'"
    ));
    assert_eq!(undefined.verdict, Verdict::Undefined);
    assert!(!undefined.verdict.holds());
}

#[test]
fn what_is_not_found_says_what_is_there() {
    let detail = |body: &str| {
        let claim = one(body);
        assert_eq!(claim.verdict, Verdict::NotFound);
        claim.detail
    };
    assert_eq!(
        detail("value = 1\nestimand = \"weekly_mean\"\noutcome = \"employmnt\""),
        "no row has outcome `employmnt`; there is `employment`; did you mean `employment`"
    );
    assert_eq!(
        detail(&format!("{MEAN}value = 1\nweek = 9")),
        "no row has week 9; there are weeks 1 to 3"
    );
    assert!(
        detail(&format!("{MEAN}value = 1\nanalysis = \"other\"")).contains("`by stratum`, `main`")
    );
}

#[test]
fn a_row_that_stands_in_another_analysis_only_is_pointed_to() {
    let mut results = sample::results();
    results
        .rows
        .retain(|row| row.analysis.as_ref() == "main" || row.item.is_empty());
    results
        .rows
        .retain(|row| row.analysis.as_ref() != "main" || row.estimand.as_ref() != "weekly_mean");
    let bundle = crate::disclosure::clear(results, &sample::study(1));
    let claim = format!("[[claim]]\nid = \"a\"\nvalue = 0.35\n{MEAN}");
    let claims = Claims::parse(&claim, "x").expect("a claims file");
    let report = check_claims(bundle.bundle(), &claims).expect("checked");
    assert_eq!(
        report.claims[0].detail,
        "no row has estimand `weekly_mean`; there is `cumulative_effect`; analysis `by stratum` has one"
    );
}

#[test]
fn several_matching_rows_are_an_error_that_says_how_they_differ() {
    let claim = "[[claim]]\nid = \"two\"\nvalue = 1\nestimand = \"weekly_mean\"\n";
    let error = run(&format!("{claim}{}", claim.replace("two", "other"))).expect_err("refused");
    assert_eq!(error.class, Class::Study);
    assert_eq!(
        error.to_string(),
        "claims.toml:1:1: claim `two` matches 2 rows that differ in arm (`deltager`, `kontrol`) (RV0605)\n\
         claims.toml:5:1: claim `other` matches 2 rows that differ in arm (`deltager`, `kontrol`) (RV0605)"
    );
}

#[test]
fn all_faults_of_a_file_are_found_in_one_pass_with_their_places() {
    let text = "[source]\ntitel = \"x\"\n\n[[claim]]\nid = \"a\"\nestimnd = \"hazard\"\n\n[[claim]]\nid = \"b\"\n\
                estimand = \"hazard\"\nvalue = \"high\"\n\n[[claim]]\nid = \"c\"\nestimand = \"hazard\"\nvalue = 1\n\
                rounded = 1\ntolerance = 2\ncolumn = \"estmate\"\n\n[[claim]]\nid = \"c\"\nkind = \"two_proportions\"\n\
                p1 = 2\np2 = 0.1\nn1 = 3\nsignificant = true\n\n[[claim]]\nid = \"d\"\nkind = \"two\"\n";
    let error = Claims::parse(text, "claims.toml").expect_err("refused");
    let lines: Vec<String> = error.diagnostics.iter().map(ToString::to_string).collect();
    for expected in [
        "claims.toml:2:1: [source] has no key `titel` (RV0603)",
        "claims.toml:6:1: a claim about a row has no key `estimnd` (RV0603)",
        "claims.toml:11:9: ",
        "claim `c` has no numeric column `estmate` (RV0604)",
        "claim `c` has both rounded and tolerance (RV0604)",
        "claim `c` has p1 outside 0 to 1 (RV0604)",
        "claim `c` does not say how many persons (RV0604)",
        "unknown kind `two` of claim (RV0604)",
        "two claims are called `c` (RV0606)",
    ] {
        assert!(
            lines.iter().any(|l| l.contains(expected)),
            "{expected} in {lines:#?}"
        );
    }
    let hints: Vec<&str> = error.diagnostics.iter().map(|d| d.hint.as_str()).collect();
    for hint in ["write `title`", "write `estimand`", "write `estimate`"] {
        assert!(hints.contains(&hint), "{hint} in {hints:?}");
    }
}

#[test]
fn what_is_no_claims_file_has_its_own_code() {
    assert_eq!(codes_of("[[claim]\nid = 1"), ["RV0602"]);
    assert_eq!(codes_of(""), ["RV0604"]);
    assert_eq!(codes_of("claim = 3"), ["RV0604"]);
    assert_eq!(
        codes_of("[[claim]]\nid = \"a\"\nestimand = \"hazard\"\nvalue = 0,8"),
        ["RV0147"]
    );
    assert_eq!(
        codes_of("[[claim]]\nid = \"a\"\nestimand = \"hazard\""),
        ["RV0604"]
    );
    let missing =
        check(&sample::bundle(true), Path::new("secret/claims.toml")).expect_err("not there");
    assert_eq!(missing.diagnostics[0].code, "RV0601");
    assert!(!missing.to_string().contains("secret"));
}

#[test]
fn a_claim_of_significance_holds_when_it_does_for_every_split() {
    let claim = |p1: &str, p2: &str, more: &str| {
        let c = one(&format!(
            "kind = \"two_proportions\"\np1 = {p1}\np2 = {p2}\n{more}"
        ));
        (c.verdict, c.detail)
    };
    assert_eq!(
        claim("0.16", "0.12", "n1 = 1297\nn2 = 1296\nsignificant = true").0,
        Verdict::Same
    );
    assert_eq!(
        claim("0.07", "0.05", "n = 2593\nsignificant = true").0,
        Verdict::DependsOnSplit
    );
    assert_eq!(
        claim("0.70", "0.53", "n1 = 134\nn2 = 88\nsignificant = true").0,
        Verdict::Same
    );
    // Table 3, item 2, and table 4: not significant whatever the split.
    let (verdict, detail) = claim("0.933", "0.964", "n = 406\nsignificant = false");
    assert_eq!(verdict, Verdict::Same);
    assert!(detail.contains("0 of 163 splits"), "{detail}");
    for (p1, p2, n) in [
        ("0.293", "0.295", 364),
        ("0.148", "0.14", 340),
        ("0.447", "0.449", 286),
    ] {
        assert_eq!(
            claim(p1, p2, &format!("n = {n}\nsignificant = false")).0,
            Verdict::Same
        );
        assert_eq!(
            claim(p1, p2, &format!("n = {n}\nsignificant = true")).0,
            Verdict::Differs
        );
    }
    // Table 3, item 1: significant at 5 per cent whatever the split; p < 0.001 only for some.
    assert_eq!(
        claim("0.89", "0.975", "n = 420\nsignificant = true").0,
        Verdict::Same
    );
    assert_eq!(
        claim(
            "0.89",
            "0.975",
            "n = 420\nsignificant = true\nconfidence = 0.999"
        )
        .0,
        Verdict::DependsOnSplit
    );
    assert!(Verdict::DependsOnSplit.holds());
}

#[test]
fn other_data_and_made_up_data_are_told_whatever_the_numbers() {
    let claim = format!("[[claim]]\nid = \"a\"\nvalue = 0.35\n{MEAN}");
    let report = run(&format!("[source]\ntrial_hash = \"fff\"\n{claim}")).expect("checked");
    assert!(report.holds);
    assert_eq!(report.class(), None);
    assert_eq!(report.notes.len(), 2);
    assert_eq!(
        run(&claim).expect("checked").notes,
        ["the bundle is made from synthetic data"]
    );
}

#[test]
fn the_schema_takes_what_the_reader_takes() {
    let validator = jsonschema::validator_for(&schema()).expect("the schema is a schema");
    let valid = |text: &str| {
        let value: serde_json::Value = toml::from_str(text).expect("TOML");
        (validator.is_valid(&value), Claims::parse(text, "x").is_ok())
    };
    let good = format!(
        "[source]\ntitle = \"t\"\nyear = 2013\n[[claim]]\nid = \"a\"\nvalue = 1\nweek = \"last\"\nlevel = 3\n{MEAN}"
    );
    assert_eq!(valid(&good), (true, true));
    let arithmetic = "[[claim]]\nid = \"b\"\nkind = \"two_proportions\"\np1 = 0.1\np2 = 0.2\nn = 40\nsignificant = false\n";
    assert_eq!(valid(arithmetic), (true, true));
    assert_eq!(valid(&good.replace("value", "valeu")), (false, false));
    assert_eq!(valid(&arithmetic.replace("0.1", "1.1")), (false, false));
    assert_eq!(
        valid(&good.replace("\"last\"", "\"first\"")),
        (false, false)
    );
}

#[test]
fn every_form_of_a_report_escapes_what_claims_hold() {
    let text = format!(
        "[source]\ntitle = '<Et & \"to\">'\n[[claim]]\nid = \"a:b,c\"\nwhere = \"100 % <b>\"\ntext = \"x\\n]]>\\u001b[31m\"\n\
         value = 0.9\n{MEAN}[[claim]]\nid = \"ok\"\nvalue = 0.35\n{MEAN}"
    );
    let mut report = run(&text).expect("checked");
    report.file = "claims.toml".to_owned();
    assert_eq!(report.class(), Some(Class::Differs));

    let text = render(&report, Format::Text);
    assert!(!text.contains('\u{1b}'));
    assert!(text.contains(
        "! differs  a:b,c  published 0.9, found 0.35 (difference -0.55, allowed 0) [100 % <b>]\n"
    ));
    assert!(text.contains("  same     ok     published 0.35, found 0.35\n"));
    assert!(text.ends_with("2 claims: 1 hold, 1 not\n"));

    let json: serde_json::Value =
        serde_json::from_str(&render(&report, Format::Json)).expect("JSON");
    assert_eq!(json["claims"][0]["verdict"], "differs");
    assert_eq!(json["claims"][0]["found"], 0.35);
    assert_eq!(json["holds"], false);

    let junit = render(&report, Format::Junit);
    assert!(junit.contains(
        "name=\"&lt;Et &amp; &quot;to&quot;&gt; against Prøve\" tests=\"2\" failures=\"1\""
    ));
    assert!(junit.contains(">x ]]&gt; [31m</failure>"));
    assert!(junit.contains("name=\"ok\"/>"));

    let github = render(&report, Format::Github);
    assert!(github.starts_with(
        "::error file=claims.toml,line=3,title=a%3Ab%2Cc differs::published 0.9, found 0.35 (difference -0.55, \
         allowed 0) [100 %25 <b>]\n"
    ));
}
