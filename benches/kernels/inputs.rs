//! What the kernels work on: a small and a large trial of one register, made here, without files.

use rettevej::panel::classes::Classes;
use rettevej::panel::{self, Panel};
use rettevej::resample::{Bootstrap, Draw, Rule, Scheme};
use rettevej::simulate::{Scenario, Simulator};
use rettevej::study::{DataFile, IntervalKind, Study};
use rettevej::trial::{Spell, Trial};
use std::fmt::Write as _;
use std::path::PathBuf;

const SEED: u64 = 20_240_101;

/// How large a trial is: the register's own 4,000 persons, or ten times as many.
#[derive(Clone, Copy)]
pub enum Size {
    Small,
    Large,
}

/// A trial with one outcome.
pub struct Input {
    pub study: Study,
    pub trial: Trial,
    pub panel: Panel,
    pub classes: Classes,
}

impl Input {
    /// The outcome is `employment` or `exit`.
    pub fn new(size: Size, outcome: &str) -> Self {
        let mut scenario =
            Scenario::parse(include_str!("register.toml"), "register.toml").expect("a scenario");
        if let Size::Large = size {
            for site in &mut scenario.sites {
                site.persons *= 10;
            }
        }
        let simulator = Simulator::new(scenario).expect("a right scenario");
        let trial = simulator.trial(SEED);
        let mut study = simulator.study();
        study.outcomes.retain(|o| o.name == outcome);
        study.headline = 0;
        study.analyses[0].outcomes = vec![0];
        study.analyses[0].interval = IntervalKind::Percentile;
        study.analyses[0].subgroups.clear();
        let panel = panel::build(&study, &trial).expect("small sums");
        let classes = Classes::build(&trial, &panel);
        Self {
            study,
            trial,
            panel,
            classes,
        }
    }

    /// Every sixth person is lost after ten to fifty-nine weeks.
    pub fn lose_some(&mut self) {
        let table = &mut self.trial.tables[0];
        let mut spells = Vec::new();
        let mut offsets = vec![0];
        for person in 0..table.followed.len() {
            if person % 6 == 0 {
                table.followed[person] = 10 + (person / 6 % 50) as i32;
            }
            let end = table.followed[person] + 1;
            let own = table.of(person).iter().filter(|s| s.start < end);
            spells.extend(own.map(|s| Spell {
                end: s.end.min(end),
                ..*s
            }));
            offsets.push(spells.len() as u32);
        }
        (table.spells, table.offsets) = (spells, offsets);
    }

    pub fn bootstrap(&self) -> Bootstrap {
        Bootstrap::new(&self.classes, Rule::Plain, SEED)
    }

    /// The first replicates.
    pub fn draws(&self, count: u64) -> Vec<Draw> {
        let scheme = self.bootstrap();
        let draw = |b| {
            let mut draw = Draw::default();
            scheme.fill(b, &mut draw);
            draw
        };
        (0..count).map(draw).collect()
    }

    /// The cell of each person, when only arms are kept apart.
    pub fn arms(&self) -> Vec<u32> {
        self.trial.arm.iter().map(|&arm| u32::from(arm)).collect()
    }
}

/// Replicates of a path that wanders: `weeks` columns of `count`, from a fixed linear congruence.
pub fn replicates(weeks: usize, count: usize) -> Vec<f64> {
    let mut state = 1_u64;
    let mut uniform = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let mut level = vec![0.0; count];
    let mut out = Vec::with_capacity(weeks * count);
    for _ in 0..weeks {
        for level in &mut level {
            *level += uniform() + uniform() + uniform() - 1.5;
        }
        out.extend_from_slice(&level);
    }
    out
}

/// A spell file as registers write them, in the folder that cargo keeps for this.
pub fn spell_file(rows: usize) -> DataFile {
    let mut text = String::from("person_id,start_week,end_week,state,hours\n");
    let states = ["cash_benefit", "employment", "activation", "sickness"];
    for row in 0..rows {
        let (person, spell) = (10_000_001 + row / 4, row % 4);
        let (start, end) = (1 + 16 * spell, 16 * (spell + 1));
        writeln!(text, "{person},{start},{end},{},0", states[spell]).expect("a string grows");
    }
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("spells-{rows}.csv"));
    std::fs::write(&path, text).expect("the folder can be written");
    DataFile {
        shown: "spells.csv".to_owned(),
        path,
    }
}
