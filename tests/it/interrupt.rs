//! Runs that are stopped by a signal: nothing half-written stays, an earlier result is as it was, and what a run that was
//! killed outright left behind is swept by the next.
#![cfg(unix)]

use crate::support::repository;
use crate::support::scratch::{Scratch, program};
use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// When a signal comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum During {
    Resampling,
    Writing,
}

/// A folder with an earlier result `r`, and the study that made it, which stands elsewhere.
fn earlier() -> (Scratch, String) {
    let scratch = Scratch::new();
    let tiny = repository("fixtures/studies/tiny/study.toml");
    let tiny = tiny.to_string_lossy().into_owned();
    let said = scratch.run(&["run", &tiny, "--out", "r"]);
    assert!(matches!(said.code, Some(0 | 5)), "{}", said.err);
    (scratch, tiny)
}

/// A run over the earlier result that takes its time where it is to be stopped.
fn start(scratch: &Scratch, during: During) -> Child {
    let study = repository("fixtures/studies/paa-rette-vej/study.toml");
    let replicates = match during {
        During::Resampling => "1000000",
        During::Writing => "99",
    };
    program()
        .current_dir(scratch.path("."))
        .arg("run")
        .arg(study)
        .args([
            "--out",
            "r",
            "--force",
            "--threads",
            "1",
            "--replicates",
            replicates,
        ])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary starts")
}

/// Folders beside the result.
fn aside(scratch: &Scratch) -> Vec<String> {
    let entries = std::fs::read_dir(scratch.path(".")).expect("a folder");
    let names = entries.map(|e| {
        e.expect("an entry")
            .file_name()
            .to_string_lossy()
            .into_owned()
    });
    names.filter(|name| name != "r").collect()
}

/// Sends a signal by name at its moment; the number of the signal that ended the run, or `None` when it was too quick.
fn stop(scratch: &Scratch, during: During, signal: &str) -> Option<i32> {
    let mut child = start(scratch, during);
    let started = Instant::now();
    match during {
        // Long before the million replicates are drawn.
        During::Resampling => std::thread::sleep(Duration::from_millis(700)),
        During::Writing => {
            while aside(scratch).is_empty() {
                assert!(
                    started.elapsed() < Duration::from_mins(2),
                    "it never writes"
                );
                if child.try_wait().expect("a child").is_some() {
                    return None;
                }
                std::thread::sleep(Duration::from_millis(1));
            }
        }
    }
    let sent = Command::new("kill")
        .args([format!("-{signal}"), child.id().to_string()])
        .status();
    assert!(
        sent.is_ok_and(|status| status.success()),
        "no signal is sent"
    );
    loop {
        if let Some(status) = child.try_wait().expect("a child") {
            return status.signal();
        }
        if started.elapsed() > Duration::from_mins(3) {
            let _ = child.kill();
            panic!("{signal} does not end it");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Whether what is started from here ignores Ctrl-C, as what a shell has put in the background does.
fn ignores_interrupts() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    ignored.is_some_and(|mask| mask & 2 != 0)
}

fn result(scratch: &Scratch) -> BTreeMap<String, Vec<u8>> {
    let files = scratch.files().into_iter();
    files.filter(|(name, _)| name.starts_with("r/")).collect()
}

#[test]
fn a_signal_leaves_nothing_behind_and_the_earlier_result_as_it_was() {
    let (scratch, _) = earlier();
    let before = result(&scratch);
    for during in [During::Resampling, During::Writing] {
        for (signal, number) in [("INT", 2), ("TERM", 15)] {
            if signal == "INT" && ignores_interrupts() {
                println!("skipped: interrupts are ignored here");
                continue;
            }
            let ended = stop(&scratch, during, signal);
            assert_eq!(ended, Some(number), "{during:?} {signal}");
            assert!(
                aside(&scratch).is_empty(),
                "{during:?} {signal}: {:?}",
                aside(&scratch)
            );
            assert!(result(&scratch) == before, "{during:?} {signal}");
        }
    }
}

#[test]
fn what_a_killed_run_left_is_swept_by_the_next_run_of_the_same_result() {
    let (scratch, tiny) = earlier();
    let before = result(&scratch);
    assert_eq!(stop(&scratch, During::Resampling, "KILL"), Some(9));
    assert!(aside(&scratch).is_empty() && result(&scratch) == before);

    assert_eq!(stop(&scratch, During::Writing, "KILL"), Some(9));
    let left = aside(&scratch);
    assert!(
        left.len() == 1 && left[0].starts_with(".r.part-"),
        "{left:?}"
    );
    assert!(result(&scratch) == before);
    // A run of another result leaves it alone; one that is refused sweeps it and changes nothing.
    let said = scratch.run(&["run", &tiny, "--out", "other"]);
    assert!(matches!(said.code, Some(0 | 5)), "{}", said.err);
    assert_eq!(aside(&scratch).len(), 2);
    let said = scratch.run(&["run", &tiny, "--out", "r"]);
    assert_eq!(said.code, Some(7), "{}", said.err);
    assert_eq!(aside(&scratch), ["other"]);
    assert!(result(&scratch) == before);
}
