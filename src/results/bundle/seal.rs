//! The seal: a hash of everything else in the bundle, on a line of its own. It tells whether a byte was altered, not by whom
//! it was made: for that there are signatures.

use super::Bundle;

/// How the line of the seal begins.
const KEY: &str = "\n\"seal\":\"";

/// What the seal of a text says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seal {
    /// Nothing was altered.
    Holds,
    /// Something was.
    Broken,
    /// An early version wrote it, without a seal.
    Absent,
}

/// Looks at the seal of the text of a `bundle.json`.
pub fn seal_of(text: &str) -> Seal {
    let Some((before, rest)) = text.split_once(KEY) else {
        return Seal::Absent;
    };
    match rest.split_once('"') {
        Some((seal, after)) if !seal.is_empty() => {
            if hash(before, after) == seal {
                Seal::Holds
            } else {
                Seal::Broken
            }
        }
        _ => Seal::Absent,
    }
}

/// Hash of the text with an empty seal.
fn hash(before: &str, after: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(before.as_bytes());
    hasher.update(KEY.as_bytes());
    hasher.update(b"\"");
    hasher.update(after.as_bytes());
    hasher.finalize().to_hex().to_string()
}

impl Bundle {
    /// Puts the seal on, when everything else is in place. Only `disclosure` calls this.
    #[must_use]
    pub(crate) fn sealed(mut self) -> Self {
        self.seal.clear();
        let text = self.to_json();
        if let Some((before, rest)) = text.split_once(KEY) {
            self.seal = hash(before, rest.strip_prefix('"').unwrap_or(rest));
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::sample;

    #[test]
    fn a_sealed_bundle_holds_and_any_other_byte_breaks_it() {
        let bundle = sample::bundle(true);
        assert_eq!(seal_of(&bundle.to_json()), Seal::Absent);
        let text = bundle.sealed().to_json();
        assert_eq!(seal_of(&text), Seal::Holds);
        for place in (0..text.len()).step_by(37) {
            let mut bytes = text.clone().into_bytes();
            bytes[place] ^= 1;
            let Ok(altered) = String::from_utf8(bytes) else {
                continue;
            };
            assert_ne!(seal_of(&altered), Seal::Holds, "byte {place}");
        }
        let again = Bundle::from_json(&text, "x").expect("opens");
        assert_eq!(again.to_json(), text);
    }
}
