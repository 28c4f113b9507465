//! One state per week: where spells of a person overlap, each week takes the highest state of the priority list, as
//! DREAM does. Without a list, or between two states that are not in it, different states in one week clash.

/// End of a spell that is still open.
pub(crate) const OPEN: i32 = i32::MAX;

/// Weeks `start..=end` of one spell in one state; nothing when `start > end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Covered {
    /// First week.
    pub(crate) start: i32,
    /// Last week, or [`OPEN`].
    pub(crate) end: i32,
    /// State.
    pub(crate) state: u16,
}

/// Weeks `start..=end` that the spell numbered `spell` won.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// First week.
    pub(crate) start: i32,
    /// Last week, or [`OPEN`].
    pub(crate) end: i32,
    /// State.
    pub(crate) state: u16,
    /// Index of the spell among the person's.
    pub(crate) spell: usize,
}

/// Rank of a state that is not in the priority list.
pub(crate) const UNRANKED: u16 = u16::MAX;

/// Writes the pieces of a person's spells (sorted by start) to `pieces`, by start and without overlap, and gives the
/// pairs of spells that clash. A clash goes to the earlier spell, so that the pass can go on.
pub(crate) fn resolve(
    spells: &[Covered],
    rank: &[u16],
    pieces: &mut Vec<Piece>,
) -> Vec<(usize, usize)> {
    pieces.clear();
    let piece = |spell: usize, start: i32, end: i32| Piece {
        start,
        end,
        state: spells[spell].state,
        spell,
    };
    let mut last_end = None;
    let mut apart = true;
    for (i, spell) in spells.iter().enumerate() {
        if spell.start > spell.end {
            continue;
        }
        apart &= last_end.is_none_or(|end| spell.start > end);
        last_end = Some(spell.end);
        pieces.push(piece(i, spell.start, spell.end));
    }
    if apart {
        return Vec::new();
    }
    pieces.clear();
    let mut edges: Vec<i32> = spells
        .iter()
        .filter(|spell| spell.start <= spell.end)
        .flat_map(|spell| [Some(spell.start), spell.end.checked_add(1)])
        .flatten()
        .collect();
    edges.sort_unstable();
    edges.dedup();
    let mut clashes = Vec::new();
    for (k, &from) in edges.iter().enumerate() {
        let to = edges.get(k + 1).map_or(OPEN, |next| next - 1);
        let here = |spell: &Covered| spell.start <= from && spell.end >= from;
        let key = |i: usize| {
            let spell = &spells[i];
            let rank = rank[usize::from(spell.state)];
            (
                rank,
                spell.start,
                std::cmp::Reverse(spell.end),
                spell.state,
                i,
            )
        };
        let present = (0..spells.len()).filter(|i| here(&spells[*i]));
        let Some(winner) = present.clone().min_by_key(|i| key(*i)) else {
            continue;
        };
        let won = &spells[winner];
        clashes.extend(
            present
                .filter(|i| {
                    let other = &spells[*i];
                    other.state != won.state
                        && rank[usize::from(other.state)] == rank[usize::from(won.state)]
                })
                .map(|i| (winner.min(i), winner.max(i))),
        );
        match pieces.last_mut() {
            Some(last) if last.spell == winner && last.end.checked_add(1) == Some(from) => {
                last.end = to;
            }
            _ => pieces.push(piece(winner, from, to)),
        }
    }
    clashes.sort_unstable();
    clashes.dedup();
    clashes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(spells: &[(i32, i32, u16)], rank: &[u16]) -> (Vec<(i32, i32, u16, usize)>, usize) {
        let spells: Vec<Covered> = spells
            .iter()
            .map(|&(start, end, state)| Covered { start, end, state })
            .collect();
        let mut pieces = Vec::new();
        let clashes = resolve(&spells, rank, &mut pieces);
        let pieces = pieces
            .iter()
            .map(|p| (p.start, p.end, p.state, p.spell))
            .collect();
        (pieces, clashes.len())
    }

    #[test]
    fn spells_apart_stay_as_they_are() {
        let (pieces, clashes) = run(&[(1, 4, 0), (5, OPEN, 1)], &[UNRANKED; 2]);
        assert_eq!(pieces, [(1, 4, 0, 0), (5, OPEN, 1, 1)]);
        assert_eq!(clashes, 0);
    }

    #[test]
    fn a_higher_state_splits_a_lower_one() {
        let (pieces, clashes) = run(&[(1, 20, 0), (5, 6, 1)], &[1, 0]);
        assert_eq!(pieces, [(1, 4, 0, 0), (5, 6, 1, 1), (7, 20, 0, 0)]);
        assert_eq!(clashes, 0);
    }

    #[test]
    fn one_state_twice_is_kept_once() {
        let (pieces, clashes) = run(&[(1, 10, 0), (5, 15, 0)], &[UNRANKED]);
        assert_eq!(pieces, [(1, 10, 0, 0), (11, 15, 0, 1)]);
        assert_eq!(clashes, 0);
    }

    #[test]
    fn states_without_an_order_clash() {
        let (_, clashes) = run(&[(1, 10, 0), (10, 15, 1)], &[UNRANKED; 2]);
        assert_eq!(clashes, 1);
    }

    #[test]
    fn an_open_spell_lasts_after_a_higher_one() {
        let (pieces, _) = run(&[(1, OPEN, 0), (3, 4, 1)], &[1, 0]);
        assert_eq!(pieces, [(1, 2, 0, 0), (3, 4, 1, 1), (5, OPEN, 0, 0)]);
    }
}
