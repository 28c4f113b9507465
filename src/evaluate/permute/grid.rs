//! How places are divided for one contrast: levels of a subgroup column and strata, whatever the arm; and which cells a
//! contrast compares once the arms are dealt.

use super::reader::{Arm, Side};
use crate::inference::heterogeneity::Effect;
use crate::study::Adjustment;
use crate::totals::NO_CELL;
use crate::trial::Trial;

/// A division by level and, where contrasts are made within strata, by stratum: the cells in which anybody is, numbered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Grid {
    /// Subgroup column, or `None` for everybody.
    pub subgroup: Option<usize>,
    pub adjustment: Adjustment,
    /// 1 when strata are not kept apart.
    strata: usize,
    /// Number of the cell of each level and stratum.
    numbers: Vec<u32>,
    /// Cells of each level.
    of_level: Vec<Vec<usize>>,
    /// Persons of all arms by cell, where strata are weighted by them.
    everybody: Vec<u64>,
}

impl Grid {
    pub fn new(trial: &Trial, subgroup: Option<usize>, adjustment: Adjustment) -> Self {
        let levels = subgroup.map_or(1, |column| trial.subgroups[column].levels.len());
        let strata = match adjustment {
            Adjustment::None => 1,
            _ => trial.strata.len().max(1),
        };
        let mut grid = Self {
            subgroup,
            adjustment,
            strata,
            numbers: vec![NO_CELL; levels * strata],
            of_level: vec![Vec::new(); levels],
            everybody: Vec::new(),
        };
        let mut persons = vec![0_u64; levels * strata];
        for person in 0..trial.persons() {
            if let Some(place) = grid.place(trial, person) {
                persons[place] += 1;
            }
        }
        let occupied = persons.iter().enumerate().filter(|(_, n)| **n > 0);
        for (cell, (place, &persons)) in occupied.enumerate() {
            grid.numbers[place] = cell as u32;
            grid.of_level[place / strata].push(cell);
            if adjustment == Adjustment::Weights {
                grid.everybody.push(persons);
            }
        }
        grid
    }

    /// Level and stratum of a person.
    fn place(&self, trial: &Trial, person: usize) -> Option<usize> {
        let level = match self.subgroup {
            None => 0,
            Some(column) => usize::from(trial.subgroups[column].level[person]?),
        };
        let stratum = if self.strata > 1 {
            trial.stratum[person] as usize
        } else {
            0
        };
        Some(level * self.strata + stratum)
    }

    /// Whether a stratum with so many persons of each arm is compared together with others of its kind.
    fn is_pooled(&self, control: u64, treated: u64) -> bool {
        self.subgroup.is_some() && (control < 2 || treated < 2)
    }

    /// What a stratum weighs, of which so many persons are compared.
    fn weight(&self, cell: usize, compared: u64) -> u64 {
        self.everybody.get(cell).copied().unwrap_or(compared)
    }

    /// The cell of a level that has but one: strata are not kept apart, or the level is one of them.
    pub fn single(&self, level: usize) -> Option<usize> {
        match self.of_level[level][..] {
            [cell] => Some(cell),
            _ => None,
        }
    }

    pub fn cells(&self) -> usize {
        self.of_level.iter().map(Vec::len).sum()
    }

    /// Cell of a person, or [`NO_CELL`].
    pub fn cell(&self, trial: &Trial, person: usize) -> u32 {
        self.place(trial, person)
            .map_or(NO_CELL, |place| self.numbers[place])
    }
}

/// A contrast: the difference, its standard error, and the size of the numbers it is the difference of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Difference {
    pub estimate: f64,
    pub std_error: f64,
    pub scale: f64,
}

impl Difference {
    /// What rounding alone may make of a difference of nought, in numbers of size 1.
    const ROUNDING: f64 = 1e-12;
    /// The same of a standard error, the root of a difference.
    const ROOT: f64 = 1e-7;
    /// Where nobody is compared.
    pub const NONE: Self = Self {
        estimate: f64::NAN,
        std_error: f64::NAN,
        scale: 0.0,
    };

    /// |estimate|.
    #[inline]
    pub fn plain(self) -> f64 {
        self.estimate.abs()
    }

    /// |estimate| / standard error; infinite where the arms differ and nobody within them does, 0 where neither.
    #[inline]
    pub fn studentised(self) -> f64 {
        if self.estimate.is_nan() || self.std_error.is_nan() {
            return f64::NAN;
        }
        if self.std_error > Self::ROOT * self.scale {
            self.estimate.abs() / self.std_error
        } else if self.estimate.abs() > Self::ROUNDING * self.scale {
            f64::INFINITY
        } else {
            0.0
        }
    }

