//! The words around a figure, and what is told of it: marks, notes, the kind of interval, the description for those who cannot see it.

use super::chart::{Area, Chart, Series, Shade};
use super::page::Frame;
use super::paths::limits;
use super::scale;
use crate::report::view::{AnalysisView, View};
use crate::report::words::{Words, numbers};
use crate::results::Row;
use crate::study::model::{FirstWeek, IntervalKind};

/// How stored numbers are shown on an axis.
pub(super) struct Shown {
    pub scale: f64,
    pub unit: String,
}

impl Shown {
    /// Numbers of a million and more are told in millions, so that the axis keeps its room.
    pub(super) fn fitted(mut self, largest: f64, words: &Words) -> Self {
        let largest = (largest * self.scale).abs();
        for (size, word) in [(1e9, "billion"), (1e6, "million")] {
            if largest >= size && largest < 1e15 {
                self.scale /= size;
                self.unit = format!("{} {}", words.say(word), self.unit);
                break;
            }
        }
        self
    }
}

/// The band under the interval, each only where it exists.
pub(super) fn interval_areas(
    view: &View<'_>,
    words: &Words,
    analysis: &AnalysisView,
    rows: &[&Row],
) -> Vec<Area> {
    let level = numbers::level(analysis.confidence, view.language);
    let named = |key: &str| words.tell(key, &[("level", &level)]);
    let band = Area {
        name: named("legend-band"),
        shade: Shade::Band,
        limits: limits(rows, view.horizon, |r| r.band_low.zip(r.band_high)),
    };
    let interval = Area {
        name: named("legend-interval"),
        shade: Shade::Interval,
        limits: limits(rows, view.horizon, |r| r.conf_low.zip(r.conf_high)),
    };
    [band, interval]
        .into_iter()
        .filter(|area| area.limits.iter().any(Option::is_some))
        .collect()
}

/// The kind of interval, and how often was drawn.
pub(super) fn interval_note(view: &View<'_>, words: &Words, analysis: &AnalysisView) -> String {
    let facts = view.facts;
    if facts.replicates == 0 {
        return words.say("note-interval-analytic");
    }
    let kind = words.say(match analysis.interval {
        IntervalKind::Normal => "interval-normal",
        IntervalKind::Percentile => "interval-percentile",
        IntervalKind::Basic => "interval-basic",
        IntervalKind::Bca => "interval-bca",
        IntervalKind::Studentized => "interval-studentized",
    });
    let n = numbers::count(u64::from(facts.replicates), view.language);
    let seed = facts.seed.to_string();
    words.tell(
        "note-interval",
        &[("kind", &kind), ("n", &n), ("seed", &seed)],
    )
}

/// Puts everything that is drawn on the shown scale, and tells it in words.
pub(super) fn finish(words: &Words, chart: &mut Chart, scale: f64) {
    scale_by(chart, scale);
    let (low, high) = chart.extent();
    let decimals = scale::nice(low, high, 5).decimals + 1;
    let lines = describe(words, chart, decimals);
    chart.frame.description = format!("{}. {}. {lines}", chart.frame.title, chart.y_label);
}

/// First and last value of each line, in words.
fn describe(words: &Words, chart: &Chart, decimals: usize) -> String {
    let week = |n: usize| {
        let n = numbers::count(n as u64, words.language());
        let key = if chart.day {
            "describe-day"
        } else {
            "describe-week"
        };
        words.tell(key, &[("n", &n)])
    };
    let lines = chart.series.iter().filter_map(|s| {
        let mut known = s
            .points
            .iter()
            .enumerate()
            .filter_map(|(w, p)| Some((w, (*p)?)));
        let first = known.next()?;
        let last = known.next_back().unwrap_or(first);
        let text = |v: f64| numbers::number(v, decimals, words.language());
        Some(words.tell(
            "describe-line",
            &[
                ("arm", &s.name),
                ("first", &text(first.1)),
                ("start", &week(first.0)),
                ("last", &text(last.1)),
                ("end", &week(last.0)),
            ],
        ))
    });
    lines.collect::<Vec<_>>().join(" ")
}

/// "Required: 80 %".
pub(super) fn target(view: &View<'_>, words: &Words, (level, share): (f64, bool)) -> String {
    let n = if share {
        let decimals = usize::from((level * 100.0).fract().abs() > 1e-9);
        numbers::percent(level, decimals, view.language)
    } else {
        numbers::number(level, numbers::decimals(level), view.language)
    };
    words.tell("legend-target", &[("n", &n)])
}

/// The words around a figure: its notes end with its source.
pub(super) fn frame(
    view: &View<'_>,
    words: &Words,
    (id, title): (String, String),
    mut notes: Vec<String>,
) -> Frame {
    let mut marks = Vec::new();
    if view.synthetic {
        marks.push(words.say("synthetic-mark"));
    }
    if view.not_cleared {
        marks.push(words.say("not-cleared-mark"));
    }
    notes.push(words.tell("note-source", &[("name", view.name)]));
    Frame {
        id,
        title,
        marks,
        description: String::new(),
        notes,
    }
}

/// Persons of the arms in the figure: all of them, or one and the control.
pub(super) fn persons(view: &View<'_>, words: &Words, only: Option<&str>) -> String {
    let facts = view.facts;
    let shown = |arm: &str| only.is_none_or(|o| o == arm || arm == view.control());
    let list: Vec<String> = (facts.arms.iter().zip(&facts.persons))
        .filter(|(arm, _)| shown(arm))
        .map(|(arm, n)| {
            let n = numbers::count(*n, view.language);
            let arm = view.word(arm);
            words.tell("note-person", &[("arm", arm), ("n", &n)])
        })
        .collect();
    words.tell("note-persons", &[("list", &list.join(", "))])
}

/// "Weeks after the start of the trial", and which week is the first.
pub(super) fn time_label(view: &View<'_>, words: &Words, day: bool) -> String {
    if day {
        return words.say("axis-days");
    }
    let first = match view.first_week {
        FirstWeek::Assignment => "axis-first-assignment",
        FirstWeek::Next => "axis-first-next",
    };
    format!("{} {}", words.say("axis-weeks"), words.say(first))
}

pub(super) fn largest(series: &[Series]) -> f64 {
    let points = series.iter().flat_map(|s| s.points.iter().flatten());
    points.fold(0.0, |m: f64, v| m.max(v.abs()))
}

/// Puts everything that is drawn on the shown scale.
fn scale_by(chart: &mut Chart, scale: f64) {
    for series in &mut chart.series {
        for point in series.points.iter_mut().flatten() {
            *point *= scale;
        }
    }
    for area in &mut chart.areas {
        for (low, high) in area.limits.iter_mut().flatten() {
            *low *= scale;
            *high *= scale;
        }
    }
    for held in &mut chart.y_holds {
        *held *= scale;
    }
    if let Some((level, _)) = &mut chart.target {
        *level *= scale;
    }
}
