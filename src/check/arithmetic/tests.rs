//! Published tables with known answers, hand cases in exact fractions, base R, and laws: what is printed of true numbers is
//! never called a contradiction.

use super::proportions::{pooled_p, pooled_z, yates_p};
use crate::check::{Checked, Claims, Report, Verdict, audit_claims};
use crate::numeric::fisher::fisher_exact;
use crate::numeric::student::{t_quantile, two_sided_t};
use proptest::prelude::*;

fn audit(text: &str) -> Report {
    audit_claims(&Claims::parse(text, "claims.toml").unwrap_or_else(|e| panic!("{e}\n{text}")))
}

fn one(body: &str) -> Checked {
    let mut report = audit(&format!("[[claim]]\nid = \"c\"\n{body}\n"));
    report.claims.remove(0)
}

#[track_caller]
fn assert_verdict(body: &str, verdict: Verdict, detail: &str) {
    let claim = one(body);
    assert_eq!(claim.verdict, verdict, "{body}: {}", claim.detail);
    assert!(claim.detail.contains(detail), "{body}: {}", claim.detail);
}

/// The table of where persons are after a placement (pages 42 to 47 of the report): columns of seven rounded shares.
#[test]
fn columns_of_rounded_shares_miss_a_hundred_by_half_a_unit_each() {
    use Verdict::{Differs, Same, WithinRounding};
    let column = |parts: &str, verdict, detail: &str| {
        let claim = format!("kind = \"sum\"\nparts = [{parts}]\ntotal = 100\nexact = [\"total\"]");
        assert_verdict(&claim, verdict, detail);
    };
    column(
        "5, 59, 14, 7, 9, 2, 3",
        WithinRounding,
        "add up to 95.5 to 102.5 before rounding, 100 stands for 100",
    );
    column("4, 49, 21, 8, 13, 3, 2", Same, "");
    column("7, 45, 14, 7, 16, 4, 6", WithinRounding, "");
    column("6, 37, 17, 8, 21, 8, 5", WithinRounding, "98.5 to 105.5");
    // Eight parts may miss by 4, the limit included; seven by 3.5.
    column(
        "12, 12, 12, 12, 12, 12, 12, 12",
        WithinRounding,
        "92 to 100",
    );
    column("12, 12, 12, 12, 12, 12, 12, 11", Differs, "91 to 99");
    column("5, 59, 14, 7, 9, 2, 1", WithinRounding, "93.5 to 100.5");
    column("5, 59, 14, 7, 9, 2, 0", Differs, "92.5 to 99.5");
}

#[test]
fn counts_add_up_exactly_or_not() {
    let of = |total: i32| {
        format!("kind = \"sum\"\nparts = [8, 10]\ntotal = {total}\nexact = [\"parts\", \"total\"]")
    };
    assert_verdict(&of(18), Verdict::Same, "");
    assert_verdict(
        &of(19),
        Verdict::Differs,
        "18 before rounding, 19 stands for 19",
    );
    assert_verdict(
        "kind = \"sum\"\nparts = [8, 10]\ntotal = 19",
        Verdict::WithinRounding,
        "17 to 19",
    );
}

#[test]
fn ratios_and_differences_are_judged_over_all_that_print_so() {
    use Verdict::{Differs, LeftOpen, Same, WithinRounding};
    let pair = |kind: &str, a: &str, b: &str, v: &str| {
        format!("kind = \"{kind}\"\nfirst = {a}\nsecond = {b}\nvalue = {v}")
    };
    // 13.5/11.55 to 14.5/11.45 is 1.1688 to 1.2664.
    assert_verdict(
        &pair("ratio", "14", "11.5", "1.22"),
        WithinRounding,
        "1.16883 to 1.26638",
    );
    assert_verdict(
        &pair("ratio", "14", "11.5", "1.30"),
        Differs,
        "1.295 to 1.305",
    );
    assert_verdict(&pair("ratio", "14", "11.5", "1.27"), WithinRounding, "");
    assert_verdict(&pair("ratio", "3", "2", "1.5"), Same, "");
    assert_verdict(&pair("ratio", "-3", "2", "-1.5"), Same, "");
    assert_verdict(&pair("ratio", "-3", "-2", "1.9"), WithinRounding, "");
    assert_verdict(&pair("ratio", "3", "-2", "1.5"), Differs, "");
    assert_verdict(&pair("ratio", "3", "0", "700"), LeftOpen, "may be 0");
    assert_verdict(&pair("difference", "82", "12", "70"), Same, "");
    assert_verdict(
        &pair("difference", "82", "12", "71"),
        WithinRounding,
        "69 to 71",
    );
    assert_verdict(&pair("difference", "82", "12", "72"), Differs, "");
    let exact = pair("ratio", "1", "3", "0.33") + "\nexact = [\"first\", \"second\"]";
    assert_verdict(&exact, WithinRounding, "0.333333 before rounding");
    assert_verdict(&exact.replace("0.33", "0.34"), Differs, "");
}

