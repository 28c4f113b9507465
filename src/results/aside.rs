//! Folders beside a target in which it is made, and from which it is renamed: nobody ever sees it half written.
//!
//! A folder is locked while its process lives. What a killed process left is therefore known by its name and by a lock
//! that can be taken, and is swept by the next run of the same target.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// The new one, while it is written.
const NEW: &str = "part";
/// The earlier one, while the new one takes its place.
const OLD: &str = "old";
/// Name of the earlier one inside its folder.
const KEPT: &str = "result";

/// A folder beside the target, removed when it goes out of scope.
pub(super) struct Aside {
    pub path: PathBuf,
    remove: bool,
    /// Held open for its lock.
    _lock: Option<File>,
}

impl Aside {
    /// A folder in which the new one is made.
    pub fn for_new(parent: &Path, name: &OsStr) -> io::Result<Self> {
        Self::make(parent, name, NEW)
    }

    fn make(parent: &Path, name: &OsStr, what: &str) -> io::Result<Self> {
        for attempt in 0..100_u32 {
            let mut side = start_of(name, what);
            side.push(format!("{}-{attempt}", std::process::id()));
            let path = parent.join(side);
            match fs::create_dir(&path) {
                Ok(()) => {}
                Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => continue,
                Err(cause) => return Err(cause),
            }
            let lock = File::open(&path).ok();
            let swept = (lock.as_ref())
                .is_some_and(|file| matches!(file.try_lock(), Err(fs::TryLockError::WouldBlock)));
            // A run of the same target that sweeps just now may have taken it for a dead one's.
            if !swept && path.is_dir() {
                return Ok(Self {
                    path,
                    remove: true,
                    _lock: lock,
                });
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    /// Puts the new folder in its place: the old one steps aside, and back again if the new one cannot come.
    pub fn take_the_place_of(self, target: &Path, parent: &Path, name: &OsStr) -> io::Result<()> {
        if fs::symlink_metadata(target).is_err() {
            return self.become_(target);
        }
        let old = Self::make(parent, name, OLD)?;
        let kept = old.path.join(KEPT);
        fs::rename(target, &kept)?;
        match self.become_(target) {
            Ok(()) => Ok(()),
            Err(cause) => {
                if fs::rename(&kept, target).is_err() {
                    // The old result is safer under its side name than deleted.
                    old.keep();
                }
                Err(cause)
            }
        }
    }

    fn become_(mut self, target: &Path) -> io::Result<()> {
        fs::rename(&self.path, target)?;
        self.remove = false;
        Ok(())
    }

    fn keep(mut self) {
        self.remove = false;
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        if self.remove {
            // Nothing more can be done about a folder that cannot be removed; its name tells what it is.
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

/// How the names of such folders begin: `.result.part-`, before the number of the process.
fn start_of(name: &OsStr, what: &str) -> OsString {
    let mut start = OsString::from(".");
    start.push(name);
    start.push(format!(".{what}-"));
    start
}

/// Removes what killed runs of this target left beside it; an earlier result that had stepped aside goes back. What
/// belongs to a run that is still at work, or cannot be removed, stays.
pub(super) fn sweep(target: &Path, parent: &Path, name: &OsStr) {
    let Ok(entries) = fs::read_dir(parent) else {
        return;
    };
    for entry in entries.flatten() {
        let found = entry.file_name();
        let is = |what: &str| {
            let start = start_of(name, what);
            let rest = (found.as_encoded_bytes()).strip_prefix(start.as_encoded_bytes());
            rest.is_some_and(is_numbered)
        };
        let (new, old) = (is(NEW), is(OLD));
        if !(new || old) || !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            continue;
        }
        let path = entry.path();
        let Ok(lock) = File::open(&path) else {
            continue;
        };
        if lock.try_lock().is_err() {
            continue;
        }
        if old && fs::symlink_metadata(target).is_err() {
            let _ = fs::rename(path.join(KEPT), target);
        }
        // An earlier result that could not go back is kept.
        if new || fs::symlink_metadata(target).is_ok() {
            let _ = fs::remove_dir_all(&path);
        }
    }
}

/// Process and attempt: `4711-0`.
fn is_numbered(rest: &[u8]) -> bool {
    let mut parts = rest.split(|b| *b == b'-');
    let number = |part: Option<&[u8]>| {
        part.is_some_and(|p| !p.is_empty() && p.iter().all(u8::is_ascii_digit))
    };
    number(parts.next()) && number(parts.next()) && parts.next().is_none()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn root() -> (tempfile::TempDir, PathBuf) {
        let root = tempfile::tempdir().expect("a temporary folder");
        let target = root.path().join("result");
        (root, target)
    }

    fn sweep_of(root: &Path) -> Vec<String> {
        sweep(&root.join("result"), root, OsStr::new("result"));
        let mut left: Vec<String> = (fs::read_dir(root).expect("a folder"))
            .map(|e| e.expect("entry").file_name().to_string_lossy().into_owned())
            .collect();
        left.sort();
        left
    }

    #[test]
    fn what_a_killed_run_left_is_swept_and_nothing_else() {
        let (root, _) = root();
        for name in [
            ".result.part-1-0",
            ".result.part-4711-3",
            ".result.part-x-0",
            ".result.part-1",
            ".other.part-1-0",
            ".result.parts",
        ] {
            fs::create_dir_all(root.path().join(name).join("figures")).expect("made");
        }
        fs::write(root.path().join(".result.part-2-0"), "a file").expect("written");
        let left = sweep_of(root.path());
        assert_eq!(
            left,
            [
                ".other.part-1-0",
                ".result.part-1",
                ".result.part-2-0",
                ".result.part-x-0",
                ".result.parts"
            ]
        );
    }

    #[test]
    fn a_run_at_work_is_left_alone() {
        let (root, target) = root();
        let aside = Aside::for_new(root.path(), OsStr::new("result")).expect("made");
        assert_eq!(sweep_of(root.path()).len(), 1);
        aside
            .take_the_place_of(&target, root.path(), OsStr::new("result"))
            .expect("in its place");
        assert_eq!(sweep_of(root.path()), ["result"]);
    }

    #[test]
    fn an_earlier_result_that_stepped_aside_comes_back_when_there_is_no_new_one() {
        let (root, target) = root();
        let kept = root.path().join(".result.old-1-0").join(KEPT);
        fs::create_dir_all(&kept).expect("made");
        fs::write(kept.join("bundle.json"), "old").expect("written");
        assert_eq!(sweep_of(root.path()), ["result"]);
        let read = |path: PathBuf| fs::read_to_string(path).expect("text");
        assert_eq!(read(target.join("bundle.json")), "old");

        // With the new one in its place, the earlier one is of no more use.
        fs::create_dir_all(&kept).expect("made");
        assert_eq!(sweep_of(root.path()), ["result"]);
        assert_eq!(read(target.join("bundle.json")), "old");
    }
}
