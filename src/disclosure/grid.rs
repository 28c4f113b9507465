//! Which weeks of a group may be shown beside each other, so that no difference between two of them is a small cell.

use crate::results::support::{Count, Track, TrackKind};

/// A series of counts and what is known of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Series<'a> {
    pub kind: &'a TrackKind,
    pub track: &'a Track,
}

/// Whether a count of persons may be shown: nobody, or enough.
pub(super) fn may_show(count: u64, smallest: u64) -> bool {
    count == 0 || count >= smallest
}

impl Series<'_> {
    fn place(&self, tick: i32) -> Option<usize> {
        let place = usize::try_from(tick - self.kind.first).ok()?;
        (place < self.track.counts.len()).then_some(place)
    }

    /// Whether a tick may be shown when the one shown before it is `previous` (`None`: nothing is shown before it).
    ///
    /// A path that accumulates tells, by subtraction, the sum over the hidden ticks between: of a stock, enough different
    /// persons must stand behind it; of a flow, all persons since the tick shown before.
    pub fn passes(&self, previous: Option<i32>, tick: i32, smallest: u64) -> bool {
        let Some(place) = self.place(tick) else {
            return true;
        };
        let start = previous
            .and_then(|p| self.place(p))
            .map_or(0, |place| place + 1);
        let counts = &self.track.counts;
        match self.kind.count {
            Count::Flow => may_show(counts[start..=place].iter().sum(), smallest),
            Count::Stock => {
                if !may_show(counts[place], smallest) {
                    return false;
                }
                // At least so many different persons stand behind the hidden ticks.
                let most = counts[start..place].iter().copied().max().unwrap_or(0);
                let persons = match self.track.ever.get(place.wrapping_sub(1)) {
                    Some(ever) if start == 0 => *ever,
                    _ => most,
                };
                most == 0 || persons >= smallest
            }
        }
    }
}

/// The ticks among `candidates` (ascending) that may be shown beside each other, the last of them always among these; none
/// when that one may not be shown.
pub(super) fn grid(candidates: &[i32], series: &[Series<'_>], smallest: u64) -> Vec<i32> {
    let all = |previous: Option<i32>, tick: i32| {
        (series.iter()).all(|series| series.passes(previous, tick, smallest))
    };
    let Some((&last, rest)) = candidates.split_last() else {
        return Vec::new();
    };
    if !all(None, last) {
        return Vec::new();
    }
    let mut shown = Vec::new();
    for &tick in rest {
        // What is left until the last tick must stay large enough too.
        if all(shown.last().copied(), tick) && all(Some(tick), last) {
            shown.push(tick);
        }
    }
    shown.push(last);
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(count: Count, counts: &[u64], ever: &[u64]) -> (TrackKind, Track) {
        let kind = TrackKind {
            count,
            what: 0,
            needs: vec![0],
            first: 1,
            ticks: counts.len(),
        };
        let track = Track {
            counts: counts.to_vec(),
            ever: ever.to_vec(),
        };
        (kind, track)
    }

    fn shown(count: Count, counts: &[u64], ever: &[u64]) -> Vec<i32> {
        let (kind, track) = of(count, counts, ever);
        let series = Series {
            kind: &kind,
            track: &track,
        };
        let candidates: Vec<i32> = (1..=counts.len() as i32).collect();
        grid(&candidates, &[series], 5)
    }

    #[test]
    fn a_flow_is_shown_when_enough_have_gone_since_and_enough_are_left_to_go() {
        // 3 + 4 by week 2; 2 + 1 + 3 by week 5; then 1 alone is never enough, so week 5 waits for it.
        assert_eq!(shown(Count::Flow, &[3, 4, 2, 1, 3, 1], &[]), [2, 6]);
        assert_eq!(shown(Count::Flow, &[3, 4, 2, 1, 3, 0], &[]), [2, 5, 6]);
        assert!(shown(Count::Flow, &[0, 0, 1], &[]).is_empty());
    }

    #[test]
    fn a_stock_hides_its_small_weeks_and_those_that_give_them_away() {
        // Week 2 alone between two shown weeks would be their difference: week 3 is hidden with it.
        assert_eq!(shown(Count::Stock, &[6, 2, 7, 8], &[6, 6, 9, 9]), [1, 4]);
        assert!(shown(Count::Stock, &[4, 2, 7, 3], &[4, 4, 9, 9]).is_empty());
        assert_eq!(
            shown(Count::Stock, &[0, 0, 7, 8], &[0, 0, 7, 9]),
            [1, 2, 3, 4]
        );
    }
}
