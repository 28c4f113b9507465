//! Every default that was used, as TOML to paste.

use std::fmt::Write;

/// Defaults by table, in the order they were used.
#[derive(Default)]
pub(super) struct Defaults {
    tables: Vec<(String, Vec<String>)>,
}

impl Defaults {
    /// Notes that a key was left out; `value` is TOML.
    pub fn note(&mut self, table: &str, key: &str, value: &str) {
        let line = format!("{key} = {value}");
        match self.tables.iter_mut().find(|(name, _)| name == table) {
            Some((_, lines)) => lines.push(line),
            None => self.tables.push((table.to_owned(), vec![line])),
        }
    }

    /// The value given, or the default, which is noted.
    pub fn or<T>(&mut self, given: Option<T>, table: &str, key: &str, default: (T, &str)) -> T {
        given.unwrap_or_else(|| {
            self.note(table, key, default.1);
            default.0
        })
    }

    /// As TOML.
    pub fn to_toml(&self) -> String {
        let mut out = String::new();
        for (i, (table, lines)) in self.tables.iter().enumerate() {
            let gap = if i > 0 { "\n" } else { "" };
            // Writing to a String cannot fail.
            let _ = writeln!(out, "{gap}[{table}]");
            for line in lines {
                let _ = writeln!(out, "{line}");
            }
        }
        out
    }
}

/// A text as TOML.
pub(super) fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// A name as a TOML key, quoted where it must be.
pub(super) fn key(name: &str) -> String {
    let bare = !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if bare { name.to_owned() } else { quoted(name) }
}
