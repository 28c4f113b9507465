//! A small random trial for the tests of this room: subgroups, strata, several arms, clusters, loss of follow-up.

use crate::results::sample;
use crate::study::{
    Adjustment, Analysis, AtRisk, ExitSource, IntervalKind, Member, Multiplicity, Outcome,
    OutcomeKind, StandardErrors, Study,
};
use crate::trial::{Covariate, CovariateValues, Spell, SpellTable, Subgroup, Trial};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

pub(super) const HORIZON: i32 = 6;

/// Whether everybody is followed to the end.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum FollowUp {
    Whole,
    Partly,
}

/// What was randomised.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Units {
    Persons,
    Clusters,
}

pub(super) fn trial(seed: u64, arms: u64, follow_up: FollowUp, units: Units) -> Trial {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut below = |n: u64| rng.next_u64() % n;
    let persons = 90_usize;
    let group = |person: usize| match units {
        Units::Persons => person,
        Units::Clusters => person / 3,
    };
    let mut spells = Vec::new();
    let mut offsets = vec![0];
    let mut followed = Vec::new();
    for _ in 0..persons {
        let lost = follow_up == FollowUp::Partly && below(4) == 0;
        let end = if lost {
            3 + below(4) as i32
        } else {
            HORIZON + 2
        };
        followed.push(end);
        let (mut start, mut state) = (1, below(4).min(1) as u16 ^ 1);
        while start <= end {
            let stop = (start + 1 + below(5) as i32).min(end + 1);
            spells.push(Spell {
                start,
                end: stop,
                state,
            });
            (start, state) = (stop, 1 - state);
        }
        offsets.push(spells.len() as u32);
    }
    let level = (0..persons).map(|_| Some(below(2) as u16)).collect();
    let of_group: Vec<(u16, u32)> = (0..persons)
        .map(|_| (below(arms) as u16, below(3) as u32))
        .collect();
    Trial {
        horizon: HORIZON as u32,
        arms: ["kontrol", "deltager", "anden"][..arms as usize]
            .iter()
            .map(|&arm| arm.to_owned())
            .collect(),
        strata: vec!["by".into(), "land".into(), "ø".into()],
        arm: (0..persons).map(|p| of_group[group(p)].0).collect(),
        stratum: (0..persons).map(|p| of_group[group(p)].1).collect(),
        cluster: (units == Units::Clusters).then(|| (0..persons).map(|p| p as u32 / 3).collect()),
        subgroups: vec![Subgroup {
            column: "sex".into(),
            levels: vec!["f".into(), "m".into()],
            level,
        }],
        tables: vec![SpellTable {
            name: "spells".into(),
            states: vec!["job".into(), "benefit".into()],
            absorbing: vec![false; 2],
            offsets,
            spells,
            followed,
        }],
        records: vec![None, None],
        ..Trial::default()
    }
}

pub(super) fn study(trial: &Trial, permutations: u32) -> Study {
    let mut study = sample::study(1);
    study.horizon = HORIZON as u32;
    study.treatments = trial.arms[1..].to_vec();
    study.resampling.replicates = 0;
    study.resampling.permutations = permutations;
    study.outcomes.push(Outcome {
        name: "exit".into(),
        kind: OutcomeKind::Exit {
            source: ExitSource::Spells {
                table: 0,
                from: vec!["benefit".into()],
            },
            to: vec!["job".into()],
            at_risk: AtRisk::First,
            sustained: 1,
        },
        unit: None,
    });
    let member = |outcome, estimand: &str, weeks: &[u32], item: &str| {
        [None, Some("sex".to_owned())].map(|subgroup| Member {
            outcome,
            estimand: estimand.to_owned(),
            weeks: weeks.to_vec(),
            subgroup,
            item: item.to_owned(),
            arms: vec![],
        })
    };
    let family: Vec<Member> = [
        member(0, "weekly_difference", &[2, 5], ""),
        member(0, "cumulative_effect", &[1, 4, 6], ""),
        member(1, "hazard_difference", &[2], "job"),
        member(1, "hazard_difference", &[3], ""),
        member(1, "survival_difference", &[4], ""),
        member(1, "cumulative_incidence_difference", &[5], "job"),
        member(1, "restricted_mean_difference", &[], ""),
    ]
    .concat();
    let analysis = |name: &str, adjustment| Analysis {
        name: name.to_owned(),
        outcomes: vec![0, 1],
        adjustment,
        standard_errors: StandardErrors::default(),
        interval: IntervalKind::Normal,
        family: family.clone(),
        multiplicity: Multiplicity::Holm,
        ..study.analyses[0].clone()
    };
    study.analyses = vec![
        analysis("raw", Adjustment::None),
        analysis("within", Adjustment::Strata),
    ];
    study
}

/// The same with a number, a factor and missing values.
pub(super) fn with_covariates(mut trial: Trial, seed: u64) -> Trial {
    let mut rng = ChaCha8Rng::seed_from_u64(seed + 1000);
    let mut below = |n: u64| rng.next_u64() % n;
    let persons = trial.persons();
    let age = (0..persons)
        .map(|_| (below(9) > 0).then(|| 180 + below(400) as i64))
        .collect();
    let origin = (0..persons).map(|_| Some(below(3) as u16)).collect();
    let covariate = |name: &str, values| Covariate {
        name: name.to_owned(),
        values,
    };
    trial.covariates = vec![
        covariate(
            "age",
            CovariateValues::Number {
                decimals: 1,
                values: age,
            },
        ),
        covariate(
            "origin",
            CovariateValues::Factor {
                levels: ["a", "b", "c"].map(str::to_owned).to_vec(),
                reference: 2,
                level: origin,
            },
        ),
    ];
    trial
}

/// Persons of some arms, all followed for `last` weeks, each so many of the first of them in the state; with numbers.
pub(super) fn of_weeks(last: i32, arm: &[u16], weeks: &[i32], columns: &[Vec<i64>]) -> Trial {
    let mut spells = Vec::new();
    let mut offsets = vec![0];
    for &own in weeks {
        for (start, end, state) in [(1, 1 + own, 0), (1 + own, last + 1, 1)] {
            if start < end {
                spells.push(Spell { start, end, state });
            }
        }
        offsets.push(spells.len() as u32);
    }
    let number = |(index, values): (usize, &Vec<i64>)| Covariate {
        name: format!("x{index}"),
        values: CovariateValues::Number {
            decimals: 0,
            values: values.iter().copied().map(Some).collect(),
        },
    };
    let mut out = trial(0, 2, FollowUp::Whole, Units::Persons);
    out.horizon = last as u32;
    (out.strata, out.stratum) = (vec![String::new()], vec![0; weeks.len()]);
    (out.arm, out.subgroups) = (arm.to_vec(), Vec::new());
    out.covariates = columns.iter().enumerate().map(number).collect();
    let table = &mut out.tables[0];
    (table.spells, table.offsets) = (spells, offsets);
    table.followed = vec![last; weeks.len()];
    out
}

/// Eight persons over four weeks: treated x = 0 1 2 3 with 1 2 2 4 weeks in the state, control x = 0 1 1 5 with 0 1 0 3.
pub(super) fn eight_persons() -> Trial {
    let arm = [1, 1, 1, 1, 0, 0, 0, 0];
    of_weeks(
        4,
        &arm,
        &[1, 2, 2, 4, 0, 1, 0, 3],
        &[vec![0, 1, 2, 3, 0, 1, 1, 5]],
    )
}
