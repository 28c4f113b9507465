//! On a closed machine: no socket is opened, and nothing is written but the result. Seen by a tracer, where there is one.

use crate::support::repository;
use crate::support::scratch::{Scratch, program};
use std::process::{Command, Stdio};

/// What a run asked of the system, a call on a line; `None`, told with a line, without a tracer that works here.
fn traced(scratch: &Scratch, arguments: &[&str]) -> Option<Vec<String>> {
    let log = scratch.path("trace.log");
    let calls = "trace=network,open,openat,openat2,creat,mkdir,mkdirat,rename,renameat,renameat2,unlink,unlinkat,rmdir,\
                 link,linkat,symlink,symlinkat,mknod,mknodat,truncate";
    let done = Command::new("strace")
        .args(["-f", "-qq", "-y", "-s", "400", "-e", calls, "-o"])
        .arg(&log)
        .arg(program().get_program())
        .args(arguments)
        .current_dir(scratch.path("."))
        .stdin(Stdio::null())
        .output();
    let ran = done.is_ok_and(|done| done.status.code() == Some(0));
    let text = std::fs::read_to_string(&log).unwrap_or_default();
    if !ran || text.is_empty() {
        println!("skipped: strace is not installed, or may not trace here");
        return None;
    }
    Some(text.lines().map(str::to_owned).collect())
}

/// Calls that could reach another machine.
fn reaches_out(call: &str) -> bool {
    let names = [
        " socket(",
        " connect(",
        " bind(",
        " listen(",
        " sendto(",
        " accept",
    ];
    names.iter().any(|name| call.contains(name))
}

/// Calls that change something on the disk, whether or not they were granted.
fn writes(call: &str) -> bool {
    let opens = call.contains(" open(") || call.contains(" openat") || call.contains(" creat(");
    let changing = [
        " mkdir",
        " rename",
        " unlink",
        " rmdir(",
        " link",
        " symlink",
        " mknod",
        " truncate(",
    ];
    let opened = ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC", "O_APPEND"];
    (opens && opened.iter().any(|flag| call.contains(flag)))
        || changing.iter().any(|name| call.contains(name))
}

#[test]
fn a_run_opens_no_socket_and_writes_only_its_result() {
    let scratch = Scratch::new();
    let study = repository("fixtures/studies/tiny/study.toml");
    let study = study.to_string_lossy();
    for arguments in [
        &["run", &study, "--out", "result"][..],
        &["verify", "result"],
        &["show", "result"],
        &["validate", &study],
    ] {
        let Some(calls) = traced(&scratch, arguments) else {
            return;
        };
        let out: Vec<&String> = calls.iter().filter(|call| reaches_out(call)).collect();
        assert!(out.is_empty(), "{arguments:?}: {out:?}");
        let elsewhere: Vec<&String> = (calls.iter())
            .filter(|call| writes(call))
            // The result, the folder beside it in which it is made, and what swallows everything.
            .filter(|call| {
                let result = call.contains("/result\"") || call.contains("\"result");
                let aside = call.contains("\".result.part-") || call.contains("/.result.part-");
                let aside = aside || call.contains("\"./.result.part-");
                !result && !aside && !call.contains("\"/dev/null\"")
            })
            .collect();
        assert!(elsewhere.is_empty(), "{arguments:?}: {elsewhere:?}");
        if arguments[0] != "run" {
            let written: Vec<&String> = calls.iter().filter(|call| writes(call)).collect();
            assert!(written.is_empty(), "{arguments:?}: {written:?}");
        }
    }
}
