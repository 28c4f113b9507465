//! The flow of persons as CONSORT draws it: who was drawn lots for, who came into each arm, who of them is not followed to
//! the end, and whom the numbers are of. Up to four arms beside each other, further ones below.

use super::page::{BOLD, FONT, Frame, INK, LINE, MARGIN, MIDDLE, Page, WIDTH};
use super::text::{width, wrap};
use super::wording::frame;
use crate::report::amounts::sentence_start;
use crate::report::view::View;
use crate::report::words::{Words, numbers};

/// Arms beside each other: all of them up to three, else four.
const ABREAST: [usize; 2] = [3, 4];
const GAP: f64 = 18.0;
const ARROW: f64 = 21.0;
const PAD: f64 = 9.0;
const BOX: &str = "fill=\"#F4F7FA\" stroke=\"#555555\"";
const LOST: &str = "fill=\"#ffffff\" stroke=\"#555555\" stroke-dasharray=\"5 4\"";

/// What a box says: words, and its number below them.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stage {
    words: String,
    number: String,
}

/// File name and drawing; none where no persons are counted by arm.
pub(crate) fn consort_of(view: &View<'_>, day: bool) -> Option<(String, String)> {
    let facts = view.facts;
    if facts.persons.is_empty() || facts.persons.len() != facts.arms.len() {
        return None;
    }
    let words = Words::new(view.language);
    let count = |n: u64| numbers::count(n, view.language);
    let week = words.tell(
        if day { "describe-day" } else { "describe-week" },
        &[("n", &count(u64::from(view.horizon)))],
    );
    let mut top = vec![Stage {
        words: words.say("flow-randomised"),
        number: count(facts.persons.iter().sum()),
    }];
    if let Some(clusters) = facts.clusters {
        top.push(Stage {
            words: words.say("flow-clusters"),
            number: count(clusters),
        });
    }
    let arms: Vec<Vec<Stage>> = (facts.arms.iter().enumerate())
        .map(|(arm, label)| {
            let persons = facts.persons[arm];
            let shares = facts.followed_share.get(arm);
            let share = shares.and_then(|s| s.get((view.horizon as usize).checked_sub(1)?));
            let share = share.copied().filter(|share| share.is_finite());
            // Where a gate keeps small numbers, losses are told in steps: so many persons more may be lost.
            let more = view.smallest.map_or(0, |smallest| smallest - 1);
            let told = |least: u64, most: u64| {
                let share = |n: u64| {
                    let share = n as f64 / persons.max(1) as f64;
                    numbers::percent(share, 1, view.language)
                };
                if least == most {
                    format!("{} ({})", count(least), share(least))
                } else {
                    format!("{}\u{2013}{}", count(least), count(most))
                }
            };
            let followed = share.map(|share| (share * persons as f64).round() as u64);
            let unknown = || words.say("cell-undefined");
            let stage = |key: &str, number: String| Stage {
                words: words.tell(key, &[("week", &week)]),
                number,
            };
            vec![
                Stage {
                    words: sentence_start(&view.name(label)),
                    number: count(persons),
                },
                stage(
                    "flow-lost",
                    followed.map_or_else(unknown, |n| {
                        let lost = persons - n.min(persons);
                        told(lost, (lost + more).min(persons))
                    }),
                ),
                stage(
                    "flow-followed",
                    followed.map_or_else(unknown, |n| told(n.saturating_sub(more), n)),
                ),
                stage("flow-used", count(persons)),
            ]
        })
        .collect();
    let title = words.say("report-caption-flow");
    let mut frame: Frame = frame(view, &words, ("flow".to_owned(), title), Vec::new());
    let said = |stages: &[Stage]| {
        let parts = stages.iter().map(|s| format!("{}: {}", s.words, s.number));
        parts.collect::<Vec<_>>().join("; ")
    };
    let all: Vec<String> = std::iter::once(said(&top))
        .chain(arms.iter().map(|stages| said(stages)))
        .collect();
    frame.description = format!("{}. {}.", frame.title, all.join(". "));
    Some((
        "flow.svg".to_owned(),
        frame.render(|page| draw(page, &top, &arms)),
    ))
}

