//! Decisions by hand. Published cases stand in `tests/it/decision.rs`.

use super::*;
use proptest::prelude::*;

fn pairs(values: &[(f64, f64)]) -> Vec<Pair> {
    let values = values.iter();
    values
        .map(|&(effect, cost)| Pair { effect, cost })
        .collect()
}

#[test]
fn finite_infinite_and_undefined_are_different_words() {
    assert_eq!(Mvpf::of(3.0, 2.0), Mvpf::Finite(1.5));
    assert_eq!(Mvpf::of(-3.0, 2.0), Mvpf::Finite(-1.5));
    assert_eq!(Mvpf::of(0.0, 2.0), Mvpf::Finite(0.0));
    assert_eq!(Mvpf::of(3.0, 0.0), Mvpf::Infinite);
    assert_eq!(Mvpf::of(3.0, -2.0), Mvpf::Infinite);
    assert_eq!(Mvpf::of(0.0, -2.0), Mvpf::Undefined);
    assert_eq!(Mvpf::of(-3.0, -2.0), Mvpf::Undefined);
    assert_eq!(Mvpf::of(0.0, 0.0), Mvpf::Undefined);
    assert_eq!(Mvpf::of(f64::NAN, 1.0), Mvpf::Undefined);
    assert_eq!(
        Mvpf::of(3.0, -2.0).to_string(),
        "infinite: it pays for itself"
    );
}

/// By hand: at a threshold of 10 the four draws are worth 5, -15, 20 and -10.
#[test]
fn four_draws_by_hand() {
    let four = pairs(&[(1.0, 5.0), (-1.0, 5.0), (1.0, -10.0), (-1.0, 0.0)]);
    assert_eq!(expected_net_benefit(&four, 10.0), Some(0.0));
    assert_eq!(acceptability(&four, 10.0), Some(0.5));
    let net: Vec<f64> = four.iter().map(|&d| net_benefit(d, 10.0)).collect();
    assert_eq!(net, [5.0, -15.0, 20.0, -10.0]);
    assert_eq!(perfect_information(&net), Some(6.25));
    assert_eq!(plane(&four), Some([0.25; 4]));
    // Effects cancel: there is no price of one.
    assert_eq!(ratio(&four), None);
    assert_eq!(ratio(&four[..1]), Some(5.0));
}

#[test]
fn what_is_undefined_is_left_out() {
    let draws = pairs(&[(1.0, 5.0), (f64::NAN, 5.0), (1.0, f64::NAN)]);
    assert_eq!(ratio(&draws), Some(5.0));
    assert_eq!(acceptability(&draws, 6.0), Some(1.0));
    assert_eq!(perfect_information(&[f64::NAN, 3.0]), Some(0.0));
    for nothing in [&[][..], &draws[1..]] {
        assert_eq!(ratio(nothing), None);
        assert_eq!(acceptability(nothing, 1.0), None);
        assert_eq!(plane(nothing), None);
    }
    assert_eq!(perfect_information(&[]), None);
}

proptest! {
    #[test]
    fn knowing_for_sure_is_worth_nothing_where_every_draw_says_the_same(
        values in proptest::collection::vec(-50.0..50.0f64, 1..40),
    ) {
        let worth = perfect_information(&values).expect("defined");
        prop_assert!(worth >= 0.0);
        let same = values.iter().all(|x| *x >= 0.0) || values.iter().all(|x| *x <= 0.0);
        if same {
            prop_assert!(worth < 1e-12);
        }
        let draws: Vec<Pair> = values.iter().map(|&x| Pair { effect: x, cost: 1.0 }).collect();
        let shares = plane(&draws).expect("defined");
        prop_assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    }
}
