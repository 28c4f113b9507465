//! A person's weeks from 1 to the end of follow-up, each in exactly one state.
//!
//! Follow-up ends at the known limit (`followed_until`, `data_end`), else with the last spell; a censoring state ends
//! it, an absorbing state lasts to the known limit, else as far as the evaluation reads. Weeks between spells take the
//! gap state or are an error.

use super::clock::Clock;
use super::model::Spell;
use super::overlap::{Covered, OPEN, Piece, resolve};
use super::rows::RawSpell;

/// What a table's states mean.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rules {
    /// State of a week without a spell.
    pub(crate) gap: Option<u16>,
    /// States that end follow-up.
    pub(crate) censor: Vec<bool>,
    /// States that stay.
    pub(crate) absorbing: Vec<bool>,
    /// Priority of each state, 0 highest.
    pub(crate) rank: Vec<u16>,
    /// Whether overlaps are resolved at all.
    pub(crate) overlaps: Overlaps,
    /// Last week the evaluation reads.
    pub(crate) keep: i32,
    /// What becomes of weeks before week 1.
    pub(crate) before: BeforeWeek1,
}

/// What an overlap is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Overlaps {
    /// An error.
    #[default]
    Refused,
    /// Resolved by rank.
    Ranked,
}

/// What becomes of weeks before week 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum BeforeWeek1 {
    /// They are cut.
    #[default]
    Cut,
    /// They are cut from follow-up and kept beside it.
    Kept,
}

/// One person as the registers have them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Person<'a> {
    /// Number.
    pub(crate) number: usize,
    /// Spells by start.
    pub(crate) spells: &'a [RawSpell],
    /// Last known week, if it is known.
    pub(crate) limit: Option<i32>,
}

/// Counts of spells from read to used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) before_week_1: u64,
    pub(crate) after_follow_up: u64,
    pub(crate) after_horizon: u64,
    pub(crate) censoring: u64,
    pub(crate) overridden: u64,
    pub(crate) without_thursday: u64,
    pub(crate) pieces_added: u64,
    pub(crate) gaps_added: u64,
    pub(crate) shortened: u64,
    pub(crate) never_followed: u64,
}

impl Tally {
    /// Adds another block's counts.
    pub(crate) fn add(&mut self, other: &Self) {
        self.before_week_1 += other.before_week_1;
        self.after_follow_up += other.after_follow_up;
        self.after_horizon += other.after_horizon;
        self.censoring += other.censoring;
        self.overridden += other.overridden;
        self.without_thursday += other.without_thursday;
        self.pieces_added += other.pieces_added;
        self.gaps_added += other.gaps_added;
        self.shortened += other.shortened;
        self.never_followed += other.never_followed;
    }
}

/// Two rows and the weeks of their spells.
pub(crate) type Pair = ([u32; 2], [(i32, i32); 2]);

/// What is wrong in a block of persons.
#[derive(Clone, Debug, Default)]
pub(crate) struct Faults {
    /// Overlapping spells.
    pub(crate) overlaps: Vec<Pair>,
    /// Rows of spells that stand in an earlier row already.
    pub(crate) doubled: Vec<u32>,
    /// Spells that share a week, though not a day.
    pub(crate) shared: Vec<Pair>,
    /// Row after the gap (or the last one before it) and the weeks of the gap.
    pub(crate) gaps: Vec<(u32, i32, i32)>,
    /// Persons without follow-up.
    pub(crate) nothing: Vec<usize>,
    /// Rows of open-ended spells without an end.
    pub(crate) open: Vec<u32>,
    /// Rows after an absorbing state.
    pub(crate) after_absorbing: Vec<u32>,
    /// Smallest and largest last week of persons whose last spell is their end of follow-up.
    pub(crate) last: Option<(i32, i32)>,
}

impl Faults {
    /// Adds another block's faults.
    pub(crate) fn add(&mut self, other: Self) {
        self.overlaps.extend(other.overlaps);
        self.doubled.extend(other.doubled);
        self.shared.extend(other.shared);
        self.gaps.extend(other.gaps);
        self.nothing.extend(other.nothing);
        self.open.extend(other.open);
        self.after_absorbing.extend(other.after_absorbing);
        self.last = match (self.last, other.last) {
            (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
            (a, b) => a.or(b),
        };
    }
}

/// The followed weeks of a block of persons.
#[derive(Clone, Debug, Default)]
pub(crate) struct Block {
    /// Spells of all, person after person.
    pub(crate) spells: Vec<Spell>,
    /// Number of spells of each.
    pub(crate) lengths: Vec<u32>,
    /// Last followed week of each.
    pub(crate) followed: Vec<i32>,
    /// Spells before week 1 of all, and the number of each; empty where they are cut.
    pub(crate) before: (Vec<Spell>, Vec<u32>),
    /// Counts.
    pub(crate) tally: Tally,
    /// Faults.
    pub(crate) faults: Faults,
    covered: Vec<Covered>,
    pieces: Vec<Piece>,
    fates: Vec<Fate>,
}

/// What became of a spell: how many pieces are used, and why not when none is.
#[derive(Clone, Copy, Debug, Default)]
struct Fate {
    used: u64,
    why: Why,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Why {
    #[default]
    Overridden,
    BeforeWeek1,
    AfterFollowUp,
    AfterHorizon,
    Censoring,
}

impl Block {
    /// With room for as many spells as are read.
    pub(crate) fn with_room(spells: usize) -> Self {
        Self {
            spells: Vec::with_capacity(spells),
            ..Self::default()
        }
    }

