//! What is looked at in amounts and events of an own file: flags, caps, outliers, what became of an event.

use super::Pass;
use super::outcomes::One;
use crate::study::codes;
use crate::study::model::{AmountRules, EventStatus};
use crate::study::written::{At, LabelList};

/// Hours of a full-time month: 37 hours a week.
pub(super) const FULL_TIME_MONTH: f64 = 160.33;
/// Full-time months from which hours are told as outliers.
const OUTLIER: f64 = 1.5;
/// Units that are hours.
const HOURS: [&str; 4] = ["hours", "hour", "timer", "arbejdstimer"];

/// The keys as they were written.
pub(super) struct Rules {
    pub flag: Option<At<String>>,
    pub cap: Option<At<f64>>,
    pub outlier: Option<At<f64>>,
}

impl One<'_> {
    /// What is looked at in the amounts of an own file; hours by month have a usual outlier.
    pub fn rules(
        &self,
        raw: Rules,
        (own_file, monthly, decimals): (bool, bool, u32),
        unit: Option<&At<String>>,
        pass: &mut Pass<'_>,
    ) -> AmountRules {
        let message = "`flag`, `cap` and `outlier` are for an own `file`";
        let spans = [
            raw.flag.as_ref().map(|key| &key.span),
            raw.cap.as_ref().map(|key| &key.span),
            raw.outlier.as_ref().map(|key| &key.span),
        ];
        if let Some(span) = spans.into_iter().flatten().next().filter(|_| !own_file) {
            self.exclude(&At::new(String::new(), span.clone()), message, pass);
        }
        let scale = 10f64.powi(decimals as i32);
        let fixed = |number: f64| (number * scale).round() as i64;
        let is_hours = unit.is_some_and(|unit| HOURS.contains(&unit.value.to_lowercase().as_str()));
        let outlier = match raw.outlier {
            Some(outlier) => Some(outlier.value),
            None if own_file && monthly && is_hours => {
                pass.defaults.note(&self.section, "outlier", "240.495");
                Some(FULL_TIME_MONTH * OUTLIER)
            }
            None => None,
        };
        AmountRules {
            flag: raw.flag.map(|flag| flag.value),
            cap: raw.cap.map(|cap| fixed(cap.value)),
            outlier: outlier.map(fixed),
        }
    }

    /// The column of what became of an event, and with which of its values it has happened.
    pub fn status(
        &self,
        column: Option<At<String>>,
        held: Option<LabelList>,
        pass: &mut Pass<'_>,
    ) -> Option<EventStatus> {
        match (column, held) {
            (Some(column), Some(held)) => Some(EventStatus {
                column: column.value,
                held: held.0.into_iter().map(|label| label.value.0).collect(),
            }),
            (None, None) => None,
            (Some(column), None) => {
                pass.findings.error(
                    &column.span,
                    codes::MISSING_KEY,
                    format!("`held` is missing in `[{}]`", self.section),
                    "add `held = ...`, the value of `status` with which an event has happened",
                );
                None
            }
            (None, Some(held)) => {
                let span = held.0.first().map_or(0..0, |label| label.span.clone());
                pass.findings.error(
                    &span,
                    codes::MISSING_KEY,
                    format!("`status` is missing in `[{}]`", self.section),
                    "add `status = ...`, the column of what became of the event",
                );
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::FULL_TIME_MONTH;

    #[test]
    fn a_full_time_month_is_37_hours_a_week() {
        assert!((FULL_TIME_MONTH * 12.0 / 52.0 - 37.0).abs() < 0.001);
    }
}
