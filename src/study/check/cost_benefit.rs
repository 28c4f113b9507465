//! `[cost_benefit]`.

use super::{Pass, find_header, unique, unknown};
use crate::study::codes;
use crate::study::defaults::quoted;
use crate::study::model::{Analysis, CostBenefit, Outcome, SpellsFile};
use crate::study::raw::RawCostBenefit;
use crate::study::slugs::{self, Family};
use crate::study::written::At;

/// What it may refer to.
pub(super) struct Known<'a> {
    pub analyses: &'a [Analysis],
    pub outcomes: &'a [Outcome],
    /// The first spell table.
    pub table: Option<&'a SpellsFile>,
}

pub(super) fn cost_benefit(
    raw: RawCostBenefit,
    known: &Known<'_>,
    pass: &mut Pass<'_>,
) -> CostBenefit {
    let index = analysis(raw.analysis, known, pass);
    refuse_regression(index, known, pass);
    needs_something_to_price(known, pass);
    if let (Some(states), Some(all)) = (&raw.benefit, known.table.and_then(|t| t.states.as_ref())) {
        for state in &states.0 {
            if !all.contains(&state.value) {
                unknown(&state.value, &state.span, "state", all, pass);
            }
        }
    }
    if let (Some(first), None) = (raw.benefit.as_ref().and_then(|b| b.0.first()), known.table) {
        pass.findings.error(
            &first.span,
            codes::TOGETHER,
            "`benefit` names states of spells, and the study has none",
            "leave out `benefit`",
        );
    }
    if raw.benefit.is_none() {
        pass.defaults.note("cost_benefit", "benefit", "[]");
    }
    let prices = raw.prices.map(|written| {
        let roots = &mut pass.roots;
        roots.find_prices(&written, &mut pass.findings)
    });
    CostBenefit {
        prices,
        analysis: index,
        benefit: unique(raw.benefit, "state", pass),
        period: raw
            .period
            .as_ref()
            .and_then(|written| period(written, pass)),
        lines: None,
    }
}

fn period(written: &At<u32>, pass: &mut Pass<'_>) -> Option<u32> {
    if (1..=520).contains(&written.value) {
        return Some(written.value);
    }
    pass.findings.error(
        &written.span,
        codes::OUT_OF_RANGE,
        "`period` is not a number of weeks from 1 to 520",
        "write `period = 1` for weeks, 13 for quarters, 52 for years, or leave it out",
    );
    None
}

fn analysis(raw: Option<At<String>>, known: &Known<'_>, pass: &mut Pass<'_>) -> usize {
    let names: Vec<&str> = known.analyses.iter().map(|a| a.name.as_str()).collect();
    match raw {
        None => {
            if let Some(first) = names.first() {
                pass.defaults
                    .note("cost_benefit", "analysis", &quoted(first));
            }
            0
        }
        Some(written) => match names.iter().position(|name| *name == written.value) {
            Some(index) => index,
            None => {
                unknown(&written.value, &written.span, "analysis", &names, pass);
                0
            }
        },
    }
}

fn needs_something_to_price(known: &Known<'_>, pass: &mut Pass<'_>) {
    // What the first pass took out is reported already.
    let accumulates = |o: &Outcome| slugs::family(&o.kind) == Family::Mean;
    if known.outcomes.is_empty() || known.outcomes.iter().any(accumulates) {
        return;
    }
    let span = find_header(&pass.findings.source.text, "cost_benefit");
    pass.findings.error(
        &span,
        codes::NOTHING_TO_PRICE,
        "`[cost_benefit]` has nothing to price: no outcome accumulates",
        "add an outcome of kind `weeks_in`, `amount` or `events`, or leave out `[cost_benefit]`",
    );
}

/// Quantities are those of the arms, without covariates: what is priced must be compared in the same way.
fn refuse_regression(index: usize, known: &Known<'_>, pass: &mut Pass<'_>) {
    let Some(analysis) = known.analyses.get(index) else {
        return;
    };
    if analysis.adjustment.is_regression() {
        let span = find_header(&pass.findings.source.text, "cost_benefit");
        pass.findings.error(
            &span,
            codes::NO_REGRESSION,
            format!(
                "analysis `{}` is priced, and money is not adjusted by `{}`",
                analysis.name,
                analysis.adjustment.name()
            ),
            "let `analysis` in `[cost_benefit]` name one with `adjustment = \"none\"` or \"strata\"",
        );
    }
}
