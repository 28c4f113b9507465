//! A waterfall: what each party gains or loses, one after the other, and what it comes to for them all.
//!
//! Bars lie, so that long names have room. A party's bar begins where the one above ended; a total begins at zero.
//!
//! To call it: fill a [`Waterfall`] with finished words and numbers in the unit of the axis, and `render` it. It computes
//! nothing but where bars begin: a [`Kind::Total`] shows the value it is given, also where the parts do not add up to it.

use super::bars::{Axis, BAR, PLAIN, edged, hatch, hatched, label_room, name};
use super::page::{AXIS, BOLD, END, FONT, Frame, MARGIN, Page, SAMPLE, WIDER, WIDTH};
use super::scale;
use super::text::width;
use crate::report::words::{Words, numbers};
use crate::units::Language;

const SMALL: f64 = 15.0;

/// What a bar is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A part of the sum: it begins where the part above ended.
    Party,
    /// The sum so far, from zero; the parts below go on from it.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "the accounts have no sum before society's yet")
    )]
    Total,
    /// The sum for society, from zero: the last and darkest bar.
    Society,
}

/// One bar.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    /// Name.
    pub label: String,
    /// In the unit of the axis; positive is a gain. Not finite: no bar, and a dash for the number.
    pub value: f64,
    /// Interval of the value.
    pub interval: Option<(f64, f64)>,
    /// What it is.
    pub kind: Kind,
}

/// A whole figure before it is drawn.
#[derive(Clone, Debug)]
pub(crate) struct Waterfall {
    /// The words around it.
    pub frame: Frame,
    /// Under the axis: the unit.
    pub x_label: String,
    /// Bars from top to bottom.
    pub steps: Vec<Step>,
    /// Decimals of the numbers beside the bars.
    pub decimals: usize,
    /// Words of the key: a gain, a loss, a total.
    pub words: [String; 3],
    /// Word of the key for an interval, where there is one.
    pub interval_key: String,
    /// Language of the numbers.
    pub language: Language,
}

const TOTAL: &str = "#8C8C8C";
const SOCIETY: &str = "#333333";

impl Waterfall {
    /// The figure as SVG.
    pub(crate) fn render(&self) -> String {
        self.frame.render(|page| {
            hatch(page, &self.frame.id);
            self.keys(page);
            page.y += 6.0;
            self.plot(page);
        })
    }

    fn fill(&self, kind: Kind, gain: bool) -> String {
        match kind {
            Kind::Party if gain => edged(PLAIN),
            Kind::Party => edged(&hatched(&self.frame.id)),
            Kind::Total => edged(TOTAL),
            Kind::Society => edged(SOCIETY),
        }
    }

    fn keys(&self, page: &mut Page) {
        let party = |gain: bool| {
            let parts = self.steps.iter().filter(|s| s.kind == Kind::Party);
            parts
                .into_iter()
                .any(|s| if gain { s.value > 0.0 } else { s.value < 0.0 })
        };
        let last = self.steps.iter().rev().find(|s| s.kind != Kind::Party);
        let mut keys: Vec<(&str, Option<String>)> = Vec::new();
        if party(true) {
            keys.push((&self.words[0], Some(self.fill(Kind::Party, true))));
        }
        if party(false) {
            keys.push((&self.words[1], Some(self.fill(Kind::Party, false))));
        }
        if let Some(total) = last {
            keys.push((&self.words[2], Some(self.fill(total.kind, true))));
        }
        if self.steps.iter().any(|s| s.interval.is_some()) {
            keys.push((&self.interval_key, None));
        }
        let names: Vec<&str> = keys.iter().map(|(name, _)| *name).collect();
        page.keys(&names, |page, i, x, y| match &keys[i].1 {
            Some(fill) => page.rect((x, y - 7.5), (SAMPLE, 15.0), fill),
            None => whisker(page, (x + 2.0, x + SAMPLE - 2.0), y),
        });
    }

    /// Where each bar begins and ends.
    fn spans(&self) -> Vec<Option<(f64, f64)>> {
        let mut sum = 0.0;
        let spans = self.steps.iter().map(|step| {
            if !step.value.is_finite() {
                return None;
            }
            let from = if step.kind == Kind::Party { sum } else { 0.0 };
            sum = from + step.value;
            Some((from, sum))
        });
        spans.collect()
    }

