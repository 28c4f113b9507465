//! A tornado: what an account comes to with one price at its low and at its high, one bar for each price, the widest first.
//!
//! To call it: fill a [`Tornado`] with finished words and numbers in the unit of the axis, bars in the order in which they
//! stand, and `render` it.

use super::bars::{Axis, BAR, PLAIN, edged, hatch, hatched, label_room, name};
use super::page::{END, FONT, Frame, MARGIN, Page, SAMPLE, WIDTH};
use super::scale;
use super::text::width;
use crate::report::words::{Words, numbers};
use crate::units::Language;

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
            hatch(page, &self.frame.id);
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
        if is_low {
            edged(&hatched(&self.frame.id))
        } else {
            edged(PLAIN)
        }
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
        let label_room = label_room(self.swings.iter().map(|s| width(&s.label, FONT)));
        let axis = Axis::new((low, high), (label_room, value_room), self.language);
        let x = axis.x;
        let top = page.y;
        let mut body = Page {
            body: String::new(),
            y: top + 4.0,
        };
        for (swing, text) in self.swings.iter().zip(&texts) {
            let tall = name(&mut body, &swing.label, (FONT, label_room), (40.0, ""));
            let middle = body.y + tall / 2.0;
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
        axis.draw(page, (top, bottom));
        page.push(body.body.trim_end());
        page.rule((x.at(self.base), top), (x.at(self.base), bottom), BASE);
        axis.unit(page, bottom, &self.x_label);
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
