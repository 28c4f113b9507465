//! A line chart over weeks: the key stands above the plot, the unit above its axis, and nothing is written inside the
//! plot, so nothing can overlap. Under the axis there may be a table of the persons at risk.

use super::page::{
    AXIS, END, FONT, Frame, GRID, LINE, MARGIN, MIDDLE, Page, SAMPLE, TARGET, WIDTH, ZERO,
};
use super::scale::{self, Scale};
use super::text::{width, wrap};
use crate::report::words::numbers;
use crate::units::Language;

const PLOT: f64 = 310.0;

/// One line.
#[derive(Clone, Debug)]
pub(crate) struct Series {
    /// Word of the key.
    pub name: String,
    /// Number of the look.
    pub look: usize,
    /// Value at week 0, 1, 2, …; gaps where there is no number.
    pub points: Vec<Option<f64>>,
    /// Weeks with a marker; none: every few weeks.
    pub marks: Option<Vec<usize>>,
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
    /// Word of the key; areas of one name share a key.
    pub name: String,
    /// Which shade.
    pub shade: Shade,
    /// Lower and upper limit at week 0, 1, 2, …
    pub limits: Vec<Option<(f64, f64)>>,
}

/// The shades of areas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shade {
    /// Simultaneous band: light.
    Band,
    /// Pointwise interval: darker, drawn on top.
    Interval,
    /// Interval of one of several lines, in its look: light, so that the lines stay first.
    Of(usize),
}

/// Persons at risk under the axis.
#[derive(Clone, Debug)]
pub(crate) struct Risk {
    /// Head of the table.
    pub title: String,
    /// Name and look of each line, and the number at week 0, 1, 2, …; none where it is not known or not shown.
    pub lines: Vec<(String, usize, Vec<Option<u64>>)>,
}

/// A whole figure before it is drawn.
#[derive(Clone, Debug)]
pub(crate) struct Chart {
    /// The words around it.
    pub frame: Frame,
    /// Unit above the y axis.
    pub y_label: String,
    /// Below the x axis.
    pub x_label: String,
    /// Last week.
    pub horizon: u32,
    /// Whether the axis counts days.
    pub day: bool,
    /// What one place of the axis stands for, where it counts neither weeks nor days.
    pub step: Option<f64>,
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
    /// Persons at risk.
    pub risk: Option<Risk>,
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
        self.frame.render(|page| {
            self.keys(page);
            page.y += 4.0;
            page.paragraph(&self.y_label, FONT, LINE, "");
            page.y += 8.0;
            self.plot(page);
        })
    }

    fn keys(&self, page: &mut Page) {
        let mut keys: Vec<Key<'_>> = self.series.iter().map(Key::Line).collect();
        for area in self.areas.iter().rev() {
            if !keys.iter().any(|key| key.name() == area.name) {
                keys.push(Key::Fill(area));
            }
        }
        if let Some((_, name)) = &self.target {
            keys.push(Key::Target(name));
        }
        let names: Vec<&str> = keys.iter().map(Key::name).collect();
        page.keys(&names, |page, i, x, y| match &keys[i] {
            Key::Line(series) => page.line_sample(series.look, x, y),
            Key::Fill(area) => page.fill_sample(area.shade, x, y),
            Key::Target(_) => page.rule((x, y), (x + SAMPLE, y), TARGET),
        });
    }

    /// Every value the y axis must hold.
    pub(super) fn extent(&self) -> (f64, f64) {
        let points = self.series.iter().flat_map(|s| s.points.iter().flatten());
        let limits = self.areas.iter().flat_map(|a| a.limits.iter().flatten());
        let all = points
            .copied()
            .chain(limits.flat_map(|(low, high)| [*low, *high]))
            .chain(self.y_holds.iter().copied())
            .chain(self.target.iter().map(|(level, _)| *level));
        scale::extent(all)
    }

    fn plot(&self, page: &mut Page) {
        let (low, high) = self.extent();
        let ticks = scale::nice(low, high, 5);
        let labels = ticks.labels(self.language);
        let widest = labels.iter().map(|l| width(l, FONT)).fold(0.0, f64::max);
        let (left, right) = (MARGIN + widest + 10.0, WIDTH - MARGIN - 14.0);
        let (top, bottom) = (page.y, page.y + PLOT);
        let ends = ticks.ends();
        let y = Scale {
            domain: ends,
            range: (bottom, top),
        };
        let x = Scale {
            domain: (0.0, f64::from(self.horizon.max(1))),
            range: (left, right),
        };
        for area in &self.areas {
            page.area(area, (x, y), self.join);
        }
        for (value, label) in ticks.values.iter().zip(&labels) {
            let at = y.at(*value);
            page.rule((left, at), (right, at), GRID);
            page.text(left - 8.0, at + 6.0, label, END);
        }
        page.rule((left, top), (left, bottom), AXIS);
        page.rule((left, bottom), (right, bottom), AXIS);
        if self.zero_line && ends.0 <= 0.0 && ends.1 >= 0.0 {
            let at = y.at(0.0);
            page.rule((left, at), (right, at), ZERO);
        }
        if let Some((level, _)) = &self.target {
            let at = y.at(*level);
            page.rule((left, at), (right, at), TARGET);
        }
        let weeks = match self.step {
            Some(step) => page.value_axis((x, bottom), (self.horizon, step), self.language),
            None => page.time_axis((x, bottom), (self.horizon, self.day), self.language),
        };
        let every = (self.horizon as usize / 8).max(1);
        // The control comes last, on top: its gaps let a line that it covers be seen.
        for (i, series) in self.series.iter().enumerate().rev() {
            let offset = i * every / self.series.len().max(1);
            page.series(series, (x, y), self.join, (every, offset));
        }
        page.y = bottom + 48.0;
        page.centred(f64::midpoint(left, right), &self.x_label);
        page.y -= 8.0;
        if let Some(risk) = &self.risk {
            self.risk(page, risk, (x, &weeks));
        }
    }

    /// The persons at risk at the weeks of the axis, or at every second of them where the numbers are wide.
    fn risk(&self, page: &mut Page, risk: &Risk, (x, weeks): (Scale, &[u32])) {
        let text = |numbers: &[Option<u64>], week: u32| {
            let n = numbers.get(week as usize).copied().flatten();
            n.map_or_else(|| "–".to_owned(), |n| numbers::count(n, self.language))
        };
        let all = risk.lines.iter();
        let widest = all
            .flat_map(|(_, _, numbers)| weeks.iter().map(|week| text(numbers, *week)))
            .map(|n| width(&n, FONT))
            .fold(0.0, f64::max);
        let step = match weeks {
            [first, second, ..] => x.at(f64::from(*second)) - x.at(f64::from(*first)),
            _ => WIDTH,
        };
        let every = ((widest + 8.0) / step).ceil().max(1.0) as usize;
        page.y += 4.0;
        page.paragraph(&risk.title, FONT, LINE, "");
        for (name, look, numbers) in &risk.lines {
            let words = wrap(name, FONT, WIDTH - 2.0 * MARGIN - SAMPLE - 8.0);
            page.line_sample(*look, MARGIN, page.y + 10.0);
            for line in &words {
                page.text(MARGIN + SAMPLE + 8.0, page.y + 16.0, line, "");
                page.y += LINE;
            }
            for week in weeks.iter().step_by(every) {
                let n = text(numbers, *week);
                // The outermost numbers stay on the page.
                let half = width(&n, FONT) / 2.0;
                let at = x.at(f64::from(*week));
                let at = at.max(MARGIN + half).min(WIDTH - MARGIN / 2.0 - half);
                page.text(at, page.y + 15.0, &n, MIDDLE);
            }
            page.y += LINE + 2.0;
        }
        page.y += 4.0;
    }
}

