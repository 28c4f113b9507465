//! How persons are divided for one table: subgroup levels, arms, strata; and which cells a contrast compares.

use crate::panel::classes::Classes;
use crate::resample::Draw;
use crate::study::Adjustment;
use crate::totals::NO_CELL;
use crate::trial::Trial;

/// One arm x stratum x level.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct CellFacts {
    /// Persons assigned.
    pub persons: u64,
    /// The cell of the draw its persons belong to; only where strata are kept apart.
    pub drawn: usize,
}

/// The cells of one stratum (or of several pooled ones) that a contrast compares.
#[derive(Clone, Debug)]
pub(super) struct StratumGroup {
    /// Share of the two arms' persons, or of everybody's.
    pub weight: f64,
    /// Cells of the treatment arm.
    pub treated: Vec<usize>,
    /// Cells of the control.
    pub control: Vec<usize>,
}

/// One treatment arm against the control at one level.
#[derive(Clone, Debug, Default)]
pub(super) struct Contrast {
    /// Groups whose weighted differences are summed; empty without adjustment.
    pub groups: Vec<StratumGroup>,
    /// Labels of strata that lack one of the two arms.
    pub left_out: Vec<String>,
    /// Strata pooled because an arm has fewer than two persons there.
    pub pooled: usize,
}

impl Contrast {
    /// Which strata are not in it, in words.
    pub fn outside(&self) -> Option<String> {
        (!self.left_out.is_empty())
            .then(|| format!("outside, without both arms: {}", self.left_out.join(", ")))
    }
}

/// A division of the persons.
#[derive(Clone, Debug)]
pub(super) struct Division {
    /// Subgroup column, or `None` for everybody.
    pub subgroup: Option<usize>,
    /// Number of levels.
    pub levels: usize,
    /// Number of arms.
    pub arms: usize,
    /// Strata kept apart (1 when they are not).
    pub strata: usize,
    /// Cell of each person.
    pub cell: Vec<u32>,
    /// Cells with somebody in them, in order of level, arm and stratum.
    pub cells: Vec<CellFacts>,
    /// Cell of each level x arm x stratum; [`NO_CELL`] where nobody is.
    places: Vec<u32>,
    /// Cells of each level x arm.
    arm_cells: Vec<Vec<usize>>,
    /// `[level][treatment - 1]`.
    pub contrasts: Vec<Vec<Contrast>>,
}

/// What a division is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Purpose {
    /// Subgroup column.
    pub subgroup: Option<usize>,
    /// Adjustment of contrasts.
    pub adjustment: Adjustment,
    /// Whether what a count is worth may differ between the cells of the draw: then strata are kept apart.
    pub rescaled: bool,
}

impl Division {
    /// Divides the trial.
    pub fn new(trial: &Trial, classes: &Classes, purpose: Purpose) -> Self {
        let apart = purpose.adjustment.is_within_strata() || purpose.rescaled;
        let strata = if apart { trial.strata.len().max(1) } else { 1 };
        let arms = trial.arms.len();
        let levels = purpose
            .subgroup
            .map_or(1, |column| trial.subgroups[column].levels.len());
        let mut division = Self {
            subgroup: purpose.subgroup,
            levels,
            arms,
            strata,
            cell: vec![NO_CELL; trial.persons()],
            cells: Vec::new(),
            places: vec![0; levels * arms * strata],
            arm_cells: Vec::new(),
            contrasts: Vec::new(),
        };
        let place_of = |person: usize| -> Option<usize> {
            let level = match purpose.subgroup {
                None => 0,
                Some(column) => usize::from(trial.subgroups[column].level[person]?),
            };
            let stratum = if apart {
                trial.stratum[person] as usize
            } else {
                0
            };
            Some((level * arms + usize::from(trial.arm[person])) * strata + stratum)
        };
        // Most places of a division by site within sites are empty: only the others become cells.
        for person in 0..trial.persons() {
            if let Some(place) = place_of(person) {
                division.places[place] += 1;
            }
        }
        for place in &mut division.places {
            let persons = u64::from(*place);
            *place = NO_CELL;
            if persons > 0 {
                *place = division.cells.len() as u32;
                division.cells.push(CellFacts { persons, drawn: 0 });
            }
        }
        for person in 0..trial.persons() {
            if let Some(place) = place_of(person) {
                division.cell[person] = division.places[place];
            }
        }
        if apart {
            for (drawn, cell) in classes.cells.iter().enumerate() {
                for level in 0..levels {
                    let found = division.find(level, usize::from(cell.arm), cell.stratum as usize);
                    if let Some(index) = found {
                        division.cells[index].drawn = drawn;
                    }
                }
            }
        }
        division.arm_cells = (0..levels * arms)
            .map(|group| {
                division.places[group * strata..(group + 1) * strata]
                    .iter()
                    .filter(|&&cell| cell != NO_CELL)
                    .map(|&cell| cell as usize)
                    .collect()
            })
            .collect();
        division.contrasts = (0..levels)
            .map(|level| {
                (1..arms)
                    .map(|arm| match purpose.adjustment {
                        Adjustment::None => Contrast::default(),
                        adjustment => division.by_stratum(trial, (level, arm), adjustment),
                    })
                    .collect()
            })
            .collect();
        division
    }

