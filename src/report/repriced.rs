//! The money of a result before and after other prices: the sentence, the accounts, and what each line changed.

use super::View;
use super::amounts::{Amounts, sentence_start};
use super::method::{Comparison, estimand_name};
use super::money;
use super::money_terms::{percent, plain, unit_in_words, unit_of_price};
use super::words::{Words, numbers};
use crate::cost_benefit::perspectives::REGISTRY;
use crate::cost_benefit::{
    Basis, Change, Flow, Line, NORMAL_DRAWS, PROGRAMME, Part, Prices, Quantity, Side, changes,
};
use crate::results::{Bundle, QuantityContrast, Row, Status};
use crate::study::prices::{Beyond, Moment};
use crate::units::Language;

/// What is said of a result that was priced again.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Repriced {
    /// Name of the study, and what this is.
    pub title: String,
    /// The money sentence of each treatment arm.
    pub sentences: Vec<String>,
    /// Accounts and lines of each treatment arm.
    pub tables: Vec<TextTable>,
    /// What a reader must know.
    pub notes: Vec<String>,
}

/// A table of texts. In the header, `>` marks a column of numbers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TextTable {
    /// What it shows.
    pub caption: String,
    /// Heads of the columns.
    pub header: Vec<String>,
    /// Cells by row.
    pub rows: Vec<Vec<String>>,
}

/// Compares a result with the same result priced again.
pub fn repriced(before: &Bundle, after: &Bundle, language: Language) -> Repriced {
    let view = View::of(after).told_in(language);
    let words = Words::new(language);
    let mut said = Repriced {
        title: format!("{}: {}", view.name, words.say("cba-title")),
        sentences: money::sentences(after, &view),
        ..Repriced::default()
    };
    let (Some(quantities), Some(new)) = (&after.quantities, &after.prices) else {
        return said;
    };
    let old = comparable(before.prices.as_ref(), new, &words, &mut said.notes);
    let teller = Teller {
        view: &view,
        words: &words,
        old,
        new,
    };
    for contrast in &quantities.contrasts {
        let rows = [before.rows(), after.rows()];
        said.tables.push(teller.accounts(rows, contrast));
        said.tables.extend(teller.key_figures(rows, contrast));
        if let Some(old) = old {
            let lines = changes(old, new, quantities, contrast).unwrap_or_default();
            said.tables.push(teller.lines(&lines, contrast));
        }
    }
    said.notes
        .extend(old.and_then(|old| teller.rules(old, new)));
    let by_level = |row: &Row| &*row.estimand == "net_benefit" && &*row.subgroup != "all";
    if before.rows().iter().any(by_level) {
        said.notes.push(words.say("cba-no-levels"));
    }
    let draws = numbers::count(u64::from(NORMAL_DRAWS), language);
    said.notes
        .push(words.tell("cba-normal", &[("draws", &draws)]));
    said
}

/// Estimand and item of what is told beside the accounts; an empty item is the first outcome that has one.
const KEY_FIGURES: [(&str, &str); 11] = [
    ("programme_cost", PROGRAMME),
    ("cost_per_unit", ""),
    ("benefit_cost_ratio", "society"),
    ("mvpf", "participant"),
    ("break_even_effect", ""),
    ("outlay", "municipality"),
    ("saving", "municipality"),
    ("break_even_week", "municipality"),
    ("surplus_share", "society"),
    ("highest_price", PROGRAMME),
    ("value_of_information", "society"),
];

/// The old prices, when amounts can be compared with the new ones.
fn comparable<'a>(
    old: Option<&'a Prices>,
    new: &Prices,
    words: &Words,
    notes: &mut Vec<String>,
) -> Option<&'a Prices> {
    let Some(old) = old else {
        notes.push(words.say("cba-none-before"));
        return None;
    };
    if old.currency != new.currency {
        notes.push(words.tell(
            "cba-other-currency",
            &[("old", &old.currency), ("new", &new.currency)],
        ));
        return None;
    }
    if old == new {
        notes.push(words.say("cba-nothing-changed"));
    }
    Some(old)
}