#[test]
fn one_number_is_not_printed_in_two_ways() {
    use Verdict::{Differs, Same, WithinRounding};
    let same = |values: &str| format!("kind = \"same\"\nvalues = [{values}]");
    assert_verdict(&same("0.21, 0.22"), Differs, "printed as 0.21 and 0.22");
    assert_verdict(&same("0.12, 0.135"), Differs, "");
    assert_verdict(&same("0.82, 0.825"), WithinRounding, "");
    assert_verdict(&same("46, 46, 46"), Same, "in 3 places");
    assert_verdict(&same("46, 46.2, 46.4"), Differs, "");
    assert_verdict(&(same("3500, 3460") + "\nrounded = -1"), Differs, "");
    assert_verdict(&same("0.8, 0.80"), Same, "");
}

#[test]
fn of_few_persons_not_every_share_exists() {
    use Verdict::{Differs, Impossible, Same};
    let count = |share: &str, n: u32| format!("kind = \"count\"\nshare = {share}\nn = {n}");
    // Table 2 of the report: 96/126, 80/126, 54/122, 50/126.
    assert_verdict(&count("0.762", 126), Same, "96 of 126");
    assert_verdict(&count("0.635", 126), Same, "80 of 126");
    assert_verdict(&count("0.443", 122), Same, "54 of 122");
    assert_verdict(
        &count("0.443", 126),
        Impossible,
        "55 is 0.436508, 56 is 0.444444",
    );
    assert_verdict(&count("0.5", 7), Impossible, "3 is 0.428571, 4 is 0.571429");
    assert_verdict(
        &count("0.50", 7),
        Impossible,
        "3 is 0.428571, 4 is 0.571429",
    );
    // Ends of a rounding count: 1/8 = 0.125 prints as 0.12 and as 0.13.
    assert_verdict(&count("0.12", 8), Same, "1 of 8");
    assert_verdict(&count("0.13", 8), Same, "1 of 8");
    assert_verdict(&count("0.14", 8), Impossible, "");
    // A mean of whole numbers; of two questions each.
    assert_verdict(&count("3.48", 20), Impossible, "");
    // 139 of 40 is 3.475, at the end of what prints so; 138 and 139 of 40 leave 3.46 out.
    assert_verdict(&(count("3.48", 20) + "\nitems = 2"), Same, "139 of 40");
    assert_verdict(&(count("3.46", 20) + "\nitems = 2"), Impossible, "");
    assert_verdict(&(count("3.48", 20) + "\nitems = 5"), Same, "348 of 100");
    assert_verdict(
        &(count("0.70", 134) + "\ncount = 94"),
        Same,
        "94 of 134 is 0.701493",
    );
    assert_verdict(&(count("0.70", 134) + "\ncount = 95"), Differs, "");
}

