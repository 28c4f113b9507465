//! `[disclosure]`: the smallest cell, the site whose rules hold, and the key of the house.

use super::Pass;
use crate::study::raw::RawDisclosure;
use crate::study::secret::Secret;
use crate::study::sites::{self, Site};
use crate::study::written::At;
use crate::study::{codes, suggest};
use std::collections::BTreeMap;

/// Five are asked for where the study says nothing: three and five are both in use.
const USUAL: u32 = 5;

/// The smallest cell that may be shown; the site and the key when they are named.
pub(super) fn disclosure(
    raw: RawDisclosure,
    synthetic: bool,
    pass: &mut Pass<'_>,
) -> (u32, Option<Site>, Option<Secret>) {
    let table = match &raw.sites {
        Some(written) => own(written, pass),
        None => Some(sites::shipped()),
    };
    let site = raw.site.as_ref().zip(table);
    let site = site.and_then(|(name, table)| named(name, &table, pass));
    let least = site.as_ref().map_or(USUAL, |site| site.min_cell.max(USUAL));
    if let (Some(given), Some(site)) = (&raw.min_cell, &site)
        && given.value < site.min_cell
        && !synthetic
    {
        pass.findings.error(
            &given.span,
            codes::BELOW_SITE,
            format!(
                "`min_cell = {}`, but {} lets out no number of fewer than {} persons",
                given.value, site.name, site.min_cell
            ),
            "raise min_cell, or leave it out",
        );
    }
    let given = raw.min_cell.map(|given| given.value);
    let shown = least.to_string();
    let min_cell = (pass.defaults).or(given, "disclosure", "min_cell", (least, &shown));
    let secret = raw.key.and_then(|written| key(&written, pass));
    (min_cell, site, secret)
}

/// The key of a file; nothing when it cannot be used, which is told.
fn key(written: &At<String>, pass: &mut Pass<'_>) -> Option<Secret> {
    let file = pass.roots.find_key(written, &mut pass.findings);
    if file.path.as_os_str().is_empty() {
        return None;
    }
    Secret::read(&file.path)
        .map_err(|why| {
            let message = format!("the key `{}` cannot be used: {why}", file.shown);
            let hint = "write 16 random bytes or more into it, and keep it inside";
            (pass.findings).error(&written.span, codes::BAD_KEY, message, hint);
        })
        .ok()
}

fn named(name: &At<String>, table: &BTreeMap<String, Site>, pass: &mut Pass<'_>) -> Option<Site> {
    let found = table.get(&name.value).cloned();
    if found.is_none() {
        let known: Vec<&str> = table.keys().map(String::as_str).collect();
        let hint = suggest::hint(
            &name.value,
            &known,
            "add it to a table of your own: `rettevej sites --write FILE`",
        );
        let message = format!("there is no site `{}` in the table", name.value);
        (pass.findings)
            .error(&name.span, codes::UNKNOWN_REFERENCE, message, hint)
            .allowed = Some(suggest::list(&known));
    }
    found
}

/// The table of a file of one's own; nothing when it cannot be used, which is told.
fn own(written: &At<String>, pass: &mut Pass<'_>) -> Option<BTreeMap<String, Site>> {
    let file = pass.roots.find_sites(written, &mut pass.findings);
    if file.path.as_os_str().is_empty() {
        return None;
    }
    let text = std::fs::read_to_string(&file.path)
        .map_err(|_| "it cannot be read as UTF-8 text".to_owned());
    let parsed = text.and_then(|text| sites::parse(text.trim_start_matches('\u{feff}')));
    parsed
        .map_err(|why| {
            let message = format!("the table of sites `{}` cannot be used: {why}", file.shown);
            let hint = "write the shipped table with `rettevej sites --write FILE` and edit it";
            (pass.findings).error(&written.span, codes::BAD_SITES, message, hint);
        })
        .ok()
}
