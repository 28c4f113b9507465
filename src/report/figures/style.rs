//! How lines are told apart without colour: each arm has a colour that the colour-blind can tell (Okabe and Ito),
//! a dash and a marker. The control is dashed with an open marker, so that it can lie on top of another line.

use std::fmt::Write as _;

/// The look of one line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    /// Colour.
    pub colour: &'static str,
    /// `stroke-dasharray`, empty for a solid line.
    pub dash: &'static str,
    /// Marker.
    pub marker: Marker,
}

/// The shape of a marker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Marker {
    Circle,
    Square,
    Triangle,
    Diamond,
    Down,
    Plus,
    Cross,
}

const LOOKS: [Look; 8] = [
    Look {
        colour: "#000000",
        dash: "9 5",
        marker: Marker::Square,
    },
    Look {
        colour: "#0072B2",
        dash: "",
        marker: Marker::Circle,
    },
    Look {
        colour: "#D55E00",
        dash: "3 4",
        marker: Marker::Triangle,
    },
    Look {
        colour: "#009E73",
        dash: "14 4 3 4",
        marker: Marker::Diamond,
    },
    Look {
        colour: "#CC79A7",
        dash: "18 5",
        marker: Marker::Down,
    },
    Look {
        colour: "#B27300",
        dash: "6 3 2 3 2 3",
        marker: Marker::Plus,
    },
    Look {
        colour: "#3A8FBF",
        dash: "2 6",
        marker: Marker::Cross,
    },
    Look {
        colour: "#666666",
        dash: "12 8",
        marker: Marker::Circle,
    },
];

/// The look of arm number `i`; the control is number 0.
pub(crate) fn look(i: usize) -> Look {
    LOOKS[i % LOOKS.len()]
}

/// A marker at a point.
pub(crate) fn marker(shape: Marker, x: f64, y: f64, colour: &str) -> String {
    let r = 5.5;
    let polygon = |points: [(f64, f64); 4]| {
        let list: Vec<String> = points
            .iter()
            .map(|(dx, dy)| format!("{:.2},{:.2}", x + dx * r, y + dy * r))
            .collect();
        let list = list.join(" ");
        format!("<polygon points=\"{list}\" fill=\"{colour}\" stroke=\"#fff\" stroke-width=\"1\"/>")
    };
    let strokes = |lines: [(f64, f64, f64, f64); 2]| {
        let mut d = String::new();
        for (x1, y1, x2, y2) in lines {
            let (x1, y1, x2, y2) = (x + x1 * r, y + y1 * r, x + x2 * r, y + y2 * r);
            let _ = write!(d, "M{x1:.2} {y1:.2}L{x2:.2} {y2:.2}");
        }
        format!("<path d=\"{d}\" stroke=\"{colour}\" stroke-width=\"2.6\" fill=\"none\"/>")
    };
    match shape {
        Marker::Circle => format!(
            "<circle cx=\"{x:.2}\" cy=\"{y:.2}\" r=\"5\" fill=\"{colour}\" stroke=\"#fff\" stroke-width=\"1\"/>"
        ),
        Marker::Square => format!(
            "<rect x=\"{:.2}\" y=\"{:.2}\" width=\"10\" height=\"10\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>",
            x - 5.0,
            y - 5.0
        ),
        Marker::Triangle => polygon([(0.0, -1.0), (0.0, -1.0), (1.0, 0.8), (-1.0, 0.8)]),
        Marker::Diamond => polygon([(0.0, -1.15), (1.15, 0.0), (0.0, 1.15), (-1.15, 0.0)]),
        Marker::Down => polygon([(-1.0, -0.8), (1.0, -0.8), (0.0, 1.0), (0.0, 1.0)]),
        Marker::Plus => strokes([(-1.1, 0.0, 1.1, 0.0), (0.0, -1.1, 0.0, 1.1)]),
        Marker::Cross => strokes([(-0.9, -0.9, 0.9, 0.9), (-0.9, 0.9, 0.9, -0.9)]),
    }
}
