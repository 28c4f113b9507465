//! On what terms the money was worked out: the parameters of a vintage with their sources, the price level, what is assumed of the
//! weeks after the horizon, uncertain prices, uplift and refunds. Nothing is said that the prices do not hold.

use super::amounts::{Amounts, sentence_middle};
use super::view::View;
use super::words::{Words, numbers};
use crate::cost_benefit::decision::Quadrant;
use crate::cost_benefit::{Basis, Line, Prices};
use crate::study::prices::{Beyond, Moment, Parameter, RefundRate, Uncertainty, Vintage};

/// Slug of the rows of the share of draws in which the effect is worth its cost, and of those in the quadrants of both.
pub(crate) const WORTH: &str = "acceptability";

/// A quadrant of the plane in words.
pub(crate) fn quadrant(words: &Words, which: Quadrant) -> String {
    words.say(&format!("money-{}", which.as_str().replace(' ', "-")))
}

/// Weeks of a year of discounting.
const YEAR: u32 = 52;

/// The outcome, and what a unit of it is worth, of an `item` such as `employment at 5000`.
pub(crate) fn worth_of(item: &str) -> Option<(&str, f64)> {
    let (outcome, worth) = item.rsplit_once(" at ")?;
    Some((outcome, worth.parse().ok()?))
}

/// One of a unit: "uge" of `week`.
pub(crate) fn each(words: &Words, unit: &str) -> String {
    let key = Amounts::in_unit(unit).unit;
    words
        .find(&format!("each-{key}"), &[])
        .unwrap_or_else(|| unit.to_owned())
}

/// A unit of the engine in words: `DKK per weeks` is "kr. pr. uge".
pub(crate) fn unit_in_words(words: &Words, unit: &str) -> String {
    match unit.split_once(" per ") {
        Some((money, unit)) => {
            let money = Amounts::in_unit(money).axis(words);
            let each = each(words, unit);
            words.tell("money-unit-per", &[("money", &money), ("each", &each)])
        }
        None => Amounts::in_unit(unit).axis(words),
    }
}

/// A unit as a price file writes it, in words: `DKK per hour` is "kr. pr. time". What a unit is counted in may have a label of the
/// study.
pub(crate) fn unit_of_price(view: &View<'_>, words: &Words, unit: &str) -> String {
    let Some((money, of)) = unit.split_once(" per ") else {
        return unit.to_owned();
    };
    let money = Amounts::in_unit(money).axis(words);
    let key = Amounts::in_unit(of).unit;
    let each = words
        .find(&format!("each-{key}"), &[])
        .unwrap_or_else(|| sentence_middle(view.word(of)));
    words.tell("money-unit-per", &[("money", &money), ("each", &each)])
}

/// A number with the decimals it has, six at most.
pub(crate) fn plain(value: f64, words: &Words) -> String {
    numbers::number(value, decimals_of(value), words.language())
}

/// The decimals a number has, six at most.
pub(crate) fn decimals_of(value: f64) -> usize {
    let found = (0..6).find(|d| {
        let scaled = value * 10.0_f64.powi(*d);
        (scaled - scaled.round()).abs() < 1e-9 * scaled.abs().max(1.0)
    });
    found.unwrap_or(6) as usize
}

/// A share with the decimals its percentage has.
pub(crate) fn percent(share: f64, words: &Words) -> String {
    let decimals = decimals_of((share * 1e8).round() / 1e6);
    numbers::percent(share, decimals, words.language())
}

/// "a", "a and b", "a, b and c".
fn listed(parts: &[String], words: &Words) -> String {
    match parts.split_last() {
        Some((last, rest)) if !rest.is_empty() => {
            words.tell("money-and", &[("list", &rest.join(", ")), ("last", last)])
        }
        Some((last, _)) => last.clone(),
        None => "–".to_owned(),
    }
}

