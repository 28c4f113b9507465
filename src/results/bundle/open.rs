//! Opening a bundle from the folder of a result, from `bundle.json`, or from a report that carries it.

use super::{Bundle, PROGRAM, SCHEMA};
use crate::error::{Class, Diagnostic, Error, Result};
use crate::results::codes;
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// Name of the bundle in the folder of a result.
pub const BUNDLE_FILE: &str = "bundle.json";

/// The same bytes under a name that a site lets out.
pub const BUNDLE_TEXT: &str = "bundle.txt";

const HINT: &str =
    "give the folder that `run` wrote, its bundle.json or bundle.txt, or its report.html";

/// More persons than anybody counts: sums of such numbers stay far from the end of 64 bits.
const MOST: u64 = 1 << 40;

const AGAIN: &str = "take the file again from where it was made, or run the study again";

/// Twenty times the largest horizon a study may have: figures and tables make room for every week.
const FARTHEST: u32 = 104_000;

/// The first keys, read before the rest is trusted.
#[derive(Deserialize)]
pub(in crate::results) struct Header {
    pub(in crate::results) schema: String,
    pub(in crate::results) program: String,
    version: Option<String>,
}

impl Header {
    /// The header of a bundle of ours, whatever its schema; `None` for any other text.
    pub(in crate::results) fn read(text: &str) -> Option<Self> {
        serde_json::from_str::<Self>(text)
            .ok()
            .filter(|header| header.program == PROGRAM)
    }
}

impl Bundle {
    /// Opens a bundle: the folder `run` wrote, its `bundle.json` or `bundle.txt`, or its `report.html`.
    ///
    /// # Errors
    /// When there is no such file, it is no bundle of ours, it is damaged, or a newer major version wrote it.
    pub fn open(path: &Path) -> Result<Self> {
        Self::from_json(&Self::text_at(path)?, &shown(path))
    }

    /// The text of the bundle at a path, as it was written into `bundle.json`.
    ///
    /// # Errors
    /// When there is no such file, or nothing in it looks like a bundle of ours.
    pub fn text_at(path: &Path) -> Result<String> {
        let file = if path.is_dir() {
            in_folder(path)
        } else {
            path.to_owned()
        };
        let shown = shown(path);
        let bytes = std::fs::read(&file).or_else(|cause| {
            refuse(
                codes::NO_BUNDLE,
                format!("no bundle at {shown} ({})", cause.kind()),
                HINT,
            )
        })?;
        let Ok(text) = String::from_utf8(bytes) else {
            return not_ours(&shown);
        };
        if text.trim_start().starts_with("<!") {
            // A page holds `<` in another form, which means the same.
            return match inside(&text) {
                Some(json) => Ok(as_written(json.trim_start())),
                None => not_ours(&shown),
            };
        }
        // What carries texts from machine to machine may put a mark first and turn the ends of lines.
        if file.extension().is_some_and(|e| e == "txt") {
            let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
            return Ok(text.replace("\r\n", "\n"));
        }
        Ok(text)
    }

    /// Reads the text of a `bundle.json`; `shown` names it in messages.
    ///
    /// # Errors
    /// As [`Bundle::open`].
    pub fn from_json(text: &str, shown: &str) -> Result<Self> {
        let Some(header) = Header::read(text) else {
            return not_ours(shown);
        };
        let (Some(theirs), Some(ours)) = (major(&header.schema), major(SCHEMA)) else {
            return not_ours(shown);
        };
        if theirs > ours {
            let version = header.version.map(|v| format!(" {v}")).unwrap_or_default();
            return refuse(
                codes::NEWER_BUNDLE,
                format!(
                    "{shown} has bundle schema {}, this version reads up to {ours}.x",
                    header.schema
                ),
                format!("open it with the version that made it{version} or a later one"),
            );
        }
        let bundle: Self = serde_json::from_str(text).or_else(|cause| {
            refuse(
                codes::DAMAGED_BUNDLE,
                format!(
                    "{shown} is damaged at line {}, column {}",
                    cause.line(),
                    cause.column()
                ),
                AGAIN,
            )
        })?;
        if bundle.study.horizon > FARTHEST {
            let weeks = bundle.study.horizon;
            let message = format!("{shown} is damaged: its horizon is week {weeks}");
            return refuse(codes::DAMAGED_BUNDLE, message, AGAIN);
        }
        if bundle.counts().any(|count| count > MOST) {
            let message = format!("{shown} is damaged: it counts more persons than there can be");
            return refuse(codes::DAMAGED_BUNDLE, message, AGAIN);
        }
        Ok(bundle)
    }

    /// The numbers of persons that are added up.
    fn counts(&self) -> impl Iterator<Item = u64> {
        let tables = self.facts.occupancy.iter();
        let states = tables.flat_map(|table| {
            let persons = table.persons.iter().flatten().flatten();
            persons.chain(table.followed.iter().flatten())
        });
        let lines = self.accounting.iter().map(|line| &line.count);
        let persons = self.facts.persons.iter();
        persons.chain(states).chain(lines).copied()
    }
}

/// The bundle of a result: `bundle.json`, or `bundle.txt` where a site lets out texts only.
pub(in crate::results) fn in_folder(folder: &Path) -> PathBuf {
    let text = folder.join(BUNDLE_TEXT);
    let json = folder.join(BUNDLE_FILE);
    if text.is_file() && !json.exists() {
        text
    } else {
        json
    }
}

