//! What a house keeps to itself: bytes that the hash of the checked trial is keyed by, so that nobody outside can try data against it.

use std::fmt;
use std::path::Path;

/// Fewer bytes could be tried one after another.
const SHORTEST: usize = 16;

/// What the key is for, so that the hashes are of no use for anything else.
const PURPOSE: &str = "rettevej 2026-11 a house's own key";

/// A key of the house; it is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret([u8; 32]);

impl Secret {
    /// From the bytes of a file.
    ///
    /// # Errors
    /// Says why they are no key.
    pub fn new(bytes: &[u8]) -> Result<Self, String> {
        let bytes = bytes.trim_ascii();
        if bytes.len() < SHORTEST {
            return Err(format!(
                "it holds {} bytes, and fewer than {SHORTEST} could be guessed",
                bytes.len()
            ));
        }
        Ok(Self(blake3::derive_key(PURPOSE, bytes)))
    }

    pub(super) fn read(path: &Path) -> Result<Self, String> {
        let bytes = std::fs::read(path).map_err(|_| "it cannot be read".to_owned())?;
        Self::new(&bytes)
    }

    /// The key.
    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_key_is_refused_and_a_key_is_never_shown() {
        assert!(Secret::new(b"short\n").is_err());
        let key = Secret::new(b"0123456789abcdef\n").expect("a key");
        assert_eq!(key, Secret::new(b"0123456789abcdef").expect("a key"));
        assert_ne!(key, Secret::new(b"0123456789abcdeg").expect("a key"));
        assert_eq!(format!("{key:?}"), "Secret");
    }
}
