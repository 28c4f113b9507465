//! The list that lots are drawn for: identifiers, strata, clusters, and the arm where there is one.

use super::codes::NO_IDENTIFIER;
use crate::error::Result;
use crate::registers::{self, Categories, EMPTY, IdIndex, Ids, Kind, Want};
use crate::study::PersonsFile;
use crate::trial::columns::{Columns, check_categories, empty_cell, no_rows};
use crate::trial::findings::{Finding, Findings, list as listed};
use crate::trial::identifiers::refuse_cpr_in_groups;
use crate::trial::{codes, join_strata};

/// Whether the list has arms already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arms<'a> {
    /// They are to be drawn.
    ToDraw,
    /// These, as they stand in the study.
    Stored(&'a [String]),
}

/// A list of persons.
#[derive(Debug)]
pub(super) struct List {
    pub(super) ids: Ids,
    /// Columns of strata, as in the study.
    pub(super) columns: Vec<Categories>,
    pub(super) cluster: Option<Categories>,
    /// Labels of strata.
    pub(super) strata: Vec<String>,
    /// Stratum of each person.
    pub(super) stratum: Vec<u32>,
    /// Stored arm of each person; empty where they are to be drawn.
    pub(super) arm: Vec<u16>,
}

impl List {
    /// Persons.
    pub(super) fn len(&self) -> usize {
        self.stratum.len()
    }

    /// Units by block, in order: the persons of each unit.
    pub(super) fn units(&self) -> Vec<Vec<Vec<u32>>> {
        let mut blocks: Vec<Vec<u32>> = vec![Vec::new(); self.strata.len()];
        for (person, stratum) in self.stratum.iter().enumerate() {
            blocks[*stratum as usize].push(person as u32);
        }
        let unit = |person: &u32| match &self.cluster {
            Some(cluster) => cluster.codes[*person as usize],
            None => *person,
        };
        (blocks.into_iter())
            .map(|mut persons| {
                match &self.cluster {
                    // Levels stand in ascending order.
                    Some(cluster) => persons.sort_by_key(|p| cluster.codes[*p as usize]),
                    None => persons.sort_by(|a, b| self.ids.compare(*a as usize, *b as usize)),
                }
                let units = persons.chunk_by(|a, b| unit(a) == unit(b));
                units.map(<[u32]>::to_vec).collect()
            })
            .collect()
    }
}

/// Reads a list.
pub(super) fn read(file: &PersonsFile, arms: Arms<'_>) -> Result<List> {
    let want = |column: &String, kind| Want {
        column: column.clone(),
        kind,
    };
    let mut wants = vec![want(&file.id, Kind::Id)];
    let labels = file.strata.iter().chain(&file.cluster);
    wants.extend(labels.map(|column| want(column, Kind::Category)));
    if let Arms::Stored(_) = arms {
        wants.push(want(&file.arm, Kind::Category));
    }
    let mut table = registers::read(&file.file, &wants)?;
    let mut findings = Findings::default();
    if file.id == registers::ROW {
        let finding = Finding::error(
            NO_IDENTIFIER,
            None,
            "lots are drawn in the order of identifiers, and the list has none",
            "name the column of the identifier in `[persons]`",
        );
        findings.of_file(&table.file, &finding);
    }
    if table.rows == 0 {
        findings.of_file(&table.file, &no_rows("there is nobody to draw lots for"));
        return Err(findings.into_error());
    }
    let mut columns = Columns::take(&mut table);
    let ids = columns.ids();
    let this = std::slice::from_ref(&table);
    let (_, _, twice) = IdIndex::build(&ids);
    let finding = Finding::error(
        codes::DUPLICATE_PERSON,
        file.id.as_str(),
        "the person stands in an earlier row already",
        "remove the extra rows, or correct the identifier",
    );
    findings.at_rows(this, &twice, &finding);
    let empty: Vec<usize> = (0..table.rows)
        .filter(|row| ids.is_empty_at(*row))
        .collect();
    findings.at_rows(this, &empty, &empty_cell(&file.id));
    let strata: Vec<Categories> = file.strata.iter().map(|_| columns.categories()).collect();
    for (column, categories) in file.strata.iter().zip(&strata) {
        check_categories(&mut findings, &table, column, categories);
        refuse_cpr_in_groups(&mut findings, &table, column, categories);
    }
    let cluster = file.cluster.as_ref().map(|column| {
        let categories = columns.categories();
        check_categories(&mut findings, &table, column, &categories);
        categories
    });
    let arm = match arms {
        Arms::ToDraw => Vec::new(),
        Arms::Stored(labels) => {
            let categories = columns.categories();
            check_categories(&mut findings, &table, &file.arm, &categories);
            stored(&categories, labels, (&file.arm, &table), &mut findings)
        }
    };
    if findings.failed() {
        return Err(findings.into_error());
    }
    let rows: Vec<u32> = (0..table.rows as u32).collect();
    let (labels, stratum) = join_strata(&strata, &rows);
    let list = List {
        ids,
        columns: strata,
        cluster,
        strata: labels,
        stratum,
        arm,
    };
    let split = split_clusters(&list);
    let finding = Finding::error(
        codes::CLUSTER_SPLIT,
        file.cluster.as_deref(),
        "the cluster has persons in another stratum in an earlier row",
        "correct the rows, or remove `cluster` when persons are randomised",
    );
    findings.at_rows(this, &split, &finding);
    findings.finish().map(|_| list)
}

/// The arms that stand in the list.
fn stored(
    categories: &Categories,
    labels: &[String],
    (column, table): (&str, &registers::Table),
    findings: &mut Findings,
) -> Vec<u16> {
    let places: Vec<Option<usize>> = (categories.levels.iter())
        .map(|level| labels.iter().position(|label| label == level))
        .collect();
    let place = |code: &u32| places.get(*code as usize).copied().flatten();
    let unknown: Vec<usize> = (categories.codes.iter().enumerate())
        .filter(|(_, code)| **code != EMPTY && place(code).is_none())
        .map(|(row, _)| row)
        .collect();
    let finding = Finding::error(
        codes::UNKNOWN_ARM,
        column,
        "not an arm of the study",
        "add the arm to `[arms]`, or correct the cells",
    );
    let finding = finding.allowed(listed(labels));
    findings.at_rows(std::slice::from_ref(table), &unknown, &finding);
    (categories.codes.iter())
        .map(|code| place(code).unwrap_or(0) as u16)
        .collect()
}

/// Rows of clusters that began in another stratum.
fn split_clusters(list: &List) -> Vec<usize> {
    let Some(cluster) = &list.cluster else {
        return Vec::new();
    };
    let mut home: Vec<Option<u32>> = vec![None; cluster.levels.len()];
    (0..list.len())
        .filter(|person| {
            let here = list.stratum[*person];
            let home = &mut home[cluster.codes[*person] as usize];
            *home.get_or_insert(here) != here
        })
        .collect()
}
