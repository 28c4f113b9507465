//! Exact counts of persons behind the weekly rows: what the gate judges by. Never part of a bundle.

/// How a count of a week is told apart from its neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// Persons who are somewhere that week; may be the same persons as in the week before.
    Stock,
    /// Persons to whom something happens that week, once.
    Flow,
}

/// What is shown or hidden as one: an outcome, a destination of an exit, the take-up of an outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Outcome.
    pub outcome: String,
    /// Destination of an exit, or [`TAKEN_UP`]; empty for the outcome itself.
    pub item: String,
}

/// The item of a [`Part`] that stands for the persons who have taken an outcome up by a week.
pub const TAKEN_UP: &str = "take_up";

/// What a series of counts is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrackKind {
    /// Stock or flow.
    pub count: Count,
    /// What is counted: series of the same persons have the same number, whatever they are worked out from.
    pub what: usize,
    /// Parts from which a reader can work the series out, all of them together. Empty: it can be told anyway.
    pub needs: Vec<usize>,
    /// Label of its first tick.
    pub first: i32,
    /// Number of ticks.
    pub ticks: usize,
}

fn add(into: &mut Vec<u64>, from: &[u64]) {
    into.resize(from.len(), 0);
    into.iter_mut().zip(from).for_each(|(a, b)| *a += b);
}

/// A series of counts in one group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Track {
    /// Persons, by tick.
    pub counts: Vec<u64>,
    /// Different persons so far, by tick; of stocks only.
    pub ever: Vec<u64>,
}

impl Track {
    /// Adds the track of other persons.
    pub fn add(&mut self, other: &Self) {
        add(&mut self.counts, &other.counts);
        add(&mut self.ever, &other.ever);
    }
}

/// The persons of an arm at one level of a subgroup column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// Persons assigned.
    pub persons: u64,
    /// Series, in the order of [`Support::kinds`].
    pub tracks: Vec<Track>,
    /// Persons lost so far, by part and tick: who has left the numbers without an exit.
    pub lost: Vec<Vec<u64>>,
}

impl Group {
    /// Adds the counts of other persons.
    pub fn add(&mut self, other: &Self) {
        self.persons += other.persons;
        self.tracks.resize(other.tracks.len(), Track::default());
        for (into, from) in self.tracks.iter_mut().zip(&other.tracks) {
            into.add(from);
        }
        self.lost.resize(other.lost.len(), Vec::new());
        for (into, from) in self.lost.iter_mut().zip(&other.lost) {
            add(into, from);
        }
    }
}

/// The groups of a subgroup column; that of everybody has one level.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Column {
    /// Column; `all` for everybody.
    pub name: String,
    /// Levels.
    pub levels: Vec<String>,
    /// Ticks that some analysis shows of it, ascending.
    pub shown: Vec<i32>,
    /// `[level][arm]`.
    pub groups: Vec<Vec<Group>>,
}

/// Persons of an arm who are in two levels of different columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overlap {
    /// Arm.
    pub arm: usize,
    /// Column (as in [`Support::columns`]) and level.
    pub first: (usize, usize),
    /// The same of the other.
    pub second: (usize, usize),
    /// Persons in both.
    pub persons: u64,
}

/// Exact counts of a trial.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Support {
    /// What is shown or hidden as one.
    pub parts: Vec<Part>,
    /// What the series are of.
    pub kinds: Vec<TrackKind>,
    /// Everybody first, then the subgroup columns that some analysis shows.
    pub columns: Vec<Column>,
    /// Levels of different columns that share persons.
    pub overlaps: Vec<Overlap>,
}

impl Support {
    /// The part that is an outcome itself.
    pub fn part_of(&self, outcome: &str) -> Option<usize> {
        let is_it = |part: &Part| part.outcome == outcome && part.item.is_empty();
        self.parts.iter().position(is_it)
    }

    /// Whether anybody is lost to follow-up by any week.
    pub fn anybody_lost(&self) -> bool {
        let everybody = self.columns.first().into_iter();
        let mut groups = everybody.flat_map(|column| column.groups.iter().flatten());
        groups.any(|group| group.lost.iter().flatten().any(|lost| *lost > 0))
    }
}
