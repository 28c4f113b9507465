//! The headline sentence: what the trial found, in one or two sentences that promise no more than the row holds.
//!
//! The rules stand in the house's words: average per person of the treatment group, horizon, interval, verdict; a
//! negative difference reads "mindre"; "effekt" is not used here at all; what is undefined or hidden says so and why.

use super::amounts::{Amounts, interval_reason, is_test, reason, sentence_start, tick};
use super::method::Comparison;
use super::view::{AnalysisView, View};
use super::words::{Words, numbers};
use crate::results::{Bundle, OutcomeFacts, Row, Status};
use crate::study::model::Labels;
use crate::units::{Language, is_significant};

/// The headline of a bundle: headline outcome, first treatment arm, at the horizon.
pub fn headline(bundle: &Bundle) -> String {
    headline_of(&View::of(bundle))
}

/// The same of a view, for instance in another language.
pub fn headline_of(view: &View<'_>) -> String {
    let words = Words::new(view.language);
    let arm = view.treatments().first().map_or("", String::as_str);
    match view.outcome(view.headline) {
        Some(outcome) => sentence(view, &words, outcome, arm, view.main_row(outcome, arm)),
        None => String::new(),
    }
}

/// The sentence for one outcome, treatment arm and main row.
pub fn sentence(
    view: &View<'_>,
    words: &Words,
    outcome: &OutcomeFacts,
    arm: &str,
    row: Option<&Row>,
) -> String {
    let parts = Parts {
        view,
        words,
        outcome,
        arm,
    };
    let text = match row {
        None => parts.without_number("headline-missing", ""),
        Some(row) => match (row.status, row.estimate) {
            (Status::Ok, Some(statistic)) if is_test(row) => parts.with_test(row, statistic),
            (Status::Ok, Some(estimate)) => parts.with_number(row, estimate),
            (Status::Hidden, _) => {
                let why = if row.reason.is_empty() {
                    "hidden"
                } else {
                    &row.reason
                };
                parts.without_number("headline-hidden", why)
            }
            (Status::NotApplicable, _) => {
                parts.without_number("headline-not-applicable", &row.reason)
            }
            _ => parts.without_number("headline-undefined", &row.reason),
        },
    };
    // A label with a line break or another control character stays inside its sentence.
    let text = text.replace(char::is_control, " ");
    if view.synthetic {
        words.tell("headline-synthetic", &[("sentence", &text)])
    } else {
        text
    }
}

struct Parts<'v, 'a> {
    view: &'v View<'a>,
    words: &'v Words,
    outcome: &'v OutcomeFacts,
    arm: &'v str,
}

impl Parts<'_, '_> {
    fn label(&self) -> String {
        sentence_start(&self.view.name(&self.outcome.name))
    }

    fn horizon(&self) -> String {
        let n = numbers::count(u64::from(self.view.horizon), self.words.language());
        self.words.quantity(&n, tick(self.outcome))
    }

    fn who(&self) -> String {
        let group = match Comparison::of(self.outcome) {
            Comparison::Randomised => "who-lot",
            Comparison::Descriptive => "who-group",
        };
        if self.view.treatments().len() > 1 {
            let arm = self.view.word(self.arm);
            self.words.tell(&format!("{group}-arm"), &[("arm", arm)])
        } else {
            self.words.say(group)
        }
    }

    fn without_number(&self, key: &str, why: &str) -> String {
        let arguments = [
            ("label", self.label()),
            ("who", self.who()),
            ("control", self.words.say("control-group")),
            ("horizon", self.horizon()),
            ("reason", reason(self.words, why)),
        ];
        self.words.tell(key, &borrow(&arguments))
    }

    fn with_number(&self, row: &Row, estimate: f64) -> String {
        let analysis = self.view.analysis(&row.analysis);
        let amounts = Amounts::of(self.view, self.outcome);
        let decimals = amounts.decimals(row);
        let amount = amounts.quantity(self.words, estimate.abs(), decimals);
        let sign = match amounts.text(self.words, estimate, decimals) {
            text if text.chars().all(|c| !c.is_ascii_digit() || c == '0') => Sign::Zero,
            _ if estimate < 0.0 => Sign::Less,
            _ => Sign::More,
        };
        let phrase = phrase(&self.view.labels, &self.outcome.name, sign, self.words);
        let clause = phrase.map(|p| self.clause(p, &amount));
        let key = match (sign, &clause, self.outcome.kind.as_str()) {
            (Sign::Zero, _, _) => "headline-zero",
            (_, Some(_), _) => "headline-phrase",
            (_, None, "share_among") => "headline-share",
            (_, None, "exit") => "headline-exit",
            (_, None, _) => "headline-label",
        };
        // A phrase opens the sentence with the persons; the other forms open with the label.
        let who = match key {
            "headline-phrase" => sentence_start(&self.who()),
            _ => self.who(),
        };
        let arguments = [
            ("label", self.label()),
            ("who", who),
            ("control", self.words.say("control-group")),
            ("amount", amount),
            ("direction", self.words.say(self.direction(sign))),
            ("clause", clause.unwrap_or_default()),
            ("horizon", self.horizon()),
            ("interval", self.interval(row, analysis, &amounts, decimals)),
        ];
        let mut text = self.words.tell(key, &borrow(&arguments));
        for more in self.verdict(row, analysis) {
            text.push(' ');
            text.push_str(&more);
        }
        text
    }

