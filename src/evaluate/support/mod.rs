//! The exact counts of persons behind the weekly rows, for the disclosure gate: by arm and level, week by week.

mod bits;
mod tracks;

use crate::numeric::parallel;
use crate::panel::{Kind, Panel, Shape};
use crate::results::support::{Column, Count, Group, Overlap, Support, Track, TrackKind};
use crate::study::Study;
use crate::totals::expand;
use crate::trial::Trial;
use bits::Bits;
use std::collections::BTreeMap;
use std::ops::Range;
use tracks::{Reading, Source, Tracks, tracks};

/// Persons counted at a time.
const BLOCK: usize = 1 << 14;

/// Counts for the gate.
pub(super) fn support(study: &Study, trial: &Trial, panel: &Panel) -> Support {
    let tracks = tracks(study, trial, panel);
    let (columns, places) = columns(study, trial, panel);
    let counter = Counter {
        trial,
        panel,
        tracks: &tracks,
        columns: &columns,
        places: &places,
    };
    let blocks = parallel::blocks(trial.persons(), BLOCK);
    let parts = parallel::map_ordered(blocks.len(), |b| counter.count(blocks[b].clone()));
    let mut filled = counter.count(0..0);
    for part in &parts {
        for (changes, own) in filled.iter_mut().zip(part) {
            changes.add(own);
        }
    }
    let mut groups = filled.into_iter().map(Changes::finish);
    let arms = trial.arms.len();
    let columns: Vec<Column> = (columns.iter())
        .map(|column| Column {
            groups: (column.levels.iter())
                .map(|_| groups.by_ref().take(arms).collect())
                .collect(),
            ..column.clone()
        })
        .collect();
    Support {
        parts: tracks.parts,
        kinds: tracks.kinds,
        columns,
        overlaps: overlaps(trial, &places),
    }
}

/// The columns that some analysis shows, everybody first, and where the trial has them.
fn columns(study: &Study, trial: &Trial, panel: &Panel) -> (Vec<Column>, Vec<Option<usize>>) {
    let shapes = panel.outcomes.iter().map(|outcome| &outcome.shape);
    let first = shapes.clone().map(|s| s.first_tick).min().unwrap_or(1);
    let last = shapes.map(Shape::last_tick).max().unwrap_or(0);
    let every: Vec<i32> = (first..=last).collect();
    let shown = |column: Option<&str>| {
        let own = (study.analyses.iter())
            .filter(|a| column.is_none_or(|name| a.subgroups.iter().any(|s| s == name)));
        let mut ticks: Vec<i32> = own
            .flat_map(|analysis| match analysis.weeks.as_slice() {
                [] => every.clone(),
                weeks => weeks.iter().map(|&week| week as i32).collect(),
            })
            .collect();
        ticks.sort_unstable();
        ticks.dedup();
        ticks
    };
    let mut columns = vec![Column {
        name: "all".to_owned(),
        levels: vec![String::new()],
        shown: shown(None),
        groups: Vec::new(),
    }];
    let mut places = vec![None];
    for (place, subgroup) in trial.subgroups.iter().enumerate() {
        let shown = shown(Some(&subgroup.column));
        if !shown.is_empty() {
            columns.push(Column {
                name: subgroup.column.clone(),
                levels: subgroup.levels.clone(),
                shown,
                groups: Vec::new(),
            });
            places.push(Some(place));
        }
    }
    (columns, places)
}

/// Levels of different columns with persons in common.
fn overlaps(trial: &Trial, places: &[Option<usize>]) -> Vec<Overlap> {
    /// Column and level.
    type Level = (usize, usize);
    let mut found: BTreeMap<(usize, Level, Level), u64> = BTreeMap::new();
    for person in 0..trial.persons() {
        let arm = usize::from(trial.arm[person]);
        for (first, a) in places.iter().enumerate() {
            let Some(a) = a.and_then(|a| trial.subgroups[a].level[person]) else {
                continue;
            };
            for (second, b) in places.iter().enumerate().skip(first + 1) {
                if let Some(b) = b.and_then(|b| trial.subgroups[b].level[person]) {
                    let pair = (arm, (first, usize::from(a)), (second, usize::from(b)));
                    *found.entry(pair).or_default() += 1;
                }
            }
        }
    }
    let overlap = |((arm, first, second), persons)| Overlap {
        arm,
        first,
        second,
        persons,
    };
    found.into_iter().map(overlap).collect()
}

struct Counter<'a> {
    trial: &'a Trial,
    panel: &'a Panel,
    tracks: &'a Tracks,
    columns: &'a [Column],
    places: &'a [Option<usize>],
}

/// The weeks of one person in one outcome.
#[derive(Default)]
struct Weeks {
    levels: Vec<i64>,
    present: Bits,
    valued: Bits,
    /// Exits by destination.
    exits: Vec<Bits>,
    lost: Bits,
}

/// Counts of a group while they are added up: where persons come and go.
#[derive(Clone, Default)]
struct Changes {
    persons: u64,
    counts: Vec<Vec<i64>>,
    ever: Vec<Vec<i64>>,
    lost: Vec<Vec<i64>>,
}

