"""Whether the engine and a peer say the same: points to 1e-9, simulated numbers within their Monte Carlo error."""
import math

from names import GROUPS

POINT = 1e-9
# Standard errors of the difference of two simulated numbers. Some thousand are compared, most of them correlated.
MANY = 6.0


def number(cell):
    return float(cell) if cell else None


class Rows:
    """The rows of one result, found by name."""

    def __init__(self, rows):
        self.rows = rows

    def path(self, estimand, column, *, arm="treatment", item="", analysis=None):
        """{week: value} of an estimand over the whole sample."""
        out = {}
        for row in self.rows:
            if row["estimand"] != estimand or row["subgroup"] != "all" or row["arm"] != arm or row["item"] != item:
                continue
            if analysis and row["analysis"] != analysis:
                continue
            value = number(row[column])
            if value is not None:
                out[int(row["week"]) if row["week"] else 0] = value
        return out

    def level(self, group, column):
        """The value of a row of the family, such as `stratum=3`."""
        subgroup, level = group.split("=", 1)
        for row in self.rows:
            if row["subgroup"] == subgroup and row["level"] == level and row["reference"] and not row["item"]:
                return number(row[column])
        return None


def weekly(values):
    return {week + 1: value for week, value in enumerate(values) if value is not None}


class Verdict:
    """The largest distance of each compared quantity, and whether it is small enough."""

    def __init__(self):
        self.lines = []

    def points(self, name, ours, theirs):
        shared = ours.keys() & theirs.keys()
        worst = max((abs(ours[w] - theirs[w]) / max(1.0, abs(theirs[w])) for w in shared), default=None)
        self.lines.append(dict(quantity=name, compared=len(shared), worst=worst, unit="relative", limit=POINT,
                               ok=worst is not None and worst <= POINT))

    def simulated(self, name, ours, theirs, errors, slack=0.0, step=0.0):
        """`errors`: standard error of the difference by week; `slack`: a part that is not noise; `step`: between
        neighbouring values that a mean of whole numbers can have, as limits of early weeks lie on either of two."""
        shared = [w for w in ours.keys() & theirs.keys() if errors.get(w)]
        apart = {w: max(0.0, abs(ours[w] - theirs[w]) - max(slack * abs(theirs[w]), step)) for w in shared}
        worst = max((distance / errors[w] if distance else 0.0 for w, distance in apart.items()), default=None)
        self.lines.append(dict(quantity=name, compared=len(shared), worst=worst, unit="standard errors", limit=MANY,
                               ok=worst is not None and worst <= MANY))


# Of a 2.5 % quantile of B normal numbers, times the square root of B: sqrt(0.025 x 0.975) / density.
NORMAL = 2.671


def errors(path, std_errors, ours, theirs):
    """Monte Carlo errors of the engine's limits, widened by those of a peer with another number of replicates. They are
    differences of a few order statistics, so noisy: at least what they would be of normal replicates."""
    wider = math.sqrt(1.0 + ours / theirs)
    least = {week: NORMAL * std_errors.get(week, 0.0) / math.sqrt(ours) for week in path}
    return {week: max(value, least[week]) * wider for week, value in path.items()}


def compare(task, rows, results, persons, replicates, peer_replicates):
    """Lines of the verdict. A quantity that the peer does not give is not compared."""
    ours, v = Rows(rows), Verdict()
    {"T1": t1, "T2": t2, "T2-sup-t": t2, "T3": t3, "T3-contrasts": t3, "T4": t4, "T5": t5}[task](
        ours, results, v, (task, 2.1 / persons, replicates, peer_replicates))
    return v.lines


def t1(ours, r, v, _):
    for key, arm in (("share_t", "treatment"), ("share_c", "control")):
        v.points(key, ours.path("weekly_mean", "estimate", arm=arm), weekly(r[key]))
    v.points("diff", ours.path("weekly_difference", "estimate"), weekly(r["diff"]))
    v.points("acc", ours.path("cumulative_effect", "estimate"), weekly(r["acc"]))
    v.points("se_acc", ours.path("cumulative_effect", "std_error"), weekly(r["se_acc"]))


