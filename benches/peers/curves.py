"""How the engine's cost grows: with persons, replicates, weeks, threads; at low and high employment, and with censoring.

The study is T2 (accumulated effect, percentile intervals and band), with `default` for the default analysis.
"""
import statistics

import process

TURNS = 3
N = (4_000, 20_000, 100_000, 300_000, 1_000_000)
B = (100, 1_000, 10_000, 100_000)
WEEKS = (26, 52, 104, 260, 520)
KINDS = {"low": {}, "high": {"employment": "high"}, "censored": {"censored": True}}


def points():
    """(curve, kind of data, data set, keys of the data set, keys of the run, task)."""
    for kind, keys in KINDS.items():
        for n in N:
            yield "persons", kind, name(n, 64, kind), dict(n=n, **keys), dict(replicates=500), "T2"
    for kind, keys in KINDS.items():
        for b in B:
            yield "replicates", kind, name(4_000, 64, kind), dict(n=4_000, **keys), dict(replicates=b), "T2"
    for b in B:
        yield "replicates, default study", "low", name(4_000, 64, "low"), dict(n=4_000), dict(replicates=b), "default"
    for kind, keys in KINDS.items():
        for weeks in WEEKS:
            made = dict(n=20_000, weeks=weeks, **keys)
            yield "weeks", kind, name(20_000, weeks, kind), made, dict(replicates=500, weeks=weeks), "T2"
    for kind, keys in KINDS.items():
        for threads in (1, 2):
            made = dict(n=100_000, **keys)
            yield "threads", kind, name(100_000, 64, kind), made, dict(replicates=2000, threads=threads), "T2"


def name(n, weeks, kind):
    """The data sets of the tasks are used where they are the same."""
    same = {(4_000, 64, "low"): "S", (100_000, 64, "low"): "M", (1_000_000, 64, "low"): "L",
            (4_000, 64, "high"): "SH", (100_000, 64, "high"): "MH"}
    return same.get((n, weeks, kind), f"{kind}-{n}-{weeks}")


def measure(engine, data, say):
    out, folders, runs = [], {}, []
    for curve, kind, data_set, made, keys, task in points():
        if data_set not in folders:
            folders[data_set] = data(data_set, **made)
        runs.append((curve, kind, data_set, made, keys, task))
    formats = [] if engine.has_formats else None
    found = {}
    for turn in range(TURNS):
        say(f"curves, turn {turn + 1} of {TURNS}")
        for place, (_, kind, data_set, _, keys, task) in enumerate(runs):
            try:
                figures = engine.run(folders[data_set], task, formats=formats, censored=kind == "censored", **keys)
            except process.Failed as failed:
                say(f"  skipped: {data_set} {task}: {str(failed)[:160]}")
                continue
            found.setdefault(place, []).append(figures)
    for place, (curve, kind, data_set, made, keys, task) in enumerate(runs):
        turns = found.get(place)
        if not turns:
            continue
        seconds = {p: statistics.median(t["seconds"].get(p, 0.0) for t in turns) for p in turns[0]["seconds"]}
        out.append(dict(curve=curve, kind=kind, persons=made["n"], weeks=made.get("weeks", 64),
                        replicates=keys["replicates"], threads=keys.get("threads", engine.threads),
                        wall=statistics.median(t["wall"] for t in turns),
                        peak_mb=max(t["peak_mb"] for t in turns), seconds=seconds))
    return out