    /// The cell of a level, arm and stratum, when somebody is there.
    pub fn find(&self, level: usize, arm: usize, stratum: usize) -> Option<usize> {
        let cell = self.places[(level * self.arms + arm) * self.strata + stratum];
        (cell != NO_CELL).then_some(cell as usize)
    }

    /// All cells of an arm at a level.
    pub fn arm_cells(&self, level: usize, arm: usize) -> &[usize] {
        &self.arm_cells[level * self.arms + arm]
    }

    /// Whether an arm has nobody at a level.
    pub fn is_empty(&self, level: usize, arm: usize) -> bool {
        self.arm_cells(level, arm).is_empty()
    }

    /// What a count of each cell is worth in each of some draws: `[cell][lane]`; nothing where every count is a person.
    pub fn worth(&self, draws: &[Draw]) -> Option<Vec<Vec<f64>>> {
        if draws.iter().all(|draw| draw.worth.is_empty()) {
            return None;
        }
        let of = |cell: &CellFacts| draws.iter().map(|draw| draw.worth[cell.drawn]).collect();
        Some(self.cells.iter().map(of).collect())
    }

    /// Persons in some cells.
    pub fn persons(&self, cells: &[usize]) -> u64 {
        cells.iter().map(|&cell| self.cells[cell].persons).sum()
    }

    /// Strata with both arms, weighted by their persons (of the compared arms, or of all); in a subgroup those with fewer than two persons in an arm
    /// are pooled into one.
    fn by_stratum(
        &self,
        trial: &Trial,
        (level, arm): (usize, usize),
        adjustment: Adjustment,
    ) -> Contrast {
        let weight = |stratum: usize, compared: u64| match adjustment {
            Adjustment::Weights => {
                let cells = (0..self.arms).filter_map(|arm| self.find(level, arm, stratum));
                cells.map(|cell| self.cells[cell].persons).sum::<u64>() as f64
            }
            _ => compared as f64,
        };
        let mut contrast = Contrast::default();
        let mut pool = StratumGroup {
            weight: 0.0,
            treated: Vec::new(),
            control: Vec::new(),
        };
        let mut pooled = Vec::new();
        for stratum in 0..self.strata {
            let treated: Vec<usize> = self.find(level, arm, stratum).into_iter().collect();
            let control: Vec<usize> = self.find(level, 0, stratum).into_iter().collect();
            let (t, c) = (self.persons(&treated), self.persons(&control));
            if t + c == 0 {
                continue;
            }
            if self.subgroup.is_some() && (t < 2 || c < 2) {
                pool.weight += weight(stratum, t + c);
                pool.treated.extend(treated);
                pool.control.extend(control);
                pooled.push(trial.strata[stratum].clone());
            } else if t == 0 || c == 0 {
                contrast.left_out.push(trial.strata[stratum].clone());
            } else {
                contrast.groups.push(StratumGroup {
                    weight: weight(stratum, t + c),
                    treated,
                    control,
                });
            }
        }
        let (t, c) = (self.persons(&pool.treated), self.persons(&pool.control));
        if t > 0 && c > 0 {
            contrast.pooled = pooled.len();
            contrast.groups.push(pool);
        } else {
            contrast.left_out.extend(pooled);
        }
        let total: f64 = contrast.groups.iter().map(|group| group.weight).sum();
        for group in &mut contrast.groups {
            group.weight /= total;
        }
        contrast
    }
}
