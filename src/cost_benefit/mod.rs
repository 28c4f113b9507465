//! Did it pay: prices on the quantities of the trial, the accounts of six parties, and society's.
//!
//! A price file holds *lines*: a quantity per person, a price with its source, and who pays whom. The trial gives the
//! quantities of every line and their covariance ([`Quantities`](crate::results::Quantities)); everything here is
//! linear in them, so the same code makes the point, the standard error, every replicate, and the numbers of a bundle
//! priced again without micro data.

mod balance;
pub mod book;
mod cards;
mod changes;
pub mod codes;
pub mod decision;
pub mod discount;
mod draws;
pub mod indices;
mod information;
mod levels;
mod linear;
mod normal_draws;
mod numbers;
pub mod perspectives;
mod plane;
pub mod price_draws;
pub mod prices;
pub mod refunds;
mod rows;
pub mod vintages;

pub use crate::study::prices::{Basis, Flow, Line, Party, Prices, Quantity, Side};
pub use balance::BALANCE;
pub use book::{Book, quantity, shares_refunded};
pub use cards::CARDS;
pub use changes::{Change, Part, Priced, changes};
pub use draws::{KEPT, MONTE_CARLO};
pub use levels::{Level, level_rows};
pub use linear::Linear;
pub use normal_draws::DRAWS as NORMAL_DRAWS;
pub use numbers::{Form, NoLimits, Number, Observed, PROGRAMME, Sum, Term, numbers};
pub use plane::{Plane, plane};
pub use rows::{FROM_COVARIANCE, Replicates, price, rows};
