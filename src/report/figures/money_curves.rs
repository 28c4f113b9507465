//! The money as curves: an account by the end of each period with its interval and band, and the share of draws in which the
//! effect is worth its net cost, by what a unit of it is worth.

use super::chart::{Area, Chart, Join, Series};
use super::money::{id_of, marked, title_of};
use super::paths::points;
use super::wording::{Shown, finish, interval_areas, interval_note, largest, persons, time_label};
use crate::cost_benefit::FROM_COVARIANCE;
use crate::report::amounts::{Amounts, sentence_middle, sentence_start};
use crate::report::money_terms::{WORTH, each, worth_of};
use crate::report::view::View;
use crate::report::words::{Words, numbers};
use crate::results::{Row, Status};
use crate::study::model::IntervalKind;

/// An account by the end of each period, for a treatment arm; none where it has no rows, or nothing ever moves it.
pub(super) fn by_week(view: &View<'_>, account: &str, arm: &str) -> Option<Chart> {
    let words = Words::new(view.language);
    let mut rows: Vec<&Row> = (view.rows.iter())
        .filter(|row| {
            &*row.estimand == "cumulative_net_benefit" && &*row.item == account && *row.arm == *arm
        })
        .collect();
    rows.sort_by_key(|row| row.week);
    let moves = |row: &&&Row| row.status == Status::Ok && row.estimate.is_some_and(|v| v != 0.0);
    let first = rows.iter().find(moves)?;
    let analysis = view.analysis(&first.analysis)?;
    let unit = Amounts::in_unit(&first.unit);
    let weeks: Vec<usize> = (rows.iter())
        .filter_map(|row| usize::try_from(row.week?).ok())
        .collect();
    let is_sparse = weeks.windows(2).any(|w| w[1] > w[0] + 1) || weeks.first() > Some(&1);
    let mut series = vec![Series {
        name: words.say("money-net"),
        look: 1,
        points: points(&rows, view.horizon, None),
        marks: is_sparse.then(|| some_of(&weeks)),
    }];
    let mut areas = interval_areas(view, &words, analysis, &rows);
    bridge(&mut series[0].points, &weeks, |a, b, s| a + s * (b - a));
    for Area { limits, .. } in &mut areas {
        bridge(limits, &weeks, |a, b, s| {
            (a.0 + s * (b.0 - a.0), a.1 + s * (b.1 - a.1))
        });
    }
    let far = areas.iter().flat_map(|a| a.limits.iter().flatten());
    let far = far.fold(largest(&series), |m, (l, h)| m.max(l.abs()).max(h.abs()));
    let shown = Shown {
        scale: unit.scale,
        unit: unit.axis(&words),
    }
    .fitted(far, &words);
    let mut notes = vec![words.say("money-note-cumulated")];
    if is_sparse {
        notes.push(words.say("money-note-periods"));
    }
    if !areas.is_empty() {
        let outside = &*first.interval_method == FROM_COVARIANCE;
        notes.push(if outside || analysis.interval == IntervalKind::Normal {
            words.say("note-interval-analytic")
        } else {
            interval_note(view, &words, analysis)
        });
    }
    notes.push(persons(view, &words, Some(arm)));
    let party = words.say(&format!("party-{account}"));
    let title = words.tell("money-title-by-week", &[("party", &party)]);
    let what = match account {
        "society" => "by-week".to_owned(),
        account => format!("by-week-{account}"),
    };
    let head = (id_of(view, &what, arm), title_of(view, &words, title, arm));
    let mut chart = Chart {
        frame: marked(view, &words, head, notes),
        y_label: words.tell(
            "report-group",
            &[("name", &words.say("money-net")), ("unit", &shown.unit)],
        ),
        x_label: time_label(view, &words, false),
        horizon: view.horizon,
        day: false,
        step: None,
        y_holds: vec![0.0],
        series,
        join: Join::Lines,
        areas,
        target: None,
        zero_line: true,
        risk: None,
        language: view.language,
    };
    finish(&words, &mut chart, shown.scale);
    Some(chart)
}

/// All of few weeks, every few of many, and always the last.
fn some_of(weeks: &[usize]) -> Vec<usize> {
    let every = weeks.len().div_ceil(16).max(1);
    weeks.iter().rev().step_by(every).copied().collect()
}

