//! The flow figure: per arm, persons assigned by lot, persons followed to the horizon, persons the effects are of.

use super::context::Context;
use crate::report::figures::text::{escape, width, wrap};
use crate::report::words::numbers;
use std::fmt::Write as _;

const WIDTH: f64 = 640.0;
const FONT: f64 = 17.0;
const BOX: f64 = 184.0;
const GAP: f64 = 38.0;
const LEFT: f64 = 6.0;

/// The figure; none when there are no persons by arm.
pub(super) fn figure(context: &Context<'_>) -> Option<String> {
    let facts = context.view.facts;
    if facts.persons.is_empty() || facts.persons.len() != facts.arms.len() {
        return None;
    }
    let week = context.week(None, context.view.horizon);
    let mut body = String::new();
    let mut told = Vec::new();
    let mut y = 6.0;
    for (i, arm) in facts.arms.iter().enumerate() {
        let persons = facts.persons[i];
        let name = context.label(arm);
        let shares = facts.followed_share.get(i);
        let share = shares.and_then(|s| s.get((context.view.horizon as usize).checked_sub(1)?));
        let share = share.copied().filter(|s| s.is_finite());
        let followed = share.map_or_else(
            || context.say("cell-undefined"),
            |s| {
                let n = context.count((s * persons as f64).round() as u64);
                format!("{n} ({})", numbers::percent(s, 1, context.language()))
            },
        );
        let assigned = context.tell("report-flow-assigned", &[("arm", &name)]);
        let reached = context.tell("summary-followed", &[("week", &week)]);
        let texts = [
            (assigned, context.count(persons)),
            (reached, followed),
            (context.say("report-flow-used"), context.count(persons)),
        ];
        let said: Vec<String> = texts
            .iter()
            .map(|(what, n)| format!("{what}: {n}"))
            .collect();
        told.push(said.join("; "));
        y = line(&mut body, y, &texts);
    }
    let title = escape(&context.say("report-caption-flow"));
    let description = escape(&format!("{}.", told.join(". ")));
    let cm = y * 16.0 / WIDTH;
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 {y:.0}\" width=\"16cm\" height=\"{cm:.2}cm\" \
         style=\"max-width:100%;height:auto\" role=\"img\" aria-labelledby=\"flow-title flow-desc\" \
         font-family=\"'Helvetica Neue', Arial, 'Liberation Sans', sans-serif\" font-size=\"{FONT}\" fill=\"#222222\">\n\
         <title id=\"flow-title\">{title}</title>\n<desc id=\"flow-desc\">{description}</desc>\n{body}</svg>\n"
    ))
}

/// One arm: boxes from left to right. Gives where the next arm begins.
fn line(body: &mut String, y: f64, texts: &[(String, String)]) -> f64 {
    let wrapped: Vec<Vec<String>> = (texts.iter())
        .map(|(what, _)| wrap(what, FONT, BOX - 18.0))
        .collect();
    let most = wrapped.iter().map(Vec::len).max().unwrap_or(1);
    let height = 20.0 + 22.0 * (most as f64 + 1.0);
    for (i, ((_, n), lines)) in texts.iter().zip(&wrapped).enumerate() {
        let x = LEFT + i as f64 * (BOX + GAP);
        let _ = writeln!(
            body,
            "<rect x=\"{x:.2}\" y=\"{y:.2}\" width=\"{BOX}\" height=\"{height:.2}\" fill=\"#F4F7FA\" stroke=\"#555555\"/>"
        );
        for (j, text) in lines.iter().enumerate() {
            let at = y + 25.0 + 22.0 * j as f64;
            let _ = writeln!(
                body,
                "<text x=\"{:.2}\" y=\"{at:.2}\">{}</text>",
                x + 9.0,
                escape(text)
            );
        }
        let at = y + height - 12.0;
        let size = if width(n, FONT * 1.1) > BOX - 18.0 {
            14.0
        } else {
            FONT
        };
        let _ = writeln!(
            body,
            "<text x=\"{:.2}\" y=\"{at:.2}\" font-weight=\"bold\" font-size=\"{size}\">{}</text>",
            x + 9.0,
            escape(n)
        );
        if i > 0 {
            let (from, to, middle) = (x - GAP + 5.0, x - 5.0, y + height / 2.0);
            let _ = writeln!(
                body,
                "<path d=\"M{from:.2} {middle:.2}H{to:.2}m-8 -5l8 5l-8 5\" fill=\"none\" stroke=\"#222222\" stroke-width=\"1.6\"/>"
            );
        }
    }
    y + height + 16.0
}
