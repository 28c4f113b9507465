//! Where persons are: the share of each arm in each state by week, stacked, one panel by arm.
//!
//! Greys, hatching and dots tell the states apart without colour; the key stands in the order of the stack and gives
//! the share in the last week, so that thin layers can be read.

use super::lines::runs;
use super::page::{
    AXIS, BOLD, END, FONT, Frame, GRID, INK, LINE, MARGIN, Page, SAMPLE, WIDER, WIDTH,
};
use super::scale::Scale;
use super::text::{width, wrap};
use crate::report::words::numbers;
use crate::units::Language;
use std::fmt::Write as _;

const GAP: f64 = 26.0;
/// Key columns are readable for so many arms; with more, the numbers stand in the description alone.
const MOST: usize = 3;

/// One arm.
#[derive(Clone, Debug)]
pub(crate) struct Panel {
    /// Name.
    pub name: String,
    /// Share in each state (of the figure, from the bottom of the stack) by week from 1 on; none where nobody is
    /// followed.
    pub weeks: Vec<Option<Vec<f64>>>,
}

/// A whole figure before it is drawn.
#[derive(Clone, Debug)]
pub(crate) struct Stack {
    /// The words around it.
    pub frame: Frame,
    /// Above the first panel.
    pub y_label: String,
    /// Under the axis.
    pub x_label: String,
    /// Head of the shares in the key.
    pub last_label: String,
    /// Names of the states, from the bottom of the stack.
    pub states: Vec<String>,
    /// Arms, control first.
    pub panels: Vec<Panel>,
    /// Language of the numbers.
    pub language: Language,
}

/// Ground and marks of a layer.
struct Fill {
    ground: &'static str,
    marks: &'static str,
}

/// Neighbours differ in lightness or marks. After the last, the marks come again.
const FILLS: [Fill; 8] = [
    Fill {
        ground: "#E3ECF4",
        marks: "",
    },
    Fill {
        ground: "#1F5A8C",
        marks: "",
    },
    Fill {
        ground: "#FBE3C6",
        marks: "<path d=\"M-2 10L10 -2M-2 2L2 -2M6 10L10 6\" stroke=\"#8A4A00\" stroke-width=\"1.5\"/>",
    },
    Fill {
        ground: "#7D8B8F",
        marks: "",
    },
    Fill {
        ground: "#FFFFFF",
        marks: "<circle cx=\"2\" cy=\"2\" r=\"1.3\" fill=\"#222222\"/><circle cx=\"6\" cy=\"6\" r=\"1.3\" fill=\"#222222\"/>",
    },
    Fill {
        ground: "#222222",
        marks: "",
    },
    Fill {
        ground: "#CFE6DC",
        marks: "<path d=\"M-2 -2L10 10M-2 6L2 10M6 -2L10 2M-2 10L10 -2M-2 2L2 -2M6 10L10 6\" stroke=\"#00614A\" stroke-width=\"1\"/>",
    },
    Fill {
        ground: "#FFFFFF",
        marks: "<path d=\"M0 2H8M0 6H8\" stroke=\"#444444\" stroke-width=\"1.2\"/>",
    },
];

impl Stack {
    /// The figure as SVG.
    pub(crate) fn render(&self) -> String {
        self.frame.render(|page| {
            self.patterns(page);
            page.paragraph(&self.y_label, FONT, LINE, "");
            page.y += 4.0;
            self.panels(page);
            self.key(page);
        })
    }

    fn name_of(&self, state: usize) -> String {
        format!("{}-fill-{}", self.frame.id, state % FILLS.len())
    }

    fn fill(&self, state: usize) -> String {
        let fill = &FILLS[state % FILLS.len()];
        if fill.marks.is_empty() {
            fill.ground.to_owned()
        } else {
            format!("url(#{})", self.name_of(state))
        }
    }

    fn patterns(&self, page: &mut Page) {
        let mut defined = String::new();
        for (state, fill) in FILLS.iter().enumerate().take(self.states.len()) {
            if !fill.marks.is_empty() {
                // Writing to a String cannot fail.
                let _ = write!(
                    defined,
                    "<pattern id=\"{}\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\"><rect width=\"8\" height=\"8\" fill=\"{}\"/>{}</pattern>",
                    self.name_of(state),
                    fill.ground,
                    fill.marks
                );
            }
        }
        if !defined.is_empty() {
            page.push(&format!("<defs>{defined}</defs>"));
        }
    }

    fn panels(&self, page: &mut Page) {
        let labels = ["0", "50", "100"];
        let axis = width("100", FONT) + 10.0;
        let columns = if self.panels.len() == 1 { 1 } else { 2 };
        let room =
            (WIDTH - 2.0 * MARGIN - axis - 14.0 - GAP * (columns as f64 - 1.0)) / columns as f64;
        let tall = if self.panels.len() > 2 { 180.0 } else { 260.0 };
        for row in self.panels.chunks(columns) {
            let heads: Vec<Vec<String>> = (row.iter())
                .map(|panel| wrap(&panel.name, FONT * WIDER, room))
                .collect();
            let most = heads.iter().map(Vec::len).max().unwrap_or(0) as f64;
            let top = page.y + LINE * most + 6.0;
            for (i, (panel, head)) in row.iter().zip(&heads).enumerate() {
                let left = MARGIN + axis + i as f64 * (room + GAP);
                for (j, line) in head.iter().enumerate() {
                    page.text(left, page.y + 16.0 + LINE * j as f64, line, BOLD);
                }
                let scales = (
                    Scale {
                        domain: (0.0, panel.weeks.len().max(1) as f64),
                        range: (left, left + room),
                    },
                    Scale {
                        domain: (0.0, 1.0),
                        range: (top + tall, top),
                    },
                );
                self.panel(page, panel, scales);
                if i == 0 {
                    for (label, share) in labels.iter().zip([0.0, 0.5, 1.0]) {
                        let at = scales.1.at(share) + 6.0;
                        page.text(left - 8.0, at, label, END);
                    }
                }
            }
            page.y = top + tall + 34.0;
        }
        page.y += 14.0;
        page.centred(WIDTH / 2.0, &self.x_label);
        page.y -= 4.0;
    }

