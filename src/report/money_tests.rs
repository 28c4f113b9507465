//! Every rule of the money sentence on planted results, whole sentences in both languages.

use super::*;
use crate::cost_benefit::{Basis, Line};
use crate::cost_benefit::{Flow, Party, Side};
use crate::report::planted::{Planted, contrast, outcome};

fn prices() -> Prices {
    let line = |name: &str, flow, year| Line {
        name: name.to_owned(),
        quantity: Quantity::Outcome("hours".to_owned()),
        flow,
        value: 245.0,
        unit: "DKK per hour".to_owned(),
        price_year: year,
        basis: Basis::Factor,
        source: "made up".to_owned(),
        ..Line::default()
    };
    let (party, side) = (Party::Employer, Side::Gain);
    let (from, to) = (Party::Employer, Party::Participant);
    Prices {
        currency: "DKK".to_owned(),
        lines: vec![
            line("production", Flow::Resource { party, side }, 2012),
            line("wage", Flow::Transfer { from, to }, 2012),
        ],
        ..Prices::default()
    }
}

/// Society's account and, behind it, hours of work that are not significantly more.
fn planted(language: crate::units::Language, numbers: [f64; 3]) -> Planted {
    let [estimate, low, high] = numbers;
    let mut planted = Planted::new(language);
    planted.outcomes.push(outcome("hours", "amount", "hours"));
    planted.rows = vec![
        contrast("cumulative_effect", "hours", 64, [9.6, -13.6, 32.3, 0.411]),
        Row {
            item: "society".into(),
            unit: "DKK".into(),
            ..contrast("net_benefit", "", 64, [estimate, low, high, 0.5])
        },
    ];
    planted
}

fn said(planted: &Planted, prices: &Prices) -> String {
    let words = Words::new(planted.language);
    sentence(&planted.view(), prices, &words, "deltager").text
}

use crate::units::Language::{Da, En};

const BASIS_DA: &str = "Opgjort i 2012-priser over 64 uger, uden diskontering og uden forvridningstab ved skattefinansiering \
                        (faktor 1,0). Værdien af produktionen bygger på en forskel i hours, der ikke er statistisk signifikant.";
const BASIS_EN: &str = "In 2012 prices over 64 weeks, without discounting and without a distortion from tax finance (factor 1.0). \
                        The value of production rests on a difference in hours that is not statistically significant.";

#[test]
fn a_surplus_that_may_be_a_deficit_says_so() {
    let numbers = [3_200.0, -9_000.0, 15_400.0];
    assert_eq!(
        said(&planted(Da, numbers), &prices()),
        format!(
            "Beregnet samfundsøkonomisk overskud: 3.200 kr. pr. person i deltagergruppen (95 pct.-konfidensinterval: −9.000 til \
             15.400 kr.); det kan ikke afvises, at resultatet er et underskud. {BASIS_DA}"
        )
    );
    assert_eq!(
        said(&planted(En, numbers), &prices()),
        format!(
            "Estimated surplus to society: DKK 3,200 per person in the treatment group (95% confidence interval: DKK −9,000 \
             to 15,400); a deficit cannot be ruled out. {BASIS_EN}"
        )
    );
}

#[test]
fn a_deficit_has_no_minus_and_may_be_a_surplus() {
    let text = said(&planted(Da, [-3_200.0, -15_400.0, 900.0]), &prices());
    assert!(text.starts_with(
        "Beregnet samfundsøkonomisk underskud: 3.200 kr. pr. person i deltagergruppen (95 pct.-konfidensinterval: −15.400 til \
         900 kr.); det kan ikke afvises, at resultatet er et overskud. "
    ));
    let text = said(&planted(En, [-3_200.0, -15_400.0, 900.0]), &prices());
    assert!(
        text.starts_with("Estimated deficit to society: DKK 3,200 per person"),
        "{text}"
    );
    assert!(text.contains("; a surplus cannot be ruled out. "));
}

#[test]
fn where_the_interval_leaves_no_doubt_of_the_sign_none_is_raised() {
    for numbers in [[3_200.0, 100.0, 15_400.0], [-3_200.0, -15_400.0, -100.0]] {
        let text = said(&planted(Da, numbers), &prices());
        assert!(!text.contains("afvises"), "{text}");
    }
}

#[test]
fn a_number_that_reads_zero_is_neither_surplus_nor_deficit() {
    let text = said(&planted(Da, [0.2, -9_000.0, 9_000.0]), &prices());
    assert!(
        text.starts_with("Beregnet samfundsøkonomisk resultat: 0 kr. pr. person"),
        "{text}"
    );
}