#[test]
fn an_estimate_its_error_its_interval_and_its_p_agree_or_not() {
    use Verdict::{Differs, Same};
    let estimate = |rest: &str| format!("kind = \"estimate\"\n{rest}");
    let whole = "estimate = 0.04\nstd_error = 0.0136\nconf_low = 0.013\nconf_high = 0.067\np_value = 0.003\nsignificant = true";
    assert_verdict(&estimate(whole), Same, "significance");
    for (from, to, wrong) in [
        (
            "conf_low = 0.013",
            "conf_low = 0.003",
            "standard error of 0.0160",
        ),
        (
            "std_error = 0.0136",
            "std_error = 0.0236",
            "imply a standard error",
        ),
        ("p_value = 0.003", "p_value = 0.030", "not 0.030"),
        ("significant = true", "significant = false", ": significant"),
        (
            "estimate = 0.04\n",
            "estimate = 0.08\n",
            "does not lie between",
        ),
        (
            "conf_high = 0.067",
            "conf_high = 0.097",
            "the middle of the limits is 0.0545 to 0.0555",
        ),
    ] {
        assert!(whole.contains(from));
        assert_verdict(&estimate(&whole.replace(from, to)), Differs, wrong);
    }
    // A percentile interval need not lie around the estimate.
    let skewed =
        "estimate = 2.0\nconf_low = 0.5\nconf_high = 6.0\nsymmetric = false\nsignificant = ";
    assert_verdict(&estimate(&format!("{skewed}true")), Same, "");
    assert_verdict(
        &estimate(&format!("{skewed}false")),
        Differs,
        "the interval does not hold",
    );
    assert_verdict(
        &estimate(
            &skewed
                .replace("symmetric = false\n", "")
                .replace("significant = ", ""),
        ),
        Differs,
        "middle",
    );
    // A ratio of hazards: 1.30 (1.06 to 1.59), p = 0.01: ln 1.59 - ln 1.06 over 2 x 1.96 is 0.1034.
    let ratio =
        "estimate = 1.30\nconf_low = 1.06\nconf_high = 1.59\nscale = \"log\"\np_value = 0.01";
    assert_verdict(&estimate(ratio), Same, "");
    assert_verdict(&estimate(&ratio.replace("0.01", "0.05")), Differs, "");
    assert_verdict(
        &estimate(&ratio.replace("scale = \"log\"\n", "")),
        Differs,
        "",
    );
    // 5.0 (2.0), 118 degrees of freedom.
    assert_verdict(
        &estimate("estimate = 5.0\nstd_error = 2.0\nfreedom = 118\np_below = 0.05"),
        Same,
        "",
    );
    assert_verdict(
        &estimate("estimate = 5.0\nstd_error = 2.5\nfreedom = 4\np_below = 0.05"),
        Differs,
        "",
    );
    assert_verdict(
        &estimate("estimate = 5\np_value = 0.03\nsignificant = false"),
        Differs,
        "as printed",
    );
}

#[test]
fn a_p_is_judged_over_splits_shares_and_tests() {
    use Verdict::{DependsOnSplit, Differs, Impossible, LeftOpen, Same, WithinRounding};
    let shares = |rest: &str| format!("kind = \"two_proportions\"\np1 = 0.89\np2 = 0.975\n{rest}");
    assert_verdict(
        &shares("n = 420\np_below = 0.001"),
        DependsOnSplit,
        "169 of 169 splits from 30 to 70 %",
    );
    assert_verdict(
        &shares("n = 420\nsplit = [0.5, 0.5]\np_value = 0.0005"),
        WithinRounding,
        "210 and 210",
    );
    assert_verdict(&shares("n1 = 210\nn2 = 210\np_value = 0.02"), Differs, "");
    assert_verdict(
        &shares("n1 = 210\nn2 = 210\ntest = \"fisher\"\nsignificant = true"),
        Impossible,
        "no whole numbers",
    );
    let known = |test: &str, p: &str| {
        format!(
            "kind = \"two_proportions\"\np1 = 0.70\np2 = 0.53\nn1 = 134\nn2 = 88\n{test}p_value = {p}"
        )
    };
    // R: 0.01126, 0.01676, 0.01520 for 94 of 134 against 47 of 88.
    assert_verdict(&known("test = \"fisher\"\n", "0.0152"), WithinRounding, "");
    assert_verdict(&known("test = \"fisher\"\n", "0.0113"), Differs, "");
    assert_verdict(&known("", "0.0113"), WithinRounding, "");
    assert_verdict(&known("", "0.0168"), WithinRounding, "");
    assert_verdict(&known("", "0.05"), Differs, "");
    let near =
        "kind = \"two_proportions\"\np1 = 0.60\np2 = 0.47\nn1 = 110\nn2 = 110\nsignificant = true";
    assert_verdict(near, LeftOpen, "p 0.03");
    assert_verdict(&near.replace("0.47", "0.20"), Same, "");
}

