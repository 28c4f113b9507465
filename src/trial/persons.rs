//! The list of persons: arm, stratum, cluster, subgroups, week of assignment, end of follow-up.

use super::clock::{Clock, NO_WEEK};
use super::codes;
use super::columns::{
    Blank, Columns, Must, check_categories, check_numbers, empty_cell, empty_rows, is_empty,
    no_rows,
};
use super::covariates;
use super::findings::{Finding, Findings, list};
use super::identifiers::refuse_cpr_in_groups;
use super::model::{Covariate, Subgroup};
use crate::error::Result;
use crate::registers::{self, Categories, EMPTY, IdIndex, Kind, Table, Want};
use crate::study::{Analysis, Study, WeekUnit};

/// The persons of the trial, numbered by their rows.
pub(crate) struct Persons {
    pub(crate) index: IdIndex,
    /// The file, without its columns.
    pub(crate) table: Table,
    /// Row of each person.
    pub(crate) rows: Vec<u32>,
    pub(crate) arms: Vec<String>,
    pub(crate) arm: Vec<u16>,
    pub(crate) strata: Vec<String>,
    pub(crate) stratum: Vec<u32>,
    /// Cluster labels, ascending.
    pub(crate) clusters: Vec<String>,
    pub(crate) cluster: Option<Vec<u32>>,
    pub(crate) subgroups: Vec<Subgroup>,
    /// Columns of covariates, in the order of the study; `None` for one that is not a column.
    pub(crate) covariates: Vec<Option<Covariate>>,
    /// ISO week of assignment of each, or [`NO_WEEK`].
    pub(crate) assigned: Option<Vec<i32>>,
    /// Last followed week of each, in the unit of the first spell table.
    pub(crate) followed_until: Option<Vec<Option<i32>>>,
}

impl Persons {
    /// Number of persons.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The row of a person.
    pub(crate) fn row(&self, person: usize) -> usize {
        self.rows[person] as usize
    }

    /// The file as a list of one, for findings.
    pub(crate) fn files(&self) -> &[Table] {
        std::slice::from_ref(&self.table)
    }
}

/// Unit of `followed_until`: that of the first spell table.
fn first_unit(study: &Study) -> WeekUnit {
    let first = study.tables.first();
    first.map_or(WeekUnit::Trial, |table| table.weeks)
}

fn wants(study: &Study) -> Vec<Want> {
    let file = &study.persons;
    let unit = first_unit(study);
    let want = |column: &String, kind| Want {
        column: column.clone(),
        kind,
    };
    let mut wants = vec![want(&file.id, Kind::Id), want(&file.arm, Kind::Category)];
    wants.extend(
        file.strata
            .iter()
            .map(|column| want(column, Kind::Category)),
    );
    wants.extend(
        file.cluster
            .iter()
            .map(|column| want(column, Kind::Category)),
    );
    wants.extend(
        file.subgroups
            .iter()
            .map(|column| want(column, Kind::Category)),
    );
    wants.extend(covariates::wants(study));
    wants.extend(
        file.assigned
            .iter()
            .map(|column| want(column, Kind::Assigned)),
    );
    wants.extend(
        file.followed_until
            .iter()
            .map(|column| want(column, Kind::Week(unit))),
    );
    wants
}

