//! The prices put on the quantities: for every line and period, what it counts per unit of its price.
//!
//! The *amount* of a line in a period is `sum over its cells of uplift x move to the price level x net-tax factor x discount x share
//! refunded x quantity`, as a difference of the arms. Every number of the money is made of prices times amounts, so each draw needs the
//! amounts once, whatever is made of them.

use super::linear::Linear;
use super::perspectives::society_weight;
use super::refunds::{self, RefundGap};
use super::{Basis, Line, Prices, Quantity, codes, discount};
use crate::error::{Class, Diagnostic, Error, Result};
use crate::results::support::TAKEN_UP;
use crate::results::{Quantities, QuantityCell, QuantityContrast, QuantitySide};
use crate::study::prices::{Activity, Beyond, Extrapolation, RateStep};
use std::collections::BTreeMap;

/// One amount.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Index of the line.
    pub line: usize,
    /// Index of the line whose price it is multiplied by: a refund has that of the line it refunds.
    pub price: usize,
    /// Last week of the period; 0 for what counts per person.
    pub last_week: u32,
    /// Whether it is assumed of the weeks after the horizon.
    pub is_beyond: bool,
    /// How it follows from the quantities.
    pub of: Linear,
}

/// A contrast's amounts.
#[derive(Clone, Debug)]
pub struct Book<'a> {
    /// The prices.
    pub prices: &'a Prices,
    /// Cells of the quantities.
    pub cells: &'a [QuantityCell],
    /// By line, then period; what lies beyond the horizon after the rest.
    pub entries: Vec<Entry>,
    /// The outcome that is the effect, and its difference, neither discounted nor priced.
    pub effect: Option<(String, Linear)>,
    /// Difference in the share of persons who have taken the programme up.
    pub taken: Option<Linear>,
    /// Persons in the treatment arm.
    pub persons: u64,
    /// Last weeks of the periods, ascending.
    pub periods: Vec<u32>,
    /// Last week of the trial.
    pub horizon: u32,
    /// Quantities of the treated side: what a unit of the effect is worth on average is weighed by them.
    treated: Vec<f64>,
    units: &'a BTreeMap<String, String>,
}

impl<'a> Book<'a> {
    /// Puts prices on the quantities of a contrast.
    ///
    /// # Errors
    /// Where a rule changes inside a cell of the quantities: it says what must be run where the persons are.
    pub fn new(
        prices: &'a Prices,
        quantities: &'a Quantities,
        contrast: &QuantityContrast,
    ) -> Result<Self> {
        let cells = &quantities.cells[..];
        let mut periods: Vec<u32> = cells.iter().map(|cell| cell.last_week).collect();
        periods.sort_unstable();
        periods.dedup();
        let maker = Maker {
            prices,
            cells,
            arms: [&contrast.treated.arm, &contrast.control.arm],
            horizon: quantities.horizon,
        };
        let mut entries = Vec::new();
        for line in 0..prices.lines.len() {
            maker.within(line, &mut entries)?;
        }
        if let Some(beyond) = prices.extrapolation {
            for line in 0..prices.lines.len() {
                maker.beyond(line, beyond, &mut entries)?;
            }
        }
        let count = |is_it: &dyn Fn(&QuantityCell) -> bool| {
            let own = cells.iter().enumerate().filter(|(_, cell)| is_it(cell));
            let terms: Vec<(usize, f64)> = own.map(|(place, _)| (place, 1.0)).collect();
            (!terms.is_empty()).then(|| Linear {
                treated: terms.clone(),
                control: terms,
                constant: 0.0,
            })
        };
        let effect = count(&|cell| is_of(cell, &quantities.effect));
        Ok(Self {
            prices,
            cells,
            entries,
            effect: effect.map(|linear| (quantities.effect.clone(), linear)),
            taken: count(&|cell| cell.item == TAKEN_UP),
            persons: contrast.treated.n,
            periods: periods
                .into_iter()
                .map(|week| week.min(quantities.horizon))
                .collect(),
            horizon: quantities.horizon,
            treated: contrast.treated.values.clone(),
            units: &quantities.outcome_units,
        })
    }