/// Table 3 and the other published comparisons, shares as exact numbers: recomputed independently.
#[test]
fn published_comparisons_have_the_known_z_and_p() {
    let near = |a: f64, b: f64, by: f64| assert!((a - b).abs() <= by, "{a} is not {b}");
    // Mentor evaluation: education 16 v 12 per cent, employment 7 v 5 per cent, half of 2,593 each.
    near(pooled_z(0.16, 1297, 0.12, 1296), 2.935, 5e-4);
    near(pooled_p(0.16, 1297, 0.12, 1296), 0.0033, 5e-5);
    near(pooled_z(0.07, 1297, 0.05, 1296), 2.144, 5e-4);
    near(pooled_p(0.07, 1297, 0.05, 1296), 0.0320, 5e-5);
    // Motivated by meetings: 94 of 134 v 47 of 88.
    near(pooled_z(94.0 / 134.0, 134, 47.0 / 88.0, 88), 2.534, 5e-4);
    near(pooled_p(94.0 / 134.0, 134, 47.0 / 88.0, 88), 0.0113, 5e-5);
    // Table 3, item 1: equal split, then 40 and 60 per cent in the group with 89 per cent.
    near(pooled_z(0.89, 210, 0.975, 210), -3.472, 5e-4);
    near(pooled_p(0.89, 210, 0.975, 210), 0.00052, 5e-6);
    near(pooled_p(0.89, 168, 0.975, 252), 0.0003, 5e-5);
    near(pooled_p(0.89, 252, 0.975, 168), 0.0013, 5e-5);
    // Table 4: three rows.
    near(pooled_p(0.293, 182, 0.295, 182), 0.967, 5e-4);
    near(pooled_p(0.148, 170, 0.14, 170), 0.834, 5e-4);
    near(pooled_p(0.447, 143, 0.449, 143), 0.973, 5e-4);
}

/// Base R's `prop.test`, `chisq.test`, `fisher.test`, `pt`, `qt`: the script and the version stand beside the numbers.
#[test]
fn tests_are_those_of_base_r() {
    let numbers = |text: &str| -> Vec<Vec<f64>> {
        let cell = |cell: &str| cell.parse().expect("a number");
        text.lines()
            .skip(1)
            .map(|line| line.split(',').map(cell).collect())
            .collect()
    };
    let near = |ours: f64, theirs: f64| {
        assert!(
            (ours - theirs).abs() <= 1e-11 * (1.0 + theirs.abs()),
            "{ours} {theirs}"
        );
    };
    let shares = numbers(include_str!(
        "../../../fixtures/reference/r-base/published/shares.csv"
    ));
    assert_eq!(shares.len(), 12);
    for row in shares {
        let (x1, n1, x2, n2) = (row[0], row[1] as u32, row[2], row[3] as u32);
        let (p1, p2) = (x1 / f64::from(n1), x2 / f64::from(n2));
        near(pooled_p(p1, n1, p2, n2), row[4]);
        near(yates_p(p1, n1, p2, n2), row[5]);
        let (x1, x2) = (x1 as u64, x2 as u64);
        let table = [[x1, x2], [u64::from(n1) - x1, u64::from(n2) - x2]];
        near(fisher_exact(&table).expect("a table"), row[6]);
    }
    let estimates = numbers(include_str!(
        "../../../fixtures/reference/r-base/published/estimates.csv"
    ));
    assert_eq!(estimates.len(), 6);
    for row in estimates {
        near(two_sided_t(row[0] / row[1], row[2]), row[3]);
        let half = t_quantile(0.975, row[2]) * row[1];
        near(row[0] - half, row[4]);
        near(row[0] + half, row[5]);
    }
}

