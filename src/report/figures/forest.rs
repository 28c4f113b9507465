//! A point with its interval for each of many groups, one below the other: differences by subgroup and site with a zero
//! line, or levels by site of several arms with a required level.
//!
//! Groups stand in the order of their names or values, never by size: an order by estimate looks like a ranking of
//! sites, and with few persons in each it is mostly a ranking of chance.

use super::page::{
    AXIS, BOLD, END, FONT, Frame, GRID, LINE, MARGIN, MIDDLE, Page, SAMPLE, TARGET, WIDER, WIDTH,
    ZERO,
};
use super::scale::{self, Scale};
use super::style::{look, marker};
use super::text::{width, wrap};
use crate::units::Language;

const LABEL: f64 = 200.0;
const INDENT: f64 = 12.0;
const WHOLE: &str = "stroke=\"#222222\" stroke-width=\"1.2\" stroke-dasharray=\"5 4\"";

/// One number of a line.
#[derive(Clone, Debug)]
pub(crate) struct Point {
    /// Number of the look.
    pub look: usize,
    /// The number.
    pub value: f64,
    /// Its interval.
    pub interval: Option<(f64, f64)>,
    /// A band that holds for all groups at once.
    pub band: Option<(f64, f64)>,
}

/// One line: a group of persons.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    /// Its name.
    pub name: String,
    /// How many, as text.
    pub n: String,
    /// One number by arm; fewer where a number is missing.
    pub points: Vec<Point>,
    /// What is said where no number is.
    pub instead: String,
}

/// Lines under one head.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    /// Head; empty for none.
    pub name: String,
    /// Lines.
    pub lines: Vec<Line>,
}

/// A whole figure before it is drawn.
#[derive(Clone, Debug)]
pub(crate) struct Forest {
    /// The words around it.
    pub frame: Frame,
    /// Under the axis.
    pub x_label: String,
    /// Head of the numbers of persons.
    pub n_label: String,
    /// Name and look of each kind of point, where there are several.
    pub keys: Vec<(String, usize)>,
    /// Everybody, at the top: the first thing to read, and what the others are held against.
    pub whole: Option<Line>,
    /// Word of the line that everybody's number draws through the groups; none for no such line.
    pub whole_key: Option<String>,
    /// The groups.
    pub groups: Vec<Group>,
    /// A required level and its word.
    pub target: Option<(f64, String)>,
    /// Values that the axis must hold besides the data; zero is drawn as a line when it is among them.
    pub holds: Vec<f64>,
    /// Language of the numbers.
    pub language: Language,
}

