//! From the rows of the money to its figures: the waterfall of what each party gains or loses per person and what it comes to, the
//! accounts by week, what each uncertain price moves, and the share of draws in which the effect is worth its cost.

use super::money_curves::{acceptability, by_week};
use super::money_plane;
use super::page::Frame;
use super::text::slug;
use super::tornado::{Swing, Tornado};
use super::waterfall::{Kind, Step, Waterfall};
use super::wording::{Shown, frame};
use crate::cost_benefit::Party;
use crate::report::amounts::{Amounts, sentence_start};
use crate::report::money::account;
use crate::report::view::View;
use crate::report::words::{Words, numbers};
use crate::results::{Row, Status};

/// Accounts that are drawn by week.
const BY_WEEK: [&str; 2] = ["society", "municipality"];

/// File names and drawings of all that is drawn of the money of a treatment arm.
pub(crate) fn of_money(view: &View<'_>, arm: &str) -> Vec<(String, String)> {
    let mut figures: Vec<(String, String)> = money_of(view, arm).into_iter().collect();
    figures.extend(weeks_of_money(view, arm));
    figures.extend(prices_of_money(view, arm));
    figures.extend(plane_of_money(view, arm));
    figures.extend(worth_of_money(view, arm));
    figures
}

/// Effect and cost in one plane.
pub(crate) fn plane_of_money(view: &View<'_>, arm: &str) -> Option<(String, String)> {
    let figure = money_plane::of_arm(view, arm)?;
    Some((format!("{}.svg", figure.frame.id), figure.render()))
}

/// Society's account and the municipality's by week.
pub(crate) fn weeks_of_money(view: &View<'_>, arm: &str) -> Vec<(String, String)> {
    let charts = BY_WEEK
        .iter()
        .filter_map(|account| by_week(view, account, arm));
    charts
        .map(|chart| (format!("{}.svg", chart.frame.id), chart.render()))
        .collect()
}

/// The share of draws in which the effect is worth its cost, by what a unit of it is worth.
pub(crate) fn worth_of_money(view: &View<'_>, arm: &str) -> Option<(String, String)> {
    let chart = acceptability(view, arm)?;
    Some((format!("{}.svg", chart.frame.id), chart.render()))
}

/// What each uncertain price moves; none where all are certain.
pub(crate) fn prices_of_money(view: &View<'_>, arm: &str) -> Option<(String, String)> {
    let words = Words::new(view.language);
    let base = account(view, "society", arm)?;
    let shown = |row: &Row| {
        row.estimate
            .filter(|v| row.status == Status::Ok && v.is_finite())
    };
    let at = shown(base)?;
    let end = |estimand: &str, item: &str| {
        let mut rows = view.rows.iter();
        let is_it = |r: &&Row| &*r.estimand == estimand && &*r.item == item && *r.arm == *arm;
        shown(rows.find(is_it)?)
    };
    let is_low = |row: &&Row| &*row.estimand == "net_benefit_at_low_price" && *row.arm == *arm;
    let mut swings: Vec<Swing> = (view.rows.iter().filter(is_low))
        .filter_map(|row| {
            Some(Swing {
                label: sentence_start(&view.name(&row.item)),
                low: shown(row)?,
                high: end("net_benefit_at_high_price", &row.item)?,
            })
        })
        .collect();
    if swings.is_empty() {
        return None;
    }
    swings.sort_by(|a, b| b.width().total_cmp(&a.width()));
    let largest = swings.iter().flat_map(|s| [s.low, s.high]);
    let largest = largest.fold(at.abs(), |m, v| m.max(v.abs()));
    let amounts = Amounts::in_unit(&base.unit);
    let unit = Shown {
        scale: amounts.scale,
        unit: amounts.axis(&words),
    }
    .fitted(largest, &words);
    for swing in &mut swings {
        (swing.low, swing.high) = (swing.low * unit.scale, swing.high * unit.scale);
    }
    let title = title_of(view, &words, words.say("money-title-prices"), arm);
    let notes = vec![words.say("tornado-note")];
    let mut tornado = Tornado {
        frame: marked(view, &words, (id_of(view, "prices", arm), title), notes),
        x_label: words.tell(
            "report-group",
            &[
                ("name", &words.say("money-net-society")),
                ("unit", &unit.unit),
            ],
        ),
        base: at * unit.scale,
        swings,
        decimals: usize::from(largest * unit.scale < 100.0),
        words: ["tornado-low", "tornado-high", "tornado-as-is"].map(|key| words.say(key)),
        language: view.language,
    };
    tornado.frame.description = tornado.describe(&words);
    Some((format!("{}.svg", tornado.frame.id), tornado.render()))
}

/// Whether society comes to something else than the sum of the parties.
fn is_distorted(found: &[(&str, Kind, &Row)]) -> bool {
    let of = |wanted: Kind| {
        let rows = found.iter().filter(move |(_, kind, _)| *kind == wanted);
        rows.map(|(_, _, row)| row.estimate).sum::<Option<f64>>()
    };
    let parts = of(Kind::Party).zip(of(Kind::Society));
    parts.is_some_and(|(parts, whole)| (parts - whole).abs() > 1e-6 * whole.abs().max(1.0))
}

