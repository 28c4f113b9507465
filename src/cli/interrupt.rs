//! Ctrl-C and its kin: at once while nothing stands on the disk; while a result is being written, as soon as what is half
//! written has been removed.

use signal_hook::consts::TERM_SIGNALS;
use signal_hook::{flag, low_level};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

struct State {
    /// True: a signal ends the process at once.
    free: Arc<AtomicBool>,
    /// The signal that waits, or 0.
    waiting: Arc<AtomicUsize>,
}

static STATE: LazyLock<State> = LazyLock::new(|| {
    let state = State {
        free: Arc::new(AtomicBool::new(true)),
        waiting: Arc::new(AtomicUsize::new(0)),
    };
    for signal in TERM_SIGNALS {
        // Where a signal cannot be caught it ends the process as ever, and the next run sweeps what is left. Actions run
        // in the order of their registration: it is noted, then it ends the process or waits.
        let _ = flag::register_usize(*signal, Arc::clone(&state.waiting), *signal as usize);
        let _ = flag::register_conditional_default(*signal, Arc::clone(&state.free));
    }
    state
});

/// While it lives, a signal waits; when it goes, one that came ends the process as it would have.
pub(super) struct Held(());

/// Makes signals wait.
pub(super) fn hold() -> Held {
    STATE.free.store(false, Ordering::SeqCst);
    Held(())
}

impl Held {
    /// Whether a signal waits.
    #[expect(
        clippy::unused_self,
        reason = "only while signals wait can one be asked for"
    )]
    pub fn asked(&self) -> bool {
        STATE.waiting.load(Ordering::SeqCst) != 0
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        STATE.free.store(true, Ordering::SeqCst);
        let signal = STATE.waiting.load(Ordering::SeqCst);
        if let Ok(signal) = i32::try_from(signal)
            && signal != 0
        {
            // It comes back only when the signal has no way to end a process, and these all have.
            let _ = low_level::emulate_default_handler(signal);
        }
    }
}
