//! Second pass: from what is written to what is meant. Every rule reports and goes on; a value that is missing because
//! the first pass took it out is replaced by an empty one, which nobody sees, since the study is then refused.

mod analyses;
mod cost_benefit;
mod covariates;
mod disclosure;
mod employment;
mod exit;
mod family;
mod form;
mod head;
mod identifier;
mod outcomes;
mod randomisation;
mod records;
mod regression;
mod report;
mod survey;
mod tables;
mod take_up;

use super::defaults::Defaults;
use super::findings::Findings;
use super::model::Study;
use super::paths::Roots;
use super::raw::RawStudy;
use super::read::Draft;
use super::written::{At, Texts};
use super::{codes, suggest};
use std::ops::Range;
use std::path::PathBuf;

/// What the rules share.
pub(super) struct Pass<'a> {
    /// Findings so far.
    pub findings: Findings<'a>,
    /// Defaults used so far.
    pub defaults: Defaults,
    /// Where data files may stand.
    pub roots: Roots<'a>,
}

/// Names in the file before the first pass took anything out, so that no reference to them is called unknown.
#[derive(Default)]
pub(super) struct Declared {
    /// Outcomes.
    pub outcomes: Vec<String>,
    /// Spell tables.
    pub tables: Vec<String>,
}

/// What the command line puts over the file.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Overrides {
    /// Replicates.
    pub replicates: Option<u32>,
    /// Permutations.
    pub permutations: Option<u32>,
    /// Seed.
    pub seed: Option<u64>,
}

/// Checks the whole study. What it returns may only be used when the pass has found no error.
pub(super) fn check(
    mut raw: RawStudy,
    declared: &Declared,
    overrides: Overrides,
    pass: &mut Pass<'_>,
) -> Study {
    let head = head::head(raw.study, pass);
    let (control, treatments) = head::arms(raw.arms, pass);
    // They may name outcomes, which are not known yet.
    let covariates = (raw.persons.as_mut()).and_then(|persons| persons.covariates.take());
    let mut persons = tables::persons(raw.persons, pass);
    let tables = tables::spells(raw.spells, &persons, pass);
    let durations = raw.durations.map(|d| tables::durations(d, pass));
    if tables.is_empty() && durations.is_none() && declared.tables.is_empty() {
        pass.findings.error(
            &(0..0),
            codes::MISSING_KEY,
            "`[spells]` is missing in the study",
            "add `[spells]` with file, person, start, end and state, or `[durations]`",
        );
    }
    if let (Some(table), Some(_)) = (tables.first(), &durations) {
        let span = find_header(&pass.findings.source.text, "durations");
        pass.findings.error(
            &span,
            codes::TOGETHER,
            format!(
                "`[durations]` stands instead of spells, but there is a table `{}` too",
                table.name
            ),
            "leave out `[durations]` or `[spells]`",
        );
    }
    let outcomes = outcomes::outcomes(
        raw.outcomes,
        &outcomes::Known {
            tables: &tables,
            durations: durations.as_ref(),
            persons: &persons,
            declared,
        },
        pass,
    );
    let known = covariates::Known {
        id: &persons.id,
        outcomes: &outcomes,
        declared: &declared.outcomes,
    };
    persons.covariates = covariates::covariates(covariates, &known, pass);
    let headline = head::headline(head.headline.as_ref(), &outcomes, declared, pass);
    let resampling = analyses::resampling(raw.resampling.unwrap_or_default(), overrides, pass);
    let analyses = analyses::analyses(
        raw.estimation.unwrap_or_default(),
        raw.analysis,
        &analyses::Known {
            outcomes: &outcomes,
            persons: &persons,
            declared,
            horizon: head.horizon,
            resampling,
            treatments: &treatments,
        },
        pass,
    );
    let surveys = survey::surveys(raw.survey, &persons, &analyses, pass);
    let randomisation = raw.randomisation.map(|raw| {
        let known = randomisation::Known {
            control: &control,
            treatments: &treatments,
            persons: &persons,
            analyses: &analyses,
        };
        randomisation::randomisation(raw, &known, pass)
    });
    let cost_benefit = raw.cost_benefit.map(|raw| {
        let known = cost_benefit::Known {
            analyses: &analyses,
            outcomes: &outcomes,
            table: tables.first(),
            covariates: &persons.covariates,
        };
        cost_benefit::cost_benefit(raw, &known, pass)
    });
    let (min_cell, site, secret) =
        disclosure::disclosure(raw.disclosure.unwrap_or_default(), head.synthetic, pass);
    let formats = report::formats(raw.report.unwrap_or_default(), pass);
    Study {
        name: head.name,
        language: head.language,
        texts: head.texts,
        horizon: head.horizon,
        first_week: head.first_week,
        headline,
        synthetic: head.synthetic,
        control,
        treatments,
        labels: head::labels(raw.labels),
        persons,
        randomisation,
        tables,
        durations,
        outcomes,
        analyses,
        resampling,
        cost_benefit,
        min_cell,
        site,
        secret,
        formats,
        surveys,
        source: pass.findings.source.text.clone(),
        folder: PathBuf::new(),
    }
}

