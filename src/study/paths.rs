//! Data files: found below the study's folder or a folder given with `--data`, and nowhere else.

use super::findings::Findings;
use super::model::DataFile;
use super::written::At;
use super::{codes, later, slips, suggest};
use std::path::{Path, PathBuf};

/// What to do with a link that leads out of its folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OutsideRule {
    /// An error.
    #[default]
    Refuse,
    /// Followed, and told (`--allow-outside`).
    Allow,
}

/// Folders in which data files may stand.
pub(super) struct Roots<'a> {
    /// Folder of the study file.
    pub folder: &'a Path,
    /// Named roots; the one named "" stands for the study's folder.
    pub named: &'a [(String, PathBuf)],
    /// What to do with links that lead out.
    pub rule: OutsideRule,
    /// Files, as written, that lie outside their root.
    pub outside: Vec<String>,
}

/// What a path in the study leads to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Data,
    Prices,
    Codes,
    Sites,
    Key,
}

impl Sort {
    /// Endings of the files that are read.
    fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Data => &[
                "csv", "txt", "tsv", "csv.gz", "txt.gz", "tsv.gz", "csv.zst", "txt.zst", "tsv.zst",
                "parquet", "pq", "sas7bdat", "xpt", "dta",
            ],
            Self::Prices => &["toml", "csv", "txt", "tsv", "xlsx"],
            Self::Codes => &["csv", "txt", "tsv"],
            Self::Sites => &["toml", "txt"],
            Self::Key => &["key", "txt"],
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Data => "a data file",
            Self::Prices => "a price file",
            Self::Codes => "a code table",
            Self::Sites => "a table of sites",
            Self::Key => "a key",
        }
    }
}

impl Roots<'_> {
    /// The data file a path in the study means.
    pub fn find(&mut self, written: &At<String>, findings: &mut Findings<'_>) -> DataFile {
        self.file(written, Sort::Data, findings)
    }

    /// The price file a path in the study means. It belongs to the study: without a name of a folder it stands beside
    /// it, wherever the data are.
    pub fn find_prices(&mut self, written: &At<String>, findings: &mut Findings<'_>) -> DataFile {
        self.file(written, Sort::Prices, findings)
    }

    /// The code table a path in the study means; it belongs to the study, as prices do.
    pub fn find_codes(&mut self, written: &At<String>, findings: &mut Findings<'_>) -> DataFile {
        self.file(written, Sort::Codes, findings)
    }

    /// The table of sites a path in the study means; it belongs to the study, as prices do.
    pub fn find_sites(&mut self, written: &At<String>, findings: &mut Findings<'_>) -> DataFile {
        self.file(written, Sort::Sites, findings)
    }

    /// The file with a house's own key; it belongs to the study, as prices do.
    pub fn find_key(&mut self, written: &At<String>, findings: &mut Findings<'_>) -> DataFile {
        self.file(written, Sort::Key, findings)
    }

    fn file(&mut self, written: &At<String>, sort: Sort, findings: &mut Findings<'_>) -> DataFile {
        let shown = written.value.clone();
        let path = self.resolve(written, sort, findings).unwrap_or_default();
        DataFile { shown, path }
    }

    fn resolve(
        &mut self,
        written: &At<String>,
        sort: Sort,
        findings: &mut Findings<'_>,
    ) -> Option<PathBuf> {
        let text = written.as_str();
        if let Some((code, message, hint)) = slips::of_path(text) {
            findings.error(&written.span, code, message, hint);
            return None;
        }
        if is_absolute(text) {
            findings.error(
                &written.span,
                codes::LEAVES_ROOT,
                format!("an absolute path is not allowed for {}", sort.word()),
                "give the folder with `--data NAME=DIR` and write `NAME:file`",
            );
            return None;
        }
        let (root, rest) = self.root(written, sort, findings)?;
        if rest.split(['/', '\\']).any(|part| part == "..") {
            findings.error(
                &written.span,
                codes::LEAVES_ROOT,
                format!("`{text}` leaves its folder with `..`"),
                "give the other folder with `--data NAME=DIR` and write `NAME:file`",
            );
            return None;
        }
        // On every system a path may be written as Windows writes it.
        let path = root.join(rest.replace('\\', "/"));
        // A folder of Parquet files is read as one.
        let is_folder = sort == Sort::Data && path.is_dir();
        if !is_folder {
            ending(rest, written, sort, findings)?;
        }
        if !is_folder
            && !path.is_file()
            && let Some((code, message, hint)) = slips::second_ending(&path)
        {
            findings.error(&written.span, code, message, hint);
            return None;
        }
        if !is_folder && !path.is_file() {
            findings.error(
                &written.span,
                codes::NO_FILE,
                format!("there is no file `{text}`"),
                match sort {
                    Sort::Data => "check the name, or give its folder with `--data DIR`",
                    Sort::Prices | Sort::Codes | Sort::Sites | Sort::Key => {
                        "check the name; the file stands beside the study"
                    }
                },
            );
            return None;
        }
        let inside = match (path.canonicalize(), root.canonicalize()) {
            (Ok(path), Ok(root)) => path.starts_with(root),
            _ => false,
        };
        if !inside && self.rule == OutsideRule::Refuse {
            findings.error(
                &written.span,
                codes::LEAVES_ROOT,
                format!("`{text}` is a link that leaves its folder"),
                "give the folder it leads to with `--data NAME=DIR`, or allow it with `--allow-outside`",
            );
            return None;
        }
        if !inside {
            findings.warning(
                &written.span,
                codes::FOLLOWED_OUTSIDE,
                format!("`{text}` lies outside its folder, as `--allow-outside` allows"),
                "check that this is the file that is meant",
            );
            self.outside.push(text.to_owned());
        }
        Some(path)
    }

    fn root<'t>(
        &self,
        written: &'t At<String>,
        sort: Sort,
        findings: &mut Findings<'_>,
    ) -> Option<(PathBuf, &'t str)> {
        let text = written.as_str();
        let Some((name, rest)) = text.split_once(':') else {
            let mut unnamed = self.named.iter().find(|(name, _)| name.is_empty());
            if sort != Sort::Data {
                unnamed = None;
            }
            let root = unnamed.map_or(self.folder, |(_, dir)| dir);
            return Some((root.to_owned(), text));
        };
        if let Some((_, dir)) = self.named.iter().find(|(n, _)| n == name && !n.is_empty()) {
            if is_absolute(rest) {
                findings.error(
                    &written.span,
                    codes::LEAVES_ROOT,
                    format!("the path after `{name}:` must not be absolute"),
                    format!("write `{name}:file`"),
                );
                return None;
            }
            return Some((dir.clone(), rest));
        }
        let given: Vec<&str> = self
            .named
            .iter()
            .map(|(n, _)| n.as_str())
            .filter(|n| !n.is_empty())
            .collect();
        let finding = findings.error(
            &written.span,
            codes::UNKNOWN_ROOT,
            format!("no data folder is named `{name}`"),
            suggest::hint(
                name,
                &given,
                &format!("add `--data {name}=DIR` to the command"),
            ),
        );
        if !given.is_empty() {
            finding.allowed = Some(suggest::list(&given));
        }
        None
    }
}

