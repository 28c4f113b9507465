//! The rooms of the money as `cba` uses them; the rest stands in [`super::rooms`].

use super::rooms::{self, SigningKey};
use crate::cost_benefit::prices::{self, Known};
use crate::cost_benefit::{self, Change, Prices, changes, codes};
use crate::disclosure::{self, Cleared};
use crate::error::{Class, Diagnostic, Error, Place, Result, Severity};
use crate::report::repriced;
use crate::results::csv::Dialect;
use crate::results::write::Existing;
use crate::results::{Bundle, Quantities, Row};
use crate::study::DataFile;
use crate::study::model::Form;
use crate::study::sites::{NamedSite, Site};
use crate::units::Language;
use serde_json::{Value, json};
use std::path::Path;

/// A result before and after other prices.
pub(super) struct Repriced {
    before: Bundle,
    after: Cleared,
    /// Warnings about the prices.
    pub findings: Vec<Diagnostic>,
}

impl Repriced {
    /// The study's language.
    pub fn language(&self) -> Language {
        self.before.study.language
    }

    /// What people read.
    pub fn said(&self, language: Language) -> repriced::Repriced {
        repriced::repriced(&self.before, self.after.bundle(), language)
    }

    /// The report with the new prices, signed where there is a key.
    pub fn page(&self, language: Language, signing: Option<&SigningKey>) -> Result<String> {
        let (bundle, json) = (self.after.bundle(), self.bundle());
        let signature = signing.map(|key| key.sign(&json)).transpose()?;
        Ok(rooms::page_around(
            bundle,
            language,
            &json,
            signature.as_deref(),
        ))
    }

    /// The house whose machine the result leaves, as its study names it.
    pub fn site(&self) -> NamedSite {
        NamedSite::of(&self.before.study_source)
    }

    /// The bundle with the new prices.
    pub fn bundle(&self) -> String {
        self.after.bundle().to_json()
    }

    /// What programs read.
    pub fn answer(&self, language: Language) -> Value {
        let said = self.said(language);
        let (old, new) = (&self.before.prices, &self.after.bundle().prices);
        let row = |row: &Row| {
            json!({
                "estimate": row.estimate,
                "conf_low": row.conf_low,
                "conf_high": row.conf_high,
                "reason": row.reason,
            })
        };
        let before = |now: &Row| {
            let same = |r: &&Row| {
                (&r.estimand, &r.item, &r.arm, r.week)
                    == (&now.estimand, &now.item, &now.arm, now.week)
                    && r.subgroup == now.subgroup
            };
            self.before.rows().iter().find(same).map(row)
        };
        let of_money = |r: &&Row| {
            &*r.subgroup == "all"
                && cost_benefit::CARDS
                    .iter()
                    .any(|card| card.slug == &*r.estimand)
        };
        let rows = self.after.bundle().rows().iter().filter(of_money);
        let (accounts, figures): (Vec<&Row>, Vec<&Row>) =
            rows.partition(|r| &*r.estimand == "net_benefit");
        let accounts = accounts.into_iter().map(|now| {
            json!({ "account": now.item, "arm": now.arm, "before": before(now), "now": row(now) })
        });
        let figures = figures.into_iter().map(|now| {
            json!({
                "estimand": now.estimand,
                "item": now.item,
                "arm": now.arm,
                "week": now.week,
                "unit": now.unit,
                "before": before(now),
                "now": row(now),
            })
        });
        let mut lines: Vec<Value> = Vec::new();
        if let (Some(old), Some(new), Some(quantities)) = (old, new, &self.before.quantities) {
            for contrast in &quantities.contrasts {
                let found = changes(old, new, quantities, contrast).unwrap_or_default();
                lines.extend(found.iter().map(|c| line(c, &contrast.treated.arm)));
            }
        }
        json!({
            "sentences": said.sentences,
            "accounts": accounts.collect::<Vec<Value>>(),
            "figures": figures.collect::<Vec<Value>>(),
            "lines": lines,
            "prices": new,
            "notes": said.notes,
            "findings": self.findings,
        })
    }
}

fn line(change: &Change<'_>, arm: &str) -> Value {
    json!({
        "line": change.name,
        "arm": arm,
        "changed": change.parts(),
        "quantity": change.new.or(change.old).map(|p| p.quantity),
        "before": change.old.map(|p| p.society),
        "now": change.new.map(|p| p.society),
        "difference": change.difference(),
    })
}

