//! The figures of an exit: the share not yet exited with the persons at risk, or the rate, and the share exited by
//! destination.

use super::build::{Maker, head};
use super::chart::{Area, Chart, Join, Risk, Shade};
use super::paths::limits;
use super::text::slug;
use super::wording::largest;
use crate::report::amounts::{sentence_middle, tick};
use crate::report::words::numbers;
use crate::results::Status;

impl Maker<'_, '_> {
    pub(super) fn exit(&self) -> Vec<Chart> {
        let weekly = tick(self.outcome) == "week";
        let percent = self.words.say("axis-percent");
        let label = self.label();
        let mut charts = Vec::new();
        let series = self.by_arm("survival", "", weekly.then_some(1.0));
        if !series.is_empty() {
            let title = self.words.tell("title-survival", &[("label", &label)]);
            let mut chart =
                self.chart(head("survival", title), ("y-share", &percent), series, None);
            chart.join = Join::Steps;
            chart.y_holds = vec![0.0, 1.0];
            chart.areas = self.survival_areas(weekly);
            chart.risk = self.risk();
            self.note_intervals(&mut chart);
            self.finish(&mut chart, 100.0);
            charts.push(chart);
        }
        if charts.is_empty() {
            charts.extend(self.exit_rate(&percent));
        }
        for destination in &self.outcome.destinations {
            let series = self.by_arm("cumulative_incidence", destination, weekly.then_some(0.0));
            // A curve for `other` that never leaves zero says only that nothing else happened.
            if series.is_empty() || (destination == "other" && largest(&series) == 0.0) {
                continue;
            }
            let title = self.incidence_title(destination);
            let suffix = format!("to-{}", slug(destination));
            let mut chart = self.chart(head(&suffix, title), ("y-share", &percent), series, None);
            chart.join = Join::Steps;
            chart.y_holds.push(0.0);
            self.finish(&mut chart, 100.0);
            charts.push(chart);
        }
        charts
    }

    /// For exits without a survival curve (every spell at risk): the exit rate by arm.
    fn exit_rate(&self, percent: &str) -> Option<Chart> {
        let series = self.by_arm("hazard", "", None);
        if series.is_empty() {
            return None;
        }
        let title = self.words.tell("title-hazard", &[("label", &self.label())]);
        let mut chart = self.chart(head("rate", title), ("y-share", percent), series, None);
        chart.y_holds.push(0.0);
        self.finish(&mut chart, 100.0);
        Some(chart)
    }

    /// "Exit to employment"; a sole destination needs no name, which is often a code such as `1`.
    fn incidence_title(&self, destination: &str) -> String {
        let label = self.label();
        if self.outcome.destinations.len() == 1 {
            return self.words.tell("title-incidence-any", &[("label", &label)]);
        }
        let name = self.view.name(destination);
        let word = if destination == "other" && name == destination {
            self.words.say("destination-other")
        } else {
            sentence_middle(&name)
        };
        self.words.tell(
            "title-incidence",
            &[("label", &label), ("destination", &word)],
        )
    }

    /// The interval of each arm's curve, and its band. Drawn for two arms: more would cover each other.
    fn survival_areas(&self, weekly: bool) -> Vec<Area> {
        let arms = &self.view.facts.arms;
        if arms.len() > 2 {
            return Vec::new();
        }
        let level = numbers::level(self.analysis.confidence, self.view.language);
        let mut areas = Vec::new();
        // The control comes last, on top: it is drawn without a fill.
        for (i, arm) in arms.iter().enumerate().rev() {
            let rows = self.rows("survival", arm, "");
            let interval = limits(rows, self.view.horizon, |r| r.conf_low.zip(r.conf_high));
            let mut area = Area {
                name: self.words.tell("legend-interval", &[("level", &level)]),
                shade: Shade::Of(i),
                limits: interval,
            };
            if weekly && area.limits.get(1).is_some_and(Option::is_some) {
                // Nobody has left before the first week, and that is certain.
                area.limits[0] = Some((1.0, 1.0));
            }
            if area.limits.iter().any(Option::is_some) {
                areas.push(area);
            }
        }
        areas
    }

    /// Persons at risk by week; at 0 those of the first week. What is hidden is not told.
    fn risk(&self) -> Option<Risk> {
        let arms = self.view.facts.arms.iter().enumerate();
        let lines: Vec<(String, usize, Vec<Option<u64>>)> = arms
            .filter_map(|(i, arm)| {
                let rows = self.rows("hazard", arm, "");
                let mut at_risk = vec![None; self.view.horizon as usize + 1];
                for row in rows.iter().filter(|row| row.status != Status::Hidden) {
                    let week = row.week.and_then(|week| usize::try_from(week).ok());
                    if let Some(slot) = week.and_then(|week| at_risk.get_mut(week)) {
                        *slot = row.n;
                    }
                }
                at_risk[0] = at_risk[0].or(at_risk.get(1).copied().flatten());
                let known = at_risk.iter().any(Option::is_some);
                known.then(|| (self.view.word(arm).to_owned(), i, at_risk))
            })
            .collect();
        (!lines.is_empty()).then(|| Risk {
            title: self.words.say("risk-title"),
            lines,
        })
    }
}