/// Reads the persons file.
pub(crate) fn read(study: &Study, findings: &mut Findings) -> Result<Persons> {
    let file = &study.persons;
    let mut table = registers::read(&file.file, &wants(study))?;
    if table.rows == 0 {
        // Everything else that is wrong follows from it.
        let mut alone = Findings::default();
        alone.of_file(&table.file, &no_rows("the trial has no persons"));
        return Err(alone.into_error());
    }
    let mut columns = Columns::take(&mut table);
    let ids = columns.ids();
    let (index, rows, duplicates) = IdIndex::build(&ids);
    let this = std::slice::from_ref(&table);
    let finding = Finding::error(
        codes::DUPLICATE_PERSON,
        file.id.as_str(),
        "the person stands in an earlier row already",
        "remove the extra rows, or correct the identifier",
    );
    findings.at_rows(this, &duplicates, &finding);
    let empty: Vec<usize> = (0..table.rows)
        .filter(|row| ids.is_empty_at(*row))
        .collect();
    findings.at_rows(this, &empty, &empty_cell(&file.id));
    drop(ids);

    let arm = columns.categories();
    let (arms, arm) = read_arms(study, &table, &arm, &rows, findings);
    let before = findings.errors();
    let strata: Vec<Categories> = file.strata.iter().map(|_| columns.categories()).collect();
    for (column, categories) in file.strata.iter().zip(&strata) {
        check_categories(findings, &table, column, categories);
        refuse_cpr_in_groups(findings, &table, column, categories);
    }
    let are_sound = findings.errors() == before;
    let (strata, stratum) = join_strata(&strata, &rows);
    let mut clusters = Vec::new();
    let cluster = file.cluster.as_ref().map(|column| {
        let categories = columns.categories();
        check_categories(findings, &table, column, &categories);
        clusters = categories.levels;
        let code = |row: &u32| Some(categories.codes[*row as usize]).filter(|c| *c != EMPTY);
        rows.iter()
            .map(|row| code(row).unwrap_or(0))
            .collect::<Vec<u32>>()
    });
    let subgroups = file
        .subgroups
        .iter()
        .map(|column| read_subgroup(column, columns.categories(), (&table, &rows), findings))
        .collect();
    let covariates = covariates::read(study, &mut columns, (&table, &rows), findings);
    let assigned = file.assigned.as_ref().map(|column| {
        let numbers = columns.numbers();
        let must = Must {
            be: Kind::Assigned,
            blank: Blank::Refused,
        };
        check_numbers(findings, &table, column, &numbers, must);
        let week = |row: &u32| {
            let row = *row as usize;
            if is_empty(&numbers, row) {
                NO_WEEK
            } else {
                Clock::keep(numbers.values[row])
            }
        };
        rows.iter().map(week).collect()
    });
    let followed_until = file.followed_until.as_ref().map(|column| {
        let numbers = columns.numbers();
        let must = Must {
            be: Kind::Week(first_unit(study)),
            blank: Blank::Allowed,
        };
        check_numbers(findings, &table, column, &numbers, must);
        let week = |row: &u32| {
            let row = *row as usize;
            (!is_empty(&numbers, row)).then(|| Clock::keep(numbers.values[row]))
        };
        rows.iter().map(week).collect()
    });
    let persons = Persons {
        index,
        table,
        rows,
        arms,
        arm,
        strata,
        stratum,
        clusters,
        cluster,
        subgroups,
        covariates,
        assigned,
        followed_until,
    };
    if are_sound {
        // Else what is wrong with the labels makes strata that are none.
        check_strata(study, &persons, findings);
    }
    check_clusters(study, &persons, findings);
    Ok(persons)
}

/// Arms of the study in its order, and each person's; the control for an arm that is an error.
fn read_arms(
    study: &Study,
    table: &Table,
    column: &Categories,
    rows: &[u32],
    findings: &mut Findings,
) -> (Vec<String>, Vec<u16>) {
    let name = study.persons.arm.as_str();
    check_categories(findings, table, name, column);
    let mut arms = vec![study.control.clone()];
    arms.extend(study.treatments.iter().cloned());
    let place = |level: &String| arms.iter().position(|arm| arm == level);
    let places: Vec<Option<usize>> = column.levels.iter().map(place).collect();
    let is_unknown = |code: u32| code != EMPTY && places[code as usize].is_none();
    let unknown: Vec<usize> = (0..table.rows)
        .filter(|row| is_unknown(column.codes[*row]))
        .collect();
    let labels = column.levels.iter().zip(&places);
    let strangers = labels
        .filter(|(_, place)| place.is_none())
        .map(|(label, _)| label);
    let finding = Finding::error(
        codes::UNKNOWN_ARM,
        name,
        format!("not an arm of the study: {}", list(strangers)),
        "add the arm to `[arms]`, or correct the cells",
    );
    let this = std::slice::from_ref(table);
    findings.at_rows(this, &unknown, &finding.allowed(list(&arms)));
    let mut seen = vec![false; arms.len()];
    // Of all rows: an arm whose persons all stand twice is not an empty one.
    for &code in column.codes.iter().filter(|code| **code != EMPTY) {
        if let Some(place) = places[code as usize] {
            seen[place] = true;
        }
    }
    for (label, _) in arms.iter().zip(&seen).filter(|(_, seen)| !**seen) {
        let finding = Finding::error(
            codes::EMPTY_ARM,
            name,
            format!("the arm `{label}` of the study has no persons"),
            "correct the label in `[arms]`, or remove it",
        );
        findings.of_file(&table.file, &finding.allowed(list(&column.levels)));
    }
    let of_row = |row: &u32| match column.codes[*row as usize] {
        EMPTY => 0,
        code => places[code as usize].unwrap_or(0) as u16,
    };
    let arm = rows.iter().map(of_row).collect();
    (arms, arm)
}

/// Combinations of strata that are ticked off rather than sorted.
const FEW: u64 = 1 << 16;

