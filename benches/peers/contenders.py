"""Who runs what: the engine and each peer on each task and data set, and the targets.

A peer that needs minutes runs fewer replicates; the part that grows with them is then multiplied (marked `x`).
"""
from collections import namedtuple

DATA = {
    "S": dict(n=4_000),
    "M": dict(n=100_000),
    "L": dict(n=1_000_000),
    "SH": dict(n=4_000, employment="high"),
    "MH": dict(n=100_000, employment="high"),
}
# Replicates of a task by data set, where they are not those of the study of the task.
REPLICATES = {("M", "T2"): 500, ("L", "T2"): 500, ("MH", "T2"): 500}
VARIANTS = {"T2-sup-t": "T2", "T3-contrasts": "T3"}

Peer = namedtuple("Peer", "name program impl replicates")
PY, LIBS, R = "peer_numpy.py", "peer_libs.py", "peer.R"


def peer(name, program, impl, replicates=None):
    return Peer(name, program, impl, replicates)


# In each list the hand-vectorised ones come first, the libraries after them.
PEERS = {
    ("S", "T1"): [peer("numpy", PY, "dense"), peer("polars", LIBS, "polars"), peer("R", R, "lib")],
    ("S", "T2"): [peer("numpy", PY, "dense"), peer("numpy sparse", PY, "sparse"), peer("R base", R, "base"),
                  peer("scipy", LIBS, "scipy"), peer("arch", LIBS, "arch"), peer("R boot", R, "lib", 400)],
    ("S", "T3"): [peer("numpy", PY, "dense"), peer("R base", R, "base"), peer("lifelines", LIBS, "lifelines", 60),
                  peer("R survfit + boot", R, "lib", 100)],
    ("S", "T4"): [peer("numpy", PY, "dense"), peer("R base", R, "base", 2000), peer("pandas", LIBS, "pandas", 60),
                  peer("R coin", R, "lib", 4000)],
    ("S", "T5"): [peer("numpy", PY, "dense"), peer("numpy sparse", PY, "sparse"), peer("R base", R, "base"),
                  peer("scipy", LIBS, "scipy"), peer("arch", LIBS, "arch", 2000), peer("R boot", R, "lib", 2000)],
    ("M", "T1"): [peer("numpy", PY, "dense"), peer("polars", LIBS, "polars"), peer("R", R, "lib")],
    ("M", "T2"): [peer("numpy", PY, "dense"), peer("numpy sparse", PY, "sparse"), peer("R base", R, "base", 200),
                  peer("scipy", LIBS, "scipy"), peer("arch", LIBS, "arch", 100), peer("R boot", R, "lib", 30)],
    ("M", "T3"): [peer("numpy", PY, "dense"), peer("R base", R, "base"), peer("lifelines", LIBS, "lifelines", 40),
                  peer("R survfit + boot", R, "lib", 20)],
    ("M", "T4"): [peer("numpy", PY, "dense", 2000), peer("R base", R, "base", 200), peer("pandas", LIBS, "pandas", 40),
                  peer("R coin", R, "lib", 200)],
    ("L", "T1"): [peer("numpy", PY, "dense"), peer("polars", LIBS, "polars"), peer("R", R, "lib")],
    ("L", "T2"): [peer("numpy", PY, "dense", 100), peer("numpy sparse", PY, "sparse")],
    ("L", "T3"): [peer("numpy", PY, "dense")],
    ("SH", "T2"): [peer("numpy", PY, "dense"), peer("numpy sparse", PY, "sparse")],
    ("SH", "T5"): [peer("numpy", PY, "dense"), peer("numpy sparse", PY, "sparse")],
    ("MH", "T2"): [peer("numpy", PY, "dense"), peer("numpy sparse", PY, "sparse")],
}
HAND = ("numpy", "numpy sparse", "R", "R base")                  # the fastest of these is the first target's peer
LIBRARIES = {"T1": ("polars",), "T2": ("R boot", "scipy", "arch"), "T3": ("R survfit + boot", "lifelines"),
             "T4": ("R coin", "pandas"), "T5": ("R boot",)}

# Times as fast: work against the fastest peer, work against the libraries, process against the fastest process.
TARGETS = {
    ("S", "T1"): (4, None, 40), ("M", "T1"): (4, 15, 10), ("L", "T1"): (4, 30, None),
    ("S", "T2"): (12, 500, 40), ("M", "T2"): (30, 500, 15), ("L", "T2"): (20, None, None),
    ("S", "T3"): (12, None, 40), ("M", "T3"): (3, 1000, 15), ("L", "T3"): (10, None, None),
    ("S", "T4"): (12, None, 40), ("M", "T4"): (40, 200, 20),
    ("S", "T5"): (12, 200, 40),
    ("SH", "T2"): (6, None, None), ("MH", "T2"): (15, None, None), ("SH", "T5"): (6, None, None),
}
# Seconds and megabytes of the one run with everything.
ALL_LIMITS = (3.0, 1000)
PEAK_L_T1 = 1000

# Phases of the engine that are compared with a peer's work. T1 is everything from the files to the numbers. The others
# leave reading and checking out on both sides; `panel` is in, because a peer's work holds the building of its matrix.
COUNTED = {"T1": ("read", "check", "panel", "resample", "infer")}
USUAL = ("panel", "resample", "permute", "infer")


def counted(task):
    return COUNTED.get(task, USUAL)


def blocks(sizes, tasks):
    """(data set, task of the peers, tasks of the engine) in the order in which they run."""
    out = []
    for (data, task) in PEERS:
        if data in sizes and task in tasks:
            out.append((data, task, [task] + [v for v, of in VARIANTS.items() if of == task]))
    return out
