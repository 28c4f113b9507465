//! Price files that are refused: every rule by its code.

use super::*;

fn only(from: &str, to: &str) -> (&'static str, String) {
    let found = changed(from, to);
    assert_eq!(found.len(), 1, "{from} -> {to}: {found:?}");
    found.into_iter().next().expect("one")
}

#[test]
fn a_price_without_source_is_refused() {
    for blank in ["", "source = \"\"", "source = \"  \""] {
        let (code, message) = only("source = \"Synthetic\"", blank);
        assert_eq!(code, codes::NO_SOURCE);
        assert!(message.contains("[lines.production]"), "{message}");
    }
}

#[test]
fn names_that_the_study_does_not_have_are_refused() {
    let (code, message) = only("outcome = \"hours\"", "outcome = \"huors\"");
    assert_eq!(code, codes::UNKNOWN_NAME);
    assert!(message.contains("no outcome `huors`"), "{message}");
    let error = toml(&GOOD.replace("\"hours\"", "\"huors\"")).expect_err("refused");
    assert_eq!(error.diagnostics[0].hint, "write `hours`");
    assert!(matches!(
        error.diagnostics[0].place,
        Place::Study { line: 6, .. }
    ));
    let (code, message) = only("outcome = \"hours\"", "outcome = \"meetings\"");
    assert_eq!(code, codes::UNKNOWN_NAME);
    assert!(message.contains("does not accumulate"), "{message}");
    let (code, _) = only("programme = true", "arms = [\"x\"]");
    assert_eq!(code, codes::UNKNOWN_NAME);
    let (code, _) = only("to = \"employer\"", "to = \"employr\"");
    assert_eq!(code, codes::UNKNOWN_WORD);
    let (code, _) = only("outcome = \"hours\"", "per = \"hour\"");
    assert_eq!(code, codes::UNKNOWN_WORD);
}

#[test]
fn who_pays_whom_must_fit_the_kind() {
    for (from, to) in [
        ("to = \"employer\"", ""),
        ("to = \"employer\"", "to = \"employer\"\nfrom = \"state\""),
        ("from = \"municipality\"\nto", "to"),
        ("from = \"municipality\"\nto = \"participant\"", ""),
        ("from = \"municipality\"", "from = \"participant\""),
    ] {
        assert_eq!(only(from, to).0, codes::PARTIES, "{from}");
    }
}

#[test]
fn the_same_work_is_not_counted_twice() {
    let more = GOOD
        .replace("[lines.benefit]", "[lines.again]")
        .replace(
            "from = \"municipality\"\nto = \"participant\"",
            "to = \"employer\"",
        )
        .replace("\"transfer\"", "\"resource\"");
    let error = toml(&more).expect_err("refused");
    assert_eq!(error.diagnostics[0].code, codes::PRODUCTION);
    assert!(
        error.diagnostics[0]
            .message
            .contains("counts the same work twice")
    );
    // Not of the same persons.
    let apart = more
        .replacen(
            "to = \"employer\"",
            "to = \"employer\"\narms = \"kontrol\"",
            1,
        )
        .replacen(
            "outcome = \"benefit\"",
            "outcome = \"benefit\"\narms = \"deltager\"",
            1,
        );
    assert!(toml(&apart).is_ok());
}

#[test]
fn values_must_be_what_they_are() {
    for (from, to, code) in [
        ("value = 245", "value = -245", codes::BAD_VALUE),
        ("value = 245", "value = inf", codes::BAD_VALUE),
        ("value = 245", "value = nan", codes::BAD_VALUE),
        ("value = 245", "value = \"245,0\"", codes::BAD_VALUE),
        ("value = 245", "value = 2012-01-01", codes::BAD_VALUE),
        ("value = 245", "", codes::MISSING),
        ("price_year = 2012", "price_year = 12", codes::BAD_VALUE),
        ("price_year = 2012", "price_year = 2012.5", codes::BAD_VALUE),
        ("price_year = 2012", "", codes::MISSING),
        ("unit = \"DKK per hour\"", "unit = \"\"", codes::MISSING),
        ("unit = \"DKK per hour\"", "unit = 3", codes::BAD_VALUE),
        (
            "unit = \"DKK per hour\"",
            "unit = \"a\\u0007\"",
            codes::BAD_VALUE,
        ),
        (
            "basis = \"factor\"",
            "basis = \"factory\"",
            codes::UNKNOWN_WORD,
        ),
        ("basis = \"factor\"", "", codes::MISSING),
        ("outcome = \"hours\"", "", codes::MISSING),
        (
            "outcome = \"hours\"",
            "outcome = \"hours\"\nper = \"person\"",
            codes::BAD_VALUE,
        ),
        ("programme = true", "programme = \"yes\"", codes::BAD_VALUE),
        ("programme = true", "arms = []", codes::BAD_VALUE),
        ("synthetic = true", "synthetic = 1", codes::BAD_VALUE),
        ("synthetic = true", "sintetic = true", codes::UNKNOWN_KEY),
        ("programme = true", "program = true", codes::UNKNOWN_KEY),
        ("[prices]", "[price]", codes::UNKNOWN_KEY),
    ] {
        assert_eq!(only(from, to).0, code, "{to}");
    }
}