/// What a careful author prints of a number, by either rule at a tie.
fn printed(value: f64, decimals: usize) -> String {
    format!("{value:.decimals$}")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn true_tables_are_never_called_a_contradiction(
        parts in proptest::collection::vec(0.0..100.0_f64, 2..9),
        decimals in 0_usize..3,
    ) {
        let shown: Vec<String> = parts.iter().map(|p| printed(*p, decimals)).collect();
        let total: f64 = parts.iter().sum();
        let sum = format!("kind = \"sum\"\nparts = [{}]\ntotal = {}", shown.join(", "), printed(total, decimals));
        prop_assert!(one(&sum).verdict.holds(), "{sum}");
        let (a, b) = (parts[0], parts[1] + 1.0);
        let [first, second] = [a, b].map(|x| printed(x, decimals));
        for (kind, value) in [("difference", a - b), ("ratio", a / b)] {
            let value = printed(value, decimals + 1);
            let pair = format!("kind = \"{kind}\"\nfirst = {first}\nsecond = {second}\nvalue = {value}");
            prop_assert!(one(&pair).verdict.holds(), "{pair}");
        }
    }

    #[test]
    fn true_shares_of_persons_are_never_called_impossible(n1 in 2_u32..400, n2 in 2_u32..400, a in 0.0..1.0_f64, b in 0.0..1.0_f64, decimals in 1_usize..5) {
        let counts = [(a * f64::from(n1)).round(), (b * f64::from(n2)).round()];
        let (p1, p2) = (counts[0] / f64::from(n1), counts[1] / f64::from(n2));
        let shown = [p1, p2].map(|p| printed(p, decimals));
        let count = format!("kind = \"count\"\nshare = {}\nn = {n1}\ncount = {}", shown[0], counts[0]);
        prop_assert_eq!(one(&count).verdict, Verdict::Same, "{}", count);
        let table = [[counts[0] as u64, counts[1] as u64], [u64::from(n1) - counts[0] as u64, u64::from(n2) - counts[1] as u64]];
        let p = [pooled_p(p1, n1, p2, n2), yates_p(p1, n1, p2, n2), fisher_exact(&table).unwrap_or(1.0)];
        for (test, p) in ["pooled", "yates", "fisher"].into_iter().zip(p) {
            for groups in [format!("n1 = {n1}\nn2 = {n2}"), format!("n = {}\nsplit = [0, 1]", n1 + n2)] {
                if test == "fisher" && groups.starts_with("n = ") {
                    continue;
                }
                let claim = format!(
                    "kind = \"two_proportions\"\np1 = {}\np2 = {}\n{groups}\ntest = \"{test}\"\nsignificant = {}\np_value = {}",
                    shown[0], shown[1], p < 0.05, printed(p, 4)
                );
                prop_assert!(one(&claim).verdict.holds(), "{claim}");
            }
        }
    }

    #[test]
    fn true_estimates_agree_with_what_is_printed_of_them(estimate in -9.0..9.0_f64, error in 0.01..4.0_f64, freedom in 3.0..60.0_f64, decimals in 1_usize..4) {
        let half = t_quantile(0.975, freedom) * error;
        let p = two_sided_t(estimate / error, freedom);
        for log in [false, true] {
            // Ratios up to some thousands.
            let by = if log { 0.1 } else { 1.0 };
            let (estimate, half, error) = (estimate * by, half * by, error * by);
            let on = |x: f64| printed(if log { libm::exp(x) } else { x }, decimals);
            let scale = if log { "log" } else { "plain" };
            let claim = format!(
                "kind = \"estimate\"\nestimate = {}\nstd_error = {}\nconf_low = {}\nconf_high = {}\np_value = {}\nsignificant = {}\n\
                 freedom = {freedom:?}\nscale = \"{scale}\"",
                on(estimate), printed(error, decimals), on(estimate - half), on(estimate + half), printed(p, 3), p < 0.05
            );
            prop_assert!(one(&claim).verdict.holds(), "{claim}\n{}", one(&claim).detail);
        }
    }

    #[test]
    fn swapped_groups_have_the_same_answer(p1 in 0_u32..101, p2 in 0_u32..101, n1 in 2_u32..300, n2 in 2_u32..300) {
        let claim = |p: u32, q: u32, n: u32, m: u32| {
            let body = format!("kind = \"two_proportions\"\np1 = {:.2}\np2 = {:.2}\nn1 = {n}\nn2 = {m}\nsignificant = true", f64::from(p) / 100.0, f64::from(q) / 100.0);
            one(&body).verdict
        };
        prop_assert_eq!(claim(p1, p2, n1, n2), claim(p2, p1, n2, n1));
    }
}