/// Checks what a draw needs: the arms, the persons and how they are dealt. The rest of the study may not be there yet.
pub(super) fn draft(raw: RawStudy, pass: &mut Pass<'_>) -> Option<Draft> {
    let name = value_or_empty(raw.study.and_then(|head| head.name));
    let (control, treatments) = head::arms(raw.arms, pass);
    let mut persons = tables::persons(raw.persons, pass);
    if persons.arm.is_empty() {
        "arm".clone_into(&mut persons.arm);
    }
    let known = randomisation::Known {
        control: &control,
        treatments: &treatments,
        persons: &persons,
        analyses: &[],
    };
    let randomisation =
        (raw.randomisation).map(|raw| randomisation::randomisation(raw, &known, pass));
    let Some((randomisation, seed)) = randomisation.and_then(|lots| lots.seed.map(|s| (lots, s)))
    else {
        pass.findings.error(
            &find_header(&pass.findings.source.text, "randomisation"),
            codes::NO_LOTS,
            "the study says no seed to draw with",
            "add `[randomisation]` with `seed = ...`, a number that is published before the draw",
        );
        return None;
    };
    Some(Draft {
        name,
        arms: std::iter::once(control).chain(treatments).collect(),
        persons,
        randomisation,
        seed,
    })
}

/// The value, or an empty one where the first pass has already reported.
fn value_or_empty<T: Default>(given: Option<At<T>>) -> T {
    given.map(|g| g.value).unwrap_or_default()
}

/// The texts of a list; a text listed twice is reported.
fn unique(list: Option<Texts>, what: &str, pass: &mut Pass<'_>) -> Vec<String> {
    let list = list.unwrap_or_default().0;
    let mut seen: Vec<String> = Vec::new();
    for item in list {
        if seen.contains(&item.value) {
            pass.findings.error(
                &item.span,
                codes::TWICE,
                format!("{what} `{}` is named twice", item.value),
                "remove one of the two",
            );
        } else {
            seen.push(item.value);
        }
    }
    seen
}

/// Reports a name that is not among the allowed ones.
fn unknown<S: AsRef<str>>(
    name: &str,
    span: &Range<usize>,
    what: &str,
    allowed: &[S],
    pass: &mut Pass<'_>,
) {
    let finding = pass.findings.error(
        span,
        codes::UNKNOWN_REFERENCE,
        format!("there is no {what} `{name}`"),
        suggest::hint(name, allowed, "choose one of the names, or define it"),
    );
    if !allowed.is_empty() {
        finding.allowed = Some(suggest::list(allowed));
    }
}

/// The span of a table's header, for a finding about the table as a whole.
fn find_header(text: &str, table: &str) -> Range<usize> {
    let header = format!("[{table}]");
    text.find(&header)
        .map_or(0..0, |start| start..start + header.len())
}
