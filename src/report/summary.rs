//! The terminal summary: one screen of plain text that ends with the headline sentence.
//!
//! Nothing is printed here; the command line does that and adds where the files are.

use super::amounts::{Amounts, sentence_start, tick};
use super::headline;
use super::method::{Comparison, estimand_name};
use super::money;
use super::view::View;
use super::words::{Words, numbers};
use crate::disclosure::codes::NOT_CLEARED;
use crate::results::{Bundle, Facts, OutcomeFacts, Row};
use crate::units::Language;

/// Rows of the table and warnings that are shown; the rest is counted.
const TABLE_ROWS: usize = 12;
const WARNINGS: usize = 4;
/// Stands for a space at which no line may break; the terminal gets an ordinary one.
const TIED: &str = "\u{a0}";
/// Width that fits an ordinary terminal window.
const WIDTH: usize = 96;

/// The summary of a bundle.
pub fn summary(bundle: &Bundle) -> String {
    let view = View::of(bundle);
    let mut text = summary_of(&view);
    for sentence in money::sentences(bundle, &view) {
        text.push('\n');
        for line in wrap(&sentence, WIDTH) {
            text.push_str(line.trim_end());
            text.push('\n');
        }
    }
    text
}

/// The same of a view, for instance in another language.
pub fn summary_of(view: &View<'_>) -> String {
    let words = Words::new(view.language);
    let mut lines = vec![view.name.to_owned()];
    if view.synthetic {
        lines.push(words.say("synthetic-mark"));
    }
    if view.not_cleared {
        lines.push(words.say("not-cleared-mark"));
    }
    lines.push(String::new());
    lines.extend(pairs(&facts(view, &words)));
    lines.push(String::new());
    lines.extend(table(view, &words));
    lines.extend(warnings(view, &words));
    lines.push(String::new());
    lines.extend(wrap(&headline::headline_of(view), WIDTH));
    let mut text = String::new();
    for line in lines {
        // A label may hold anything; a terminal must not be steered by it.
        let line = line.replace(char::is_control, " ");
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// Name and value of each fact, in one line each.
pub(super) fn key_facts(view: &View<'_>, words: &Words) -> Vec<(String, String)> {
    let facts = facts(view, words).into_iter();
    facts
        .map(|(name, value)| (name, value.replace(TIED, " ")))
        .collect()
}

/// Name and value of each fact.
fn facts(view: &View<'_>, words: &Words) -> Vec<(String, String)> {
    let language = view.language;
    let facts = view.facts;
    let mut pairs = Vec::new();
    let mut persons: Vec<String> = facts
        .arms
        .iter()
        .zip(&facts.persons)
        .map(|(arm, n)| {
            format!(
                "{}{TIED}{}",
                view.word(arm).replace(' ', TIED),
                numbers::count(*n, language)
            )
        })
        .collect();
    let total = numbers::count(facts.persons.iter().sum(), language);
    persons.push(words.tell("summary-total", &[("n", &total)]));
    pairs.push((words.say("summary-persons"), persons.join(" · ")));
    if facts.strata.len() > 1 {
        let n = numbers::count(facts.strata.len() as u64, language);
        pairs.push((words.say("summary-strata"), n));
    }
    if let Some(clusters) = facts.clusters {
        let n = numbers::count(clusters, language);
        pairs.push((words.say("summary-clusters"), n));
    }
    let last = (view.horizon as usize).saturating_sub(1);
    let shares: Vec<(&str, f64)> = facts
        .arms
        .iter()
        .zip(&facts.followed_share)
        .filter_map(|(arm, shares)| Some((view.word(arm), *shares.get(last)?)))
        .collect();
    let followed: Vec<String> = if shares.iter().any(|(_, share)| *share < 1.0) {
        let text = |(arm, share): &(&str, f64)| {
            // Somebody lost in a large arm must not read as everybody followed.
            let decimals = if *share < 1.0 && *share >= 0.9995 {
                2
            } else {
                1
            };
            let share = numbers::percent(*share, decimals, language);
            format!("{arm} {share}").replace(' ', TIED)
        };
        shares.iter().map(text).collect()
    } else {
        shares
            .iter()
            .take(1)
            .map(|_| words.say("summary-everybody"))
            .collect()
    };
    if !followed.is_empty() {
        let day = !view.outcomes.is_empty() && view.outcomes.iter().all(|o| tick(o) == "day");
        let unit = if day { "day" } else { "week" };
        let week = numbers::count(u64::from(view.horizon), language);
        let week = words.tell(&format!("describe-{unit}"), &[("n", &week)]);
        let key = words.tell("summary-followed", &[("week", &week)]);
        let mut followed = followed.join(" · ");
        if let Some(smallest) = view.smallest {
            let n = numbers::count(smallest - 1, language);
            followed = words.tell(
                "summary-followed-within",
                &[("followed", &followed), ("n", &n)],
            );
        }
        pairs.push((key, followed));
    }
    let uncertainty = if facts.replicates == 0 {
        words.say("summary-no-scheme")
    } else {
        let n = numbers::count(u64::from(facts.replicates), language);
        let scheme = scheme_of(facts, words);
        let seed = facts.seed.to_string();
        words.tell(
            "summary-scheme",
            &[("n", &n), ("scheme", &scheme), ("seed", &seed)],
        )
    };
    pairs.push((words.say("summary-replicates"), uncertainty));
    pairs
}

fn pairs(pairs: &[(String, String)]) -> Vec<String> {
    let width = pairs.iter().map(|(k, _)| length(k)).max().unwrap_or(0);
    let mut lines = Vec::new();
    for (key, value) in pairs {
        let room = WIDTH.saturating_sub(width + 4).max(20);
        for (i, part) in wrap(value, room).into_iter().enumerate() {
            let key = if i == 0 { key.as_str() } else { "" };
            let part = part.replace(TIED, " ");
            lines.push(format!("  {}  {part}", left(key, width)));
        }
    }
    lines
}

/// The main number of each outcome and treatment arm.
fn table(view: &View<'_>, words: &Words) -> Vec<String> {
    let several = view.treatments().len() > 1;
    let level = view.analyses.first().map_or(0.95, |a| a.confidence);
    let level = numbers::level(level, view.language);
    let mut head = vec![words.say("column-outcome"), words.say("column-measure")];
    if several {
        head.push(words.say("column-arm"));
    }
    head.push(words.say("column-estimate"));
    head.push(words.tell("column-interval", &[("level", &level)]));
    head.push(words.say("column-p"));
    let mut cells = vec![head];
    for outcome in view.outcomes {
        for arm in view.treatments() {
            let row = view.main_row(outcome, arm);
            let is_take_up = |r: &&Row| &*r.estimand == "take_up" && *r.outcome == *outcome.name;
            if row.is_none() && view.rows.iter().find(is_take_up).is_some() {
                // It is there to be taken up, not as an answer.
                continue;
            }
            let name = estimand_name(
                words,
                view.main_slug(outcome),
                &outcome.kind,
                Comparison::of(outcome),
            );
            let label = sentence_start(&view.name(&outcome.name));
            let mut line = vec![short(&label, 32), name];
            if several {
                line.push(short(view.word(arm), 20));
            }
            line.extend(numbers_of(view, words, outcome, row));
            cells.push(line);
        }
    }
    let left_out = cells.len().saturating_sub(TABLE_ROWS + 1);
    cells.truncate(TABLE_ROWS + 1);
    let columns = cells[0].len();
    let widths: Vec<usize> = (0..columns)
        .map(|c| cells.iter().map(|line| length(&line[c])).max().unwrap_or(0))
        .collect();
    let text_columns = columns - 3;
    let mut lines: Vec<String> = cells
        .iter()
        .map(|line| {
            let shown: Vec<String> = line
                .iter()
                .enumerate()
                .map(|(c, cell)| {
                    if c < text_columns {
                        left(cell, widths[c])
                    } else {
                        right(cell, widths[c])
                    }
                })
                .collect();
            format!("  {}", shown.join("  "))
        })
        .collect();
    let rule: usize = widths.iter().sum::<usize>() + 2 * (columns - 1);
    lines.insert(1, format!("  {}", "─".repeat(rule)));
    if left_out > 0 {
        let n = left_out.to_string();
        lines.push(format!(
            "  {}",
            words.tell("summary-more-rows", &[("n", &n)])
        ));
    }
    lines
}

/// Estimate, interval and p of a main row, or the word that says why there is none.
fn numbers_of(
    view: &View<'_>,
    words: &Words,
    outcome: &OutcomeFacts,
    row: Option<&Row>,
) -> [String; 3] {
    let nothing = |key: &str| [words.say(key), String::new(), String::new()];
    let Some(row) = row else {
        return nothing("cell-missing");
    };
    let Some(estimate) = row.estimate else {
        let status = match row.status.as_str() {
            "ok" => "undefined",
            status => status,
        };
        return nothing(&format!("cell-{status}"));
    };
    let amounts = Amounts::of_main(view, outcome, row);
    let decimals = amounts.decimals(row);
    let interval = row.conf_low.zip(row.conf_high).map(|(low, high)| {
        let low = amounts.text(words, low, decimals);
        let high = amounts.text(words, high, decimals);
        words.tell("cell-to", &[("low", &low), ("high", &high)])
    });
    let text = amounts.text(words, estimate, decimals);
    [
        format!("{text} {}", amounts.axis(words)),
        interval.unwrap_or_else(|| "–".to_owned()),
        p_of(row, words, view.language),
    ]
}

/// The p-value of a row, or the adjusted one, which says that it is.
pub(crate) fn p_of(row: &Row, words: &Words, language: Language) -> String {
    match (row.p_adjusted, row.p_value) {
        (Some(p), _) => {
            let p = numbers::p_value(p, language);
            words.tell("cell-p-adjusted", &[("p", &p)])
        }
        (None, Some(p)) => numbers::p_value(p, language),
        (None, None) => "–".to_owned(),
    }
}

/// What is drawn, in words.
pub(crate) fn scheme_of(facts: &Facts, words: &Words) -> String {
    let units = words.say(match facts.clusters {
        Some(_) => "drawn-clusters",
        None => "drawn-persons",
    });
    words
        .find(&format!("scheme-{}", facts.scheme), &[("units", &units)])
        .unwrap_or_else(|| facts.scheme.clone())
}

fn warnings(view: &View<'_>, words: &Words) -> Vec<String> {
    // The mark at the top already says what this one says.
    let found: Vec<_> = (view.findings.iter())
        .filter(|f| f.warning && f.code != NOT_CLEARED)
        .collect();
    if found.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![String::new(), words.say("summary-warnings")];
    for finding in found.iter().take(WARNINGS) {
        let text = match words.finding(&finding.code) {
            Some(meaning) => {
                let message = [("message", finding.message.as_str())];
                let english = words.tell("finding-english", &message);
                format!("{meaning} ({}; {english})", finding.code)
            }
            None => format!("{} ({})", finding.message, finding.code),
        };
        for (i, part) in wrap(&text, WIDTH - 4).into_iter().enumerate() {
            lines.push(format!("{}{part}", if i == 0 { "  - " } else { "    " }));
        }
    }
    if found.len() > WARNINGS {
        let n = (found.len() - WARNINGS).to_string();
        let more = words.tell("summary-more-warnings", &[("n", &n)]);
        lines.push(format!("  {more}"));
    }
    lines
}

/// A label cut to its column.
fn short(text: &str, width: usize) -> String {
    if length(text) <= width {
        return text.to_owned();
    }
    let kept: String = text.chars().take(width - 1).collect();
    format!("{}…", kept.trim_end())
}

fn length(text: &str) -> usize {
    text.chars().count()
}

fn left(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(length(text))))
}

fn right(text: &str, width: usize) -> String {
    format!("{}{text}", " ".repeat(width.saturating_sub(length(text))))
}

/// A text in lines that fit an ordinary terminal window.
pub fn wrapped(text: &str) -> String {
    let lines = text.lines().flat_map(|line| wrap(line, WIDTH));
    lines.collect::<Vec<_>>().join("\n")
}

/// Breaks at spaces; a word longer than the line stands alone.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split(' ') {
        let fits = lines
            .last()
            .is_some_and(|line| line.is_empty() || length(line) + 1 + length(word) <= width);
        match lines.last_mut() {
            Some(line) if fits => {
                if !line.is_empty() {
                    line.push(' ');
                }
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
#[path = "summary_tests.rs"]
mod tests;
