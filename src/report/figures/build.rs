//! From rows to charts: which rows make which figure, in what unit, with which words.

use super::chart::{Area, Chart, Join, Series, Shade};
use super::consort::consort_of;
use super::groups::groups_of;
use super::money::money_of;
use super::page::Frame;
use super::paths::{Index, analysis_of, index, key, limits, points};
use super::scale;
use super::states::states_of;
use super::text::slug;
use crate::report::amounts::{Amounts, sentence_start, tick};
use crate::report::method::{Comparison, is_share};
use crate::report::view::{AnalysisView, View, main_estimand};
use crate::report::words::{Words, numbers};
use crate::results::{Bundle, OutcomeFacts, Row};
use crate::study::model::{FirstWeek, IntervalKind};
use std::collections::BTreeSet;

/// File name and SVG of each figure: the flow of persons, where they are, then by outcome its curves, then by outcome its groups.
pub fn figures(bundle: &Bundle) -> Vec<(String, String)> {
    drawings_of(&View::of(bundle))
}

/// All that is drawn: the flow of persons, then the figures.
pub fn drawings_of(view: &View<'_>) -> Vec<(String, String)> {
    let day = view.outcomes.iter().any(|outcome| outcome.tick == "day");
    let flow = consort_of(view, day).into_iter();
    flow.chain(figures_of(view)).collect()
}

/// The same of a view, for instance in another language.
pub fn figures_of(view: &View<'_>) -> Vec<(String, String)> {
    let mut figures = states_of(view);
    figures.extend(curves_of(view));
    for outcome in view.outcomes {
        figures.extend(
            groups_of(view, outcome)
                .into_iter()
                .map(|(file, svg, _)| (file, svg)),
        );
    }
    figures.extend(
        view.treatments()
            .iter()
            .filter_map(|arm| money_of(view, arm)),
    );
    let mut names = BTreeSet::new();
    for (file, svg) in &mut figures {
        let wanted = file.trim_end_matches(".svg").to_owned();
        let (mut id, mut n) = (wanted.clone(), 2);
        while !names.insert(id.clone()) {
            id = format!("{wanted}-{n}");
            n += 1;
        }
        if id != wanted {
            *svg = rename(svg, &wanted, &id);
            *file = format!("{id}.svg");
        }
    }
    figures
}

/// The same drawing under another name inside the document.
pub(crate) fn rename(svg: &str, from: &str, to: &str) -> String {
    svg.replacen(
        &format!("aria-labelledby=\"{from}-title {from}-desc\""),
        &format!("aria-labelledby=\"{to}-title {to}-desc\""),
        1,
    )
    .replacen(
        &format!("id=\"{from}-title\""),
        &format!("id=\"{to}-title\""),
        1,
    )
    .replacen(
        &format!("id=\"{from}-desc\""),
        &format!("id=\"{to}-desc\""),
        1,
    )
    .replace(&format!("id=\"{from}-fill-"), &format!("id=\"{to}-fill-"))
    .replace(&format!("url(#{from}-fill-"), &format!("url(#{to}-fill-"))
}

/// The curves over weeks of each outcome of a view.
pub(crate) fn curves_of(view: &View<'_>) -> Vec<(String, String)> {
    let words = Words::new(view.language);
    let index = index(view);
    let mut figures = Vec::new();
    for outcome in view.outcomes {
        let Some(analysis) = analysis_of(view, &index, outcome) else {
            continue;
        };
        let maker = Maker {
            view,
            words: &words,
            index: &index,
            outcome,
            analysis,
        };
        let charts = if outcome.kind == "exit" {
            maker.exit()
        } else {
            maker.mean()
        };
        for chart in charts {
            figures.push((format!("{}.svg", chart.frame.id), chart.render()));
        }
    }
    figures
}

/// The end of the file name, and the title.
pub(super) struct Head {
    suffix: String,
    title: String,
}

pub(super) fn head(suffix: &str, title: String) -> Head {
    Head {
        suffix: suffix.to_owned(),
        title,
    }
}

pub(super) struct Maker<'v, 'a> {
    pub view: &'v View<'a>,
    pub words: &'v Words,
    pub index: &'v Index<'a>,
    pub outcome: &'v OutcomeFacts,
    pub analysis: &'v AnalysisView,
}

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

impl Maker<'_, '_> {
    pub(super) fn label(&self) -> String {
        sentence_start(&self.view.name(&self.outcome.name))
    }

