//! Two small changes of form between the first and the second pass, which keep every place: a plain `[spells]` becomes
//! `[spells.spells]`, and the `kind` of an outcome is moved outside its keys.

use serde_spanned::Spanned;
use std::borrow::Cow;
use toml::de::{DeTable, DeValue};

/// Name of a plain `[spells]`.
pub(super) const PLAIN: &str = "spells";

/// Changes the form of a document that has passed [`super::shape`].
pub(super) fn reshape(document: &mut DeTable<'_>) {
    if let Some(spells) = document.get_mut("spells")
        && let DeValue::Table(inside) = spells.get_mut()
        && (inside.is_empty() || inside.values().any(|v| !v.get_ref().is_table()))
    {
        wrap(spells, PLAIN);
    }
    if let Some(outcomes) = document.get_mut("outcomes")
        && let DeValue::Table(outcomes) = outcomes.get_mut()
    {
        for (_, outcome) in outcomes.iter_mut() {
            let kind = match outcome.get_mut() {
                DeValue::Table(inside) => inside.remove("kind"),
                _ => None,
            };
            if let Some(DeValue::String(kind)) = kind.map(Spanned::into_inner) {
                wrap(outcome, &kind);
            }
        }
    }
}

/// `{ ... }` becomes `{ name = { ... } }` at the same place.
fn wrap(value: &mut Spanned<DeValue<'_>>, name: &str) {
    let span = value.span();
    let inside = std::mem::replace(value.get_mut(), DeValue::Boolean(false));
    let mut outside = DeTable::new();
    outside.insert(
        Spanned::new(span.clone(), Cow::Owned(name.to_owned())),
        Spanned::new(span, inside),
    );
    *value.get_mut() = DeValue::Table(outside);
}