    /// Of every contrast.
    ///
    /// # Errors
    /// As [`Book::new`].
    pub fn all(prices: &'a Prices, quantities: &'a Quantities) -> Result<Vec<Self>> {
        let contrasts = quantities.contrasts.iter();
        contrasts
            .map(|contrast| Self::new(prices, quantities, contrast))
            .collect()
    }

    /// Numbers that [`Book::amounts`] gives.
    pub fn width(&self) -> usize {
        self.entries.len() + 2
    }

    /// Place of the effect among the amounts.
    pub fn place_of_effect(&self) -> usize {
        self.entries.len()
    }

    /// Place of those who have taken the programme up.
    pub fn place_of_taken(&self) -> usize {
        self.entries.len() + 1
    }

    /// How an amount follows from the quantities; none of an effect or a take-up that the quantities do not have.
    pub fn linear(&self, place: usize) -> Option<&Linear> {
        match place.checked_sub(self.entries.len()) {
            None => Some(&self.entries[place].of),
            Some(0) => self.effect.as_ref().map(|(_, linear)| linear),
            Some(_) => self.taken.as_ref(),
        }
    }

    /// The amounts, then the effect and the take-up. `treated` and `control` hold the quantity per person of each of the cells, in the
    /// units of its outcome, and `out` has room for [`Book::width`] numbers: amounts are in units of the line's price, the effect in those
    /// of its outcome, the take-up is a share.
    pub fn amounts(&self, treated: &[f64], control: &[f64], out: &mut [f64]) {
        for (place, out) in out.iter_mut().enumerate() {
            let linear = self.linear(place);
            *out = linear.map_or(f64::NAN, |linear| linear.value(treated, control));
        }
    }

    /// The line behind an entry.
    pub fn line(&self, entry: &Entry) -> &'a Line {
        &self.prices.lines[entry.line]
    }

    /// Unit of an outcome; empty where the bundle is too old to say.
    pub fn unit_of(&self, outcome: &str) -> &str {
        self.units.get(outcome).map_or("", String::as_str)
    }

    /// What a unit of an outcome adds to society's account, on average over the treated side's quantities; none where it adds
    /// nothing.
    pub fn worth_of(&self, outcome: &str) -> Option<f64> {
        let distortion = self.distortion();
        let mut money = 0.0;
        for entry in self.entries.iter().filter(|entry| !entry.is_beyond) {
            let line = self.line(entry);
            if line.quantity == Quantity::Outcome(outcome.to_owned()) {
                let amount: f64 = (entry.of.treated.iter())
                    .map(|(cell, worth)| worth * self.treated[*cell])
                    .sum();
                let price = self.prices.lines[entry.price].value;
                money += society_weight(line, distortion) * price * amount;
            }
        }
        let own = self.cells.iter().zip(&self.treated);
        let units: f64 = own
            .filter(|(cell, _)| is_of(cell, outcome))
            .map(|(_, value)| value)
            .sum();
        let worth = money / units;
        (worth.is_finite() && worth != 0.0).then_some(worth)
    }

    /// What a krone of public outlay costs society.
    pub fn distortion(&self) -> f64 {
        distortion(self.prices)
    }
}

/// What a krone of public outlay costs society; 1 where no vintage says otherwise.
pub fn distortion(prices: &Prices) -> f64 {
    (prices.vintage.as_ref()).map_or(1.0, |vintage| vintage.tax_distortion.value)
}

struct Maker<'a> {
    prices: &'a Prices,
    cells: &'a [QuantityCell],
    arms: [&'a str; 2],
    horizon: u32,
}