    fn plot(&self, page: &mut Page) {
        let spans = self.spans();
        let reach = self.steps.iter().zip(&spans).filter_map(|(step, span)| {
            let (from, to) = (*span)?;
            let (low, high) = step
                .interval
                .map_or((to, to), |(l, h)| (from + l, from + h));
            Some([from, to, low, high])
        });
        let (low, high) = scale::extent(reach.flatten().chain([0.0]));
        let words = Words::new(self.language);
        let texts: Vec<(String, String)> =
            self.steps.iter().map(|s| self.text(s, &words)).collect();
        let value_room = texts
            .iter()
            .map(|(value, interval)| (width(value, FONT) * WIDER).max(width(interval, SMALL)))
            .fold(0.0, f64::max);
        let names = self.steps.iter().map(|s| width(&s.label, FONT) * WIDER);
        let label_room = label_room(names);
        // Nothing but zeros: any axis does.
        let domain = if low < high { (low, high) } else { (0.0, 1.0) };
        let axis = Axis::new(domain, (label_room, value_room), self.language);
        let x = axis.x;
        let top = page.y;
        let mut body = Page {
            body: String::new(),
            y: top + 4.0,
        };
        let mut last: Option<(f64, f64)> = None;
        for ((step, span), (value, interval)) in self.steps.iter().zip(&spans).zip(&texts) {
            let bold = if step.kind == Kind::Party { "" } else { BOLD };
            let size = (FONT * WIDER, label_room);
            let tall = name(&mut body, &step.label, size, (38.0, bold));
            let middle = body.y + tall / 2.0;
            if let Some((from, to)) = *span {
                let (start, end) = (x.at(from), x.at(to));
                // The connector from the bar above to where this one begins.
                if let Some((at, foot)) = last.filter(|_| step.kind == Kind::Party) {
                    body.rule((at, foot), (at, middle - BAR / 2.0), AXIS);
                }
                // A bar of nothing is a line.
                let wide = (end - start).abs().max(1.5);
                let corner = (start.min(end), middle - BAR / 2.0);
                body.rect(
                    corner,
                    (wide, BAR),
                    &self.fill(step.kind, step.value >= 0.0),
                );
                if let Some((low, high)) = step.interval {
                    whisker(&mut body, (x.at(from + low), x.at(from + high)), middle);
                }
                last = Some((end, middle + BAR / 2.0));
            }
            let right = WIDTH - MARGIN;
            if interval.is_empty() {
                body.text(right, middle + 6.0, value, &format!("{END} {bold}"));
            } else {
                body.text(right, middle - 3.0, value, &format!("{END} {bold}"));
                let small = format!("{END} font-size=\"{SMALL}\" fill=\"#444444\"");
                body.text(right, middle + 16.0, interval, &small);
            }
            body.y += tall;
        }
        let bottom = body.y + 4.0;
        axis.draw(page, (top, bottom));
        page.push(body.body.trim_end());
        axis.unit(page, bottom, &self.x_label);
    }

    /// Every bar in words, for those who cannot see the figure.
    pub(super) fn describe(&self, words: &Words) -> String {
        let bars = self.steps.iter().map(|step| {
            let (value, interval) = self.text(step, words);
            let interval = if interval.is_empty() {
                interval
            } else {
                format!(" ({interval})")
            };
            format!("{} {value}{interval}", step.label)
        });
        let bars: Vec<String> = bars.collect();
        format!("{}: {}.", self.frame.title, bars.join("; "))
    }

    /// The number with its sign, and its interval.
    fn text(&self, step: &Step, words: &Words) -> (String, String) {
        if !step.value.is_finite() {
            return ("–".to_owned(), String::new());
        }
        let number = |v: f64| numbers::number(v, self.decimals, self.language);
        let value = number(step.value);
        // A gain of a party has its sign, as a loss has; what rounds to nothing has none.
        let zero = number(0.0);
        let value = if step.kind == Kind::Party && step.value > 0.0 && value != zero {
            format!("+{value}")
        } else {
            value
        };
        let interval = step.interval.map(|(low, high)| {
            words.tell("cell-to", &[("low", &number(low)), ("high", &number(high))])
        });
        (value, interval.unwrap_or_default())
    }
}

/// An interval: white under ink, so that it is seen on any ground.
fn whisker(page: &mut Page, (low, high): (f64, f64), y: f64) {
    for line in [
        "stroke=\"#ffffff\" stroke-width=\"5\"",
        "stroke=\"#000000\" stroke-width=\"1.8\"",
    ] {
        page.rule((low, y), (high, y), line);
        for end in [low, high] {
            page.rule((end, y - 5.0), (end, y + 5.0), line);
        }
    }
}
