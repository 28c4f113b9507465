//! From entries to what holds for the whole file: official parameters, price level, extrapolation, rules of refund.

use super::codes;
use super::entry::{Entries, Entry, Form, Given, Rule, Spot};
use super::findings::{Findings, shown};
use super::values::{LONG, One, SHORT, Word};
use super::{Known, check::Whole};
use crate::cost_benefit::refunds::{self, half_year};
use crate::cost_benefit::{indices, vintages};
use crate::error::Diagnostic;
use crate::study::prices::{
    Beyond, Deflator, Extrapolation, Parameter, Prices, RateStep, RefundRate, RefundRule, Vintage,
};
use crate::study::suggest;

const RULES: &[Word<Option<Beyond>>] = &[
    ("none", &[], None),
    ("constant", &[], Some(Beyond::Constant)),
    ("fade_out", &[], Some(Beyond::FadeOut)),
];

/// Most weeks after the horizon: fifty years.
const MOST_WEEKS: u32 = 2_600;

/// Reads entries of one file.
pub(super) struct Reader<'a, 'f, 's> {
    pub entries: &'a Entries,
    pub findings: &'f mut Findings<'s>,
}

impl Reader<'_, '_, '_> {
    fn one<T>(&mut self, entry: &Entry, read: impl FnOnce(&mut One<'_, '_>) -> T) -> T {
        read(&mut One {
            entry,
            form: Form::Document,
            known: &Known::default(),
            findings: self.findings,
        })
    }

    /// Vintage, moment, level, deflator and extrapolation.
    pub fn fill(&mut self, whole: &Whole, prices: &mut Prices) {
        prices.vintage = self.vintage(whole);
        prices.deflator = self.index_by_name(whole).or_else(|| self.deflator());
        prices.extrapolation = self.extrapolation();
        prices.price_level = whole.price_level;
        prices.participants = whole.participants;
        if let Some(moment) = whole.discounted_at {
            prices.discounted_at = moment;
            let asked = whole.vintage.is_some() || self.entries.tables.vintage.is_some();
            if !asked {
                self.tell(
                    "discounted_at",
                    codes::MISSING,
                    "`discounted_at` says when, but nothing is discounted",
                    "add `vintage`, or leave it out",
                );
            }
        }
        if prices.deflator.is_some() && prices.price_level.is_none() {
            self.tell(
                "price_level",
                codes::MISSING,
                "there is a deflator, but no year to move prices to",
                "add `price_level` to `[prices]`",
            );
        }
    }

    /// Reports something about a key of the whole file.
    fn tell(&mut self, key: &str, code: &'static str, message: &str, hint: &str) {
        let given = self.entries.whole.iter().find(|(k, _)| *k == key);
        let spot = given.map_or(&Spot::File, |(_, given)| &given.spot);
        let finding = Diagnostic::error(code, message, hint);
        self.findings.put(finding, spot, key);
    }

    fn vintage(&mut self, whole: &Whole) -> Option<Vintage> {
        let tables = &self.entries.tables;
        match (&whole.vintage, &tables.vintage) {
            (None, None) => None,
            (Some(_), Some(_)) => {
                self.tell(
                    "vintage",
                    codes::VINTAGE,
                    "the vintage is named, and stands as a table too",
                    "leave out one of the two",
                );
                None
            }
            (Some(name), None) => {
                let found = vintages::vintage(name);
                if found.is_none() {
                    let names = vintages::names();
                    let given = self.entries.whole.iter().find(|(k, _)| *k == "vintage");
                    let spot = given.map_or(&Spot::File, |(_, given)| &given.spot);
                    let finding = Diagnostic::error(
                        codes::VINTAGE,
                        format!("there is no vintage {}", shown(name)),
                        suggest::hint(name, &names, "choose one of them, or write `[vintage]`"),
                    )
                    .allowed(suggest::list(&names));
                    self.findings.put(finding, spot, "vintage");
                }
                found
            }
            (None, Some(entry)) => self.own_vintage(entry),
        }
    }

    fn own_vintage(&mut self, entry: &Entry) -> Option<Vintage> {
        let tables = &self.entries.tables;
        let name = match entry.get("name") {
            Some(_) => self.one(entry, |one| one.text("name", SHORT)),
            None => Some("own".to_owned()),
        };
        let discount_source = self.one(entry, |one| {
            one.needed("discount_source", "where the rates come from", LONG)
        });
        let discount = self.steps(entry);
        let mut parameter = |key: &'static str, what: &str, from: Option<&Entry>| match from {
            Some(from) => self.one(from, |one| {
                let value = one.within("value", what, (0.5, 3.0));
                let source = one.source();
                let assumed = one.truth("assumed").unwrap_or(false);
                Some(Parameter {
                    value: value?,
                    source: source?,
                    assumed,
                })
            }),
            None if entry.get(key).is_some() => {
                self.one(entry, |one| {
                    let hint = "write `{ value = 1.0, source = \"\" }`";
                    one.wrong(
                        key,
                        codes::BAD_VALUE,
                        "is not a value with its source",
                        hint,
                    );
                });
                None
            }
            None => {
                self.one(entry, |one| one.missing(key, what));
                None
            }
        };
        let tax_distortion = parameter(
            "tax_distortion",
            "what a krone of public outlay costs society, with its source: 1 where taxes cost nothing more",
            tables.tax_distortion.as_ref(),
        );
        let net_tax_factor = parameter(
            "net_tax_factor",
            "what lifts factor prices to market prices, with its source: 1 where nothing is lifted",
            tables.net_tax_factor.as_ref(),
        );
        let vintage = Vintage {
            name: name?,
            discount: discount?,
            discount_source: discount_source?,
            tax_distortion: tax_distortion?,
            net_tax_factor: net_tax_factor?,
        };
        if vintages::vintage(&vintage.name).is_some_and(|shipped| shipped != vintage) {
            self.other_values(&format!("vintage {}", shown(&vintage.name)), &entry.spot);
        }
        Some(vintage)
    }

    fn other_values(&mut self, what: &str, spot: &Spot) {
        let finding = Diagnostic::warning(
            codes::OTHER_VALUES,
            format!("{what} has other values here than those that are shipped under this name"),
            "give it a name of its own",
        );
        self.findings.put(finding, spot, "");
    }

    fn steps(&mut self, vintage: &Entry) -> Option<Vec<RateStep>> {
        let entries = &self.entries.tables.discount;
        if entries.is_empty() {
            self.one(vintage, |one| {
                one.missing(
                    "discount",
                    "a list such as `[{ from_year = 0, rate = 0.03 }]`",
                );
            });
            return None;
        }
        let mut steps: Vec<RateStep> = Vec::new();
        let mut fine = true;
        for entry in entries {
            let before = steps.last().map(|step| step.from_year);
            let step = self.one(entry, |one| {
                let from_year = match one.entry.get("from_year") {
                    Some(_) => one.whole("from_year", (0, 1000)),
                    None => {
                        one.missing("from_year", "years after which the rate holds, first 0");
                        None
                    }
                };
                let rate = one.within("rate", "the rate a year: 0.04 is 4 %", (0.0, 0.5));
                let from_year = from_year?;
                if before.map_or(from_year != 0, |before| from_year <= before) {
                    one.wrong(
                        "from_year",
                        codes::BAD_VALUE,
                        "does not come after the one before it",
                        "begin with year 0, and put the rates in their order",
                    );
                    return None;
                }
                Some(RateStep {
                    from_year,
                    rate: rate?,
                })
            });
            match step {
                Some(step) => steps.push(step),
                None => fine = false,
            }
        }
        fine.then_some(steps)
    }

    /// The index that is named, of those that are shipped.
    fn index_by_name(&mut self, whole: &Whole) -> Option<Deflator> {
        let name = whole.price_index.as_ref()?;
        if self.entries.tables.deflator.is_some() {
            self.tell(
                "price_index",
                codes::TWICE,
                "there is an index by name, and one under `[deflator]`",
                "remove one of the two",
            );
        }
        let found = indices::named(name);
        if found.is_none() {
            let names: Vec<String> = indices::shipped().into_keys().collect();
            let finding = Diagnostic::error(
                codes::UNKNOWN_NAME,
                format!("there is no price index {}", shown(name)),
                "name one that is shipped, or write your own under `[deflator]`",
            )
            .allowed(suggest::list(&names));
            let given = self.entries.whole.iter().find(|(k, _)| *k == "price_index");
            let spot = given.map_or(&Spot::File, |(_, given)| &given.spot);
            self.findings.put(finding, spot, "price_index");
        }
        found
    }

    fn deflator(&mut self) -> Option<Deflator> {
        let tables = &self.entries.tables;
        let entry = tables.deflator.as_ref()?;
        let source = self.source_of(entry);
        let mut deflator = Deflator {
            source: source?,
            ..Deflator::default()
        };
        if tables.index.is_empty() {
            self.one(entry, |one| {
                one.missing("index", "the index by year, such as `index.2012 = 100`");
            });
            return None;
        }
        for (year, given) in &tables.index {
            let as_year = year
                .parse::<i32>()
                .ok()
                .filter(|y| (1900..=2100).contains(y));
            let index = self.index(year, given);
            match (as_year, index) {
                (Some(year), Some(index)) => {
                    deflator.index.insert(year, index);
                }
                (None, _) => {
                    let finding = Diagnostic::error(
                        codes::BAD_VALUE,
                        format!("{} in `[deflator.index]` is not a year", shown(year)),
                        "write a year from 1900 to 2100",
                    );
                    self.findings.put(finding, &given.spot, "");
                }
                _ => {}
            }
        }
        Some(deflator)
    }

    fn source_of(&mut self, entry: &Entry) -> Option<String> {
        let mut one = One {
            entry,
            form: Form::Document,
            known: &Known::default(),
            findings: self.findings,
        };
        one.source()
    }

    fn index(&mut self, year: &str, given: &Given) -> Option<f64> {
        let cell = Entry {
            spot: given.spot.clone(),
            called: format!("`[deflator.index]`, year {}", shown(year)),
            cells: vec![("index", given.clone())],
        };
        self.one(&cell, |one| {
            one.within("index", "the index of prices, above 0", (1e-6, 1e9))
        })
    }

    fn extrapolation(&mut self) -> Option<Extrapolation> {
        let entry = self.entries.tables.extrapolation.as_ref()?;
        self.one(entry, |one| {
            let rule = one.needed_word("rule", RULES)?;
            let Some(rule) = rule else {
                for key in ["weeks", "base"] {
                    if one.entry.get(key).is_some() {
                        let what = "stands beside the rule `none`";
                        one.wrong(key, codes::BAD_VALUE, what, "leave it out");
                    }
                }
                return None;
            };
            let mut needed = |key, what: &str| match one.entry.get(key) {
                Some(_) => one.whole(key, (1, MOST_WEEKS)),
                None => {
                    one.missing(key, what);
                    None
                }
            };
            let weeks = needed("weeks", "for how many weeks after the horizon");
            let base = needed(
                "base",
                "the last weeks before the horizon whose average goes on",
            );
            Some(Extrapolation {
                rule,
                weeks: weeks?,
                base: base?,
            })
        })
    }

    /// The rules that lines follow, in the order of their names; the file's own before those that are shipped.
    pub fn refunds(&mut self, prices: &Prices) -> Vec<RefundRule> {
        let mut rules: Vec<RefundRule> = Vec::new();
        let follows = |name: &str| {
            let refunds = prices.lines.iter().filter_map(|line| line.refund.as_ref());
            refunds.filter(|refund| refund.rule == name).count() > 0
        };
        for own in &self.entries.tables.refunds {
            let Some(rule) = self.rule(own) else { continue };
            if !follows(&rule.name) {
                let finding = Diagnostic::warning(
                    codes::UNUSED,
                    format!("no line follows the refund rule {}", shown(&rule.name)),
                    "name it in `rule` of a line, or remove it",
                );
                self.findings.put(finding, &own.spot, "");
                continue;
            }
            if refunds::named(&rule.name).is_some_and(|shipped| shipped != rule) {
                self.other_values(&format!("refund rule {}", shown(&rule.name)), &own.spot);
            }
            rules.push(rule);
        }
        for refund in prices.lines.iter().filter_map(|line| line.refund.as_ref()) {
            if rules.iter().all(|rule| rule.name != refund.rule) {
                rules.extend(refunds::named(&refund.rule));
            }
        }
        rules.sort_by(|a, b| a.name.cmp(&b.name));
        rules
    }

    fn rule(&mut self, own: &Rule) -> Option<RefundRule> {
        let mut rates: Vec<RefundRate> = Vec::new();
        let mut fine = true;
        for entry in &own.rates {
            let rate = self.one(entry, |one| {
                let half = |one: &mut One<'_, '_>, key| match one.text(key, SHORT) {
                    Some(text) if half_year(&text).is_none() => {
                        let hint = "write a half-year such as `2011H1`";
                        one.wrong(key, codes::BAD_VALUE, "is not a half-year", hint);
                        None
                    }
                    text => text,
                };
                let (from, to) = (half(one, "from"), half(one, "to"));
                let first_benefit_week = one.whole("first_benefit_week", (1, MOST_WEEKS));
                let unread = |key: &str, read: bool| one.entry.get(key).is_some() && !read;
                let bad = unread("from", from.is_some())
                    || unread("to", to.is_some())
                    || unread("first_benefit_week", first_benefit_week.is_some());
                let share = "the share that is refunded: 0.3 is 30 %";
                let active = one.within("active", share, (0.0, 1.0));
                let passive = one.within("passive", share, (0.0, 1.0));
                let source = one.source();
                if bad {
                    return None;
                }
                Some(RefundRate {
                    from,
                    to,
                    first_benefit_week,
                    active: active?,
                    passive: passive?,
                    source: source?,
                })
            });
            let Some(rate) = rate else {
                fine = false;
                continue;
            };
            if rates.iter().any(|other| refunds::meet(other, &rate)) {
                let finding = Diagnostic::error(
                    codes::REFUND,
                    format!(
                        "two rates of refund rule {} hold for the same weeks",
                        shown(&own.name)
                    ),
                    "let one end before the other begins",
                );
                self.findings.put(finding, &entry.spot, "");
                fine = false;
            }
            rates.push(rate);
        }
        if own.rates.is_empty() && !self.findings.failed() {
            let finding = Diagnostic::error(
                codes::MISSING,
                format!("refund rule {} has no rates", shown(&own.name)),
                "add `rates`, or remove the rule",
            );
            self.findings.put(finding, &own.spot, "");
            fine = false;
        }
        fine.then(|| RefundRule {
            name: own.name.clone(),
            rates,
        })
    }
}
