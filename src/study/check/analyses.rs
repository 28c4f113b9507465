//! `[estimation]`, `[[analysis]]` and `[resampling]`.

use super::{Declared, Overrides, Pass, family, regression, take_up, unique, unknown};
use crate::study::defaults::quoted;
use crate::study::model::{
    Adjustment, Analysis, IntervalKind, Multiplicity, Outcome, PersonsFile, Resampling, SchemeKind,
    StandardErrors,
};
use crate::study::raw::{
    RawAdjustment, RawAnalysis, RawEstimation, RawInterval, RawResampling, RawScheme,
};
use crate::study::written::{At, Texts};
use crate::study::{codes, slugs, suggest};
use crate::units::ConfidenceLevel;
use std::ops::Range;

/// Replicates when the study does not say.
const REPLICATES: u32 = 1999;
/// Seed when the study does not say.
const SEED: u64 = 20_130_901;
/// Below this many replicates the quantiles of a 95 % interval rest on a handful of draws in each tail.
const ENOUGH: u32 = 199;
/// Below this many the tails of a 95 % interval hold less than one replicate: it stays empty.
const FEWEST: u32 = 39;

/// What analyses may refer to.
pub(super) struct Known<'a> {
    pub outcomes: &'a [Outcome],
    pub persons: &'a PersonsFile,
    pub declared: &'a Declared,
    pub horizon: u32,
    pub resampling: Resampling,
    pub treatments: &'a [String],
}

pub(super) fn resampling(
    raw: RawResampling,
    overrides: Overrides,
    pass: &mut Pass<'_>,
) -> Resampling {
    let scheme = raw.scheme.map(|scheme| match scheme.value {
        RawScheme::Bootstrap => SchemeKind::Bootstrap,
        RawScheme::Bayesian => SchemeKind::Bayesian,
    });
    let scheme = pass.defaults.or(
        scheme,
        "resampling",
        "scheme",
        (SchemeKind::Bootstrap, "\"bootstrap\""),
    );
    let span = raw.replicates.as_ref().map_or(0..0, |r| r.span.clone());
    let replicates = overrides.replicates.or(raw.replicates.map(|r| r.value));
    let replicates = pass
        .defaults
        .or(replicates, "resampling", "replicates", (REPLICATES, "1999"));
    if (1..ENOUGH).contains(&replicates) {
        pass.findings.warning(
            &span,
            codes::FEW_REPLICATES,
            if replicates < FEWEST {
                format!(
                    "{replicates} replicates are too few for a 95 % interval, which needs {FEWEST}"
                )
            } else {
                format!("{replicates} replicates are few; quantiles of them are rough")
            },
            "use 999 replicates or more for numbers that are published",
        );
    }
    let permutations = (overrides.permutations).or(raw.permutations.map(|p| p.value));
    let permutations = (pass.defaults).or(permutations, "resampling", "permutations", (0, "0"));
    let seed = overrides.seed.or(raw.seed.map(|s| s.value));
    Resampling {
        scheme,
        replicates,
        permutations,
        seed: pass
            .defaults
            .or(seed, "resampling", "seed", (SEED, "20130901")),
    }
}

/// What holds for an analysis that does not say otherwise.
#[derive(Clone, Copy)]
struct Usual {
    adjustment: Adjustment,
    standard_errors: StandardErrors,
    interval: IntervalKind,
    confidence: ConfidenceLevel,
    multiplicity: Multiplicity,
}

pub(super) fn analyses(
    estimation: RawEstimation,
    raw: Option<Vec<RawAnalysis>>,
    known: &Known<'_>,
    pass: &mut Pass<'_>,
) -> Vec<Analysis> {
    let here = (estimation.adjustment.as_ref()).map_or(0..0, |a| a.span.clone());
    let usual = usual(estimation, known, pass);
    let raw = raw.unwrap_or_default();
    if raw.is_empty() {
        let only = main(usual, known, pass);
        regression::check(&only, &here, known, pass);
        return vec![only];
    }
    let mut analyses: Vec<Analysis> = Vec::new();
    for analysis in raw {
        let span = analysis.name.as_ref().map_or(0..0, |n| n.span.clone());
        let adjusted =
            (analysis.adjustment.as_ref()).map_or_else(|| here.clone(), |a| a.span.clone());
        let analysis = one(analysis, usual, known, pass);
        regression::check(&analysis, &adjusted, known, pass);
        if analyses.iter().any(|a| a.name == analysis.name) && !analysis.name.is_empty() {
            pass.findings.error(
                &span,
                codes::TWICE,
                format!("two analyses are named `{}`", analysis.name),
                "give each analysis a name of its own",
            );
        }
        analyses.push(analysis);
    }
    analyses
}

