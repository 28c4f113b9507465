//! Prices as CSV and Excel.

use super::*;
use calamine::{Data, Reader, Xlsx};

#[test]
fn a_danish_sheet_gives_the_same_prices() {
    let danish = "Linje;Udfald;Pr;Type;Fra;Til;Værdi;Enhed;Prisår;Prisbasis;Kilde;Indsats;Arme;Syntetisk;Titel\r\n\
        production;hours;;ressource;;arbejdsgiver;245;DKK per hour;2012;faktor;Synthetic;;;ja;Opdigtede priser\r\n\
        benefit;benefit;;overførsel;kommune;deltager;2.500,50;DKK per week;2012;faktor;Synthetic;nej;;ja;Opdigtede priser\r\n\
        overhead;;person;ressource;kommune;;1500;DKK per person;2012;faktor;Synthetic;ja;deltager;ja;\r\n";
    let (latin, _, lost) = encoding_rs::WINDOWS_1252.encode(danish);
    assert!(!lost);
    for bytes in [danish.as_bytes(), &latin] {
        let read = read_bytes("priser.csv", bytes, &known()).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(read.prices, good());
    }
}

/// Every column that a sheet may have, in Danish.
#[test]
fn a_danish_sheet_says_all_that_a_sheet_can_say() {
    let danish = "Linje;Udfald;Pr;Type;Fra;Til;Værdi;Enhed;Prisår;Prisbasis;Kilde;Tillæg;Fordeling;Lav;Høj;Standardfejl;\
        Første uge;Sidste uge;Refusion af;Regel;Uger;Vejledning;Diskonteret;Fælles prisniveau\r\n\
        h;hours;;ressource;;arbejdsgiver;245;DKK;2012;faktor;S;0,1;trekant;200;300,5;;2;52;;;;dk-fm-2013;slut;2012\r\n\
        b;benefit;;overførsel;kommune;deltager;2500;DKK;2012;faktor;S;;gammafordelt;;;250,5;;;;;;dk-fm-2013;slut;2012\r\n\
        r;;;overførsel;stat;kommune;;;;;;;;;;;;;b;dk-benefit;passiv;dk-fm-2013;slut;2012\r\n";
    let read = read_bytes("priser.csv", danish.as_bytes(), &known());
    let prices = read.unwrap_or_else(|e| panic!("{e}")).prices;
    // As programs write whole numbers of a column with empty cells.
    let floats = danish
        .replace(";2012;", ";2012.0;")
        .replace(";2;52;", ";2,0;52,0;");
    let again = read_bytes("priser.csv", floats.as_bytes(), &known());
    assert_eq!(again.unwrap_or_else(|e| panic!("{e}")).prices, prices);
    let toml = toml(
        r#"[prices]
vintage = "dk-fm-2013"
discounted_at = "end"
price_level = 2012

[lines.h]
outcome = "hours"
kind = "resource"
to = "employer"
value = 245
unit = "DKK"
price_year = 2012
basis = "factor"
source = "S"
uplift = 0.1
low = 200
high = 300.5
first_week = 2
last_week = 52

[lines.b]
outcome = "benefit"
kind = "transfer"
from = "municipality"
to = "participant"
value = 2500
unit = "DKK"
price_year = 2012
basis = "factor"
source = "S"
distribution = "gamma"
std_error = 250.5

[lines.r]
refund_of = "b"
rule = "dk-benefit"
weeks = "passive"
from = "state"
to = "municipality"
"#,
    );
    assert_eq!(toml.unwrap_or_else(|e| panic!("{e}")).prices, prices);
}

#[test]
fn bad_rows_are_counted_and_the_first_ten_shown() {
    let header = "line,outcome,kind,from,to,value,unit,price_year,basis,source\n";
    let rows: Vec<String> = (0..12)
        .map(|i| format!("l{i},hours,transfer,state,region,x{i},u,2012,factor,s\n"))
        .collect();
    let rows = rows.concat();
    let error =
        read_bytes("p.csv", (header.to_owned() + &rows).as_bytes(), &known()).expect_err("refused");
    assert_eq!(error.diagnostics.len(), 1);
    let Place::Data {
        rows,
        count,
        column,
        ..
    } = &error.diagnostics[0].place
    else {
        panic!("a place")
    };
    assert_eq!((rows.len(), *count, rows[0]), (10, 12, 2));
    assert_eq!(column.as_deref(), Some("value"));
}

#[test]
fn a_number_that_could_be_both_is_refused_and_columns_are_known_by_name() {
    let file = |value: &str| {
        format!(
            "line;outcome;kind;from;to;value;unit;price_year;basis;source\nl;hours;transfer;state;region;{value};u;2012;factor;s\n"
        )
    };
    let error = read_bytes("p.csv", file("1.234").as_bytes(), &known()).expect_err("refused");
    assert!(
        error.diagnostics[0]
            .message
            .contains("could be a thousand or one")
    );
    for (value, number) in [("1,234", 1.234), ("1234", 1234.0), ("1.234,0", 1234.0)] {
        let read = read_bytes("p.csv", file(value).as_bytes(), &known()).expect("read");
        assert_eq!(read.prices.lines[0].value, number);
    }
    for (from, to, code) in [
        ("value", "vlaue", codes::UNKNOWN_KEY),
        ("source", "", codes::MISSING),
        ("basis", "unit", codes::TWICE),
        ("basis", "deflator", codes::ONLY_TOML),
        ("outcome", "", codes::MISSING),
    ] {
        let text = file("1").replacen(from, to, 1);
        let error = read_bytes("p.csv", text.as_bytes(), &known()).expect_err("refused");
        assert_eq!(error.diagnostics[0].code, code, "{to}");
    }
}

#[test]
fn a_workbook_holds_numbers_and_nothing_in_it_is_a_formula() {
    let mut prices = good();
    "=cmd|' /C calc'!A0".clone_into(&mut prices.lines[0].source);
    let bytes = to_xlsx(&prices).expect("a workbook");
    assert_eq!(bytes, to_xlsx(&prices).expect("again"));
    let read = read_bytes("prices.xlsx", &bytes, &known()).expect("read");
    assert_eq!(read.prices, prices);
    let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(bytes)).expect("opens");
    assert_eq!(book.sheet_names(), ["prices", "notes"]);
    let formulas = book.worksheet_formula("prices").expect("a sheet");
    assert_eq!(formulas.used_cells().count(), 0);
    let cells = book.worksheet_range("prices").expect("a sheet");
    assert_eq!(cells.get_value((1, 6)), Some(&Data::Float(245.0)));
}

#[test]
fn a_template_is_refused_until_its_values_are_filled_in() {
    let mut template = good();
    for line in &mut template.lines {
        line.value = f64::NAN;
        line.unit = String::new();
        line.price_year = 0;
        line.source = String::new();
    }
    for (name, bytes) in [
        ("t.toml", to_toml(&template).into_bytes()),
        (
            "t.csv",
            to_csv(&template, Dialect::Plain)
                .expect("a sheet")
                .into_bytes(),
        ),
        ("t.xlsx", to_xlsx(&template).expect("a workbook")),
    ] {
        let error = read_bytes(name, &bytes, &known()).expect_err("refused");
        let codes: Vec<&str> = error.diagnostics.iter().map(|d| d.code).collect();
        assert!(codes.contains(&codes::MISSING), "{name}: {error}");
        assert!(codes.contains(&codes::NO_SOURCE), "{name}: {error}");
    }
}