/// "2012", "2010 og 2012".
pub(crate) fn price_years(prices: &Prices, words: &Words) -> String {
    let mut years: Vec<i32> = prices.lines.iter().map(|line| line.price_year).collect();
    years.sort_unstable();
    years.dedup();
    let texts: Vec<String> = years.iter().map(ToString::to_string).collect();
    listed(&texts, words)
}

fn weeks(count: u32, words: &Words) -> String {
    words.quantity(&numbers::count(u64::from(count), words.language()), "week")
}

/// The sentence on price years, horizon and parameters.
pub(crate) fn basis(prices: &Prices, words: &Words, horizon: u32) -> String {
    let years = match prices.price_level {
        Some(level) if prices.deflator.is_some() => level.to_string(),
        _ => price_years(prices, words),
    };
    let terms = match &prices.vintage {
        None => vec![
            words.say("money-undiscounted"),
            words.say("money-undistorted"),
        ],
        Some(vintage) => of_vintage(vintage, prices, words, horizon),
    };
    words.tell(
        "money-basis",
        &[
            ("years", &years),
            ("horizon", &weeks(horizon, words)),
            ("terms", &listed(&terms, words)),
        ],
    )
}

fn of_vintage(vintage: &Vintage, prices: &Prices, words: &Words, horizon: u32) -> Vec<String> {
    let mut terms = vec![words.tell("money-by-vintage", &[("name", &vintage.name)])];
    terms.push(match rates(vintage, words, horizon) {
        Some(rates) => words.tell("money-discounted", &[("rates", &rates)]),
        None => words.say("money-undiscounted"),
    });
    let with = |key: &str, parameter: &Parameter| {
        let text = words.tell(key, &[("factor", &plain(parameter.value, words))]);
        if parameter.assumed {
            format!("{text} {}", words.say("money-assumed-mark"))
        } else {
            text
        }
    };
    terms.push(if is_distorted(prices) {
        with("money-distorted", &vintage.tax_distortion)
    } else {
        words.say("money-undistorted")
    });
    if prices.lines.iter().any(|line| line.basis == Basis::Factor) {
        terms.push(with("money-net-tax", &vintage.net_tax_factor));
    }
    terms
}

/// The rates that matter up to the horizon; none where nothing is discounted.
fn rates(vintage: &Vintage, words: &Words, horizon: u32) -> Option<String> {
    let steps: Vec<_> = (vintage.discount.iter())
        .filter(|step| step.from_year.saturating_mul(YEAR) < horizon)
        .collect();
    if steps.iter().all(|step| step.rate == 0.0) {
        return None;
    }
    let told = steps.iter().map(|step| {
        let rate = percent(step.rate, words);
        let year = step.from_year.to_string();
        match step.from_year {
            0 => words.tell("money-rate", &[("rate", &rate)]),
            _ => words.tell("money-rate-from", &[("rate", &rate), ("year", &year)]),
        }
    });
    Some(told.collect::<Vec<_>>().join(", "))
}

/// Whether a krone of public outlay costs society more or less than a krone.
pub(crate) fn is_distorted(prices: &Prices) -> bool {
    crate::cost_benefit::book::distortion(prices) - 1.0 != 0.0
}

/// What the terms are told with.
pub(crate) struct Teller<'a> {
    pub prices: &'a Prices,
    pub words: &'a Words,
    pub horizon: u32,
    /// The name of a line.
    pub name: &'a dyn Fn(&str) -> String,
}

