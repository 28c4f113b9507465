//! What every figure shares: a page 640 units wide with a title, marks, the drawing, and notes under it.
//!
//! A font of 17 units is 7 points when the figure is shown 360 pixels wide. The same figure gives the same bytes:
//! numbers are written with fixed decimals, nothing depends on a clock or a map.

use super::text::{escape, width, wrap};

pub(super) const WIDTH: f64 = 640.0;
pub(super) const MARGIN: f64 = 14.0;
pub(super) const FONT: f64 = 17.0;
pub(super) const TITLE: f64 = 21.0;
pub(super) const LINE: f64 = 23.0;
pub(super) const SAMPLE: f64 = 46.0;
pub(super) const INK: &str = "#222222";
pub(super) const AXIS: &str = "stroke=\"#555555\"";
pub(super) const GRID: &str = "stroke=\"#000000\" stroke-opacity=\"0.13\"";
pub(super) const ZERO: &str = "stroke=\"#000000\" stroke-width=\"1.6\"";
pub(super) const TARGET: &str =
    "stroke=\"#222222\" stroke-width=\"2\" stroke-dasharray=\"1 4\" stroke-linecap=\"round\"";
pub(super) const END: &str = "text-anchor=\"end\"";
pub(super) const MIDDLE: &str = "text-anchor=\"middle\"";
pub(super) const BOLD: &str = "font-weight=\"bold\"";
/// Bold letters are about a tenth wider.
pub(super) const WIDER: f64 = 1.1;

/// The words around a drawing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Frame {
    /// Name inside the document; unique among the figures of a bundle.
    pub id: String,
    /// Title.
    pub title: String,
    /// What must be seen first: made-up data, not cleared.
    pub marks: Vec<String>,
    /// For people who cannot see the figure.
    pub description: String,
    /// Lines under the drawing; the last is the source.
    pub notes: Vec<String>,
}

impl Frame {
    /// The figure as SVG, with what `draw` puts between the title and the notes.
    pub(super) fn render(&self, draw: impl FnOnce(&mut Page)) -> String {
        let mut page = Page {
            body: String::new(),
            y: MARGIN,
        };
        page.paragraph(&self.title, TITLE, 27.0, BOLD);
        for mark in &self.marks {
            page.paragraph(mark, FONT, LINE, "font-weight=\"bold\" fill=\"#9A3A00\"");
        }
        page.y += 4.0;
        draw(&mut page);
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
}

/// The body so far and how far down it reaches.
pub(super) struct Page {
    pub body: String,
    pub y: f64,
}

impl Page {
    pub(super) fn push(&mut self, element: &str) {
        self.body.push_str(element);
        self.body.push('\n');
    }

    pub(super) fn text(&mut self, x: f64, y: f64, text: &str, attributes: &str) {
        let text = escape(text);
        let gap = if attributes.is_empty() { "" } else { " " };
        self.push(&format!(
            "<text x=\"{x:.2}\" y=\"{y:.2}\"{gap}{attributes}>{text}</text>"
        ));
    }

    /// Lines from the left margin over the whole width.
    pub(super) fn paragraph(&mut self, text: &str, size: f64, leading: f64, attributes: &str) {
        let attributes = format!("font-size=\"{size}\" {attributes}");
        let factor = if attributes.contains("bold") {
            WIDER
        } else {
            1.0
        };
        for line in wrap(text, size * factor, WIDTH - 2.0 * MARGIN) {
            self.text(MARGIN, self.y + size * 0.95, &line, attributes.trim_end());
            self.y += leading;
        }
    }

    /// Lines around a middle that stay on the page; goes on below them.
    pub(super) fn centred(&mut self, middle: f64, text: &str) {
        for line in wrap(text, FONT, WIDTH - 2.0 * MARGIN) {
            let half = width(&line, FONT) / 2.0;
            let middle = middle.min(WIDTH - MARGIN - half).max(MARGIN + half);
            self.text(middle, self.y, &line, MIDDLE);
            self.y += LINE;
        }
    }

    pub(super) fn rule(&mut self, from: (f64, f64), to: (f64, f64), attributes: &str) {
        self.push(&format!(
            "<line x1=\"{:.2}\" y1=\"{:.2}\" x2=\"{:.2}\" y2=\"{:.2}\" {attributes}/>",
            from.0, from.1, to.0, to.1
        ));
    }

    pub(super) fn rect(&mut self, corner: (f64, f64), size: (f64, f64), attributes: &str) {
        self.push(&format!(
            "<rect x=\"{:.2}\" y=\"{:.2}\" width=\"{:.2}\" height=\"{:.2}\" {attributes}/>",
            corner.0, corner.1, size.0, size.1
        ));
    }

    pub(super) fn stroke(&mut self, path: &str, colour: &str, dash: &str) {
        let dash = if dash.is_empty() {
            String::new()
        } else {
            format!(" stroke-dasharray=\"{dash}\"")
        };
        self.push(&format!(
            "<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2.6\" stroke-linejoin=\"round\"{dash}/>"
        ));
    }

    /// The keys of a figure from left to right, in as many lines as they need. `sample` draws one at its left end.
    pub(super) fn keys(&mut self, names: &[&str], sample: impl Fn(&mut Self, usize, f64, f64)) {
        let right = WIDTH - MARGIN;
        let mut x = MARGIN;
        for (i, name) in names.iter().enumerate() {
            let words = wrap(name, FONT, right - MARGIN - SAMPLE - 8.0);
            let widest = words.iter().map(|w| width(w, FONT)).fold(0.0, f64::max);
            let needed = SAMPLE + 8.0 + widest;
            if x > MARGIN && x + needed > right {
                x = MARGIN;
                self.y += LINE + 2.0;
            }
            sample(self, i, x, self.y + 10.0);
            for (j, line) in words.iter().enumerate() {
                if j > 0 {
                    self.y += LINE;
                }
                self.text(x + SAMPLE + 8.0, self.y + 16.0, line, "");
            }
            x = if words.len() > 1 {
                right
            } else {
                x + needed + 22.0
            };
        }
        if !names.is_empty() {
            self.y += LINE + 2.0;
        }
    }
}
