//! How the studies of made-up trials begin.

/// The tables of a study up to the keys that are its own in `[persons]`.
pub(crate) fn head(name: &str, horizon: usize) -> String {
    format!(
        r#"
[study]
name = "{name}"
language = "en"
horizon = {horizon}
headline = "work"
synthetic = true

[arms]
control = "control"
treatment = ["new"]

[persons]
file = "persons.csv"
id = "person_id"
arm = "arm"
"#
    )
}
