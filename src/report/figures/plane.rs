//! The plane of effect and cost: a point, and ellipses around it that hold shares of a normal distribution. What lies in the four
//! quadrants is written outside, at the corners, so that nothing stands on anything.
//!
//! To call it: fill a [`PlaneFigure`] with finished words and numbers in the units of the axes, and `render` it.

use super::bars::PLAIN;
use super::page::{
    AXIS, END, FONT, Frame, GRID, INK, LINE, MARGIN, MIDDLE, Page, SAMPLE, WIDTH, ZERO,
};
use super::scale::{self, Scale};
use super::text::width;
use crate::units::Language;
use std::fmt::Write;

const PLOT: f64 = 310.0;
/// How much of the ground is seen through the outer and the inner ellipse.
const SHADES: [&str; 2] = ["0.35", "0.75"];

/// A whole figure before it is drawn.
#[derive(Clone, Debug)]
pub(crate) struct PlaneFigure {
    /// The words around it.
    pub frame: Frame,
    /// Under the axis: the effect and its unit.
    pub x_label: String,
    /// Above the axis: the cost and its unit.
    pub y_label: String,
    /// The observed difference.
    pub point: (f64, f64),
    /// The outer ellipse, then the inner one.
    pub ellipses: [Vec<(f64, f64)>; 2],
    /// What is written at the corners: above left and right, below left and right.
    pub corners: [String; 4],
    /// Words of the key: the outer ellipse, the inner one, the point.
    pub words: [String; 3],
    /// Language of the numbers.
    pub language: Language,
}

impl PlaneFigure {
    /// The figure as SVG.
    pub(crate) fn render(&self) -> String {
        self.frame.render(|page| {
            let names: Vec<&str> = self.words.iter().map(String::as_str).collect();
            page.keys(&names, |page, i, x, y| match SHADES.get(i) {
                Some(shade) => page.rect((x, y - 7.5), (SAMPLE, 15.0), &fill(shade)),
                None => dot(page, (x + SAMPLE / 2.0, y)),
            });
            page.y += 4.0;
            page.paragraph(&self.y_label, FONT, LINE, "");
            corners(page, [&self.corners[0], &self.corners[1]]);
            page.y += 12.0;
            self.plot(page);
            corners(page, [&self.corners[2], &self.corners[3]]);
        })
    }

    fn plot(&self, page: &mut Page) {
        let all = || self.ellipses.iter().flatten().chain([&self.point]);
        // The quadrants are told from each other by both zeros.
        let (low, high) = scale::extent(all().map(|p| p.1).chain([0.0]));
        let ticks = scale::nice(low, high, 5);
        let labels = ticks.labels(self.language);
        let widest = labels.iter().map(|l| width(l, FONT)).fold(0.0, f64::max);
        let (left, right) = (MARGIN + widest + 10.0, WIDTH - MARGIN - 14.0);
        let across = scale::extent(all().map(|p| p.0).chain([0.0]));
        let weeks = scale::fitting(across, right - left, self.language);
        let (top, bottom) = (page.y, page.y + PLOT);
        let x = Scale {
            domain: weeks.ends(),
            range: (left, right),
        };
        let y = Scale {
            domain: ticks.ends(),
            range: (bottom, top),
        };
        for (ellipse, shade) in self.ellipses.iter().zip(SHADES) {
            let mut path = String::new();
            for (k, (a, b)) in ellipse.iter().enumerate() {
                let letter = if k == 0 { 'M' } else { 'L' };
                // Writing to a String cannot fail.
                let _ = write!(path, "{letter}{:.2} {:.2}", x.at(*a), y.at(*b));
            }
            page.push(&format!("<path d=\"{path}Z\" {}/>", fill(shade)));
        }
        for (value, label) in ticks.values.iter().zip(&labels) {
            let at = y.at(*value);
            page.rule((left, at), (right, at), GRID);
            page.text(left - 8.0, at + 6.0, label, END);
        }
        for (value, label) in weeks.values.iter().zip(&weeks.labels(self.language)) {
            let at = x.at(*value);
            page.rule((at, top), (at, bottom), GRID);
            page.rule((at, bottom), (at, bottom + 6.0), AXIS);
            page.text(at, bottom + 24.0, label, MIDDLE);
        }
        page.rule((left, top), (left, bottom), AXIS);
        page.rule((left, bottom), (right, bottom), AXIS);
        page.rule((left, y.at(0.0)), (right, y.at(0.0)), ZERO);
        page.rule((x.at(0.0), top), (x.at(0.0), bottom), ZERO);
        dot(page, (x.at(self.point.0), y.at(self.point.1)));
        page.y = bottom + 48.0;
        page.centred(f64::midpoint(left, right), &self.x_label);
    }
}

/// Two texts at the ends of one line, or of two where they do not fit.
fn corners(page: &mut Page, [left, right]: [&str; 2]) {
    let both = width(left, FONT) + width(right, FONT) + 20.0;
    page.text(MARGIN, page.y + 16.0, left, "");
    if both > WIDTH - 2.0 * MARGIN {
        page.y += LINE;
    }
    page.text(WIDTH - MARGIN, page.y + 16.0, right, END);
    page.y += LINE;
}

fn fill(shade: &str) -> String {
    format!("fill=\"{PLAIN}\" fill-opacity=\"{shade}\" stroke=\"{INK}\" stroke-width=\"0.8\"")
}

/// The point: dark on a white edge, so that it is seen on any ground.
fn dot(page: &mut Page, (x, y): (f64, f64)) {
    page.push(&format!(
        "<circle cx=\"{x:.2}\" cy=\"{y:.2}\" r=\"5\" fill=\"{INK}\" stroke=\"#ffffff\" stroke-width=\"1.5\"/>"
    ));
}