impl Page {
    /// Ticks and their labels along a foot; gives the weeks that are marked.
    pub(super) fn time_axis(
        &mut self,
        (x, bottom): (Scale, f64),
        (horizon, day): (u32, bool),
        language: Language,
    ) -> Vec<u32> {
        let last = numbers::count(u64::from(horizon), language);
        let fit = (x.range.1 - x.range.0) / (width(&last, FONT) + 18.0);
        let weeks = scale::time(horizon, day, (fit as usize).clamp(2, 9));
        for week in &weeks {
            let at = x.at(f64::from(*week));
            self.rule((at, bottom), (at, bottom + 6.0), AXIS);
            let label = numbers::count(u64::from(*week), language);
            self.text(at, bottom + 24.0, &label, MIDDLE);
        }
        weeks
    }

    /// The same of an axis that counts something else, so many to each place; gives the places that are marked.
    pub(super) fn value_axis(
        &mut self,
        (x, bottom): (Scale, f64),
        (places, step): (u32, f64),
        language: Language,
    ) -> Vec<u32> {
        let decimals = (0..6).find(|d| {
            let scaled = step * 10.0_f64.powi(*d);
            (scaled - scaled.round()).abs() < 1e-9 * scaled.abs()
        });
        let decimals = decimals.unwrap_or(6) as usize;
        let label = |k: u32| numbers::number(f64::from(k) * step, decimals, language);
        let widest = (0..=places)
            .map(|k| width(&label(k), FONT))
            .fold(0.0, f64::max);
        let room = (x.range.1 - x.range.0) / f64::from(places.max(1));
        let every = [1, 2, 5, 10]
            .into_iter()
            .find(|k| f64::from(*k) * room > widest + 14.0);
        let every = every.unwrap_or(places.max(1));
        let marked: Vec<u32> = (0..=places).step_by(every as usize).collect();
        for place in &marked {
            let (at, label) = (x.at(f64::from(*place)), label(*place));
            self.rule((at, bottom), (at, bottom + 6.0), AXIS);
            // The outermost label stays on the page.
            let half = width(&label, FONT) / 2.0;
            self.text(
                at.min(WIDTH - MARGIN / 2.0 - half),
                bottom + 24.0,
                &label,
                MIDDLE,
            );
        }
        marked
    }
}
