//! Covariates: what was known of each person before the draw, as exact numbers or as levels of a factor.

use super::accounting::REMARK;
use super::codes;
use super::columns::{Columns, empty_rows};
use super::findings::{Finding, Findings, list};
use super::identifiers::refuse_cpr_in_groups;
use super::model::{AccountingLine, Covariate, CovariateValues, Trial};
use crate::registers::{Categories, EMPTY, Kind, Table, Want};
use crate::study::{CovariateKind, CovariateSource, Study};

/// Decimals kept at most.
const DECIMALS: u32 = 9;
/// Numbers keep at most so many units, so that a product of two fits where sums of products are made.
const LARGEST: f64 = 9e15;
/// Levels of a factor at most: each but one is a column of the regression.
const LEVELS: usize = 200;

/// The columns to read, in the order of the study.
pub(crate) fn wants(study: &Study) -> impl Iterator<Item = Want> {
    let columns = study.persons.covariates.iter();
    columns.filter_map(|asked| match &asked.source {
        CovariateSource::Column { column, .. } => Some(Want {
            column: column.clone(),
            kind: Kind::Category,
        }),
        CovariateSource::Before { .. } => None,
    })
}

/// Reads the columns; `None` for a covariate that is none.
pub(crate) fn read(
    study: &Study,
    columns: &mut Columns,
    (table, rows): (&Table, &[u32]),
    findings: &mut Findings,
) -> Vec<Option<Covariate>> {
    let asked = study.persons.covariates.iter();
    asked
        .map(|asked| match &asked.source {
            CovariateSource::Column { column, kind } => {
                let categories = columns.categories();
                Some(Covariate {
                    name: asked.name.clone(),
                    values: values((column, kind), &categories, (table, rows), findings),
                })
            }
            CovariateSource::Before { .. } => None,
        })
        .collect()
}

fn values(
    (column, kind): (&str, &CovariateKind),
    categories: &Categories,
    (table, rows): (&Table, &[u32]),
    findings: &mut Findings,
) -> CovariateValues {
    let this = std::slice::from_ref(table);
    let finding = Finding::error(
        codes::EMPTY_COVARIATE,
        column,
        "these persons have no value; the regression gives them an indicator of their own",
        "fill the cells if they are known",
    );
    findings.at_rows(this, &empty_rows(categories), &finding.note());
    let numbers: Option<Vec<Exact>> = categories.levels.iter().map(|l| exact(l)).collect();
    let reference = match (kind, numbers) {
        (CovariateKind::Guessed | CovariateKind::Number, Some(numbers)) => {
            return number(&numbers, categories, rows);
        }
        (CovariateKind::Number, None) => {
            findings.at_rows(this, &texts(categories), &not_a_number(column));
            None
        }
        (CovariateKind::Guessed, None) => {
            // One slip of the pen must not make a factor of hundreds of ages.
            let texts = texts(categories);
            let filled = categories.codes.iter().filter(|c| **c != EMPTY).count();
            if 2 * texts.len() < filled {
                findings.at_rows(this, &texts, &not_a_number(column));
            }
            None
        }
        (CovariateKind::Factor { reference }, _) => reference.as_deref(),
    };
    refuse_cpr_in_groups(findings, table, column, categories);
    if categories.levels.len() > LEVELS {
        let finding = Finding::error(
            codes::TOO_LARGE,
            column,
            format!("a factor may have up to {LEVELS} levels"),
            "group the values first, or write `kind = \"number\"` if they are numbers",
        );
        findings.of_file(&table.file, &finding);
    }
    let place = reference.map(|label| categories.levels.iter().position(|level| level == label));
    if place == Some(None) {
        let finding = Finding::error(
            codes::COVARIATE_LEVEL,
            column,
            "no person has the reference level of the covariate",
            "choose one of the levels as `reference`, or leave it out",
        );
        findings.of_file(&table.file, &finding.allowed(list(&categories.levels)));
    }
    let level = |row: &u32| u16::try_from(categories.codes[*row as usize]).ok();
    CovariateValues::Factor {
        reference: place.flatten().unwrap_or(0) as u16,
        level: rows.iter().map(level).collect(),
        levels: categories.levels.clone(),
    }
}

/// Rows with a value that is no number.
fn texts(categories: &Categories) -> Vec<usize> {
    let is_text = |code: u32| code != EMPTY && exact(&categories.levels[code as usize]).is_none();
    let rows = categories.codes.iter().enumerate();
    rows.filter(|(_, code)| is_text(**code))
        .map(|(row, _)| row)
        .collect()
}

fn not_a_number(column: &str) -> Finding<'_> {
    let finding = Finding::error(
        codes::NOT_A_NUMBER,
        column,
        "the covariate is not a number",
        "correct the cells, or write `kind = \"factor\"` for this covariate",
    );
    finding.allowed("numbers such as 12 or 12.5")
}

/// A number as it is written: digits and decimals.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Exact {
    value: f64,
    decimals: u32,
}

/// A text as a number; `None` when it is none.
fn exact(text: &str) -> Option<Exact> {
    let value: f64 = text.parse().ok().filter(|v: &f64| v.is_finite())?;
    let plain = |c: char| c.is_ascii_digit() || "+-.".contains(c);
    // `inf` and `nan` are texts; an exponent is a number whose decimals are not written.
    let decimals = if text.chars().all(plain) {
        let decimals = text.split_once('.').map_or("", |(_, decimals)| decimals);
        decimals.trim_end_matches('0').len() as u32
    } else if text.contains(['e', 'E']) {
        DECIMALS
    } else {
        return None;
    };
    Some(Exact { value, decimals })
}

