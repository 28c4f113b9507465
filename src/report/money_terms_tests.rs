//! What is said of the terms of the money is what the prices hold, in whole sentences of both languages.

use super::*;
use crate::cost_benefit::{Flow, Party, Quantity, Side, vintages};
use crate::report::planted::Planted;
use crate::study::prices::{Activity, Deflator, Extrapolation, RateStep, Refund, RefundRule};
use crate::units::Language::{self, Da, En};

fn prices() -> Prices {
    let line = |name: &str, year, basis| Line {
        name: name.to_owned(),
        quantity: Quantity::Outcome("hours".to_owned()),
        flow: Flow::Resource {
            party: Party::Employer,
            side: Side::Gain,
        },
        value: 245.0,
        unit: "DKK per hour".to_owned(),
        price_year: year,
        basis,
        source: "made up".to_owned(),
        ..Line::default()
    };
    Prices {
        currency: "DKK".to_owned(),
        lines: vec![
            line("production", 2010, Basis::Factor),
            line("mentor", 2012, Basis::Market),
        ],
        ..Prices::default()
    }
}

fn with_vintage(name: &str) -> Prices {
    Prices {
        vintage: vintages::vintage(name),
        ..prices()
    }
}

fn said(prices: &Prices, language: Language) -> String {
    basis(prices, &Words::new(language), 64)
}

fn assumed(prices: &Prices, language: Language) -> Vec<String> {
    let name = |line: &str| line.to_owned();
    let words = Words::new(language);
    let teller = Teller {
        prices,
        words: &words,
        horizon: 64,
        name: &name,
    };
    teller.assumptions(None)
}

fn terms(prices: &Prices) -> Vec<(String, String, bool)> {
    let name = |line: &str| line.to_owned();
    let words = Words::new(Da);
    let teller = Teller {
        prices,
        words: &words,
        horizon: 64,
        name: &name,
    };
    let terms = teller.parameters().into_iter();
    terms
        .map(|term| (term.name, term.value, term.assumed))
        .collect()
}

#[test]
fn without_a_vintage_nothing_is_discounted_and_taxes_do_not_distort() {
    assert_eq!(
        said(&prices(), Da),
        "Opgjort i 2010 og 2012-priser over 64 uger, uden diskontering og uden forvridningstab ved skattefinansiering (faktor 1,0)."
    );
    assert_eq!(
        said(&prices(), En),
        "In 2010 and 2012 prices over 64 weeks, without discounting and without a distortion from tax finance (factor 1.0)."
    );
    let told = assumed(&prices(), En).join(" ");
    assert!(told.contains("Prices are taken as certain."), "{told}");
    assert!(
        told.contains("Factor and market prices are not converted."),
        "{told}"
    );
    assert!(terms(&prices()).is_empty());
}

#[test]
fn a_vintage_is_named_with_its_rate_its_distortion_and_what_is_assumed() {
    let prices = with_vintage("dk-fm-2013");
    assert_eq!(
        said(&prices, Da),
        "Opgjort i 2010 og 2012-priser over 64 uger, efter parametrene dk-fm-2013, diskonteret med 4 pct. om året, med \
         skatteforvridningsfaktor 1,2 og med nettoafgiftsfaktor 1,325 på faktorpriser (antaget)."
    );
    assert_eq!(
        said(&prices, En),
        "In 2010 and 2012 prices over 64 weeks, by the parameters dk-fm-2013, discounted by 4% a year, with tax distortion factor \
         1.2 and with net-tax factor 1.325 on factor prices (assumed)."
    );
    let told = assumed(&prices, Da);
    assert_eq!(
        told[2],
        "Parametrene er dk-fm-2013; de står med deres kilder i en tabel. Beløb er diskonteret til forsøgets start, hver periode \
         fra dens midte; hvad der betales pr. person, regnes betalt ved starten. En krone, det offentlige netto bruger, koster \
         samfundet 1,2 kr.: forskellen trækkes fra i samfundets regnskab og i intet andet."
    );
    assert!(told[3].ends_with("Faktorpriser er ganget med nettoafgiftsfaktoren 1,325, én gang; markedspriser står, som de er."));
    let expected = [
        ("Diskonteringsrente", "4 pct. om året", false),
        ("Diskonteringsrente efter år 35", "3 pct. om året", false),
        ("Diskonteringsrente efter år 70", "2 pct. om året", false),
        ("Skatteforvridningsfaktor", "1,2", false),
        ("Nettoafgiftsfaktor", "1,325", true),
    ];
    let expected = expected.map(|(name, value, is)| (name.to_owned(), value.to_owned(), is));
    assert_eq!(terms(&prices), expected);
}

#[test]
fn where_taxes_do_not_distort_and_no_price_is_at_factor_cost_neither_is_said_to_count() {
    let mut prices = with_vintage("dk-fm-2023");
    for line in &mut prices.lines {
        line.basis = Basis::Market;
    }
    prices.discounted_at = Moment::End;
    assert_eq!(
        said(&prices, En),
        "In 2010 and 2012 prices over 64 weeks, by the parameters dk-fm-2023, discounted by 3.5% a year and without a distortion \
         from tax finance (factor 1.0)."
    );
    let told = assumed(&prices, En);
    assert_eq!(
        told[2],
        "The parameters are dk-fm-2023; they stand with their sources in a table. Amounts are discounted to the start of the \
         trial, each period from its end; what is paid per person counts as paid at the start. Public outlay costs no more than \
         its amount (tax distortion factor 1.0)."
    );
}

