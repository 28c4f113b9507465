//! Prices as TOML.

use super::{basis, flow, index_name, own_rules, own_vintage, spread, weeks};
use crate::study::prices::{Beyond, Line, Moment, Prices, Quantity, RefundRate, Vintage};
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
    let own = own_vintage(prices);
    if let (Some(vintage), None) = (&prices.vintage, own) {
        let _ = writeln!(text, "vintage = {}", quoted(&vintage.name));
    }
    if prices.discounted_at == Moment::End {
        text += "discounted_at = \"end\"\n";
    }
    if let Some(level) = prices.price_level {
        let _ = writeln!(text, "price_level = {level}");
    }
    let index = index_name(prices);
    if let Some(name) = &index {
        let _ = writeln!(text, "price_index = {}", quoted(name));
    }
    if let Some(participants) = prices.participants {
        let _ = writeln!(text, "participants = {participants}");
    }
    if let Some(vintage) = own {
        text += &self::vintage(vintage);
    }
    if let (Some(deflator), None) = (&prices.deflator, index) {
        let source = quoted(&deflator.source);
        let _ = writeln!(text, "\n[deflator]\nsource = {source}\n\n[deflator.index]");
        for (year, index) in &deflator.index {
            let _ = writeln!(text, "{year} = {index:?}");
        }
    }
    if let Some(beyond) = prices.extrapolation {
        let rule = match beyond.rule {
            Beyond::Constant => "constant",
            Beyond::FadeOut => "fade_out",
        };
        let _ = writeln!(
            text,
            "\n[extrapolation]\nrule = \"{rule}\"\nweeks = {}\nbase = {}",
            beyond.weeks, beyond.base
        );
    }
    for rule in own_rules(prices) {
        for rate in &rule.rates {
            text += &self::rate(&rule.name, rate);
        }
    }
    for line in &prices.lines {
        text += &self::line(line);
    }
    text
}

fn vintage(vintage: &Vintage) -> String {
    let steps: Vec<String> = (vintage.discount.iter())
        .map(|step| {
            format!(
                "{{ from_year = {}, rate = {:?} }}",
                step.from_year, step.rate
            )
        })
        .collect();
    let mut text = format!(
        "\n[vintage]\nname = {}\ndiscount = [{}]\ndiscount_source = {}\n",
        quoted(&vintage.name),
        steps.join(", "),
        quoted(&vintage.discount_source)
    );
    for (key, parameter) in [
        ("tax_distortion", &vintage.tax_distortion),
        ("net_tax_factor", &vintage.net_tax_factor),
    ] {
        let assumed = if parameter.assumed {
            ", assumed = true"
        } else {
            ""
        };
        let _ = writeln!(
            text,
            "{key} = {{ value = {:?}, source = {}{assumed} }}",
            parameter.value,
            quoted(&parameter.source)
        );
    }
    text
}

fn rate(rule: &str, rate: &RefundRate) -> String {
    let mut text = format!("\n[[refunds.{}.rates]]\n", key(rule));
    for (key, half_year) in [("from", &rate.from), ("to", &rate.to)] {
        if let Some(half_year) = half_year {
            let _ = writeln!(text, "{key} = {}", quoted(half_year));
        }
    }
    if let Some(week) = rate.first_benefit_week {
        let _ = writeln!(text, "first_benefit_week = {week}");
    }
    let source = quoted(&rate.source);
    let _ = writeln!(
        text,
        "active = {:?}\npassive = {:?}\nsource = {source}",
        rate.active, rate.passive
    );
    text
}

fn line(line: &Line) -> String {
    let mut text = format!("\n[lines.{}]\n", key(&line.name));
    if let Some(refund) = &line.refund {
        let _ = writeln!(
            text,
            "refund_of = {}\nrule = {}\nweeks = \"{}\"",
            quoted(&refund.of),
            quoted(&refund.rule),
            weeks(refund.weeks)
        );
    } else {
        let _ = match &line.quantity {
            Quantity::Outcome(name) => writeln!(text, "outcome = {}", quoted(name)),
            Quantity::Person => writeln!(text, "per = \"person\""),
        };
    }
    let (kind, from, to) = flow(line.flow);
    let _ = writeln!(text, "kind = \"{kind}\"");
    for (key, party) in [("from", from), ("to", to)] {
        if let Some(party) = party {
            let _ = writeln!(text, "{key} = \"{party}\"");
        }
    }
    let source = open(&line.source, "source");
    if line.refund.is_some() {
        let _ = writeln!(text, "{source}");
        return text;
    }
    // What a template leaves open stands as a comment, so that the file is refused until it is filled in.
    let _ = if line.value.is_finite() {
        writeln!(text, "value = {:?}", line.value)
    } else {
        writeln!(text, "# value =")
    };
    let _ = writeln!(text, "{}", open(&line.unit, "unit"));
    let _ = if line.price_year > 0 {
        writeln!(text, "price_year = {}", line.price_year)
    } else {
        writeln!(text, "# price_year =")
    };
    let _ = writeln!(text, "basis = \"{}\"\n{source}", basis(line.basis));
    if line.uplift != 0.0 {
        let _ = writeln!(text, "uplift = {:?}", line.uplift);
    }
    if let Some(uncertainty) = &line.uncertainty {
        let spread = spread(uncertainty);
        let _ = writeln!(
            text,
            "distribution = \"{}\"",
            spread.distribution.unwrap_or_default()
        );
        for (key, number) in [
            ("low", spread.low),
            ("high", spread.high),
            ("std_error", spread.std_error),
        ] {
            if let Some(number) = number {
                let _ = writeln!(text, "{key} = {number:?}");
            }
        }
    }
    for (key, week) in [
        ("first_week", line.first_week),
        ("last_week", line.last_week),
    ] {
        if let Some(week) = week {
            let _ = writeln!(text, "{key} = {week}");
        }
    }
    if line.programme {
        text += "programme = true\n";
    }
    if !line.arms.is_empty() {
        let arms: Vec<String> = line.arms.iter().map(|arm| quoted(arm)).collect();
        let _ = writeln!(text, "arms = [{}]", arms.join(", "));
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
