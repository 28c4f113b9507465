//! Families, and how their p-values are adjusted.

use super::*;

const EXIT: &str =
    "[outcomes.exit]\nkind = \"exit\"\nfrom = \"unemployed\"\nto = [\"employed\", \"school\"]\n";

const SHARE: &str = "[outcomes.meetings]\nkind = \"share_among\"\nfile = \"events.csv\"\nweek = \"week\"\namong = \"unemployed\"\n";

/// The minimal study with an exit, a share, a subgroup, and one analysis with this family.
fn with(family: &str, more: &str) -> String {
    let study = MINIMAL.replace("arm = \"arm\"", "arm = \"arm\"\nsubgroups = [\"sex\"]");
    format!("{study}{EXIT}{SHARE}[[analysis]]\nname = \"a\"\nfamily = [{family}]\n{more}")
}

fn family(family: &str, more: &str) -> Vec<Member> {
    study(&with(family, more)).study.analyses[0].family.clone()
}

fn refused(members: &str, more: &str) -> (&'static str, String) {
    let mut found = findings(&with(members, more));
    assert_eq!(found.len(), 1, "{found:?}");
    let (code, line, message) = found.remove(0);
    assert!(line > 0, "{message}");
    (code, message)
}

#[test]
fn a_member_needs_no_more_than_its_outcome() {
    let usual = |outcome, estimand: &str| Member {
        outcome,
        estimand: estimand.to_owned(),
        weeks: vec![],
        subgroup: None,
        item: String::new(),
        arms: vec![],
    };
    assert_eq!(
        family("{ outcome = \"work\" }, { outcome = \"exit\" }", ""),
        [
            usual(0, "cumulative_effect"),
            usual(1, "restricted_mean_difference")
        ]
    );
    let written = "{ outcome = \"work\", estimand = \"cumulative_effect\", week = \"last\", subgroup = \"all\", item = \"\" }";
    assert_eq!(family(written, ""), [usual(0, "cumulative_effect")]);
    let full = "{ outcome = \"exit\", estimand = \"hazard_difference\", week = [4, 8], subgroup = \"sex\", item = \"other\", arm = \"t\" }";
    assert_eq!(
        family(full, ""),
        [Member {
            outcome: 1,
            estimand: "hazard_difference".to_owned(),
            weeks: vec![4, 8],
            subgroup: Some("sex".to_owned()),
            item: "other".to_owned(),
            arms: vec!["t".to_owned()],
        }]
    );
    assert_eq!(family("{ outcome = \"work\", week = 7 }", "")[0].weeks, [7]);
}

