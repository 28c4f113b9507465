//! A line chart over weeks as SVG: 16 cm wide, readable in black and white and on a phone.
//!
//! The page is 640 units wide, so that a font of 17 units is 7 points when the figure is shown 360 pixels wide. The
//! key stands above the plot, the unit above its axis: nothing is written inside the plot, so nothing can overlap.
//! The same chart gives the same bytes: numbers are written with fixed decimals, nothing depends on a clock or a map.

use super::scale::{self, Scale};
use super::style::{look, marker};
use super::text::{escape, width, wrap};
use crate::report::words::numbers;
use crate::units::Language;
use std::fmt::Write as _;

const WIDTH: f64 = 640.0;
const MARGIN: f64 = 14.0;
const FONT: f64 = 17.0;
const TITLE: f64 = 21.0;
const LINE: f64 = 23.0;
const PLOT: f64 = 310.0;
const SAMPLE: f64 = 46.0;
const INK: &str = "#222222";
const BAND: (&str, &str) = ("#DCE9F2", "#7FA8C4");
const INTERVAL: (&str, &str) = ("#A3C7DE", "#4A86AC");

/// One line.
#[derive(Clone, Debug)]
pub(crate) struct Series {
    /// Word of the key.
    pub name: String,
    /// Number of the look.
    pub look: usize,
    /// Value at week 0, 1, 2, …; gaps where there is no number.
    pub points: Vec<Option<f64>>,
}

/// How points are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Join {
    /// Straight lines.
    Lines,
    /// A value holds until the next.
    Steps,
}

/// One filled area.
#[derive(Clone, Debug)]
pub(crate) struct Area {
    /// Word of the key.
    pub name: String,
    /// Which shade.
    pub shade: Shade,
    /// Lower and upper limit at week 0, 1, 2, …
    pub limits: Vec<Option<(f64, f64)>>,
}

/// The two shades of areas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shade {
    /// Simultaneous band: light.
    Band,
    /// Pointwise interval: darker, drawn on top.
    Interval,
}

/// A whole figure before it is drawn.
#[derive(Clone, Debug)]
pub(crate) struct Chart {
    /// Name inside the document; unique among the figures of a bundle.
    pub id: String,
    /// Title.
    pub title: String,
    /// What must be seen first: made-up data, not cleared.
    pub marks: Vec<String>,
    /// For people who cannot see the figure.
    pub description: String,
    /// Unit above the y axis.
    pub y_label: String,
    /// Below the x axis.
    pub x_label: String,
    /// Last week.
    pub horizon: u32,
    /// Whether the axis counts days.
    pub day: bool,
    /// Values that the y axis must hold besides the data.
    pub y_holds: Vec<f64>,
    /// Lines.
    pub series: Vec<Series>,
    /// How they are joined.
    pub join: Join,
    /// Areas.
    pub areas: Vec<Area>,
    /// A required level and its word.
    pub target: Option<(f64, String)>,
    /// Whether zero is drawn as a line of its own.
    pub zero_line: bool,
    /// Lines under the plot.
    pub notes: Vec<String>,
    /// Language of the numbers.
    pub language: Language,
}

