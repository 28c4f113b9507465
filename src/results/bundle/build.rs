//! What the program was built from: its commit and its lock file.

/// Put there by `git archive`, so that a source archive knows its commit without git; in a working tree, which may differ
/// from every commit, it is a placeholder.
const COMMIT: &str = include_str!("../../commit.txt");

/// The exact versions of everything the program is built with.
const LOCK: &str = include_str!("../../../Cargo.lock");

/// The commit that the program was built from; empty when it was built from a working tree.
pub fn commit() -> &'static str {
    let commit = option_env!("RETTEVEJ_COMMIT").unwrap_or(COMMIT).trim();
    let is_hash = commit.len() == 40 && commit.bytes().all(|b| b.is_ascii_hexdigit());
    if is_hash { commit } else { "" }
}

/// Hash (BLAKE3) of the lock file that the program was built with.
pub fn lock() -> String {
    let text = LOCK.replace("\r\n", "\n");
    blake3::hash(text.as_bytes()).to_hex().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_build_knows_its_lock_file_and_a_commit_or_none() {
        assert_eq!(lock().len(), 64);
        assert!(matches!(commit().len(), 0 | 40));
    }
}
