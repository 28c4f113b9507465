"""The study of each task, as TOML for the engine; the files stand beside the data."""

HEAD = """\
[study]
name = "{name}"
language = "en"
horizon = {weeks}
synthetic = true

[arms]
control = "control"
treatment = "treatment"

[persons]
file = "persons.csv"
id = "person_id"
arm = "arm"
strata = ["stratum"]
{persons}
[spells]
file = "spells.csv"
person = "person_id"
start = "start_week"
end = "end_week"
state = "state"
states = ["cash_benefit", "employment", "education", "activation", "sickness", "self_support"]
{gap}
[disclosure]
min_cell = 1
{report}"""

WORK = """
[outcomes.employment]
kind = "weeks_in"
states = "employment"
"""

EXIT = """
[outcomes.exit]
kind = "exit"
from = "cash_benefit"
"""

RESAMPLING = """
[resampling]
replicates = {replicates}
{permutations}"""

MEANS = '["weekly_mean", "weekly_difference", "cumulative_mean", "cumulative_effect"]'
EXITS = '["hazard", "hazard_difference", "survival", "cumulative_hazard", "restricted_mean", "restricted_mean_difference"]'
FAMILY = ", ".join(f'{{ outcome = "employment", subgroup = "{s}" }}' for s in ("stratum", "sex", "age_group"))


def analysis(name, outcome, estimands, **keys):
    keys = {"outcomes": f'["{outcome}"]', "estimands": estimands, "subgroups": "[]", **keys}
    return f'\n[[analysis]]\nname = "{name}"\n' + "".join(f"{k} = {v}\n" for k, v in keys.items())


# One analysis each. T2 has the engine's own band for percentile intervals (one common rank); T2-sup-t asks for exactly
# what the peers make: the two quantiles of each week, in `basic` reflected at the estimate, and the sup-t band.
# T3-contrasts bootstraps only the two contrasts, as the peers do; T3 every row of a survival analysis.
T1 = analysis("means", "employment", MEANS, interval='"normal"')
T2 = analysis("band", "employment", '["cumulative_effect"]', interval='"percentile"')
T2_SUP_T = analysis("band", "employment", '["cumulative_effect"]', interval='"basic"')
LOGRANK = analysis("test", "exit", '["logrank"]', adjustment='"strata"')
T3 = analysis("exits", "exit", EXITS, interval='"percentile"') + LOGRANK
T3_CONTRASTS = analysis("exits", "exit", '["hazard_difference", "restricted_mean_difference"]',
                        interval='"percentile"') + LOGRANK
# The permutation p of the whole sample, and the family of jobcentres and subgroups.
T4 = analysis("whole", "employment", '["cumulative_effect"]', weeks="[{weeks}]")
T4 += analysis("sites", "employment", '["cumulative_effect"]', weeks="[{weeks}]", family=f"[{FAMILY}]",
               subgroups='["stratum", "sex", "age_group"]')
T5 = analysis("bca", "employment", '["cumulative_effect"]', weeks="[{weeks}]", interval='"bca"')

# What a task needs stands in its study and nothing else: outcomes, subgroups, replicates, permutations.
EMPLOYED, LEAVING, BOTH = (WORK,), (EXIT,), (WORK, EXIT)
TASKS = {
    "T1": (T1, EMPLOYED, False, 0, 0),
    "T2": (T2, EMPLOYED, False, 2000, 0),
    "T2-sup-t": (T2_SUP_T, EMPLOYED, False, 2000, 0),
    "T3": (T3, LEAVING, False, 1000, 0),
    "T3-contrasts": (T3_CONTRASTS, LEAVING, False, 1000, 0),
    "T4": (T4, EMPLOYED, True, 0, 10_000),
    "T5": (T5, EMPLOYED, False, 10_000, 0),
    # One number of replicates serves a whole study: that of T3, or that of T5 for all of them.
    "all": (T1 + T2 + T3 + T5 + T4, BOTH, True, 1000, 10_000),
    "all-10000": (T1 + T2 + T3 + T5 + T4, BOTH, True, 10_000, 10_000),
    "default": ("", EMPLOYED, False, 1999, 0),
}
SUBGROUPS = 'subgroups = ["stratum", "sex", "age_group"]\n'


def study(task, *, replicates=None, weeks=64, censored=False, formats=None):
    """`formats`: None leaves `[report]` out; a list asks for these."""
    body, outcomes, subgroups, usual, permutations = TASKS[task]
    replicates = usual if replicates is None else replicates
    if formats is None:
        report = ""
    else:
        report = "\n[report]\nformats = [" + ", ".join(f'"{f}"' for f in formats) + "]\n"
    persons = (SUBGROUPS if subgroups else "") + ('followed_until = "followed_until"\n' if censored else "")
    gap = 'gap = "self_support"\n' if censored else ""
    head = HEAD.format(name=task, weeks=weeks, report=report, persons=persons, gap=gap)
    asked = f"permutations = {permutations}\n" if permutations else ""
    return (head + "".join(outcomes) + RESAMPLING.format(replicates=replicates, permutations=asked)
            + body.replace("{weeks}", str(weeks)))
