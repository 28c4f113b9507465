//! Society: the sum of all parties, less the distortion of financing public outlay by taxes. Transfers cancel.

use super::Perspective;
use crate::cost_benefit::Line;

/// What a krone of public outlay costs society. At 1, financing costs nothing more: the Danish Ministry of Finance's
/// value since June 2023; earlier guidance (1.1, 1.2) is not in this version, and the report says so.
pub const TAX_DISTORTION: f64 = 1.0;

/// Sum of all parties.
pub(super) const SOCIETY: Perspective = Perspective {
    slug: "society",
    weigh: Line::society_sign,
};