/// The bundle inside a report. No text of the page can look like the element it lies in, and no text of the bundle
/// like its end: both are written escaped.
fn inside(page: &str) -> Option<&str> {
    let (_, rest) = page.rsplit_once("<script type=\"application/json\" id=\"bundle\">")?;
    let (json, _) = rest.split_once("</script>")?;
    Some(json)
}

/// JSON with `<` written as it is, where the page escapes it. A backslash before the escape makes it a text of its own.
fn as_written(json: &str) -> String {
    const ESCAPED: &str = "\\u003c";
    let mut out = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(at) = rest.find(ESCAPED) {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        let backslashes = out.bytes().rev().take_while(|byte| *byte == b'\\').count();
        out.push_str(if backslashes % 2 == 0 { "<" } else { ESCAPED });
        rest = &after[ESCAPED.len()..];
    }
    out.push_str(rest);
    out
}

fn major(schema: &str) -> Option<u32> {
    schema.split_once('.')?.0.parse().ok()
}

/// The last part of a path, which is all that is shown of it.
fn shown(path: &Path) -> String {
    path.file_name().map_or_else(
        || "the folder given".to_owned(),
        |n| n.to_string_lossy().into_owned(),
    )
}

fn not_ours<T>(shown: &str) -> Result<T> {
    refuse(
        codes::NOT_A_BUNDLE,
        format!("{shown} is not a bundle of {PROGRAM}"),
        HINT,
    )
}

fn refuse<T>(code: &'static str, message: String, hint: impl Into<String>) -> Result<T> {
    Err(Error::one(
        Class::Data,
        Diagnostic::error(code, message, hint),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::sample;

    fn code(result: Result<Bundle>) -> &'static str {
        let error = result.expect_err("this is refused");
        assert_eq!(error.class, Class::Data);
        error.diagnostics[0].code
    }

    #[test]
    fn a_folder_and_its_file_open_alike() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("bundle.json");
        std::fs::write(&file, sample::bundle(true).to_json()).expect("written");
        let rows = |path: &Path| Bundle::open(path).expect("opens").rows().to_vec();
        assert_eq!(rows(folder.path()), rows(&file));
    }

    #[test]
    fn a_text_opens_as_the_bundle_it_holds_whatever_carried_it() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join(BUNDLE_TEXT);
        let json = sample::bundle(true).to_json();
        let carried = format!("\u{feff}{}", json.replace('\n', "\r\n"));
        for text in [&json, &carried] {
            std::fs::write(&file, text).expect("written");
            assert_eq!(Bundle::text_at(&file).expect("a text"), json);
            assert_eq!(Bundle::text_at(folder.path()).expect("a text"), json);
        }
    }

    #[test]
    fn what_is_no_bundle_is_refused_with_its_own_code() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        assert_eq!(code(Bundle::open(folder.path())), "RV0501");
        assert_eq!(
            code(Bundle::open(&folder.path().join("bundle.txt"))),
            "RV0501"
        );
        let page = folder.path().join("page.html");
        std::fs::write(&page, "<!doctype html><p>Hello").expect("written");
        assert_eq!(code(Bundle::open(&page)), "RV0502");
        for text in [
            "",
            "person,arm\n1,a\n",
            "{}",
            r#"{"schema":"1.0","program":"other"}"#,
        ] {
            assert_eq!(code(Bundle::from_json(text, "x")), "RV0502", "{text}");
        }
        let text = sample::bundle(true).to_json();
        assert_eq!(
            code(Bundle::from_json(&text[..text.len() / 2], "x")),
            "RV0502"
        );
        assert_eq!(
            code(Bundle::from_json(
                &text.replace("\"facts\"", "\"fakta\""),
                "x"
            )),
            "RV0504"
        );
        assert_eq!(
            code(Bundle::from_json(
                &text.replace("\"count\":20", "\"count\":21"),
                "x"
            )),
            "RV0504"
        );
    }

    #[test]
    fn no_room_is_made_for_what_is_not_there() {
        let text = sample::bundle(true).to_json();
        for (from, to) in [
            ("\"count\":20", "\"count\":9223372036854775807"),
            ("\"horizon\":3", "\"horizon\":4294967295"),
        ] {
            assert!(text.contains(from), "{from}");
            assert_eq!(
                code(Bundle::from_json(&text.replacen(from, to, 1), "x")),
                "RV0504"
            );
        }
    }

    #[test]
    fn a_newer_major_is_refused_and_a_newer_minor_opens() {
        let text = sample::bundle(true).to_json();
        let ours = format!("\"schema\":\"{SCHEMA}\"");
        assert!(text.contains(&ours));
        let newer = text.replace(&ours, "\"schema\":\"2.0\"");
        assert_eq!(code(Bundle::from_json(&newer, "x")), "RV0503");
        let minor = text.replace(&ours, "\"schema\":\"1.7\",\"mood\":3");
        assert_eq!(
            Bundle::from_json(&minor, "x").expect("opens").rows().len(),
            20
        );
    }

    #[test]
    fn messages_name_the_last_part_of_a_path_only() {
        let error = Bundle::open(Path::new("secret/place/thing.json")).expect_err("not there");
        assert!(!error.to_string().contains("secret"));
    }
}
