//! `rettevej` alone: what to do first.

use super::stop::{Exit, Stop};
use super::terminal::Terminal;

const FIRST: &str = "\
rettevej init FILE...            a study to begin with, from the data files; `rettevej preview FILE` says what one holds
rettevej validate study.toml     reads and checks everything it names, and prints every default
rettevej run study.toml          the whole evaluation; ends with one sentence
rettevej show FOLDER             numbers of a result; `rettevej explain survival` says what one means
rettevej help                    all commands
";

pub(super) fn start(terminal: &Terminal) -> Result<Exit, Stop> {
    terminal.out(FIRST)?;
    Ok(Exit::Fine)
}