    fn panel(&self, page: &mut Page, panel: &Panel, (x, y): (Scale, Scale)) {
        let (left, right) = x.range;
        let (bottom, top) = y.range;
        for share in [0.25, 0.5, 0.75, 1.0] {
            page.rule((left, y.at(share)), (right, y.at(share)), GRID);
        }
        // From the top of the stack down: each layer begins at zero and the next covers it.
        for run in runs(&weeks_of(panel)) {
            for state in (0..self.states.len()).rev() {
                let mut path = String::new();
                for (i, (week, ())) in run.iter().enumerate() {
                    let shares = panel.weeks[*week].as_deref().unwrap_or(&[]);
                    let sum: f64 = shares.iter().take(state + 1).sum();
                    let (from, to, level) =
                        (x.at(*week as f64), x.at(*week as f64 + 1.0), y.at(sum));
                    // Writing to a String cannot fail.
                    let _ = if i == 0 {
                        write!(path, "M{from:.2} {bottom:.2}V{level:.2}H{to:.2}")
                    } else {
                        write!(path, "V{level:.2}H{to:.2}")
                    };
                }
                page.push(&format!(
                    "<path d=\"{path}V{bottom:.2}Z\" fill=\"{}\" stroke=\"{INK}\" stroke-width=\"0.7\"/>",
                    self.fill(state)
                ));
            }
        }
        page.rule((left, top), (left, bottom), AXIS);
        page.rule((left, bottom), (right, bottom), AXIS);
        page.time_axis(
            (x, bottom),
            (panel.weeks.len() as u32, false),
            self.language,
        );
    }

    /// The states from the top of the stack down, with their shares in the last week.
    fn key(&self, page: &mut Page) {
        let arms = if self.panels.len() > MOST {
            &[]
        } else {
            self.panels.as_slice()
        };
        // The longest word of a name decides, as far as there is room for the states' names.
        let words = arms.iter().flat_map(|arm| arm.name.split(' '));
        let widest = words.map(|word| width(word, FONT)).fold(90.0, f64::max);
        let column = (widest + 16.0).min(400.0 / arms.len().max(1) as f64);
        let of = |i: usize| WIDTH - MARGIN - column * (arms.len() - 1 - i) as f64;
        let room = WIDTH - 2.0 * MARGIN - SAMPLE - 8.0 - column * arms.len() as f64 - 8.0;
        if !arms.is_empty() {
            page.y += 6.0;
            let heads: Vec<Vec<String>> = (arms.iter())
                .map(|arm| wrap(&arm.name, FONT, column - 14.0))
                .collect();
            let last = wrap(&self.last_label, FONT, room + SAMPLE);
            let most = heads.iter().map(Vec::len).chain([last.len()]).max();
            let foot = page.y + LINE * most.unwrap_or(1) as f64;
            let at = |lines: usize, j: usize| foot - LINE * (lines - j) as f64 + 16.0;
            for (j, line) in last.iter().enumerate() {
                page.text(MARGIN, at(last.len(), j), line, "");
            }
            for (i, head) in heads.iter().enumerate() {
                for (j, line) in head.iter().enumerate() {
                    page.text(of(i), at(head.len(), j), line, END);
                }
            }
            page.y = foot + 2.0;
            page.rule((MARGIN, page.y), (WIDTH - MARGIN, page.y), GRID);
            page.y += 5.0;
        }
        for (state, name) in self.states.iter().enumerate().rev() {
            let look = format!(
                "fill=\"{}\" stroke=\"{INK}\" stroke-width=\"0.7\"",
                self.fill(state)
            );
            page.rect((MARGIN, page.y + 1.5), (SAMPLE, 17.0), &look);
            for (i, arm) in arms.iter().enumerate() {
                let share = arm.weeks.last().and_then(Option::as_ref);
                let share = share.and_then(|shares| shares.get(state).copied());
                let text = share.map_or_else(
                    || "–".to_owned(),
                    |share| numbers::percent(share, 1, self.language),
                );
                page.text(of(i), page.y + 16.0, &text, END);
            }
            for (j, line) in wrap(name, FONT, room).iter().enumerate() {
                if j > 0 {
                    page.y += LINE;
                }
                page.text(MARGIN + SAMPLE + 8.0, page.y + 16.0, line, "");
            }
            page.y += LINE + 2.0;
        }
        page.y += 4.0;
    }
}

fn weeks_of(panel: &Panel) -> Vec<Option<()>> {
    panel
        .weeks
        .iter()
        .map(|week| week.as_ref().map(|_| ()))
        .collect()
}