struct Teller<'a> {
    view: &'a View<'a>,
    words: &'a Words,
    old: Option<&'a Prices>,
    new: &'a Prices,
}

impl Teller<'_> {
    fn accounts(&self, [before, after]: [&[Row]; 2], contrast: &QuantityContrast) -> TextTable {
        let say = |key: &str| self.words.say(key);
        let mut header = vec![say("money-party")];
        if self.old.is_some() {
            header.push(format!(">{}", say("cba-before")));
        }
        header.push(format!(">{}", say("cba-now")));
        if self.old.is_some() {
            header.push(format!(">{}", say("cba-change")));
        }
        let rows = REGISTRY.iter().map(|perspective| {
            let find = |rows: &'_ [Row]| {
                let row = rows.iter().find(|row| {
                    &*row.estimand == "net_benefit"
                        && &*row.subgroup == "all"
                        && &*row.item == perspective.slug
                        && *row.arm == *contrast.treated.arm
                });
                row.cloned()
            };
            let (old, new) = (find(before), find(after));
            let mut cells = vec![self.party(perspective.slug)];
            if self.old.is_some() {
                cells.push(self.with_interval(old.as_ref()));
            }
            cells.push(self.with_interval(new.as_ref()));
            if self.old.is_some() {
                let estimate = |row: &Option<Row>| row.as_ref().and_then(|row| row.estimate);
                let change = estimate(&new)
                    .zip(estimate(&old))
                    .map(|(new, old)| new - old);
                cells.push(self.amount(change));
            }
            cells
        });
        TextTable {
            caption: self.caption("cba-accounts", contrast),
            rows: rows.collect(),
            header,
        }
    }

    /// Ratios and thresholds, each with its unit; nothing where there is none of them.
    fn key_figures(
        &self,
        [before, after]: [&[Row]; 2],
        contrast: &QuantityContrast,
    ) -> Option<TextTable> {
        let find = |rows: &'_ [Row], estimand: &str, item: &str| {
            let row = rows.iter().find(|row| {
                &*row.estimand == estimand
                    && &*row.subgroup == "all"
                    && (item.is_empty() || &*row.item == item)
                    && *row.arm == *contrast.treated.arm
            });
            row.cloned()
        };
        let told = KEY_FIGURES.iter().filter_map(|(estimand, item)| {
            let new = find(after, estimand, item)?;
            let mut name = match *estimand {
                "break_even_week" => self.words.say("cba-pay-back"),
                estimand => estimand_name(self.words, estimand, "", Comparison::Descriptive),
            };
            if item.is_empty() {
                name = format!("{name} ({})", self.view.word(&new.item));
            }
            let mut cells = vec![sentence_start(&name), unit_in_words(self.words, &new.unit)];
            if self.old.is_some() {
                let old = find(before, estimand, &new.item);
                cells.push(old.map_or_else(|| "–".to_owned(), |old| self.figure(&old)));
            }
            cells.push(self.figure(&new));
            Some(cells)
        });
        let rows: Vec<Vec<String>> = told.collect();
        let say = |key: &str| self.words.say(key);
        let mut header = vec![say("column-measure"), say("report-unit")];
        if self.old.is_some() {
            header.push(format!(">{}", say("cba-before")));
        }
        header.push(format!(">{}", say("cba-now")));
        (!rows.is_empty()).then(|| TextTable {
            caption: self.caption("cba-key-figures", contrast),
            header,
            rows,
        })
    }

    /// A number with its interval, or the word that stands for it.
    fn figure(&self, row: &Row) -> String {
        let is_week = &*row.estimand == "break_even_week";
        match row.estimate {
            None if row.reason.starts_with("infinite") => self.words.say("money-infinite"),
            None if is_week => self.words.say("money-not-reached"),
            None => self.words.say(if row.status == Status::Hidden {
                "cell-hidden"
            } else {
                "cell-undefined"
            }),
            Some(week) if is_week => {
                let n = numbers::number(week, 0, self.words.language());
                self.words.tell("describe-week", &[("n", &n)])
            }
            Some(_) => self.with_interval(Some(row)),
        }
    }

    /// What counts for all lines and differs, in one sentence.
    fn rules(&self, old: &Prices, new: &Prices) -> Option<String> {
        let mut told = Vec::new();
        let mut differs = |key: &str, of: &dyn Fn(&Prices) -> String| {
            let (old, new) = (of(old), of(new));
            if old != new {
                told.push(self.words.tell(key, &[("old", &old), ("new", &new)]));
            }
        };
        let none = || self.words.say("cba-none");
        differs("cba-vintage", &|prices| {
            (prices.vintage.as_ref()).map_or_else(none, |vintage| vintage.name.clone())
        });
        differs("cba-moment", &|prices| {
            self.words.say(match prices.discounted_at {
                Moment::Middle => "cba-middle",
                Moment::End => "cba-end",
            })
        });
        differs("cba-level", &|prices| {
            prices
                .price_level
                .map_or_else(none, |level| level.to_string())
        });
        differs("cba-beyond", &|prices| match prices.extrapolation {
            None => none(),
            Some(rule) => {
                let key = match rule.rule {
                    Beyond::Constant => "cba-constant",
                    Beyond::FadeOut => "cba-fade-out",
                };
                let weeks = numbers::count(u64::from(rule.weeks), self.words.language());
                let weeks = self.words.quantity(&weeks, "week");
                self.words.tell(key, &[("weeks", &weeks)])
            }
        });
        if told.is_empty() && (old.vintage != new.vintage || old.deflator != new.deflator) {
            told.push(self.words.say("cba-values"));
        }
        let list = told.join("; ");
        (!told.is_empty()).then(|| self.words.tell("cba-rules-changed", &[("list", &list)]))
    }

    fn lines(&self, lines: &[Change<'_>], contrast: &QuantityContrast) -> TextTable {
        let say = |key: &str| self.words.say(key);
        let header = vec![
            say("money-line"),
            say("cba-what"),
            format!(">{}", say("money-quantity")),
            format!(">{}", say("cba-before")),
            format!(">{}", say("cba-now")),
            format!(">{}", say("cba-change")),
        ];
        let society =
            |side: &Option<crate::cost_benefit::Priced<'_>>| side.as_ref().map(|p| p.society);
        let mut rows: Vec<Vec<String>> = (lines.iter())
            .map(|change| {
                let quantity = change.new.or(change.old).map_or(f64::NAN, |p| p.quantity);
                let amount = |side| match society(side) {
                    Some(amount) => self.amount(Some(amount)),
                    None => String::new(),
                };
                vec![
                    self.view.word(change.name).to_owned(),
                    self.what(change),
                    numbers::number(quantity, numbers::decimals(quantity), self.words.language()),
                    amount(&change.old),
                    amount(&change.new),
                    self.amount(Some(change.difference())),
                ]
            })
            .collect();
        let total = |of: &dyn Fn(&Change<'_>) -> f64| self.amount(Some(lines.iter().map(of).sum()));
        rows.push(vec![
            say("money-sum"),
            String::new(),
            String::new(),
            total(&|c| society(&c.old).unwrap_or(0.0)),
            total(&|c| society(&c.new).unwrap_or(0.0)),
            total(&|c| c.difference()),
        ]);
        TextTable {
            caption: self.caption("cba-lines", contrast),
            header,
            rows,
        }
    }

    fn caption(&self, key: &str, contrast: &QuantityContrast) -> String {
        let unit = Amounts::in_unit(&self.new.currency).axis(self.words);
        self.words.tell(
            key,
            &[
                ("unit", &unit),
                ("arm", self.view.word(&contrast.treated.arm)),
                ("reference", self.view.word(&contrast.control.arm)),
            ],
        )
    }

    /// Everything that differs, in words.
    fn what(&self, change: &Change<'_>) -> String {
        let parts = change.parts();
        if parts.is_empty() {
            return self.words.say("cba-same");
        }
        let told: Vec<String> = parts.iter().map(|part| self.part(*part, change)).collect();
        told.join("; ")
    }

    fn part(&self, part: Part, change: &Change<'_>) -> String {
        let (Some(old), Some(new)) = (change.old, change.new) else {
            return self.words.say(match part {
                Part::Gone => "cba-gone",
                _ => "cba-new",
            });
        };
        let both = |key: &str, of: &dyn Fn(&Line) -> String| {
            let (old, new) = (of(old.line), of(new.line));
            self.words.tell(key, &[("old", &old), ("new", &new)])
        };
        match part {
            Part::New => self.words.say("cba-new"),
            Part::Gone => self.words.say("cba-gone"),
            Part::Source => self.words.say("cba-source"),
            Part::Uncertainty => self.words.say("cba-uncertainty"),
            Part::Weeks => self.words.say("cba-weeks"),
            Part::Refund => self.words.say("cba-refund"),
            Part::Rules => self.words.say("cba-rules"),
            Part::Uplift => both("cba-uplift", &|line| percent(line.uplift, self.words)),
            Part::Value => both("cba-value", &|line| plain(line.value, self.words)),
            Part::Unit => both("cba-unit", &|line| {
                unit_of_price(self.view, self.words, &line.unit)
            }),
            Part::Year => both("cba-year", &|line| line.price_year.to_string()),
            Part::Basis => both("cba-basis", &|line| {
                self.words.say(match line.basis {
                    Basis::Factor => "money-factor",
                    Basis::Market => "money-market",
                })
            }),
            Part::Flow => both("cba-flow", &|line| self.flow(line)),
            Part::Quantity => both("cba-quantity", &|line| match &line.quantity {
                Quantity::Outcome(name) => self.view.word(name).to_owned(),
                Quantity::Person => self.words.quantity("1", "person"),
            }),
            Part::Arms => both("cba-arms", &|line| {
                let arms: Vec<&str> = line.arms.iter().map(|arm| self.view.word(arm)).collect();
                if arms.is_empty() {
                    self.words.say("cba-all-arms")
                } else {
                    arms.join(", ")
                }
            }),
            Part::Programme => both("cba-programme", &|line| {
                self.words
                    .say(if line.programme { "cba-yes" } else { "cba-no" })
            }),
        }
    }

    fn flow(&self, line: &Line) -> String {
        match line.flow {
            Flow::Transfer { from, to } => {
                let (from, to) = (self.party(from.as_str()), self.party(to.as_str()));
                self.words
                    .tell("money-transfer", &[("from", &from), ("to", &to)])
            }
            Flow::Resource { party, side } => {
                let key = match side {
                    Side::Gain => "money-gain",
                    Side::Cost => "money-cost",
                };
                self.words
                    .tell(key, &[("party", &self.party(party.as_str()))])
            }
        }
    }

    fn party(&self, slug: &str) -> String {
        self.words.say(&format!("party-{slug}"))
    }

    /// An amount in whole units, or with decimals where it is small.
    fn amount(&self, amount: Option<f64>) -> String {
        let Some(amount) = amount.filter(|a| a.is_finite()) else {
            return "–".to_owned();
        };
        let decimals = if amount == 0.0 || amount.abs() >= 10.0 {
            0
        } else {
            2
        };
        numbers::number(amount, decimals, self.words.language())
    }

    fn with_interval(&self, row: Option<&Row>) -> String {
        let Some(row) = row else {
            return "–".to_owned();
        };
        let amount = self.amount(row.estimate);
        match row.conf_low.zip(row.conf_high) {
            Some((low, high)) => {
                let (low, high) = (self.amount(Some(low)), self.amount(Some(high)));
                let interval = self
                    .words
                    .tell("cell-to", &[("low", &low), ("high", &high)]);
                format!("{amount} ({interval})")
            }
            None => amount,
        }
    }
}