/// One stratum per combination of the columns that occurs, ascending column by column.
pub(crate) fn join_strata(columns: &[Categories], rows: &[u32]) -> (Vec<String>, Vec<u32>) {
    if columns.is_empty() {
        return (vec![String::new()], vec![0; rows.len()]);
    }
    let combination = |row: &u32| {
        columns.iter().fold(0u64, |code, column| {
            let level = Some(column.codes[*row as usize])
                .filter(|code| *code != EMPTY)
                .unwrap_or(0);
            code.wrapping_mul(column.levels.len().max(1) as u64) + u64::from(level)
        })
    };
    let most = (columns.iter()).try_fold(1u64, |product, column| {
        product.checked_mul(column.levels.len().max(1) as u64)
    });
    let mut distinct: Vec<u64> = Vec::new();
    // Few combinations, as nearly always, are ticked off.
    let mut ticks = vec![false; most.filter(|most| *most <= FEW).unwrap_or(0) as usize];
    if ticks.is_empty() {
        distinct.extend(rows.iter().map(combination));
        distinct.sort_unstable();
        distinct.dedup();
    } else {
        for row in rows {
            ticks[combination(row) as usize] = true;
        }
        distinct.extend((0..ticks.len() as u64).filter(|code| ticks[*code as usize]));
    }
    let label = |code: &u64| {
        let mut rest = *code;
        let mut parts: Vec<&str> = Vec::new();
        for column in columns.iter().rev() {
            let levels = column.levels.len().max(1) as u64;
            let level = (rest % levels) as usize;
            parts.push(column.levels.get(level).map_or("", String::as_str));
            rest /= levels;
        }
        parts.reverse();
        parts.join(" / ")
    };
    let labels = distinct.iter().map(label).collect();
    let mut places = vec![0; ticks.len()];
    for (place, code) in distinct.iter().enumerate().take(places.len()) {
        places[*code as usize] = place as u32;
    }
    let number = |row: &u32| {
        let code = combination(row);
        match places.get(code as usize) {
            Some(place) => *place,
            None => distinct.binary_search(&code).unwrap_or_default() as u32,
        }
    };
    (labels, rows.iter().map(number).collect())
}

fn read_subgroup(
    column: &str,
    categories: Categories,
    (table, rows): (&Table, &[u32]),
    findings: &mut Findings,
) -> Subgroup {
    let empty = empty_rows(&categories);
    let finding = Finding::error(
        codes::EMPTY_SUBGROUP,
        column,
        "these persons have no value; they count in the whole and in no level of this subgroup",
        "fill the cells if they are known",
    );
    findings.at_rows(std::slice::from_ref(table), &empty, &finding.note());
    refuse_cpr_in_groups(findings, table, column, &categories);
    if categories.levels.len() >= usize::from(u16::MAX) {
        let finding = Finding::error(
            codes::TOO_LARGE,
            column,
            "a subgroup may have up to 65,534 levels",
            "group the values first",
        );
        findings.of_file(&table.file, &finding);
    }
    let level = |row: &u32| u16::try_from(categories.codes[*row as usize]).ok();
    Subgroup {
        column: column.to_owned(),
        level: rows.iter().map(level).collect(),
        levels: categories.levels,
    }
}

/// Warns of strata in which a treatment arm cannot be compared with the control, when an analysis compares across
/// strata; one within strata leaves them out, and tells so itself.
fn check_strata(study: &Study, persons: &Persons, findings: &mut Findings) {
    let within = |analysis: &Analysis| analysis.adjustment.is_within_strata();
    let all_within = !study.analyses.is_empty() && study.analyses.iter().all(within);
    if study.persons.strata.is_empty() || all_within {
        return;
    }
    let arms = persons.arms.len();
    let mut first = vec![None; persons.strata.len()];
    let mut seen = vec![false; persons.strata.len() * arms];
    for (person, (stratum, arm)) in persons.stratum.iter().zip(&persons.arm).enumerate() {
        first[*stratum as usize].get_or_insert(person);
        seen[*stratum as usize * arms + usize::from(*arm)] = true;
    }
    for arm in 1..arms {
        let lacking = |stratum: &usize| {
            let (control, treated) = (seen[stratum * arms], seen[stratum * arms + arm]);
            control != treated
        };
        let strata: Vec<usize> = (0..persons.strata.len()).filter(lacking).collect();
        let rows: Vec<usize> = strata
            .iter()
            .filter_map(|stratum| first[*stratum].map(|person: usize| persons.row(person)))
            .collect();
        let message = format!(
            "{} of {} strata have persons of only one of the arms `{}` and `{}`",
            strata.len(),
            persons.strata.len(),
            persons.arms[0],
            persons.arms[arm]
        );
        let finding = Finding::error(
            codes::STRATUM_ONE_ARM,
            study.persons.strata.first().map(String::as_str),
            message,
            "compare within strata (`adjustment = \"strata\"`), which leaves these out and counts them",
        );
        findings.at_rows(persons.files(), &rows, &finding.warning());
    }
}

/// The cluster is the randomised unit within a stratum: one arm, one stratum.
fn check_clusters(study: &Study, persons: &Persons, findings: &mut Findings) {
    let Some(cluster) = &persons.cluster else {
        return;
    };
    let mut home: Vec<Option<(u16, u32)>> = vec![None; persons.clusters.len()];
    let mut split = Vec::new();
    for (person, cluster) in cluster.iter().enumerate() {
        let here = (persons.arm[person], persons.stratum[person]);
        match home.get_mut(*cluster as usize) {
            Some(Some(home)) if *home != here => split.push(persons.row(person)),
            Some(home) => *home = Some(here),
            None => {}
        }
    }
    let finding = Finding::error(
        codes::CLUSTER_SPLIT,
        study.persons.cluster.as_deref(),
        "the cluster has persons in another arm or stratum in an earlier row",
        "correct the rows, or remove `cluster` when persons were randomised",
    );
    findings.at_rows(persons.files(), &split, &finding);
}