#[test]
fn a_rate_of_zero_is_no_discounting_and_a_later_rate_within_the_horizon_is_said() {
    let mut prices = with_vintage("dk-fm-2013");
    let vintage = prices.vintage.as_mut().unwrap();
    let step = |from_year, rate| RateStep { from_year, rate };
    vintage.discount = vec![step(0, 0.0)];
    assert!(said(&prices, Da).contains(", uden diskontering, "));
    assert!(assumed(&prices, Da)[2].contains("Der er ikke diskonteret."));
    prices.vintage.as_mut().unwrap().discount = vec![step(0, 0.04), step(1, 0.025)];
    let told = said(&prices, Da);
    assert!(
        told.contains("diskonteret med 4 pct. om året, 2,5 pct. fra år 1, "),
        "{told}"
    );
}

#[test]
fn a_price_level_an_uplift_a_refund_and_a_rule_for_later_weeks_are_said() {
    let mut prices = prices();
    prices.price_level = Some(2024);
    prices.deflator = Some(Deflator {
        source: "made up".to_owned(),
        index: [(2010, 80.0), (2012, 90.0), (2024, 100.0)].into(),
    });
    prices.lines[1].uplift = 0.1;
    prices.lines[1].refund = Some(Refund {
        of: "production".to_owned(),
        rule: "half".to_owned(),
        weeks: Activity::Passive,
    });
    prices.refunds = vec![RefundRule {
        name: "half".to_owned(),
        rates: Vec::new(),
    }];
    prices.extrapolation = Some(Extrapolation {
        rule: Beyond::FadeOut,
        weeks: 104,
        base: 26,
    });
    assert!(said(&prices, Da).starts_with("Opgjort i 2024-priser over 64 uger, uden diskontering"));
    let told = assumed(&prices, En);
    assert_eq!(
        told[1],
        "One table also shows the accounts with an assumption about the 104 weeks that follow: the average of the last 26 weeks \
         before the end of the period falls in a straight line to zero, and the programme's own lines do not go on. The assumption \
         is in no other number, and the intervals do not cover it."
    );
    assert_eq!(
        told[4],
        "Prices are moved from the level of 2010 and 2012 to that of 2024 by a price index. Factor and market prices are not \
         converted."
    );
    assert_eq!(
        told[5],
        "Added to the price, since costs are mostly underestimated (mentor 10%)."
    );
    assert!(told[6].starts_with("Refunds (mentor) follow the rates in a table"));
    let index = &terms(&prices)[0];
    assert_eq!(
        (index.0.as_str(), index.1.as_str()),
        ("Prisindeks fra 2010 til 2024", "1,2500")
    );
}

#[test]
fn prices_are_taken_as_certain_only_where_they_are() {
    let mut prices = prices();
    prices.lines[0].uncertainty = Some(Uncertainty::Triangular {
        low: 200.0,
        high: 280.5,
    });
    let told = assumed(&prices, Da)[1].clone();
    assert!(
        told.starts_with("Usikre priser: production. De trækkes på ny i hver udtrækning"),
        "{told}"
    );
    let all = assumed(&prices, Da).join(" ");
    assert!(
        !all.contains("Priserne regnes for sikre. Intervallerne viser alene"),
        "{all}"
    );
    let words = Words::new(Da);
    let spread = prices.lines[0].uncertainty.as_ref().unwrap();
    assert_eq!(uncertainty(&words, spread), "trekant fra 200 til 280,5");
}

#[test]
fn units_of_the_engine_have_words() {
    let words = Words::new(Da);
    assert_eq!(unit_in_words(&words, "DKK per weeks"), "kr. pr. uge");
    assert_eq!(unit_in_words(&words, "weeks"), "uger");
    assert_eq!(unit_in_words(&words, "ratio"), "forhold");
    assert_eq!(unit_in_words(&words, "EUR per stk."), "EUR pr. stk.");
    let planted = Planted::new(Da);
    let unit = |unit| unit_of_price(&planted.view(), &words, unit);
    assert_eq!(unit("DKK per hour"), "kr. pr. time");
    assert_eq!(unit("EUR per stk."), "EUR pr. stk.");
    assert_eq!(unit("a round sum"), "a round sum");
    assert_eq!(worth_of("at work at 5000"), Some(("at work", 5000.0)));
    assert_eq!(worth_of("employment"), None);
}

#[test]
fn no_share_of_draws_is_called_a_probability() {
    for (language, word) in [(Da, "sandsynlighed"), (En, "probability")] {
        let words = Words::new(language);
        for key in [
            "estimand-acceptability",
            "money-caption-worth",
            "money-title-acceptability",
            "money-share-worth",
            "money-highest",
            "money-note-highest",
        ] {
            let arguments = [("label", "x"), ("share", "x")];
            let text = words.find(key, &arguments).expect(key);
            assert!(!text.contains(word), "{text}");
        }
        let note = words.say("money-note-acceptability");
        assert!(
            note.contains(&format!("ikke en {word}")) || note.contains(&format!("not a {word}"))
        );
    }
}
