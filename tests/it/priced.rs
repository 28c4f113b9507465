//! Price files through the whole engine: discounting, the net-tax factor, distortion, refunds, price levels, uplift and weeks,
//! each against the weekly effects they are made of.

use crate::random_trial::{Size, analysis, below, random_trial, study};
use crate::support::scratch::Scratch;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rettevej::cost_benefit::prices::{Known, read};
use rettevej::cost_benefit::{Party, Prices, discount, refunds};
use rettevej::evaluate::{Options, Silent, evaluate};
use rettevej::results::Results;
use rettevej::study::prices::{Activity, Moment};
use rettevej::study::{
    Adjustment, CostBenefit, DataFile, IntervalKind, Outcome, OutcomeKind, Study,
};
use rettevej::trial::Trial;

/// Weeks of the calendar around the turn of 2010 to 2011, where the refund changed.
const AUTUMN_2010: i32 = 2131;

/// Two parties that pay, refunds of both kinds, market and factor prices, uncertain ones, some in some weeks only.
const LINES: &str = r#"
[lines.production]
outcome = "hours"
kind = "resource"
to = "employer"
value = 240
unit = "DKK per hour"
price_year = 2010
basis = "factor"
source = "Made up"
low = 200
high = 300

[lines.benefit]
outcome = "on_benefit"
kind = "transfer"
from = "municipality"
to = "participant"
value = 2500
unit = "DKK per week"
price_year = 2010
basis = "factor"
source = "Made up"

[lines.refund]
refund_of = "benefit"
rule = "dk-benefit"
weeks = "passive"
from = "state"
to = "municipality"

[lines.tax]
outcome = "work"
kind = "transfer"
from = "participant"
to = "state"
value = 700
unit = "DKK per week"
price_year = 2010
basis = "market"
source = "Made up"

[lines.meetings]
outcome = "meetings"
kind = "resource"
from = "municipality"
value = 400
unit = "DKK per meeting"
price_year = 2010
basis = "market"
source = "Made up"
uplift = 0.25
first_week = 2
programme = true

[lines.overhead]
per = "person"
kind = "resource"
from = "state"
value = 1500
unit = "DKK per person"
price_year = 2010
basis = "factor"
source = "Made up"
programme = true
"#;

fn trial(seed: u64, size: Size) -> Trial {
    let mut trial = random_trial(seed, size);
    let mut rng = ChaCha8Rng::seed_from_u64(seed ^ 0xcafe);
    trial.first_week = Some(
        (0..trial.persons())
            .map(|_| AUTUMN_2010 + below(&mut rng, 20) as i32)
            .collect(),
    );
    // Benefit weeks are counted from spells.
    trial.records.push(None);
    trial
}

/// The study of a random trial that also counts benefit weeks.
fn asked(trial: &Trial) -> Study {
    let mut raw = analysis("raw", Adjustment::None, IntervalKind::Normal);
    raw.outcomes.push(7);
    let mut study = study(trial, 0, vec![raw]);
    study.outcomes.push(Outcome {
        name: "on_benefit".into(),
        kind: OutcomeKind::WeeksIn {
            table: 0,
            states: vec!["benefit".into()],
        },
        unit: None,
    });
    study
}

fn read_prices(text: &str, study: &Study) -> Prices {
    let scratch = Scratch::new();
    let path = scratch.path("prices.toml");
    std::fs::write(&path, text).expect("a file");
    let shown = "prices.toml".to_owned();
    let read = read(&DataFile { shown, path }, &Known::of_study(study));
    read.unwrap_or_else(|error| panic!("{error}")).prices
}

/// Everything with these prices; quantities week by week, so that nothing is rounded to periods.
fn priced(trial: &Trial, study: &Study, text: &str) -> Results {
    let study = Study {
        cost_benefit: Some(CostBenefit {
            period: Some(1),
            prices: None,
            lines: Some(read_prices(text, study)),
            analysis: 0,
            benefit: vec!["benefit".into()],
            ..CostBenefit::default()
        }),
        ..study.clone()
    };
    let done = evaluate(&study, trial, &Options::default(), &Silent);
    done.unwrap_or_else(|error| panic!("{error}")).0
}

fn money(results: &Results, estimand: &str, item: &str) -> Option<f64> {
    let is_it = |row: &&rettevej::results::Row| {
        *row.estimand == *estimand && *row.item == *item && &*row.subgroup == "all"
    };
    let row = results.rows.iter().find(is_it);
    row.unwrap_or_else(|| panic!("no {estimand} of {item}"))
        .estimate
}

fn net(results: &Results, item: &str) -> Option<f64> {
    money(results, "net_benefit", item)
}