impl Maker<'_> {
    /// A line's amounts by period.
    fn within(&self, line: usize, entries: &mut Vec<Entry>) -> Result<()> {
        let made = &self.prices.lines[line];
        let Quantity::Outcome(outcome) = &made.quantity else {
            let [treated, control] = self.counts_in(made).map(|c| f64::from(u8::from(c)));
            entries.push(Entry {
                line,
                price: self.price(line),
                last_week: 0,
                is_beyond: false,
                // Paid at the start: not discounted.
                of: Linear {
                    constant: self.worth(made) * (treated - control),
                    ..Linear::default()
                },
            });
            return Ok(());
        };
        let mut by_period: Vec<(u32, Vec<(usize, f64)>)> = Vec::new();
        for (place, cell) in self.cells.iter().enumerate() {
            if !is_of(cell, outcome) || !self.is_in_window(made, cell)? {
                continue;
            }
            let worth = self.worth(made) * self.discount(cell) * refunded(self.prices, made, cell)?;
            match by_period
                .iter_mut()
                .find(|(last, _)| *last == cell.last_week)
            {
                Some((_, terms)) => terms.push((place, worth)),
                None => by_period.push((cell.last_week, vec![(place, worth)])),
            }
        }
        by_period.sort_by_key(|(last, _)| *last);
        for (last_week, terms) in by_period {
            entries.push(Entry {
                line,
                price: self.price(line),
                last_week,
                is_beyond: false,
                of: self.sides(made, &terms),
            });
        }
        Ok(())
    }

    /// What is assumed of a line after the horizon: the average of the base weeks goes on. The programme's own lines do not.
    fn beyond(&self, line: usize, rule: Extrapolation, entries: &mut Vec<Entry>) -> Result<()> {
        let made = &self.prices.lines[line];
        let Quantity::Outcome(outcome) = &made.quantity else {
            return Ok(());
        };
        if made.programme {
            return Ok(());
        }
        let start = self.horizon.saturating_sub(rule.base);
        let is_base = |cell: &&QuantityCell| cell.last_week > start;
        let period = self.period();
        let length = self.horizon - start / period * period;
        if length != rule.base.min(self.horizon) {
            return Err(refused(
                made,
                &format!(
                    "the last {} weeks before the horizon are no whole periods of the quantities",
                    rule.base
                ),
                format!(
                    "set `base = {length}` under `[extrapolation]`, or run the study where the persons are, with a shorter `period`"
                ),
            ));
        }
        let steps = self.steps();
        let weeks: f64 = (1..=rule.weeks)
            .map(|k| {
                let left = match rule.rule {
                    Beyond::Constant => 1.0,
                    Beyond::FadeOut => (f64::from(rule.weeks - k) + 0.5) / f64::from(rule.weeks),
                };
                left * discount::week(steps, self.horizon + k, self.prices.discounted_at)
            })
            .sum();
        let mut terms = Vec::new();
        for (place, cell) in self.cells.iter().enumerate() {
            if is_of(cell, outcome) && is_base(&cell) && self.is_in_window(made, cell)? {
                let share = refunded(self.prices, made, cell)?;
                terms.push((place, self.worth(made) * weeks / f64::from(length) * share));
            }
        }
        if !terms.is_empty() {
            entries.push(Entry {
                line,
                price: self.price(line),
                last_week: self.horizon + rule.weeks,
                is_beyond: true,
                of: self.sides(made, &terms),
            });
        }
        Ok(())
    }

    /// Weeks of a period, of which only the last of the horizon is shorter. That of the cells, since nothing may be counted in some
    /// periods.
    fn period(&self) -> u32 {
        let cells = self.cells.iter();
        let length = cells.map(|cell| cell.last_week + 1 - cell.first_week);
        length.max().unwrap_or(1)
    }

    /// The line whose price counts.
    fn price(&self, line: usize) -> usize {
        let refunded = self.prices.lines[line].refund.as_ref();
        let find = |name: &str| self.prices.lines.iter().position(|line| line.name == name);
        refunded.and_then(|refund| find(&refund.of)).unwrap_or(line)
    }

    fn counts_in(&self, line: &Line) -> [bool; 2] {
        self.arms
            .map(|arm| line.arms.is_empty() || line.arms.iter().any(|a| a == arm))
    }

    fn sides(&self, line: &Line, terms: &[(usize, f64)]) -> Linear {
        let [treated, control] = self.counts_in(line);
        let when = |counts: bool| if counts { terms.to_vec() } else { Vec::new() };
        Linear {
            treated: when(treated),
            control: when(control),
            constant: 0.0,
        }
    }

    /// What a price is multiplied by before anything is counted: uplift, price level, price basis.
    fn worth(&self, line: &Line) -> f64 {
        let level = match (&self.prices.deflator, self.prices.price_level) {
            (Some(deflator), Some(level)) => {
                match (
                    deflator.index.get(&level),
                    deflator.index.get(&line.price_year),
                ) {
                    (Some(to), Some(from)) => to / from,
                    _ => f64::NAN,
                }
            }
            _ => 1.0,
        };
        let basis = match (&self.prices.vintage, line.basis) {
            (Some(vintage), Basis::Factor) => vintage.net_tax_factor.value,
            _ => 1.0,
        };
        (1.0 + line.uplift) * level * basis
    }

    fn steps(&self) -> &[RateStep] {
        (self.prices.vintage.as_ref()).map_or(&[], |vintage| vintage.discount.as_slice())
    }

    fn discount(&self, cell: &QuantityCell) -> f64 {
        let weeks = (cell.first_week, cell.last_week.min(self.horizon));
        discount::period(self.steps(), weeks, self.prices.discounted_at)
    }

    /// Whether a cell lies in the weeks of a line.
    fn is_in_window(&self, line: &Line, cell: &QuantityCell) -> Result<bool> {
        let first = line.first_week.unwrap_or(1);
        let last = line.last_week.unwrap_or(u32::MAX);
        if cell.last_week < first || cell.first_week > last {
            return Ok(false);
        }
        let end = cell.last_week.min(self.horizon);
        if cell.first_week >= first && end <= last {
            return Ok(true);
        }
        Err(refused(
                line,
            &format!(
                "its weeks begin or end inside weeks {} to {end}, which are counted together",
                cell.first_week
            ),
            "let the line begin and end with a period of the quantities, or run the study where the persons are, with `period = 1` in \
             `[cost_benefit]`"
                .to_owned(),
        ))
    }
}