    /// The difference as one of several that are compared; none without variation.
    pub fn effect(self) -> Option<Effect> {
        let varies = self.std_error > Self::ROOT * self.scale;
        Effect::new(self.estimate, self.std_error).filter(|_| varies)
    }

    /// Plain statistics that differ by less than 1e-9 of this are ties.
    pub fn unit(self) -> f64 {
        let error = if self.std_error.is_finite() {
            self.std_error
        } else {
            0.0
        };
        error.max(1e-3 * self.scale)
    }
}

/// Treated minus control at a level, as the analysis makes it of any assignment: the observed one and every permutation.
#[inline]
pub(super) fn difference(
    grid: &Grid,
    level: usize,
    treated: &Arm<'_>,
    control: &Arm<'_>,
) -> Difference {
    let mut sum = Difference {
        estimate: 0.0,
        std_error: 0.0,
        scale: 0.0,
    };
    let mut add = |weight: f64, treated: Side, control: Side| {
        sum.estimate += weight * (treated.value - control.value);
        sum.std_error += weight * weight * (treated.variance + control.variance);
        sum.scale += weight * (treated.value.abs() + control.value.abs());
    };
    if let Some(cell) = grid.single(level)
        && control.persons(cell) > 0
        && treated.persons(cell) > 0
    {
        add(1.0, treated.side(&[cell]), control.side(&[cell]));
    } else {
        // Twice through the groups, so that no list of them is made for each difference.
        let persons = |cell: usize| [control.persons(cell), treated.persons(cell)];
        let mut total = 0;
        each_group(grid, level, persons, |weight, _| total += weight);
        if total == 0 {
            return Difference::NONE;
        }
        each_group(grid, level, persons, |weight, cells| {
            let weight = weight as f64 / total as f64;
            add(weight, treated.side(cells), control.side(cells));
        });
    }
    sum.std_error = sum.std_error.sqrt();
    sum
}

/// Strata with both arms, with what each weighs; in a subgroup those with fewer than two persons in an arm are pooled into one. The
/// rule of `Division`, for any assignment; `persons` tells how many the control and the other arm have in a cell.
pub(super) fn groups(
    grid: &Grid,
    level: usize,
    persons: impl Fn(usize) -> [u64; 2],
) -> Vec<(u64, Vec<usize>)> {
    let mut groups = Vec::new();
    each_group(grid, level, persons, |weight, cells| {
        groups.push((weight, cells.to_vec()));
    });
    groups
}

/// The same one after another: singly in the order of the cells, then what is pooled, where both arms have anybody in it.
#[inline]
fn each_group(
    grid: &Grid,
    level: usize,
    persons: impl Fn(usize) -> [u64; 2],
    mut visit: impl FnMut(u64, &[usize]),
) {
    let (mut pool, mut weight, mut pooled) = ([0, 0], 0, Vec::new());
    for &cell in &grid.of_level[level] {
        let [c, t] = persons(cell);
        if t + c == 0 {
            continue;
        }
        let own = grid.weight(cell, t + c);
        if grid.is_pooled(c, t) {
            pool = [pool[0] + c, pool[1] + t];
            weight += own;
            pooled.push(cell);
        } else if t > 0 && c > 0 {
            visit(own, &[cell]);
        }
    }
    if pool[0] > 0 && pool[1] > 0 {
        visit(weight, &pooled);
    }
}

/// All arms at a level: between arms, the sum of n (m - mean)^2 (plain) or of w (m - mean)^2 with w = 1 / variance.
pub(super) fn between(grid: &Grid, level: usize, arms: &[Arm<'_>]) -> (f64, f64) {
    let cells = &grid.of_level[level];
    let sides: Vec<Side> = arms.iter().map(|arm| arm.side(cells)).collect();
    let sum = |weight: &dyn Fn(&Side) -> f64| -> f64 {
        let total: f64 = sides.iter().map(weight).sum();
        let mean = sides.iter().map(|s| weight(s) * s.value).sum::<f64>() / total;
        (sides.iter())
            .map(|s| weight(s) * (s.value - mean) * (s.value - mean))
            .sum()
    };
    let plain = sum(&|side| side.persons as f64);
    let scale: f64 = sides.iter().map(|s| s.value.abs()).sum();
    let rounding = (Difference::ROOT * scale) * (Difference::ROOT * scale);
    let spread = if sides.iter().all(|s| s.variance > rounding) {
        sum(&|side| 1.0 / side.variance)
    } else if sides
        .iter()
        .any(|s| s.variance.is_nan() || s.value.is_nan())
    {
        f64::NAN
    } else if plain > 1e-9 * scale * scale {
        f64::INFINITY
    } else {
        0.0
    };
    (plain, spread)
}
