//! Faults planted into a simulated register by name: each in a known number of rows, which stand in `truth.json` with
//! the code under which they must be found.

mod dream;
mod faults;
mod ground;

use super::Layout;
use super::codes;
use super::scenario::Scenario;
use super::sheet::Sheet;
use crate::error::{Class, Diagnostic, Error, Result};
use ground::{Done, Ground};
use serde::Serialize;

/// Rows (or persons) a fault is planted in.
pub const PLANTED: usize = 3;

/// A fault that can be planted.
#[derive(Clone, Copy, Debug)]
pub struct Fault {
    /// Name on the command line.
    pub name: &'static str,
    /// What is planted.
    pub title: &'static str,
    /// Code under which `validate` finds it in the tidy layout.
    pub code: &'static str,
    plant: fn(&mut Ground<'_>) -> Done,
}

impl Fault {
    /// Whether it has a place in a layout.
    pub fn fits(&self, layout: Layout) -> bool {
        dream::in_layout(self, layout).is_some()
    }
}

/// A fault that was planted.
#[derive(Clone, Debug, Serialize)]
pub struct Planted {
    /// Name of the fault.
    pub name: &'static str,
    /// Code under which it must be found.
    pub code: &'static str,
    /// File, without its ending.
    pub file: String,
    /// Column, when it is one.
    pub column: Option<String>,
    /// How many rows it makes wrong.
    pub count: usize,
    /// Rows of a CSV file; the header is row 1.
    pub rows: Vec<usize>,
    /// The same rows as observations of another format, from 1.
    pub observations: Vec<usize>,
}

/// Every fault, by name.
pub const FAULTS: &[Fault] = &[
    Fault {
        name: "code_999_early",
        title: "an absorbing state (death, in DREAM code 999) before the last spell",
        code: "RV0316",
        plant: faults::dead_early,
    },
    Fault {
        name: "cpr_ids",
        title: "identifiers in the form of CPR numbers, some of them in a column of groups",
        code: "RV0327",
        plant: faults::cpr_ids,
    },
    Fault {
        name: "decimal_comma",
        title: "hours with a decimal comma among those with a point",
        code: "RV0304",
        plant: faults::decimal_comma,
    },
    Fault {
        name: "duplicate_person",
        title: "persons who stand twice in the persons file",
        code: "RV0301",
        plant: faults::duplicate_person,
    },
    Fault {
        name: "duplicate_spell",
        title: "spells that stand twice",
        code: "RV0331",
        plant: faults::duplicate_spell,
    },
    Fault {
        name: "far_week",
        title: "spells that end in week 2,147,483,648, or in the year 9999",
        code: "RV0308",
        plant: faults::far_week,
    },
    Fault {
        name: "latin1_names",
        title: "letters in Latin-1 in a few rows of a file in UTF-8 (CSV)",
        code: "RV0250",
        plant: faults::latin1_names,
    },
    Fault {
        name: "missing_arm",
        title: "persons without an arm",
        code: "RV0303",
        plant: faults::missing_arm,
    },
    Fault {
        name: "missing_state",
        title: "spells without a state",
        code: "RV0303",
        plant: faults::missing_state,
    },
    Fault {
        name: "negative_hours",
        title: "hours below zero",
        code: "RV0332",
        plant: faults::negative_hours,
    },
    Fault {
        name: "overlap",
        title: "spells that end a week after the next one starts",
        code: "RV0312",
        plant: faults::overlap,
    },
    Fault {
        name: "renamed_column",
        title: "another name for the column of states",
        code: "RV0204",
        plant: faults::renamed_column,
    },
    Fault {
        name: "text_week",
        title: "a word where a week must stand",
        code: "RV0304",
        plant: faults::text_week,
    },
    Fault {
        name: "truncated",
        title: "a file of spells that breaks off in its last row (CSV)",
        code: "RV0206",
        plant: faults::truncated,
    },
    Fault {
        name: "unknown_arm",
        title: "persons in an arm that the study does not have",
        code: "RV0305",
        plant: faults::unknown_arm,
    },
    Fault {
        name: "unknown_person",
        title: "spells of somebody who is not in the persons file",
        code: "RV0302",
        plant: faults::unknown_person,
    },
    Fault {
        name: "unknown_state",
        title: "spells in a state that the study does not have",
        code: "RV0306",
        plant: faults::unknown_state,
    },
    Fault {
        name: "week_53",
        title: "spells that start in week 53 of a year of 52 weeks (ISO weeks)",
        code: "RV0304",
        plant: faults::week_53,
    },
    Fault {
        name: "wrong_week",
        title: "spells that end before they start",
        code: "RV0307",
        plant: faults::wrong_week,
    },
];

/// Plants faults into the tables of a register, each in persons of its own.
///
/// # Errors
/// An unknown name, and a fault that this register has no place for.
pub(crate) fn plant(
    (scenario, layout): (&Scenario, Layout),
    sheets: &mut [Sheet],
    names: &[String],
) -> Result<Vec<Planted>> {
    let mut ground = Ground::new(scenario, sheets);
    let mut faults: Vec<&Fault> = Vec::new();
    let mut findings = Vec::new();
    for name in names {
        match FAULTS.iter().find(|fault| fault.name == name) {
            Some(fault) if faults.iter().any(|other| other.name == fault.name) => {}
            Some(fault) => faults.push(fault),
            None => {
                let message = format!("there is no fault named `{name}`");
                let hint = "choose one of those listed by `rettevej simulate --help`";
                findings.push(Diagnostic::error(codes::FAULT, message, hint));
            }
        }
    }
    // Identifiers last: the others tell persons by their numbers.
    faults.sort_by_key(|fault| (fault.name == "cpr_ids", fault.name));
    let mut planted = Vec::new();
    for fault in faults {
        let found = dream::in_layout(fault, layout).ok_or("it has no place in this layout");
        match found.and_then(|(code, plant)| Ok((code, plant(&mut ground)?))) {
            Ok((code, spot)) => planted.push(Planted {
                name: fault.name,
                code,
                file: ground.sheets[spot.sheet].name.clone(),
                column: spot.column,
                count: spot.rows.len(),
                rows: spot.rows.iter().map(|row| row + 2).collect(),
                observations: spot.rows.iter().map(|row| row + 1).collect(),
            }),
            Err(why) => {
                let message = format!("the fault `{}` cannot be planted: {why}", fault.name);
                findings.push(Diagnostic::error(
                    codes::FAULT,
                    message,
                    "leave it out, or change the scenario",
                ));
            }
        }
    }
    if findings.is_empty() {
        Ok(planted)
    } else {
        Err(Error {
            class: Class::Study,
            diagnostics: findings,
        })
    }
}
