//! What is compared between arms before the draw has done anything: covariates, subgroups, and who is followed.

use crate::study::Study;
use crate::trial::{CovariateValues, Trial};

/// Larger numbers give up their last binary digits, so that no sum of products can overflow.
const LARGEST: u64 = 1 << 38;
/// Item of a covariate's missing values: `age: no value`.
pub(super) const NO_VALUE: &str = "no value";

/// What a number is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A mean.
    Mean,
    /// A share of those with a value.
    Share,
    /// The share without a value.
    NoValue,
}

/// Where the values stand.
#[derive(Clone, Debug)]
enum Values<'a> {
    Number(&'a [Option<i64>], u32),
    NoNumber(&'a [Option<i64>]),
    Level(&'a [Option<u16>], u16),
    NoLevel(&'a [Option<u16>]),
    Followed(Vec<bool>),
}

/// One quantity.
#[derive(Clone, Debug)]
pub(super) struct Item<'a> {
    /// As it stands in `item` of the rows.
    pub(super) name: String,
    pub(super) kind: Kind,
    /// What a whole number of the values is worth.
    pub(super) unit: f64,
    /// Whether it is compared: a factor has one level less than are shown.
    pub(super) tested: bool,
    values: Values<'a>,
}

impl Item<'_> {
    /// The value of a person; `None` where there is none.
    pub(super) fn of(&self, person: usize) -> Option<i64> {
        match &self.values {
            Values::Number(values, digits) => values[person].map(|value| value >> digits),
            Values::NoNumber(values) => Some(i64::from(values[person].is_none())),
            Values::Level(levels, own) => levels[person].map(|level| i64::from(level == *own)),
            Values::NoLevel(levels) => Some(i64::from(levels[person].is_none())),
            Values::Followed(followed) => Some(i64::from(followed[person])),
        }
    }
}

/// Covariates in the order of the study, then subgroups that are neither covariates nor blocks of the randomisation.
pub(super) fn items<'a>(study: &Study, trial: &'a Trial) -> Vec<Item<'a>> {
    let mut items = Vec::new();
    for covariate in &trial.covariates {
        match &covariate.values {
            CovariateValues::Number { decimals, values } => {
                number(&mut items, &covariate.name, *decimals, values);
            }
            CovariateValues::Factor {
                levels,
                reference,
                level,
            } => factor(&mut items, &covariate.name, (levels, *reference), level),
        }
    }
    for subgroup in &trial.subgroups {
        let is_covariate = trial.covariates.iter().any(|c| c.name == subgroup.column);
        if !is_covariate && !study.persons.strata.contains(&subgroup.column) {
            let levels = (subgroup.levels.as_slice(), 0);
            factor(&mut items, &subgroup.column, levels, &subgroup.level);
        }
    }
    items
}

fn number<'a>(items: &mut Vec<Item<'a>>, name: &str, decimals: u32, values: &'a [Option<i64>]) {
    let largest = values.iter().flatten().map(|v| v.unsigned_abs()).max();
    let mut digits = 0;
    while largest.unwrap_or(0) >> digits > LARGEST {
        digits += 1;
    }
    items.push(Item {
        name: name.to_owned(),
        kind: Kind::Mean,
        unit: (1_u64 << digits) as f64 / libm::pow(10.0, f64::from(decimals)),
        tested: true,
        values: Values::Number(values, digits),
    });
    if values.contains(&None) {
        items.push(share(
            format!("{name}: {NO_VALUE}"),
            Kind::NoValue,
            Values::NoNumber(values),
        ));
    }
}

fn factor<'a>(
    items: &mut Vec<Item<'a>>,
    name: &str,
    (levels, reference): (&[String], u16),
    level: &'a [Option<u16>],
) {
    for (own, label) in levels.iter().enumerate() {
        let own = own as u16;
        let mut item = share(
            format!("{name}: {label}"),
            Kind::Share,
            Values::Level(level, own),
        );
        item.tested = own != reference;
        items.push(item);
    }
    if level.contains(&None) {
        items.push(share(
            format!("{name}: {NO_VALUE}"),
            Kind::NoValue,
            Values::NoLevel(level),
        ));
    }
}

fn share(name: String, kind: Kind, values: Values<'_>) -> Item<'_> {
    Item {
        name,
        kind,
        unit: 1.0,
        tested: true,
        values,
    }
}

/// Who is followed to the horizon: in the first table of spells, or in the durations.
pub(super) fn followed<'a>(trial: &Trial) -> Option<Item<'a>> {
    let horizon = trial.horizon;
    let followed = if let Some(table) = trial.tables.first() {
        let to_the_end = |week: &i32| i64::from(*week) >= i64::from(horizon);
        table.followed.iter().map(to_the_end).collect()
    } else {
        let table = trial.durations.as_ref()?;
        (table.time.iter().zip(&table.event))
            .map(|(time, event)| event.is_some() || *time >= horizon)
            .collect()
    };
    Some(share(
        String::new(),
        Kind::Share,
        Values::Followed(followed),
    ))
}
