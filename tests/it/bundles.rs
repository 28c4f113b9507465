//! One bundle of every schema that was ever written opens with the version at hand, and says what it said.

use crate::support::repository;
use crate::support::scratch::Scratch;
use rettevej::results::bundle::SCHEMA;

#[test]
fn a_bundle_of_every_schema_opens() {
    let scratch = Scratch::new();
    let mut names = Vec::new();
    for entry in std::fs::read_dir(repository("fixtures/bundles")).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|ending| ending != "json") {
            continue;
        }
        let name = path.file_name().expect("a name").to_string_lossy();
        let file = path.to_string_lossy();
        for command in ["show", "inspect", "verify"] {
            let said = scratch.run(&[command, &file, "--json"]);
            // Before there were seals nobody can vouch for a bundle.
            let expected = if command == "verify" && name == "1.0-early.json" {
                6
            } else {
                0
            };
            assert_eq!(
                said.code,
                Some(expected),
                "{command} {name}: {}{}",
                said.out,
                said.err
            );
        }
        for format in ["md", "html", "csv"] {
            let said = scratch.run(&["report", &file, "--format", format]);
            assert_eq!(said.code, Some(0), "{format} of {name}: {}", said.err);
            assert!(said.out.len() > 1_000, "{format} of {name}");
        }
        let said = scratch.run(&["show", &file, "--outcome", "employment", "--week", "last"]);
        assert!(said.out.contains("employment"), "{name}: {}", said.out);
        names.push(name.into_owned());
    }
    assert!(
        names.contains(&format!("{SCHEMA}.json")),
        "no bundle of schema {SCHEMA} is kept: fixtures/bundles/README.md"
    );
    assert!(names.len() >= 3);
}
