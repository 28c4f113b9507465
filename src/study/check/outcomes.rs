//! `[outcomes.NAME]`.

use super::exit::Exit;
use super::records::Rules;
use super::tables::{file, known_state, needs_assigned, week_word, weeks};
use super::{Declared, Pass, unique, unknown, value_or_empty};
use crate::study::defaults::{key, quoted};
use crate::study::model::{
    AmountSource, DurationsFile, EventSource, Layout, Outcome, OutcomeKind, Per, PersonsFile,
    SpellsFile, WeekUnit,
};
use crate::study::raw::{RawOutcome, RawPer, RawWeeks};
use crate::study::written::{At, Label, Named, Texts};
use crate::study::{codes, suggest};

/// What outcomes may refer to.
pub(super) struct Known<'a> {
    pub tables: &'a [SpellsFile],
    pub durations: Option<&'a DurationsFile>,
    pub persons: &'a PersonsFile,
    pub declared: &'a Declared,
}

/// One outcome under check.
pub(super) struct One<'a> {
    pub name: &'a At<String>,
    pub section: String,
    pub known: &'a Known<'a>,
}

pub(super) fn outcomes(
    raw: Option<Named<RawOutcome>>,
    known: &Known<'_>,
    pass: &mut Pass<'_>,
) -> Vec<Outcome> {
    let Some(raw) = raw else {
        return Vec::new();
    };
    if raw.0.is_empty() && known.declared.outcomes.is_empty() {
        pass.findings.error(
            &(0..0),
            codes::MISSING_KEY,
            "there is no outcome",
            "add `[outcomes.NAME]` with its `kind`",
        );
    }
    raw.0
        .into_iter()
        .map(|(name, raw)| {
            let one = One {
                section: format!("outcomes.{}", key(&name.value)),
                name: &name,
                known,
            };
            let (kind, unit) = one.outcome(raw, pass);
            Outcome {
                name: name.value.clone(),
                kind,
                unit: unit.map(|u| u.value),
            }
        })
        .collect()
}

/// Keys of an own file.
struct Own {
    file: Option<At<String>>,
    person: Option<At<String>>,
    time: Option<At<String>>,
    weeks: Option<At<RawWeeks>>,
    filter: Option<Named<Label>>,
}

