//! The header: where the asked columns stand, or every reason why they cannot be found, with the nearest name.

use super::codes;
use super::table::{Want, whole};
use crate::error::{Class, Diagnostic, Error, Place, Result, value_class};
use crate::study::DataFile;
use crate::study::suggest::distance;

/// The place of each want's column.
pub(crate) fn locate(file: &DataFile, names: &[String], wants: &[Want]) -> Result<Vec<usize>> {
    let mut diagnostics: Vec<Diagnostic> = Vec::new();
    let mut places = Vec::with_capacity(wants.len());
    for want in wants {
        let mut found = (0..names.len()).filter(|&at| names[at] == want.column.trim());
        match (found.next(), found.next()) {
            (Some(at), None) => places.push(at),
            (first, _) => {
                let finding = match first {
                    Some(_) => twice(want),
                    None => missing(names, want),
                };
                let finding = finding.at(Place::Data {
                    file: file.shown.clone(),
                    column: Some(want.column.clone()),
                    rows: Vec::new(),
                    count: 0,
                });
                if !diagnostics.contains(&finding) {
                    diagnostics.push(finding);
                }
            }
        }
    }
    if diagnostics.is_empty() {
        return Ok(places);
    }
    // A first row of values must not be shown as names.
    if names.iter().any(|name| is_value(name))
        && diagnostics.iter().all(|d| d.code == codes::MISSING_COLUMN)
    {
        return Err(none(file));
    }
    Err(Error {
        class: Class::Data,
        diagnostics,
    })
}

/// The file has no header.
pub(crate) fn none(file: &DataFile) -> Error {
    let finding = Diagnostic::error(
        codes::NO_HEADER,
        "the first row does not hold names of columns",
        "put the names of the columns in the first row",
    );
    Error::one(Class::Data, finding.at(whole(file)))
}

fn twice(want: &Want) -> Diagnostic {
    Diagnostic::error(
        codes::DUPLICATE_COLUMN,
        format!(
            "column `{}` stands more than once in the header",
            want.column
        ),
        "rename or remove one of them",
    )
}

fn missing(names: &[String], want: &Want) -> Diagnostic {
    let hint = match nearest(&want.column, names) {
        Some(name) => format!("write `{name}`, if that is the column meant"),
        None => "name one of the file's columns in the study".to_owned(),
    };
    let shown: Vec<String> = names.iter().take(40).map(|name| shown(name)).collect();
    let more = if names.len() > 40 {
        format!(" and {} more", names.len() - 40)
    } else {
        String::new()
    };
    Diagnostic::error(
        codes::MISSING_COLUMN,
        format!("there is no column `{}`", want.column),
        hint,
    )
    .allowed(format!("{}{more}", shown.join(", ")))
}

/// A name as it may be shown. Behind an open quote, or where the header is missing, names are persons' data.
fn shown(name: &str) -> String {
    if is_plain(name) {
        name.to_owned()
    } else {
        value_class(name)
    }
}

/// Short, on one line, and without the digits of an identifier.
fn is_plain(name: &str) -> bool {
    let digits = name.chars().filter(char::is_ascii_digit).count();
    name.chars().count() <= 40 && digits < 6 && !name.chars().any(char::is_control)
}

/// Whether a cell of the first row is a value rather than a name.
fn is_value(name: &str) -> bool {
    name.bytes().any(|b| b.is_ascii_digit()) && !name.chars().any(char::is_alphabetic)
}

/// The name most like the wanted one, if one is close.
fn nearest<'a>(wanted: &str, names: &'a [String]) -> Option<&'a str> {
    names
        .iter()
        .filter(|name| !name.is_empty() && is_plain(name))
        .map(|name| {
            (
                distance(&wanted.to_lowercase(), &name.to_lowercase()),
                name.as_str(),
            )
        })
        .min()
        .filter(|&(distance, _)| distance <= (wanted.chars().count() / 3).max(1))
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::super::table::Kind;
    use super::*;

    fn locate_in(names: &[&str], wanted: &[&str]) -> Result<Vec<usize>> {
        let file = DataFile {
            shown: "a.csv".into(),
            path: "a.csv".into(),
        };
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        let wants: Vec<Want> = wanted
            .iter()
            .map(|&column| Want {
                column: column.to_owned(),
                kind: Kind::Category,
            })
            .collect();
        locate(&file, &names, &wants)
    }

    #[test]
    fn every_missing_column_is_told_with_the_nearest_name() {
        let error = locate_in(
            &["person_id", "arm", "sex"],
            &["personid", "arm", "Sex", "zzz"],
        )
        .unwrap_err();
        let hints: Vec<&str> = error.diagnostics.iter().map(|d| d.hint.as_str()).collect();
        assert!(hints[0].contains("`person_id`") && hints[1].contains("`sex`"));
        assert!(hints[2].starts_with("name one"));
        assert_eq!(
            error.diagnostics[0].allowed.as_deref(),
            Some("person_id, arm, sex")
        );
    }

    #[test]
    fn a_column_that_stands_twice_is_refused_only_when_asked_for() {
        assert_eq!(locate_in(&["a", "b", "b"], &["a"]).unwrap(), [0]);
        let error = locate_in(&["a", "b", "b"], &["b"]).unwrap_err();
        assert_eq!(error.diagnostics[0].code, codes::DUPLICATE_COLUMN);
    }

    #[test]
    fn values_in_the_first_row_are_not_shown() {
        let error = locate_in(&["0101801234", "control"], &["id", "arm"]).unwrap_err();
        assert_eq!(error.diagnostics[0].code, codes::NO_HEADER);
        assert!(!format!("{error:?}").contains("0101801234"));
    }
}
