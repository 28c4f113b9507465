//! `cba`: the money of a result again with other prices, from its quantities and their covariance; or its prices as a
//! sheet to edit.

use super::arguments::Tongue;
use super::diagnostics::Sources;
use super::money::{self, Repriced, SheetForm, WrittenPrices};
use super::rooms::{self, Existing};
use super::sign::SigningArguments;
use super::stop::{Exit, Stop};
use super::tables::table;
use super::terminal::Terminal;
use crate::study::sites::NamedSite;
use crate::units::Language;
use clap::Args;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(super) struct CbaArguments {
    /// A result: its folder, its `bundle.json` or its `report.html`
    #[arg(value_name = "BUNDLE")]
    bundle: PathBuf,
    #[command(flatten)]
    what: What,
    /// Folder to write the whole result in with these prices, or a file ending in .html or .json; default: write nothing
    #[arg(long, value_name = "DIR|FILE", requires = "prices")]
    out: Option<PathBuf>,
    #[command(flatten)]
    signing: SigningArguments,
    /// Participants that the municipality's case is told for; default: what the prices say, else the persons of the arm
    #[arg(long, value_name = "N", requires = "prices", value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    participants: Option<u32>,
    /// Language; default: the study's
    #[arg(long, value_enum)]
    language: Option<Tongue>,
    /// Answer as JSON
    #[arg(long, requires = "prices")]
    json: bool,
    /// Replace what stands there
    #[arg(long)]
    force: bool,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct What {
    /// Prices to use: .toml, .csv or .xlsx. Given twice, the second prices are held against the first, not against those of the
    /// result
    #[arg(long, value_name = "FILE", num_args = 1, action = clap::ArgAction::Append)]
    prices: Vec<PathBuf>,
    /// Write the prices of the result as a sheet to edit: .toml, .csv or .xlsx
    #[arg(long, value_name = "FILE")]
    write_prices: Option<PathBuf>,
}

pub(super) fn cba(arguments: &CbaArguments, terminal: &Terminal) -> Result<Exit, Stop> {
    let language = arguments.language.map(Language::from);
    let existing = if arguments.force {
        Existing::Replace
    } else {
        Existing::Keep
    };
    let out = arguments.out.as_deref().map(|out| (out, Out::of(out)));
    let has_signature = matches!(out, Some((_, Out::Folder | Out::Page)));
    if arguments.signing.is_asked() && !has_signature {
        return Err(Stop::usage(
            "a signature is written with a folder or a page",
            "add `--out DIR` or `--out FILE.html`",
        ));
    }
    if let Some(target) = &arguments.what.write_prices {
        return sheet(arguments, target, language, existing, terminal);
    }
    let (file, against) = match arguments.what.prices.as_slice() {
        [] => return Err(Stop::usage("no prices are given", "add `--prices FILE`")),
        [file] => (file, None),
        [against, file] => (file, Some(against)),
        _ => {
            return Err(Stop::usage(
                "more than two price files are given",
                "give one, or two to hold against each other",
            ));
        }
    };
    if let Some((out, Out::Folder)) = out {
        rooms::may_write(out, existing)?;
    }
    let signing = arguments.signing.key()?;
    let before = money::open(&arguments.bundle, against.map(PathBuf::as_path))
        .map_err(Stop::at(against.unwrap_or(file)))?;
    let priced = money::reprice(before, file, arguments.participants).map_err(Stop::at(file))?;
    let sources = Sources::read(&arguments.what.prices);
    terminal.findings(&priced.findings, &sources);
    let language = language.unwrap_or(priced.language());
    if let Some((out, form)) = out {
        match form {
            Out::Folder => {
                let site = priced.site();
                if matches!(site, NamedSite::Elsewhere) {
                    terminal.say("the study names a site of a table that is not here: no file is left out for it");
                }
                let place = (out, existing);
                money::write_repriced(&priced, place, language, (site.known(), signing.as_ref()))?;
            }
            Out::Page => {
                let page = priced.page(language, signing.as_ref())?;
                rooms::write_bytes(page.as_bytes(), out, existing)?;
            }
            Out::Bundle => rooms::write_bytes(priced.bundle().as_bytes(), out, existing)?,
        }
        terminal.say(&format!("written: {}", shown(out, form)));
    }
    if arguments.json {
        terminal.out(&format!("{:#}", priced.answer(language)))?;
    } else {
        terminal.out(&text(&priced, language))?;
    }
    Ok(Exit::Fine)
}

/// What `--out` names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Out {
    Folder,
    Page,
    Bundle,
}

impl Out {
    fn of(out: &Path) -> Self {
        match ending(out).as_str() {
            "html" | "htm" => Self::Page,
            "json" => Self::Bundle,
            _ => Self::Folder,
        }
    }
}

fn ending(path: &Path) -> String {
    let ending = path.extension().unwrap_or_default();
    ending.to_string_lossy().to_lowercase()
}

/// The name alone: never the way to it.
fn shown(out: &Path, form: Out) -> String {
    let name = out.file_name().unwrap_or(out.as_os_str());
    let slash = if form == Out::Folder { "/" } else { "" };
    format!("{}{slash}", name.to_string_lossy())
}

fn text(priced: &Repriced, language: Language) -> String {
    let said = priced.said(language);
    let wrapped = |text: String| rooms::wrapped(&text);
    let mut parts = vec![wrapped(said.title)];
    parts.extend(said.sentences.into_iter().map(wrapped));
    parts.extend(said.tables.into_iter().map(|shown| {
        let header: Vec<&str> = shown.header.iter().map(String::as_str).collect();
        format!("{}\n{}", wrapped(shown.caption), table(&header, shown.rows))
    }));
    parts.extend(said.notes.into_iter().map(wrapped));
    parts.join("\n\n")
}

fn sheet(
    arguments: &CbaArguments,
    target: &Path,
    language: Option<Language>,
    existing: Existing,
    terminal: &Terminal,
) -> Result<Exit, Stop> {
    let form = match ending(target).as_str() {
        "toml" => SheetForm::Toml,
        "csv" => SheetForm::Csv,
        "xlsx" => SheetForm::Xlsx,
        _ => {
            return Err(Stop::usage(
                "prices are written as .toml, .csv or .xlsx",
                "end the name after --write-prices in one of these",
            ));
        }
    };
    let written = money::write_prices(&arguments.bundle, target, form, language, existing)?;
    let name = target.file_name().unwrap_or(target.as_os_str());
    terminal.say(&format!("written: {}", name.to_string_lossy()));
    if written == WrittenPrices::Template {
        terminal.say(
            "the result has no prices: every quantity stands with an empty price; fill in value, unit, price_year and \
             source, or remove the line",
        );
    }
    Ok(Exit::Fine)
}