fn line(results: &Results, item: &str) -> Option<f64> {
    money(results, "ledger_line", item)
}

/// The weekly differences of an outcome, from week 1.
fn weekly(results: &Results, outcome: &str) -> Vec<Option<f64>> {
    let is_it = |row: &&rettevej::results::Row| {
        &*row.estimand == "weekly_difference"
            && *row.outcome == *outcome
            && &*row.subgroup == "all"
            && row.week.is_some_and(|week| week > 0)
    };
    let mut rows: Vec<_> = results.rows.iter().filter(is_it).collect();
    rows.sort_by_key(|row| row.week);
    rows.into_iter().map(|row| row.estimate).collect()
}

fn close(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= 1e-8 * (1.0 + a.abs()),
        (a, b) => a.is_none() && b.is_none(),
    }
}

fn own_vintage(rate: f64, distortion: f64, net_tax: f64) -> String {
    format!(
        "[vintage]\ndiscount = [{{ from_year = 0, rate = {rate:?} }}]\ndiscount_source = \"Made up\"\n\
         tax_distortion = {{ value = {distortion:?}, source = \"Made up\" }}\n\
         net_tax_factor = {{ value = {net_tax:?}, source = \"Made up\" }}\n"
    )
}

fn size() -> impl Strategy<Value = Size> {
    (20_usize..50, 3_u32..30).prop_map(|(persons, horizon)| Size {
        persons,
        arms: 2,
        strata: 1,
        horizon,
        clusters: None,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10, failure_persistence: None, rng_seed: RngSeed::Fixed(20_130_901), ..ProptestConfig::default() })]

    #[test]
    fn at_a_rate_of_nought_nothing_is_discounted(seed in 0_u64..1_000_000, size in size()) {
        let trial = trial(seed, size);
        let study = asked(&trial);
        let bare = priced(&trial, &study, LINES);
        let nought = priced(&trial, &study, &(own_vintage(0.0, 1.0, 1.0) + LINES));
        prop_assert_eq!(&bare.rows, &nought.rows);
    }

    #[test]
    fn a_line_is_the_sum_of_discounted_weeks(seed in 0_u64..1_000_000, size in size(), end: bool) {
        let trial = trial(seed, size);
        let study = asked(&trial);
        let when = if end { "[prices]\ndiscounted_at = \"end\"\n" } else { "" };
        let found = priced(&trial, &study, &format!("{when}{}{LINES}", own_vintage(0.5, 1.0, 1.0)));
        let moment = if end { Moment::End } else { Moment::Middle };
        let steps = [rettevej::study::prices::RateStep { from_year: 0, rate: 0.5 }];
        let sum = |outcome: &str, from: usize| -> Option<f64> {
            let weeks = weekly(&found, outcome);
            let weeks = weeks.into_iter().enumerate().skip(from - 1);
            weeks.map(|(i, x)| x.map(|x| x * discount::week(&steps, i as u32 + 1, moment))).sum()
        };
        prop_assert!(close(line(&found, "production"), sum("hours", 1).map(|x| 240.0 * x)));
        prop_assert!(close(line(&found, "tax"), sum("work", 1).map(|x| 700.0 * x)));
        // With its uplift, and from its first week on.
        prop_assert!(close(line(&found, "meetings"), sum("meetings", 2).map(|x| 400.0 * 1.25 * x)));
        prop_assert_eq!(line(&found, "overhead"), Some(1500.0));
    }

    #[test]
    fn doubling_a_price_doubles_its_line_and_its_refund(seed in 0_u64..1_000_000, size in size()) {
        let trial = trial(seed, size);
        let study = asked(&trial);
        let text = format!("[prices]\nvintage = \"dk-fm-2013\"\n{LINES}");
        let one = priced(&trial, &study, &text);
        let two = priced(&trial, &study, &text.replace("value = 2500", "value = 5000"));
        for name in ["production", "benefit", "refund", "tax", "meetings", "overhead"] {
            let factor = if ["benefit", "refund"].contains(&name) { 2.0 } else { 1.0 };
            prop_assert!(close(line(&one, name).map(|x| factor * x), line(&two, name)), "{}", name);
        }
        // Who gets the benefit gains what the municipality pays for it: society has neither.
        prop_assert!(close(
            net(&two, "society").zip(net(&one, "society")).map(|(b, a)| b - a),
            net(&two, "public").zip(net(&one, "public")).map(|(b, a)| 0.2 * (b - a)),
        ));
    }

    #[test]
    fn transfers_cancel_and_society_is_all_parties_less_the_distortion(
        seed in 0_u64..1_000_000, size in size(), distortion in 1.0..1.5f64,
    ) {
        let trial = trial(seed, size);
        let study = asked(&trial);
        let found = priced(&trial, &study, &(own_vintage(0.03, distortion, 1.3) + LINES));
        let parties: Option<f64> = Party::ALL.iter().map(|p| net(&found, p.as_str())).sum();
        let resources = line(&found, "production").zip(line(&found, "meetings")).zip(line(&found, "overhead"));
        prop_assert!(close(parties, resources.map(|((made, met), run)| made - met - run)));
        let outlay = net(&found, "public").map(|x| -x);
        prop_assert!(close(net(&found, "society"), parties.zip(outlay).map(|(all, out)| all - (distortion - 1.0) * out)));
        // What is told of it is worked out from the rows.
        if parties.is_some() {
            prop_assert_eq!(money(&found, "accounts_balance", "society"), Some(0.0));
        }
        prop_assert!(close(net(&found, "state"), line(&found, "tax").zip(line(&found, "refund")).map(|(t, r)| t - r)
            .zip(line(&found, "overhead")).map(|(x, o)| x - o)));
    }

    #[test]
    fn the_net_tax_factor_lifts_factor_prices_once_and_market_prices_never(seed in 0_u64..1_000_000, size in size()) {
        let trial = trial(seed, size);
        let study = asked(&trial);
        let bare = priced(&trial, &study, &(own_vintage(0.04, 1.0, 1.0) + LINES));
        let lifted = priced(&trial, &study, &(own_vintage(0.04, 1.0, 1.325) + LINES));
        for (name, factor) in [
            ("production", 1.325), ("benefit", 1.325), ("refund", 1.325), ("overhead", 1.325),
            ("tax", 1.0), ("meetings", 1.0),
        ] {
            prop_assert!(close(line(&bare, name).map(|x| factor * x), line(&lifted, name)), "{}", name);
        }
    }

    #[test]
    fn a_refund_follows_its_rule_over_the_turn_of_the_year(seed in 0_u64..1_000_000, size in size()) {
        let trial = trial(seed, size);
        let study = asked(&trial);
        let found = priced(&trial, &study, LINES);
        // By hand from the cells: 35 % of passive weeks in 2010, 30 % in 2011.
        let quantities = found.quantities.as_ref().expect("quantities");
        let contrast = &quantities.contrasts[0];
        let rule = refunds::named("dk-benefit").expect("shipped");
        let mut seen = [false; 2];
        let mut sum = 0.0;
        for (c, cell) in quantities.cells.iter().enumerate().filter(|(_, cell)| cell.outcome == "on_benefit") {
            let rate = match cell.half_year.as_str() {
                "2010H2" => 0.35,
                "2011H1" | "2011H2" => 0.3,
                other => panic!("{other}"),
            };
            seen[usize::from(rate < 0.33)] = true;
            let of_rule = refunds::rate(&rule, &cell.half_year, &cell.band, Activity::Passive);
            prop_assert_eq!(of_rule, Ok(rate));
            sum += 2500.0 * rate * (contrast.treated.values[c] - contrast.control.values[c]);
        }
        prop_assert!(seen[0] || seen[1]);
        if let Some(refund) = line(&found, "refund") {
            prop_assert!(close(Some(refund), Some(sum)), "{} {}", refund, sum);
        }
        // One rate for all weeks is a share of the line.
        let flat = LINES.replace("dk-benefit", "flat")
            + "[refunds.flat]\nrates = [{ active = 0.5, passive = 0.4, source = \"Made up\" }]\n";
        let found = priced(&trial, &study, &flat);
        prop_assert!(close(line(&found, "refund"), line(&found, "benefit").map(|x| 0.4 * x)));
    }

    #[test]
    fn prices_are_moved_by_the_index(seed in 0_u64..1_000_000, size in size()) {
        let trial = trial(seed, size);
        let study = asked(&trial);
        let bare = priced(&trial, &study, LINES);
        let level = "[prices]\nprice_level = 2013\n[deflator]\nsource = \"Made up\"\nindex.2010 = 80\nindex.2013 = 100\n";
        let moved = priced(&trial, &study, &format!("{level}{LINES}"));
        let of_money = |row: &&rettevej::results::Row| {
            ["net_benefit", "ledger_line"].contains(&&*row.estimand) && &*row.subgroup == "all"
        };
        for row in bare.rows.iter().filter(of_money) {
            let after = money(&moved, &row.estimand, &row.item);
            prop_assert!(close(row.estimate.map(|x| 1.25 * x), after), "{}", row.item);
        }
    }
}
