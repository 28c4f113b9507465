//! Made-up trials in which some states, sites and exits are rare, behind the gate.

use super::head::head;
use super::scratch::Scratch;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::fmt::Write as _;

pub(crate) const WEEKS: usize = 10;
pub(crate) const STATES: [&str; 4] = ["benefit", "job", "school", "away"];
pub(crate) const SMALLEST: u64 = 5;
const REST: &str = r#"subgroups = ["site", "sex"]

[spells]
file = "spells.csv"
person = "person_id"
start = "start_week"
end = "end_week"
state = "state"
weeks = "trial"
states = ["benefit", "job", "school", "away"]

[outcomes.work]
kind = "weeks_in"
states = ["job"]

[outcomes.learn]
kind = "weeks_in"
states = ["school"]

[outcomes.busy]
kind = "weeks_in"
states = ["job", "school"]

[outcomes.benefit]
kind = "weeks_in"
states = ["benefit"]

[outcomes.exit]
kind = "exit"
from = ["benefit"]
to = ["job", "school"]
at_risk = "first"

[estimation]
interval = "normal"

[[analysis]]
name = "main"
subgroups = ["sex"]

[[analysis]]
name = "risks"
estimands = ["gray", "log_hazard_ratio", "cumulative_incidence_aalen"]

[[analysis]]
name = "sites"
subgroups = ["site"]
weeks = [5, 10]

[resampling]
replicates = 0

[cost_benefit]
prices = "prices.toml"
analysis = "main"
period = 5

[disclosure]
min_cell = 5
"#;

/// The study.
pub(crate) fn study() -> String {
    head("Attack", 10) + REST
}

/// Work and benefit have a price, so their sums by period are told, and by sex.
pub(crate) const PRICES: &str = r#"
[prices]
currency = "DKK"
synthetic = true

[lines.work]
outcome = "work"
kind = "resource"
to = "employer"
value = 100
unit = "DKK per week"
price_year = 2012
basis = "factor"
source = "Synthetic: a round number"

[lines.benefit]
outcome = "benefit"
kind = "transfer"
from = "municipality"
to = "participant"
value = 70
unit = "DKK per week"
price_year = 2012
basis = "factor"
source = "Synthetic: a round number"
"#;

/// A made-up trial: everybody is followed; some states, sites and exits are rare.
pub(crate) struct Made {
    pub(crate) arm: Vec<usize>,
    pub(crate) site: Vec<Option<usize>>,
    pub(crate) sex: Vec<Option<usize>>,
    /// State by person and week, one week more than the horizon.
    pub(crate) state: Vec<[usize; WEEKS + 1]>,
}

pub(crate) fn made(seed: u64) -> Made {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut below = move |n: u64| (rng.next_u64() % n) as usize;
    let persons = 60 + below(240);
    let (sites, rare) = (2 + below(4) as u64, 10 + below(60) as u64);
    let mut made = Made {
        arm: Vec::new(),
        site: Vec::new(),
        sex: Vec::new(),
        state: Vec::new(),
    };
    for person in 0..persons {
        made.arm.push(person % 2);
        // The first site is large, and some know none.
        let site = below(sites + 2).saturating_sub(2);
        made.site.push((below(40) > 0).then_some(site));
        made.sex.push((below(100) > 0).then_some(below(2)));
        let mut now = usize::from(below(8) == 0);
        let mut states = [0; WEEKS + 1];
        for state in &mut states {
            *state = now;
            now = match below(rare) {
                0 => 2,
                1 => 3,
                2..=6 => 1,
                7..=8 => 0,
                _ => now,
            };
        }
        made.state.push(states);
    }
    made
}

impl Made {
    pub(crate) fn write(&self) -> Scratch {
        let mut persons = "person_id,arm,site,sex\n".to_owned();
        let mut spells = "person_id,start_week,end_week,state\n".to_owned();
        let label =
            |level: Option<usize>, of: char| level.map_or(String::new(), |l| format!("{of}{l}"));
        for person in 0..self.arm.len() {
            let arm = ["control", "new"][self.arm[person]];
            let (site, sex) = (label(self.site[person], 's'), label(self.sex[person], 'x'));
            let _ = writeln!(persons, "{person},{arm},{site},{sex}");
            for (week, state) in self.state[person].iter().enumerate() {
                let week = week + 1;
                let _ = writeln!(spells, "{person},{week},{week},{}", STATES[*state]);
            }
        }
        Scratch::with(&[
            ("study.toml", &study()),
            ("prices.toml", PRICES),
            ("persons.csv", &persons),
            ("spells.csv", &spells),
        ])
    }

    /// Persons of an arm by group of the attacker, as a predicate over (site, sex).
    pub(crate) fn at_risk(&self, person: usize, week: usize) -> bool {
        self.state[person][..=week].iter().all(|state| *state == 0)
    }

    /// Destination of the first exit in a week: the state after it.
    pub(crate) fn exits(&self, person: usize, week: usize) -> Option<usize> {
        let next = self.state[person][week + 1];
        (self.at_risk(person, week) && next != 0).then_some(next)
    }
}
