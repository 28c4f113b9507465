//! What every part of an evaluation is made from.

use crate::panel::Panel;
use crate::panel::classes::Classes;
use crate::resample::Scheme;
use crate::study::Study;
use crate::totals::Kernel;
use crate::trial::Trial;

/// The study that is answered, its trial, and how replicates are drawn and added up.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub study: &'a Study,
    pub trial: &'a Trial,
    pub panel: &'a Panel,
    pub classes: &'a Classes,
    pub scheme: &'a dyn Scheme,
    /// How totals of replicates are added up.
    pub kernel: Kernel,
    /// Replicates; 0 without resampling.
    pub count: usize,
}
