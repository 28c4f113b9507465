//! The house rules that a compiler does not keep: layers, confinement of crates, file sizes, headers, estimand files.

use crate::support::repository;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Rooms in the order of the flow: a module uses only modules to its left (and the ground floor).
const FLOW: &[&str] = &[
    "study",
    "registers",
    "trial",
    "panel",
    "resample",
    "totals",
    "estimand",
    "inference",
    "results",
    "cost_benefit",
    "disclosure",
    "report",
    "check",
];
/// What everybody may use, each only what stands before it.
const GROUND: &[&str] = &["error", "units", "numeric"];
/// `evaluate` joins the rooms up to this one.
const LAST_JOINED: &str = "cost_benefit";
/// Most lines of a file, unit tests included.
const CAP: usize = 500;
/// What the head of an estimand's file must explain.
const HEADINGS: [&str; 5] = [
    "# What it estimates",
    "# Formula",
    "# Units and shape",
    "# Undefined when",
    "# Source",
];

struct File {
    /// Path inside the repository, with forward slashes.
    path: String,
    text: String,
    /// The text without comments and without what stands in quotes.
    code: String,
    /// Declared under `#[cfg(test)]`: nothing of it is in the program.
    is_test: bool,
}

impl File {
    /// First part of the path inside `src/`: a room's folder, or a file at the top.
    fn room(&self) -> &str {
        let inside = self.path.strip_prefix("src/").unwrap_or(&self.path);
        let first = inside.split('/').next().unwrap_or(inside);
        first.strip_suffix(".rs").unwrap_or(first)
    }

    fn is_top(&self) -> bool {
        matches!(self.path.as_str(), "src/lib.rs" | "src/main.rs")
    }

    /// The code that ends up in the program: unit tests stand at the foot or in files of their own.
    fn product(&self) -> &str {
        if self.is_test {
            return "";
        }
        let inline = self
            .code
            .match_indices("#[cfg(test)]\nmod ")
            .find(|(at, _)| {
                let rest = &self.code[*at..];
                rest.find('{').unwrap_or(usize::MAX) < rest.find(';').unwrap_or(usize::MAX)
            });
        &self.code[..inline.map_or(self.code.len(), |(at, _)| at)]
    }
}

/// Path, without `.rs`, of every module that a file declares under `#[cfg(test)]`.
fn test_modules(file: &File) -> Vec<String> {
    let stem = file.path.trim_end_matches(".rs");
    let folder = stem
        .strip_suffix("/mod")
        .or(stem.strip_suffix("/lib"))
        .unwrap_or(stem);
    file.code
        .split("#[cfg(test)]\n")
        .skip(1)
        .filter_map(|rest| rest.trim_start().strip_prefix("mod "))
        .filter_map(word)
        .map(|name| format!("{folder}/{name}"))
        .chain(elsewhere(file))
        .collect()
}

/// The same of modules whose file is named: `#[path = "x_tests.rs"]`.
fn elsewhere(file: &File) -> Vec<String> {
    let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    file.text
        .split("#[cfg(test)]\n#[path = \"")
        .skip(1)
        .filter_map(|rest| rest.split_once(".rs\"]"))
        .map(|(name, _)| format!("{folder}/{name}"))
        .collect()
}

fn sources(folder: &str) -> Vec<File> {
    let root = repository("");
    let mut paths = Vec::new();
    collect(&repository(folder), &mut paths);
    paths.sort();
    let mut files: Vec<File> = paths
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).expect("a source file");
            let inside = path.strip_prefix(&root).expect("a file of the repository");
            File {
                path: inside.to_string_lossy().replace('\\', "/"),
                code: without_comments_and_texts(&text),
                text,
                is_test: false,
            }
        })
        .collect();
    let tests: Vec<String> = files.iter().flat_map(test_modules).collect();
    for file in &mut files {
        file.is_test = tests.iter().any(|module| {
            file.path == format!("{module}.rs") || file.path.starts_with(&format!("{module}/"))
        });
    }
    files
}

fn collect(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, into);
        } else if path.extension().is_some_and(|e| e == "rs") {
            into.push(path);
        }
    }
}

/// Comments vanish, texts and characters become empty quotes; lines stay.
fn without_comments_and_texts(text: &str) -> String {
    let c: Vec<char> = text.chars().collect();
    let at = |i: usize| c.get(i).copied().unwrap_or('\0');
    let mut out = String::with_capacity(text.len());
    let mut i = 0;
    while i < c.len() {
        let before = if i == 0 { ' ' } else { c[i - 1] };
        let hashes = (1..c.len()).take_while(|k| at(i + k) == '#').count();
        if at(i) == '/' && at(i + 1) == '/' {
            while i < c.len() && c[i] != '\n' {
                i += 1;
            }
        } else if at(i) == '/' && at(i + 1) == '*' {
            while i < c.len() && !(at(i) == '*' && at(i + 1) == '/') {
                i += 1;
            }
            i += 2;
        } else if at(i) == 'r' && at(i + 1 + hashes) == '"' && !before.is_alphanumeric() {
            i += hashes + 2;
            while i < c.len() && !(c[i] == '"' && (1..=hashes).all(|k| at(i + k) == '#')) {
                i += 1;
            }
            i += hashes + 1;
            out.push_str("\"\"");
        } else if at(i) == '"' {
            i += 1;
            while i < c.len() && c[i] != '"' {
                i += if c[i] == '\\' { 2 } else { 1 };
            }
            i += 1;
            out.push_str("\"\"");
        } else if at(i) == '\'' && (at(i + 1) == '\\' || at(i + 2) == '\'') {
            i += if at(i + 1) == '\\' { 3 } else { 2 };
            while i < c.len() && c[i] != '\'' {
                i += 1;
            }
            i += 1;
            out.push_str("' '");
        } else {
            out.push(c[i]);
            i += 1;
        }
    }
    out
}

