//! Small random trials and a study that asks everything of them, without files.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use rettevej::study::{
    Adjustment, Analysis, AtRisk, DataFile, DateRule, EventSource, ExitSource, FirstWeek,
    IntervalKind, Labels, Multiplicity, Outcome, OutcomeKind, Overlap, PersonsFile, Resampling,
    SchemeKind, SpellForm, SpellsFile, Study, WeekUnit,
};
use rettevej::trial::{Run, Spell, SpellTable, Subgroup, Trial, WeeklyRuns};
use rettevej::units::{ConfidenceLevel, Language};

/// Sizes of a random trial.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    pub persons: usize,
    pub arms: usize,
    pub strata: usize,
    pub horizon: u32,
    pub clusters: Option<usize>,
}

/// Uniform below m; the tiny bias does not matter for test data.
pub fn below(rng: &mut ChaCha8Rng, m: usize) -> usize {
    (rng.next_u64() % m.max(1) as u64) as usize
}

fn runs(per_person: Vec<Vec<Run>>) -> WeeklyRuns {
    let mut out = WeeklyRuns {
        offsets: vec![0],
        runs: vec![],
    };
    for mut person in per_person {
        person.sort_by_key(|run| (run.start, run.end, run.value));
        out.runs.extend(person);
        out.offsets.push(out.runs.len() as u32);
    }
    out
}

/// A trial with states benefit, dead (absorbing), school and work; staggered follow-up; hours and meetings.
pub fn random_trial(seed: u64, size: Size) -> Trial {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let states: Vec<String> = ["benefit", "dead", "school", "work"]
        .map(String::from)
        .to_vec();
    let mut table = SpellTable {
        name: "spells".into(),
        states,
        absorbing: vec![false, true, false, false],
        offsets: vec![0],
        ..SpellTable::default()
    };
    let (mut arm, mut stratum, mut levels, mut cluster) = (vec![], vec![], vec![], vec![]);
    let (mut hours, mut meetings) = (vec![], vec![]);
    for person in 0..size.persons {
        let group = size
            .clusters
            .map_or(person, |clusters| below(&mut rng, clusters));
        arm.push((group % size.arms) as u16);
        stratum.push(((group / size.arms) % size.strata) as u32);
        cluster.push(group as u32);
        levels.push([Some(0), Some(1), None][below(&mut rng, 3)]);
        let last = match below(&mut rng, 4) {
            0 => below(&mut rng, size.horizon as usize + 2) as i32,
            _ => size.horizon as i32 + 2,
        };
        table.followed.push(last);
        let (mut week, mut own_hours, mut own_meetings) = (1, vec![], vec![]);
        let mut state = [0, 0, 0, 2, 3][below(&mut rng, 5)];
        while week <= last {
            let end = if state == 1 {
                last + 1
            } else {
                (week + 1 + below(&mut rng, 5) as i32).min(last + 1)
            };
            table.spells.push(Spell {
                start: week,
                end,
                state,
            });
            if state == 3 {
                own_hours.push(Run {
                    start: week,
                    end,
                    value: 100 * (1 + below(&mut rng, 37) as i64),
                });
            }
            if state == 0 && below(&mut rng, 2) == 0 {
                let at = week + below(&mut rng, (end - week) as usize) as i32;
                own_meetings.push(Run {
                    start: at,
                    end: at + 1,
                    value: 1 + below(&mut rng, 2) as i64,
                });
            }
            week = end;
            state = [0, 0, 0, 2, 3, 3, 1][below(&mut rng, 7)];
        }
        table.offsets.push(table.spells.len() as u32);
        hours.push(own_hours);
        meetings.push(own_meetings);
    }
    let meetings = runs(meetings);
    Trial {
        surveys: Vec::new(),
        horizon: size.horizon,
        arms: (0..size.arms).map(|a| format!("arm{a}")).collect(),
        strata: (0..size.strata).map(|s| format!("s{s}")).collect(),
        arm,
        stratum,
        cluster: size.clusters.map(|_| cluster),
        first_week: None,
        subgroups: vec![Subgroup {
            column: "sex".into(),
            levels: vec!["f".into(), "m".into()],
            level: levels,
        }],
        covariates: Vec::new(),
        tables: vec![table],
        before: Vec::new(),
        durations: None,
        records: vec![
            None,
            Some(runs(hours)),
            Some(meetings.clone()),
            Some(meetings),
            None,
            None,
            None,
        ],
        accounting: vec![],
        hash: String::new(),
    }
}

