//! A tornado: what an account comes to with one price at its low and at its high, one bar for each price, the widest first.
//!
//! To call it: fill a [`Tornado`] with finished words and numbers in the unit of the axis, bars in the order in which they
//! stand, and `render` it.

use super::page::{AXIS, END, FONT, Frame, GRID, INK, MARGIN, MIDDLE, Page, SAMPLE, WIDTH, ZERO};
use super::scale::{self, Scale};
use super::text::{width, wrap};
use crate::report::words::{Words, numbers};
use crate::units::Language;

const LABEL: f64 = 190.0;
const BAR: f64 = 24.0;
const HIGH: &str = "#7DB0D3";
const BASE: &str = "stroke=\"#222222\" stroke-width=\"1.6\" stroke-dasharray=\"5 4\"";

/// One bar.
#[derive(Clone, Debug)]
pub(crate) struct Swing {
    /// Whose price.
    pub label: String,
    /// The account with the price at its low.
    pub low: f64,
    /// The account with the price at its high.
    pub high: f64,
}

impl Swing {
    /// How far apart the two ends are.
    pub(super) fn width(&self) -> f64 {
        (self.high - self.low).abs()
    }
}

/// A whole figure before it is drawn.
#[derive(Clone, Debug)]
pub(crate) struct Tornado {
    /// The words around it.
    pub frame: Frame,
    /// Under the axis: the unit.
    pub x_label: String,
    /// The account with the prices as they are.
    pub base: f64,
    /// Bars from top to bottom.
    pub swings: Vec<Swing>,
    /// Decimals of the numbers beside the bars.
    pub decimals: usize,
    /// Words of the key: a low price, a high price, the prices as they are.
    pub words: [String; 3],
    /// Language of the numbers.
    pub language: Language,
}

impl Tornado {
    /// The figure as SVG.
    pub(crate) fn render(&self) -> String {
        self.frame.render(|page| {
            page.push(&format!(
                "<defs><pattern id=\"{}-fill-low\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\"><rect width=\"8\" height=\"8\" fill=\"#FBE3C6\"/><path d=\"M-2 10L10 -2M-2 2L2 -2M6 10L10 6\" stroke=\"#8A4A00\" stroke-width=\"1.5\"/></pattern></defs>",
                self.frame.id
            ));
            let names: Vec<&str> = self.words.iter().map(String::as_str).collect();
            page.keys(&names, |page, i, x, y| match i {
                2 => page.rule((x, y), (x + SAMPLE, y), BASE),
                i => page.rect((x, y - 7.5), (SAMPLE, 15.0), &self.fill(i == 0)),
            });
            page.y += 6.0;
            self.plot(page);
        })
    }

    fn fill(&self, is_low: bool) -> String {
        let fill = if is_low {
            format!("url(#{}-fill-low)", self.frame.id)
        } else {
            HIGH.to_owned()
        };
        format!("fill=\"{fill}\" stroke=\"{INK}\" stroke-width=\"0.8\"")
    }

    /// Both ends in two lines, the smaller first: "−31 to" over "−30".
    fn texts(&self, swing: &Swing, words: &Words) -> [String; 2] {
        let number = |v: f64| numbers::number(v, self.decimals, self.language);
        let (least, most) = (swing.low.min(swing.high), swing.low.max(swing.high));
        let first = words.tell("cell-to", &[("low", &number(least)), ("high", "")]);
        [first.trim_end().to_owned(), number(most)]
    }