    /// Where there is no difference to tell, only a test of one.
    fn with_test(&self, row: &Row, statistic: f64) -> String {
        let amounts = Amounts::of_main(self.view, self.outcome, row);
        let p = row.p_adjusted.or(row.p_value);
        let p = p.map_or_else(
            || "–".to_owned(),
            |p| numbers::p_value(p, self.words.language()),
        );
        let arguments = [
            ("label", self.label()),
            ("who", self.who()),
            ("control", self.words.say("control-group")),
            ("horizon", self.horizon()),
            (
                "amount",
                amounts.text(self.words, statistic, amounts.decimals(row)),
            ),
            ("p", p),
        ];
        let mut text = self.words.tell("headline-test", &borrow(&arguments));
        for more in self.verdict(row, self.view.analysis(&row.analysis)) {
            text.push(' ');
            text.push_str(&more);
        }
        text
    }

    fn direction(&self, sign: Sign) -> &'static str {
        match (self.outcome.kind.as_str(), sign) {
            ("share_among", Sign::Less) => "direction-share-less",
            ("share_among", _) => "direction-share-more",
            (_, Sign::Less) => "direction-less",
            _ => "direction-more",
        }
    }

    /// A study's phrase: `{x}` (or `{}`) in it is where the amount goes; without it the amount comes first.
    fn clause(&self, phrase: &str, amount: &str) -> String {
        for place in ["{x}", "{}"] {
            if phrase.contains(place) {
                return phrase.replace(place, amount);
            }
        }
        let key = match self.outcome.kind.as_str() {
            "weeks_in" | "lasting" => "clause-weeks",
            _ => "clause-other",
        };
        self.words
            .tell(key, &[("amount", amount), ("phrase", phrase)])
    }

    /// With its leading space, or the word that there is none.
    fn interval(
        &self,
        row: &Row,
        analysis: Option<&AnalysisView>,
        amounts: &Amounts,
        decimals: usize,
    ) -> String {
        let level = numbers::level(
            analysis.map_or(0.95, |a| a.confidence),
            self.words.language(),
        );
        let text = match row.conf_low.zip(row.conf_high) {
            Some((low, high)) => {
                let low = amounts.text(self.words, low, decimals);
                let high = amounts.text(self.words, high, decimals);
                self.words.tell(
                    "interval-shown",
                    &[("level", &level), ("low", &low), ("high", &high)],
                )
            }
            None if row.reason.is_empty() => self.words.say("interval-missing-plain"),
            None => {
                let why = interval_reason(self.words, &row.reason);
                self.words
                    .tell("interval-missing", &[("level", &level), ("reason", &why)])
            }
        };
        format!(" {text}")
    }

    fn verdict(&self, row: &Row, analysis: Option<&AnalysisView>) -> Vec<String> {
        let confidence = analysis.map_or(0.95, |a| a.confidence);
        let (p, suffix) = match row.p_adjusted {
            Some(adjusted) => (Some(adjusted), "-adjusted"),
            None => (row.p_value, ""),
        };
        let mut sentences = Vec::new();
        match p {
            None => sentences.push(self.words.say("verdict-none")),
            Some(p) => {
                let significant = is_significant(p, confidence);
                let key = if significant {
                    "verdict-significant"
                } else {
                    "verdict-not-significant"
                };
                sentences.push(self.words.say(&format!("{key}{suffix}")));
                if let Some((low, high)) = row.conf_low.zip(row.conf_high) {
                    match (significant, low <= 0.0 && high >= 0.0) {
                        (true, true) => {
                            sentences
                                .push(self.words.say(&format!("disagree-covers-zero{suffix}")));
                        }
                        (false, false) => {
                            let key = format!("disagree-excludes-zero{suffix}");
                            sentences.push(self.words.say(&key));
                        }
                        _ => {}
                    }
                }
            }
        }
        let covariates = analysis.map_or(&[] as &[String], |a| &a.covariates);
        if !covariates.is_empty() {
            // Else it would read as the difference of the two means.
            let names: Vec<String> = covariates.iter().map(|name| self.view.name(name)).collect();
            let names = names.join(", ");
            sentences.push(self.words.tell("headline-adjusted", &[("names", &names)]));
        }
        if Comparison::of(self.outcome) == Comparison::Descriptive {
            sentences.push(self.words.say("descriptive"));
        }
        sentences
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    Less,
    Zero,
    More,
}

fn phrase<'l>(labels: &'l Labels, outcome: &str, sign: Sign, words: &Words) -> Option<&'l str> {
    let label = labels.words.get(outcome)?;
    let phrases = match sign {
        Sign::Less => &label.less,
        Sign::More => &label.more,
        Sign::Zero => return None,
    };
    let language = match words.language() {
        Language::Da => "da",
        Language::En => "en",
    };
    phrases.get(language).map(String::as_str)
}

fn borrow<'s, const N: usize>(arguments: &'s [(&'s str, String); N]) -> [(&'s str, &'s str); N] {
    std::array::from_fn(|i| (arguments[i].0, arguments[i].1.as_str()))
}

#[cfg(test)]
#[path = "headline_tests.rs"]
mod tests;
