//! Parts of a Stata data set that stand outside its rows: labels and long texts. `None` where the bytes are not what they
//! should be.

use super::ascending;
use crate::registers::formats::ValueLabel;
use crate::registers::rectangle::{Letters, Order};
use dta::stata::dta::release::Release;
use dta::stata::dta::schema::Schema;
use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

/// Sets of labels by name.
pub(super) type Labels = HashMap<String, Vec<ValueLabel>>;

/// Labels are read as a whole up to here.
const LABELS: u64 = 1 << 26;
/// Long texts are kept in memory up to here.
const LONG: u64 = 1 << 30;

/// The bytes of a file, outside its rows.
pub(super) struct Parts<'a> {
    source: &'a File,
    /// Size of the file.
    bytes: u64,
    order: Order,
    letters: Letters,
}

impl<'a> Parts<'a> {
    pub(super) fn new(source: &'a File, bytes: u64, order: Order, letters: Letters) -> Self {
        Self {
            source,
            bytes,
            order,
            letters,
        }
    }

    /// What stands from a place on, up to so many bytes.
    fn from(&mut self, at: u64, most: u64) -> Option<Vec<u8>> {
        self.source.seek(SeekFrom::Start(at)).ok()?;
        let mut found = Vec::new();
        self.source
            .take(most.min(self.bytes.saturating_sub(at)))
            .read_to_end(&mut found)
            .ok()?;
        Some(found)
    }

    /// One past a tag that stands at a place.
    pub(super) fn after(&mut self, at: u64, tag: &[u8]) -> Option<u64> {
        (self.from(at, tag.len() as u64)? == tag).then_some(at + tag.len() as u64)
    }

    /// Where the rows start in a file of release 113 to 115, which has notes between its header and its rows.
    pub(super) fn after_old_header(&mut self, schema: &Schema, release: Release) -> Option<u64> {
        let columns = schema.variables().len() as u64;
        // Release, order, kind, a byte; numbers of columns and rows; label and time of the file.
        let file = 4 + 2 + 4 + 81 + 18;
        let format = if release == Release::V113 { 12 } else { 49 };
        // Type, name, place in the order of sorting, format, name of the labels, label.
        let mut at = file + columns * (1 + 33 + 2 + format + 33 + 81) + 2;
        loop {
            let head = self.from(at, 5)?;
            let length = self.number(head.get(1..5)?);
            at = at.checked_add(5)?.checked_add(length)?;
            if at > self.bytes {
                return None;
            }
            if head[0] == 0 && length == 0 {
                return Some(at);
            }
        }
    }

    fn number(&self, bytes: &[u8]) -> u64 {
        let fold = |all: u64, &byte: &u8| all << 8 | u64::from(byte);
        match self.order {
            Order::Big => bytes.iter().fold(0, fold),
            Order::Little => bytes.iter().rev().fold(0, fold),
        }
    }

    fn text(&self, bytes: &[u8]) -> String {
        let bytes = bytes.split(|&byte| byte == 0).next().unwrap_or_default();
        self.letters.decode(bytes).trim().to_owned()
    }

    /// Sets of labels.
    pub(super) fn labels(&mut self, at: u64, release: Release) -> Option<Labels> {
        let bytes = self.from(at, LABELS)?;
        let (mut rest, is_tagged) = match bytes.strip_prefix(b"<value_labels>") {
            Some(rest) => (rest, true),
            None if release.is_xml_like() => return None,
            None => (bytes.as_slice(), false),
        };
        let name = if release >= Release::V118 { 129 } else { 33 };
        let mut labels = Labels::new();
        loop {
            if is_tagged {
                if rest.starts_with(b"</value_labels>") {
                    return Some(labels);
                }
                rest = rest.strip_prefix(b"<lbl>")?;
            } else if rest.is_empty() {
                return Some(labels);
            }
            let length = self.number(rest.get(..4)?) as usize;
            let own = self.text(rest.get(4..4 + name)?);
            // Three bytes fill up.
            let set = rest.get(4 + name + 3..)?.get(..length)?;
            labels.insert(own, self.set(set)?);
            rest = &rest[4 + name + 3 + length..];
            if is_tagged {
                rest = rest.strip_prefix(b"</lbl>")?;
            }
        }
    }

    /// One set: how many, how long their texts are, where each starts, the numbers, the texts.
    fn set(&self, set: &[u8]) -> Option<Vec<ValueLabel>> {
        let count = self.number(set.get(..4)?) as usize;
        let starts = set.get(8..)?.get(..count.checked_mul(4)?)?;
        let values = set.get(8 + starts.len()..)?.get(..starts.len())?;
        let texts = set.get(8 + 2 * starts.len()..)?;
        let labels = starts
            .chunks(4)
            .zip(values.chunks(4))
            .map(|(start, value)| {
                Some(ValueLabel {
                    value: i64::from(self.number(value) as u32 as i32),
                    label: self.text(texts.get(self.number(start) as usize..)?),
                })
            });
        labels.collect::<Option<Vec<_>>>().map(ascending)
    }

    /// Long texts by variable and observation.
    pub(super) fn long_texts(
        &mut self,
        at: u64,
        release: Release,
    ) -> Option<HashMap<(u32, u64), Vec<u8>>> {
        let bytes = self.from(at, LONG)?;
        let mut rest = bytes.strip_prefix(b"<strls>")?;
        let observation = if release >= Release::V118 { 8 } else { 4 };
        let mut texts = HashMap::new();
        while !rest.starts_with(b"</strls>") {
            rest = rest.strip_prefix(b"GSO")?;
            let key = (
                self.number(rest.get(..4)?) as u32,
                self.number(rest.get(4..4 + observation)?),
            );
            // A byte says whether it is text.
            let length = rest.get(5 + observation..9 + observation)?;
            let length = self.number(length) as usize;
            let text = rest.get(9 + observation..)?.get(..length)?;
            texts.insert(key, text.to_vec());
            rest = &rest[9 + observation + length..];
        }
        Some(texts)
    }
}
