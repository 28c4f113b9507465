//! Progress, on a terminal only.

use super::rooms::Progress;
use super::terminal::Terminal;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

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
        if let Ok(style) = ProgressStyle::with_template("{msg:24} {bar:32} {percent:>3} %") {
            bar.set_style(style);
        }
        Self(bar)
    }

    pub fn clear(&self) {
        self.0.finish_and_clear();
    }
}

impl Progress for Bar {
    fn phase(&self, name: &str, total: u64) {
        self.0.set_message(name.to_owned());
        self.0.set_length(total);
        self.0.set_position(0);
    }
    fn advance(&self, by: u64) {
        self.0.inc(by);
    }
}