/// Opens a result, with other prices when a file of them is given.
pub(super) fn open(bundle: &Path, prices: Option<&Path>) -> Result<Bundle> {
    let bundle = Bundle::open(bundle)?;
    match prices {
        None => Ok(bundle),
        Some(file) => Ok(reprice(bundle, file, None)?.after.bundle().clone()),
    }
}

/// Prices a result again.
pub(super) fn reprice(before: Bundle, file: &Path, participants: Option<u32>) -> Result<Repriced> {
    let quantities = quantities(&before)?;
    let file = DataFile {
        shown: name(file),
        path: file.to_owned(),
    };
    let mut read = prices::read(&file, &Known::of_bundle(&before))?;
    read.prices.participants = participants.or(read.prices.participants);
    let rows = cost_benefit::price(quantities, &read.prices, before.facts.seed)?;
    let mut findings = read.findings.clone();
    findings.insert(0, note(&file));
    let after = disclosure::reprice(before.clone(), read.prices, rows, &findings);
    Ok(Repriced {
        before,
        after,
        findings: read.findings,
    })
}

/// What the result says of its new money.
fn note(file: &DataFile) -> Diagnostic {
    let place = Place::Data {
        file: file.shown.clone(),
        column: None,
        rows: Vec::new(),
        count: 0,
    };
    let mut note = Diagnostic::warning(
        codes::PRICED_AGAIN,
        "the money is priced again from the quantities in the result, with normal intervals from their covariance and normal draws for what is read off draws",
        "run the study with these prices for intervals from the replicates",
    );
    note.severity = Severity::Note;
    note.at(place)
}

fn quantities(bundle: &Bundle) -> Result<&Quantities> {
    bundle.quantities.as_ref().ok_or_else(|| {
        Error::one(
            Class::Data,
            Diagnostic::error(
                codes::NO_QUANTITIES,
                "the result has no quantities to put prices on",
                "add `[cost_benefit]` to the study and run it again",
            ),
        )
    })
}

fn name(file: &Path) -> String {
    let name = file.file_name().unwrap_or(file.as_os_str());
    name.to_string_lossy().into_owned()
}

/// Writes the whole result with its new prices.
pub(super) fn write_repriced(
    priced: &Repriced,
    (target, existing): (&Path, Existing),
    language: Language,
    (site, signing): (Option<&Site>, Option<&SigningKey>),
) -> Result<()> {
    let run = |seconds: f64| {
        json!({
            "version": env!("CARGO_PKG_VERSION"),
            "priced": "from the quantities of an earlier result",
            "seconds": [["write", seconds]],
        })
    };
    let place = rooms::Place {
        target,
        existing,
        tables: rooms::Table::Plain,
        formats: &Form::USUAL,
        threads: 2,
        earlier: None,
        site,
        signing,
    };
    rooms::write_cleared(&priced.after, language, &place, &run)
}

/// Forms of a sheet of prices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SheetForm {
    Toml,
    Csv,
    Xlsx,
}

/// What a sheet of prices holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WrittenPrices {
    /// The prices of the result.
    Prices,
    /// Lines to fill in.
    Template,
}

/// Writes the prices of a result as a sheet to edit.
pub(super) fn write_prices(
    bundle: &Path,
    target: &Path,
    form: SheetForm,
    language: Option<Language>,
    existing: Existing,
) -> Result<WrittenPrices> {
    let bundle = Bundle::open(bundle)?;
    quantities(&bundle)?;
    let (sheet, written): (Prices, WrittenPrices) = match &bundle.prices {
        Some(prices) => (prices.clone(), WrittenPrices::Prices),
        None => (
            prices::template(&Known::of_bundle(&bundle)),
            WrittenPrices::Template,
        ),
    };
    let dialect = match language.unwrap_or(bundle.study.language) {
        Language::Da => Dialect::Danish,
        Language::En => Dialect::Plain,
    };
    let bytes = match form {
        SheetForm::Toml => prices::to_toml(&sheet).into_bytes(),
        SheetForm::Csv => prices::to_csv(&sheet, dialect)?.into_bytes(),
        SheetForm::Xlsx => prices::to_xlsx(&sheet)?,
    };
    rooms::write_bytes(&bytes, target, existing)?;
    Ok(written)
}