#[test]
fn keys_of_a_later_version_are_refused_by_name() {
    for key in ["share", "band_first", "half_year", "valid_from"] {
        let (code, message) = only("value = 245", &format!("value = 245\n{key} = 1"));
        assert_eq!(code, codes::NOT_YET, "{key}");
        assert!(message.contains(key) && message.contains("not in this version"));
        let (code, _) = only("synthetic = true", &format!("{key} = 1"));
        assert_eq!(code, codes::NOT_YET, "{key}");
    }
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let text = GOOD
        .replacen("source = \"Synthetic\"", "", 1)
        .replacen("\"transfer\"", "\"transfr\"", 1)
        .replacen("value = 1500", "value = \"1500\"", 1);
    let error = toml(&text).expect_err("refused");
    let found: Vec<&str> = error.diagnostics.iter().map(|d| d.code).collect();
    assert_eq!(
        found,
        [codes::NO_SOURCE, codes::UNKNOWN_WORD, codes::BAD_VALUE]
    );
}

#[test]
fn files_that_are_no_price_files_are_refused() {
    let code = |name: &str, bytes: &[u8]| {
        let error = read_bytes(name, bytes, &known()).expect_err("refused");
        assert_eq!(error.class, Class::Study);
        error.diagnostics[0].code
    };
    assert_eq!(code("prices.toml", b"[lines"), codes::NOT_TOML);
    assert_eq!(code("prices.toml", b"x = y"), codes::NOT_TOML);
    // What Windows makes easy to get wrong is told as what it is.
    assert_eq!(code("prices.toml", b"x = 1,5"), "RV0147");
    assert_eq!(code("prices.toml", b"\xff\xfe["), "RV0146");
    assert_eq!(code("prices.toml", b"\xFF"), codes::UNREADABLE);
    assert_eq!(code("prices.toml", b""), codes::NO_LINES);
    assert_eq!(code("prices.toml", b"lines = 3"), codes::BAD_VALUE);
    assert_eq!(code("prices.doc", b""), codes::FORMAT);
    assert_eq!(code("prices.xlsx", b"PK"), codes::UNREADABLE);
    let large = vec![b'#'; 3 << 20];
    assert_eq!(code("prices.toml", &large), codes::TOO_LARGE);
    let persons = "person_id,arm\n0101801234,deltager\n";
    let error = read_bytes("prices.csv", persons.as_bytes(), &known()).expect_err("refused");
    assert_eq!(error.diagnostics[0].code, codes::MISSING);
    assert!(!format!("{error:?}").contains("0101801234"));
    let missing = DataFile {
        shown: "prices.toml".into(),
        path: "/secret/prices.toml".into(),
    };
    let error = read(&missing, &known()).expect_err("refused");
    assert!(!error.to_string().contains("secret"));
}

#[test]
fn a_workbook_that_unpacks_to_too_much_is_refused() {
    use std::io::Write;
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    archive
        .start_file("xl/sharedStrings.xml", options)
        .expect("a part");
    let zeros = vec![0u8; 1 << 20];
    for _ in 0..40 {
        archive.write_all(&zeros).expect("written");
    }
    let bytes = archive.finish().expect("a file").into_inner();
    assert!(bytes.len() < 100_000);
    let error = read_bytes("prices.xlsx", &bytes, &known()).expect_err("refused");
    assert_eq!(error.diagnostics[0].code, codes::TOO_LARGE);
}
