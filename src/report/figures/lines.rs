//! How lines over weeks and their areas are drawn, and their samples in the key.

use super::chart::{Area, Join, Series, Shade};
use super::page::{Page, SAMPLE};
use super::scale::Scale;
use super::style::{look, marker};
use std::fmt::Write as _;

const BAND: &str = "fill=\"#DCE9F2\" stroke=\"#7FA8C4\" stroke-width=\"1\"";
const INTERVAL: &str = "fill=\"#A3C7DE\" stroke=\"#4A86AC\" stroke-width=\"1\"";
/// The interval of the control has no fill: it lies on top of the others'.
const CONTROL: &str =
    "fill=\"none\" stroke=\"#333333\" stroke-width=\"1\" stroke-dasharray=\"3 2\"";

fn colours(shade: Shade) -> String {
    match shade {
        Shade::Band => BAND.to_owned(),
        Shade::Interval => INTERVAL.to_owned(),
        Shade::Of(0) => CONTROL.to_owned(),
        Shade::Of(arm) => {
            let colour = look(arm).colour;
            format!(
                "fill=\"{colour}\" fill-opacity=\"0.2\" stroke=\"{colour}\" stroke-width=\"0.8\" stroke-opacity=\"0.6\""
            )
        }
    }
}

impl Page {
    pub(super) fn line_sample(&mut self, number: usize, x: f64, y: f64) {
        let look = look(number);
        let path = format!("M{x:.2} {y:.2}H{:.2}", x + SAMPLE);
        self.stroke(&path, look.colour, look.dash);
        let middle = marker(look.marker, x + SAMPLE / 2.0, y, look.colour);
        self.push(&middle);
    }

    pub(super) fn fill_sample(&mut self, shade: Shade, x: f64, y: f64) {
        // Intervals of two lines share a key: one half for each.
        let halves = match shade {
            Shade::Of(_) => vec![(Shade::Of(1), 0.0), (Shade::Of(0), 0.5)],
            shade => vec![(shade, 0.0)],
        };
        let wide = SAMPLE / halves.len() as f64;
        for (shade, from) in halves {
            self.rect((x + SAMPLE * from, y - 7.5), (wide, 15.0), &colours(shade));
        }
    }

    pub(super) fn area(&mut self, area: &Area, (x, y): (Scale, Scale), join: Join) {
        let colours = colours(area.shade);
        for run in runs(&area.limits) {
            let limits: Vec<(f64, f64, f64)> = run
                .iter()
                .map(|(week, (low, high))| (x.at(*week as f64), y.at(*low), y.at(*high)))
                .collect();
            if let [(at, low, high)] = limits[..] {
                self.rect((at - 3.0, high), (6.0, low - high), &colours);
                continue;
            }
            let upper: Vec<(f64, f64)> = limits.iter().map(|(at, _, high)| (*at, *high)).collect();
            let lower: Vec<(f64, f64)> = limits.iter().map(|(at, low, _)| (*at, *low)).collect();
            let mut path = String::new();
            for (i, (at, level)) in corners(&upper, join).enumerate() {
                let letter = if i == 0 { 'M' } else { 'L' };
                let _ = write!(path, "{letter}{at:.2} {level:.2}");
            }
            let below: Vec<(f64, f64)> = corners(&lower, join).collect();
            for (at, level) in below.into_iter().rev() {
                let _ = write!(path, "L{at:.2} {level:.2}");
            }
            self.push(&format!("<path d=\"{path}Z\" {colours}/>"));
        }
    }

    pub(super) fn series(
        &mut self,
        series: &Series,
        (x, y): (Scale, Scale),
        join: Join,
        (every, offset): (usize, usize),
    ) {
        let look = look(series.look);
        let mut marks = String::new();
        for run in runs(&series.points) {
            let mut path = String::new();
            for (i, (week, value)) in run.iter().enumerate() {
                let (at, level) = (x.at(*week as f64), y.at(*value));
                let _ = match (i, join) {
                    (0, _) => write!(path, "M{at:.2} {level:.2}"),
                    (_, Join::Lines) => write!(path, "L{at:.2} {level:.2}"),
                    (_, Join::Steps) => write!(path, "H{at:.2}V{level:.2}"),
                };
                let marked = match &series.marks {
                    Some(weeks) => weeks.contains(week),
                    None => *week % every == offset,
                };
                if marked || run.len() == 1 {
                    marks.push_str(&marker(look.marker, at, level, look.colour));
                }
            }
            if run.len() > 1 {
                self.stroke(&path, look.colour, look.dash);
            }
        }
        if !marks.is_empty() {
            self.push(&marks);
        }
    }
}

/// The points of a line, with the corners between them where it goes in steps.
fn corners(points: &[(f64, f64)], join: Join) -> impl Iterator<Item = (f64, f64)> + '_ {
    points.iter().enumerate().flat_map(move |(i, point)| {
        let before = i.checked_sub(1).map(|before| points[before].1);
        let corner = before.filter(|_| join == Join::Steps);
        let corner = corner.map(|level| (point.0, level));
        corner.into_iter().chain([*point])
    })
}

/// Unbroken stretches of weeks with a value.
pub(super) fn runs<T: Copy>(values: &[Option<T>]) -> Vec<Vec<(usize, T)>> {
    let mut runs: Vec<Vec<(usize, T)>> = vec![Vec::new()];
    for (week, value) in values.iter().enumerate() {
        match (value, runs.last_mut()) {
            (Some(value), Some(run)) => run.push((week, *value)),
            (None, Some(run)) if !run.is_empty() => runs.push(Vec::new()),
            _ => {}
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}
