//! What was found, as rows: permutation rows after the rows of their contrast, adjusted p on the members of a family.

use super::Tests;
use super::counter::Tested;
use super::families::stepped_down;
use super::hypotheses::Hypothesis;
use super::runs::Verdict;
use crate::estimand::Item;
use crate::evaluate::context::Context;
use crate::inference::stepdown::{Draws, SimulatedP, holm};
use crate::results::{FamilyFacts, Row, Status};
use crate::study::Multiplicity;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// Which statistic a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Statistic {
    Plain,
    Studentised,
}

impl Statistic {
    fn item(self, destination: &str) -> String {
        let name = match self {
            Self::Plain => "permutation",
            Self::Studentised => "permutation_studentised",
        };
        match destination {
            "" => name.to_owned(),
            destination => format!("{name}: {destination}"),
        }
    }
}

/// Where the rows of a hypothesis stand.
struct Found {
    /// The row of its week.
    row: usize,
    /// One past the last week of its contrast.
    end: usize,
}

/// Analysis, outcome, estimand, item, subgroup, level and arm of a contrast.
type Key = [Arc<str>; 7];

/// Where the rows of each contrast stand; made once, since a family may have thousands of members.
struct Spans(BTreeMap<Key, Range<usize>>);

impl Spans {
    fn of(rows: &[Row]) -> Self {
        let mut spans = BTreeMap::new();
        let mut start = 0;
        for own in rows.chunk_by(|a, b| Self::key(a) == Self::key(b)) {
            let end = start + own.len();
            if !own[0].reference.is_empty() {
                spans.entry(Self::key(&own[0])).or_insert(start..end);
            }
            start = end;
        }
        Self(spans)
    }

    fn key(row: &Row) -> Key {
        [
            row.analysis.clone(),
            row.outcome.clone(),
            row.estimand.clone(),
            row.item.clone(),
            row.subgroup.clone(),
            row.level.clone(),
            row.arm.clone(),
        ]
    }
}

struct Writer<'a> {
    context: Context<'a>,
    spans: Spans,
}

/// Adds rows and adjusted p.
pub(super) fn report(
    context: Context<'_>,
    (tests, samples): (&Tests, Draws),
    rows: &mut Vec<Row>,
) -> Vec<FamilyFacts> {
    let mut families = Vec::new();
    if tests.is_empty() {
        return families;
    }
    let writer = Writer {
        context,
        spans: Spans::of(rows),
    };
    let mut inserted: Vec<(usize, Vec<Row>)> = Vec::new();
    for (a, asked) in tests.asked.iter().enumerate() {
        let places: Vec<Option<Found>> = asked.all.iter().map(|h| writer.find(h, rows)).collect();
        let verdicts = tests.pairwise.get(a);
        let verdict = |h: usize| verdicts.and_then(|v| v.get(h));
        let mut adjusted: Vec<Option<SimulatedP>> = vec![None; asked.all.len()];
        if asked.is_family {
            let own = |h: usize| places[h].as_ref().map(|found| &rows[found.row]);
            adjusted = match context.multiplicity(asked) {
                Some(Multiplicity::RomanoWolf) => {
                    let rows: Vec<Option<&Row>> = (0..places.len()).map(own).collect();
                    stepped_down(&tests.replicates[a], samples, &rows)
                }
                Some(Multiplicity::WestfallYoung) => (0..places.len())
                    .map(|h| verdict(h).and_then(|v| v.adjusted))
                    .collect(),
                _ => holm_of(places.len(), &verdict, &own),
            };
            families.push(writer.facts(&asked.all, &adjusted, verdicts));
        }
        for (h, hypothesis) in asked.all.iter().enumerate() {
            let Some(found) = &places[h] else { continue };
            let mut own = Vec::new();
            if let Some(verdict) = verdict(h) {
                for statistic in [Statistic::Plain, Statistic::Studentised] {
                    let mut row =
                        writer.permuted(&rows[found.row], hypothesis, (statistic, verdict));
                    if statistic == Statistic::Studentised {
                        row.p_adjusted = adjusted[h].map(|p| p.p);
                    }
                    own.push(row);
                }
            }
            let row = &mut rows[found.row];
            if asked.is_family {
                row.p_adjusted = adjusted[h].map(|p| p.p);
                row.mc_p = adjusted[h].and_then(|p| p.error);
            }
            inserted.push((found.end, own));
        }
        for (hypothesis, verdict) in tests.global.get(a).into_iter().flatten() {
            // After the last contrast of the same difference.
            let last = (1..context.trial.arms.len()).filter_map(|arm| {
                let of_arm = Hypothesis { arm, ..*hypothesis };
                writer.find(&of_arm, rows)
            });
            if let Some(found) = last.max_by_key(|found| found.end) {
                let own = [Statistic::Plain, Statistic::Studentised]
                    .map(|s| writer.global(&rows[found.row], hypothesis, (s, verdict)));
                inserted.push((found.end, own.into()));
            }
        }
    }
    insert(rows, inserted);
    families
}

