//! Public budgets: municipalities, regions and the state together. What one pays another cancels.

use super::Perspective;
use crate::cost_benefit::{Line, Party};

/// Municipality + region + state.
pub(super) const PUBLIC: Perspective = Perspective {
    slug: "public",
    weigh: |line: &Line, _| public_sign(line),
};

/// What one unit of a line's money adds to public budgets.
pub fn public_sign(line: &Line) -> f64 {
    line.sign(Party::Municipality) + line.sign(Party::Region) + line.sign(Party::State)
}