fn usual(raw: RawEstimation, known: &Known<'_>, pass: &mut Pass<'_>) -> Usual {
    let standard_errors = regression::errors(raw.standard_errors.as_ref(), known, pass);
    let adjustment = raw.adjustment.map(|a| adjustment(&a, known, pass));
    let interval = match raw.interval {
        Some(written) => Some(interval(&written, known, pass)),
        None => {
            if known.resampling.replicates == 0 {
                // The default is made of replicates: without any, the other kind is the only one.
                pass.defaults.note("estimation", "interval", "\"normal\"");
                Some(IntervalKind::Normal)
            } else {
                None
            }
        }
    };
    let confidence = raw.confidence.and_then(|c| ConfidenceLevel::new(c.value));
    let multiplicity = family::usual(raw.multiplicity, known, pass);
    let defaults = &mut pass.defaults;
    Usual {
        multiplicity,
        standard_errors: standard_errors.unwrap_or_default(),
        adjustment: defaults.or(
            adjustment,
            "estimation",
            "adjustment",
            (Adjustment::None, "\"none\""),
        ),
        confidence: defaults.or(
            confidence,
            "estimation",
            "confidence",
            (ConfidenceLevel::default(), "0.95"),
        ),
        interval: defaults.or(
            interval,
            "estimation",
            "interval",
            (IntervalKind::Percentile, "\"percentile\""),
        ),
    }
}

fn adjustment(written: &At<RawAdjustment>, known: &Known<'_>, pass: &mut Pass<'_>) -> Adjustment {
    match written.value {
        RawAdjustment::None => Adjustment::None,
        RawAdjustment::Ancova => Adjustment::Ancova,
        RawAdjustment::Lin => Adjustment::Lin,
        RawAdjustment::Strata | RawAdjustment::Weights => {
            let asked = match written.value {
                RawAdjustment::Weights => Adjustment::Weights,
                _ => Adjustment::Strata,
            };
            if known.persons.strata.is_empty() {
                pass.findings.error(
                    &written.span,
                    codes::NEEDS_STRATA,
                    format!(
                        "`adjustment = \"{}\"` needs strata, and `[persons]` has none",
                        asked.name()
                    ),
                    "add `strata = [...]` in `[persons]`, or write `adjustment = \"none\"`",
                );
            }
            asked
        }
    }
}

fn interval(written: &At<RawInterval>, known: &Known<'_>, pass: &mut Pass<'_>) -> IntervalKind {
    let kind = match written.value {
        RawInterval::Normal => IntervalKind::Normal,
        RawInterval::Percentile => IntervalKind::Percentile,
        RawInterval::Basic => IntervalKind::Basic,
        RawInterval::Bca => IntervalKind::Bca,
        RawInterval::Studentized => IntervalKind::Studentized,
    };
    if kind != IntervalKind::Normal && known.resampling.replicates == 0 {
        pass.findings.error(
            &written.span,
            codes::TOGETHER,
            "this interval is made of replicates, and there are none",
            "write `interval = \"normal\"`, or ask for replicates",
        );
    }
    kind
}

/// The analysis of a study that names none.
fn main(usual: Usual, known: &Known<'_>, pass: &mut Pass<'_>) -> Analysis {
    let names: Vec<String> = known.outcomes.iter().map(|o| quoted(&o.name)).collect();
    pass.defaults.note("[analysis]", "name", "\"main\"");
    pass.defaults
        .note("[analysis]", "outcomes", &format!("[{}]", names.join(", ")));
    Analysis {
        name: "main".to_owned(),
        outcomes: (0..known.outcomes.len()).collect(),
        estimands: Vec::new(),
        adjustment: usual.adjustment,
        standard_errors: usual.standard_errors,
        subgroups: known.persons.subgroups.clone(),
        weeks: Vec::new(),
        interval: usual.interval,
        confidence: usual.confidence,
        family: Vec::new(),
        moderators: Vec::new(),
        multiplicity: usual.multiplicity,
        take_up: None,
    }
}

