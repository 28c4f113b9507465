//! What every sheet is written with: the looks of cells, safe texts, legal names, and the workbook around them.

use super::Sheet;
use crate::report::document::{Side, Value};
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Units of UTF-16 that a cell holds.
const LONGEST: usize = 32_767;
/// Letters of the longest name on a tab.
const LONGEST_NAME: usize = 31;
/// A cell that is marked as text shows no more letters than this in older versions of Excel.
const LONGEST_MARKED: usize = 255;
/// The numbers are rounded to at most so many decimals when shown; the cells hold them whole.
const MOST_DECIMALS: usize = 6;
/// Number of a paper size.
const A4: u8 = 9;
/// Height of a line, and of the highest row, in points.
const LINE: f64 = 15.0;
const HIGHEST: f64 = 400.0;
/// Low levels are several times as quick and cost a tenth more room.
const COMPRESSION: u8 = 2;

/// One sheet that is being written, and the looks it is written with.
pub(super) struct Book<'b> {
    pub sheet: &'b mut Worksheet,
    pub looks: &'b Looks,
    /// What must be seen on every sheet: made-up data, not cleared.
    pub marks: &'b [String],
}

/// The looks of cells.
pub(super) struct Looks {
    head: Format,
    head_inside: Format,
    head_right: Format,
    pub title: Format,
    pub mark: Format,
    pub strong: Format,
    /// Words in a table. Marked as text, so that Excel makes no date of them when they are edited.
    text: Format,
    /// The same behind a column of numbers, with a little room before it.
    text_inside: Format,
    /// Long words.
    pub prose: Format,
    p: Format,
    /// Behind a column of numbers, as words are.
    year: Format,
    pub link: Format,
    numbers: Vec<Format>,
}

impl Looks {
    fn new() -> Self {
        let top = Format::new().set_align(FormatAlign::Top);
        let bold = top.clone().set_bold();
        let number = |decimals: usize| {
            let mut pattern = "#,##0".to_owned();
            if decimals > 0 {
                pattern.push('.');
                pattern.push_str(&"0".repeat(decimals));
            }
            top.clone().set_num_format(pattern)
        };
        let head = bold
            .clone()
            .set_text_wrap()
            .set_background_color(0xE7_EEF4)
            .set_border_bottom(FormatBorder::Thin);
        let text = top.clone().set_num_format("@").set_text_wrap();
        let year = top.clone().set_num_format("0");
        Self {
            year: year.set_align(FormatAlign::Left).set_indent(1),
            head_inside: head.clone().set_align(FormatAlign::Left).set_indent(1),
            head_right: head.clone().set_align(FormatAlign::Right),
            head,
            title: bold.clone().set_font_size(16),
            mark: bold.clone().set_font_color(0x9A_3A00),
            strong: bold.set_text_wrap(),
            text_inside: text.clone().set_align(FormatAlign::Left).set_indent(1),
            text,
            prose: top.clone().set_text_wrap(),
            link: top.clone().set_hyperlink(),
            // A small p-value shows its size instead of 0,000.
            p: top.clone().set_num_format("[<0.001]0.0E+00;0.000"),
            numbers: (0..=MOST_DECIMALS).map(number).collect(),
        }
    }

    pub(super) fn number(&self, decimals: usize) -> &Format {
        &self.numbers[decimals.min(MOST_DECIMALS)]
    }
}