/// Names that stand directly behind `crate::`, also in a `use crate::{…}` over many lines.
fn used(code: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (place, _) in code.match_indices("crate") {
        let before = code[..place].chars().next_back().unwrap_or(' ');
        let after = code[place + "crate".len()..].trim_start();
        let Some(path) = after.strip_prefix("::") else {
            continue;
        };
        if before.is_alphanumeric() || before == '_' {
            continue;
        }
        let path = path.trim_start();
        match path.strip_prefix('{') {
            Some(group) => names.extend(heads(group)),
            None => names.extend(word(path)),
        }
    }
    names
}

/// First names of the entries of a group, whose opening brace is already read.
fn heads(group: &str) -> Vec<String> {
    let mut depth = 1;
    let mut start = true;
    let mut names = Vec::new();
    for (i, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => start = true,
            c if depth == 1 && start && (c.is_alphabetic() || c == '_') => {
                names.extend(word(&group[i..]));
                start = false;
            }
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    names
}

fn word(text: &str) -> Option<String> {
    let end = text
        .find(|c: char| !(c.is_alphanumeric() || c == '_'))
        .unwrap_or(text.len());
    (end > 0).then(|| text[..end].to_owned())
}

/// Whether a room may use another.
fn may_use(room: &str, other: &str) -> bool {
    let place = |list: &[&str], name: &str| list.iter().position(|r| *r == name);
    let re_export = other.starts_with(char::is_uppercase); // `crate::Error`, `crate::Result`
    if room == other || re_export || matches!(room, "cli" | "docs") {
        return true;
    }
    if let Some(there) = place(GROUND, other) {
        return place(GROUND, room).is_none_or(|here| there < here);
    }
    let joined = place(FLOW, LAST_JOINED);
    match (room, place(FLOW, room), place(FLOW, other)) {
        ("evaluate", _, Some(there)) => Some(there) <= joined,
        ("simulate" | "design", _, there) => there.is_some() || other == "evaluate",
        (_, Some(here), Some(there)) => there < here,
        _ => false,
    }
}

fn assert_empty(rule: &str, broken: &[String]) {
    assert!(broken.is_empty(), "{rule}:\n{}", broken.join("\n"));
}

#[test]
fn a_module_uses_only_modules_to_its_left() {
    let mut broken = Vec::new();
    // A test in a file of its own may join rooms to make what it looks at.
    let files = sources("src");
    for file in (files.iter()).filter(|file| !file.is_top() && !file.is_test) {
        for other in used(&file.code) {
            if !may_use(file.room(), &other) {
                broken.push(format!("{} uses crate::{other}", file.path));
            }
        }
    }
    assert_empty("layers", &broken);
}

#[test]
fn every_room_has_a_place_in_the_plan() {
    let known = ["cli", "evaluate", "simulate", "design", "docs"];
    let broken: Vec<String> = sources("src")
        .iter()
        .filter(|file| !file.is_top())
        .filter(|f| !FLOW.contains(&f.room()) && !GROUND.contains(&f.room()))
        .filter(|file| !known.contains(&file.room()))
        .map(|file| file.path.clone())
        .collect();
    assert_empty("rooms that DESIGN does not know", &broken);
}

#[test]
fn the_layer_test_reads_imports_over_many_lines() {
    let code = without_comments_and_texts(
        "//! crate::a\nuse crate::{\n    b::{self, c}, // d\n    e as f,\n};\npub(crate) fn g(x: &'static str) {\n\
         let _ = ('\"', \"crate::h\", r#\"crate::\"i\"\"#); $crate::j!(); crate :: k::l() }\nuse mycrate::m;",
    );
    let names: Vec<String> = used(&code).into_iter().collect();
    assert_eq!(names, ["b", "e", "j", "k"]);
}

#[test]
fn the_layers_are_those_of_the_plan() {
    for (room, other) in [
        ("trial", "study"),
        ("trial", "units"),
        ("numeric", "error"),
        ("evaluate", "results"),
        ("simulate", "evaluate"),
        ("cli", "check"),
        ("panel", "Error"),
    ] {
        assert!(may_use(room, other), "{room} may use {other}");
    }
    for (room, other) in [
        ("study", "trial"),
        ("results", "report"),
        ("units", "numeric"),
        ("error", "study"),
        ("evaluate", "disclosure"),
        ("trial", "cli"),
        ("estimand", "evaluate"),
        ("trial", "nowhere"),
    ] {
        assert!(!may_use(room, other), "{room} may not use {other}");
    }
}

/// Words of code and the paths that may hold them.
const CONFINED: &[(&[&str], &[&str])] = &[
    (&["polars::"], &["src/registers/", "src/results/"]),
    (
        &[
            "rayon::",
            "thread::spawn",
            "thread::scope",
            "thread::Builder",
        ],
        &["src/numeric/parallel"],
    ),
    (
        &[
            "clap::",
            "clap_complete::",
            "clap_mangen::",
            "indicatif::",
            "anstream::",
            "comfy_table::",
            "annotate_snippets::",
            "println!",
            "print!",
            "dbg!",
        ],
        &["src/cli/", "src/main.rs"],
    ),
    (&["process::exit"], &["src/cli/", "src/main.rs"]),
    // What only some systems have stands in one file, so that the rest compiles on all of them.
    (
        &[
            "os::unix",
            "os::linux",
            "os::windows",
            "cfg(unix)",
            "cfg(windows)",
            "cfg(target_os",
            "libc::",
            "rustix::",
            "signal_hook::",
        ],
        &["src/cli/interrupt.rs", "src/results/write_tests.rs"],
    ),
    // The platform's functions differ in the last bit between machines: `libm` instead.
    (
        &[
            ".exp()",
            ".exp2()",
            ".exp_m1()",
            ".ln()",
            ".ln_1p()",
            ".log2()",
            ".log10()",
            ".powf(",
            ".sin()",
            ".cos()",
            ".tan()",
            ".atan()",
            ".tanh()",
            "f64::exp",
            "f64::ln",
            "f64::powf",
        ],
        &[],
    ),
    (&["#[allow(", "#![allow("], &[]),
];

#[test]
fn crates_and_words_stay_in_their_rooms() {
    let files = sources("src");
    let mut broken = Vec::new();
    for (words, places) in CONFINED {
        for file in &files {
            if places.iter().any(|place| file.path.starts_with(place)) {
                continue;
            }
            for word in *words {
                if file.product().contains(word) {
                    broken.push(format!("{} has `{word}`", file.path));
                }
            }
        }
    }
    assert_empty("confinement", &broken);
}

#[test]
fn no_file_is_longer_than_a_person_reads() {
    let broken: Vec<String> = ["src", "tests"]
        .into_iter()
        .flat_map(sources)
        .map(|file| (file.text.lines().count(), file.path))
        .filter(|(lines, _)| *lines > CAP)
        .map(|(lines, path)| format!("{path} has {lines} lines, {CAP} allowed"))
        .collect();
    assert_empty("size", &broken);
}

#[test]
fn every_file_says_what_it_is_for() {
    let broken: Vec<String> = ["src", "tests"]
        .into_iter()
        .flat_map(sources)
        .filter(|file| !file.text.starts_with("//! "))
        .map(|file| file.path)
        .collect();
    assert_empty("files without a //! header", &broken);
}

/// Files of `src/estimand/` that define an estimand: they explain one, or implement one.
fn estimands(files: &[File]) -> Vec<&File> {
    let defines = |file: &File| {
        file.text.contains(HEADINGS[0])
            || ["Estimator for ", "OfTotals for ", "OfWeights for "]
                .iter()
                .any(|implements| file.product().contains(implements))
    };
    files.iter().filter(|file| defines(file)).collect()
}

#[test]
fn every_estimand_explains_itself_under_the_same_headings() {
    let files = sources("src/estimand");
    let mut broken = Vec::new();
    for file in estimands(&files) {
        for heading in HEADINGS {
            let line = format!("//! {heading}");
            if !file.text.lines().any(|l| l.trim_end() == line) {
                broken.push(format!("{} lacks `{line}`", file.path));
            }
        }
    }
    assert_empty("estimand headings", &broken);
}

#[test]
fn every_estimand_file_is_registered() {
    let files = sources("src/estimand");
    let defined = estimands(&files);
    if defined.is_empty() {
        return;
    }
    let registries: Vec<&str> = files
        .iter()
        .filter_map(|file| file.code.split_once("REGISTRY:").map(|(_, rest)| rest))
        .map(|rest| rest.split_once("];").map_or(rest, |(list, _)| list))
        .collect();
    assert_eq!(registries.len(), 1, "one `REGISTRY:` in src/estimand/");
    let mut broken = Vec::new();
    for file in defined {
        let path = file
            .path
            .trim_end_matches("/mod.rs")
            .trim_end_matches(".rs");
        let name = path.rsplit('/').next().unwrap_or(path);
        if !registries[0].contains(&format!("{name}::")) {
            broken.push(format!("{} is not in REGISTRY", file.path));
        }
    }
    assert_empty("registry", &broken);
}
