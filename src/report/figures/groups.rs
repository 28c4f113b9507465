//! From rows to forests: the main difference of an outcome by subgroup and site, and what was done by site.

use super::forest::{Forest, Group, Line, Point};
use super::text::slug;
use super::wording::{Shown, frame, persons, target};
use crate::report::amounts::{Amounts, sentence_middle, sentence_start, tick};
use crate::report::method::{Comparison, estimand_name, is_share};
use crate::report::view::{View, main_estimand};
use crate::report::words::{Words, numbers};
use crate::results::{OutcomeFacts, Row, Status};
use std::collections::BTreeSet;

/// Columns with more levels have a figure of their own.
const MANY: usize = 8;

/// The look of a number that is drawn towards the mean of the groups.
const SHRUNKEN: usize = 2;

/// What a figure by group shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Grouping {
    /// Differences between arms in each group.
    Differences,
    /// The level of each arm in each group.
    Levels,
}

/// Outcomes that tell what was done: shares among those in a state, and events; never the headline outcome.
pub(crate) fn tells_what_was_done(view: &View<'_>, outcome: &OutcomeFacts) -> bool {
    let done = matches!(outcome.kind.as_str(), "share_among" | "events");
    done && outcome.name != view.headline
}

/// Whether levels are sites: strata of the randomisation.
pub(crate) fn is_site<'l>(view: &View<'_>, levels: impl IntoIterator<Item = &'l str>) -> bool {
    let strata: BTreeSet<&str> = view.facts.strata.iter().map(String::as_str).collect();
    let mut levels = levels.into_iter().peekable();
    levels.peek().is_some() && strata.len() > 1 && levels.all(|level| strata.contains(level))
}

/// One subgroup column: the rows of its levels, in the order of the study.
struct Column<'a> {
    analysis: &'a str,
    name: &'a str,
    levels: Vec<&'a str>,
    week: i32,
}

/// File name, drawing and kind of the figures by group of an outcome.
pub(crate) fn groups_of(
    view: &View<'_>,
    outcome: &OutcomeFacts,
) -> Vec<(String, String, Grouping)> {
    let words = Words::new(view.language);
    let done = tells_what_was_done(view, outcome);
    let estimand = match (done, outcome.kind.as_str()) {
        (true, "share_among") => "period_mean",
        (true, _) => "cumulative_mean",
        (false, kind) => main_estimand(kind),
    };
    let maker = Maker {
        view,
        words: &words,
        outcome,
        estimand,
        rows: (view.rows.iter())
            .filter(|r| *r.outcome == *outcome.name && *r.estimand == *estimand)
            .filter(|r| r.item.is_empty())
            .collect(),
    };
    let columns = maker.columns();
    let site = |c: &Column<'_>| c.levels.len() > MANY || is_site(view, c.levels.iter().copied());
    let (own, few): (Vec<Column<'_>>, Vec<Column<'_>>) = columns.into_iter().partition(site);
    let mut figures = Vec::new();
    if done {
        for column in &own {
            let forest = maker.levels(column);
            let file = format!("{}.svg", forest.frame.id);
            figures.push((file, forest.render(), Grouping::Levels));
        }
        return figures;
    }
    // Small columns of one analysis share a figure.
    let mut together: Vec<Vec<Column<'_>>> = Vec::new();
    for column in few {
        match together
            .iter_mut()
            .find(|t| t[0].analysis == column.analysis)
        {
            Some(group) => group.push(column),
            None => together.push(vec![column]),
        }
    }
    together.extend(own.into_iter().map(|column| vec![column]));
    for arm in view.treatments() {
        for columns in &together {
            let forest = maker.differences(columns, arm);
            let file = format!("{}.svg", forest.frame.id);
            figures.push((file, forest.render(), Grouping::Differences));
        }
    }
    figures
}

struct Maker<'v, 'a> {
    view: &'v View<'a>,
    words: &'v Words,
    outcome: &'v OutcomeFacts,
    estimand: &'v str,
    rows: Vec<&'a Row>,
}

