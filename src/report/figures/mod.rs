//! The figures of a bundle: the flow of persons; where they are; per mean outcome the weekly level by arm and the accumulated effect with
//! its interval, band and zero line; per exit the survival by arm with the persons at risk and, by destination, the
//! share exited; the differences by subgroup and the levels by site; of the money the waterfall by party, the accounts by week, what
//! uncertain prices move, the plane of effect and cost, and the share of draws in which the effect is worth its cost.

mod bars;
mod build;
pub(crate) mod chart;
mod consort;
mod encode;
mod exits;
pub(crate) mod forest;
mod groups;
mod lines;
mod money;
mod money_curves;
mod money_plane;
pub(crate) mod page;
pub(crate) mod paths;
mod plane;
pub mod png;
pub(crate) mod scale;
pub(crate) mod stack;
mod states;
pub(crate) mod style;
pub(crate) mod text;
mod tornado;
pub(crate) mod waterfall;
mod wording;

pub(crate) use build::{curves_of, rename};
pub use build::{drawings_of, figures, figures_of};
pub(crate) use consort::consort_of;
pub(crate) use groups::{Grouping, groups_of, is_site, tells_what_was_done};
pub(crate) use money::{money_of, plane_of_money, prices_of_money, weeks_of_money, worth_of_money};
pub(crate) use states::states_of;

#[cfg(test)]
mod fixture_tests;
#[cfg(test)]
mod layout_tests;
#[cfg(test)]
mod money_tests;
#[cfg(test)]
mod tests;
