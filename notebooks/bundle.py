"""Opens a result of rettevej with nothing but json and pandas. Copy it: it is all there is to it."""

import json
import os
import subprocess
import tempfile
from pathlib import Path

import pandas as pd

HERE = Path(__file__).resolve().parent


def rettevej(*arguments):
    """Runs the program ($RETTEVEJ, else the one built beside this folder); returns exit code, stdout and stderr."""
    program = os.environ.get("RETTEVEJ", HERE.parent / "target" / "release" / "rettevej")
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, encoding="utf-8")
    return done.returncode, done.stdout, done.stderr


def example():
    """The folder of a result: the made-up study of this repository, run with 499 replicates."""
    folder = Path(tempfile.mkdtemp()) / "result"
    study = HERE.parent / "fixtures" / "studies" / "paa-rette-vej" / "study.toml"
    code, _, said = rettevej("run", study, "--replicates", 499, "--out", folder)
    if code != 0:
        raise RuntimeError(said)
    return folder


def read(place):
    """The bundle as a dict, and its rows as a table: one line per number, empty cells as missing.

    `place` is a result's folder, its bundle.json or its report.html, which holds the bundle too.
    """
    place = Path(place)
    text = (place / "bundle.json" if place.is_dir() else place).read_text(encoding="utf-8")
    if place.suffix == ".html":
        text = text.split('id="bundle">', 1)[1].split("</script>", 1)[0]
    bundle = json.loads(text)
    columns = {}
    for column in bundle["rows"]["columns"]:
        if "codes" in column:  # words, each written once
            columns[column["name"]] = pd.Series(pd.Categorical.from_codes(column["codes"], column["table"]))
        elif "integers" in column:
            columns[column["name"]] = pd.Series(column["integers"], dtype="Int64")
        else:
            columns[column["name"]] = pd.Series(column["numbers"], dtype=float)
    return bundle, pd.DataFrame(columns)


def path(rows, outcome, estimand, arm, analysis="main"):
    """The weeks of one number for everybody, in order: indexed by week."""
    own = (rows.outcome == outcome) & (rows.estimand == estimand) & (rows.arm == arm)
    own &= (rows.analysis == analysis) & (rows.subgroup == "all") & (rows["item"] == "")
    return rows[own].set_index("week").sort_index()
