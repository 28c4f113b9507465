//! From the rows of the money to the waterfall: what each party gains or loses per person, and what it comes to.

use super::build::{Shown, frame};
use super::text::slug;
use super::waterfall::{Kind, Step, Waterfall};
use crate::cost_benefit::Party;
use crate::report::amounts::Amounts;
use crate::report::money::account;
use crate::report::view::View;
use crate::report::words::{Words, numbers};
use crate::results::{Row, Status};

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
    let mut title = words.tell("money-caption-parties", &[("unit", &unit.unit)]);
    let mut id = "money".to_owned();
    if view.treatments().len() > 1 {
        let (named, control) = (view.word(arm), view.word(view.control()));
        title = words.tell(
            "title-versus",
            &[("title", &title), ("arm", named), ("control", control)],
        );
        id = format!("money-{}", slug(arm));
    }
    let analysis = view.analysis(&found[0].2.analysis);
    let level = numbers::level(analysis.map_or(0.95, |a| a.confidence), view.language);
    // Amounts in millions need a decimal, and so do small ones.
    let decimals = usize::from(largest * unit.scale < 100.0);
    let mut waterfall = Waterfall {
        frame: frame(view, &words, (id, title), vec![words.say("waterfall-note")]),
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
    if view.synthetic_prices {
        waterfall.frame.marks.push(words.say("money-synthetic"));
    }
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
