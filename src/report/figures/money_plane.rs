//! From the quantities and prices of a bundle to the plane of effect and cost.

use super::money::{id_of, marked, title_of};
use super::plane::PlaneFigure;
use super::wording::{Shown, persons};
use crate::cost_benefit::decision::Quadrant;
use crate::cost_benefit::plane;
use crate::report::amounts::{Amounts, sentence_middle, sentence_start};
use crate::report::money_terms::{WORTH, quadrant};
use crate::report::view::View;
use crate::report::words::{Words, numbers};
use crate::results::Status;

/// Shares that the ellipses hold.
const SHARES: [f64; 2] = [0.95, 0.5];
/// Corners of an ellipse.
const POINTS: u32 = 96;

/// The plane of a treatment arm; none where there is no effect or nothing to pay, or a number is not told.
pub(super) fn of_arm(view: &View<'_>, arm: &str) -> Option<PlaneFigure> {
    let (quantities, prices) = view.priced?;
    let contrast = quantities.contrasts.iter().find(|c| c.treated.arm == arm)?;
    let found = plane(quantities, prices, contrast).ok()??;
    let words = Words::new(view.language);
    let outcome = view.outcome(&quantities.effect)?;
    let effect = Amounts::of(view, outcome);
    let currency = Amounts::in_unit(&prices.currency);
    let ellipses = SHARES.map(|share| found.ellipse(share, POINTS));
    let far = ellipses
        .iter()
        .flatten()
        .fold(0.0_f64, |m, p| m.max(p.1.abs()));
    let cost = Shown {
        scale: currency.scale,
        unit: currency.axis(&words),
    }
    .fitted(far, &words);
    let scaled = |(x, y): (f64, f64)| (x * effect.scale, y * cost.scale);
    let share = |quadrant: Quadrant| {
        let mut rows = view.rows.iter();
        let row = rows.find(|row| {
            &*row.estimand == WORTH && &*row.item == quadrant.as_str() && *row.arm == *arm
        })?;
        row.estimate.filter(|_| row.status == Status::Ok)
    };
    let corner = |which: Quadrant| {
        let name = sentence_start(&quadrant(&words, which));
        match share(which) {
            Some(share) => format!("{name}: {}", numbers::percent(share, 1, view.language)),
            None => name,
        }
    };
    let corners = [
        Quadrant::Dominated,
        Quadrant::BetterDearer,
        Quadrant::WorseCheaper,
        Quadrant::Dominates,
    ]
    .map(corner);
    let label = sentence_middle(&view.name(&quantities.effect));
    let title = words.tell("money-title-plane", &[("label", &label)]);
    let head = (
        id_of(view, "plane", arm),
        title_of(view, &words, title, arm),
    );
    let mut notes = vec![words.say("money-note-ellipses")];
    if Quadrant::ALL
        .into_iter()
        .any(|which| share(which).is_some())
    {
        notes.push(words.say("money-note-plane"));
    }
    notes.push(persons(view, &words, Some(arm)));
    let with_unit =
        |name: &str, unit: &str| words.tell("report-group", &[("name", name), ("unit", unit)]);
    let held = SHARES.map(|share| {
        let share = numbers::percent(share, 0, view.language);
        words.tell("money-plane-ellipse", &[("share", &share)])
    });
    let [outer, inner] = held;
    let mut figure = PlaneFigure {
        frame: marked(view, &words, head, notes),
        x_label: with_unit(
            &words.tell("money-axis-effect", &[("label", &label)]),
            &effect.axis(&words),
        ),
        y_label: with_unit(&words.say("money-axis-cost"), &cost.unit),
        point: scaled((found.effect, found.cost)),
        ellipses: ellipses.map(|points| points.into_iter().map(scaled).collect()),
        corners,
        words: [outer, inner, words.say("money-plane-point")],
        language: view.language,
    };
    let number =
        |value: f64, span: f64| numbers::number(value, numbers::decimals(span), view.language);
    let told = words.tell(
        "describe-plane",
        &[
            ("effect", &number(figure.point.0, figure.point.0.abs())),
            ("cost", &number(figure.point.1, figure.point.1.abs())),
            ("x", &figure.x_label),
            ("y", &figure.y_label),
            ("corners", &figure.corners.join("; ")),
        ],
    );
    figure.frame.description = format!("{}. {told}", figure.frame.title);
    Some(figure)
}