enum Key<'c> {
    Line(&'c Series),
    Fill(&'c Area),
    Target(&'c str),
}

impl Key<'_> {
    fn name(&self) -> &str {
        match self {
            Self::Line(series) => &series.name,
            Self::Fill(area) => &area.name,
            Self::Target(name) => name,
        }
    }
}

impl Chart {
    /// The figure as SVG.
    pub(crate) fn render(&self) -> String {
        let mut page = Page {
            body: String::new(),
            y: MARGIN,
        };
        page.paragraph(&self.title, TITLE, 27.0, "font-weight=\"bold\"");
        for mark in &self.marks {
            page.paragraph(mark, FONT, LINE, "font-weight=\"bold\" fill=\"#9A3A00\"");
        }
        page.y += 4.0;
        self.keys(&mut page);
        page.y += 4.0;
        page.paragraph(&self.y_label, FONT, LINE, "");
        page.y += 8.0;
        self.plot(&mut page);
        page.y += 4.0;
        for note in &self.notes {
            page.paragraph(note, FONT, 22.0, "fill=\"#444444\"");
        }
        // Whole units: page and drawing then have the same shape, and no seam shows at the foot.
        let height = (page.y + MARGIN / 2.0).ceil();
        let (id, title) = (escape(&self.id), escape(&self.title));
        let desc = escape(&self.description);
        let cm = height * 16.0 / WIDTH;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 {height:.0}\" width=\"16cm\" height=\"{cm:.2}cm\" \
             style=\"max-width:100%;height:auto\" role=\"img\" aria-labelledby=\"{id}-title {id}-desc\" \
             font-family=\"'Helvetica Neue', Arial, 'Liberation Sans', sans-serif\" font-size=\"{FONT}\" fill=\"{INK}\">\n\
             <title id=\"{id}-title\">{title}</title>\n<desc id=\"{id}-desc\">{desc}</desc>\n\
             <rect width=\"640\" height=\"{height:.0}\" fill=\"#ffffff\"/>\n{}</svg>\n",
            page.body
        )
    }

    fn keys(&self, page: &mut Page) {
        let mut keys: Vec<Key<'_>> = self.series.iter().map(Key::Line).collect();
        keys.extend(self.areas.iter().rev().map(Key::Fill));
        if let Some((_, name)) = &self.target {
            keys.push(Key::Target(name));
        }
        let right = WIDTH - MARGIN;
        let mut x = MARGIN;
        for key in &keys {
            let words = wrap(key.name(), FONT, right - MARGIN - SAMPLE - 8.0);
            let widest = words.iter().map(|w| width(w, FONT)).fold(0.0, f64::max);
            let needed = SAMPLE + 8.0 + widest;
            if x > MARGIN && x + needed > right {
                x = MARGIN;
                page.y += LINE + 2.0;
            }
            page.sample(key, x, page.y + 10.0);
            for (i, line) in words.iter().enumerate() {
                if i > 0 {
                    page.y += LINE;
                }
                page.text(x + SAMPLE + 8.0, page.y + 16.0, line, "");
            }
            x = if words.len() > 1 {
                right
            } else {
                x + needed + 22.0
            };
        }
        if !keys.is_empty() {
            page.y += LINE + 2.0;
        }
    }

    /// Every value the y axis must hold.
    pub(super) fn extent(&self) -> (f64, f64) {
        let points = self.series.iter().flat_map(|s| s.points.iter().flatten());
        let limits = self.areas.iter().flat_map(|a| a.limits.iter().flatten());
        let all = points
            .copied()
            .chain(limits.flat_map(|(low, high)| [*low, *high]))
            .chain(self.y_holds.iter().copied())
            .chain(self.target.iter().map(|(level, _)| *level))
            .filter(|v| v.is_finite());
        all.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| {
            (low.min(v), high.max(v))
        })
    }

    fn plot(&self, page: &mut Page) {
        let (low, high) = self.extent();
        let (low, high) = if low <= high { (low, high) } else { (0.0, 1.0) };
        let ticks = scale::nice(low, high, 5);
        let labels: Vec<String> = ticks
            .values
            .iter()
            .map(|v| numbers::number(*v, ticks.decimals, self.language))
            .collect();
        let widest = labels.iter().map(|l| width(l, FONT)).fold(0.0, f64::max);
        let (left, right) = (MARGIN + widest + 10.0, WIDTH - MARGIN - 14.0);
        let (top, bottom) = (page.y, page.y + PLOT);
        let ends = (
            ticks.values.first().copied().unwrap_or(0.0),
            ticks.values.last().copied().unwrap_or(1.0),
        );
        let y = Scale {
            domain: ends,
            range: (bottom, top),
        };
        let x = Scale {
            domain: (0.0, f64::from(self.horizon.max(1))),
            range: (left, right),
        };
        for area in &self.areas {
            page.area(area, x, y);
        }
        for (value, label) in ticks.values.iter().zip(&labels) {
            let at = y.at(*value);
            page.rule(
                (left, at),
                (right, at),
                "stroke=\"#000000\" stroke-opacity=\"0.13\"",
            );
            page.text(left - 8.0, at + 6.0, label, "text-anchor=\"end\"");
        }
        page.rule((left, top), (left, bottom), "stroke=\"#555555\"");
        page.rule((left, bottom), (right, bottom), "stroke=\"#555555\"");
        if self.zero_line && ends.0 <= 0.0 && ends.1 >= 0.0 {
            let at = y.at(0.0);
            page.rule(
                (left, at),
                (right, at),
                "stroke=\"#000000\" stroke-width=\"1.6\"",
            );
        }
        if let Some((level, _)) = &self.target {
            let at = y.at(*level);
            page.rule((left, at), (right, at), TARGET);
        }
        let last = numbers::count(u64::from(self.horizon), self.language);
        let fit = (right - left) / (width(&last, FONT) + 18.0);
        let wanted = (fit as usize).clamp(2, 9);
        for week in scale::time(self.horizon, self.day, wanted) {
            let at = x.at(f64::from(week));
            page.rule((at, bottom), (at, bottom + 6.0), "stroke=\"#555555\"");
            let label = numbers::count(u64::from(week), self.language);
            page.text(at, bottom + 24.0, &label, "text-anchor=\"middle\"");
        }
        let every = (self.horizon as usize / 8).max(1);
        // The control comes last, on top: its gaps let a line that it covers be seen.
        for (i, series) in self.series.iter().enumerate().rev() {
            let offset = i * every / self.series.len().max(1);
            page.series(series, (x, y), self.join, (every, offset));
        }
        page.y = bottom + 48.0;
        for line in wrap(&self.x_label, FONT, WIDTH - 2.0 * MARGIN) {
            let middle = f64::midpoint(left, right);
            let half = width(&line, FONT) / 2.0;
            let middle = middle.min(WIDTH - MARGIN - half).max(MARGIN + half);
            page.text(middle, page.y, &line, "text-anchor=\"middle\"");
            page.y += LINE;
        }
        page.y -= 8.0;
    }
}