enum Key<'f> {
    Arm(&'f str, usize),
    Whole(&'f str),
    Target(&'f str),
}

/// Where the columns stand.
struct Columns {
    label: f64,
    n: f64,
    x: Scale,
}

impl Forest {
    /// The figure as SVG.
    pub(crate) fn render(&self) -> String {
        self.frame.render(|page| {
            self.keys(page);
            self.plot(page);
        })
    }

    fn keys(&self, page: &mut Page) {
        let mut keys: Vec<Key<'_>> = (self.keys.iter())
            .map(|(name, look)| Key::Arm(name, *look))
            .collect();
        if let (Some(name), Some(_)) = (&self.whole_key, self.whole_value()) {
            keys.push(Key::Whole(name));
        }
        if let Some((_, name)) = &self.target {
            keys.push(Key::Target(name));
        }
        let names: Vec<&str> = keys
            .iter()
            .map(|key| match key {
                Key::Arm(name, _) | Key::Whole(name) | Key::Target(name) => *name,
            })
            .collect();
        page.keys(&names, |page, i, x, y| match keys[i] {
            Key::Arm(_, number) => {
                let colour = look(number).colour;
                let width = "stroke-width=\"1.6\"";
                let line = format!("stroke=\"{colour}\" {width}");
                page.rule((x, y), (x + SAMPLE, y), &line);
                page.push(&marker(look(number).marker, x + SAMPLE / 2.0, y, colour));
            }
            Key::Whole(_) => page.rule((x, y), (x + SAMPLE, y), WHOLE),
            Key::Target(_) => page.rule((x, y), (x + SAMPLE, y), TARGET),
        });
    }

    /// Everybody's number, where a line of it is wanted.
    fn whole_value(&self) -> Option<f64> {
        self.whole_key.as_ref()?;
        self.whole.as_ref()?.points.first().map(|p| p.value)
    }

    fn lines(&self) -> impl Iterator<Item = &Line> {
        self.whole
            .iter()
            .chain(self.groups.iter().flat_map(|g| &g.lines))
    }

    /// Every value the axis must hold.
    pub(super) fn extent(&self) -> (f64, f64) {
        let points = self.lines().flat_map(|line| &line.points);
        let all = points.flat_map(|p| {
            let (low, high) = p.interval.unwrap_or((p.value, p.value));
            let (least, most) = p.band.unwrap_or((p.value, p.value));
            [p.value, low, high, least, most]
        });
        let level = self.target.iter().map(|(level, _)| *level);
        scale::extent(all.chain(level).chain(self.holds.iter().copied()))
    }

    fn plot(&self, page: &mut Page) {
        let n_head = wrap(&self.n_label, FONT, 110.0);
        let numbers = self.lines().map(|line| width(&line.n, FONT));
        let n_room = numbers
            .chain(n_head.iter().map(|line| width(line, FONT)))
            .fold(0.0, f64::max);
        // Names take the room they need, up to a third of the page.
        let names = self.lines().map(|line| width(&line.name, FONT) + INDENT);
        let heads = self.groups.iter().map(|g| width(&g.name, FONT) * WIDER);
        let label = names.chain(heads).fold(60.0, f64::max).min(LABEL);
        let start = MARGIN + label + 12.0 + n_room + 14.0;
        let ticks = scale::fitting(self.extent(), WIDTH - MARGIN - start, self.language);
        let labels = ticks.labels(self.language);
        let half = |label: Option<&String>| label.map_or(0.0, |l| width(l, FONT) / 2.0);
        let columns = Columns {
            label,
            n: MARGIN + label + 12.0 + n_room,
            x: Scale {
                domain: ticks.ends(),
                range: (
                    start + half(labels.first()),
                    WIDTH - MARGIN - half(labels.last()),
                ),
            },
        };
        page.y += 4.0;
        for (i, line) in n_head.iter().enumerate() {
            page.text(columns.n, page.y + 15.0 + 20.0 * i as f64, line, END);
        }
        page.y += 20.0 * n_head.len() as f64 + 8.0;
        let top = page.y;
        // The rows are measured first: the grid lies under them.
        let mut body = Page {
            body: String::new(),
            y: top + 6.0,
        };
        if let Some(whole) = &self.whole {
            Self::line(&mut body, whole, (&columns, 0.0));
            body.rule((MARGIN, body.y + 2.0), (WIDTH - MARGIN, body.y + 2.0), GRID);
            body.y += 8.0;
        }
        for group in &self.groups {
            if !group.name.is_empty() {
                for line in wrap(&group.name, FONT * WIDER, columns.label) {
                    body.text(MARGIN, body.y + 16.0, &line, BOLD);
                    body.y += LINE;
                }
                body.y += 2.0;
            }
            let indent = if group.name.is_empty() { 0.0 } else { INDENT };
            for line in &group.lines {
                Self::line(&mut body, line, (&columns, indent));
            }
            body.y += 6.0;
        }
        let bottom = body.y;
        let (left, right) = columns.x.range;
        for (value, label) in ticks.values.iter().zip(&labels) {
            let at = columns.x.at(*value);
            page.rule((at, top), (at, bottom), GRID);
            page.rule((at, bottom), (at, bottom + 6.0), AXIS);
            page.text(at, bottom + 24.0, label, MIDDLE);
        }
        page.rule((left, bottom), (right, bottom), AXIS);
        if self.holds.contains(&0.0) {
            let at = columns.x.at(0.0);
            page.rule((at, top), (at, bottom), ZERO);
        }
        if let Some(value) = self.whole_value() {
            let at = columns.x.at(value);
            page.rule((at, top), (at, bottom), WHOLE);
        }
        if let Some((level, _)) = &self.target {
            let at = columns.x.at(*level);
            page.rule((at, top), (at, bottom), TARGET);
        }
        page.push(body.body.trim_end());
        page.y = bottom + 48.0;
        page.centred(f64::midpoint(left, right), &self.x_label);
        page.y -= 8.0;
    }

    /// One line of the figure; goes on below it.
    fn line(page: &mut Page, line: &Line, (columns, indent): (&Columns, f64)) {
        let words = wrap(&line.name, FONT, columns.label - indent);
        let points = line.points.len().max(1);
        let tall = (20.0 * words.len() as f64).max(12.0 * points as f64) + 7.0;
        let first = page.y + (tall - 20.0 * words.len() as f64) / 2.0 + 15.0;
        for (i, word) in words.iter().enumerate() {
            let at = first + 20.0 * i as f64;
            page.text(MARGIN + indent, at, word, "");
        }
        let middle = page.y + tall / 2.0;
        page.text(columns.n, middle + 5.5, &line.n, END);
        if line.points.is_empty() {
            let room = WIDTH - MARGIN - columns.x.range.0;
            let text = wrap(&line.instead, FONT, room).into_iter().next();
            let text = text.unwrap_or_default();
            page.text(columns.x.range.0, middle + 5.5, &text, "fill=\"#444444\"");
        }
        for (i, point) in line.points.iter().enumerate() {
            let y = middle + 11.0 * (i as f64 - (points as f64 - 1.0) / 2.0);
            Self::point(page, point, (columns.x, y));
        }
        page.y += tall;
    }

    fn point(page: &mut Page, point: &Point, (x, y): (Scale, f64)) {
        let look = look(point.look);
        if let Some((low, high)) = point.band {
            let line = format!("stroke=\"{}\" stroke-width=\"0.8\"", look.colour);
            page.rule((x.at(low), y), (x.at(high), y), &line);
        }
        if let Some((low, high)) = point.interval {
            let line = format!("stroke=\"{}\" stroke-width=\"1.8\"", look.colour);
            let (low, high) = (x.at(low), x.at(high));
            page.rule((low, y), (high, y), &line);
            for end in [low, high] {
                page.rule((end, y - 4.0), (end, y + 4.0), &line);
            }
        }
        page.push(&marker(look.marker, x.at(point.value), y, look.colour));
    }
}
