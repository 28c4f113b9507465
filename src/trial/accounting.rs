//! The accounting: counted lines from what was read to what is used, and the rule that they add up.

use super::model::AccountingLine;
use std::collections::BTreeMap;

/// Opens a sum: read, added.
pub(crate) const PLUS: &str = "+";
/// Takes away from it.
pub(crate) const MINUS: &str = "-";
/// Closes it.
pub(crate) const USED: &str = "=";
/// Not part of the sum.
pub(crate) const REMARK: &str = " ";

/// True when, for every table and unit, what was read and added less what was left out is what is used. Remarks are
/// not part of any sum.
pub fn adds_up(lines: &[AccountingLine]) -> bool {
    let mut sums: BTreeMap<(&str, &str), i128> = BTreeMap::new();
    for line in lines {
        let sum = sums.entry((&line.table, &line.unit)).or_default();
        match line.sign.as_str() {
            PLUS => *sum += i128::from(line.count),
            MINUS | USED => *sum -= i128::from(line.count),
            _ => {}
        }
    }
    sums.values().all(|sum| *sum == 0)
}

/// Lines of one table and unit, in the order they are told.
pub(crate) struct Sheet<'a> {
    lines: &'a mut Vec<AccountingLine>,
    table: String,
    unit: &'static str,
}

impl<'a> Sheet<'a> {
    /// Starts a sheet at the end of `lines`.
    pub(crate) fn new(
        lines: &'a mut Vec<AccountingLine>,
        table: impl Into<String>,
        unit: &'static str,
    ) -> Self {
        Self {
            lines,
            table: table.into(),
            unit,
        }
    }

    fn push(&mut self, sign: &str, key: &str, arm: &str, count: u64) {
        self.lines.push(AccountingLine {
            table: self.table.clone(),
            unit: self.unit.to_owned(),
            key: key.to_owned(),
            arm: arm.to_owned(),
            sign: sign.to_owned(),
            count,
            hidden: false,
        });
    }

    /// What was read; told even when it is nothing.
    pub(crate) fn read(&mut self, count: u64) {
        self.push(PLUS, "read", "", count);
    }

    /// What was added; told when there is any.
    pub(crate) fn added(&mut self, key: &str, count: u64) {
        if count > 0 {
            self.push(PLUS, key, "", count);
        }
    }

    /// What was left out; told when there is any.
    pub(crate) fn left_out(&mut self, key: &str, count: u64) {
        if count > 0 {
            self.push(MINUS, key, "", count);
        }
    }

    /// What is used, of one arm or of all.
    pub(crate) fn used(&mut self, arm: &str, count: u64) {
        self.push(USED, "used", arm, count);
    }

    /// A count beside the sum; told when there is any.
    pub(crate) fn remark(&mut self, key: &str, count: u64) {
        self.remark_of(key, "", count);
    }

    /// The same of one arm.
    pub(crate) fn remark_of(&mut self, key: &str, arm: &str, count: u64) {
        if count > 0 {
            self.push(REMARK, key, arm, count);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_adds_up_by_table_and_unit() {
        let mut lines = Vec::new();
        let mut sheet = Sheet::new(&mut lines, "spells", "spells");
        sheet.read(10);
        sheet.left_out("after_horizon", 3);
        sheet.added("gap_filled", 2);
        sheet.remark("shortened", 99);
        sheet.used("", 9);
        let mut sheet = Sheet::new(&mut lines, "persons", "persons");
        sheet.read(4);
        sheet.used("control", 1);
        sheet.used("aid", 3);
        assert!(adds_up(&lines));
        lines[4].count += 1;
        assert!(!adds_up(&lines));
    }
}