/// Holm over the studentised permutations where there are any, else over Wald's p.
fn holm_of<'v, 'r>(
    members: usize,
    verdict: &dyn Fn(usize) -> Option<&'v Verdict>,
    row: &dyn Fn(usize) -> Option<&'r Row>,
) -> Vec<Option<SimulatedP>> {
    let own = |h: usize| match verdict(h) {
        Some(verdict) => verdict.studentised.p,
        None => Some(SimulatedP {
            p: row(h)?.p_value?,
            error: None,
        }),
    };
    holm(&(0..members).map(own).collect::<Vec<_>>())
}

/// Puts rows before the indices they belong to; those of one index stay in order.
fn insert(rows: &mut Vec<Row>, mut inserted: Vec<(usize, Vec<Row>)>) {
    inserted.retain(|(_, own)| !own.is_empty());
    inserted.sort_by_key(|(end, _)| *end);
    let old = std::mem::take(rows);
    let mut next = inserted.into_iter().peekable();
    for (index, row) in old.into_iter().enumerate() {
        while let Some((_, own)) = next.next_if(|(end, _)| *end <= index) {
            rows.extend(own);
        }
        rows.push(row);
    }
    rows.extend(next.flat_map(|(_, own)| own));
}

impl Writer<'_> {
    /// The row of a hypothesis, and where its contrast ends.
    fn find(&self, hypothesis: &Hypothesis, rows: &[Row]) -> Option<Found> {
        let Context {
            study,
            trial,
            panel,
            ..
        } = self.context;
        let analysis = study.analyses[hypothesis.analysis].name.as_str();
        let outcome = study.outcomes[hypothesis.outcome].name.as_str();
        let (subgroup, level) = match hypothesis.subgroup {
            None => ("all", ""),
            Some(column) => {
                let subgroup = &trial.subgroups[column];
                (
                    subgroup.column.as_str(),
                    subgroup.levels[hypothesis.level].as_str(),
                )
            }
        };
        let item = hypothesis
            .item
            .label(&panel.outcomes[hypothesis.outcome].shape);
        let key: Key = [
            analysis.into(),
            outcome.into(),
            hypothesis.estimand().into(),
            item.into(),
            subgroup.into(),
            level.into(),
            trial.arms[hypothesis.arm].as_str().into(),
        ];
        let span = self.spans.0.get(&key)?.clone();
        let own = &rows[span.clone()];
        let week = Some(hypothesis.week);
        Some(Found {
            row: span.start + own.iter().position(|row| row.week == week)?,
            end: span.end,
        })
    }

    /// What the report must know of a family.
    fn facts(
        &self,
        family: &[Hypothesis],
        adjusted: &[Option<SimulatedP>],
        verdicts: Option<&Vec<Verdict>>,
    ) -> FamilyFacts {
        let analysis = &self.context.study.analyses[family[0].analysis];
        let first = verdicts.and_then(|verdicts| verdicts.first());
        FamilyFacts {
            analysis: analysis.name.clone(),
            multiplicity: analysis.multiplicity.name().to_owned(),
            members: family.len() as u64,
            adjusted: adjusted.iter().flatten().count() as u64,
            permuted: first.is_some(),
        }
    }

    /// A row of one statistic, in the place of its contrast.
    fn permuted(
        &self,
        contrast: &Row,
        hypothesis: &Hypothesis,
        (statistic, verdict): (Statistic, &Verdict),
    ) -> Row {
        let tested = match statistic {
            Statistic::Plain => verdict.plain,
            Statistic::Studentised => verdict.studentised,
        };
        let empty: Arc<str> = "".into();
        let mut row = Row {
            item: self.item(statistic, hypothesis),
            std_error: None,
            conf_low: None,
            conf_high: None,
            band_low: None,
            band_high: None,
            p_value: tested.p.map(|p| p.p),
            p_adjusted: None,
            se_method: empty.clone(),
            interval_method: empty.clone(),
            method: self.method(statistic, verdict, hypothesis).into(),
            replicates: u32::try_from(verdict.count).ok(),
            undefined_replicates: u32::try_from(tested.undefined).ok(),
            mc_conf_low: None,
            mc_conf_high: None,
            mc_band: None,
            mc_p: tested.p.and_then(|p| p.error),
            ..contrast.clone()
        };
        if row.status == Status::Ok {
            row.reason = reason(tested, statistic).into();
        }
        row
    }

    /// A row of all arms at once.
    fn global(
        &self,
        contrast: &Row,
        hypothesis: &Hypothesis,
        (statistic, verdict): (Statistic, &Verdict),
    ) -> Row {
        let mut row = self.permuted(contrast, hypothesis, (statistic, verdict));
        let observed = match statistic {
            Statistic::Plain => verdict.observed.0,
            Statistic::Studentised => verdict.observed.1,
        };
        row.arm = "all".into();
        row.reference = "".into();
        row.unit = match statistic {
            Statistic::Plain => "sum of squares between arms",
            Statistic::Studentised => "welch-james statistic",
        }
        .into();
        row.estimate = observed.is_finite().then_some(observed);
        row.n = None;
        row.n_reference = None;
        row.events = None;
        row.events_reference = None;
        row.status = if observed.is_nan() {
            Status::Undefined
        } else {
            Status::Ok
        };
        row.reason = if observed.is_nan() {
            "undefined in some arm".into()
        } else {
            reason(
                match statistic {
                    Statistic::Plain => verdict.plain,
                    Statistic::Studentised => verdict.studentised,
                },
                statistic,
            )
            .into()
        };
        row
    }

    fn item(&self, statistic: Statistic, hypothesis: &Hypothesis) -> Arc<str> {
        let shape = &self.context.panel.outcomes[hypothesis.outcome].shape;
        let destination = match hypothesis.item {
            Item::Any => "",
            item @ Item::Destination(_) => item.label(shape),
        };
        statistic.item(destination).into()
    }

    fn method(&self, statistic: Statistic, verdict: &Verdict, hypothesis: &Hypothesis) -> String {
        let Context {
            study,
            trial,
            classes,
            ..
        } = self.context;
        let what = match (statistic, hypothesis.arm) {
            (Statistic::Plain, 0) => "differences between all arms",
            (Statistic::Studentised, 0) => "studentised differences between all arms",
            (Statistic::Plain, _) => "difference",
            (Statistic::Studentised, _) => "studentised difference",
        };
        let within = match study.analyses[hypothesis.analysis].adjustment {
            adjustment if adjustment.is_regression() => {
                format!(" by {}, estimated anew", adjustment.name())
            }
            adjustment if adjustment.is_within_strata() && hypothesis.arm > 0 => {
                " within strata".to_owned()
            }
            _ => String::new(),
        };
        let units = if classes.clustered {
            "clusters"
        } else {
            "persons"
        };
        let strata = if trial.strata.len() > 1 {
            " within strata"
        } else {
            ""
        };
        let how = match verdict.draws {
            Draws::All => format!("all {} assignments", verdict.count),
            Draws::Sampled => "drawn".to_owned(),
        };
        format!("{what}{within}, permutation of {units}{strata}, {how}")
    }
}

/// Why there is no p.
fn reason(tested: Tested, statistic: Statistic) -> String {
    if tested.p.is_some() {
        return String::new();
    }
    match statistic {
        _ if tested.undefined > 0 => {
            "no p: undefined in more than 1 % of the permutations".to_owned()
        }
        Statistic::Plain => "no p: undefined".to_owned(),
        Statistic::Studentised => "no p: no standard error".to_owned(),
    }
}
