//! A spell table: its rows sorted by person and every person followed to the end.

use super::accounting::Sheet;
use super::clock::Clock;
use super::codes;
use super::employment;
use super::findings::{Finding, Findings, shown};
use super::follow_up::{BeforeWeek1, Block, Faults, Overlaps, Person, Rules, Tally};
use super::model::{AccountingLine, Before, SpellTable};
use super::overlap::UNRANKED;
use super::persons::Persons;
use super::refusals::{self, Table as Refused};
use super::rows::{Raw, RawSpell, check_states, read_rows};
use crate::numeric::parallel::{concat, map_each, map_ordered};
use crate::registers::{Kind, parse_number};
use crate::study::{
    BenefitBefore, CovariateSource, ExitSource, Layout, OutcomeKind, Overlap, SpellsFile, Study,
};
use std::ops::Range;

/// Spells whose persons are followed at a time, at most.
const PIECE: usize = 1 << 14;

/// A table read, checked and followed.
pub(crate) struct Followed {
    pub(crate) table: SpellTable,
    /// The weeks before week 1, where an outcome reads them.
    pub(crate) before: Option<Before>,
    pub(crate) raw: Raw,
    pub(crate) limits: Vec<Option<i32>>,
}

/// Where a table is read: everything it depends on.
pub(crate) struct Context<'a> {
    pub(crate) study: &'a Study,
    pub(crate) persons: &'a Persons,
    pub(crate) table: usize,
}

impl Context<'_> {
    /// The table as the study has it.
    pub(crate) fn file(&self) -> &SpellsFile {
        &self.study.tables[self.table]
    }

    /// The clock of the table.
    pub(crate) fn clock(&self) -> Option<Clock<'_>> {
        let assigned = self.persons.assigned.as_deref();
        Clock::new(
            self.file().weeks,
            self.file().date_rule,
            self.study.first_week,
            assigned,
        )
    }
}

/// Reads and follows one table; `None` when it could not be read far enough.
pub(crate) fn read(
    context: &Context,
    findings: &mut Findings,
    accounting: &mut Vec<AccountingLine>,
) -> Option<Followed> {
    let Some(clock) = context.clock() else {
        refusals::no_assignment(findings, &context.study.persons.file.shown);
        return None;
    };
    let mut raw = read_rows(context, &clock, findings)?;
    raw.sort();
    if !matches!(context.file().form.layout, Layout::Spells) {
        raw.join();
    }
    let (limits, ends) = limits(context, &clock, raw.data_end, findings)?;
    employment::derive(context, &clock, &ends, &mut raw, findings);
    let rules = rules(context, &raw.states);
    let (table, before, tally, faults) = follow(context, &clock, &raw, &limits, &rules);
    let refused = Refused {
        file: context.file(),
        raw: &raw,
        persons: context.persons,
        has_limit: context.persons.followed_until.is_some() || raw.data_end.is_some(),
    };
    refusals::report(&refused, faults, findings);
    check_states(context, &raw, findings);
    if !findings.failed() {
        check_horizon(context, &table, findings);
    }

    let mut sheet = Sheet::new(accounting, &context.file().name, "spells");
    sheet.read(raw.counts.read);
    sheet.added("employment_from_wages", raw.counts.employed);
    sheet.added("gaps_filled", tally.gaps_added);
    sheet.added("split_by_priority", tally.pieces_added);
    let is_wide = matches!(context.file().form.layout, Layout::Wide(_));
    if !is_wide {
        sheet.left_out("outside_the_trial", raw.counts.outsiders);
    }
    sheet.left_out("without_state", raw.counts.without_state);
    sheet.left_out("joined", raw.counts.joined);
    sheet.left_out("before_week_1", tally.before_week_1);
    sheet.left_out("after_follow_up", tally.after_follow_up);
    sheet.left_out("after_horizon", tally.after_horizon);
    sheet.left_out("censoring", tally.censoring);
    sheet.left_out("overridden_by_priority", tally.overridden);
    sheet.left_out("without_thursday", tally.without_thursday);
    sheet.used("", table.spells.len() as u64);
    sheet.remark("shortened", tally.shortened);
    if is_wide {
        sheet.remark("rows_outside_the_trial", raw.counts.outsiders);
        sheet.remark("rows", raw.rows as u64);
        sheet.remark("cells", raw.counts.cells);
        sheet.remark("cells_with_a_state", raw.counts.filled);
    }
    sheet.remark("employment_undecided_at_an_edge", raw.counts.undecided);
    sheet.remark("persons_never_followed", tally.never_followed);
    if let Some(before) = &before {
        sheet.remark("known_before_week_1", before.spells.len() as u64);
    }
    if raw.amounts.is_empty() {
        // Only amounts go back to the rows.
        raw.spells = Vec::new();
    }
    Some(Followed {
        table,
        before,
        raw,
        limits,
    })
}

/// Last known weeks of persons.
type Ends = Vec<Option<i32>>;