impl Book<'_> {
    /// Words in a cell, as they are: a text that Excel would read as a formula when it is edited is marked as one that
    /// was typed behind an apostrophe, which Excel does not show.
    pub(super) fn text(
        &mut self,
        (row, column): (u32, u16),
        text: &str,
        look: &Format,
    ) -> Result<(), XlsxError> {
        let text = fitting(text);
        if looks_like_input(&text) {
            let look = look.clone().set_quote_prefix();
            self.sheet
                .write_string_with_format(row, column, text, &look)?;
        } else {
            self.sheet
                .write_string_with_format(row, column, text, look)?;
        }
        Ok(())
    }

    /// Words in a table.
    pub(super) fn label(&mut self, at: (u32, u16), text: &str) -> Result<(), XlsxError> {
        let looks = self.looks;
        let long = text.encode_utf16().count() > LONGEST_MARKED;
        let look = match at {
            _ if long => &looks.prose,
            (_, 0) => &looks.text,
            _ => &looks.text_inside,
        };
        self.text(at, text, look)
    }

    /// The numbers of a cell, in one or two columns.
    pub(super) fn value(&mut self, at: (u32, u16), value: &Value) -> Result<(), XlsxError> {
        let (row, column) = at;
        let looks = self.looks;
        let sheet = &mut *self.sheet;
        match value {
            Value::Number {
                value, decimals, ..
            } => {
                sheet.write_number_with_format(row, column, *value, looks.number(*decimals))?;
            }
            Value::Limits {
                low,
                high,
                decimals,
                ..
            } => {
                let look = looks.number(*decimals);
                sheet.write_number_with_format(row, column, *low, look)?;
                sheet.write_number_with_format(row, column + 1, *high, look)?;
            }
            Value::P(p) => {
                sheet.write_number_with_format(row, column, *p, &looks.p)?;
            }
            Value::Year(year) => {
                sheet.write_number_with_format(row, column, *year, &looks.year)?;
            }
        }
        Ok(())
    }

    /// The head of a table in row 1: frozen, with a filter over `rows` rows.
    pub(super) fn head(&mut self, columns: &[Head], rows: usize) -> Result<(), XlsxError> {
        let looks = self.looks;
        let mut most = 1;
        for (i, Head { name, width, side }) in columns.iter().enumerate() {
            let column = i as u16;
            let look = match side {
                Side::Left if i == 0 => &looks.head,
                Side::Left => &looks.head_inside,
                Side::Right => &looks.head_right,
            };
            self.text((0, column), name, look)?;
            self.sheet.set_column_width(column, *width)?;
            // Bold letters are wider, and the sign of the filter takes its room.
            most = most.max(lines(name, (width - 2.0) / 1.1));
        }
        self.sheet.set_row_height(0, LINE * f64::from(most) + 3.0)?;
        self.sheet.set_freeze_panes(1, 0)?;
        self.sheet.set_repeat_rows(0, 0)?;
        self.sheet.set_landscape().set_print_fit_to_pages(1, 0);
        if let Some(last) = columns.len().checked_sub(1) {
            self.sheet.autofilter(0, 0, rows as u32, last as u16)?;
        }
        Ok(())
    }

    /// Long words in a row that becomes as high as they need: not every reader makes it so by itself.
    pub(super) fn prose(
        &mut self,
        at: (u32, u16),
        text: &str,
        width: f64,
    ) -> Result<(), XlsxError> {
        let looks = self.looks;
        self.text(at, text, &looks.prose)?;
        self.height(at.0, lines(text, width))
    }

    /// Makes a row high enough for lines of words.
    pub(super) fn height(&mut self, row: u32, lines: u32) -> Result<(), XlsxError> {
        let height = LINE * f64::from(lines) + 1.0;
        self.sheet.set_row_height(row, height.min(HIGHEST))?;
        Ok(())
    }

    /// The marks at a place outside the table, below each other.
    pub(super) fn marks(&mut self, (row, column): (u32, u16)) -> Result<(), XlsxError> {
        let looks = self.looks;
        for (i, mark) in self.marks.iter().enumerate() {
            self.text((row + i as u32, column), mark, &looks.mark)?;
        }
        Ok(())
    }

    /// What stands on paper at the head of each page, and a colour on the tab of a marked workbook.
    fn page(&mut self, title: &str) {
        // In a head of a page `&` begins a command; the whole may have 255 letters, and each `&` is written twice.
        let part = |text: &str| shortened(text, 55).replace('&', "&&");
        let marks = self.marks.join(" · ");
        self.sheet
            .set_header(format!("&L{}&R{}", part(title), part(&marks)))
            .set_footer("&L&A&R&P / &N")
            .set_paper_size(A4);
        if !self.marks.is_empty() {
            self.sheet.set_tab_color(0x9A_3A00);
        }
    }
}

/// Head of a column of a table.
pub(super) struct Head {
    pub name: String,
    /// In letters.
    pub width: f64,
    pub side: Side,
}

impl Head {
    pub(super) fn left(name: String, width: f64) -> Self {
        let side = Side::Left;
        Self { name, width, side }
    }
}

/// Lines that a text takes in a column of a width in letters.
pub(super) fn lines(text: &str, width: f64) -> u32 {
    let mut count = 0;
    for paragraph in text.split('\n') {
        let mut used = f64::INFINITY;
        for word in paragraph.split(' ') {
            let long = word.chars().count() as f64;
            if used + 1.0 + long <= width {
                used += 1.0 + long;
            } else {
                // A word that is too long is broken.
                count += (long / width).ceil().max(1.0) as u32;
                used = long % width;
            }
        }
    }
    count
}