    /// Passes over a person of whom nothing can be said because of a bad row.
    pub(crate) fn skip(&mut self) {
        self.lengths.push(0);
        self.followed.push(0);
        self.before.1.push(0);
    }

    /// Follows the next person of the block.
    pub(crate) fn follow(&mut self, one: Person, clock: &Clock, rules: &Rules) {
        if !self.follow_plainly(one, clock, rules) {
            self.follow_closely(one, clock, rules);
        }
    }

    /// Follows any person.
    pub(super) fn follow_closely(&mut self, one: Person, clock: &Clock, rules: &Rules) {
        let before = self.spells.len();
        let followed = self.weeks_of(one, clock, rules).max(0);
        self.tally.never_followed += u64::from(followed == 0);
        self.followed.push(followed);
        self.lengths.push((self.spells.len() - before) as u32);
        self.keep_before(rules);
        for (fate, covered) in self.fates.iter().zip(&self.covered) {
            let count = match fate.why {
                _ if fate.used > 0 => {
                    self.tally.pieces_added += fate.used - 1;
                    continue;
                }
                _ if covered.start > covered.end => &mut self.tally.without_thursday,
                Why::Overridden => &mut self.tally.overridden,
                Why::BeforeWeek1 => &mut self.tally.before_week_1,
                Why::AfterFollowUp => &mut self.tally.after_follow_up,
                Why::AfterHorizon => &mut self.tally.after_horizon,
                Why::Censoring => &mut self.tally.censoring,
            };
            *count += 1;
        }
    }

    /// Keeps what the pieces say of the weeks before week 1.
    fn keep_before(&mut self, rules: &Rules) {
        let (spells, lengths) = &mut self.before;
        let start = spells.len();
        if rules.before == BeforeWeek1::Kept {
            let early = self.pieces.iter().filter(|piece| piece.start < 1);
            spells.extend(early.map(|piece| Spell {
                start: piece.start,
                end: piece.end.min(0) + 1,
                state: piece.state,
            }));
        }
        lengths.push((spells.len() - start) as u32);
    }

    fn weeks_of(&mut self, one: Person, clock: &Clock, rules: &Rules) -> i32 {
        self.cover(one, clock);
        self.check_overlaps(one, rules);
        let Some((followed, end)) = self.end_of(one, rules) else {
            return 0;
        };
        self.write(one, rules, followed, end);
        followed
    }

    /// The weeks of each spell.
    fn cover(&mut self, one: Person, clock: &Clock) {
        self.covered.clear();
        self.covered.extend(one.spells.iter().map(|spell| {
            let (start, end) = match spell.to {
                OPEN => (clock.weeks(one.number, spell.from, spell.from).0, OPEN),
                to => clock.weeks(one.number, spell.from, to),
            };
            Covered {
                start,
                end,
                state: spell.state,
            }
        }));
        self.fates.clear();
        self.fates.resize(one.spells.len(), Fate::default());
    }

    /// One state per week, and the faults of overlaps.
    fn check_overlaps(&mut self, one: Person, rules: &Rules) {
        let clashes = resolve(&self.covered, &rules.rank, &mut self.pieces);
        let pair = |a: usize, b: usize| {
            let weeks = |i: usize| (self.covered[i].start, self.covered[i].end);
            ([one.spells[a].row, one.spells[b].row], [weeks(a), weeks(b)])
        };
        let pairs: Vec<Pair> = clashes.iter().map(|(a, b)| pair(*a, *b)).collect();
        if rules.overlaps == Overlaps::Ranked {
            self.faults.overlaps.extend(pairs);
            return;
        }
        // In the unit of the file: dates that do not overlap may still share a week.
        let mut latest: Option<usize> = None;
        let mut overlaps = Vec::new();
        let mut doubled = false;
        for (i, spell) in one.spells.iter().enumerate() {
            let same = |other: &RawSpell| {
                (other.from, other.to, other.state) == (spell.from, spell.to, spell.state)
            };
            if i > 0 && same(&one.spells[i - 1]) {
                doubled = true;
                self.faults.doubled.push(spell.row);
                continue;
            }
            if let Some(last) = latest.filter(|last| spell.from <= one.spells[*last].to) {
                overlaps.push(pair(last, i));
            }
            if latest.is_none_or(|last| spell.to > one.spells[last].to) {
                latest = Some(i);
            }
        }
        if overlaps.is_empty() && !doubled {
            self.faults.shared.extend(pairs);
        }
        self.faults.overlaps.extend(overlaps);
    }

