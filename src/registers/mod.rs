//! Files as typed columns: what was asked for, with facts about the file and counted bad cells.
//!
//! [`read`] takes a file named in the study and a list of [`Want`]s and gives a [`Table`]; [`read_parts`] hands the rows
//! over part by part. A cell that cannot be what was asked for counts as empty and is listed; a file that cannot be read
//! at all is an error. [`columns`] tells what is in a file without reading its rows. CSV is cut into blocks of whole rows
//! which are parsed in parallel from bytes into columns; Parquet, SAS and Stata files give the same columns.

mod block;
mod bytes_source;
pub mod calendar;
mod categories;
mod cells;
mod class;
pub mod codes;
mod column;
mod csv_read;
pub mod dream;
pub(crate) mod export;
mod facts;
mod formats;
mod guard;
mod header;
mod id_index;
mod ids;
mod look;
mod packed;
mod parquet;
mod progress;
mod quick;
mod rectangle;
mod sas;
mod sas_formats;
mod split;
mod stata;
mod survey;
mod table;
mod texts;
mod xport;

pub use categories::{Categories, EMPTY, parse_label};
pub use cells::parse_number;
pub use facts::{DecimalMark, FileFacts, Format, LineEnding, Packing, Separator, TextEncoding};
pub use formats::{ColumnFacts, KindHint, ROW, ValueLabel, columns, read, read_parts};
pub use guard::is_guarded;
pub use id_index::IdIndex;
pub use ids::Ids;
pub use look::{FEW, Look, Seen, look};
pub use progress::watch;
pub use table::{BadCells, Codes, Column, Kind, Numbers, Rows, Table, Want};
pub use texts::{Texts, read_texts};