/// The share of a line's money that counts in a cell: of a refund its rate.
fn refunded(prices: &Prices, line: &Line, cell: &QuantityCell) -> Result<f64> {
    let Some(refund) = &line.refund else {
        return Ok(1.0);
    };
    let Some(rule) = prices.refunds.iter().find(|rule| rule.name == refund.rule) else {
        return Err(refused(
            line,
            &format!("there is no rule of refund `{}`", refund.rule),
            "add it under `[refunds.NAME]`".to_owned(),
        ));
    };
    let weeks = match (refund.weeks, cell.activity.as_str()) {
        (Activity::Each, "active") => Activity::Active,
        (Activity::Each, "passive") => Activity::Passive,
        (weeks, _) => weeks,
    };
    refunds::rate(rule, &cell.half_year, &cell.band, weeks).map_err(|gap: RefundGap| {
        refused(line, &format!("rule `{}`: {gap}", refund.rule), gap.hint())
    })
}

/// The lowest and the highest share that a refund pays back, over the cells it counts in; none of what is no refund.
pub fn shares_refunded(prices: &Prices, line: &Line, cells: &[QuantityCell]) -> Option<(f64, f64)> {
    line.refund.as_ref()?;
    let Quantity::Outcome(outcome) = &line.quantity else {
        return None;
    };
    let own = cells.iter().filter(|cell| is_of(cell, outcome));
    let shares = own.filter_map(|cell| refunded(prices, line, cell).ok());
    let ends = |(low, high): (f64, f64), share: f64| (low.min(share), high.max(share));
    let (low, high) = shares.fold((f64::INFINITY, f64::NEG_INFINITY), ends);
    (low <= high).then_some((low, high))
}

/// Whether a cell counts all of an outcome.
fn is_of(cell: &QuantityCell, outcome: &str) -> bool {
    cell.outcome == outcome && cell.item.is_empty()
}

fn refused(line: &Line, message: &str, hint: impl Into<String>) -> Error {
    Error::one(
        Class::Study,
        Diagnostic::error(
            codes::CANNOT_BE_PRICED,
            format!("line `{}` cannot be priced: {message}", line.name),
            hint,
        ),
    )
}

/// The observed quantity of a line in a contrast, per assigned person, as it was counted: what its price is put on.
pub fn quantity(line: &Line, cells: &[QuantityCell], contrast: &QuantityContrast) -> f64 {
    let counts = |arm: &str| line.arms.is_empty() || line.arms.iter().any(|a| a == arm);
    let side = |side: &QuantitySide| match &line.quantity {
        _ if !counts(&side.arm) => 0.0,
        Quantity::Person => 1.0,
        Quantity::Outcome(outcome) => (cells.iter().zip(&side.values))
            .filter(|(cell, _)| is_of(cell, outcome))
            .map(|(_, value)| value)
            .sum(),
    };
    side(&contrast.treated) - side(&contrast.control)
}

#[cfg(test)]
#[path = "book_tests.rs"]
mod tests;