impl<'a> Maker<'_, 'a> {
    /// The subgroup columns, each from the first analysis that has it.
    fn columns(&self) -> Vec<Column<'a>> {
        let mut columns: Vec<Column<'a>> = Vec::new();
        for analysis in &self.view.analyses {
            let own = self.rows.iter().filter(|r| *r.analysis == *analysis.name);
            for row in own.filter(|r| &*r.subgroup != "all") {
                let week = row.week.unwrap_or(0);
                let known = columns.iter_mut().find(|c| *c.name == *row.subgroup);
                match known {
                    Some(column) if *column.analysis == *row.analysis => {
                        column.week = column.week.max(week);
                        if !column.levels.contains(&&*row.level) {
                            column.levels.push(&row.level);
                        }
                    }
                    Some(_) => {}
                    None => columns.push(Column {
                        analysis: &row.analysis,
                        name: &row.subgroup,
                        levels: vec![&row.level],
                        week,
                    }),
                }
            }
        }
        columns
    }

    fn row(&self, column: &Column<'_>, subgroup: &str, level: &str, arm: &str) -> Option<&'a Row> {
        let fits = |r: &&&Row| {
            *r.analysis == *column.analysis
                && *r.subgroup == *subgroup
                && *r.level == *level
                && *r.arm == *arm
                && r.week == Some(column.week)
        };
        self.rows.iter().find(fits).copied()
    }

    /// One line: a number for each of the rows that has one.
    fn line(&self, name: String, rows: &[(usize, Option<&Row>)], scale: f64) -> Line {
        let known = |row: &Row| {
            row.estimate
                .filter(|v| v.is_finite() && row.status == Status::Ok)
        };
        let points = rows.iter().filter_map(|(look, row)| {
            let row = (*row)?;
            let interval = row.conf_low.zip(row.conf_high);
            let interval = interval.filter(|(l, h)| l.is_finite() && h.is_finite());
            Some(Point {
                look: *look,
                value: known(row)? * scale,
                interval: interval.map(|(low, high)| (low * scale, high * scale)),
                band: None,
            })
        });
        let first = rows.iter().find_map(|(_, row)| *row);
        let hidden = |r: &Row| r.status == Status::Hidden;
        let counted: Vec<u64> = (rows.iter())
            .filter_map(|(_, row)| row.filter(|r| !hidden(r)))
            .filter_map(|r| Some(r.n? + r.n_reference.unwrap_or(0)))
            .collect();
        let n = if counted.is_empty() {
            "–".to_owned()
        } else {
            numbers::count(counted.iter().sum(), self.view.language)
        };
        let instead = match first.map(|r| r.status) {
            None => "cell-missing",
            Some(Status::Hidden) => "cell-hidden",
            Some(Status::NotApplicable) => "cell-not_applicable",
            Some(_) => "cell-undefined",
        };
        Line {
            name,
            n,
            points: points.collect(),
            instead: self.words.say(instead),
        }
    }

    /// Adds to the lines of differences what holds them beside each other: the band, and what is drawn towards their mean.
    fn hold(&self, groups: &mut [Group], (columns, arm): (&[Column<'_>], &str), scale: f64) {
        for (group, column) in groups.iter_mut().zip(columns) {
            for (line, level) in group.lines.iter_mut().zip(&column.levels) {
                let found = |estimand: &str| {
                    self.view.rows.iter().find(|r| {
                        *r.estimand == *estimand
                            && *r.outcome == *self.outcome.name
                            && *r.analysis == *column.analysis
                            && *r.subgroup == *column.name
                            && *r.level == **level
                            && *r.arm == *arm
                            && r.week == Some(column.week)
                            && r.status == Status::Ok
                    })
                };
                let Some(point) = line.points.first_mut() else {
                    continue;
                };
                let band = found("level_effect").and_then(|r| r.band_low.zip(r.band_high));
                point.band = band.map(|(low, high)| (low * scale, high * scale));
                if let Some((row, value)) =
                    found("shrunken_effect").and_then(|r| Some((r, r.estimate?)))
                {
                    let interval = row.conf_low.zip(row.conf_high);
                    line.points.push(Point {
                        look: SHRUNKEN,
                        value: value * scale,
                        interval: interval.map(|(low, high)| (low * scale, high * scale)),
                        band: None,
                    });
                }
            }
        }
    }

    fn title(&self, columns: &[Column<'_>]) -> String {
        let n = u64::from(columns[0].week.unsigned_abs());
        let n = numbers::count(n, self.view.language);
        let key = match tick(self.outcome) {
            "day" => "describe-day",
            _ => "describe-week",
        };
        let comparison = Comparison::of(self.outcome);
        let name = estimand_name(self.words, self.estimand, &self.outcome.kind, comparison);
        let by = match columns {
            [one] => sentence_middle(&self.view.name(one.name)),
            _ => self.words.say("groups-subgroup"),
        };
        let label = sentence_start(&self.view.name(&self.outcome.name));
        let week = self.words.tell(key, &[("n", &n)]);
        self.words.tell(
            "title-groups",
            &[
                ("label", &label),
                ("name", &name),
                ("week", &week),
                ("by", &by),
            ],
        )
    }

    fn notes(&self, column: &Column<'_>, only: Option<&str>) -> Vec<String> {
        let mut notes = vec![self.words.say("note-groups-order")];
        if let Some(analysis) = self.view.analysis(column.analysis) {
            let level = numbers::level(analysis.confidence, self.view.language);
            notes.push(
                self.words
                    .tell("note-groups-interval", &[("level", &level)]),
            );
        }
        notes.push(persons(self.view, self.words, only));
        if self.view.analyses.len() > 1 {
            let name = column.analysis;
            notes.push(self.words.tell("note-analysis", &[("name", name)]));
        }
        if Comparison::of(self.outcome) == Comparison::Descriptive {
            notes.push(self.words.say("note-descriptive"));
        }
        notes
    }

    fn groups(&self, columns: &[Column<'_>], arms: &[(usize, &str)], scale: f64) -> Vec<Group> {
        let groups = columns.iter().map(|column| {
            let lines = column.levels.iter().map(|level| {
                let rows = arms.iter();
                let rows = rows.map(|(i, arm)| (*i, self.row(column, column.name, level, arm)));
                let name = sentence_start(&self.view.name(level));
                self.line(name, &rows.collect::<Vec<_>>(), scale)
            });
            let name = match columns.len() {
                1 => String::new(),
                _ => sentence_start(&self.view.name(column.name)),
            };
            Group {
                name,
                lines: lines.collect(),
            }
        });
        groups.collect()
    }

    /// The finished figure of some arms' rows.
    fn forest(
        &self,
        columns: &[Column<'_>],
        arms: &[(usize, &str)],
        (suffix, y, shown): (String, &str, Shown),
    ) -> Forest {
        let first = &columns[0];
        let whole: Vec<(usize, Option<&Row>)> = (arms.iter())
            .map(|(i, arm)| (*i, self.row(first, "all", "", arm)))
            .collect();
        let whole = whole.iter().any(|(_, row)| row.is_some()).then(|| {
            let everybody = self.words.say("report-everybody");
            self.line(everybody, &whole, shown.scale)
        });
        let id = format!("{}-{suffix}", slug(&self.outcome.name));
        let head = (id, self.title(columns));
        let only = match arms {
            [(_, arm)] => Some(*arm),
            _ => None,
        };
        let weeks = self.outcome.kind == "share_among";
        let n = if weeks {
            "groups-weeks"
        } else {
            "groups-persons"
        };
        let unit = [("unit", shown.unit.as_str())];
        let mut forest = Forest {
            frame: frame(self.view, self.words, head, self.notes(first, only)),
            x_label: sentence_start(&self.words.tell(y, &unit)),
            n_label: self.words.say(n),
            keys: Vec::new(),
            whole,
            whole_key: None,
            groups: self.groups(columns, arms, shown.scale),
            target: None,
            holds: vec![0.0],
            language: self.view.language,
        };
        forest.frame.description = self.describe(&forest, arms);
        forest
    }

    fn differences(&self, columns: &[Column<'_>], arm: &str) -> Forest {
        let amounts = Amounts::of(self.view, self.outcome);
        let randomised = Comparison::of(self.outcome) == Comparison::Randomised;
        let y = if randomised {
            "y-effect"
        } else {
            "y-difference"
        };
        let mut suffix = match columns {
            [one] => format!("by-{}", slug(one.name)),
            _ => "by-subgroup".to_owned(),
        };
        let several = self.view.treatments().len() > 1;
        if several {
            suffix = format!("{suffix}-{}", slug(arm));
        }
        let shown = Shown {
            scale: amounts.scale,
            unit: amounts.axis(self.words),
        }
        .fitted(self.largest(), self.words);
        let scale = shown.scale;
        let mut forest = self.forest(columns, &[(1, arm)], (suffix, y, shown));
        self.hold(&mut forest.groups, (columns, arm), scale);
        let points = || {
            forest
                .groups
                .iter()
                .flat_map(|g| &g.lines)
                .flat_map(|l| &l.points)
        };
        let level = (self.view.analysis(columns[0].analysis))
            .map(|a| numbers::level(a.confidence, self.view.language));
        if let Some(level) = level.filter(|_| points().any(|p| p.band.is_some())) {
            let note = self.words.tell("note-groups-band", &[("level", &level)]);
            forest.frame.notes.insert(2, note);
        }
        if points().any(|p| p.look == SHRUNKEN) {
            forest
                .frame
                .notes
                .insert(2, self.words.say("note-groups-shrunken"));
            let keys = [("groups-raw", 1), ("groups-shrunken", SHRUNKEN)];
            forest.keys = keys.map(|(key, look)| (self.words.say(key), look)).into();
        }
        forest.frame.description = self.describe(&forest, &[(1, arm)]);
        if several {
            let (arm, control) = (self.view.word(arm), self.view.word(self.view.control()));
            let title = std::mem::take(&mut forest.frame.title);
            forest.frame.title = self.words.tell(
                "title-versus",
                &[("title", &title), ("arm", arm), ("control", control)],
            );
        }
        forest.whole_key = Some(self.words.say("report-everybody"));
        forest
    }

    fn levels(&self, column: &Column<'_>) -> Forest {
        let arms: Vec<(usize, &str)> = (self.view.facts.arms.iter().enumerate())
            .map(|(i, arm)| (i, arm.as_str()))
            .collect();
        let share = is_share(&self.outcome.kind);
        let (y, shown) = if share {
            let unit = self.words.say("axis-percent");
            ("y-share", Shown { scale: 100.0, unit })
        } else {
            let amounts = Amounts::of(self.view, self.outcome);
            let (scale, unit) = (amounts.scale, amounts.axis(self.words));
            (
                "y-mean",
                Shown { scale, unit }.fitted(self.largest(), self.words),
            )
        };
        let scale = shown.scale;
        let suffix = format!("by-{}", slug(column.name));
        let mut forest = self.forest(std::slice::from_ref(column), &arms, (suffix, y, shown));
        let named = arms
            .iter()
            .map(|(i, arm)| (self.view.word(arm).to_owned(), *i));
        forest.keys = named.collect();
        // A level of events each week is not one of their sum.
        let level = self.outcome.target.filter(|t| share && t.is_finite());
        forest.target = level.map(|t| {
            let word = target(self.view, self.words, (t, share));
            (t * scale, word)
        });
        if share {
            forest.holds.push(100.0);
        }
        forest
    }

    fn largest(&self) -> f64 {
        let numbers = self
            .rows
            .iter()
            .flat_map(|r| [r.estimate, r.conf_low, r.conf_high]);
        numbers
            .flatten()
            .filter(|v| v.is_finite())
            .fold(0.0, |m: f64, v| m.max(v.abs()))
    }

    /// Every line in words, for those who cannot see the figure.
    fn describe(&self, forest: &Forest, arms: &[(usize, &str)]) -> String {
        let (low, high) = forest.extent();
        let decimals = super::scale::nice(low, high, 5).decimals + 1;
        let number = |v: f64| numbers::number(v, decimals, self.view.language);
        let groups = forest.groups.iter().flat_map(|g| &g.lines);
        let lines = forest.whole.iter().chain(groups).map(|line| {
            let points = line.points.iter().map(|point| {
                let value = match point.interval {
                    Some((low, high)) => {
                        let (low, high) = (number(low), number(high));
                        let range = self
                            .words
                            .tell("cell-to", &[("low", &low), ("high", &high)]);
                        format!("{} ({range})", number(point.value))
                    }
                    None => number(point.value),
                };
                match arms.iter().find(|(look, _)| *look == point.look) {
                    Some((_, arm)) if arms.len() > 1 => {
                        format!("{} {value}", self.view.word(arm))
                    }
                    None => format!("{} {value}", self.words.say("groups-shrunken")),
                    _ => value,
                }
            });
            let points: Vec<String> = points.collect();
            if points.is_empty() {
                format!("{}: {}", line.name, line.instead)
            } else {
                format!("{}: {}", line.name, points.join(", "))
            }
        });
        let lines: Vec<String> = lines.collect();
        let (title, axis) = (&forest.frame.title, &forest.x_label);
        format!("{title}. {axis}. {}.", lines.join("; "))
    }
}