/// Last known trial week of each person, when study, columns or the persons file say it; and last known week of the data,
/// in the unit of the file.
fn limits(
    context: &Context,
    clock: &Clock,
    of_columns: Option<i32>,
    findings: &mut Findings,
) -> Option<(Ends, Ends)> {
    let file = context.file();
    let data_end = match &file.data_end {
        None => of_columns,
        Some(text) => {
            let value = parse_number(text, Kind::Week(file.weeks));
            if value.is_none() {
                refusals::data_end(findings, &file.files[0].shown);
                return None;
            }
            value.map(Clock::keep)
        }
    };
    // `followed_until` is in the unit of the first table; other tables may count otherwise.
    let first = Context {
        table: 0,
        ..*context
    };
    let own_clock = first.clock();
    let limit = |person: usize| {
        if !clock.runs_for(person) {
            return None;
        }
        let end = data_end.map(|end| clock.last(person, end));
        let own = context
            .persons
            .followed_until
            .as_ref()
            .and_then(|all| all[person]);
        let own = own.and_then(|week| own_clock.as_ref().map(|clock| clock.last(person, week)));
        end.into_iter().chain(own).min()
    };
    let persons = context.persons.len();
    let limits = map_each(persons, || (), |(), person| limit(person));
    let end = |person: usize| {
        let own = limits[person].filter(|_| clock.runs_for(person));
        data_end.or_else(|| own.map(|week| clock.week_of(person, week)))
    };
    let ends = match file.form.employment {
        Some(_) => (0..persons).map(end).collect(),
        None => Vec::new(),
    };
    Some((limits, ends))
}

/// Last trial week the evaluation reads of a table.
pub(crate) fn keep(context: &Context) -> i32 {
    let sustained = context
        .study
        .outcomes
        .iter()
        .filter_map(|outcome| match &outcome.kind {
            OutcomeKind::Exit {
                source: ExitSource::Spells { table, .. },
                sustained,
                ..
            } if *table == context.table => i32::try_from(*sustained).ok(),
            _ => None,
        });
    let horizon = i32::try_from(context.study.horizon).unwrap_or(i32::MAX / 2);
    horizon.saturating_add(sustained.max().unwrap_or(1).max(1))
}

/// Weeks that are looked at before week 1.
pub(crate) fn lookback(context: &Context) -> i32 {
    margin(context).max(stays(context))
}

/// Weeks before week 1 that say how old a stay is, as far as an outcome asks.
pub(crate) fn stays(context: &Context) -> i32 {
    let asked = context
        .study
        .outcomes
        .iter()
        .map(|outcome| match &outcome.kind {
            OutcomeKind::Inflow { table, .. } if *table == context.table => 1,
            OutcomeKind::Lasting { table, over, .. } if *table == context.table => {
                i32::try_from(*over).map_or(i32::MAX / 4, |over| over + 1)
            }
            _ => 0,
        });
    let money = context.study.cost_benefit.as_ref();
    let of_benefit = money.and_then(|money| match money.before {
        BenefitBefore::Spells(weeks) if context.table == 0 => i32::try_from(weeks).ok(),
        _ => None,
    });
    asked
        .chain(covariates(context))
        .chain(of_benefit)
        .max()
        .unwrap_or(0)
}

/// Weeks before week 1 that covariates count.
fn covariates(context: &Context) -> impl Iterator<Item = i32> {
    let asked = context.study.persons.covariates.iter();
    asked.filter_map(|covariate| match &covariate.source {
        CovariateSource::Before { table, weeks, .. } if *table == context.table => {
            i32::try_from(*weeks).ok()
        }
        _ => None,
    })
}

/// Weeks that are looked at before week 1 and after the last one, to tell employment at the edges.
pub(crate) fn margin(context: &Context) -> i32 {
    let rule = context.file().form.employment.as_ref();
    rule.map_or(0, |rule| rule.weeks.saturating_sub(1) as i32)
}

/// What the states of a table mean.
fn rules(context: &Context, states: &[String]) -> Rules {
    let file = context.file();
    let among = |labels: &[String]| states.iter().map(|state| labels.contains(state)).collect();
    let (overlaps, rank) = match &file.overlap {
        Overlap::Error => (Overlaps::Refused, vec![UNRANKED; states.len()]),
        Overlap::Priority(order) => {
            let rank = |state| {
                order
                    .iter()
                    .position(|one| one == state)
                    .map_or(UNRANKED, |rank| rank as u16)
            };
            (Overlaps::Ranked, states.iter().map(rank).collect())
        }
    };
    Rules {
        gap: file
            .gap
            .as_ref()
            .and_then(|gap| states.binary_search(gap).ok())
            .map(|state| state as u16),
        censor: among(&file.censor),
        absorbing: among(&file.absorbing),
        rank,
        overlaps,
        keep: keep(context),
        before: before_week_1(context),
    }
}

/// Stays may have begun before week 1.
fn before_week_1(context: &Context) -> BeforeWeek1 {
    if stays(context) > 0 {
        BeforeWeek1::Kept
    } else {
        BeforeWeek1::Cut
    }
}