impl Counter<'_> {
    /// Counts of some persons: groups by column, level and arm.
    fn count(&self, some: Range<usize>) -> Vec<Changes> {
        let arms = self.trial.arms.len();
        let groups: usize = self.columns.iter().map(|c| c.levels.len()).sum();
        let mut out = vec![self.blank(); groups * arms];
        let mut weeks: Vec<Weeks> = self
            .panel
            .outcomes
            .iter()
            .map(|_| Weeks::default())
            .collect();
        let mut bits = Bits::default();
        for person in some {
            for (outcome, weeks) in self.panel.outcomes.iter().zip(&mut weeks) {
                weeks.levels.resize(outcome.shape.slots(), 0);
                expand(outcome, person, &mut weeks.levels);
                weeks.read(&outcome.shape);
            }
            let arm = usize::from(self.trial.arm[person]);
            let mut places = Vec::with_capacity(self.columns.len());
            let mut start = 0;
            for (place, column) in self.places.iter().zip(self.columns) {
                let level = match place {
                    None => Some(0),
                    Some(place) => self.trial.subgroups[*place].level[person].map(usize::from),
                };
                places.extend(level.map(|level| (start + level) * arms + arm));
                start += column.levels.len();
            }
            for &place in &places {
                out[place].persons += 1;
            }
            for (track, (reading, kind)) in
                (self.tracks.readings.iter().zip(&self.tracks.kinds)).enumerate()
            {
                bits.resize(kind.ticks);
                fill(reading, &weeks, &mut bits);
                for &place in &places {
                    bits.changes(&mut out[place].counts[track]);
                    let is_stock = kind.count == Count::Stock;
                    if let (true, Some(first)) = (is_stock, bits.first()) {
                        out[place].ever[track][first] += 1;
                    }
                }
            }
            for (part, outcome) in self.tracks.outcomes.iter().enumerate() {
                for &place in &places {
                    weeks[*outcome].lost.changes(&mut out[place].lost[part]);
                }
            }
        }
        out
    }

    fn blank(&self) -> Changes {
        let ticks = |kind: &TrackKind| vec![0; kind.ticks + 1];
        let tracks: Vec<Vec<i64>> = self.tracks.kinds.iter().map(ticks).collect();
        let lost = (self.tracks.outcomes.iter())
            .map(|outcome| vec![0; self.panel.outcomes[*outcome].shape.ticks + 1]);
        Changes {
            persons: 0,
            counts: tracks.clone(),
            ever: tracks,
            lost: lost.collect(),
        }
    }
}

impl Changes {
    fn add(&mut self, other: &Self) {
        self.persons += other.persons;
        for (into, from) in [
            (&mut self.counts, &other.counts),
            (&mut self.ever, &other.ever),
            (&mut self.lost, &other.lost),
        ] {
            for (into, from) in into.iter_mut().zip(from) {
                into.iter_mut().zip(from).for_each(|(a, b)| *a += b);
            }
        }
    }

    fn finish(self) -> Group {
        let levels = |changes: &[i64]| -> Vec<u64> {
            let mut now = 0_i64;
            let sums = changes[..changes.len() - 1].iter().map(|change| {
                now += change;
                now.unsigned_abs()
            });
            sums.collect()
        };
        let tracks = self.counts.iter().zip(&self.ever);
        Group {
            persons: self.persons,
            tracks: tracks
                .map(|(counts, ever)| Track {
                    counts: levels(counts),
                    ever: levels(ever),
                })
                .collect(),
            lost: self.lost.iter().map(|changes| levels(changes)).collect(),
        }
    }
}

impl Weeks {
    fn read(&mut self, shape: &Shape) {
        let ticks = shape.ticks;
        let levels = &self.levels;
        self.present.read(&levels[..ticks]);
        self.lost.resize(ticks);
        self.lost.clear();
        match shape.kind {
            Kind::Exit { .. } => {
                self.exits.resize(shape.channels - 1, Bits::default());
                for (exit, bits) in self.exits.iter_mut().enumerate() {
                    bits.read(&levels[(1 + exit) * ticks..(2 + exit) * ticks]);
                }
                // At risk no more without an exit.
                let exited = |tick: usize| self.exits.iter().any(|bits| bits.get(tick));
                let last = (0..ticks).rev().find(|tick| levels[*tick] != 0);
                if let Some(last) = last.filter(|last| !exited(*last)) {
                    (last + 1..ticks).for_each(|tick| self.lost.set(tick));
                }
            }
            _ => {
                self.valued.read(&levels[ticks..2 * ticks]);
                if matches!(shape.kind, Kind::Mean { .. }) {
                    self.lost.complement(&self.present);
                }
            }
        }
    }
}

/// The ticks of a person in a series.
fn fill(reading: &Reading, weeks: &[Weeks], bits: &mut Bits) {
    bits.clear();
    match reading {
        // A sum of stocks that is 0 or 1 is their parity.
        Reading::Signed(sources) => {
            for source in sources {
                match *source {
                    Source::Present(outcome) => bits.flip(&weeks[outcome].present),
                    Source::Valued(outcome) => bits.flip(&weeks[outcome].valued),
                    Source::Everybody => bits.flip_all(),
                    Source::Starts(outcome) if weeks[outcome].present.get(0) => bits.flip_all(),
                    Source::Starts(_) => {}
                }
            }
        }
        Reading::Exits { outcome, to } => {
            for to in to {
                bits.flip(&weeks[*outcome].exits[*to]);
            }
        }
        Reading::Stays { outcome } => stays(&weeks[*outcome], bits),
        Reading::Back { source, exit } => {
            match *source {
                Source::Present(outcome) => bits.flip(&weeks[outcome].present),
                Source::Valued(outcome) => bits.flip(&weeks[outcome].valued),
                Source::Everybody | Source::Starts(_) => {}
            }
            bits.shift_back();
            stays(&weeks[*exit], bits);
            bits.forget_last();
        }
        Reading::First { outcome } => {
            if let Some(first) = weeks[*outcome].valued.first() {
                bits.set(first);
            }
        }
    }
}

/// Flips the ticks after which a person is still at risk.
fn stays(weeks: &Weeks, bits: &mut Bits) {
    bits.flip(&weeks.present);
    weeks.exits.iter().for_each(|exit| bits.flip(exit));
}
