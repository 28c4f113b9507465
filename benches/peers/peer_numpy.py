#!/usr/bin/env python3
"""The tasks in hand-vectorised numpy, as a careful user writes them: two forked workers, one BLAS thread each.

`--impl dense` draws every person; `--impl sparse` (T2, T5) uses that persons who never worked add nothing: their
number in each cell is binomial, and only the others are picked. Both give the same distribution.
"""
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
import time

STARTED = time.perf_counter()
import multiprocessing as mp

import numpy as np
import polars  # noqa: F401  (its import belongs to the start of the process)
from scipy.stats import norm

from common import (SITES, WEEKS, Clock, accumulated, arguments, emit, exit_time, family, groups, hazards, load, panel,
                    path_limits)

G = {}                                                           # what the forked workers read


def in_workers(f, replicates, threads, seed, chunk):
    seeds = np.random.SeedSequence(seed).spawn(-(-replicates // chunk))
    jobs = [(min(chunk, replicates - i * chunk), s) for i, s in enumerate(seeds)]
    if threads == 1:
        return np.vstack([f(job) for job in jobs])
    with mp.get_context("fork").Pool(threads) as pool:
        return np.vstack(pool.map(f, jobs, chunksize=max(1, len(jobs) // (4 * threads))))


def t1(d, a, clock):
    y = panel(d)
    acc = np.cumsum(y, axis=1, dtype=np.int8)
    r, variance = {}, 0.0
    for name, arm in (("t", d.arm == 1), ("c", d.arm == 0)):
        n, x = arm.sum(), acc[arm]
        r["share_" + name] = y[arm].sum(0, dtype=np.int64) / n
        s1 = x.sum(0, dtype=np.int64).astype(float)
        s2 = np.einsum("ij,ij->j", x, x, dtype=np.int64).astype(float)
        variance = variance + (s2 - s1 * s1 / n) / (n - 1) / n
    r["diff"] = r["share_t"] - r["share_c"]
    r["acc"] = np.cumsum(r["diff"])
    r["se_acc"] = np.sqrt(variance)
    clock.lap("fixed")
    return r


def prepare(d, columns, impl):
    """Persons in order of arm x jobcentre, each row scaled to what it adds to the difference of means."""
    key = d.arm.astype(np.int64) * SITES + d.stratum
    order = np.argsort(key, kind="stable")
    cell = key[order]
    size = np.bincount(cell, minlength=2 * SITES)
    first = np.r_[0, np.cumsum(size)[:-1]]
    treated = d.arm.sum()
    sign = np.where(d.arm[order] == 1, 1.0 / treated, -1.0 / (d.n - treated))
    rows = np.ascontiguousarray(columns[order] * sign[:, None])
    G.update(n=d.n, base=first[cell].astype(float), size=size[cell].astype(float), rows=rows)
    estimate = rows.sum(0)
    mean = np.add.reduceat(rows, first, axis=0) / size[:, None]
    influence = rows[:, -1] - mean[cell, -1]
    if impl == "sparse":
        some = rows[:, -1] != 0
        G["rows"] = np.ascontiguousarray(rows[some])
        k = np.bincount(cell[some], minlength=2 * SITES)
        G.update(cells=size, k=k, first=np.r_[0, np.cumsum(k)[:-1]])
    return estimate, influence


def dense_chunk(job):
    count, seed = job
    rng = np.random.Generator(np.random.SFC64(seed))
    w = np.empty((count, G["n"]))
    for i in range(count):
        w[i] = np.bincount((G["base"] + rng.random(G["n"]) * G["size"]).astype(np.int64), minlength=G["n"])
    return w @ G["rows"]


def sparse_chunk(job):
    count, seed = job
    rng = np.random.Generator(np.random.SFC64(seed))
    k, kept = G["k"], G["rows"].shape[0]
    w = np.empty((count, kept))
    hits = rng.binomial(G["cells"], k / G["cells"], size=(count, k.size))
    for i, hit in enumerate(hits):
        picks = np.repeat(G["first"], hit) + rng.random(hit.sum()) * np.repeat(k, hit)
        w[i] = np.bincount(picks.astype(np.int64), minlength=kept)
    return w @ G["rows"]


def draws(d, a, chunk):
    f, size = (sparse_chunk, chunk) if a.impl == "sparse" else (dense_chunk, max(1, min(chunk, 4_000_000 // d.n)))
    return in_workers(f, a.replicates, a.threads, a.seed, size)


def t2(d, a, clock):
    estimate, _ = prepare(d, accumulated(d).astype(float), a.impl)
    clock.lap("fixed")
    r = path_limits(draws(d, a, 64), estimate)
    clock.lap("loop")
    return r


def hazard_chunk(job):
    count, seed = job
    rng = np.random.Generator(np.random.SFC64(seed))
    out = []
    for arm in (1, 0):
        total = 0
        for h in range(SITES):
            cell = G["table"][arm, h]
            total = total + rng.multinomial(int(cell.sum()), cell / cell.sum(), size=count)
        left = total[:, 1:WEEKS].astype(float)
        at_risk = np.cumsum(total[:, :0:-1], axis=1)[:, ::-1][:, :WEEKS - 1]
        hazard = left / at_risk
        out += [hazard, 1 + np.cumprod(1 - hazard, axis=1).sum(1)]
    return np.c_[out[0] - out[2], out[1] - out[3]]


def t3(d, a, clock):
    t, at_risk, exits = exit_time(d)
    treated, r = d.arm == 1, {}
    for name, arm in (("t", treated), ("c", ~treated)):
        left, n = hazards(t[at_risk & arm], at_risk[at_risk & arm], exits[at_risk & arm])
        hazard = left / n
        survival = np.cumprod(1 - hazard)
        r["haz_" + name] = hazard[:WEEKS - 1]
        r["km_" + name] = survival[:WEEKS - 1]
        r["na_" + name] = np.cumsum(hazard)[:WEEKS - 1]
        r["rmst_" + name] = 1 + survival[:WEEKS - 1].sum()
    r["haz_diff"] = r["haz_t"] - r["haz_c"]
    r["rmst_diff"] = r["rmst_t"] - r["rmst_c"]
    observed = expected = variance = 0.0
    for h in range(SITES):
        m = at_risk & (d.stratum == h)
        d1, n1 = hazards(t[m & treated], at_risk[m & treated], exits[m & treated])
        dn, nn = hazards(t[m], at_risk[m], exits[m])
        share = n1 / np.maximum(nn, 1)
        some = nn > 1
        observed += d1.sum()
        expected += (dn * share).sum()
        variance += (dn * share * (1 - share) * (nn - dn) / np.maximum(nn - 1, 1))[some].sum()
    r["logrank_chi2"] = (observed - expected) ** 2 / variance
    table = np.zeros((2, SITES, WEEKS + 1))                      # 0: not at risk, 1..63: week of the exit, 64: stayed
    np.add.at(table, (d.arm.astype(int), d.stratum, t), 1)
    G["table"] = table
    clock.lap("fixed")
    drawn = in_workers(hazard_chunk, a.replicates, a.threads, a.seed, max(1, a.replicates // (2 * a.threads)))
    low, high = np.quantile(drawn, [.025, .975], axis=0)
    r.update(haz_diff_lo=low[:-1], haz_diff_hi=high[:-1], rmst_diff_lo=low[-1], rmst_diff_hi=high[-1])
    clock.lap("loop")
    return r


def welch(sums):
    """b x (3 x groups) treated sums of A, A^2 and 1 by group, to Welch's t; 0 without variance."""
    k = len(G["total"][0])
    s1, s2, n1 = sums[:, :k], sums[:, k:2 * k], sums[:, 2 * k:3 * k]
    c1, c2, n0 = (total - s for total, s in zip(G["total"], (s1, s2, n1)))
    m1, m0 = s1 / n1, c1 / n0
    v = (s2 - n1 * m1 * m1) / (n1 - 1) / n1 + (c2 - n0 * m0 * m0) / (n0 - 1) / n0
    with np.errstate(all="ignore"):
        return np.where(v > 1e-15, (m1 - m0) / np.sqrt(v), 0.0)


def permute_chunk(job):
    count, seed = job
    rng = np.random.Generator(np.random.SFC64(seed))
    labels = np.empty((count, G["n"]))
    for s, e in zip(G["site"], G["site"][1:]):
        labels[:, s:e] = rng.permuted(np.broadcast_to(G["arm"][s:e], (count, e - s)), axis=1)
    sums = labels @ G["columns"]
    return np.c_[sums[:, -1], welch(sums)]


def t4(d, a, clock):
    acc = accumulated(d)[:, -1].astype(float)
    order = np.argsort(d.stratum, kind="stable")
    member, acc, arm = groups(d)[:, order].T.astype(float), acc[order], d.arm[order].astype(float)
    columns = np.ascontiguousarray(np.c_[member * acc[:, None], member * (acc * acc)[:, None], member, acc])
    k, total = member.shape[1], columns.sum(0)
    G.update(n=d.n, arm=arm, site=np.searchsorted(d.stratum[order], np.arange(SITES + 1)), columns=columns,
             total=(total[:k], total[k:2 * k], total[2 * k:3 * k]))
    seen, treated = arm @ columns, arm.sum()
    controls = d.n - treated
    difference = seen[-1] / treated - (total[-1] - seen[-1]) / controls
    observed = welch(seen[None])[0]
    clock.lap("fixed")
    drawn = in_workers(permute_chunk, a.replicates, a.threads, a.seed, max(1, min(250, 4_000_000 // d.n)))
    differences = drawn[:, 0] / treated - (total[-1] - drawn[:, 0]) / controls
    r = family(differences, difference, drawn[:, 1:], observed)
    clock.lap("loop")
    return r


def t5(d, a, clock):
    estimate, influence = prepare(d, accumulated(d)[:, -1:].astype(float), a.impl)
    estimate = estimate[0]
    clock.lap("fixed")
    drawn = draws(d, a, 64)[:, 0]
    z0 = norm.ppf(((drawn < estimate - 1e-12).mean() + (drawn <= estimate + 1e-12).mean()) / 2)
    skew = (influence ** 3).sum() / (6 * (influence ** 2).sum() ** 1.5)
    z = z0 + norm.ppf([.025, .975])
    low, high = np.quantile(drawn, norm.cdf(z0 + z / (1 - skew * z)))
    clock.lap("loop")
    return dict(est=estimate, z0=z0, a=skew, lo=low, hi=high)


if __name__ == "__main__":
    a = arguments()
    clock = Clock(STARTED)
    clock.lap("imports")
    d = load(a.data)
    clock.lap("load")
    emit(a, clock, d.n, globals()[a.task.lower()](d, a, clock))
