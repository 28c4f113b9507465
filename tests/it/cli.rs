//! The command line as people meet it: the built binary, its two streams, its exit codes and what it leaves behind.

mod audit;
mod broken_data;
mod broken_study;
mod cba;
mod claims_written;
mod exit_codes;
mod findings;
mod reading;
mod secrets;
mod talk;

use crate::support::scratch::{Said, Scratch};

/// A trial of eight persons over four weeks with every kind of input, and identifiers that must never be seen again.
const STUDY: &str = r#"[study]
name = "Forsøg"
language = "da"
horizon = 4
synthetic = true

[arms]
control = "kontrol"
treatment = ["deltager"]

[persons]
file = "persons.csv"
id = "cpr"
arm = "arm"
strata = ["site"]
subgroups = ["sex"]

[spells]
file = "spells.csv"
person = "cpr"
start = "start"
end = "end"
state = "state"
states = ["ydelse", "job"]

[outcomes.job]
kind = "weeks_in"
states = ["job"]

[outcomes.exit]
kind = "exit"
from = ["ydelse"]
to = ["job"]

[outcomes.hours]
kind = "amount"
file = "hours.csv"
person = "cpr"
week = "week"
column = "hours"
per = "week"
decimals = 2
unit = "timer"

[outcomes.meetings]
kind = "events"
file = "meetings.csv"
person = "cpr"
week = "week"
filter = { kind = "held" }

[estimation]
interval = "normal"

[resampling]
replicates = 0

[disclosure]
min_cell = 1
"#;

const PERSONS: &str = "cpr,arm,site,sex
010170-1111,kontrol,nord,k
0202712222,kontrol,nord,m
030372-3333,kontrol,syd,k
040473-4444,kontrol,syd,m
050574-5555,deltager,nord,k
0606756666,deltager,nord,m
070776-7777,deltager,syd,k
Bente Sørensen,deltager,syd,m
";

const SPELLS: &str = "cpr,start,end,state
010170-1111,1,4,ydelse
0202712222,1,2,ydelse
0202712222,3,4,job
030372-3333,1,4,ydelse
040473-4444,1,3,ydelse
040473-4444,4,4,job
050574-5555,1,1,ydelse
050574-5555,2,4,job
0606756666,1,4,ydelse
070776-7777,1,2,ydelse
070776-7777,3,4,job
Bente Sørensen,1,4,ydelse
";

const HOURS: &str = "cpr,week,hours
0202712222,3,37.00
0202712222,4,18.50
050574-5555,2,20.25
070776-7777,3,30.00
";

const MEETINGS: &str = "cpr,week,kind
010170-1111,1,held
050574-5555,1,held
Bente Sørensen,2,held
Bente Sørensen,3,missed
";

/// Parts of identifiers; none may appear anywhere but in the files they came from.
const SECRETS: [&str; 9] = [
    "010170",
    "202712222",
    "030372",
    "040473",
    "050574",
    "606756666",
    "070776",
    "Bente",
    "rensen",
];

/// The trial in a folder of its own.
fn trial() -> Scratch {
    Scratch::with(&[
        ("study.toml", STUDY),
        ("persons.csv", PERSONS),
        ("spells.csv", SPELLS),
        ("hours.csv", HOURS),
        ("meetings.csv", MEETINGS),
    ])
}

/// The trial as durations.
const DURATIONS_STUDY: &str = r#"[study]
name = "Varigheder"
horizon = 5

[arms]
control = "kontrol"
treatment = ["deltager"]

[persons]
file = "persons.csv"
id = "cpr"
arm = "arm"

[durations]
file = "durations.csv"
person = "cpr"
time = "days"
event = "event"
censored = ["ukendt"]
tick = "day"

[outcomes.relapse]
kind = "exit"
table = "durations"

[estimation]
interval = "normal"

[resampling]
replicates = 0
"#;

const DURATIONS: &str = "cpr,days,event
010170-1111,0,relapse
0202712222,1,relapse
030372-3333,4,ukendt
040473-4444,3,relapse
050574-5555,2,relapse
0606756666,5,ukendt
070776-7777,5,relapse
Bente Sørensen,1,ukendt
";

fn durations() -> Scratch {
    Scratch::with(&[
        ("study.toml", DURATIONS_STUDY),
        ("persons.csv", PERSONS),
        ("durations.csv", DURATIONS),
    ])
}

/// Nothing in the text gives a person or a folder of the machine away.
#[track_caller]
fn assert_discreet(scratch: &Scratch, what: &str, text: &str) {
    for secret in SECRETS {
        assert!(!text.contains(secret), "{what} shows {secret}:\n{text}");
    }
    assert!(
        !text.contains(&scratch.way()),
        "{what} shows a path:\n{text}"
    );
}

#[track_caller]
fn assert_discreet_words(scratch: &Scratch, said: &Said) {
    assert_discreet(scratch, "stdout", &said.out);
    assert_discreet(scratch, "stderr", &said.err);
}

#[test]
fn the_trial_of_these_tests_is_in_order() {
    for scratch in [trial(), durations()] {
        let said = scratch.run(&["run", "study.toml", "--out", "result"]);
        assert_eq!(said.code, Some(0), "{}", said.err);
        assert_discreet_words(&scratch, &said);
        for (name, bytes) in crate::support::scratch::files_of(&scratch.path("result")) {
            assert_discreet(&scratch, &name, &String::from_utf8_lossy(&bytes));
        }
    }
}
