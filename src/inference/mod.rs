//! From the estimates, standard errors and replicates of one path to intervals, a simultaneous band, p and Monte Carlo
//! errors.
//!
//! A *path* is the weeks of one arm row, or of one contrast, of one estimand and item. Everything here is a pure
//! function of numbers; what a week or an arm is, is decided outside. A number that cannot be given is absent and has
//! a [`Reason`].
//!
//! | kind | interval | band over the weeks |
//! |---|---|---|
//! | normal | estimate -+ z x standard error | estimate -+ c x standard error, c from the largest standardised deviation (sup-t) |
//! | percentile | order statistics of the replicates | order statistics at one common, smaller rank |
//! | bca | order statistics whose ranks are corrected for median bias and skewness | the same, at the percentile band's common rank |
//! | studentized | estimate - q x standard error, q the order statistics of deviations in units of each replicate's own standard error | estimate -+ c x standard error, c from the largest of those deviations, widened to the interval where needed |
//! | basic | percentile limits, reflected in the estimate | estimate -+ c x bootstrap standard error, widened to the interval where needed |
//!
//! A band never lies inside its interval. Normal, basic and studentized limits are formed on the path's [`Scale`] and carried back;
//! percentile and bca limits are the same on every scale. Limits are not clipped to a range: a normal limit of a share
//! below 0 says that the normal approximation is poor there.

pub mod balance;
mod band;
mod bca;
mod cards;
pub mod heterogeneity;
mod interval;
pub(crate) mod ordered;
mod path;
pub mod ratio;
mod reason;
mod scale;
pub mod stepdown;
mod studentized;

#[cfg(test)]
mod known;
#[cfg(test)]
mod known_studentized;
#[cfg(test)]
mod oracle;
#[cfg(test)]
mod simulated;

pub(crate) use band::finite_deviation as standard_deviation;
pub use bca::{acceleration, centred};
pub use cards::{CARDS, LEVELS, TAKE_UP};
pub use interval::{wald_p, wald_t};
pub use path::{ColumnInference, Gradual, PathInference, PathInput, infer};
pub use reason::Reason;
pub use scale::Scale;
