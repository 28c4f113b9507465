//! One line of a price file: what is counted, who pays whom, at which price.

use super::codes;
use super::entry::{Form, OF_REFUNDS, Value};
use super::findings::shown;
use super::values::{LONG, One, SHORT, Word};
use crate::error::Diagnostic;
use crate::study::prices::{Activity, Basis, Flow, Line, Party, Quantity, Refund, Side};
use crate::study::{normal_label, suggest};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Resource,
    Transfer,
}

const KINDS: &[Word<Kind>] = &[
    ("resource", &["ressource"], Kind::Resource),
    ("transfer", &["overførsel"], Kind::Transfer),
];
const BASES: &[Word<Basis>] = &[
    (
        "factor",
        &["faktor", "faktorpris", "faktorpriser"],
        Basis::Factor,
    ),
    (
        "market",
        &["marked", "markedspris", "markedspriser"],
        Basis::Market,
    ),
];
const PARTIES: &[Word<Party>] = &[
    (
        "participant",
        &["deltager", "deltageren"],
        Party::Participant,
    ),
    (
        "employer",
        &["arbejdsgiver", "arbejdsgiveren"],
        Party::Employer,
    ),
    (
        "municipality",
        &["kommune", "kommunen"],
        Party::Municipality,
    ),
    ("region", &["regionen"], Party::Region),
    ("state", &["stat", "staten"], Party::State),
    ("other", &["andre", "øvrige"], Party::Other),
];
const ACTIVITIES: &[Word<Activity>] = &[
    ("active", &["aktiv", "aktive"], Activity::Active),
    ("passive", &["passiv"], Activity::Passive),
    ("each", &["hver"], Activity::Each),
];
const PERSON: &[Word<()>] = &[("person", &["deltager", "persons"], ())];
impl One<'_, '_> {
    /// The line, when all of it can be understood.
    pub fn line(&mut self) -> Option<Line> {
        if ["refund_of", "rule", "weeks"]
            .iter()
            .any(|key| self.entry.get(key).is_some())
        {
            return self.refund();
        }
        let name = self.needed("line", "the name of the line", SHORT);
        let quantity = self.quantity();
        let kind = self.needed_word("kind", KINDS);
        let from = self.word("from", PARTIES);
        let to = self.word("to", PARTIES);
        let flow = kind.and_then(|kind| self.flow(kind, from, to));
        let value = self.price();
        let unit = self.needed(
            "unit",
            "what the price is for, such as `DKK per hour`",
            SHORT,
        );
        let price_year = match self.entry.get("price_year") {
            Some(_) => self.year("price_year"),
            None => {
                self.missing("price_year", "the year of the price level");
                None
            }
        };
        let basis = self.needed_word("basis", BASES);
        let source = self.source();
        let programme = self.truth("programme").unwrap_or(false);
        let arms = self.arms(quantity.as_ref());
        let uplift = self.uplift();
        let uncertainty = self.uncertainty(value);
        let weeks = self.weeks();
        let (first_week, last_week) = weeks?;
        Some(Line {
            name: name?,
            quantity: quantity?,
            arms: arms?,
            flow: flow?,
            value: value?,
            unit: unit?,
            price_year: price_year?,
            basis: basis?,
            source: source?,
            programme,
            uplift: uplift?,
            uncertainty: uncertainty.ok()?,
            first_week,
            last_week,
            refund: None,
        })
    }

    /// A line that is the refund of another one's money. What it takes from that line is filled in when all lines are read.
    fn refund(&mut self) -> Option<Line> {
        let name = self.needed("line", "the name of the line", SHORT);
        let mut fine = true;
        for (key, _) in &self.entry.cells {
            if !OF_REFUNDS.contains(key) {
                self.wrong(
                    key,
                    codes::REFUND,
                    "stands in a refund, which takes it from the line that it refunds",
                    "leave it out",
                );
                fine = false;
            }
        }
        if self.word("kind", KINDS) == Some(Kind::Resource) {
            self.wrong(
                "kind",
                codes::REFUND,
                "must be `transfer` in a refund",
                "write `transfer`, or leave it out",
            );
            fine = false;
        }
        let from = self.word("from", PARTIES);
        let to = self.word("to", PARTIES);
        let flow = self.flow(Kind::Transfer, from, to);
        let of = self.needed(
            "refund_of",
            "the line whose money is refunded in part",
            SHORT,
        );
        let rule = self.needed("rule", "the rule of refund, such as `dk-benefit`", SHORT);
        let weeks = self.needed_word("weeks", ACTIVITIES);
        let (of, rule) = (of?, rule?);
        let source = match self.entry.get("source") {
            Some(_) => self.source()?,
            None => format!("refund rule `{rule}`"),
        };
        fine.then_some(())?;
        Some(Line {
            name: name?,
            flow: flow?,
            source,
            refund: Some(Refund {
                of,
                rule,
                weeks: weeks?,
            }),
            ..Line::default()
        })
    }