/// Numbers in units of the smallest decimal that is written, as far as it can be kept.
fn number(numbers: &[Exact], categories: &Categories, rows: &[u32]) -> CovariateValues {
    let largest = numbers
        .iter()
        .fold(1.0, |most: f64, n| most.max(n.value.abs()));
    let mut decimals = (numbers.iter().map(|n| n.decimals).max().unwrap_or(0)).min(DECIMALS);
    let unit = |decimals: u32| libm::pow(10.0, f64::from(decimals));
    while decimals > 0 && largest * unit(decimals) > LARGEST {
        decimals -= 1;
    }
    let scale = unit(decimals);
    let levels: Vec<i64> = (numbers.iter())
        .map(|n| (n.value * scale).round().clamp(-LARGEST, LARGEST) as i64)
        .collect();
    let value = |row: &u32| match categories.codes[*row as usize] {
        EMPTY => None,
        code => Some(levels[code as usize]),
    };
    CovariateValues::Number {
        decimals,
        values: rows.iter().map(value).collect(),
    }
}

/// All covariates in the order of the study: those of the columns, and the weeks before the trial.
pub(crate) fn covariates(
    study: &Study,
    trial: &Trial,
    columns: Vec<Option<Covariate>>,
) -> Vec<Covariate> {
    let asked = study.persons.covariates.iter().zip(columns);
    asked
        .filter_map(|(asked, read)| match &asked.source {
            CovariateSource::Column { .. } => read,
            CovariateSource::Before {
                table,
                states,
                weeks,
            } => Some(Covariate {
                name: asked.name.clone(),
                values: CovariateValues::Number {
                    decimals: 0,
                    values: weeks_before(study, trial, *table, (states, *weeks)),
                },
            }),
        })
        .collect()
}

/// Weeks of each person in some states among the last weeks before week 1. A week without a spell is one of the gap's
/// state; where gaps are refused it is unknown, and so is the number.
pub(crate) fn weeks_before(
    study: &Study,
    trial: &Trial,
    table: usize,
    (states, weeks): (&[String], u32),
) -> Vec<Option<i64>> {
    let file = &study.tables[table];
    let Some(before) = trial.before.get(table).and_then(Option::as_ref) else {
        return vec![None; trial.persons()];
    };
    let labels = &trial.tables[table].states;
    let among: Vec<bool> = labels.iter().map(|label| states.contains(label)).collect();
    let gap = file.gap.as_ref().map(|gap| states.contains(gap));
    let first = 1 - weeks as i32;
    (0..trial.persons())
        .map(|person| {
            let (mut known, mut inside) = (0, 0);
            for spell in before.of(person) {
                let length = i64::from((spell.end.min(1) - spell.start.max(first)).max(0));
                known += length;
                if among[usize::from(spell.state)] {
                    inside += length;
                }
            }
            let unknown = i64::from(weeks) - known;
            match gap {
                _ if unknown == 0 => Some(inside),
                Some(true) => Some(inside + unknown),
                Some(false) => Some(inside),
                None => None,
            }
        })
        .collect()
}

/// Puts the persons without a value among the lines about persons.
pub(crate) fn account(covariates: &[Covariate], accounting: &mut Vec<AccountingLine>) {
    let about = |line: &AccountingLine| line.table == "persons" && line.unit == "persons";
    let mut place = accounting
        .iter()
        .rposition(about)
        .map_or(0, |last| last + 1);
    for covariate in covariates {
        let key = format!("without_{}", covariate.name);
        // A subgroup of the same name has said so.
        if accounting.iter().any(|line| line.key == key) {
            continue;
        }
        let line = AccountingLine {
            table: "persons".to_owned(),
            unit: "persons".to_owned(),
            key,
            arm: String::new(),
            sign: REMARK.to_owned(),
            count: covariate.missing() as u64,
            hidden: false,
        };
        accounting.insert(place, line);
        place += 1;
    }
}

impl Covariate {
    /// Persons without a value.
    pub fn missing(&self) -> usize {
        match &self.values {
            CovariateValues::Number { values, .. } => values.iter().filter(|v| v.is_none()).count(),
            CovariateValues::Factor { level, .. } => level.iter().filter(|l| l.is_none()).count(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_the_decimals_they_are_written_with() {
        let column = Categories {
            levels: ["-1.5", "0", "2.25", "3.10"].map(str::to_owned).to_vec(),
            codes: vec![3, EMPTY, 0, 2, 1],
        };
        let numbers: Option<Vec<Exact>> = column.levels.iter().map(|l| exact(l)).collect();
        let read = number(&numbers.unwrap_or_default(), &column, &[0, 1, 2, 3, 4]);
        let values = vec![Some(310), None, Some(-150), Some(225), Some(0)];
        assert_eq!(
            read,
            CovariateValues::Number {
                decimals: 2,
                values
            }
        );
    }

    #[test]
    fn words_and_infinities_are_no_numbers_and_exponents_are() {
        assert_eq!(exact("nan"), None);
        assert_eq!(exact("inf"), None);
        assert_eq!(exact("dk"), None);
        assert_eq!(exact("1e-3").map(|e| e.decimals), Some(DECIMALS));
        assert_eq!(exact("12.50").map(|e| e.decimals), Some(1));
    }

    #[test]
    fn a_large_number_gives_up_decimals_rather_than_digits() {
        let column = Categories {
            levels: ["0.000000001", "123456789012"].map(str::to_owned).to_vec(),
            codes: vec![0, 1],
        };
        let numbers: Option<Vec<Exact>> = column.levels.iter().map(|l| exact(l)).collect();
        let read = number(&numbers.unwrap_or_default(), &column, &[0, 1]);
        let CovariateValues::Number { decimals, values } = read else {
            panic!("numbers");
        };
        assert_eq!(decimals, 4);
        assert_eq!(values, [Some(0), Some(1_234_567_890_120_000)]);
    }
}
