//! Who may be written to a file: results that disclosure control has let through, and nothing else.
//!
//! `results` stands left of `disclosure` and cannot name its `Cleared`, so the writers take any type that [`MayLeave`];
//! the trait is sealed within the crate, and a test in `disclosure` keeps `Cleared` its only implementor. Why it is
//! done this way: `docs/decisions/0007-cleared-results.md`.

use super::Bundle;

/// Results that have passed the gate.
pub trait MayLeave: Sealed {
    /// What may leave.
    fn bundle(&self) -> &Bundle;
}

/// Keeps other crates from implementing [`MayLeave`].
pub trait Sealed {}
