//! From cells to states: labels or codes, as the study maps them. What it does not map is refused with its counts.

use super::codes;
use super::findings::{Finding, Findings, list, shown};
use crate::registers::dream::CodeTable;
use crate::registers::{Table, parse_label};
use crate::study::{CodeFile, Selector, SpellsFile};
use std::collections::{BTreeMap, HashMap};

/// A cell without a state: empty.
pub(crate) const NOTHING: u16 = u16::MAX;
/// A cell that is not mapped.
pub(crate) const STRANGER: u16 = u16::MAX - 1;
/// Rows kept of each strange cell.
const ROWS: usize = 10;

/// Which cells are which state.
#[derive(Debug)]
pub(crate) struct Meaning {
    /// States, in the order of their numbers.
    pub(crate) states: Vec<String>,
    of: Of,
}

#[derive(Debug)]
enum Of {
    Labels(HashMap<String, u16>),
    Codes {
        /// State of each code.
        states: Vec<u16>,
        table: CodeTable,
    },
}

impl Meaning {
    /// What the study says of a table's cells; `None` when labels are their own states. Nothing at all when it cannot
    /// be told.
    #[expect(
        clippy::option_option,
        reason = "not told and not needed are two things"
    )]
    pub(crate) fn of(file: &SpellsFile, findings: &mut Findings) -> Option<Option<Self>> {
        let Some(codes) = &file.form.codes else {
            let Some(meaning) = &file.form.meaning else {
                return Some(None);
            };
            return Some(Some(Self::of_labels(meaning)));
        };
        let table = match codes {
            CodeFile::Dream => CodeTable::shipped(),
            CodeFile::Own(own) => CodeTable::read(own)
                .map_err(|error| findings.absorb(error))
                .ok()?,
        };
        let meaning = Self::of_codes(file, table, findings)?;
        meaning.check_ends(file, findings);
        Some(Some(meaning))
    }

    fn of_labels(meaning: &[(String, Vec<Selector>)]) -> Self {
        let mut of = HashMap::new();
        for (state, (_, selectors)) in meaning.iter().enumerate() {
            for selector in selectors {
                if let Selector::Label(label) = selector {
                    of.insert(parse_label(label), state as u16);
                }
            }
        }
        Self {
            states: meaning.iter().map(|(state, _)| state.clone()).collect(),
            of: Of::Labels(of),
        }
    }

    fn of_codes(file: &SpellsFile, table: CodeTable, findings: &mut Findings) -> Option<Self> {
        let mut states = vec![STRANGER; usize::from(u16::MAX) + 1];
        let Some(meaning) = &file.form.meaning else {
            let names: Vec<String> = table.groups().iter().map(|&g| g.to_owned()).collect();
            for entry in &table.entries {
                let state = names.iter().position(|name| *name == entry.group);
                states[usize::from(entry.from)..=usize::from(entry.to)]
                    .fill(state.unwrap_or_default() as u16);
            }
            return Some(Self {
                states: names,
                of: Of::Codes { states, table },
            });
        };
        let groups = table.groups();
        let mut twice: Vec<String> = Vec::new();
        let mut set = |code: u16, state: u16, states: &mut Vec<u16>| {
            let place = &mut states[usize::from(code)];
            if *place != STRANGER && *place != state {
                twice.push(code.to_string());
            }
            *place = state;
        };
        for (state, (_, selectors)) in meaning.iter().enumerate() {
            for selector in selectors {
                match selector {
                    Selector::Codes(from, to) => {
                        (*from..=*to).for_each(|code| set(code, state as u16, &mut states));
                    }
                    Selector::Group(group) => {
                        if !groups.contains(&group.as_str()) {
                            let finding = Finding::error(
                                codes::UNKNOWN_GROUP,
                                None,
                                format!("the code table has no group {}", shown(group)),
                                "write one of its groups; `rettevej codes` lists them",
                            );
                            let shown = &file.files[0].shown;
                            findings.of_file(shown, &finding.allowed(list(&groups)));
                        }
                        let own = table.entries.iter().filter(|entry| entry.group == *group);
                        for entry in own {
                            let codes = entry.from..=entry.to;
                            codes.for_each(|code| set(code, state as u16, &mut states));
                        }
                    }
                    Selector::Rest | Selector::Label(_) => {}
                }
            }
        }
        let rest = meaning
            .iter()
            .position(|(_, selectors)| selectors.contains(&Selector::Rest));
        for (code, state) in states.iter_mut().enumerate() {
            let known = table.get(code as u16).is_some();
            if let Some(rest) = rest.filter(|_| known && *state == STRANGER) {
                *state = rest as u16;
            }
        }
        if !twice.is_empty() {
            let finding = Finding::error(
                codes::CODE_IN_TWO_STATES,
                None,
                format!("codes that are of two states: {}", list(&twice)),
                "let each code, by itself, in a range or in a group, be of one state",
            );
            findings.of_file(&file.files[0].shown, &finding);
            return None;
        }
        Some(Self {
            states: meaning.iter().map(|(state, _)| state.clone()).collect(),
            of: Of::Codes { states, table },
        })
    }

    /// Codes after which a person is followed no more, or stays, leave a decision to the study.
    fn check_ends(&self, file: &SpellsFile, findings: &mut Findings) {
        let Of::Codes { states, table } = &self.of else {
            return;
        };
        let mut open: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for entry in table.entries.iter().filter(|entry| entry.ends) {
            for code in entry.from..=entry.to {
                let Some(state) = self.states.get(usize::from(states[usize::from(code)])) else {
                    continue;
                };
                if !file.censor.contains(state) && !file.absorbing.contains(state) {
                    open.entry(state).or_default().push(code.to_string());
                }
            }
        }
        for (state, codes) in open {
            let finding = Finding::error(
                codes::END_UNDECIDED,
                None,
                format!(
                    "{} of the code table end a person's time as one who can take work, and the study does not say \
                     what becomes of state {}",
                    list(&codes),
                    shown(state)
                ),
                "list the state in `censor` (the person is followed no more) or in `absorbing` (followed to the end, weeks \
                 count 0)",
            );
            findings.of_file(&file.files[0].shown, &finding);
        }
    }

    /// Whether cells are codes, so that an empty one has a meaning.
    pub(crate) fn is_of_codes(&self) -> bool {
        matches!(self.of, Of::Codes { .. })
    }

    /// State of a label, [`NOTHING`] or [`STRANGER`].
    pub(crate) fn of_label(&self, label: &str) -> u16 {
        match &self.of {
            Of::Labels(of) => of.get(label).copied().unwrap_or(STRANGER),
            Of::Codes { states, .. } => {
                let code = label.parse::<u16>();
                code.map_or(STRANGER, |code| states[usize::from(code)])
            }
        }
    }

    /// States by code; nothing when cells are labels.
    pub(crate) fn by_code(&self) -> &[u16] {
        match &self.of {
            Of::Labels(_) => &[],
            Of::Codes { states, .. } => states,
        }
    }

    /// Refuses cells that are not mapped.
    pub(crate) fn refuse(
        &self,
        strangers: &Strangers,
        column: &str,
        files: &[Table],
        findings: &mut Findings,
    ) {
        let Of::Codes { table, .. } = &self.of else {
            let finding = Finding::error(
                codes::CELL_WITHOUT_STATE,
                column,
                format!(
                    "cells that are no state of the study: {}",
                    strangers.words(|_| None)
                ),
                "add them to a state in `[spells.states]`, or correct the cells",
            );
            findings.at_rows(files, &strangers.rows(|_| true), &finding);
            return;
        };
        let meaning = |cell: &str| table.get(cell.parse().ok()?).map(|entry| entry.en.clone());
        let unknown = |cell: &str| meaning(cell).is_none();
        let finding = Finding::error(
            codes::UNKNOWN_CODE,
            column,
            format!(
                "codes that are not in the code table: {}",
                strangers.of(unknown).words(|_| None)
            ),
            "write the table with `rettevej codes --write codes.csv`, add the codes and name it with `codes = \"codes.csv\"`; \
             or correct the cells",
        );
        findings.at_rows(files, &strangers.rows(unknown), &finding);
        let known = |cell: &str| !unknown(cell);
        let finding = Finding::error(
            codes::CELL_WITHOUT_STATE,
            column,
            format!(
                "codes that are in no state of the study: {}",
                strangers.of(known).words(meaning)
            ),
            "add them to a state in `[spells.states]`, or give one state `\"rest\"`",
        );
        findings.at_rows(files, &strangers.rows(known), &finding);
    }
}

