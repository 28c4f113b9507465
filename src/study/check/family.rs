//! `family` and `multiplicity`: which differences are tested together, and how their p-values are adjusted.

use super::analyses::Known;
use super::{Pass, unknown};
use crate::study::model::{AtRisk, ExitSource, Member, Multiplicity, Outcome, OutcomeKind};
use crate::study::raw::{RawMember, RawMultiplicity};
use crate::study::slugs::{self, Family};
use crate::study::written::At;
use crate::study::{codes, suggest};
use std::ops::Range;

/// What the analysis reports: a member must be among it.
pub(super) struct Within<'a> {
    pub outcomes: &'a [usize],
    pub estimands: &'a [String],
    pub subgroups: &'a [String],
    pub weeks: &'a [u32],
    pub multiplicity: Multiplicity,
}

/// The way of adjusting when the study does not say.
pub(super) fn usual(
    written: Option<At<RawMultiplicity>>,
    known: &Known<'_>,
    pass: &mut Pass<'_>,
) -> Multiplicity {
    match written {
        Some(written) => multiplicity(&written, known, pass),
        None if known.resampling.permutations > 0 && known.treatments.len() == 1 => {
            Multiplicity::WestfallYoung
        }
        None if known.resampling.replicates > 0 => Multiplicity::RomanoWolf,
        None => Multiplicity::Holm,
    }
}

/// A way that is written down must have what it is made of.
pub(super) fn multiplicity(
    written: &At<RawMultiplicity>,
    known: &Known<'_>,
    pass: &mut Pass<'_>,
) -> Multiplicity {
    let (kind, lacks, what) = match written.value {
        RawMultiplicity::WestfallYoung => (
            Multiplicity::WestfallYoung,
            known.resampling.permutations == 0,
            "permutations",
        ),
        RawMultiplicity::RomanoWolf => (
            Multiplicity::RomanoWolf,
            known.resampling.replicates == 0,
            "replicates",
        ),
        RawMultiplicity::Holm => (Multiplicity::Holm, false, ""),
    };
    if lacks {
        pass.findings.error(
            &written.span,
            codes::TOGETHER,
            format!(
                "`multiplicity = \"{}\"` is made of {what}, and there are none",
                kind.name()
            ),
            format!("set `{what}` in `[resampling]`, or write `multiplicity = \"holm\"`"),
        );
    }
    kind
}

/// The family of an analysis.
pub(super) fn family(
    raw: Vec<RawMember>,
    here: &Range<usize>,
    within: &Within<'_>,
    known: &Known<'_>,
    pass: &mut Pass<'_>,
) -> Vec<Member> {
    let mut members: Vec<Member> = Vec::new();
    for line in raw {
        let span = (line.outcome.as_ref()).map_or_else(|| here.clone(), |o| o.span.clone());
        let Some(member) = one(line, within, known, pass) else {
            continue;
        };
        if members.contains(&member) {
            pass.findings.error(
                &span,
                codes::TWICE,
                "the family names the same difference twice",
                "remove one of the two",
            );
        }
        members.push(member);
    }
    let mut arms: Vec<&String> = Vec::new();
    for member in &members {
        match member.arms.as_slice() {
            [] => arms.extend(known.treatments),
            named => arms.extend(named),
        }
    }
    arms.sort_unstable();
    arms.dedup();
    if within.multiplicity == Multiplicity::WestfallYoung && arms.len() > 1 {
        pass.findings.error(
            here,
            codes::STEP_DOWN_OVER_ARMS,
            "step-down over arms uses the centred bootstrap: a permutation moves the persons of one arm and the control only",
            "write `multiplicity = \"romano_wolf\"` for this analysis, or name one arm in every member of the family",
        );
    }
    members
}

fn one(
    raw: RawMember,
    within: &Within<'_>,
    known: &Known<'_>,
    pass: &mut Pass<'_>,
) -> Option<Member> {
    let written = raw.outcome?;
    let span = written.span.clone();
    let index = outcome(&written, within, known, pass)?;
    let outcome = &known.outcomes[index];
    let estimand = estimand(raw.estimand, &span, outcome, within, pass)?;
    let subgroup = raw.subgroup.filter(|s| s.value != "all");
    if let Some(column) = &subgroup
        && !within.subgroups.contains(&column.value)
    {
        let (name, place) = (&column.value, &column.span);
        unknown(
            name,
            place,
            "subgroup of this analysis",
            within.subgroups,
            pass,
        );
    }
    let mut weeks = Vec::new();
    for week in raw.week.unwrap_or_default().0 {
        weeks.extend(self::week(&week, &estimand, within, known, pass));
    }
    let mut arms = Vec::new();
    if let Some(arm) = raw.arm.filter(|arm| !arm.value.0.is_empty()) {
        if !known.treatments.contains(&arm.value.0) {
            let name = &arm.value.0;
            unknown(name, &arm.span, "treatment arm", known.treatments, pass);
        }
        arms.push(arm.value.0);
    }
    let written = raw.item.filter(|item| !item.value.0.is_empty());
    let place = written.as_ref().map_or(span, |item| item.span.clone());
    let item = written.map(|item| item.value.0).unwrap_or_default();
    refuse_item(&item, &place, &estimand, outcome, pass);
    Some(Member {
        outcome: index,
        estimand,
        weeks,
        subgroup: subgroup.map(|s| s.value),
        item,
        arms,
    })
}