/// Straight lines between neighbouring weeks that both have a number; what lies between them was not counted by itself.
fn bridge<T: Copy>(values: &mut [Option<T>], weeks: &[usize], between: impl Fn(T, T, f64) -> T) {
    for pair in weeks.windows(2) {
        let at = |week: usize| values.get(week).copied().flatten();
        let (Some(a), Some(b)) = (at(pair[0]), at(pair[1])) else {
            continue;
        };
        let length = (pair[1] - pair[0]) as f64;
        let inside = values.iter_mut().enumerate();
        for (week, value) in inside.take(pair[1]).skip(pair[0] + 1) {
            *value = Some(between(a, b, (week - pair[0]) as f64 / length));
        }
    }
}

/// The share of draws in which the effect is worth its net cost to the public, for a treatment arm.
pub(super) fn acceptability(view: &View<'_>, arm: &str) -> Option<Chart> {
    let words = Words::new(view.language);
    let found: Vec<(&Row, &str, f64)> = (view.rows.iter())
        .filter(|row| &*row.estimand == WORTH && *row.arm == *arm)
        .filter_map(|row| {
            let (outcome, worth) = worth_of(&row.item)?;
            Some((row, outcome, worth))
        })
        .collect();
    let &[(_, name, _), (_, _, step), ..] = &found[..] else {
        return None;
    };
    let value = |row: &Row| row.estimate.filter(|_| row.status == Status::Ok);
    let points: Vec<Option<f64>> = found.iter().map(|(row, ..)| value(row)).collect();
    if step <= 0.0 || points.iter().all(Option::is_none) {
        return None;
    }
    let outcome = view.outcome(name)?;
    let unit = each(&words, &Amounts::of(view, outcome).unit);
    let label = sentence_middle(&view.name(name));
    let title = words.tell("money-title-acceptability", &[("label", &label)]);
    let currency = (view.rows.iter())
        .find(|row| &*row.estimand == "net_benefit")
        .map_or("", |row| &row.unit);
    let currency = Amounts::in_unit(currency).axis(&words);
    let head = (
        id_of(view, "acceptability", arm),
        title_of(view, &words, title, arm),
    );
    let notes = vec![
        words.say("money-note-acceptability"),
        persons(view, &words, Some(arm)),
    ];
    let told = |k: usize| {
        let share = points[k].map_or_else(
            || "–".to_owned(),
            |share| numbers::percent(share, 1, view.language),
        );
        let worth = numbers::number(step * k as f64, numbers::decimals(step), view.language);
        words.tell("describe-worth", &[("share", &share), ("worth", &worth)])
    };
    let described: Vec<String> = (0..points.len()).map(told).collect();
    let y_label = words.tell("y-share", &[("unit", &words.say("axis-percent"))]);
    let mut chart = Chart {
        frame: marked(view, &words, head, notes),
        y_label: sentence_start(&y_label),
        x_label: words.tell(
            "money-axis-worth",
            &[("each", &unit), ("currency", &currency)],
        ),
        horizon: points.len() as u32 - 1,
        day: false,
        step: Some(step),
        y_holds: vec![0.0, 1.0],
        series: vec![Series {
            name: words.say("money-share-worth"),
            look: 1,
            marks: Some((0..points.len()).collect()),
            points,
        }],
        join: Join::Lines,
        areas: Vec::new(),
        target: None,
        zero_line: false,
        risk: None,
        language: view.language,
    };
    finish(&words, &mut chart, 100.0);
    let head = format!("{}. {}", chart.frame.title, chart.x_label);
    chart.frame.description = format!("{head}: {}.", described.join("; "));
    Some(chart)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_go_straight_between_periods_and_not_across_one_without_a_number() {
        let mut values = vec![None; 9];
        (values[2], values[4], values[8]) = (Some(1.0), Some(2.0), Some(6.0));
        let line = |a: f64, b: f64, s: f64| a + s * (b - a);
        bridge(&mut values, &[2, 4, 6, 8], line);
        let expected = [
            None,
            None,
            Some(1.0),
            Some(1.5),
            Some(2.0),
            None,
            None,
            None,
            Some(6.0),
        ];
        assert_eq!(values, expected);
    }
}