/// Warns of arms in which nobody is followed to the horizon.
fn check_horizon(context: &Context, table: &SpellTable, findings: &mut Findings) {
    let persons = context.persons;
    let mut last = vec![0; persons.arms.len()];
    for (arm, followed) in persons.arm.iter().zip(&table.followed) {
        let last = &mut last[usize::from(*arm)];
        *last = (*last).max(*followed);
    }
    let horizon = i32::try_from(context.study.horizon).unwrap_or(i32::MAX);
    let short: Vec<String> = persons
        .arms
        .iter()
        .zip(&last)
        .filter(|(_, last)| **last < horizon)
        .map(|(arm, last)| match last {
            0 => format!("{} never", shown(arm)),
            last => format!("{} to week {last}", shown(arm)),
        })
        .collect();
    if short.is_empty() {
        return;
    }
    let finding = Finding::error(
        codes::FOLLOWED_SHORT,
        None,
        format!(
            "nobody of an arm is followed to the horizon, week {horizon}: {}; later weeks are undefined",
            short.join(", ")
        ),
        "lower `horizon`, or check `data_end` and `followed_until`",
    );
    findings.of_file(&context.file().files[0].shown, &finding.warning());
}

/// A piece of the sorted spells, and the persons that are followed with it.
struct Piece<'a> {
    spells: &'a [RawSpell],
    persons: Range<usize>,
}

/// Pieces in which all persons stand: each in that of the own first spell, or of the spells before.
fn pieces(raw: &Raw, persons: usize) -> Vec<Piece<'_>> {
    let cut: Vec<&[RawSpell]> = (raw.spells.iter())
        .flat_map(|part| part.chunks(PIECE))
        .collect();
    if cut.is_empty() {
        return vec![Piece {
            spells: &[],
            persons: 0..persons,
        }];
    }
    let mut start = 0;
    let person = |spell: &RawSpell| spell.person as usize;
    (cut.iter().enumerate())
        .map(|(k, spells)| {
            let own = spells.last().map_or(start, |last| person(last) + 1);
            let end = match cut.get(k + 1).and_then(|next| next.first()) {
                Some(next) => own.max(person(next)),
                None => persons,
            };
            let piece = Piece {
                spells,
                persons: start..end,
            };
            start = end;
            piece
        })
        .collect()
}

/// Follows every person, piece by piece.
fn follow(
    context: &Context,
    clock: &Clock,
    raw: &Raw,
    limits: &[Option<i32>],
    rules: &Rules,
) -> (SpellTable, Option<Before>, Tally, Faults) {
    let pieces = pieces(raw, context.persons.len());
    let done = map_ordered(pieces.len(), |i| {
        let piece = &pieces[i];
        let mut block = Block::with_room(piece.spells.len());
        let before = |spell: &RawSpell| (spell.person as usize) < piece.persons.start;
        let mut rest = &piece.spells[piece.spells.partition_point(before)..];
        for person in piece.persons.clone() {
            let is_own = |spell: &&RawSpell| spell.person as usize == person;
            let count = rest.iter().take_while(is_own).count();
            let (own, others) = rest.split_at(count);
            rest = others;
            if raw.suspect[person] || !clock.runs_for(person) {
                block.skip();
                continue;
            }
            let mut one = Person {
                number: person,
                spells: own,
                limit: limits[person],
            };
            let mut joined = Vec::new();
            if rest.is_empty() && count > 0 {
                // The person's spells may go on in the pieces that follow.
                let more = pieces[i + 1..].iter().flat_map(|piece| piece.spells);
                joined.extend(more.take_while(is_own).copied());
                if !joined.is_empty() {
                    joined.splice(0..0, own.iter().copied());
                    one.spells = &joined;
                }
            }
            block.follow(one, clock, rules);
        }
        block
    });
    let mut table = SpellTable {
        name: context.file().name.clone(),
        states: raw.states.clone(),
        absorbing: rules.absorbing.clone(),
        offsets: Vec::with_capacity(context.persons.len() + 1),
        ..SpellTable::default()
    };
    table.offsets.push(0);
    table.followed.reserve_exact(context.persons.len());
    let (mut tally, mut faults) = (Tally::default(), Faults::default());
    let mut spells = Vec::with_capacity(done.len());
    let mut end = 0;
    let mut early = Vec::with_capacity(done.len());
    let mut before = Before {
        offsets: vec![0],
        ..Before::default()
    };
    let mut early_end = 0;
    for block in done {
        spells.push(block.spells);
        table.followed.extend_from_slice(&block.followed);
        table.offsets.extend(block.lengths.iter().map(|length| {
            end += length;
            end
        }));
        early.push(block.before.0);
        before.offsets.extend(block.before.1.iter().map(|length| {
            early_end += length;
            early_end
        }));
        tally.add(&block.tally);
        faults.add(block.faults);
    }
    table.spells = concat(&spells);
    before.spells = concat(&early);
    let before = (rules.before == BeforeWeek1::Kept).then_some(before);
    (table, before, tally, faults)
}