fn is_absolute(text: &str) -> bool {
    let bytes = text.as_bytes();
    let drive = bytes.len() > 2
        && bytes[0].is_ascii_alphabetic()
        && bytes[1] == b':'
        && matches!(bytes[2], b'/' | b'\\');
    drive || text.starts_with(['/', '\\', '~'])
}

fn ending(rest: &str, written: &At<String>, sort: Sort, findings: &mut Findings<'_>) -> Option<()> {
    let own = |name: &Path| {
        let ending = name.extension().and_then(|e| e.to_str());
        ending.unwrap_or_default().to_lowercase()
    };
    let name = Path::new(rest);
    let mut ending = own(name);
    if matches!(ending.as_str(), "gz" | "zst") {
        // Packed files have two.
        ending = format!(
            "{}.{ending}",
            own(Path::new(name.file_stem().unwrap_or_default()))
        );
    }
    if sort.endings().contains(&ending.as_str()) {
        return Some(());
    }
    let ending = ending.trim_start_matches('.').to_owned();
    let message = if ending.is_empty() {
        format!("`{}` has no file ending", written.value)
    } else if later::ENDINGS.contains(&ending.as_str()) {
        format!("reading `.{ending}` files is not in this version")
    } else {
        format!("files ending in `.{ending}` are not read in this version")
    };
    let endings: Vec<String> = sort.endings().iter().map(|e| format!(".{e}")).collect();
    findings
        .error(
            &written.span,
            codes::FILE_TYPE,
            message,
            match sort {
                Sort::Data => "save the file as .csv, .parquet, .sas7bdat, .xpt or .dta",
                Sort::Prices => "save the file as .toml, .csv or .xlsx",
                Sort::Codes => "save the table as .csv",
                Sort::Sites => "save the table as .toml",
                Sort::Key => "name the file .key",
            },
        )
        .allowed = Some(endings.join(", "));
    None
}