    pub(super) fn rows(&self, estimand: &str, arm: &str, item: &str) -> &[&Row] {
        let key = key([&self.analysis.name, &self.outcome.name, estimand, arm, item]);
        self.index.get(&key).map_or(&[], Vec::as_slice)
    }

    /// One line per arm.
    pub(super) fn by_arm(&self, estimand: &str, item: &str, start: Option<f64>) -> Vec<Series> {
        let arms = self.view.facts.arms.iter().enumerate();
        arms.filter_map(|(i, arm)| {
            let rows = self.rows(estimand, arm, item);
            let points = points(rows, self.view.horizon, start);
            (!rows.is_empty()).then(|| Series {
                name: self.view.word(arm).to_owned(),
                look: i,
                points,
            })
        })
        .collect()
    }

    fn mean(&self) -> Vec<Chart> {
        let mut charts = Vec::new();
        let share = is_share(&self.outcome.kind);
        let series = self.by_arm("weekly_mean", "", None);
        if !series.is_empty() {
            let (scale, unit) = if share {
                (100.0, self.words.say("axis-percent"))
            } else {
                let amounts = Amounts::of(self.view, self.outcome);
                (amounts.scale, amounts.axis(self.words))
            };
            let shown = Shown { scale, unit }.fitted(largest(&series), self.words);
            let (title, y) = if share {
                ("title-weekly-share", "y-share")
            } else {
                ("title-weekly-mean", "y-mean")
            };
            let title = self.words.tell(title, &[("label", &self.label())]);
            let mut chart = self.chart(head("weekly", title), (y, &shown.unit), series, None);
            chart.target = self
                .outcome
                .target
                .filter(|t| t.is_finite())
                .map(|t| (t, target(self.view, self.words, (t, share))));
            chart.y_holds.push(0.0);
            self.finish(&mut chart, shown.scale);
            charts.push(chart);
        }
        charts.extend(self.effects());
        charts
    }

    /// One figure per treatment arm, the headline arm first.
    fn effects(&self) -> Vec<Chart> {
        let estimand = main_estimand(&self.outcome.kind);
        let period = estimand == "period_difference";
        let randomised = Comparison::of(self.outcome) == Comparison::Randomised;
        let several = self.view.treatments().len() > 1;
        let mut charts = Vec::new();
        for arm in self.view.treatments() {
            let rows = self.rows(estimand, arm, "");
            if rows.is_empty() {
                continue;
            }
            let (title, y, line) = match (period, randomised) {
                (false, true) => ("title-effect", "y-effect", "legend-effect"),
                (false, false) => ("title-difference", "y-difference", "legend-difference"),
                (true, true) => ("title-period-effect", "y-effect", "legend-effect"),
                (true, false) => (
                    "title-period-difference",
                    "y-difference",
                    "legend-difference",
                ),
            };
            let mut title = self.words.tell(title, &[("label", &self.label())]);
            if several {
                let (arm, control) = (self.view.word(arm), self.view.word(self.view.control()));
                title = self.words.tell(
                    "title-versus",
                    &[("title", &title), ("arm", arm), ("control", control)],
                );
            }
            let series = vec![Series {
                name: self.words.say(line),
                look: 1,
                points: points(rows, self.view.horizon, (!period).then_some(0.0)),
            }];
            let mut areas = self.areas(rows);
            if !period {
                // Before the first week nothing is accumulated, and that is certain.
                for area in &mut areas {
                    if area.limits.get(1).is_some_and(Option::is_some) {
                        area.limits[0] = Some((0.0, 0.0));
                    }
                }
            }
            let far = areas.iter().flat_map(|a| a.limits.iter().flatten());
            let far = far.fold(largest(&series), |m, (l, h)| m.max(l.abs()).max(h.abs()));
            let amounts = Amounts::of(self.view, self.outcome);
            let shown = Shown {
                scale: amounts.scale,
                unit: amounts.axis(self.words),
            }
            .fitted(far, self.words);
            let suffix = if several {
                format!("effect-{}", slug(arm))
            } else {
                "effect".to_owned()
            };
            let mut chart = self.chart(head(&suffix, title), (y, &shown.unit), series, Some(arm));
            chart.areas = areas;
            chart.zero_line = true;
            chart.y_holds.push(0.0);
            self.note_intervals(&mut chart);
            self.finish(&mut chart, shown.scale);
            charts.push(chart);
        }
        charts
    }