def t2(ours, r, v, how):
    task, step, mine, yours = how
    path = lambda column: ours.path("cumulative_effect", column)
    estimate, low, high = path("estimate"), path("conf_low"), path("conf_high")
    error_low, error_high, se = path("mc_conf_low"), path("mc_conf_high"), path("std_error")
    v.points("acc", estimate, weekly(r["acc"]))
    if yours < 200:
        return
    if task == "T2-sup-t":                                       # basic limits are the quantiles, reflected
        low, high = ({w: 2 * estimate[w] - x for w, x in side.items()} for side in (high, low))
        error_low, error_high = error_high, error_low
    v.simulated("lo", low, weekly(r["lo"]), errors(error_low, se, mine, yours), step=step)
    v.simulated("hi", high, weekly(r["hi"]), errors(error_high, se, mine, yours), step=step)
    if task == "T2-sup-t":
        # The engine leaves weeks with fewer than 5 employed in an arm out of the maximum, the peers do not.
        half = lambda a, b: {w: (b[w] - a[w]) / 2 for w in a.keys() & b.keys()}
        band = half(path("band_low"), path("band_high"))
        peer = half(weekly(r["band_lo"]), weekly(r["band_hi"]))
        v.simulated("half width of the sup-t band", band, peer, errors(path("mc_band"), {}, mine, yours), slack=0.03)


def t3(ours, r, v, how):
    task, _, mine, yours = how
    arms = (("t", "treatment"), ("c", "control"))
    for key, estimand in (("haz", "hazard"), ("km", "survival"), ("na", "cumulative_hazard")):
        for short, arm in arms if task == "T3" else ():
            v.points(f"{key}_{short}", ours.path(estimand, "estimate", arm=arm), weekly(r[f"{key}_{short}"]))
    for short, arm in arms if task == "T3" else ():
        v.points(f"rmst_{short}", horizon(ours.path("restricted_mean", "estimate", arm=arm)), {0: r[f"rmst_{short}"]})
    difference = lambda column: ours.path("hazard_difference", column)
    mean = lambda column: horizon(ours.path("restricted_mean_difference", column))
    v.points("haz_diff", difference("estimate"), weekly(r["haz_diff"]))
    v.points("rmst_diff", mean("estimate"), {0: r["rmst_diff"]})
    v.points("logrank_chi2", horizon(ours.path("logrank", "estimate")), {0: r["logrank_chi2"]})
    if yours < 200:
        return
    for side, limit in (("lo", "conf_low"), ("hi", "conf_high")):
        v.simulated(f"haz_diff_{side}", difference(limit), weekly(r[f"haz_diff_{side}"]),
                    errors(difference(f"mc_{limit}"), difference("std_error"), mine, yours))
        v.simulated(f"rmst_diff_{side}", mean(limit), {0: r[f"rmst_diff_{side}"]},
                    errors(mean(f"mc_{limit}"), mean("std_error"), mine, yours))


def horizon(path):
    """The one value of a path that has one week, or none."""
    return {0: value for value in path.values()} if len(path) == 1 else {}


def t4(ours, r, v, how):
    _, _, mine, yours = how
    v.points("diff64", horizon(ours.path("cumulative_effect", "estimate", analysis="whole")), {0: r["diff64"]})
    if "t_obs" in r:
        estimate = {g: ours.level(g, "estimate") for g in GROUPS}
        error = {g: ours.level(g, "std_error") for g in GROUPS}
        t = {g: estimate[g] / error[g] for g in GROUPS if estimate[g] is not None and error[g]}
        v.points("Welch t of the family", t, {g: x for g, x in zip(GROUPS, r["t_obs"]) if x})
    if yours < 1000:
        return
    noise = lambda p: math.sqrt(max(p * (1 - p), 1e-4) * (1 / mine + 1 / yours))
    if "p_stepdown" in r:
        down = {g: x for g, x in zip(GROUPS, r["p_stepdown"])}
        ours_down = {g: ours.level(g, "p_adjusted") for g in GROUPS}
        v.simulated("step-down p", {g: x for g, x in ours_down.items() if x is not None}, down,
                    {g: noise(x) for g, x in down.items()})
    p = horizon(ours.path("cumulative_effect", "p_value", item="permutation", analysis="whole"))
    v.simulated("p", p, {0: r["p"]}, {0: noise(r["p"])})


def t5(ours, r, v, how):
    _, step, mine, yours = how
    path = lambda column: horizon(ours.path("cumulative_effect", column))
    v.points("est", path("estimate"), {0: r["est"]})
    # arch gives percentile limits only.
    for side, limit in (("lo", "conf_low"), ("hi", "conf_high")) if "lo" in r else ():
        v.simulated(f"bca {side}", path(limit), {0: r[side]}, errors(path(f"mc_{limit}"), path("std_error"), mine, yours), step=step)
