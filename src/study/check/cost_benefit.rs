//! `[cost_benefit]`.

use super::{Pass, find_header, unique, unknown};
use crate::study::codes;
use crate::study::covariate::CovariateAsked;
use crate::study::defaults::quoted;
use crate::study::model::{Analysis, BenefitBefore, CostBenefit, Outcome, SpellsFile};
use crate::study::raw::RawCostBenefit;
use crate::study::slugs::{self, Family};
use crate::study::written::At;

/// What it may refer to.
pub(super) struct Known<'a> {
    pub analyses: &'a [Analysis],
    pub outcomes: &'a [Outcome],
    /// The first spell table.
    pub table: Option<&'a SpellsFile>,
    pub covariates: &'a [CovariateAsked],
}

pub(super) fn cost_benefit(
    raw: RawCostBenefit,
    known: &Known<'_>,
    pass: &mut Pass<'_>,
) -> CostBenefit {
    if raw.benefit.is_none() {
        needs_benefit(&raw, pass);
    }
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
        bands: bands(raw.bands.as_deref().unwrap_or_default(), pass),
        before: before((raw.look_back, raw.benefit_before), known, pass),
        active: raw
            .active
            .as_ref()
            .and_then(|written| active(written, known, pass)),
        benefit: unique(raw.benefit, "state", pass),
        period: raw
            .period
            .as_ref()
            .and_then(|written| period(written, pass)),
        lines: None,
    }
}

/// What cuts weeks on benefit needs to know which weeks are.
fn needs_benefit(raw: &RawCostBenefit, pass: &mut Pass<'_>) {
    let bands = (raw.bands.as_ref()).and_then(|list| list.first());
    for (key, span) in [
        ("bands", bands.map(|at| &at.span)),
        ("look_back", raw.look_back.as_ref().map(|at| &at.span)),
        (
            "benefit_before",
            raw.benefit_before.as_ref().map(|at| &at.span),
        ),
        ("active", raw.active.as_ref().map(|at| &at.span)),
    ] {
        if let Some(span) = span {
            pass.findings.error(
                span,
                codes::TOGETHER,
                format!(
                    "`{key}` is about weeks on benefit, and `benefit` does not say which weeks are"
                ),
                "add `benefit`, the states that are weeks on benefit",
            );
        }
    }
}

fn bands(written: &[At<u32>], pass: &mut Pass<'_>) -> Vec<u32> {
    let mut bands: Vec<u32> = Vec::new();
    for at in written {
        if !(2..=1040).contains(&at.value) {
            pass.findings.error(
                &at.span,
                codes::OUT_OF_RANGE,
                "`bands` are benefit weeks from 2 to 1040",
                "write the benefit weeks from which another rate holds, such as `bands = [14]`",
            );
        } else if bands.contains(&at.value) {
            pass.findings.error(
                &at.span,
                codes::TWICE,
                format!("benefit week {} is named twice", at.value),
                "remove one of the two",
            );
        } else {
            bands.push(at.value);
        }
    }
    bands
}

/// Where benefit weeks before the trial are told.
fn before(
    (look_back, column): (Option<At<u32>>, Option<At<String>>),
    known: &Known<'_>,
    pass: &mut Pass<'_>,
) -> BenefitBefore {
    match (look_back, column) {
        (None, None) => BenefitBefore::Nowhere,
        (Some(_), Some(column)) => {
            pass.findings.error(
                &column.span,
                codes::TOGETHER,
                "`look_back` and `benefit_before` both say how many benefit weeks lie before the trial",
                "remove one of the two",
            );
            BenefitBefore::Nowhere
        }
        (Some(weeks), None) => {
            if !(1..=520).contains(&weeks.value) {
                pass.findings.error(
                    &weeks.span,
                    codes::OUT_OF_RANGE,
                    "`look_back` is not a number of weeks from 1 to 520",
                    "write `look_back = 156` for the three years before the trial",
                );
            }
            BenefitBefore::Spells(weeks.value)
        }
        (None, Some(column)) => {
            let names: Vec<&str> = known.covariates.iter().map(|c| c.name.as_str()).collect();
            if !names.contains(&column.value.as_str()) {
                unknown(&column.value, &column.span, "covariate", &names, pass);
            }
            BenefitBefore::Covariate(column.value)
        }
    }
}

/// The outcome that makes a benefit week active.
fn active(written: &At<String>, known: &Known<'_>, pass: &mut Pass<'_>) -> Option<usize> {
    let accumulates = |outcome: &&Outcome| slugs::family(&outcome.kind) == Family::Mean;
    let place = |o: &Outcome| o.name == written.value && accumulates(&o);
    let found = known.outcomes.iter().position(place);
    if found.is_none() {
        let own = known.outcomes.iter().filter(accumulates);
        let names: Vec<&str> = own.map(|outcome| outcome.name.as_str()).collect();
        unknown(
            &written.value,
            &written.span,
            "outcome of weeks, amounts or events",
            &names,
            pass,
        );
    }
    found
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