impl One<'_> {
    fn outcome(&self, raw: RawOutcome, pass: &mut Pass<'_>) -> (OutcomeKind, Option<At<String>>) {
        match raw {
            RawOutcome::WeeksIn {
                table,
                states,
                unit,
            } => {
                let table = self.table(table.as_ref(), pass);
                let states = self.states(states, table, "states", pass);
                (OutcomeKind::WeeksIn { table, states }, unit)
            }
            RawOutcome::Inflow {
                table,
                states,
                unit,
            } => {
                let table = self.table(table.as_ref(), pass);
                let states = self.states(states, table, "states", pass);
                (OutcomeKind::Inflow { table, states }, unit)
            }
            RawOutcome::Lasting {
                table,
                states,
                over,
                unit,
            } => {
                let table = self.table(table.as_ref(), pass);
                let kind = OutcomeKind::Lasting {
                    table,
                    states: self.states(states, table, "states", pass),
                    // The form of the file requires it.
                    over: over.map_or(1, |over| over.value),
                };
                (kind, unit)
            }
            RawOutcome::Events {
                file,
                person,
                week,
                weeks,
                filter,
                status,
                held,
                unit,
            } => {
                self.needs_spells(pass);
                let own = Own {
                    file,
                    person,
                    time: week,
                    weeks,
                    filter,
                };
                let status = self.status(status, held, pass);
                let source = EventSource {
                    status,
                    ..self.events(own, 0, pass)
                };
                (OutcomeKind::Events { source }, unit)
            }
            RawOutcome::ShareAmong {
                file,
                person,
                week,
                weeks,
                filter,
                status,
                held,
                table,
                among,
                target,
                unit,
            } => {
                let table = self.table(table.as_ref(), pass);
                let own = Own {
                    file,
                    person,
                    time: week,
                    weeks,
                    filter,
                };
                let status = self.status(status, held, pass);
                let kind = OutcomeKind::ShareAmong {
                    source: EventSource {
                        status,
                        ..self.events(own, table, pass)
                    },
                    table,
                    among: self.states(among, table, "among", pass),
                    target: target.map(|t| t.value),
                };
                (kind, unit)
            }
            RawOutcome::Exit {
                table,
                from,
                to,
                at_risk,
                sustained,
                unit,
            } => {
                let exit = Exit {
                    table,
                    from,
                    to,
                    at_risk,
                    sustained,
                };
                (self.exit(exit, pass), unit)
            }
            amount @ RawOutcome::Amount { .. } => self.amount(amount, pass),
        }
    }

    fn amount(&self, raw: RawOutcome, pass: &mut Pass<'_>) -> (OutcomeKind, Option<At<String>>) {
        let RawOutcome::Amount {
            table,
            file,
            person,
            week,
            month,
            weeks,
            column,
            filter,
            per,
            decimals,
            flag,
            cap,
            outlier,
            unit,
        } = raw
        else {
            unreachable!("only called with an amount");
        };
        self.needs_spells(pass);
        let monthly = month.is_some();
        let column = value_or_empty(column);
        let own_file = file.is_some();
        let decimals = decimals.map(|d| d.value);
        let decimals = (pass.defaults).or(decimals, &self.section, "decimals", (2, "2"));
        let rules = self.rules(
            Rules { flag, cap, outlier },
            (own_file, monthly, decimals),
            unit.as_ref(),
            pass,
        );
        let source = if own_file {
            if let Some(table) = &table {
                self.exclude(table, "`file` and `table` exclude each other", pass);
            }
            if let (Some(month), Some(_)) = (&month, &week) {
                self.exclude(month, "`week` and `month` exclude each other", pass);
            }
            if week.is_none() && month.is_none() {
                pass.findings.error(
                    &self.name.span,
                    codes::MISSING_KEY,
                    format!("`week` or `month` is missing in `[{}]`", self.section),
                    "add `week = ...`, the column of the week",
                );
            }
            if let Some(month) = &month
                && self.known.persons.assigned.is_none()
            {
                needs_assigned(&month.span, pass);
            }
            let own = Own {
                file,
                person,
                time: month.or(week),
                weeks,
                filter,
            };
            let source = self.own_file(own, 0, monthly, pass);
            AmountSource::File {
                file: source.file,
                person: source.person,
                time: source.week,
                column,
                weeks: source.weeks,
                filter: source.filter,
                rules,
            }
        } else {
            for own in [&person, &week, &month].into_iter().flatten() {
                self.exclude(
                    own,
                    "a column of the spells has no `person`, `week` or `month` of its own",
                    pass,
                );
            }
            if weeks.is_some() || filter.is_some() {
                let name = self.name.clone();
                self.exclude(&name, "`weeks` and `filter` are for an own `file`", pass);
            }
            let place = self.table(table.as_ref(), pass);
            let layout = self.known.tables.get(place).map(|t| &t.form.layout);
            if matches!(layout, Some(Layout::Wide(_))) {
                self.exclude(
                    self.name,
                    "a table with weeks in columns has no column of amounts",
                    pass,
                );
            }
            AmountSource::Spells {
                table: place,
                column,
            }
        };
        let kind = OutcomeKind::Amount {
            source,
            per: self.per(per.as_ref(), own_file, monthly, pass),
            decimals,
        };
        (kind, unit)
    }

    fn per(
        &self,
        per: Option<&At<RawPer>>,
        own_file: bool,
        monthly: bool,
        pass: &mut Pass<'_>,
    ) -> Per {
        let usual = if monthly {
            (Per::Month, "\"month\"")
        } else {
            (Per::Week, "\"week\"")
        };
        let Some(per) = per else {
            return pass.defaults.or(None, &self.section, "per", usual);
        };
        let (allowed, fits) = match (own_file, monthly) {
            (false, _) => (
                "`week` or `spell`, for a column of the spells",
                !matches!(per.value, RawPer::Month),
            ),
            (true, true) => (
                "`month`, for a file by month",
                matches!(per.value, RawPer::Month),
            ),
            (true, false) => (
                "`week`, for a file by week",
                matches!(per.value, RawPer::Week),
            ),
        };
        if !fits {
            pass.findings
                .error(
                    &per.span,
                    codes::TOGETHER,
                    format!(
                        "`per` in `[{}]` does not fit where the numbers stand",
                        self.section
                    ),
                    format!("write {allowed}"),
                )
                .allowed = Some(allowed.to_owned());
        }
        match per.value {
            RawPer::Week => Per::Week,
            RawPer::Spell => Per::Spell,
            RawPer::Month => Per::Month,
        }
    }

    pub fn exclude(&self, at: &At<String>, message: &str, pass: &mut Pass<'_>) {
        pass.findings.error(
            &at.span,
            codes::TOGETHER,
            format!("{message}, in `[{}]`", self.section),
            "remove one of them",
        );
    }

    fn events(&self, own: Own, table: usize, pass: &mut Pass<'_>) -> EventSource {
        self.own_file(own, table, false, pass)
    }

    /// An own file; identifier and unit of weeks are those of the spells unless it says otherwise.
    fn own_file(&self, own: Own, table: usize, monthly: bool, pass: &mut Pass<'_>) -> EventSource {
        let spells = self.known.tables.get(table);
        let person = own.person.map_or_else(
            || {
                let usual = spells.map(|t| t.person.clone()).unwrap_or_default();
                pass.defaults.note(&self.section, "person", &quoted(&usual));
                usual
            },
            |p| p.value,
        );
        let span = own.weeks.as_ref().map(|w| w.span.clone());
        let unit = own.weeks.map_or_else(
            || {
                let usual = spells.map_or(WeekUnit::Trial, |t| t.weeks);
                if !monthly {
                    pass.defaults.note(&self.section, "weeks", week_word(usual));
                }
                usual
            },
            |w| weeks(w.value, self.pivot(table)),
        );
        if let Some(span) = span
            && unit != WeekUnit::Trial
            && self.known.persons.assigned.is_none()
        {
            needs_assigned(&span, pass);
        }
        let filter = own.filter.map(|named| named.0).unwrap_or_default();
        EventSource {
            file: file(own.file.as_ref(), pass),
            person,
            week: value_or_empty(own.time),
            weeks: unit,
            filter: filter
                .into_iter()
                .map(|(column, value)| (column.value, value.0))
                .collect(),
            status: None,
        }
    }

    /// The pivot of two-digit years of a table of spells.
    fn pivot(&self, table: usize) -> u8 {
        match self.known.tables.get(table).map(|table| table.weeks) {
            Some(WeekUnit::Dream { pivot }) => pivot,
            _ => super::form::PIVOT,
        }
    }

    fn needs_spells(&self, pass: &mut Pass<'_>) {
        if self.known.tables.is_empty() && self.known.durations.is_some() {
            pass.findings.error(
                &self.name.span,
                codes::TOGETHER,
                format!(
                    "outcome `{}` needs spells, but the study has durations",
                    self.name.value
                ),
                "use `kind = \"exit\"`, or give `[spells]`",
            );
        }
    }

    /// Index of the outcome's table of spells.
    pub fn table(&self, written: Option<&At<String>>, pass: &mut Pass<'_>) -> usize {
        let tables = self.known.tables;
        self.needs_spells(pass);
        let names = &self.known.declared.tables;
        let Some(written) = written else {
            if names.len() > 1 {
                let message = format!(
                    "`table` is missing in `[{}]`, and there are several",
                    self.section
                );
                pass.findings
                    .error(
                        &self.name.span,
                        codes::MISSING_KEY,
                        message,
                        "add `table = ...`",
                    )
                    .allowed = Some(suggest::list(names));
            }
            return 0;
        };
        let found = tables.iter().position(|t| t.name == written.value);
        if found.is_none() && !names.contains(&written.value) && !tables.is_empty() {
            unknown(
                &written.value,
                &written.span,
                "table of spells",
                names,
                pass,
            );
        }
        found.unwrap_or(0)
    }

    pub fn states(
        &self,
        list: Option<Texts>,
        table: usize,
        what: &str,
        pass: &mut Pass<'_>,
    ) -> Vec<String> {
        let Some(list) = list else {
            return Vec::new();
        };
        if list.0.is_empty() {
            pass.findings.error(
                &self.name.span,
                codes::MISSING_KEY,
                format!("`{what}` in `[{}]` names no state", self.section),
                "name at least one state",
            );
        }
        self.known_states(&list, table, pass);
        unique(Some(list), "state", pass)
    }

    pub fn known_states(&self, list: &Texts, table: usize, pass: &mut Pass<'_>) {
        if let Some(known) = self.known.tables.get(table).and_then(|t| t.states.as_ref()) {
            for state in &list.0 {
                known_state(state, known, pass);
            }
        }
    }
}
