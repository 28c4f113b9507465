//! `[randomisation]`: every arm has a share, in every stratum that is named.

use super::Pass;
use crate::study::codes;
use crate::study::model::{
    Adjustment, Analysis, AssignmentMethod, PersonsFile, Randomisation, ShareKind, Shares,
};
use crate::study::raw::{RawMethod, RawPart, RawProbability, RawRandomisation};
use crate::study::suggest;
use crate::study::written::{At, Named, normal_label};
use std::ops::Range;

/// Probabilities are whole numbers of this.
const ONE: f64 = 1e9;

/// What it may refer to.
pub(super) struct Known<'a> {
    pub control: &'a str,
    pub treatments: &'a [String],
    pub persons: &'a PersonsFile,
    /// Analyses; none where only the draw is asked for.
    pub analyses: &'a [Analysis],
}

/// The three ways to write shares, of which one may be given.
struct Written {
    ratio: Option<Named<At<RawPart>>>,
    probabilities: Option<Named<At<RawProbability>>>,
    counts: Option<Named<At<RawPart>>>,
}

pub(super) fn randomisation(
    raw: RawRandomisation,
    known: &Known<'_>,
    pass: &mut Pass<'_>,
) -> Randomisation {
    let span = super::find_header(&pass.findings.source.text, "randomisation");
    let method = raw.method.as_ref().map(|method| match method.value {
        RawMethod::Simple => AssignmentMethod::Simple,
        RawMethod::Complete => AssignmentMethod::Complete,
    });
    let section = "randomisation";
    let usual = (AssignmentMethod::Complete, "\"complete\"");
    let method = pass.defaults.or(method, section, "method", usual);
    let arms: Vec<&str> = std::iter::once(known.control)
        .chain(known.treatments.iter().map(String::as_str))
        .collect();
    let written = Written {
        ratio: raw.ratio,
        probabilities: raw.probabilities,
        counts: raw.counts,
    };
    let here = Here {
        arms: &arms,
        method,
        span: &span,
    };
    let shares = here.shares(written, pass).unwrap_or_else(|| {
        let parts: Vec<String> = (arms.iter())
            .map(|arm| format!("{} = 1", crate::study::defaults::key(arm)))
            .collect();
        let value = format!("{{ {} }}", parts.join(", "));
        pass.defaults.note(section, "ratio", &value);
        Shares::equal(arms.len())
    });
    let strata = strata(raw.strata, &here, known.persons, &shares, pass);
    let randomisation = Randomisation {
        method,
        seed: raw.seed.map(|seed| seed.value),
        shares,
        strata,
    };
    warn_of_mixing(&randomisation, known, &span, pass);
    randomisation
}

/// Strata with shares of their own.
fn strata(
    raw: Option<Named<crate::study::raw::RawShares>>,
    here: &Here<'_>,
    persons: &PersonsFile,
    usual: &Shares,
    pass: &mut Pass<'_>,
) -> Vec<(String, Shares)> {
    let mut strata: Vec<(String, Shares)> = Vec::new();
    for (label, raw) in raw.map(|named| named.0).unwrap_or_default() {
        if persons.strata.is_empty() {
            pass.findings.error(
                &label.span,
                codes::NEEDS_STRATA,
                "shares by stratum need the blocks of the randomisation",
                "add `strata` in `[persons]`",
            );
        }
        let name = normal_label(&label.value);
        if strata.iter().any(|(other, _)| *other == name) {
            pass.findings.error(
                &label.span,
                codes::TWICE,
                format!("stratum `{name}` is named twice"),
                "remove one of the two",
            );
        }
        let written = Written {
            ratio: raw.ratio,
            probabilities: raw.probabilities,
            counts: raw.counts,
        };
        let here = Here {
            span: &label.span,
            ..*here
        };
        let shares = here.shares(written, pass);
        strata.push((name, shares.unwrap_or_else(|| usual.clone())));
    }
    strata
}

/// A raw difference of arms that are dealt out differently from stratum to stratum compares strata too.
fn warn_of_mixing(
    randomisation: &Randomisation,
    known: &Known<'_>,
    span: &Range<usize>,
    pass: &mut Pass<'_>,
) {
    let mut labels: Vec<String> = (randomisation.strata.iter())
        .map(|(label, _)| label.clone())
        .collect();
    // Strata that are not named have the usual shares.
    labels.push(String::new());
    let raw = |analysis: &&Analysis| analysis.adjustment == Adjustment::None;
    if randomisation.varies(&labels)
        && let Some(analysis) = known.analyses.iter().find(raw)
    {
        pass.findings.warning(
            span,
            codes::PROBABILITIES_VARY,
            format!(
                "the arms' probabilities are not the same in all strata, and analysis `{}` compares across strata",
                analysis.name
            ),
            "write `adjustment = \"strata\"`, or `\"weights\"`",
        );
    }
}