/// Name of a figure of the money: with the arm where there are several.
pub(super) fn id_of(view: &View<'_>, what: &str, arm: &str) -> String {
    let mut id = "money".to_owned();
    if !what.is_empty() {
        id = format!("{id}-{what}");
    }
    if view.treatments().len() > 1 {
        id = format!("{id}-{}", slug(arm));
    }
    id
}

/// Its title: with the arms where there are several.
pub(super) fn title_of(view: &View<'_>, words: &Words, title: String, arm: &str) -> String {
    if view.treatments().len() < 2 {
        return title;
    }
    let (named, control) = (view.word(arm), view.word(view.control()));
    words.tell(
        "title-versus",
        &[("title", &title), ("arm", named), ("control", control)],
    )
}

/// The words around it: also made-up prices are said.
pub(super) fn marked(
    view: &View<'_>,
    words: &Words,
    head: (String, String),
    notes: Vec<String>,
) -> Frame {
    let mut frame = frame(view, words, head, notes);
    if view.synthetic_prices {
        frame.marks.push(words.say("money-synthetic"));
    }
    frame
}

/// File name and drawing for a treatment arm; none where no party has an account.
pub(crate) fn money_of(view: &View<'_>, arm: &str) -> Option<(String, String)> {
    let words = Words::new(view.language);
    let parties = Party::ALL.iter().map(|party| (party.as_str(), Kind::Party));
    let accounts = parties.chain([("society", Kind::Society)]);
    let found: Vec<(&str, Kind, &Row)> = accounts
        .filter_map(|(item, kind)| Some((item, kind, account(view, item, arm)?)))
        .collect();
    if !found.iter().any(|(_, kind, _)| *kind == Kind::Party) {
        return None;
    }
    let shown = |row: &Row| row.status == Status::Ok;
    let rows = || {
        found
            .iter()
            .map(|(_, _, row)| *row)
            .filter(|row| shown(row))
    };
    let largest = rows()
        .flat_map(|r| [r.estimate, r.conf_low, r.conf_high])
        .flatten()
        .filter(|v| v.is_finite())
        .fold(0.0, |m: f64, v| m.max(v.abs()));
    let amounts = Amounts::in_unit(&found[0].2.unit);
    let unit = Shown {
        scale: amounts.scale,
        unit: amounts.axis(&words),
    }
    .fitted(largest, &words);
    let steps: Vec<Step> = (found.iter())
        .map(|(item, kind, row)| {
            let interval = row.conf_low.zip(row.conf_high).filter(|_| shown(row));
            let interval = interval.filter(|(l, h)| l.is_finite() && h.is_finite());
            let value = row.estimate.filter(|_| shown(row));
            Step {
                label: words.say(&format!("party-{item}")),
                value: value.map_or(f64::NAN, |v| v * unit.scale),
                interval: interval.map(|(l, h)| (l * unit.scale, h * unit.scale)),
                kind: *kind,
            }
        })
        .collect();
    let title = words.tell("money-caption-parties", &[("unit", &unit.unit)]);
    let head = (id_of(view, "", arm), title_of(view, &words, title, arm));
    let analysis = view.analysis(&found[0].2.analysis);
    let level = numbers::level(analysis.map_or(0.95, |a| a.confidence), view.language);
    let mut notes = vec![words.say("waterfall-note")];
    if is_distorted(&found) {
        notes.push(words.say("waterfall-distorted"));
    }
    // Amounts in millions need a decimal, and so do small ones.
    let decimals = usize::from(largest * unit.scale < 100.0);
    let mut waterfall = Waterfall {
        frame: marked(view, &words, head, notes),
        x_label: words.tell(
            "report-group",
            &[("name", &words.say("money-net")), ("unit", &unit.unit)],
        ),
        steps,
        decimals,
        words: ["waterfall-gain", "waterfall-loss", "waterfall-total"].map(|key| words.say(key)),
        interval_key: words.tell("waterfall-interval", &[("level", &level)]),
        language: view.language,
    };
    waterfall.frame.description = waterfall.describe(&words);
    Some((format!("{}.svg", waterfall.frame.id), waterfall.render()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::figures::figures_of;
    use crate::report::planted::{Planted, contrast};
    use crate::units::Language;

    #[test]
    fn every_party_and_society_stand_in_the_waterfall_and_an_account_without_a_number_has_a_dash() {
        let mut planted = Planted::new(Language::En);
        let values = [4200.0, -300.0, -9150.0, 0.0, 7800.0, -12.0, 2538.0];
        let items = Party::ALL.iter().map(|p| p.as_str()).chain(["society"]);
        for (item, value) in items.zip(values) {
            let numbers = [value, value - 900.0, value + 900.0, 0.5];
            let mut row = contrast("net_benefit", "", 64, numbers);
            (row.item, row.unit) = (item.into(), "DKK".into());
            if item == "region" {
                (row.status, row.estimate) = (Status::Hidden, None);
            }
            planted.rows.push(row);
        }
        let figures = figures_of(&planted.view());
        let (file, svg) = figures.last().expect("a figure");
        assert_eq!(file, "money.svg");
        for told in [
            "Participant",
            "+4,200",
            "\u{2212}9,150",
            "Society",
            "2,538",
            ">–<",
        ] {
            assert!(svg.contains(told), "{told}");
        }
        assert!(!svg.contains("NaN"));
    }

    #[test]
    fn without_accounts_there_is_no_waterfall() {
        let planted = Planted::new(Language::Da);
        assert!(money_of(&planted.view(), "deltager").is_none());
    }
}
