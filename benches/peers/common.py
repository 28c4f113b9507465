"""What the Python peers share: reading and checking the files, cells, quantiles, the sup-t value, the one line of JSON.

A peer's seconds are told apart as `imports` (start of the process to the first line of work), `load` (reading and
checking), `fixed` (what does not grow with the number of replicates) and `loop` (what does).
"""
import argparse
import json
import resource
import time

import numpy as np

from names import GROUPS, SITES

STATES = ["cash_benefit", "employment", "education", "activation", "sickness", "self_support"]
WEEKS = 64
REPLICATES = dict(T1=0, T2=2000, T3=1000, T4=10000, T5=10000)


def arguments():
    ap = argparse.ArgumentParser()
    ap.add_argument("--task", required=True, choices=list(REPLICATES))
    ap.add_argument("--data", required=True)
    ap.add_argument("--impl", default="")
    ap.add_argument("--replicates", type=int, default=-1)
    ap.add_argument("--threads", type=int, default=2)
    ap.add_argument("--seed", type=int, default=1)
    a = ap.parse_args()
    if a.replicates < 0:
        a.replicates = REPLICATES[a.task]
    return a


class Data:
    """Integer arrays: persons in file order, spells in file order."""


def load(path):
    """Reads with polars and checks what the engine's `check` also checks: keys, labels, order, gaps, overlaps."""
    import polars as pl
    persons = pl.read_csv(f"{path}/persons.csv")
    spells = pl.read_csv(f"{path}/spells.csv")
    d = Data()
    ids = persons["person_id"].to_numpy()
    n = d.n = ids.size
    d.arm = (persons["arm"] == "treatment").to_numpy().astype(np.int8)
    d.stratum = persons["stratum"].to_numpy().astype(np.int64) - 1
    d.sex = (persons["sex"] == "F").to_numpy().astype(np.int8)
    d.age = persons["age"].to_numpy().astype(np.int64)
    of = spells["person_id"].to_numpy()
    d.start = spells["start_week"].to_numpy().astype(np.int16)
    d.end = spells["end_week"].to_numpy().astype(np.int16)
    d.state = spells["state"].cast(pl.Enum(STATES)).to_physical().to_numpy().astype(np.int8)
    assert np.isin(persons["arm"].unique().to_list(), ["treatment", "control"]).all()
    assert persons["person_id"].n_unique() == n and (d.stratum >= 0).all() and (d.stratum < SITES).all()
    if np.all(ids[1:] > ids[:-1]):
        d.row = np.searchsorted(ids, of)
    else:
        order = np.argsort(ids)
        d.row = order[np.searchsorted(ids[order], of)]
    assert (ids[np.minimum(d.row, n - 1)] == of).all()
    in_order = np.all((of[1:] > of[:-1]) | ((of[1:] == of[:-1]) & (d.start[1:] > d.start[:-1])))
    o = slice(None) if in_order else np.lexsort((d.start, of))
    start, end, row = d.start[o], d.end[o], d.row[o]
    first = np.r_[True, row[1:] != row[:-1]]
    last = np.r_[first[1:], True]
    assert first.sum() == n and (start[first] == 1).all() and (end[last] == WEEKS).all() and (start <= end).all()
    assert (start[1:][~first[1:]] == end[:-1][~first[1:]] + 1).all()
    return d


def panel(d):
    """Persons x weeks: 1 in work, from the ends of spells."""
    work = d.state == 1
    x = np.zeros((d.n, WEEKS + 1), np.int8)
    np.add.at(x, (d.row[work], d.start[work] - 1), 1)
    np.add.at(x, (d.row[work], d.end[work].astype(np.int64)), -1)
    return np.cumsum(x[:, :WEEKS], axis=1, dtype=np.int8)


def accumulated(d):
    return np.cumsum(panel(d), axis=1, dtype=np.int8)


def exit_time(d):
    """At risk: on cash benefit in week 1; time: the last week of that spell; an exit if before the last week."""
    first = (d.start == 1) & (d.state == 0)
    t = np.zeros(d.n, np.int64)
    t[d.row[first]] = d.end[first]
    return t, t > 0, (t < WEEKS) & (t > 0)


def hazards(t, at_risk, exits):
    left = np.bincount(t[exits], minlength=WEEKS + 1)[1:].astype(float)
    all_of = np.bincount(t[at_risk], minlength=WEEKS + 1)[1:]
    return left, np.cumsum(all_of[::-1])[::-1].astype(float)


def groups(d):
    return np.array([d.stratum == h for h in range(SITES)] + [d.sex == 1, d.sex == 0, d.age < 40, d.age >= 40])


def path_limits(replicates, estimate):
    """Percentile limits of each week, standard errors, and the sup-t band over the weeks that vary."""
    low, high = np.quantile(replicates, [.025, .975], axis=0)
    se = replicates.std(0, ddof=1)
    varies = se > 0
    largest = np.abs((replicates[:, varies] - estimate[varies]) / se[varies]).max(1)
    critical = np.quantile(largest, .95)
    return dict(acc=estimate, lo=low, hi=high, se=se, supt_crit=critical, band_lo=estimate - critical * se,
                band_hi=estimate + critical * se)


def family(difference, observed_difference, t, observed_t):
    """One p and two families of p: single-step and step-down largest |t|."""
    count = len(difference)
    p = (1 + (np.abs(difference) >= abs(observed_difference) - 1e-12).sum()) / (1 + count)
    size, seen = np.abs(t), np.abs(observed_t)
    single = (1 + (size.max(1)[:, None] >= seen - 1e-12).sum(0)) / (1 + count)
    order = np.argsort(-seen, kind="stable")
    largest = np.maximum.accumulate(size[:, order[::-1]], axis=1)[:, ::-1]
    down = np.empty(len(seen))
    down[order] = np.maximum.accumulate((1 + (largest >= seen[order] - 1e-12).sum(0)) / (1 + count))
    return dict(diff64=observed_difference, p=p, groups=GROUPS, t_obs=observed_t, p_single=single, p_stepdown=down)


class Clock:
    """Seconds of the parts, in the order in which they are told."""

    def __init__(self, started):
        self.parts = {}
        self.last = started

    def lap(self, part):
        now = time.perf_counter()
        self.parts[part] = self.parts.get(part, 0.0) + now - self.last
        self.last = now


def emit(a, clock, n, results):
    def plain(x):
        if isinstance(x, np.ndarray):
            return [plain(v) for v in x.tolist()]
        if isinstance(x, (np.floating, float)):
            return float(x) if np.isfinite(x) else None
        if isinstance(x, (list, tuple)):
            return [plain(v) for v in x]
        if isinstance(x, dict):
            return {k: plain(v) for k, v in x.items()}
        return int(x) if isinstance(x, np.integer) else x
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    print(json.dumps(dict(task=a.task, n=n, replicates=a.replicates, seconds=plain(clock.parts), peak_mb=peak,
                          results=plain(results))))