/// What shares are read against.
#[derive(Clone, Copy)]
struct Here<'a> {
    arms: &'a [&'a str],
    method: AssignmentMethod,
    span: &'a Range<usize>,
}

impl Here<'_> {
    /// The shares that are written; `None` when none are.
    fn shares(&self, written: Written, pass: &mut Pass<'_>) -> Option<Shares> {
        let given = [
            written.ratio.is_some(),
            written.probabilities.is_some(),
            written.counts.is_some(),
        ];
        if given.into_iter().filter(|given| *given).count() > 1 {
            pass.findings.error(
                self.span,
                codes::TOGETHER,
                "`ratio`, `probabilities` and `counts` say the same thing",
                "keep one of them",
            );
        }
        if written.counts.is_some() && self.method == AssignmentMethod::Simple {
            pass.findings.error(
                self.span,
                codes::TOGETHER,
                "`method = \"simple\"` has no counts: each unit is dealt by itself",
                "write `ratio`, or `method = \"complete\"`",
            );
        }
        if let Some(named) = written.counts {
            let parts = self.by_arm(named, |part| part.0, pass);
            return Some(self.sound(ShareKind::Counts, parts, pass));
        }
        if let Some(named) = written.probabilities {
            return Some(self.probabilities(named, pass));
        }
        let parts = self.by_arm(written.ratio?, |part| part.0, pass);
        Some(self.sound(ShareKind::Ratio, parts, pass))
    }

    fn probabilities(&self, named: Named<At<RawProbability>>, pass: &mut Pass<'_>) -> Shares {
        for (_, written) in &named.0 {
            let billionths = written.value.0 * ONE;
            if (billionths - billionths.round()).abs() > 1e-3 {
                pass.findings.error(
                    &written.span,
                    codes::OUT_OF_RANGE,
                    "a probability of more than nine decimals",
                    "round it, or write `ratio` with whole numbers: 1 and 2 are a third and two thirds",
                );
            }
        }
        let parts = self.by_arm(named, |p| (p.0 * ONE).round() as u32, pass);
        let sum: u64 = parts.iter().map(|part| u64::from(*part)).sum();
        if sum != ONE as u64 {
            pass.findings.error(
                self.span,
                codes::SHARES,
                "the probabilities do not add up to 1",
                "correct them, or write `ratio` with whole numbers: 1 and 2 are a third and two thirds",
            );
            return Shares::equal(self.arms.len());
        }
        self.sound(ShareKind::Ratio, parts, pass)
    }

    /// A value for each arm, in the order of the study.
    fn by_arm<T: Copy>(
        &self,
        named: Named<At<T>>,
        part: impl Fn(T) -> u32,
        pass: &mut Pass<'_>,
    ) -> Vec<u32> {
        let mut parts = vec![None; self.arms.len()];
        for (label, value) in named.0 {
            let name = normal_label(&label.value);
            match self.arms.iter().position(|arm| *arm == name) {
                Some(arm) => parts[arm] = Some(part(value.value)),
                None => super::unknown(&name, &label.span, "arm", self.arms, pass),
            }
        }
        let missing: Vec<&str> = (self.arms.iter().zip(&parts))
            .filter(|(_, part)| part.is_none())
            .map(|(arm, _)| *arm)
            .collect();
        if !missing.is_empty() {
            pass.findings.error(
                self.span,
                codes::SHARES,
                format!("no share is given for {}", suggest::list(&missing)),
                "give every arm a share; 0 where a stratum does not have it",
            );
        }
        parts.into_iter().map(|part| part.unwrap_or(1)).collect()
    }

    /// Parts that somebody can be dealt by.
    fn sound(&self, kind: ShareKind, mut parts: Vec<u32>, pass: &mut Pass<'_>) -> Shares {
        let sum: u64 = parts.iter().map(|part| u64::from(*part)).sum();
        if sum == 0 || sum > u64::from(u32::MAX) {
            pass.findings.error(
                self.span,
                codes::SHARES,
                "the shares must have a sum above zero that fits 32 bits",
                "give the arms that are dealt a share above zero",
            );
            return Shares::equal(self.arms.len());
        }
        if kind == ShareKind::Ratio {
            let divisor = parts.iter().copied().fold(0, common_divisor);
            for part in &mut parts {
                *part /= divisor;
            }
        }
        Shares { kind, parts }
    }
}

/// The greatest common divisor; that of 0 and a number is the number.
fn common_divisor(mut a: u32, mut b: u32) -> u32 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}