fn one(raw: RawAnalysis, usual: Usual, known: &Known<'_>, pass: &mut Pass<'_>) -> Analysis {
    let here = raw.name.as_ref().map_or(0..0, |n| n.span.clone());
    let outcomes = outcomes(raw.outcomes, &here, known, pass);
    let estimands = estimands(raw.estimands, &outcomes, known, pass);
    let subgroups = match raw.subgroups {
        None => known.persons.subgroups.clone(),
        Some(list) => {
            for column in &list.0 {
                if !known.persons.subgroups.contains(&column.value) {
                    let allowed = &known.persons.subgroups;
                    unknown(&column.value, &column.span, "subgroup", allowed, pass);
                }
            }
            unique(Some(list), "subgroup", pass)
        }
    };
    let moderators = moderators(raw.moderators, known, pass);
    let weeks = weeks(raw.weeks.unwrap_or_default(), known, pass);
    let standard_errors = regression::errors(raw.standard_errors.as_ref(), known, pass);
    let take_up = take_up::take_up(raw.take_up, known, pass);
    let multiplicity = (raw.multiplicity).map_or(usual.multiplicity, |written| {
        family::multiplicity(&written, known, pass)
    });
    let within = family::Within {
        outcomes: &outcomes,
        estimands: &estimands,
        subgroups: &subgroups,
        weeks: &weeks,
        multiplicity,
    };
    let family = family::family(raw.family.unwrap_or_default(), &here, &within, known, pass);
    Analysis {
        name: raw.name.map(|n| n.value).unwrap_or_default(),
        outcomes,
        estimands,
        adjustment: raw
            .adjustment
            .map_or(usual.adjustment, |a| adjustment(&a, known, pass)),
        standard_errors: standard_errors.unwrap_or(usual.standard_errors),
        subgroups,
        weeks,
        family,
        moderators,
        multiplicity,
        take_up,
        interval: raw
            .interval
            .map_or(usual.interval, |i| interval(&i, known, pass)),
        confidence: raw
            .confidence
            .and_then(|c| ConfidenceLevel::new(c.value))
            .unwrap_or(usual.confidence),
    }
}

/// Covariates of the persons; whether they are numbers only the data know.
fn moderators(raw: Option<Texts>, known: &Known<'_>, pass: &mut Pass<'_>) -> Vec<String> {
    let asked = known.persons.covariates.iter();
    let allowed: Vec<&str> = asked.map(|covariate| covariate.name.as_str()).collect();
    for name in raw.iter().flat_map(|list| &list.0) {
        if known.persons.subgroups.contains(&name.value) && !allowed.contains(&name.as_str()) {
            pass.findings.error(
                &name.span,
                codes::TOGETHER,
                format!("`{}` is a subgroup, and a moderator is a number", name.value),
                "name it in `subgroups`: `effect_against_rest` is its interaction with the treatment",
            );
        } else if !allowed.contains(&name.as_str()) {
            unknown(&name.value, &name.span, "covariate", &allowed, pass);
        }
    }
    unique(raw, "moderator", pass)
}

fn outcomes(
    raw: Option<Texts>,
    here: &Range<usize>,
    known: &Known<'_>,
    pass: &mut Pass<'_>,
) -> Vec<usize> {
    let Some(list) = raw else {
        return (0..known.outcomes.len()).collect();
    };
    if list.0.is_empty() {
        pass.findings.error(
            here,
            codes::MISSING_KEY,
            "the analysis names no outcome",
            "name at least one in `outcomes`, or leave the key out for all",
        );
    }
    for name in &list.0 {
        if !known.declared.outcomes.contains(&name.value) {
            unknown(
                &name.value,
                &name.span,
                "outcome",
                &known.declared.outcomes,
                pass,
            );
        }
    }
    let index = |name: &String| known.outcomes.iter().position(|o| &o.name == name);
    unique(Some(list), "outcome", pass)
        .iter()
        .filter_map(index)
        .collect()
}

fn estimands(
    raw: Option<Texts>,
    outcomes: &[usize],
    known: &Known<'_>,
    pass: &mut Pass<'_>,
) -> Vec<String> {
    let list = raw.unwrap_or_default();
    let all: Vec<&str> = slugs::SLUGS.iter().map(|s| s.name).collect();
    let mut here: Vec<&str> = outcomes
        .iter()
        .flat_map(|&o| slugs::of(&known.outcomes[o].kind))
        .collect();
    here.sort_unstable();
    here.dedup();
    for name in &list.0 {
        if !all.contains(&name.as_str()) {
            unknown(&name.value, &name.span, "estimand", &all, pass);
        } else if !outcomes.is_empty() && !here.contains(&name.as_str()) {
            pass.findings
                .error(
                    &name.span,
                    codes::NO_ESTIMAND,
                    format!(
                        "no outcome of this analysis has the estimand `{}`",
                        name.value
                    ),
                    "choose another estimand, or leave `estimands` out",
                )
                .allowed = Some(suggest::list(&here));
        }
    }
    unique(Some(list), "estimand", pass)
}

fn weeks(raw: Vec<At<i64>>, known: &Known<'_>, pass: &mut Pass<'_>) -> Vec<u32> {
    let mut weeks = Vec::new();
    for week in raw {
        match u32::try_from(week.value) {
            Ok(number) if (1..=known.horizon).contains(&number) => weeks.push(number),
            _ => {
                pass.findings
                    .error(
                        &week.span,
                        codes::WEEK_OUTSIDE,
                        format!("week {} lies outside the evaluation", week.value),
                        "choose weeks within the horizon, or raise `horizon`",
                    )
                    .allowed = Some(format!("1 to {}", known.horizon));
            }
        }
    }
    weeks.sort_unstable();
    weeks.dedup();
    weeks
}
