//! A small study and its results for the tests of this room and of those to its right. Built for tests only.

use super::bundle::Disclosure;
use super::{Bundle, Facts, MayLeave, OutcomeFacts, Results, Row, Sealed, Status};
use crate::error::{Diagnostic, Place};
use crate::study::model::{
    Adjustment, Analysis, DataFile, FirstWeek, IntervalKind, Labels, Multiplicity, Outcome,
    OutcomeKind, PersonsFile, Resampling, SchemeKind, StandardErrors, Study, Words,
};
use crate::trial::AccountingLine;
use crate::units::{ConfidenceLevel, Language};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A bundle that no gate has seen, for tests of the writers.
pub(crate) struct Passed(pub(crate) Bundle);

impl Sealed for Passed {}

impl MayLeave for Passed {
    fn bundle(&self) -> &Bundle {
        &self.0
    }
}

/// The sample's bundle, under the rule "off" or marked.
pub(crate) fn bundle(cleared: bool) -> Bundle {
    let disclosure = Disclosure {
        gate: "none".to_owned(),
        cleared,
    };
    Bundle::assemble(results(), &study(if cleared { 1 } else { 5 }), disclosure)
}

pub(crate) fn study(min_cell: u32) -> Study {
    let analysis = |name: &str, adjustment| Analysis {
        name: name.to_owned(),
        outcomes: vec![0],
        estimands: Vec::new(),
        adjustment,
        standard_errors: StandardErrors::default(),
        subgroups: vec!["sex".to_owned()],
        weeks: Vec::new(),
        interval: IntervalKind::Percentile,
        confidence: ConfidenceLevel::default(),
        family: vec![],
        moderators: vec![],
        multiplicity: Multiplicity::default(),
        take_up: None,
    };
    Study {
        name: "Prøve".to_owned(),
        language: Language::Da,
        texts: BTreeMap::from([("title".to_owned(), "Et \"lille\" forsøg".to_owned())]),
        horizon: 3,
        first_week: FirstWeek::Assignment,
        headline: 0,
        synthetic: true,
        control: "kontrol".to_owned(),
        treatments: vec!["deltager".to_owned()],
        labels: Labels {
            words: BTreeMap::from([(
                "deltager".to_owned(),
                Words {
                    da: Some("Deltagergruppen".to_owned()),
                    more: BTreeMap::from([("da".to_owned(), "flere".to_owned())]),
                    ..Words::default()
                },
            )]),
        },
        persons: PersonsFile {
            file: DataFile {
                shown: "persons.csv".to_owned(),
                path: PathBuf::from("somewhere/persons.csv"),
            },
            id: "id".to_owned(),
            arm: "arm".to_owned(),
            assigned: None,
            strata: Vec::new(),
            cluster: None,
            followed_until: None,
            subgroups: vec!["sex".to_owned()],
            covariates: Vec::new(),
        },
        randomisation: None,
        tables: Vec::new(),
        durations: None,
        outcomes: vec![Outcome {
            name: "employment".to_owned(),
            kind: OutcomeKind::WeeksIn {
                table: 0,
                states: vec!["job".to_owned()],
            },
            unit: None,
        }],
        analyses: vec![
            analysis("main", Adjustment::None),
            analysis("by stratum", Adjustment::Strata),
        ],
        resampling: Resampling {
            scheme: SchemeKind::Bootstrap,
            replicates: 999,
            permutations: 0,
            seed: 7,
        },
        cost_benefit: None,
        min_cell,
        site: None,
        secret: None,
        formats: Vec::new(),
        surveys: Vec::new(),
        source: "[study]\nname = \"Prøve\"\n".to_owned(),
        folder: PathBuf::from("somewhere"),
    }
}

pub(crate) fn results() -> Results {
    Results {
        rows: rows(),
        quantities: None,
        prices: None,
        support: None,
        accounting: vec![AccountingLine {
            table: "persons, all".to_owned(),
            unit: "persons".to_owned(),
            key: "used".to_owned(),
            arm: "-kontrol".to_owned(),
            sign: "=".to_owned(),
            count: 40,
            hidden: false,
        }],
        findings: vec![
            Diagnostic::warning("RV0399", "one \"odd\" thing", "look at it").at(Place::Data {
                file: "spells.csv".to_owned(),
                column: Some("state".to_owned()),
                rows: vec![17, 23],
                count: 2,
            }),
        ],
        facts: Facts {
            arms: vec!["kontrol".to_owned(), "deltager".to_owned()],
            persons: vec![20, 20],
            trial_hash: "abc123".to_owned(),
            inputs: BTreeMap::new(),
            replicates: 999,
            seed: 7,
            scheme: "bootstrap".to_owned(),
            draw_version: 1,
            followed_share: vec![vec![1.0, 0.95, f64::NAN], vec![1.0, 1.0, 1.0 / 3.0]],
            ..Facts::default()
        },
        outcomes: vec![OutcomeFacts {
            name: "employment".to_owned(),
            kind: "weeks_in".to_owned(),
            unit: "share".to_owned(),
            tick: "week".to_owned(),
            randomised: true,
            ..OutcomeFacts::default()
        }],
    }
}

/// Three weeks of two arms and their contrast in each analysis, one hidden row, one undefined row, one permutation row.
pub(crate) fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for analysis in ["main", "by stratum"] {
        for week in 1..=3 {
            for (arm, value) in [("kontrol", 0.1), ("deltager", 0.25)] {
                let mut row = base(analysis, "weekly_mean", arm);
                row.week = Some(week);
                row.estimate = Some(value + f64::from(week) / 30.0);
                row.std_error = Some(0.02);
                row.n = Some(20 - week as u64);
                rows.push(row);
            }
        }
        let mut effect = base(analysis, "cumulative_effect", "deltager");
        effect.reference = "kontrol".into();
        effect.week = Some(3);
        effect.estimate = Some(0.45);
        effect.std_error = Some(0.2);
        effect.conf_low = Some(0.05);
        effect.conf_high = Some(0.85);
        effect.mc_conf_low = Some(0.01);
        effect.mc_conf_high = Some(0.01);
        effect.p_value = Some(0.024_449);
        effect.n = Some(20);
        effect.n_reference = Some(20);
        effect.interval_method = "percentile".into();
        effect.replicates = Some(999);
        rows.push(effect.clone());
        let mut permuted = effect.clone();
        permuted.item = "permutation".into();
        permuted.p_value = Some(0.049);
        permuted.mc_p = Some(0.007);
        rows.push(permuted);
        let mut hidden = effect.clone();
        (hidden.subgroup, hidden.level) = ("sex".into(), "=f".into());
        (hidden.estimate, hidden.status, hidden.reason) = (None, Status::Hidden, "below 5".into());
        rows.push(hidden);
        let mut undefined = effect;
        (undefined.subgroup, undefined.level) = ("sex".into(), "m, \"m\"".into());
        (undefined.estimate, undefined.status) = (None, Status::Undefined);
        undefined.reason = "nobody followed".into();
        rows.push(undefined);
    }
    rows
}

fn base(analysis: &str, estimand: &str, arm: &str) -> Row {
    let mut row = Row::blank();
    row.analysis = analysis.into();
    row.estimand = estimand.into();
    row.outcome = "employment".into();
    row.subgroup = "all".into();
    row.arm = arm.into();
    row.unit = "share".into();
    row
}
