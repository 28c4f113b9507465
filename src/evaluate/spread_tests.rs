//! The two ways to the covariance of the quantities, held to each other and to the definition.

use super::Way;
use crate::evaluate::context::Context;
use crate::evaluate::money::Money;
use crate::evaluate::random_trial::{self, FollowUp, Units};
use crate::panel::{self, classes::Classes};
use crate::resample::{Bootstrap, Rule};
use crate::study::{Adjustment, CostBenefit, Outcome, OutcomeKind, Study};
use crate::totals::Kernel;
use crate::trial::Trial;

/// Two outcomes in weeks, one of them cut by benefit weeks so far.
fn study(trial: &Trial, (adjustment, period): (Adjustment, u32)) -> Study {
    let mut study = random_trial::study(trial, 0);
    let weeks_in = |name: &str, state: &str| Outcome {
        name: name.to_owned(),
        kind: OutcomeKind::WeeksIn {
            table: 0,
            states: vec![state.to_owned()],
        },
        unit: None,
    };
    study.outcomes = vec![weeks_in("job", "job"), weeks_in("benefit", "benefit")];
    study.analyses.truncate(1);
    study.analyses[0].adjustment = adjustment;
    study.analyses[0].family.clear();
    study.cost_benefit = Some(CostBenefit {
        prices: None,
        lines: None,
        analysis: 0,
        benefit: vec!["benefit".to_owned()],
        period: Some(period),
        ..CostBenefit::default()
    });
    study
}

#[test]
fn moments_and_influence_give_the_same_covariance() {
    let mut compared = 0;
    for seed in 0..6 {
        for follow_up in [FollowUp::Whole, FollowUp::Partly] {
            for units in [Units::Persons, Units::Clusters] {
                for asked in [
                    (Adjustment::None, 1),
                    (Adjustment::Strata, 2),
                    (Adjustment::None, 4),
                ] {
                    let trial = random_trial::trial(seed, 2, follow_up, units);
                    compared += compare(&study(&trial, asked), &trial);
                }
            }
        }
    }
    assert!(compared > 5000, "{compared}");
}

fn compare(study: &Study, trial: &Trial) -> usize {
    let panel = panel::build(study, trial).unwrap();
    let classes = Classes::build(trial, &panel);
    let scheme = Bootstrap::new(&classes, Rule::Plain, 1);
    let context = Context {
        study,
        trial,
        panel: &panel,
        classes: &classes,
        scheme: &scheme,
        kernel: Kernel::Single,
        count: 0,
    };
    let ledger = panel.ledger.as_ref().unwrap();
    let money = Money::new(&context, study.cost_benefit.as_ref().unwrap(), ledger).unwrap();
    let totals = money.observed();
    let mut compared = 0;
    for groups in money.sides(0, 1) {
        let [a, b] = [Way::Moments, Way::Influence]
            .map(|way| money.covariance_by(&groups, &totals, Some(way)));
        for (a, b) in a.iter().zip(&b) {
            assert!(
                (a.is_nan() && b.is_nan()) || (a - b).abs() < 1e-12,
                "{a} {b}"
            );
            compared += usize::from(a.is_finite());
        }
    }
    compared
}