/// Index of an outcome of the analysis that compares the groups as randomised.
fn outcome(
    written: &At<String>,
    within: &Within<'_>,
    known: &Known<'_>,
    pass: &mut Pass<'_>,
) -> Option<usize> {
    let name = &written.value;
    let Some(index) = known.outcomes.iter().position(|o| o.name == *name) else {
        if !known.declared.outcomes.contains(name) {
            let allowed = &known.declared.outcomes;
            unknown(name, &written.span, "outcome", allowed, pass);
        }
        return None;
    };
    if !within.outcomes.contains(&index) {
        let names: Vec<&str> = (within.outcomes.iter())
            .map(|&o| known.outcomes[o].name.as_str())
            .collect();
        let what = "outcome of this analysis";
        unknown(name, &written.span, what, &names, pass);
        return None;
    }
    let why = match &known.outcomes[index].kind {
        OutcomeKind::ShareAmong { .. } => "a share among those in a state",
        OutcomeKind::Exit {
            at_risk: AtRisk::Entry | AtRisk::All,
            ..
        } => "an exit of others than those at risk in week 1",
        _ => return Some(index),
    };
    pass.findings.error(
        &written.span,
        codes::NOT_IN_A_FAMILY,
        format!("`{name}` cannot be tested in a family: {why} compares groups that were formed after the assignment"),
        "leave it out of the family, or give it an outcome of kind weeks_in, amount, events or exit with at_risk = \"first\"",
    );
    None
}

/// The differences of an outcome, the main one last.
fn differences(outcome: &Outcome) -> Vec<&'static str> {
    let all = slugs::of(&outcome.kind);
    let is_difference = |name: &&str| name.ends_with("_difference") || *name == "cumulative_effect";
    all.into_iter().filter(is_difference).collect()
}

fn estimand(
    written: Option<At<String>>,
    span: &Range<usize>,
    outcome: &Outcome,
    within: &Within<'_>,
    pass: &mut Pass<'_>,
) -> Option<String> {
    let reported: Vec<&str> = (differences(outcome).into_iter())
        .filter(|name| within.estimands.is_empty() || within.estimands.iter().any(|e| e == name))
        .collect();
    let main = match slugs::family(&outcome.kind) {
        Family::Exit => "restricted_mean_difference",
        Family::Mean | Family::Share => "cumulative_effect",
    };
    let (name, span) = match written {
        Some(written) => (written.value, written.span),
        None => (main.to_owned(), span.clone()),
    };
    if reported.contains(&name.as_str()) {
        return Some(name);
    }
    let finding = pass.findings.error(
        &span,
        codes::NOT_IN_A_FAMILY,
        format!(
            "`{name}` is no difference of `{}` that this analysis reports",
            outcome.name
        ),
        "choose one of the differences, or add it to `estimands` of the analysis",
    );
    if !reported.is_empty() {
        finding.allowed = Some(suggest::list(&reported));
    }
    None
}

fn week(
    written: &At<i64>,
    estimand: &str,
    within: &Within<'_>,
    known: &Known<'_>,
    pass: &mut Pass<'_>,
) -> Option<u32> {
    let number = u32::try_from(written.value).ok();
    let only_last = estimand == "restricted_mean_difference";
    let reported = number.filter(|week| {
        if only_last || within.weeks.is_empty() {
            (1..=known.horizon).contains(week) && (!only_last || *week == known.horizon)
        } else {
            within.weeks.contains(week)
        }
    });
    if reported.is_some() {
        return reported;
    }
    let allowed = if only_last {
        known.horizon.to_string()
    } else if within.weeks.is_empty() {
        format!("1 to {}", known.horizon)
    } else {
        let weeks: Vec<String> = within.weeks.iter().map(u32::to_string).collect();
        weeks.join(", ")
    };
    pass.findings
        .error(
            &written.span,
            codes::WEEK_OUTSIDE,
            format!("week {} of the family is not reported", written.value),
            "choose a week that the analysis reports, or leave `week` out for the last",
        )
        .allowed = Some(allowed);
    None
}

/// A destination must be one of the outcome's, and only some differences have one. Destinations that only the data
/// know are looked for when they are read.
fn refuse_item(
    item: &str,
    span: &Range<usize>,
    estimand: &str,
    outcome: &Outcome,
    pass: &mut Pass<'_>,
) {
    let mut allowed: Vec<&str> = Vec::new();
    let mut open = false;
    if let OutcomeKind::Exit { source, to, .. } = &outcome.kind {
        allowed.extend(to.iter().map(String::as_str));
        if to.is_empty() {
            open = matches!(source, ExitSource::Durations);
        } else {
            allowed.push("other");
        }
    }
    let (by_destination, any) = match estimand {
        "hazard_difference" => (true, true),
        "cumulative_incidence_difference" => (true, false),
        _ => (false, true),
    };
    let fits = match item {
        "" => any,
        name => by_destination && (open || allowed.contains(&name)),
    };
    if fits {
        return;
    }
    let message = match item {
        "" => format!("`{estimand}` needs a destination"),
        name if by_destination => format!("`{}` has no destination `{name}`", outcome.name),
        _ => format!("`{estimand}` has no destinations"),
    };
    let hint = if by_destination {
        "name a destination in `item`"
    } else {
        "leave `item` out"
    };
    let finding = pass
        .findings
        .error(span, codes::NOT_IN_A_FAMILY, message, hint);
    if by_destination && !allowed.is_empty() {
        finding.allowed = Some(suggest::list(&allowed));
    }
}