const TARGET: &str =
    "stroke=\"#222222\" stroke-width=\"2\" stroke-dasharray=\"1 4\" stroke-linecap=\"round\"";

/// The body so far and how far down it reaches.
struct Page {
    body: String,
    y: f64,
}

impl Page {
    fn push(&mut self, element: &str) {
        self.body.push_str(element);
        self.body.push('\n');
    }

    fn text(&mut self, x: f64, y: f64, text: &str, attributes: &str) {
        let text = escape(text);
        let gap = if attributes.is_empty() { "" } else { " " };
        self.push(&format!(
            "<text x=\"{x:.2}\" y=\"{y:.2}\"{gap}{attributes}>{text}</text>"
        ));
    }

    fn paragraph(&mut self, text: &str, size: f64, leading: f64, attributes: &str) {
        let attributes = format!("font-size=\"{size}\" {attributes}");
        // Bold letters are about a tenth wider.
        let factor = if attributes.contains("bold") {
            1.1
        } else {
            1.0
        };
        for line in wrap(text, size * factor, WIDTH - 2.0 * MARGIN) {
            self.text(MARGIN, self.y + size * 0.95, &line, attributes.trim_end());
            self.y += leading;
        }
    }

    fn rule(&mut self, from: (f64, f64), to: (f64, f64), attributes: &str) {
        self.push(&format!(
            "<line x1=\"{:.2}\" y1=\"{:.2}\" x2=\"{:.2}\" y2=\"{:.2}\" {attributes}/>",
            from.0, from.1, to.0, to.1
        ));
    }

    fn sample(&mut self, key: &Key<'_>, x: f64, y: f64) {
        match key {
            Key::Line(series) => {
                let look = look(series.look);
                self.stroke(
                    &format!("M{x:.2} {y:.2}H{:.2}", x + SAMPLE),
                    look.colour,
                    look.dash,
                );
                let middle = marker(look.marker, x + SAMPLE / 2.0, y, look.colour);
                self.push(&middle);
            }
            Key::Fill(area) => {
                let (fill, edge) = colours(area.shade);
                self.push(&format!(
                    "<rect x=\"{x:.2}\" y=\"{:.2}\" width=\"{SAMPLE}\" height=\"15\" fill=\"{fill}\" stroke=\"{edge}\"/>",
                    y - 7.5
                ));
            }
            Key::Target(_) => self.rule((x, y), (x + SAMPLE, y), TARGET),
        }
    }

    fn stroke(&mut self, path: &str, colour: &str, dash: &str) {
        let dash = if dash.is_empty() {
            String::new()
        } else {
            format!(" stroke-dasharray=\"{dash}\"")
        };
        self.push(&format!(
            "<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2.6\" stroke-linejoin=\"round\"{dash}/>"
        ));
    }

    fn area(&mut self, area: &Area, x: Scale, y: Scale) {
        let (fill, edge) = colours(area.shade);
        for run in runs(&area.limits) {
            let limits: Vec<(f64, f64, f64)> = run
                .iter()
                .map(|(week, (low, high))| (x.at(*week as f64), y.at(*low), y.at(*high)))
                .collect();
            if let [(at, low, high)] = limits[..] {
                self.push(&format!(
                    "<rect x=\"{:.2}\" y=\"{high:.2}\" width=\"6\" height=\"{:.2}\" fill=\"{fill}\" stroke=\"{edge}\"/>",
                    at - 3.0,
                    low - high
                ));
                continue;
            }
            let upper = limits.iter().map(|(at, _, high)| (at, high));
            let lower = limits.iter().rev().map(|(at, low, _)| (at, low));
            let mut path = String::new();
            for (i, (at, level)) in upper.chain(lower).enumerate() {
                let letter = if i == 0 { 'M' } else { 'L' };
                let _ = write!(path, "{letter}{at:.2} {level:.2}");
            }
            self.push(&format!(
                "<path d=\"{path}Z\" fill=\"{fill}\" stroke=\"{edge}\" stroke-width=\"1\"/>"
            ));
        }
    }

    fn series(
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
                if *week % every == offset || run.len() == 1 {
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

fn colours(shade: Shade) -> (&'static str, &'static str) {
    match shade {
        Shade::Band => BAND,
        Shade::Interval => INTERVAL,
    }
}

/// Unbroken stretches of weeks with a value.
fn runs<T: Copy>(values: &[Option<T>]) -> Vec<Vec<(usize, T)>> {
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
