//! The published reading of the model report, on the made-up register: a surplus as a point, on hours that are not significantly more.

use crate::support::scratch::Scratch;

#[test]
fn a_surplus_that_rests_on_an_insignificant_effect_is_said_in_so_many_words() {
    let scratch = Scratch::new();
    let root =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/studies/paa-rette-vej");
    let study = root.join("study.toml").display().to_string();
    let prices = root.join("prices-reading.toml").display().to_string();
    let made = scratch.run(&["run", &study, "--out", "result", "--replicates", "99"]);
    assert_eq!(made.code, Some(0), "{}", made.err);
    let said = scratch.run(&["cba", "result/report.html", "--prices", &prices]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let told = said.out.split_whitespace().collect::<Vec<&str>>().join(" ");
    for part in [
        "Beregnet samfundsøkonomisk overskud:",
        "pr. person i deltagergruppen (95 pct.-konfidensinterval: −",
        "det kan ikke afvises, at resultatet er et underskud",
        "Værdien af produktionen bygger på en forskel i arbejdstimer, der ikke er statistisk signifikant",
        "Priserne er opdigtede",
        "2012-priser",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    for never in ["sandsynlighed", "tendens til", "ingen effekt"] {
        assert!(!told.contains(never), "{never}: {told}");
    }
}
