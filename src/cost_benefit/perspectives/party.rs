//! The account of one party: what it receives and makes, less what it pays and uses up.

use super::Perspective;
use crate::cost_benefit::{Line, Party};

/// The person in the trial.
pub(super) const PARTICIPANT: Perspective = Perspective {
    slug: "participant",
    weigh: |line: &Line, _| line.sign(Party::Participant),
};

/// Employers.
pub(super) const EMPLOYER: Perspective = Perspective {
    slug: "employer",
    weigh: |line: &Line, _| line.sign(Party::Employer),
};

/// Municipalities.
pub(super) const MUNICIPALITY: Perspective = Perspective {
    slug: "municipality",
    weigh: |line: &Line, _| line.sign(Party::Municipality),
};

/// Regions.
pub(super) const REGION: Perspective = Perspective {
    slug: "region",
    weigh: |line: &Line, _| line.sign(Party::Region),
};

/// The state.
pub(super) const STATE: Perspective = Perspective {
    slug: "state",
    weigh: |line: &Line, _| line.sign(Party::State),
};

/// Everybody else.
pub(super) const OTHER: Perspective = Perspective {
    slug: "other",
    weigh: |line: &Line, _| line.sign(Party::Other),
};