    /// The band under the interval, each only where it exists.
    fn areas(&self, rows: &[&Row]) -> Vec<Area> {
        let level = numbers::level(self.analysis.confidence, self.view.language);
        let named = |key: &str| self.words.tell(key, &[("level", &level)]);
        let band = Area {
            name: named("legend-band"),
            shade: Shade::Band,
            limits: limits(rows, self.view.horizon, |r| r.band_low.zip(r.band_high)),
        };
        let interval = Area {
            name: named("legend-interval"),
            shade: Shade::Interval,
            limits: limits(rows, self.view.horizon, |r| r.conf_low.zip(r.conf_high)),
        };
        [band, interval]
            .into_iter()
            .filter(|area| area.limits.iter().any(Option::is_some))
            .collect()
    }

    /// What all figures share.
    pub(super) fn chart(
        &self,
        Head { suffix, title }: Head,
        (y, unit): (&str, &str),
        series: Vec<Series>,
        only: Option<&str>,
    ) -> Chart {
        let day = tick(self.outcome) == "day";
        let x_label = time_label(self.view, self.words, day);
        let mut notes = Vec::new();
        if series.iter().all(|s| s.points.iter().all(Option::is_none)) {
            notes.push(self.words.say("note-empty"));
        } else if series.iter().any(|s| s.points[1..].contains(&None)) {
            notes.push(self.words.say("note-gaps"));
        }
        notes.push(persons(self.view, self.words, only));
        if self.view.analyses.len() > 1 {
            let name = &self.analysis.name;
            notes.push(self.words.tell("note-analysis", &[("name", name)]));
        }
        if Comparison::of(self.outcome) == Comparison::Descriptive {
            notes.push(self.words.say("note-descriptive"));
        }
        let id = format!("{}-{suffix}", slug(&self.outcome.name));
        Chart {
            frame: frame(self.view, self.words, (id, title), notes),
            y_label: sentence_start(&self.words.tell(y, &[("unit", unit)])),
            x_label,
            horizon: self.view.horizon,
            day,
            y_holds: Vec::new(),
            series,
            join: Join::Lines,
            areas: Vec::new(),
            target: None,
            zero_line: false,
            risk: None,
            language: self.view.language,
        }
    }

    /// After the persons: the kind of interval, and how often was drawn.
    pub(super) fn note_intervals(&self, chart: &mut Chart) {
        if chart.areas.is_empty() {
            return;
        }
        let facts = self.view.facts;
        let note = if facts.replicates == 0 {
            self.words.say("note-interval-analytic")
        } else {
            let kind = self.words.say(match self.analysis.interval {
                IntervalKind::Normal => "interval-normal",
                IntervalKind::Percentile => "interval-percentile",
                IntervalKind::Basic => "interval-basic",
                IntervalKind::Bca => "interval-bca",
                IntervalKind::Studentized => "interval-studentized",
            });
            let n = numbers::count(u64::from(facts.replicates), self.view.language);
            let seed = facts.seed.to_string();
            self.words.tell(
                "note-interval",
                &[("kind", &kind), ("n", &n), ("seed", &seed)],
            )
        };
        let at = chart.frame.notes.len() - 1;
        chart.frame.notes.insert(at, note);
    }

    /// Puts everything that is drawn on the shown scale, and tells it in words.
    pub(super) fn finish(&self, chart: &mut Chart, scale: f64) {
        scale_by(chart, scale);
        let (low, high) = chart.extent();
        let decimals = scale::nice(low, high, 5).decimals + 1;
        let lines = self.describe(&chart.series, chart.day, decimals);
        chart.frame.description = format!("{}. {}. {lines}", chart.frame.title, chart.y_label);
    }

    /// First and last value of each line, in words.
    fn describe(&self, series: &[Series], day: bool, decimals: usize) -> String {
        let week = |n: usize| {
            let n = numbers::count(n as u64, self.view.language);
            let key = if day { "describe-day" } else { "describe-week" };
            self.words.tell(key, &[("n", &n)])
        };
        let lines = series.iter().filter_map(|s| {
            let mut known = s
                .points
                .iter()
                .enumerate()
                .filter_map(|(w, p)| Some((w, (*p)?)));
            let first = known.next()?;
            let last = known.next_back().unwrap_or(first);
            let text = |v: f64| numbers::number(v, decimals, self.view.language);
            Some(self.words.tell(
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
