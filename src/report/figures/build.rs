//! From rows to charts: which rows make which figure, in what unit, with which words.

use super::chart::{Area, Chart, Join, Series};
use super::consort::consort_of;
use super::groups::groups_of;
use super::money::of_money;
use super::paths::{Index, analysis_of, index, key, points};
use super::states::states_of;
use super::text::slug;
use super::wording::{
    Shown, finish, frame, interval_areas, interval_note, largest, persons, target, time_label,
};
use crate::report::amounts::{Amounts, sentence_start, tick};
use crate::report::method::{Comparison, is_share};
use crate::report::view::{AnalysisView, View, main_estimand};
use crate::report::words::Words;
use crate::results::{Bundle, OutcomeFacts, Row};
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
    figures.extend(view.treatments().iter().flat_map(|arm| of_money(view, arm)));
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
                marks: None,
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
                marks: None,
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
            step: None,
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

    /// The band under the interval, each only where it exists.
    fn areas(&self, rows: &[&Row]) -> Vec<Area> {
        interval_areas(self.view, self.words, self.analysis, rows)
    }

    /// After the persons: the kind of interval, and how often was drawn.
    pub(super) fn note_intervals(&self, chart: &mut Chart) {
        if !chart.areas.is_empty() {
            let at = chart.frame.notes.len() - 1;
            let note = interval_note(self.view, self.words, self.analysis);
            chart.frame.notes.insert(at, note);
        }
    }

    /// Puts everything that is drawn on the shown scale, and tells it in words.
    pub(super) fn finish(&self, chart: &mut Chart, scale: f64) {
        finish(self.words, chart, scale);
    }
}