    fn plot(&self, page: &mut Page) {
        let ends = self.swings.iter().flat_map(|s| [s.low, s.high]);
        let (low, high) = scale::extent(ends.chain([self.base]));
        // Where no price moves anything, any axis around the account does.
        let (low, high) = if low < high {
            (low, high)
        } else {
            (
                low - 1.0_f64.max(low.abs() / 10.0),
                high + 1.0_f64.max(high.abs() / 10.0),
            )
        };
        let words = Words::new(self.language);
        let texts = self.swings.iter().map(|s| self.texts(s, &words));
        let texts: Vec<[String; 2]> = texts.collect();
        let widths = texts.iter().flatten().map(|t| width(t, FONT));
        let value_room = widths.fold(0.0, f64::max);
        let beside = value_room + 14.0;
        let names = self.swings.iter().map(|s| width(&s.label, FONT));
        let label_room = names.fold(60.0, f64::max).min(LABEL);
        let room = WIDTH - 2.0 * MARGIN - label_room - beside - 12.0;
        let ticks = scale::inside((low, high), room * 0.75, self.language);
        let labels = ticks.labels(self.language);
        let half = |label: Option<&String>| label.map_or(0.0, |l| width(l, FONT) / 2.0);
        let x = Scale {
            domain: (low, high),
            range: (
                MARGIN + label_room + 12.0 + half(labels.first()),
                WIDTH - MARGIN - beside - half(labels.last()),
            ),
        };
        let top = page.y;
        let mut body = Page {
            body: String::new(),
            y: top + 4.0,
        };
        for (swing, text) in self.swings.iter().zip(&texts) {
            let lines = wrap(&swing.label, FONT, label_room);
            let tall = (20.0 * lines.len() as f64).max(40.0) + 8.0;
            let middle = body.y + tall / 2.0;
            let first = middle - 10.0 * lines.len() as f64 + 15.0;
            for (i, line) in lines.iter().enumerate() {
                body.text(MARGIN, first + 20.0 * i as f64, line, "");
            }
            for (end, is_low) in [(swing.low, true), (swing.high, false)] {
                let (from, to) = (x.at(self.base), x.at(end));
                let size = ((to - from).abs(), BAR);
                if size.0 > 0.05 {
                    body.rect((from.min(to), middle - BAR / 2.0), size, &self.fill(is_low));
                }
            }
            for (i, line) in text.iter().enumerate() {
                let at = middle - 4.0 + 20.0 * i as f64;
                body.text(WIDTH - MARGIN, at, line, END);
            }
            body.y += tall;
        }
        let bottom = body.y + 4.0;
        let mut free = 0.0;
        for (value, label) in ticks.values.iter().zip(&labels) {
            let at = x.at(*value);
            page.rule((at, top), (at, bottom), GRID);
            page.rule((at, bottom), (at, bottom + 6.0), AXIS);
            // Far from zero, labels are wide and their ticks may stand close.
            let half = width(label, FONT) / 2.0;
            if at - half >= free {
                page.text(at, bottom + 24.0, label, MIDDLE);
                free = at + half + 8.0;
            }
        }
        page.rule((x.range.0, bottom), (x.range.1, bottom), AXIS);
        if low <= 0.0 && high >= 0.0 {
            page.rule((x.at(0.0), top), (x.at(0.0), bottom), ZERO);
        }
        page.push(body.body.trim_end());
        page.rule((x.at(self.base), top), (x.at(self.base), bottom), BASE);
        page.y = bottom + 48.0;
        page.centred(f64::midpoint(x.range.0, x.range.1), &self.x_label);
        page.y -= 8.0;
    }

    /// Every bar in words, for those who cannot see the figure.
    pub(super) fn describe(&self, words: &Words) -> String {
        let number = |v: f64| numbers::number(v, self.decimals, self.language);
        let bars = self.swings.iter().map(|s| {
            let told = [
                ("label", s.label.clone()),
                ("low", number(s.low)),
                ("high", number(s.high)),
            ];
            let told: Vec<(&str, &str)> = told.iter().map(|(k, v)| (*k, v.as_str())).collect();
            words.tell("tornado-bar", &told)
        });
        let bars: Vec<String> = bars.collect();
        let base = words.tell("tornado-base", &[("base", &number(self.base))]);
        format!("{}. {base} {}.", self.frame.title, bars.join("; "))
    }
}
