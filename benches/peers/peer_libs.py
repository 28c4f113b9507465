#!/usr/bin/env python3
"""The tasks with the Python libraries that users pick.

T1 polars (weeks exploded); T2 and T5 scipy.stats.bootstrap or arch; T3 lifelines, with statsmodels for the stratified
log-rank test, refitted in two processes; T4 pandas, a loop of permutations (scipy's permutation test has no strata).
"""
import time

STARTED = time.perf_counter()
import multiprocessing as mp
import sys

import numpy as np
import polars as pl

import common
from common import SITES, WEEKS, Clock, accumulated, arguments, emit, exit_time, family, path_limits

if "T3" in sys.argv:
    import lifelines  # noqa: F401
    import statsmodels.duration.survfunc  # noqa: F401
elif "T4" in sys.argv:
    import pandas as pd
elif "arch" in sys.argv:
    import arch.bootstrap
elif "scipy" in sys.argv:
    import scipy.stats

G = {}


def t1(a, clock):
    persons, spells = pl.read_csv(f"{a.data}/persons.csv"), pl.read_csv(f"{a.data}/spells.csv")
    clock.lap("load")
    assert persons["person_id"].n_unique() == persons.height
    length = pl.col("end_week") - pl.col("start_week") + 1
    ordered = spells.sort("person_id", "start_week")
    checks = ordered.group_by("person_id", maintain_order=True).agg(
        pl.col("start_week").first().alias("first"), pl.col("end_week").last().alias("last"),
        length.sum().alias("weeks"), (pl.col("start_week").shift(-1) - pl.col("end_week") == 1).all().alias("joined"))
    whole = (pl.col("first") == 1) & (pl.col("last") == WEEKS) & (pl.col("weeks") == WEEKS) & pl.col("joined")
    assert checks.height == persons.height and checks.select(whole.all()).item()
    assert spells["state"].is_in(common.STATES).all()
    weeks = pl.int_ranges("start_week", pl.col("end_week") + 1, dtype=pl.Int8).alias("week")
    table = (ordered.select("person_id", (pl.col("state") == "employment").cast(pl.Int8).alias("y"), weeks)
             .explode("week")
             .with_columns(pl.col("y").cast(pl.Int16).cum_sum().over("person_id").alias("a"))
             .join(persons.select("person_id", "arm"), on="person_id")
             .group_by("arm", "week")
             .agg(pl.col("y").mean(), pl.col("a").mean(), pl.col("a").cast(pl.Float64).var().alias("v"),
                  pl.len().alias("n"))
             .sort("week"))
    t, c = (table.filter(pl.col("arm") == arm) for arm in ("treatment", "control"))
    np_of = lambda frame, column: frame[column].to_numpy()
    share = [np_of(x, "y") for x in (t, c)]
    variance = sum(np_of(x, "v") / np_of(x, "n") for x in (t, c))
    r = dict(share_t=share[0], share_c=share[1], diff=share[0] - share[1], acc=np_of(t, "a") - np_of(c, "a"),
             se_acc=np.sqrt(variance))
    clock.lap("fixed")
    return persons.height, r


def samples(d, columns):
    """One sample per cell, and what each cell's mean counts in the difference."""
    s = [columns[(d.arm == arm) & (d.stratum == h)] for arm in (1, 0) for h in range(SITES)]
    w = np.array([len(x) for x in s], float)
    w[:SITES] /= w[:SITES].sum()
    w[SITES:] /= -w[SITES:].sum()
    return s, w


def t2(d, a, clock):
    s, w = samples(d, accumulated(d).astype(float))
    estimate = sum(wi * x.mean(0) for wi, x in zip(w, s))
    clock.lap("fixed")
    if a.impl == "arch":
        boot = arch.bootstrap.IndependentSamplesBootstrap(*s, seed=a.seed)
        drawn = boot.apply(lambda *x: sum(wi * xi.mean(0) for wi, xi in zip(w, x)), a.replicates)
    else:
        f = lambda *x, axis: sum(wi * xi.mean(axis=axis) for wi, xi in zip(w, x))
        r = scipy.stats.bootstrap(s, f, axis=0, n_resamples=a.replicates, method="percentile", vectorized=True,
                                  rng=a.seed, batch=max(1, int(4e7 / (WEEKS * d.n))))
        drawn = r.bootstrap_distribution.T
    r = path_limits(np.asarray(drawn), estimate)
    clock.lap("loop")
    return r


def fit(t, exits):
    from lifelines import KaplanMeierFitter
    k = KaplanMeierFitter().fit(t, exits, timeline=np.arange(0, WEEKS + 1))
    table = k.event_table
    left = table.reindex(np.arange(1, WEEKS), fill_value=0)["observed"]
    at_risk = table.reindex(np.arange(1, WEEKS + 1))["at_risk"].bfill().fillna(0).iloc[:WEEKS - 1]
    return k, (left / at_risk).to_numpy(), k.survival_function_.to_numpy()[:, 0]


def refits(job):
    count, seed = job
    rng = np.random.Generator(np.random.SFC64(seed))
    out = []
    for _ in range(count):
        arms = []
        for cells in (G["cells"][1], G["cells"][0]):
            i = np.concatenate([rng.choice(cell, cell.size) for cell in cells])
            _, hazard, survival = fit(G["t"][i], G["exits"][i])
            arms.append(np.r_[hazard, survival[:WEEKS].sum()])
        out.append(arms[0] - arms[1])
    return np.array(out)


