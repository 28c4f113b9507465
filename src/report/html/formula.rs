//! Formulas as a page shows them: `m_t` with its index below, `ψ^2` with its power above, `` `slug` `` as code.
//!
//! On the method cards formulas stand in one line of plain letters, which `explain` and the workbook print as they are. An
//! index is what follows `_` after a letter, up to the first sign that no index has; a power follows `^`.

use super::markup::{escape, put};
use std::fmt::Write as _;

/// Signs that an index or a power may have besides letters and digits: `Σ_s≤t`, `C^−`, `p^*`.
const SIGNS: &str = "≤<=+−*";

/// The markup of a formula among words.
pub(super) fn markup(text: &str) -> String {
    let mut out = String::new();
    for (i, part) in text.split('`').enumerate() {
        if i % 2 == 1 {
            put!(out, "<code>{}</code>", escape(part));
        } else {
            lifted(&mut out, part);
        }
    }
    out
}

fn lifted(out: &mut String, text: &str) {
    let mut rest = text;
    let mut behind_index = false;
    while let Some(at) = rest.find(['_', '^']) {
        let (before, after) = (&rest[..at], &rest[at + 1..]);
        let element = if rest[at..].starts_with('^') {
            "sup"
        } else {
            "sub"
        };
        let end = after
            .find(|c: char| !c.is_alphanumeric() && !SIGNS.contains(c))
            .unwrap_or(after.len());
        let follows = match element {
            "sub" => before.ends_with(char::is_alphabetic),
            _ if before.is_empty() => behind_index,
            _ => before.ends_with(|c: char| !c.is_whitespace()),
        };
        behind_index = follows && end > 0;
        out.push_str(&escape(before));
        if behind_index {
            let (index, beyond) = after.split_at(end);
            put!(out, "<{element}>{}</{element}>", escape(index));
            rest = beyond;
        } else {
            out.push_str(&rest[at..=at]);
            rest = after;
        }
    }
    out.push_str(&escape(rest));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indices_powers_and_slugs_are_set_apart() {
        for (text, page) in [
            (
                "m_t = Σ_i F_it / n^3",
                "m<sub>t</sub> = Σ<sub>i</sub> F<sub>it</sub> / n<sup>3</sup>",
            ),
            ("H(t) = Σ_s≤t d_s", "H(t) = Σ<sub>s≤t</sub> d<sub>s</sub>"),
            ("Σ_t<h S(t)", "Σ<sub>t&lt;h</sub> S(t)"),
            (
                "ψ_i(T)^2), s_p^2",
                "ψ<sub>i</sub>(T)<sup>2</sup>), s<sub>p</sub><sup>2</sup>",
            ),
            ("T_a′ S^− p^*", "T<sub>a</sub>′ S<sup>−</sup> p<sup>*</sup>"),
            ("as of `net_benefit`", "as of <code>net_benefit</code>"),
            ("a < b & _ ^", "a &lt; b &amp; _ ^"),
        ] {
            assert_eq!(markup(text), page);
        }
    }

    #[test]
    fn every_card_has_as_many_marks_of_code_that_end_as_begin() {
        let danish = crate::report::words::Words::new(crate::units::Language::Da);
        for card in crate::report::method::cards() {
            let mut texts = vec![card.formula.to_owned(), card.std_error.to_owned()];
            texts.extend(["formula", "error", "source"].map(|part| {
                let said = danish.method(card.slug, part);
                said.unwrap_or_else(|| panic!("no Danish {part} of {}", card.slug))
            }));
            for text in texts {
                assert_eq!(text.matches('`').count() % 2, 0, "{text}");
                let page = markup(&text);
                for ascii in ["<=", ">=", "sqrt", "psi", " - ", "sum_"] {
                    assert!(!page.contains(ascii), "{}: {ascii} in {text}", card.slug);
                }
            }
        }
    }
}
