//! Prices as an Excel workbook: a sheet to edit, and a sheet that says how.

use super::super::entry::WHOLES;
use super::{Cell, cell, fits_a_sheet, header};
use crate::error::{Class, Diagnostic, Error, Result};
use crate::study::prices::Prices;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, XlsxError};

/// What the sheet of notes says of each column.
const NOTES: &[(&str, &str)] = &[
    (
        "line",
        "Name of the line, used once. / Linjens navn, brugt én gang.",
    ),
    (
        "outcome",
        "What is counted: an outcome of the study that accumulates. / Det, der tælles: et udfald, der akkumuleres.",
    ),
    (
        "per",
        "`person` instead of an outcome: one per assigned person. / `person` i stedet for et udfald: én pr. person.",
    ),
    (
        "kind",
        "resource (made or used up) or transfer (from party to party). / resource (skabt eller brugt) eller transfer (fra part til part).",
    ),
    (
        "from, to",
        "participant, employer, municipality, region, state, other. A resource has one of the two: `to` gains, `from` pays. / En resource har én af de to: `to` får, `from` betaler.",
    ),
    (
        "value",
        "Price of one unit, 0 or more. / Pris pr. enhed, 0 eller mere.",
    ),
    ("unit", "What the price is for. / Hvad prisen gælder."),
    ("price_year", "Year of the price level. / Prisniveauets år."),
    (
        "basis",
        "factor (without indirect taxes) or market (as paid by consumers). / factor (faktorpriser) eller market (markedspriser).",
    ),
    (
        "source",
        "Where the price comes from; a line without is refused. / Kilde; en linje uden kilde afvises.",
    ),
    (
        "programme",
        "TRUE for a cost of the programme itself. / TRUE for en udgift til selve indsatsen.",
    ),
    (
        "arms",
        "Arms in which it counts, with | between; empty: all, per person the treatment arms. / Grupper, med | imellem; tom: alle.",
    ),
    (
        "uplift",
        "Added because costs are mostly underestimated: 0.1 is a tenth more. / Tillæg: 0,1 er en tiendedel mere.",
    ),
    (
        "distribution, low, high, std_error",
        "How uncertain the price is: uniform or triangular with low and high; normal, log_normal or gamma with std_error. / Prisens usikkerhed.",
    ),
    (
        "first_week, last_week",
        "Weeks in which the line counts; empty: all. / Uger, hvor linjen tæller; tom: alle.",
    ),
    (
        "refund_of, rule, weeks",
        "A refund: the line that is refunded, the rule, and active or passive. / En refusion: linjen, reglen, og active eller passive.",
    ),
    (
        "currency, synthetic, title",
        "About the whole file; the same in every row. / Om hele filen; ens i alle rækker.",
    ),
    (
        "vintage, discounted_at, price_level, price_index, participants",
        "Official parameters such as dk-fm-2013, middle or end of a period, year of all prices and the index that moves them there, persons of the municipality's case; the same in every row. / Parametre, tidspunkt, prisår, prisindeks og antal deltagere i kommunens regnestykke; ens i alle rækker.",
    ),
];

/// Prices as the bytes of a workbook; the same for equal prices.
///
/// # Errors
/// Class [`Class::Write`] when a text is longer than a cell takes, or the prices say something that a sheet has no room for.
pub fn to_xlsx(prices: &Prices) -> Result<Vec<u8>> {
    fits_a_sheet(prices)?;
    workbook(prices).map_err(|cause| {
        Error::one(
            Class::Write,
            Diagnostic::error(
                crate::cost_benefit::codes::NOT_A_SHEET,
                format!("the prices cannot be written as a workbook: {cause}"),
                "write them as .toml or .csv",
            ),
        )
    })
}

fn workbook(prices: &Prices) -> std::result::Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // Equal prices give equal bytes, whenever they are written.
    let time = ExcelDateTime::from_ymd(2000, 1, 1)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&time));
    let bold = Format::new().set_bold();
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let year = Format::new().set_num_format("0");
    let sheet = book.add_worksheet();
    sheet.set_name("prices")?;
    let names = header(prices);
    for (column, name) in (0u16..).zip(&names) {
        sheet.write_string_with_format(0, column, *name, &bold)?;
        let width = match *name {
            "source" | "title" => 50,
            "line" | "outcome" | "unit" | "arms" => 22,
            _ => 13,
        };
        sheet.set_column_width(column, width)?;
    }
    sheet.set_freeze_panes(1, 1)?;
    for (row, line) in (1u32..).zip(&prices.lines) {
        for (column, name) in (0u16..).zip(&names) {
            match cell(name, line, prices) {
                Cell::Empty => {}
                Cell::Number(number) if WHOLES.contains(name) => {
                    sheet.write_number_with_format(row, column, number, &year)?;
                }
                Cell::Number(number) => {
                    sheet.write_number(row, column, number)?;
                }
                Cell::Truth(truth) => {
                    sheet.write_boolean(row, column, truth)?;
                }
                // As text: a program never takes it for a formula.
                Cell::Text(text) => {
                    sheet.write_string(row, column, text)?;
                }
            }
        }
    }
    if let Ok(last) = u32::try_from(prices.lines.len()) {
        sheet.autofilter(0, 0, last, u16::try_from(names.len() - 1).unwrap_or(0))?;
    }
    let notes = book.add_worksheet();
    notes.set_name("notes")?;
    notes.set_column_width(0, 26)?;
    notes.set_column_width(1, 100)?;
    notes.write_string_with_format(0, 0, "column", &bold)?;
    notes.write_string_with_format(0, 1, "meaning", &bold)?;
    notes.set_freeze_panes(1, 0)?;
    for (row, (column, meaning)) in (1u32..).zip(NOTES) {
        notes.write_string(row, 0, *column)?;
        notes.write_string_with_format(row, 1, *meaning, &wrapped)?;
    }
    book.save_to_buffer()
}