/// Cells that are not mapped: how often each stands, and its first rows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Strangers(BTreeMap<String, (u64, Vec<usize>)>);

impl Strangers {
    /// One more.
    pub(crate) fn note(&mut self, cell: &str, row: usize) {
        if let Some((count, rows)) = self.0.get_mut(cell) {
            *count += 1;
            if rows.len() < ROWS && rows.last() != Some(&row) {
                rows.push(row);
            }
        } else {
            self.0.insert(cell.to_owned(), (1, vec![row]));
        }
    }

    /// Those of later rows, the first of which is row `first`.
    pub(crate) fn add(&mut self, more: Self, first: usize) {
        for (cell, (count, rows)) in more.0 {
            let (all, listed) = self.0.entry(cell).or_default();
            *all += count;
            let free = ROWS.saturating_sub(listed.len());
            listed.extend(rows.iter().take(free).map(|row| first + row));
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn of(&self, which: impl Fn(&str) -> bool) -> Self {
        let some = self.0.iter().filter(|(cell, _)| which(cell));
        Self(
            some.map(|(cell, found)| (cell.clone(), found.clone()))
                .collect(),
        )
    }

    fn rows(&self, which: impl Fn(&str) -> bool) -> Vec<usize> {
        let some = self.0.iter().filter(|(cell, _)| which(cell));
        let mut rows: Vec<usize> = some.flat_map(|(_, (_, rows))| rows.clone()).collect();
        rows.sort_unstable();
        rows.dedup();
        rows
    }

    /// "`777` (12 cells), `778` (1 cell)", the most frequent first.
    fn words(&self, meaning: impl Fn(&str) -> Option<String>) -> String {
        let mut all: Vec<(&String, u64)> = self.0.iter().map(|(cell, (n, _))| (cell, *n)).collect();
        all.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        let word = |(cell, count): &(&String, u64)| {
            let meaning = meaning(cell).map_or_else(String::new, |text| format!("{text}; "));
            let cells = if *count == 1 { "cell" } else { "cells" };
            format!("{} ({meaning}{count} {cells})", shown(cell))
        };
        let mut words: Vec<String> = all.iter().take(ROWS).map(word).collect();
        if all.len() > ROWS {
            words.push(format!("and {} more", all.len() - ROWS));
        }
        words.join(", ")
    }
}
