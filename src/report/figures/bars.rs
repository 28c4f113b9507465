//! What figures of lying bars share: fills, room for names and numbers, names beside the bars, the axis under them.

use super::page::{AXIS, FONT, GRID, INK, MARGIN, MIDDLE, Page, WIDTH, ZERO};
use super::scale::{self, Scale};
use super::text::{width, wrap};
use crate::units::Language;

/// Most room for names.
const LABEL: f64 = 190.0;
/// Height of a bar.
pub(super) const BAR: f64 = 24.0;
/// Fill of what gains, and of a high price.
pub(super) const PLAIN: &str = "#7DB0D3";

/// Puts the hatched pattern of a figure where [`hatched`] finds it.
pub(super) fn hatch(page: &mut Page, id: &str) {
    page.push(&format!(
        "<defs><pattern id=\"{id}-hatched\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\"><rect width=\"8\" height=\"8\" fill=\"#FBE3C6\"/><path d=\"M-2 10L10 -2M-2 2L2 -2M6 10L10 6\" stroke=\"#8A4A00\" stroke-width=\"1.5\"/></pattern></defs>"
    ));
}

/// The hatched pattern of a figure.
pub(super) fn hatched(id: &str) -> String {
    format!("url(#{id}-hatched)")
}

/// A fill with the edge of a bar.
pub(super) fn edged(fill: &str) -> String {
    format!("fill=\"{fill}\" stroke=\"{INK}\" stroke-width=\"0.8\"")
}

/// Room for names as wide as these.
pub(super) fn label_room(names: impl Iterator<Item = f64>) -> f64 {
    names.fold(60.0, f64::max).min(LABEL)
}

/// A name beside the middle of its bar, and the height of both.
pub(super) fn name(
    page: &mut Page,
    label: &str,
    (size, room): (f64, f64),
    (least, attributes): (f64, &str),
) -> f64 {
    let lines = wrap(label, size, room);
    let tall = (20.0 * lines.len() as f64).max(least) + 8.0;
    let first = page.y + tall / 2.0 - 10.0 * lines.len() as f64 + 15.0;
    for (i, line) in lines.iter().enumerate() {
        page.text(MARGIN, first + 20.0 * i as f64, line, attributes);
    }
    tall
}

/// The axis under the bars.
pub(super) struct Axis {
    /// Where a value stands.
    pub x: Scale,
    ticks: Vec<(f64, String)>,
}

impl Axis {
    /// Between the names and the numbers.
    pub fn new(
        domain: (f64, f64),
        (label_room, value_room): (f64, f64),
        language: Language,
    ) -> Self {
        let room = WIDTH - 2.0 * MARGIN - label_room - value_room - 26.0;
        // Half of the outermost labels stands outside the axis.
        let ticks = scale::inside(domain, room * 0.75, language);
        let labels = ticks.labels(language);
        let half = |label: Option<&String>| label.map_or(0.0, |l| width(l, FONT) / 2.0);
        let range = (
            MARGIN + label_room + 12.0 + half(labels.first()),
            WIDTH - MARGIN - value_room - 14.0 - half(labels.last()),
        );
        Self {
            x: Scale { domain, range },
            ticks: ticks.values.into_iter().zip(labels).collect(),
        }
    }

    /// Lines and labels behind the bars, with zero where it lies on the axis.
    pub fn draw(&self, page: &mut Page, (top, bottom): (f64, f64)) {
        let mut free = 0.0;
        for (value, label) in &self.ticks {
            let at = self.x.at(*value);
            page.rule((at, top), (at, bottom), GRID);
            page.rule((at, bottom), (at, bottom + 6.0), AXIS);
            // Far from zero, labels are wide and their ticks may stand close.
            let half = width(label, FONT) / 2.0;
            if at - half >= free {
                page.text(at, bottom + 24.0, label, MIDDLE);
                free = at + half + 8.0;
            }
        }
        page.rule((self.x.range.0, bottom), (self.x.range.1, bottom), AXIS);
        let (low, high) = self.x.domain;
        if low <= 0.0 && high >= 0.0 {
            page.rule((self.x.at(0.0), top), (self.x.at(0.0), bottom), ZERO);
        }
    }

    /// The unit under the labels; what follows stands below it.
    pub fn unit(&self, page: &mut Page, bottom: f64, unit: &str) {
        page.y = bottom + 48.0;
        page.centred(f64::midpoint(self.x.range.0, self.x.range.1), unit);
        page.y -= 8.0;
    }
}
