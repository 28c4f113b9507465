#!/usr/bin/env python3
"""The synthetic trials that the benches read: persons.csv and spells.csv of a randomised labour-market trial.

A weekly semi-Markov register with a latent employability, 18 jobcentres, 1:1 block randomisation inside each, and a
small effect of the arm that changes over time: lock-in, gain, fade. Everything is a function of (n, weeks, employment,
follow-up, seed) and of numpy's version, which requirements.txt pins; data.sha256 holds the checksums of the files.

usage: gen.py --out DIR [--n 4000] [--weeks 64] [--employment low|high] [--censored] [--seed 20240101]
"""
import argparse
import os

import numpy as np
import polars as pl

STATES = ["cash_benefit", "employment", "education", "activation", "sickness", "self_support"]
SITES = 18
# Multiplies the weekly hazard into work: `high` has half of all persons ever employed in 64 weeks.
EMPLOYMENT = {"low": 1.0, "high": 12.5}


def simulate(n, weeks, employment, seed):
    rng = np.random.Generator(np.random.PCG64(seed))
    share = rng.dirichlet(np.full(SITES, 25.0))
    site = np.sort(rng.choice(SITES, size=n, p=share)).astype(np.int16)
    arm = np.zeros(n, np.int8)
    for h in range(SITES):
        ix = np.flatnonzero(site == h)
        block = np.zeros(ix.size, np.int8)
        block[: (ix.size + int(rng.integers(2))) // 2] = 1
        arm[ix] = rng.permutation(block)
    sex = (rng.random(n) < 0.48).astype(np.int8)
    age = np.clip(np.round(rng.normal(39, 11, n)), 18, 64).astype(np.int16)
    near = rng.random(n) < 0.25                                  # closer to the labour market
    local = rng.normal(0, 0.15, SITES)[site]
    order = rng.permutation(n)                                   # the file is not sorted by jobcentre
    site, arm, sex, age, near, local = (x[order] for x in (site, arm, sex, age, near, local))
    # Weekly probability of leaving, by state, and where to if not to work.
    leave = 0.76 * np.array([0.052, 0.024, 0.018, 0.085, 0.075, 0.012])
    to = np.array([[0, 0, .05, .66, .24, .05], [.80, 0, .02, .08, .07, .03], [.75, 0, 0, .15, .08, .02],
                   [.86, 0, .03, 0, .09, .02], [.82, 0, .01, .15, 0, .02], [.80, 0, .05, .10, .05, 0]])
    to = np.cumsum(to / to.sum(1, keepdims=True), axis=1).astype(np.float32)
    work = 1.40 * EMPLOYMENT[employment] * np.array([0.00085, 0.0, 0.0007, 0.0016, 0.00025, 0.0008])
    person = np.exp(local + np.where(near, 0.85, -0.75) - 0.018 * (age - 39) - 0.10 * sex).astype(np.float32)
    haste = np.exp(0.3 * (near - .25) - 0.004 * (age - 39)).astype(np.float32)
    state = rng.choice(np.array([0, 3, 4], np.int8), size=n, p=[0.93, 0.05, 0.02])
    history = np.empty((weeks, n), np.int8)
    history[0] = state
    treated = arm == 1
    for week in range(1, weeks):
        effect = 0.80 if week < 10 else (1.30 if week < 40 else 1.10)
        busy = 1.35 if week < 26 else 1.05                       # more activation early
        into_work = work.astype(np.float32)[state] * person
        out = leave.astype(np.float32)[state] * haste
        into_work = np.where(treated, into_work * effect, into_work)
        out = np.where(treated & (state == 0), out * busy, out)
        u = rng.random(n, dtype=np.float32)
        found = u < into_work
        left = np.flatnonzero(~found & (u < into_work + out))
        after = state.copy()
        after[found] = 1
        v = rng.random(left.size, dtype=np.float32)
        after[left] = np.minimum((v[:, None] > to[state[left]]).sum(1), 5)
        state = after
        history[week] = state
    return dict(arm=arm, site=site + 1, sex=sex, age=age), np.ascontiguousarray(history.T), rng


def spells(history, followed):
    """Runs of equal states, each person's cut at the last followed week."""
    n, weeks = history.shape
    starts = np.ones((n, weeks), bool)
    starts[:, 1:] = history[:, 1:] != history[:, :-1]
    starts &= np.arange(1, weeks + 1) <= followed[:, None]
    person, week = np.nonzero(starts)
    end = np.empty(person.size, np.int16)
    same = person[1:] == person[:-1]
    end[:-1] = np.where(same, week[1:], followed[person[:-1]])
    end[-1] = followed[person[-1]]
    return person, (week + 1).astype(np.int16), end, history[person, week]


def write(out, n, weeks=64, employment="low", censored=False, seed=20240101):
    persons, history, rng = simulate(n, weeks, employment, seed)
    hours_of = np.array([4, 8, 12, 15, 20, 25, 30, 37])
    followed = np.full(n, weeks, np.int16)
    if censored:                                                 # three in ten leave the register on the way
        lost = rng.random(n) < 0.3
        followed[lost] = rng.integers(4, weeks, lost.sum())
    person, start, end, state = spells(history, followed)
    hours = np.where(state == 1, rng.choice(hours_of, size=person.size,
                     p=[.08, .10, .12, .13, .17, .10, .10, .20]), 0).astype(np.int16)
    os.makedirs(out, exist_ok=True)
    ids = np.arange(1, n + 1, dtype=np.int32) + 10_000_000
    table = dict(person_id=ids, arm=np.array(["control", "treatment"])[persons["arm"]], stratum=persons["site"],
                 sex=np.array(["M", "F"])[persons["sex"]], age=persons["age"],
                 age_group=np.where(persons["age"] < 40, "<40", ">=40"))
    if censored:
        table["followed_until"] = followed
    pl.DataFrame(table).write_csv(f"{out}/persons.csv")
    pl.DataFrame(dict(person_id=ids[person], start_week=start, end_week=end, state=np.array(STATES)[state],
                      hours=hours)).write_csv(f"{out}/spells.csv")


if __name__ == "__main__":
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--out", required=True)
    ap.add_argument("--n", type=int, default=4000)
    ap.add_argument("--weeks", type=int, default=64)
    ap.add_argument("--employment", choices=list(EMPLOYMENT), default="low")
    ap.add_argument("--censored", action="store_true")
    ap.add_argument("--seed", type=int, default=20240101)
    a = ap.parse_args()
    write(a.out, a.n, a.weeks, a.employment, a.censored, a.seed)