#[test]
fn a_member_that_cannot_be_tested_is_refused() {
    for (members, more, code, word) in [
        (
            "{ outcome = \"wrok\" }",
            "",
            codes::UNKNOWN_REFERENCE,
            "wrok",
        ),
        (
            "{ outcome = \"exit\" }",
            "outcomes = [\"work\"]\n",
            codes::UNKNOWN_REFERENCE,
            "exit",
        ),
        (
            "{ outcome = \"meetings\" }",
            "",
            codes::NOT_IN_A_FAMILY,
            "after the assignment",
        ),
        (
            "{ outcome = \"work\", estimand = \"weekly_mean\" }",
            "",
            codes::NOT_IN_A_FAMILY,
            "weekly_mean",
        ),
        (
            "{ outcome = \"work\" }",
            "estimands = [\"weekly_difference\"]\n",
            codes::NOT_IN_A_FAMILY,
            "cumulative_effect",
        ),
        (
            "{ outcome = \"work\", week = 53 }",
            "",
            codes::WEEK_OUTSIDE,
            "53",
        ),
        (
            "{ outcome = \"work\", week = [4, 5] }",
            "weeks = [4]\n",
            codes::WEEK_OUTSIDE,
            "week 5",
        ),
        (
            "{ outcome = \"exit\", week = 4 }",
            "",
            codes::WEEK_OUTSIDE,
            "week 4",
        ),
        (
            "{ outcome = \"work\", subgroup = \"age\" }",
            "",
            codes::UNKNOWN_REFERENCE,
            "age",
        ),
        (
            "{ outcome = \"work\", arm = \"c\" }",
            "",
            codes::UNKNOWN_REFERENCE,
            "`c`",
        ),
        (
            "{ outcome = \"work\", item = \"school\" }",
            "",
            codes::NOT_IN_A_FAMILY,
            "no destinations",
        ),
        (
            "{ outcome = \"exit\", estimand = \"hazard_difference\", item = \"moon\" }",
            "",
            codes::NOT_IN_A_FAMILY,
            "moon",
        ),
        (
            "{ outcome = \"exit\", estimand = \"cumulative_incidence_difference\" }",
            "",
            codes::NOT_IN_A_FAMILY,
            "needs a destination",
        ),
        (
            "{ outcome = \"work\" }, { outcome = \"work\" }",
            "",
            codes::TWICE,
            "same difference",
        ),
        (
            "{ outcome = \"work\", wek = 3 }",
            "",
            codes::UNKNOWN_KEY,
            "wek",
        ),
        (
            "{ estimand = \"cumulative_effect\" }",
            "",
            codes::MISSING_KEY,
            "outcome",
        ),
        (
            "{ outcome = \"work\", week = \"first\" }",
            "",
            codes::UNKNOWN_WORD,
            "first",
        ),
    ] {
        let (found, message) = refused(members, more);
        assert_eq!(found, code, "{members}: {message}");
        assert!(message.contains(word), "{message}");
    }
}

#[test]
fn a_family_is_adjusted_by_what_there_is() {
    let of = |resampling: &str, arms: &str| {
        let text = with("{ outcome = \"work\" }", resampling)
            .replace("treatment = \"t\"", &format!("treatment = {arms}"));
        study(&text).study.analyses[0].multiplicity
    };
    let permuted = "[resampling]\npermutations = 99\n";
    assert_eq!(of(permuted, "\"t\""), Multiplicity::WestfallYoung);
    assert_eq!(of(permuted, "[\"t\", \"u\"]"), Multiplicity::RomanoWolf);
    assert_eq!(of("", "\"t\""), Multiplicity::RomanoWolf);
    assert_eq!(
        of("[resampling]\nreplicates = 0\n", "\"t\""),
        Multiplicity::Holm
    );
}

#[test]
fn a_way_of_adjusting_needs_what_it_is_made_of() {
    let members = "{ outcome = \"work\" }";
    let (code, message) = refused(members, "multiplicity = \"westfall_young\"\n");
    assert_eq!(code, codes::TOGETHER);
    assert!(message.contains("permutations"), "{message}");
    let none = "multiplicity = \"romano_wolf\"\n[resampling]\nreplicates = 0\n";
    let (code, message) = refused(members, none);
    assert_eq!(code, codes::TOGETHER);
    assert!(message.contains("replicates"), "{message}");
}

#[test]
fn a_permutation_steps_down_over_one_arm_only() {
    let text = |members: &str| {
        with(
            members,
            "multiplicity = \"westfall_young\"\n[resampling]\npermutations = 99\n",
        )
        .replace("treatment = \"t\"", "treatment = [\"t\", \"u\"]")
    };
    let found = findings(&text("{ outcome = \"work\" }"));
    assert_eq!((found.len(), found[0].0), (1, codes::STEP_DOWN_OVER_ARMS));
    study(&text(
        "{ outcome = \"work\", arm = \"u\" }, { outcome = \"exit\", arm = \"u\" }",
    ));
    let two = text("{ outcome = \"work\", arm = \"u\" }, { outcome = \"exit\", arm = \"t\" }");
    assert_eq!(findings(&two)[0].0, codes::STEP_DOWN_OVER_ARMS);
}