impl Teller<'_> {
    fn say(&self, key: &str) -> String {
        self.words.say(key)
    }

    fn tell(&self, key: &str, arguments: &[(&str, &str)]) -> String {
        self.words.tell(key, arguments)
    }

    fn names<'l>(&self, lines: impl Iterator<Item = &'l Line>) -> Vec<String> {
        lines
            .map(|line| sentence_middle(&(self.name)(&line.name)))
            .collect()
    }

    /// What a reader must know, in the order of a list; `intervals` says what they are made of.
    pub(crate) fn assumptions(&self, intervals: Option<&str>) -> Vec<String> {
        let horizon = weeks(self.horizon, self.words);
        let mut said = vec![self.tell("money-assume-horizon", &[("horizon", &horizon)])];
        said.extend(self.beyond());
        let certain = self.certain();
        said.push(match intervals {
            Some(intervals) => format!("{certain} {intervals}"),
            None => certain,
        });
        said.push(self.vintage());
        said.push(self.level());
        said.extend(self.uplifts());
        said.extend(self.refunds());
        said.push(self.say(if is_distorted(self.prices) {
            "money-assume-parties-distorted"
        } else {
            "money-assume-parties"
        }));
        said
    }

    fn beyond(&self) -> Option<String> {
        let rule = self.prices.extrapolation?;
        let key = match rule.rule {
            Beyond::Constant => "money-assume-constant",
            Beyond::FadeOut => "money-assume-fade-out",
        };
        let (more, base) = (weeks(rule.weeks, self.words), weeks(rule.base, self.words));
        Some(self.tell(key, &[("weeks", &more), ("base", &base)]))
    }

    fn certain(&self) -> String {
        let lines = self.prices.lines.iter();
        let uncertain = self.names(lines.clone().filter(|line| line.uncertainty.is_some()));
        if uncertain.is_empty() {
            return self.say("money-assume-certain");
        }
        let list = listed(&uncertain, self.words);
        self.tell("money-assume-uncertain", &[("list", &list)])
    }

    fn vintage(&self) -> String {
        let Some(vintage) = &self.prices.vintage else {
            return self.say("money-assume-distortion");
        };
        let mut text = self.tell("money-assume-vintage", &[("name", &vintage.name)]);
        let key = match (
            rates(vintage, self.words, self.horizon),
            self.prices.discounted_at,
        ) {
            (None, _) => "money-assume-undiscounted",
            (_, Moment::Middle) => "money-assume-middle",
            (_, Moment::End) => "money-assume-end",
        };
        text = format!("{text} {}", self.say(key));
        let factor = plain(vintage.tax_distortion.value, self.words);
        let more = if is_distorted(self.prices) {
            self.tell("money-assume-distorted", &[("factor", &factor)])
        } else {
            self.say("money-assume-undistorted")
        };
        format!("{text} {more}")
    }

    fn level(&self) -> String {
        let years = price_years(self.prices, self.words);
        let text = match (self.prices.price_level, &self.prices.deflator) {
            (Some(level), Some(_)) => {
                let level = level.to_string();
                self.tell(
                    "money-assume-level",
                    &[("years", &years), ("level", &level)],
                )
            }
            _ => self.tell("money-assume-as-they-stand", &[("years", &years)]),
        };
        let basis = match &self.prices.vintage {
            Some(vintage) => {
                let factor = plain(vintage.net_tax_factor.value, self.words);
                self.tell("money-assume-basis", &[("factor", &factor)])
            }
            None => self.say("money-assume-no-basis"),
        };
        format!("{text} {basis}")
    }

    fn uplifts(&self) -> Option<String> {
        let lines = self.prices.lines.iter().filter(|line| line.uplift != 0.0);
        let told: Vec<String> = lines
            .map(|line| {
                let name = sentence_middle(&(self.name)(&line.name));
                format!("{name} {}", percent(line.uplift, self.words))
            })
            .collect();
        let list = listed(&told, self.words);
        (!told.is_empty()).then(|| self.tell("money-assume-uplift", &[("list", &list)]))
    }

    fn refunds(&self) -> Option<String> {
        let lines: Vec<&Line> = (self.prices.lines.iter())
            .filter(|line| line.refund.is_some())
            .collect();
        let list = listed(&self.names(lines.iter().copied()), self.words);
        (!lines.is_empty()).then(|| self.tell("money-assume-refunds", &[("list", &list)]))
    }

    /// Name, value, source of each parameter, and whether it is assumed.
    pub(crate) fn parameters(&self) -> Vec<Term> {
        let mut terms = Vec::new();
        if let Some(vintage) = &self.prices.vintage {
            for step in &vintage.discount {
                let year = step.from_year.to_string();
                let rate = percent(step.rate, self.words);
                terms.push(Term {
                    name: match step.from_year {
                        0 => self.say("money-parameter-rate"),
                        _ => self.tell("money-parameter-rate-from", &[("year", &year)]),
                    },
                    value: self.tell("money-rate", &[("rate", &rate)]),
                    source: vintage.discount_source.clone(),
                    assumed: false,
                });
            }
            let both = [
                ("money-parameter-distortion", &vintage.tax_distortion),
                ("money-parameter-net-tax", &vintage.net_tax_factor),
            ];
            terms.extend(both.map(|(key, parameter)| Term {
                name: self.say(key),
                value: plain(parameter.value, self.words),
                source: parameter.source.clone(),
                assumed: parameter.assumed,
            }));
        }
        if let (Some(level), Some(deflator)) = (self.prices.price_level, &self.prices.deflator) {
            let mut years: Vec<i32> = self.prices.lines.iter().map(|l| l.price_year).collect();
            years.sort_unstable();
            years.dedup();
            for year in years.into_iter().filter(|year| *year != level) {
                let index = |year: i32| deflator.index.get(&year).copied().unwrap_or(f64::NAN);
                let told = [("from", year.to_string()), ("to", level.to_string())];
                let told: Vec<(&str, &str)> = told.iter().map(|(k, v)| (*k, v.as_str())).collect();
                let value = index(level) / index(year);
                terms.push(Term {
                    name: self.tell("money-parameter-index", &told),
                    value: numbers::number(value, 4, self.words.language()),
                    source: deflator.source.clone(),
                    assumed: false,
                });
            }
        }
        terms
    }

    /// From when to when a rate of refund holds, and for which benefit weeks.
    pub(crate) fn stretch(&self, rate: &RefundRate) -> (String, String) {
        let half = |text: &Option<String>| text.clone().unwrap_or_default();
        let (from, to) = (half(&rate.from), half(&rate.to));
        let time = match (from.is_empty(), to.is_empty()) {
            (true, true) => self.say("money-refund-always"),
            (false, true) => self.tell("money-refund-since", &[("from", &from)]),
            (true, false) => self.tell("money-refund-until", &[("to", &to)]),
            (false, false) => format!("{from}–{to}"),
        };
        let weeks = match rate.first_benefit_week {
            Some(week) => self.tell("money-refund-from-week", &[("n", &week.to_string())]),
            None => self.say("money-refund-any-week"),
        };
        (time, weeks)
    }

    /// A share of refund.
    pub(crate) fn share(&self, share: f64) -> String {
        percent(share, self.words)
    }
}

/// How uncertain a price is, in words.
pub(crate) fn uncertainty(words: &Words, uncertainty: &Uncertainty) -> String {
    let ends = |key: &str, low: f64, high: f64| {
        let (low, high) = (plain(low, words), plain(high, words));
        words.tell(key, &[("low", &low), ("high", &high)])
    };
    let error = |key: &str, error: f64| words.tell(key, &[("error", &plain(error, words))]);
    match *uncertainty {
        Uncertainty::Uniform { low, high } => ends("money-uniform", low, high),
        Uncertainty::Triangular { low, high } => ends("money-triangular", low, high),
        Uncertainty::Normal { std_error } => error("money-normal", std_error),
        Uncertainty::LogNormal { std_error } => error("money-log-normal", std_error),
        Uncertainty::Gamma { std_error } => error("money-gamma", std_error),
    }
}

/// A parameter.
pub(crate) struct Term {
    pub name: String,
    pub value: String,
    pub source: String,
    pub assumed: bool,
}

#[cfg(test)]
#[path = "money_terms_tests.rs"]
mod tests;
