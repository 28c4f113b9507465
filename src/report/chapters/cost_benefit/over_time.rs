//! The accounts over time: drawn by period, told at the end of each quarter.

use super::{heading, party, table};
use crate::report::chapters::context::{Context, Key};
use crate::report::chapters::drawings;
use crate::report::document::{Block, Cell, Column, Inline, Line, Table};
use crate::report::figures::weeks_of_money;
use crate::report::words::numbers;

/// Weeks of a quarter.
const QUARTER: i32 = 13;
/// Accounts beside society's.
const OTHERS: [&str; 4] = ["public", "municipality", "participant", "employer"];

/// The figures and the table; nothing where the accounts are not told by week.
pub(super) fn blocks(context: &Context<'_>, arm: &str) -> Vec<Block> {
    let Some(quantities) = &context.bundle.quantities else {
        return Vec::new();
    };
    let analysis = &quantities.analysis;
    let series = |item: &str| {
        let key = Key {
            item,
            ..Key::all(analysis, "", "cumulative_net_benefit", arm)
        };
        context.series(key)
    };
    let society = series("society");
    if society.len() < 2 {
        return Vec::new();
    }
    let mut blocks = vec![heading(context, "money-over-time", arm)];
    let draw = || weeks_of_money(&context.view, arm);
    blocks.extend(drawings::blocks(context, draw, None));
    let shown: Vec<&str> = (OTHERS.into_iter())
        .filter(|item| {
            series(item)
                .iter()
                .any(|i| context.row(*i).estimate != Some(0.0))
        })
        .collect();
    let weeks: Vec<i32> = society
        .iter()
        .filter_map(|i| context.row(*i).week)
        .collect();
    let weeks = if context.is_drawn() {
        quarters(&weeks)
    } else {
        weeks
    };
    // A result that was priced again has no bands.
    let has_band = society.iter().any(|i| context.row(*i).band_low.is_some());
    let rows = weeks.iter().map(|week| {
        let at = |item: &str| {
            let mut rows = series(item).iter().copied();
            rows.find(|i| context.row(*i).week == Some(*week))
        };
        let index = at("society");
        let mut cells: Vec<Cell> = vec![
            numbers::number(f64::from(*week), 0, context.language()).into(),
            context.estimate(index),
            context.interval(index),
        ];
        cells.extend(has_band.then(|| context.band(index)));
        cells.extend(shown.iter().map(|item| context.estimate(at(item))));
        Line { cells }
    });
    let rows = context.even(rows.collect());
    let level = context.level(analysis);
    let mut columns = vec![
        Column::right(context.say("report-week")),
        Column::right(party(context, "society")),
        Column::right(context.interval_head(analysis)),
    ];
    let band = || Column::right(context.tell("money-band-head", &[("level", &level)]));
    columns.extend(has_band.then(band));
    columns.extend(shown.iter().map(|item| Column::right(party(context, item))));
    let caption = super::accounts::caption(context, "money-caption-weeks");
    blocks.push(Block::Table(Table {
        columns,
        rows,
        notes: vec![vec![Inline::Text(context.say("money-note-cumulated"))]],
        ..table(context, caption, arm)
    }));
    blocks
}

/// Of the ends of periods the last one in each quarter.
fn quarters(weeks: &[i32]) -> Vec<i32> {
    let quarter = |week: i32| (week - 1).div_euclid(QUARTER);
    let ends = weeks.iter().enumerate();
    ends.filter(|(i, week)| (weeks.get(i + 1)).is_none_or(|next| quarter(*next) > quarter(**week)))
        .map(|(_, week)| *week)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_period_of_each_quarter_stands_in_the_table() {
        let every_other: Vec<i32> = (1..=32).map(|n| 2 * n).collect();
        assert_eq!(quarters(&every_other), [12, 26, 38, 52, 64]);
        assert_eq!(quarters(&[52, 64]), [52, 64]);
        assert_eq!(quarters(&[13, 26, 39, 52]), [13, 26, 39, 52]);
    }
}
