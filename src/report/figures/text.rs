//! Text on the page: escaping, a careful guess at its width, and line breaks.
//!
//! The reader's font is unknown, so widths are those of a wide sans-serif face: a guess that errs towards room.

/// Text for an element or a quoted attribute of SVG or HTML. Control characters, which neither can hold, are left out.
pub(crate) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\t' | '\n' | '\r' => safe.push(' '),
            c if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') => {}
            c => safe.push(c),
        }
    }
    safe
}

/// The text of the first element with this name in a drawing, as it is read.
pub(crate) fn element(svg: &str, name: &str) -> Option<String> {
    let (_, rest) = svg.split_once(&format!("<{name}"))?;
    let (_, rest) = rest.split_once('>')?;
    let (text, _) = rest.split_once(&format!("</{name}>"))?;
    let written = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ];
    let mut text = text.to_owned();
    for (written, read) in written {
        text = text.replace(written, read);
    }
    Some(text)
}

/// Estimated width of a text at a font size.
pub(crate) fn width(text: &str, size: f64) -> f64 {
    let ems: f64 = text
        .chars()
        .map(|c| match c {
            'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '|' | '\'' | '!' | ' ' => 0.33,
            'f' | 't' | 'r' | '(' | ')' | '-' | '/' | '[' | ']' => 0.41,
            'm' | 'w' | 'M' | 'W' | '%' | '@' | 'æ' | 'Æ' | '…' => 0.97,
            '\u{2212}' => 0.84,
            c if c.is_ascii_digit() => 0.64,
            c if c.is_uppercase() => 0.74,
            c if (c as u32) > 0x2E80 => 1.05,
            _ => 0.62,
        })
        .sum();
    ems * size
}

/// Lines no wider than `room`; a word that is wider is broken inside.
pub(crate) fn wrap(text: &str, size: f64, room: f64) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    // Only ordinary spaces break: a no-break space holds a name and its number together.
    for word in text.split([' ', '\t', '\n']).filter(|w| !w.is_empty()) {
        let longer = if line.is_empty() {
            word.to_owned()
        } else {
            format!("{line} {word}")
        };
        if width(&longer, size) <= room {
            line = longer;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        for c in word.chars() {
            line.push(c);
            if width(&line, size) > room && line.chars().count() > 1 {
                line.pop();
                lines.push(std::mem::replace(&mut line, c.to_string()));
            }
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// A file name made of plain letters: "Møder & mål" becomes `moeder-maal`.
pub(crate) fn slug(text: &str) -> String {
    let mut slug = String::new();
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            'æ' | 'ä' => slug.push_str("ae"),
            'ø' | 'ö' => slug.push_str("oe"),
            'å' => slug.push_str("aa"),
            'ü' => slug.push_str("ue"),
            'é' | 'è' => slug.push('e'),
            c if c.is_ascii_alphanumeric() => slug.push(c),
            '_' => slug.push('_'),
            _ if slug.is_empty() || slug.ends_with('-') => {}
            _ => slug.push('-'),
        }
        if slug.len() > 60 {
            break;
        }
    }
    let slug = slug.trim_matches('-');
    if slug.is_empty() {
        "x".to_owned()
    } else {
        slug.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_leave_its_element() {
        assert_eq!(
            escape("</text><script a=\"1\">&'\u{0}\n"),
            "&lt;/text&gt;&lt;script a=&quot;1&quot;&gt;&amp;&#39; "
        );
    }

    #[test]
    fn lines_keep_to_their_room() {
        let text = "et langt ord og Jobparathedsafklaringsforløbskoordinatorer i beskæftigelse";
        for line in wrap(text, 17.0, 150.0) {
            assert!(width(&line, 17.0) <= 150.0, "{line}");
        }
        assert!(wrap("  ", 17.0, 10.0).is_empty());
    }

    #[test]
    fn file_names_are_plain_letters() {
        assert_eq!(slug("Møder & mål"), "moeder-maal");
        assert_eq!(slug("../../etc"), "etc");
        assert_eq!(slug("…"), "x");
    }
}