/// The same trial with its persons in another order.
pub fn reordered(trial: &Trial, order: &[usize]) -> Trial {
    let pick = |values: &[u32]| order.iter().map(|&p| values[p]).collect::<Vec<_>>();
    let table = &trial.tables[0];
    let mut spells = SpellTable {
        offsets: vec![0],
        spells: vec![],
        followed: order.iter().map(|&p| table.followed[p]).collect(),
        ..table.clone()
    };
    for &person in order {
        spells.spells.extend_from_slice(table.of(person));
        spells.offsets.push(spells.spells.len() as u32);
    }
    Trial {
        arm: order.iter().map(|&p| trial.arm[p]).collect(),
        stratum: pick(&trial.stratum),
        cluster: trial.cluster.as_ref().map(|c| pick(c)),
        first_week: (trial.first_week.as_ref())
            .map(|weeks| order.iter().map(|&p| weeks[p]).collect()),
        subgroups: trial
            .subgroups
            .iter()
            .map(|s| Subgroup {
                level: order.iter().map(|&p| s.level[p]).collect(),
                ..s.clone()
            })
            .collect(),
        tables: vec![spells],
        records: trial
            .records
            .iter()
            .map(|r| {
                r.as_ref()
                    .map(|r| runs(order.iter().map(|&p| r.of(p).to_vec()).collect()))
            })
            .collect(),
        ..trial.clone()
    }
}

fn file() -> DataFile {
    DataFile {
        shown: "memory".into(),
        path: "memory".into(),
    }
}

fn outcome(name: &str, kind: OutcomeKind) -> Outcome {
    Outcome {
        name: name.into(),
        kind,
        unit: None,
    }
}

fn events() -> EventSource {
    EventSource {
        file: file(),
        person: "person".into(),
        week: "week".into(),
        weeks: WeekUnit::Trial,
        filter: vec![],
        status: None,
    }
}

fn exit(at_risk: AtRisk, sustained: u32) -> OutcomeKind {
    OutcomeKind::Exit {
        source: ExitSource::Spells {
            table: 0,
            from: vec!["benefit".into()],
        },
        to: vec!["work".into(), "school".into()],
        at_risk,
        sustained,
    }
}

/// An analysis of everything.
pub fn analysis(name: &str, adjustment: Adjustment, interval: IntervalKind) -> Analysis {
    Analysis {
        name: name.into(),
        outcomes: (0..7).collect(),
        estimands: vec![],
        adjustment,
        standard_errors: rettevej::study::StandardErrors::default(),
        subgroups: vec!["sex".into()],
        weeks: vec![],
        interval,
        confidence: ConfidenceLevel::default(),
        family: vec![],
        moderators: vec![],
        multiplicity: Multiplicity::default(),
        take_up: None,
    }
}

/// A study that asks everything of a random trial.
pub fn study(trial: &Trial, replicates: u32, analyses: Vec<Analysis>) -> Study {
    Study {
        name: "random".into(),
        language: Language::En,
        texts: [].into(),
        horizon: trial.horizon,
        first_week: FirstWeek::Assignment,
        headline: 0,
        synthetic: true,
        control: trial.arms[0].clone(),
        treatments: trial.arms[1..].to_vec(),
        labels: Labels::default(),
        persons: PersonsFile {
            file: file(),
            id: "id".into(),
            arm: "arm".into(),
            assigned: None,
            strata: vec!["stratum".into()],
            cluster: None,
            followed_until: None,
            subgroups: vec!["sex".into()],
            covariates: Vec::new(),
        },
        randomisation: None,
        tables: vec![SpellsFile {
            name: "spells".into(),
            files: vec![file()],
            person: "id".into(),
            start: "start".into(),
            end: "end".into(),
            state: "state".into(),
            weeks: WeekUnit::Trial,
            gap: None,
            overlap: Overlap::Error,
            date_rule: DateRule::Any,
            data_end: None,
            censor: vec![],
            absorbing: vec!["dead".into()],
            states: None,
            form: SpellForm::default(),
        }],
        durations: None,
        outcomes: vec![
            outcome(
                "work",
                OutcomeKind::WeeksIn {
                    table: 0,
                    states: vec!["work".into()],
                },
            ),
            outcome(
                "hours",
                OutcomeKind::Amount {
                    source: rettevej::study::AmountSource::Spells {
                        table: 0,
                        column: "hours".into(),
                    },
                    per: rettevej::study::Per::Week,
                    decimals: 2,
                },
            ),
            outcome("meetings", OutcomeKind::Events { source: events() }),
            outcome(
                "met",
                OutcomeKind::ShareAmong {
                    source: events(),
                    table: 0,
                    among: vec!["benefit".into()],
                    target: None,
                },
            ),
            outcome("exit", exit(AtRisk::First, 1)),
            outcome("lasting", exit(AtRisk::Entry, 2)),
            outcome("spells", exit(AtRisk::All, 1)),
        ],
        analyses,
        resampling: Resampling {
            scheme: SchemeKind::Bootstrap,
            replicates,
            permutations: 0,
            seed: 7,
        },
        min_cell: 1,
        site: None,
        secret: None,
        formats: Vec::new(),
        cost_benefit: None,
        surveys: Vec::new(),
        source: String::new(),
        folder: ".".into(),
    }
}