/// The workbook: the overview first, then the sheets.
pub(super) fn write(
    (title, marks): (&str, &[String]),
    overview: &str,
    sheets: &[Sheet<'_>],
    fill: impl Fn(&mut Book<'_>) -> Result<(), XlsxError>,
) -> Result<Vec<u8>, XlsxError> {
    let looks = Looks::new();
    let mut workbook = Workbook::new();
    workbook.set_zip_compression_level(COMPRESSION);
    // A fixed date: without one, the workbook holds the clock. 1980 is where the dates of its inner files begin.
    let properties = DocProperties::new()
        .set_title(fitting(title).into_owned())
        .set_creation_datetime(&ExcelDateTime::from_ymd(1980, 1, 1)?);
    workbook.set_properties(&properties);
    let mut add = |name: &str, fill: &dyn Fn(&mut Book<'_>) -> Result<(), XlsxError>| {
        let mut book = Book {
            sheet: workbook.add_worksheet().set_name(name)?,
            looks: &looks,
            marks,
        };
        book.page(title);
        fill(&mut book)
    };
    add(overview, &fill)?;
    for sheet in sheets {
        add(&sheet.name, &*sheet.fill)?;
    }
    workbook.save_to_buffer()
}

/// What Excel takes for more than words when a person types it.
pub(super) fn looks_like_input(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\'', '\t', '\r', '\n'])
}

/// A text that a cell can hold.
pub(super) fn fitting(text: &str) -> Cow<'_, str> {
    if text.len() <= LONGEST || text.encode_utf16().count() <= LONGEST {
        return Cow::Borrowed(text);
    }
    let mut room = LONGEST - 1;
    let mut cut = String::new();
    for c in text.chars() {
        if c.len_utf16() > room {
            break;
        }
        room -= c.len_utf16();
        cut.push(c);
    }
    cut.push('…');
    Cow::Owned(cut)
}

/// Names of sheets that are taken, in small letters.
#[derive(Default)]
pub(super) struct Names(BTreeSet<String>);

impl Names {
    /// A legal name that no other sheet has, as near to the wanted one as can be.
    pub(super) fn take(&mut self, wanted: &str) -> String {
        let legal: String = wanted
            .chars()
            .map(|c| match c {
                '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\'' => ' ',
                c if c.is_control() => ' ',
                c => c,
            })
            .collect();
        let words: Vec<&str> = legal.split_whitespace().collect();
        let base = words.join(" ");
        let base = if base.is_empty() { "-" } else { base.as_str() };
        let mut name = shortened(base, LONGEST_NAME);
        let mut n = 2;
        // Excel keeps one name for itself.
        while name.to_lowercase() == "history" || !self.0.insert(name.to_lowercase()) {
            let end = format!(" ({n})");
            name = shortened(base, LONGEST_NAME - end.len()) + &end;
            n += 1;
        }
        name
    }
}

/// Cut to a number of UTF-16 units, with an ellipsis.
fn shortened(text: &str, room: usize) -> String {
    if text.encode_utf16().count() <= room {
        return text.to_owned();
    }
    let mut left = room - 1;
    let mut cut = String::new();
    for c in text.chars() {
        if c.len_utf16() > left {
            break;
        }
        left -= c.len_utf16();
        cut.push(c);
    }
    format!("{}…", cut.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_sheets_are_legal_and_differ() {
        let mut names = Names::default();
        let taken: Vec<String> = [
            "3 Beskæftigelse",
            "3 BESKÆFTIGELSE",
            "a[b]:c*d?e/f\\g'h",
            "Virksomhedsrettet aktivering og beskæftigelse",
            "Virksomhedsrettet aktivering og beskæftigelse",
            "",
            "History",
        ]
        .iter()
        .map(|wanted| names.take(wanted))
        .collect();
        assert_eq!(
            taken,
            [
                "3 Beskæftigelse",
                "3 BESKÆFTIGELSE (2)",
                "a b c d e f g h",
                "Virksomhedsrettet aktivering o…",
                "Virksomhedsrettet aktiveri… (2)",
                "-",
                "History (2)",
            ]
        );
        assert!(taken.iter().all(|name| name.chars().count() <= 31));
    }

    #[test]
    fn lines_are_counted_as_words_are_broken() {
        assert_eq!(lines("et to tre", 20.0), 1);
        assert_eq!(lines("Fulgt til uge 64", 10.0), 2);
        assert_eq!(lines("beskæftigelse", 5.0), 3);
        assert_eq!(lines("", 5.0), 1);
        assert_eq!(lines("a\nb", 5.0), 2);
    }

    #[test]
    fn a_text_longer_than_a_cell_is_cut_and_shows_it() {
        let long = "å".repeat(40_000);
        let cut = fitting(&long);
        assert_eq!(cut.encode_utf16().count(), LONGEST);
        assert!(cut.ends_with('…'));
        assert_eq!(fitting("kort"), "kort");
    }
}