    fn quantity(&mut self) -> Option<Quantity> {
        match (self.entry.get("outcome"), self.entry.get("per")) {
            (Some(_), Some(_)) => {
                self.wrong(
                    "per",
                    codes::BAD_VALUE,
                    "stands beside `outcome`",
                    "leave out `per`, or `outcome` for a price per person",
                );
                None
            }
            (None, None) => {
                let hint = "add `outcome`, or `per = \"person\"`";
                let finding = Diagnostic::error(
                    codes::MISSING,
                    self.of_line("there is nothing counted"),
                    hint,
                );
                let known = suggest::list(&self.known.outcomes);
                self.findings
                    .put(finding.allowed(known), &self.entry.spot, "outcome");
                None
            }
            (None, Some(_)) => self.word("per", PERSON).map(|()| Quantity::Person),
            (Some(_), None) => {
                let name = self.text("outcome", LONG)?;
                if self.known.outcomes.contains(&name) {
                    return Some(Quantity::Outcome(name));
                }
                let known = &self.known.outcomes;
                let (message, hint) = if self.known.others.contains(&name) {
                    (
                        format!("the outcome {} does not accumulate", shown(&name)),
                        "choose an outcome of weeks, amounts or events".to_owned(),
                    )
                } else {
                    (
                        format!("there is no outcome {}", shown(&name)),
                        suggest::hint(&name, known, "choose one of the outcomes"),
                    )
                };
                let finding = Diagnostic::error(codes::UNKNOWN_NAME, self.of_line(&message), hint)
                    .allowed(suggest::list(known));
                self.tell("outcome", finding);
                None
            }
        }
    }

    fn flow(&mut self, kind: Kind, from: Option<Party>, to: Option<Party>) -> Option<Flow> {
        // A party that is no party is reported already.
        let unread = |key, party: Option<Party>| self.entry.get(key).is_some() && party.is_none();
        if unread("from", from) || unread("to", to) {
            return None;
        }
        let (message, hint) = match (kind, from, to) {
            (Kind::Resource, Some(party), None) => {
                let side = Side::Cost;
                return Some(Flow::Resource { party, side });
            }
            (Kind::Resource, None, Some(party)) => {
                let side = Side::Gain;
                return Some(Flow::Resource { party, side });
            }
            (Kind::Transfer, Some(from), Some(to)) if from != to => {
                return Some(Flow::Transfer { from, to });
            }
            (Kind::Resource, None, None) => (
                "a resource needs the party that gains or pays",
                "add `to` who gains, or `from` who pays",
            ),
            (Kind::Resource, Some(_), Some(_)) => (
                "a resource has one party, not `from` and `to`",
                "leave out one of the two, or write `transfer` as the kind",
            ),
            (Kind::Transfer, Some(_), Some(_)) => (
                "a transfer goes from one party to another, not to the same",
                "change `from` or `to`",
            ),
            (Kind::Transfer, _, _) => (
                "a transfer needs both `from` and `to`",
                "add the party that is missing",
            ),
        };
        let parties: Vec<&str> = PARTIES.iter().map(|p| p.0).collect();
        let finding = Diagnostic::error(codes::PARTIES, self.of_line(message), hint)
            .allowed(suggest::list(&parties));
        self.findings.put(finding, &self.entry.spot, "from");
        None
    }

    fn price(&mut self) -> Option<f64> {
        let number = self.number("value", "the price of one unit")?;
        if number.is_finite() && number >= 0.0 {
            // A minus before nought is no sign.
            return Some(number.abs());
        }
        self.wrong(
            "value",
            codes::BAD_VALUE,
            "is not a number of at least 0",
            "write the price without a sign: `from` and `to` say who pays",
        );
        None
    }

    fn arms(&mut self, quantity: Option<&Quantity>) -> Option<Vec<String>> {
        let Some(given) = self.entry.get("arms") else {
            return Some(match quantity {
                Some(Quantity::Person) => self.known.treatments().to_vec(),
                _ => Vec::new(),
            });
        };
        let written: Vec<String> = match &given.value {
            Value::List(texts) => texts.clone(),
            Value::Text(text) if self.form == Form::Sheet => self.split(text),
            Value::Text(text) => vec![text.clone()],
            Value::Number(number) => vec![number.to_string()],
            _ => {
                self.wrong(
                    "arms",
                    codes::BAD_VALUE,
                    "is not a list of arms",
                    "write a list such as `[\"treated\"]`",
                );
                return None;
            }
        };
        let mut arms: Vec<String> = Vec::new();
        let mut fine = true;
        for arm in written.iter().map(|arm| normal_label(arm)) {
            if !self.known.arms.contains(&arm) {
                let finding = Diagnostic::error(
                    codes::UNKNOWN_NAME,
                    self.of_line(&format!("there is no arm {}", shown(&arm))),
                    suggest::hint(&arm, &self.known.arms, "choose one of the arms"),
                )
                .allowed(suggest::list(&self.known.arms));
                self.tell("arms", finding);
                fine = false;
            } else if arms.contains(&arm) {
                self.wrong(
                    "arms",
                    codes::TWICE,
                    "names an arm twice",
                    "remove one of the two",
                );
                fine = false;
            } else {
                arms.push(arm);
            }
        }
        if written.is_empty() {
            self.wrong(
                "arms",
                codes::BAD_VALUE,
                "names no arm",
                "name an arm, or leave it out",
            );
            fine = false;
        }
        fine.then_some(arms)
    }

    /// Arms in a cell of a sheet: one, or several with `|` (or `;` or `,`) between them.
    fn split(&self, text: &str) -> Vec<String> {
        if self.known.arms.contains(&normal_label(text)) {
            return vec![text.to_owned()];
        }
        let mark = ['|', ';', ','].into_iter().find(|m| text.contains(*m));
        match mark {
            Some(mark) => text.split(mark).map(|arm| arm.trim().to_owned()).collect(),
            None => vec![text.to_owned()],
        }
    }
}
