//! Public budgets: municipalities, regions and the state together. What one pays another cancels.

use super::Perspective;
use crate::cost_benefit::{Line, Party};

/// Municipality + region + state.
pub(super) const PUBLIC: Perspective = Perspective {
    slug: "public",
    weigh: |line: &Line| {
        line.sign(Party::Municipality) + line.sign(Party::Region) + line.sign(Party::State)
    },
};