#[test]
fn without_an_interval_the_reason_stands_in_its_place() {
    let mut planted = planted(Da, [3_200.0, 0.0, 0.0]);
    planted.rows[1].conf_low = None;
    planted.rows[1].conf_high = None;
    planted.rows[1].reason = "no interval: no replicates were drawn".into();
    let text = said(&planted, &prices());
    assert!(
        text.starts_with(
            "Beregnet samfundsøkonomisk overskud: 3.200 kr. pr. person i deltagergruppen (95 pct.-konfidensinterval kan ikke \
             beregnes: der er ikke lavet gentagne udtrækninger). "
        ),
        "{text}"
    );
}

#[test]
fn undefined_hidden_and_missing_results_say_so_and_why() {
    let mut planted = planted(Da, [1.0, 0.0, 2.0]);
    planted.rows[1].estimate = None;
    planted.rows[1].status = Status::Undefined;
    planted.rows[1].reason = "nobody is followed to the horizon in an arm".into();
    assert!(said(&planted, &prices()).starts_with(
        "Det samfundsøkonomiske resultat pr. person i deltagergruppen kan ikke beregnes (ingen følges til periodens slutning i \
         en af grupperne). "
    ));
    planted.rows[1].status = Status::Hidden;
    planted.rows[1].reason = "".into();
    assert!(said(&planted, &prices()).starts_with(
        "Det samfundsøkonomiske resultat pr. person i deltagergruppen vises ikke (af hensyn til diskretion). "
    ));
    planted.rows.truncate(1);
    assert!(said(&planted, &prices()).contains("står ikke i resultaterne"));
}

#[test]
fn what_the_production_rests_on_is_judged_by_the_adjusted_p_where_there_is_one() {
    let mut planted = planted(Da, [3_200.0, -9_000.0, 15_400.0]);
    planted.rows[0].p_value = Some(0.01);
    assert!(said(&planted, &prices()).ends_with("i hours, der er statistisk signifikant."));
    planted.rows[0].p_adjusted = Some(0.2);
    assert!(said(&planted, &prices()).ends_with("i hours, der ikke er statistisk signifikant."));
    planted.rows[0].p_adjusted = None;
    planted.rows[0].p_value = None;
    assert!(said(&planted, &prices()).ends_with("hvis statistiske signifikans ikke er afgjort."));
}

#[test]
fn made_up_prices_and_several_price_years_are_said() {
    let mut prices = prices();
    prices.synthetic = true;
    prices.lines[1].price_year = 2010;
    let text = said(&planted(Da, [3_200.0, -9_000.0, 15_400.0]), &prices);
    assert!(text.contains("Opgjort i 2010 og 2012-priser"), "{text}");
    assert!(text.ends_with(" Priserne er opdigtede."));
    let text = said(&planted(En, [3_200.0, -9_000.0, 15_400.0]), &prices);
    assert!(text.contains("In 2010 and 2012 prices"), "{text}");
}

#[test]
fn several_arms_are_named() {
    let mut planted = planted(Da, [3_200.0, -9_000.0, 15_400.0]);
    planted.facts.arms.push("mentor".to_owned());
    assert!(said(&planted, &prices()).contains("pr. person i gruppen deltager ("));
}

#[test]
fn the_numbers_of_the_sentence_stand_in_it() {
    for language in [Da, En] {
        let planted = planted(language, [3_200.0, -9_000.0, 15_400.0]);
        let words = Words::new(language);
        let made = sentence(&planted.view(), &prices(), &words, "deltager");
        assert_eq!(made.numbers.len(), 2);
        for number in &made.numbers {
            assert!(made.text.contains(number), "{number}: {}", made.text);
        }
        assert!(made.row.is_some());
    }
}

#[test]
fn official_parameters_and_the_price_level_are_said() {
    let mut prices = prices();
    prices.vintage = crate::cost_benefit::vintages::vintage("dk-fm-2013");
    prices.price_level = Some(2013);
    prices.deflator = Some(crate::study::prices::Deflator {
        source: "made up".to_owned(),
        index: [(2012, 99.0), (2013, 100.0)].into(),
    });
    let da = said(&planted(Da, [3200.0, -9000.0, 15400.0]), &prices);
    assert!(
        da.contains(
            "Opgjort i 2013-priser over 64 uger, efter parametrene dk-fm-2013, diskonteret med 4 pct. om året, med \
             skatteforvridningsfaktor 1,2 og med nettoafgiftsfaktor 1,325 på faktorpriser (antaget)."
        ),
        "{da}"
    );
    prices.vintage = crate::cost_benefit::vintages::vintage("dk-fm-2023");
    let en = said(&planted(En, [3200.0, -9000.0, 15400.0]), &prices);
    assert!(
        en.contains(
            "In 2013 prices over 64 weeks, by the parameters dk-fm-2023, discounted by 3.5% a year, without a distortion from tax \
             finance (factor 1.0) and with net-tax factor 1.28 on factor prices."
        ),
        "{en}"
    );
}
