//! The page and the Markdown of planted bundles: inert labels, rows behind numbers, the bundle inside.

use super::*;
use crate::report::document::{Block, Table};
use crate::report::markdown::markdown;
use crate::results::sample;
use serde_json::json;

const EVIL: &str = "\"><script>alert('x')</script><!-- =cmd|' /C calc'!A0 & æøå </style> | `*";

/// The sample's bundle with a label, a name and a text that try to be markup.
fn planted(language: &str) -> Bundle {
    let mut value: serde_json::Value =
        serde_json::from_str(&sample::bundle(false).to_json()).expect("a bundle is JSON");
    value["study"]["name"] = json!(EVIL);
    value["study"]["texts"]["title"] = json!(EVIL);
    value["study"]["texts"]["author"] = json!(EVIL);
    value["study"]["language"] = json!(language);
    for label in ["employment", "deltager", "kontrol"] {
        value["study"]["labels"][label] = json!({ "da": EVIL, "en": EVIL });
    }
    value["facts"]["followed_share"] = json!([[1.0, 0.95, 0.9], [1.0, 1.0, 0.9]]);
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    std::fs::write(file.path(), value.to_string()).expect("written");
    Bundle::open(file.path()).expect("a bundle")
}

fn open(page: &str) -> Bundle {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("report.html");
    std::fs::write(&file, page).expect("written");
    Bundle::open(&file).expect("a report carries its bundle")
}

#[test]
fn a_label_that_tries_to_be_markup_stays_text() {
    let bundle = planted("da");
    for language in [Language::Da, Language::En] {
        let page = html(&bundle, language);
        assert!(!page.contains("<script>alert"), "a script got out");
        assert!(!page.contains("<!-- "), "a comment got out");
        assert_eq!(page.matches("</style>").count(), 1);
        assert_eq!(page.matches("<script").count(), 1);
        assert_eq!(page.matches("</script").count(), 1);
        assert!(page.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"));
        assert!(page.contains("=cmd|&#39; /C calc&#39;!A0 &amp; æøå"));
        let text = markdown(&bundle, language);
        assert!(
            text.contains("\\<script\\>alert") && !text.contains("| `*"),
            "{text}"
        );
    }
}

#[test]
fn the_page_opens_again_as_the_bundle_it_was_made_from() {
    for bundle in [sample::bundle(true), sample::bundle(false), planted("en")] {
        let page = html(&bundle, Language::En);
        let back = open(&page);
        assert_eq!(back.to_json(), bundle.to_json());
        assert_eq!(html(&back, Language::En), page, "the same bytes again");
    }
}

#[test]
fn every_way_on_the_page_leads_somewhere_and_no_name_stands_twice() {
    let page = html(&sample::bundle(true), Language::Da);
    let page = page
        .split("<script")
        .next()
        .expect("the page before the bundle");
    let named = |start: &str| -> Vec<String> {
        let parts = page.split(start).skip(1);
        let end = |c: char| matches!(c, '"' | '>' | ' ');
        parts
            .map(|p| p.split(end).next().unwrap_or_default().to_owned())
            .collect()
    };
    let mut ids = named(" id=\"");
    ids.extend(named(" id=r").into_iter().map(|n| format!("r{n}")));
    let once: BTreeSet<&String> = ids.iter().collect();
    assert_eq!(once.len(), ids.len(), "{ids:?}");
    let ways = named("href=\"#");
    assert!(
        ways.iter().any(|w| w.starts_with('r')),
        "a number leads to its row"
    );
    for way in ways {
        assert!(ids.contains(&way), "#{way}");
    }
}

fn tables<'d>(blocks: &'d [Block], into: &mut Vec<&'d Table>) {
    for block in blocks {
        match block {
            Block::Table(table) => into.push(table),
            Block::Fold { blocks, .. } => tables(blocks, into),
            _ => {}
        }
    }
}

#[test]
fn every_number_of_a_table_is_that_of_its_row_and_every_row_has_its_place() {
    let bundle = sample::bundle(true);
    for language in [Language::Da, Language::En] {
        let document = chapters::document(&bundle, language);
        let mut appendix = BTreeSet::new();
        for chapter in &document.chapters {
            let mut found = Vec::new();
            tables(&chapter.blocks, &mut found);
            for table in found {
                let width: usize = table.groups.iter().map(|(_, n)| n).sum();
                assert!(
                    width == 0 || width == table.columns.len(),
                    "{}",
                    table.caption
                );
                for cell in table.rows.iter().flat_map(|line| &line.cells) {
                    let Some(index) = cell.row else { continue };
                    if chapter.id == "appendix" {
                        assert!(appendix.insert(index), "a row stands twice");
                    }
                    let row = &bundle.rows()[index];
                    let digits: String = (cell.text.chars())
                        .map(|c| if c == ',' { '.' } else { c })
                        .filter(|c| c.is_ascii_digit() || *c == '.')
                        .collect();
                    match row.estimate {
                        // Shares and their differences are shown in percent.
                        Some(value) => {
                            let shown: f64 = digits.parse().expect("a number");
                            let scale = if row.unit.starts_with("share") {
                                100.0
                            } else {
                                1.0
                            };
                            assert!(
                                (shown - value * scale).abs() <= 0.051,
                                "{} {value}",
                                cell.text
                            );
                        }
                        None => assert!(digits.is_empty(), "{}", cell.text),
                    }
                }
            }
        }
        let all: BTreeSet<usize> = (0..bundle.rows().len()).collect();
        assert_eq!(appendix, all, "every row stands in the appendix");
    }
}

#[test]
fn hidden_and_undefined_numbers_read_as_such() {
    let page = html(&sample::bundle(true), Language::Da);
    assert!(page.contains(">vises ikke") && page.contains(">kan ikke beregnes"));
    let page = html(&sample::bundle(true), Language::En);
    assert!(page.contains(">not shown") && page.contains(">cannot be computed"));
}

#[test]
fn the_language_and_the_marks_stand_at_the_head_and_no_word_is_missing() {
    for (language, lang, mark) in [
        (Language::Da, "da", "Ikke godkendt til offentliggørelse"),
        (Language::En, "en", "Not cleared for release"),
    ] {
        let bundle = sample::bundle(false);
        let page = html(&bundle, language);
        assert!(page.starts_with(&format!("<!doctype html>\n<html lang=\"{lang}\">")));
        assert!(page.contains(&format!("<p class=\"mark\">{mark}</p>")));
        let text = page.split("<script").next().expect("the page");
        for missing in ["[report-", "[card-", "[accounting-", "[estimand-", "[cell-"] {
            assert!(!text.contains(missing), "{missing}");
            assert!(!markdown(&bundle, language).contains(&format!("\\{missing}")));
        }
        for outside in ["src=\"http", "href=\"http", "url("] {
            assert!(!text.contains(outside), "{outside}");
        }
    }
}

#[test]
fn every_estimand_has_its_card_in_both_languages() {
    for language in [Language::Da, Language::En] {
        let words = crate::report::words::Words::new(language);
        for card in crate::report::method::cards() {
            for part in ["what", "undefined"] {
                let key = format!("card-{}-{part}", card.slug);
                assert!(words.find(&key, &[]).is_some(), "{key}");
            }
        }
    }
}
