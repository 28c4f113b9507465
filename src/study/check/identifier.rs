//! The column of identifiers is nothing else: as an arm, a stratum, a subgroup or a state it would put persons into the
//! results.

use super::Pass;
use crate::study::codes;
use crate::study::written::{At, Texts};

/// Refuses the identifier's column under another key of the same table.
pub(super) fn stands_alone<'a>(
    id: Option<&At<String>>,
    others: impl IntoIterator<Item = (&'static str, Option<&'a At<String>>)>,
    pass: &mut Pass<'_>,
) {
    let Some(id) = id else {
        return;
    };
    for (key, other) in others {
        let Some(other) = other.filter(|other| other.value == id.value) else {
            continue;
        };
        pass.findings.error(
            &other.span,
            codes::TOGETHER,
            format!("`{key}` names the column of identifiers"),
            "name another column: no result may be about a single person",
        );
    }
}

/// Each column of a list under its key.
pub(super) fn each<'a>(
    key: &'static str,
    list: Option<&'a Texts>,
) -> impl Iterator<Item = (&'static str, Option<&'a At<String>>)> {
    list.into_iter()
        .flat_map(|list| &list.0)
        .map(move |column| (key, Some(column)))
}
