//! `explain`: the method card of an estimand, cause and cure of a code, or what stands behind a shipped name of prices.

use super::rooms::{self, MethodCard};
use super::shipped;
use super::stop::{Exit, Stop};
use super::terminal::Terminal;
use crate::error::CodeCard;
use crate::study::suggest;
use clap::Args;
use std::fmt::Write;

#[derive(Debug, Args)]
pub(super) struct ExplainArguments {
    /// An estimand or test such as `survival` or `permutation`, a code such as `RV0104`, or official parameters such as
    /// `dk-fm-2013`; nothing: the list
    #[arg(value_name = "NAME|CODE")]
    name: Option<String>,
}

/// Codes of the command line itself.
const CODES: &[CodeCard] = &[
    CodeCard {
        code: "RV0000",
        title: "a bug",
        cause: "the program reached a place it should not reach",
        cure: "report it with the command and the study file; leave out data",
    },
    CodeCard {
        code: "RV0001",
        title: "wrong use of the command line",
        cause: "an argument names something that is not there",
        cure: "follow the hint, or read `rettevej help`",
    },
    CodeCard {
        code: "RV0002",
        title: "stdout cannot be written",
        cause: "the disk is full, or the stream is closed",
        cure: "write to another place",
    },
    CodeCard {
        code: "RV0003",
        title: "not in this version",
        cause: "the command line knows the command, but this version cannot do it",
        cure: "use a version that can",
    },
];

pub(super) fn explain(arguments: &ExplainArguments, terminal: &Terminal) -> Result<Exit, Stop> {
    let codes = codes();
    let methods = rooms::methods();
    let Some(name) = &arguments.name else {
        terminal.out(&list(&codes, &methods))?;
        return Ok(Exit::Fine);
    };
    if let Some(card) = codes.iter().find(|c| c.code.eq_ignore_ascii_case(name)) {
        terminal.out(&code_card(card))?;
        return Ok(Exit::Fine);
    }
    if let Some(card) = methods.iter().find(|m| m.slugs.contains(&name.as_str())) {
        terminal.out(&method_card(card))?;
        return Ok(Exit::Fine);
    }
    if let Some(card) = shipped::card(name) {
        terminal.out(&card)?;
        return Ok(Exit::Fine);
    }
    let shipped = shipped::names();
    let names: Vec<&str> = methods
        .iter()
        .flat_map(|m| m.slugs.iter().copied())
        .chain(codes.iter().map(|c| c.code))
        .chain(shipped.iter().map(String::as_str))
        .collect();
    Err(Stop::usage(
        format!("there is nothing to explain under the name `{name}`"),
        suggest::hint(name, &names, "run `rettevej explain` for the list"),
    ))
}

/// Every code, in order.
fn codes() -> Vec<CodeCard> {
    let rooms = rooms::codes();
    let mut codes: Vec<CodeCard> = CODES
        .iter()
        .chain(rooms.into_iter().flatten())
        .copied()
        .collect();
    codes.sort_by_key(|c| c.code);
    codes
}

fn list(codes: &[CodeCard], methods: &[MethodCard]) -> String {
    let mut text = String::from("Estimands and tests\n");
    // Writing to a String cannot fail.
    for method in methods {
        let _ = writeln!(text, "  {:<48} {}", method.slugs.join(" / "), method.title);
    }
    text.push_str("\nOfficial parameters and rules of price files\n");
    text.push_str(&shipped::list());
    text.push_str("\nCodes\n");
    for code in codes {
        let _ = writeln!(text, "  {}  {}", code.code, code.title);
    }
    text
}

fn code_card(card: &CodeCard) -> String {
    let option = super::decisions::option(card.code);
    let option = option.map_or(String::new(), |option| format!("Key:  {option}\n"));
    format!(
        "{}: {}\n\nWhy:  {}\nCure: {}\n{option}",
        card.code, card.title, card.cause, card.cure
    )
}

/// The method card of an estimand.
pub(super) fn method_card(card: &MethodCard) -> String {
    let mut text = format!("{}\n\n{}\n", card.slugs.join(" / "), card.title);
    for (head, body) in &card.parts {
        let _ = write!(text, "\n{head}\n  {}\n", body.trim().replace('\n', "\n  "));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_stands_once() {
        let codes = codes();
        for pair in codes.windows(2) {
            assert_ne!(pair[0].code, pair[1].code);
        }
    }
}
