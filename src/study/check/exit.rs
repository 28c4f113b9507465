//! Outcomes of kind `exit`.

use super::outcomes::One;
use super::tables::DURATIONS;
use super::{Pass, unique};
use crate::study::codes;
use crate::study::model::{AtRisk, ExitSource, OutcomeKind};
use crate::study::raw::RawAtRisk;
use crate::study::written::{At, LabelList, Texts};

/// Keys of an exit.
pub(super) struct Exit {
    pub table: Option<At<String>>,
    pub from: Option<Texts>,
    pub to: Option<LabelList>,
    pub at_risk: Option<At<RawAtRisk>>,
    pub sustained: Option<At<u32>>,
}

impl One<'_> {
    pub fn exit(&self, raw: Exit, pass: &mut Pass<'_>) -> OutcomeKind {
        let by_name = raw.table.as_ref().is_some_and(|t| t.value == DURATIONS);
        let only = raw.table.is_none() && self.known.declared.tables.is_empty();
        let to: Texts = Texts(
            raw.to
                .unwrap_or_else(|| {
                    pass.defaults.note(&self.section, "to", "[]");
                    LabelList::default()
                })
                .0
                .into_iter()
                .map(|label| At::new(label.value.0, label.span))
                .collect(),
        );
        if self.known.durations.is_some() && (by_name || only) {
            return self.exit_of_durations(
                raw.from.as_ref(),
                raw.at_risk.as_ref(),
                raw.sustained.as_ref(),
                unique(Some(to), "destination", pass),
                pass,
            );
        }
        let table = self.table(raw.table.as_ref(), pass);
        if raw.from.is_none() {
            pass.findings.error(
                &self.name.span,
                codes::MISSING_KEY,
                format!("`from` is missing in `[{}]`", self.section),
                "add `from = [...]`, the state or states left",
            );
        }
        self.known_states(&to, table, pass);
        if let Some(from) = &raw.from {
            self.clashes(from, &to, table, pass);
        }
        let at_risk = raw.at_risk.map(|a| match a.value {
            RawAtRisk::First => AtRisk::First,
            RawAtRisk::Entry => AtRisk::Entry,
            RawAtRisk::All => AtRisk::All,
        });
        let at_risk = pass.defaults.or(
            at_risk,
            &self.section,
            "at_risk",
            (AtRisk::First, "\"first\""),
        );
        let sustained = raw.sustained.map(|s| s.value);
        let sustained = pass
            .defaults
            .or(sustained, &self.section, "sustained", (1, "1"));
        OutcomeKind::Exit {
            source: ExitSource::Spells {
                table,
                from: self.states(raw.from, table, "from", pass),
            },
            to: unique(Some(to), "destination", pass),
            at_risk,
            sustained,
        }
    }

    fn exit_of_durations(
        &self,
        from: Option<&Texts>,
        at_risk: Option<&At<RawAtRisk>>,
        sustained: Option<&At<u32>>,
        to: Vec<String>,
        pass: &mut Pass<'_>,
    ) -> OutcomeKind {
        let at_risk = at_risk.filter(|a| !matches!(a.value, RawAtRisk::First));
        let spans = [
            from.and_then(|f| f.0.first()).map(|s| &s.span),
            at_risk.map(|a| &a.span),
            sustained.filter(|s| s.value != 1).map(|s| &s.span),
        ];
        for (span, key) in spans.into_iter().zip(["from", "at_risk", "sustained"]) {
            if let Some(span) = span {
                pass.findings.error(
                    span,
                    codes::TOGETHER,
                    format!("`{key}` in `[{}]` does not go with durations", self.section),
                    format!("leave out `{key}`"),
                );
            }
        }
        OutcomeKind::Exit {
            source: ExitSource::Durations,
            to,
            at_risk: AtRisk::First,
            sustained: 1,
        }
    }

    fn clashes(&self, from: &Texts, to: &Texts, table: usize, pass: &mut Pass<'_>) {
        let table = self.known.tables.get(table);
        for state in &from.0 {
            let both = to.0.iter().any(|t| t.value == state.value);
            let ends = table.is_some_and(|t| {
                t.absorbing.contains(&state.value) || t.censor.contains(&state.value)
            });
            let why = match (both, ends) {
                (true, _) => "is both left and entered",
                (_, true) => "cannot be left: it is absorbing or censoring",
                _ => continue,
            };
            pass.findings.error(
                &state.span,
                codes::STATES_CLASH,
                format!("state `{}` in `[{}]` {why}", state.value, self.section),
                "give the state one role",
            );
        }
    }
}
