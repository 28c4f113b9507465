//! `[report]`.

use super::Pass;
use crate::study::codes;
use crate::study::defaults::quoted;
use crate::study::model::Form;
use crate::study::raw::{RawFormat, RawReport};

pub(super) fn formats(raw: RawReport, pass: &mut Pass<'_>) -> Vec<Form> {
    let Some(list) = raw.formats else {
        let words = Form::USUAL.map(|form| quoted(form.as_str()));
        pass.defaults
            .note("report", "formats", &format!("[{}]", words.join(", ")));
        return Form::USUAL.to_vec();
    };
    let mut formats: Vec<Form> = Vec::new();
    for written in list {
        let form = match written.value {
            RawFormat::Html => Form::Html,
            RawFormat::Md => Form::Md,
            RawFormat::Xlsx => Form::Xlsx,
            RawFormat::Parquet => Form::Parquet,
            RawFormat::Svg => Form::Svg,
            RawFormat::Png => Form::Png,
        };
        if formats.contains(&form) {
            pass.findings.error(
                &written.span,
                codes::TWICE,
                format!("format `{}` is named twice", form.as_str()),
                "remove one of the two",
            );
        } else {
            formats.push(form);
        }
    }
    formats.sort_unstable();
    formats
}