    /// Last followed week, and the same before it is cut to what the evaluation reads; `None` when nothing is known.
    fn end_of(&mut self, one: Person, rules: &Rules) -> Option<(i32, i32)> {
        let is = |set: &[bool], piece: &Piece| set[usize::from(piece.state)];
        let censored = self
            .pieces
            .iter()
            .find(|piece| is(&rules.censor, piece) && piece.end >= 1)
            .map(|piece| piece.start.max(1) - 1);
        let absorbed = self
            .pieces
            .iter()
            .find(|piece| is(&rules.absorbing, piece))
            .map(|piece| piece.start)
            .filter(|start| censored.is_none_or(|last| *start <= last));
        if let Some(start) = absorbed {
            for piece in &self.pieces {
                if piece.start > start && !is(&rules.absorbing, piece) {
                    self.faults
                        .after_absorbing
                        .push(one.spells[piece.spell].row);
                }
            }
        }
        let end = match (one.limit, absorbed, censored) {
            (Some(limit), _, censored) => censored.map_or(limit, |last| last.min(limit)),
            (None, _, Some(last)) => last,
            (None, Some(_), None) => rules.keep,
            (None, None, None) => self.end_of_last(one, rules)?,
        };
        Some((end.min(rules.keep), end))
    }

    /// Follow-up that ends with the last spell.
    fn end_of_last(&mut self, one: Person, rules: &Rules) -> Option<i32> {
        let open = self.pieces.iter().find(|piece| piece.end == OPEN);
        if let Some(piece) = open {
            self.faults.open.push(one.spells[piece.spell].row);
            return None;
        }
        let last = self.pieces.last().map_or(0, |piece| piece.end);
        if rules.gap.is_some() || last < 1 {
            self.faults.nothing.push(one.number);
            return None;
        }
        let seen = last.min(rules.keep);
        let range = self.faults.last.get_or_insert((seen, seen));
        *range = (range.0.min(seen), range.1.max(seen));
        Some(last)
    }

    /// Writes the spells of weeks 1..=followed.
    fn write(&mut self, one: Person, rules: &Rules, followed: i32, end: i32) {
        if rules.gap.is_none() && self.pieces.is_empty() && followed >= 1 {
            self.faults.nothing.push(one.number);
            return;
        }
        let mut next = 1;
        for i in 0..self.pieces.len() {
            let piece = self.pieces[i];
            let fate = &mut self.fates[piece.spell];
            let stays = rules.absorbing[usize::from(piece.state)];
            let last = match self.pieces.get(i + 1) {
                Some(after) if stays => after.start - 1,
                None if stays => OPEN,
                _ => piece.end,
            };
            let (from, to) = (piece.start.max(1), last.min(followed));
            if from > to {
                fate.why = match () {
                    () if last < 1 => Why::BeforeWeek1,
                    () if rules.censor[usize::from(piece.state)] => Why::Censoring,
                    () if piece.start > end => Why::AfterFollowUp,
                    () => Why::AfterHorizon,
                };
                continue;
            }
            self.tally.shortened +=
                u64::from(piece.start < 1 || (piece.end != OPEN && piece.end > followed));
            if from > next {
                self.fill(one.spells[piece.spell].row, rules, next, from);
            }
            self.fates[piece.spell].used += 1;
            self.spells.push(Spell {
                start: from,
                end: to + 1,
                state: piece.state,
            });
            next = to + 1;
        }
        if next <= followed {
            let row = self
                .pieces
                .last()
                .map_or(0, |piece| one.spells[piece.spell].row);
            self.fill(row, rules, next, followed + 1);
        }
    }

    /// Fills weeks without a spell, or says so.
    fn fill(&mut self, row: u32, rules: &Rules, start: i32, end: i32) {
        if let Some(state) = rules.gap {
            self.tally.gaps_added += 1;
            self.spells.push(Spell { start, end, state });
        } else {
            self.faults.gaps.push((row, start, end - 1));
        }
    }
}
