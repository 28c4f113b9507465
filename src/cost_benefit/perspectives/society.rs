//! Society: the sum of all parties, less the distortion of financing net public outlay by taxes. Transfers between parties cancel,
//! but one that the public pays has to be financed.

use super::Perspective;
use super::public::public_sign;
use crate::cost_benefit::Line;

/// Sum of all parties - (distortion - 1) x net public outlay.
pub(super) const SOCIETY: Perspective = Perspective {
    slug: "society",
    weigh: society_weight,
};

/// What one unit of a line's money adds to society's account, when a unit of public outlay costs society `distortion`.
pub fn society_weight(line: &Line, distortion: f64) -> f64 {
    line.society_sign() + (distortion - 1.0) * public_sign(line)
}