fn draw(page: &mut Page, top: &[Stage], arms: &[Vec<Stage>]) {
    let room = WIDTH - 2.0 * MARGIN;
    let lines: Vec<String> = top
        .iter()
        .map(|stage| format!("{}: {}", stage.words, stage.number))
        .collect();
    let widest = lines
        .iter()
        .map(|line| width(line, FONT * 1.1))
        .fold(220.0, f64::max);
    let wide = (widest + 2.0 * PAD).min(room);
    let height = LINE * lines.len() as f64 + PAD;
    let start = page.y;
    page.rect(((WIDTH - wide) / 2.0, start), (wide, height), BOX);
    for (i, line) in lines.iter().enumerate() {
        let y = start + LINE * (i as f64 + 1.0) - 3.0;
        page.text(WIDTH / 2.0, y, line, &format!("{MIDDLE} {BOLD}"));
    }
    page.y = start + height;
    let beside = if arms.len() > ABREAST[0] {
        ABREAST[1]
    } else {
        arms.len()
    };
    let column = (room - GAP * (beside as f64 - 1.0)) / beside as f64;
    for (at, row) in arms.chunks(beside).enumerate() {
        let bus = page.y + ARROW * 0.45;
        let middles: Vec<f64> = (0..row.len())
            .map(|i| MARGIN + i as f64 * (column + GAP) + column / 2.0)
            .collect();
        if at == 0 {
            rule(page, (WIDTH / 2.0, page.y), (WIDTH / 2.0, bus));
        }
        // The way to further rows runs along the right edge.
        let right = WIDTH - MARGIN / 2.0;
        let more = (at + 1) * beside < arms.len();
        let last = if more || at > 0 {
            right
        } else {
            middles.last().copied().unwrap_or(right).max(WIDTH / 2.0)
        };
        rule(page, (middles[0].min(WIDTH / 2.0), bus), (last, bus));
        page.y += ARROW;
        for middle in &middles {
            arrow(page, (*middle, bus), page.y);
        }
        let top_of_row = page.y;
        for stage in 0..row[0].len() {
            let wrapped: Vec<Vec<String>> = (row.iter())
                .map(|stages| wrap(&stages[stage].words, FONT, column - 2.0 * PAD))
                .collect();
            let most = wrapped.iter().map(Vec::len).max().unwrap_or(1);
            let height = LINE * (most as f64 + 1.0) + PAD;
            for (i, (stages, lines)) in row.iter().zip(&wrapped).enumerate() {
                let x = MARGIN + i as f64 * (column + GAP);
                let look = if stage == 1 { LOST } else { BOX };
                page.rect((x, page.y), (column, height), look);
                for (j, line) in lines.iter().enumerate() {
                    let weight = if stage == 0 { BOLD } else { "" };
                    let y = page.y + LINE * (j as f64 + 1.0) - 2.0;
                    page.text(x + PAD, y, line, weight);
                }
                let number = &stages[stage].number;
                let size = if width(number, FONT * 1.1) > column - 2.0 * PAD {
                    13.0
                } else {
                    FONT
                };
                let look = format!("{BOLD} font-size=\"{size}\"");
                page.text(x + PAD, page.y + height - PAD, number, &look);
                if stage + 1 < stages.len() {
                    let from = (x + column / 2.0, page.y + height);
                    arrow(page, from, page.y + height + ARROW);
                }
            }
            page.y += height;
            if stage + 1 < row[0].len() {
                page.y += ARROW;
            }
        }
        if more {
            rule(page, (right, bus), (right, page.y + ARROW * 0.45));
        }
        debug_assert!(page.y > top_of_row);
    }
    page.y += 6.0;
}

fn rule(page: &mut Page, from: (f64, f64), to: (f64, f64)) {
    let look = format!("stroke=\"{INK}\" stroke-width=\"1.6\"");
    page.rule(from, to, &look);
}

/// From a point straight down to `end`.
fn arrow(page: &mut Page, from: (f64, f64), end: f64) {
    page.push(&format!(
        "<path d=\"M{:.2} {:.2}V{:.2}m-5 -8l5 8l5 -8\" fill=\"none\" stroke=\"{INK}\" stroke-width=\"1.6\"/>",
        from.0,
        from.1,
        end - 1.0
    ));
}
