//! Prices as TOML.

use super::{basis, flow};
use crate::study::prices::{Prices, Quantity};
use std::fmt::Write;

/// Prices as TOML.
pub fn to_toml(prices: &Prices) -> String {
    let mut text = String::from(
        "# Prices: one table per line. `rettevej schema prices` describes every key.\n\n[prices]\n",
    );
    // Writing to a String cannot fail.
    if let Some(title) = &prices.title {
        let _ = writeln!(text, "title = {}", quoted(title));
    }
    let _ = writeln!(text, "currency = {}", quoted(&prices.currency));
    let _ = writeln!(text, "synthetic = {}", prices.synthetic);
    for line in &prices.lines {
        let _ = writeln!(text, "\n[lines.{}]", key(&line.name));
        let _ = match &line.quantity {
            Quantity::Outcome(name) => writeln!(text, "outcome = {}", quoted(name)),
            Quantity::Person => writeln!(text, "per = \"person\""),
        };
        let (kind, from, to) = flow(line.flow);
        let _ = writeln!(text, "kind = \"{kind}\"");
        for (key, party) in [("from", from), ("to", to)] {
            if let Some(party) = party {
                let _ = writeln!(text, "{key} = \"{party}\"");
            }
        }
        // What a template leaves open stands as a comment, so that the file is refused until it is filled in.
        let _ = if line.value.is_finite() {
            writeln!(text, "value = {:?}", line.value)
        } else {
            writeln!(text, "# value =")
        };
        let unit = open(&line.unit, "unit");
        let source = open(&line.source, "source");
        let _ = writeln!(text, "{unit}");
        let _ = if line.price_year > 0 {
            writeln!(text, "price_year = {}", line.price_year)
        } else {
            writeln!(text, "# price_year =")
        };
        let _ = writeln!(text, "basis = \"{}\"\n{source}", basis(line.basis));
        if line.programme {
            text += "programme = true\n";
        }
        if !line.arms.is_empty() {
            let arms: Vec<String> = line.arms.iter().map(|arm| quoted(arm)).collect();
            let _ = writeln!(text, "arms = [{}]", arms.join(", "));
        }
    }
    text
}

fn open(value: &str, key: &str) -> String {
    if value.is_empty() {
        format!("# {key} =")
    } else {
        format!("{key} = {}", quoted(value))
    }
}

/// A text on one line, as TOML.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => quoted += "\\\"",
            '\\' => quoted += "\\\\",
            '\n' => quoted += "\\n",
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

fn key(name: &str) -> String {
    let bare = !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if bare { name.to_owned() } else { quoted(name) }
}
