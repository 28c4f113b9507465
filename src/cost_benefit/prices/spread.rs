//! What a line says beside its price: uplift, uncertainty, and the weeks in which it counts.

use super::codes;
use super::values::{One, Word};
use crate::study::prices::Uncertainty;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Uniform,
    Triangular,
    Normal,
    LogNormal,
    Gamma,
}

const SHAPES: &[Word<Shape>] = &[
    ("uniform", &["ligefordelt"], Shape::Uniform),
    ("triangular", &["trekant"], Shape::Triangular),
    ("normal", &["normalfordelt"], Shape::Normal),
    ("log_normal", &["lognormal"], Shape::LogNormal),
    ("gamma", &["gammafordelt"], Shape::Gamma),
];

/// Something is wrong, and it is told.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told;

/// Largest uplift: a larger one is most likely in percent.
const MOST_UPLIFT: f64 = 5.0;
/// Weeks in a line's window.
const MOST_WEEKS: u32 = 5_200;

impl One<'_, '_> {
    /// 0 where there is none.
    pub fn uplift(&mut self) -> Option<f64> {
        if self.entry.get("uplift").is_none() {
            return Some(0.0);
        }
        self.within(
            "uplift",
            "the share that is added: 0.1 is a tenth more",
            (0.0, MOST_UPLIFT),
        )
    }

    /// First and last week, each where it is given.
    pub fn weeks(&mut self) -> Option<(Option<u32>, Option<u32>)> {
        let mut one = |key| match self.entry.get(key) {
            None => Some(None),
            Some(_) => self.whole(key, (1, MOST_WEEKS)).map(Some),
        };
        let (first, last) = (one("first_week"), one("last_week"));
        let (first, last) = (first?, last?);
        if let (Some(a), Some(b)) = (first, last)
            && a > b
        {
            self.wrong(
                "last_week",
                codes::BAD_VALUE,
                "lies before `first_week`",
                "exchange the two, or leave one out",
            );
            return None;
        }
        Some((first, last))
    }

    /// How uncertain the price is.
    ///
    /// # Errors
    /// Where it is not understood, which is told.
    pub fn uncertainty(&mut self, value: Option<f64>) -> Result<Option<Uncertainty>, Told> {
        let has = |key: &str| self.entry.get(key).is_some();
        let (low, high, error) = (has("low"), has("high"), has("std_error"));
        let shape = match (has("distribution"), low || high, error) {
            (false, false, false) => return Ok(None),
            (true, _, _) => self.word("distribution", SHAPES).ok_or(Told)?,
            (false, true, false) => Shape::Triangular,
            (false, _, true) => {
                let words: Vec<&str> = SHAPES[2..].iter().map(|s| s.0).collect();
                self.missing(
                    "distribution",
                    &format!("of a standard error, one of {}", words.join(", ")),
                );
                return Err(Told);
            }
        };
        let stray: &[&'static str] = match shape {
            Shape::Uniform | Shape::Triangular => &["std_error"],
            _ => &["low", "high"],
        };
        if let Some(key) = stray.iter().find(|key| self.entry.get(key).is_some()) {
            self.uncertain(key, "does not belong to this distribution", "leave it out");
            return Err(Told);
        }
        let value = value.ok_or(Told)?;
        match shape {
            Shape::Uniform | Shape::Triangular => {
                let low = self.number("low", "the lowest price there may be");
                let high = self.number("high", "the highest price there may be");
                let (low, high) = (low.ok_or(Told)?, high.ok_or(Told)?);
                if !(0.0 <= low && low <= value && value <= high && low < high && high.is_finite())
                {
                    self.uncertain(
                        "low",
                        "and `high` do not lie about the price",
                        "write a lowest and a highest price, 0 or more, with `value` between them",
                    );
                    return Err(Told);
                }
                // A minus before nought is no sign.
                let low = low.abs();
                Ok(Some(if shape == Shape::Uniform {
                    Uncertainty::Uniform { low, high }
                } else {
                    Uncertainty::Triangular { low, high }
                }))
            }
            Shape::Normal | Shape::LogNormal | Shape::Gamma => {
                let std_error = self
                    .number("std_error", "the standard error of the price")
                    .ok_or(Told)?;
                if !(std_error.is_finite() && std_error > 0.0) {
                    self.uncertain(
                        "std_error",
                        "is not a number above 0",
                        "write the standard error, or leave out `distribution`",
                    );
                    return Err(Told);
                }
                if value == 0.0 && shape != Shape::Normal {
                    self.uncertain(
                        "distribution",
                        "needs a price above 0",
                        "write `normal`, or leave it out",
                    );
                    return Err(Told);
                }
                Ok(Some(match shape {
                    Shape::LogNormal => Uncertainty::LogNormal { std_error },
                    Shape::Gamma => Uncertainty::Gamma { std_error },
                    _ => Uncertainty::Normal { std_error },
                }))
            }
        }
    }

    fn uncertain(&mut self, key: &'static str, what: &str, hint: &str) {
        self.wrong(key, codes::UNCERTAIN, what, hint);
    }
}