def t3(d, a, clock):
    import warnings

    from lifelines import NelsonAalenFitter
    from lifelines.utils import restricted_mean_survival_time
    from statsmodels.duration.survfunc import survdiff
    warnings.filterwarnings("ignore")
    t, at_risk, exits = exit_time(d)
    r = {}
    for name, arm in (("t", 1), ("c", 0)):
        m = at_risk & (d.arm == arm)
        k, hazard, survival = fit(t[m], exits[m])
        na = NelsonAalenFitter(nelson_aalen_smoothing=False).fit(t[m], exits[m], timeline=np.arange(0, WEEKS + 1))
        r["haz_" + name], r["km_" + name] = hazard, survival[1:WEEKS]
        r["na_" + name] = na.cumulative_hazard_.to_numpy()[1:WEEKS, 0]
        r["rmst_" + name] = restricted_mean_survival_time(k, t=WEEKS)
    r["haz_diff"] = r["haz_t"] - r["haz_c"]
    r["rmst_diff"] = r["rmst_t"] - r["rmst_c"]
    r["logrank_chi2"] = survdiff(t[at_risk], exits[at_risk].astype(int), d.arm[at_risk], strata=d.stratum[at_risk])[0]
    cells = {arm: [np.flatnonzero(at_risk & (d.arm == arm) & (d.stratum == h)) for h in range(SITES)] for arm in (0, 1)}
    G.update(t=t, exits=exits, cells=cells)
    clock.lap("fixed")
    drawn = in_two(refits, a)
    low, high = np.quantile(drawn, [.025, .975], axis=0)
    r.update(haz_diff_lo=low[:-1], haz_diff_hi=high[:-1], rmst_diff_lo=low[-1], rmst_diff_hi=high[-1])
    clock.lap("loop")
    return r


def in_two(f, a):
    k = a.threads
    seeds = np.random.SeedSequence(a.seed).spawn(k)
    jobs = [(a.replicates // k + (i < a.replicates % k), s) for i, s in enumerate(seeds)]
    with mp.get_context("fork").Pool(k) as pool:
        return np.vstack(pool.map(f, jobs))


def welch(frame):
    out = []
    for column in ("stratum", "sex", "young"):
        g = frame.groupby([column, "arm"])["acc"].agg(["mean", "var", "size"]).unstack("arm")
        g = g.sort_index(ascending=column == "stratum")
        error = g["var"][1] / g["size"][1] + g["var"][0] / g["size"][0]
        out.append(((g["mean"][1] - g["mean"][0]) / np.sqrt(error)).to_numpy())
    return np.nan_to_num(np.concatenate(out))


def permutations(job):
    count, seed = job
    rng = np.random.Generator(np.random.SFC64(seed))
    frame, out = G["frame"].copy(), []
    for _ in range(count):
        frame["arm"] = frame.groupby("stratum")["arm"].transform(rng.permutation)
        mean = frame.groupby("arm")["acc"].mean()
        out.append(np.r_[mean[1] - mean[0], welch(frame)])
    return np.array(out)


def t4(d, a, clock):
    acc = accumulated(d)[:, -1].astype(float)
    young = (d.age < 40).astype(int)
    frame = G["frame"] = pd.DataFrame(dict(acc=acc, arm=d.arm, stratum=d.stratum, sex=d.sex, young=young))
    mean = frame.groupby("arm")["acc"].mean()
    observed = welch(frame)
    clock.lap("fixed")
    drawn = in_two(permutations, a)
    r = family(drawn[:, 0], mean[1] - mean[0], drawn[:, 1:], observed)
    clock.lap("loop")
    return r


def t5(d, a, clock):
    s, w = samples(d, accumulated(d)[:, -1].astype(float))
    estimate = sum(wi * x.mean() for wi, x in zip(w, s))
    clock.lap("fixed")
    if a.impl == "arch":                                         # it refuses bca for independent samples
        boot = arch.bootstrap.IndependentSamplesBootstrap(*s, seed=a.seed)
        f = lambda *x: np.array([sum(wi * xi.mean() for wi, xi in zip(w, x))])
        low, high = boot.conf_int(f, reps=a.replicates, method="percentile")[:, 0]
        r = dict(est=estimate, pct_lo=low, pct_hi=high)
    else:
        f = lambda *x, axis: sum(wi * xi.mean(axis=axis) for wi, xi in zip(w, x))
        b = scipy.stats.bootstrap(s, f, n_resamples=a.replicates, method="BCa", vectorized=True, rng=a.seed, batch=500)
        r = dict(est=estimate, lo=b.confidence_interval.low, hi=b.confidence_interval.high)
    clock.lap("loop")
    return r


if __name__ == "__main__":
    a = arguments()
    clock = Clock(STARTED)
    clock.lap("imports")
    if a.task == "T1":
        n, r = t1(a, clock)
    else:
        d = common.load(a.data)
        clock.lap("load")
        n, r = d.n, globals()[a.task.lower()](d, a, clock)
    emit(a, clock, n, r)
