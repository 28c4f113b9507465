//! Progress, on a terminal only: of registers with their rate and the time left, of everything else as a share.

use super::rooms::{Progress, register_bytes};
use super::terminal::Terminal;
use crate::study::Study;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// While there is no number of bytes to go.
const SHARE: &str = "{msg:24} {bar:32} {percent:>3} %";
/// While files are read.
const BYTES: &str = "{msg:24} {bar:32} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left";

/// A bar that is drawn on a terminal and silent elsewhere.
pub(super) struct Bar(ProgressBar);

impl Bar {
    pub fn new(terminal: &Terminal) -> Self {
        let target = if terminal.draws() {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(0), target);
        let bar = Self(bar);
        bar.style(SHARE);
        bar
    }

    /// The files of a study are read while this is shown.
    pub fn reads(&self, study: &Study) {
        if self.0.is_hidden() {
            return;
        }
        self.0.reset();
        self.0.set_length(register_bytes(study));
        self.style(BYTES);
        self.0.set_message("reading");
        let bar = self.0.clone();
        crate::registers::watch(move |bytes| {
            // Files that several outcomes read are counted each time; a guess of rows may be off.
            let left = bar.length().unwrap_or(0).saturating_sub(bar.position());
            bar.inc(bytes.min(left));
        });
    }

    pub fn clear(&self) {
        self.0.finish_and_clear();
    }

    fn style(&self, template: &str) {
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.0.set_style(style);
        }
    }
}

impl Progress for Bar {
    fn phase(&self, name: &str, total: u64) {
        self.style(SHARE);
        self.0.set_message(name.to_owned());
        self.0.set_length(total);
        self.0.set_position(0);
    }
    fn advance(&self, by: u64) {
        self.0.inc(by);
    }
}
