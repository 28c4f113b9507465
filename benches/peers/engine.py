"""The engine as a user runs it: a study file beside the data, one process, the folder it wrote."""
import csv
import json
import pathlib
import shutil

import process
import studies


class Engine:
    def __init__(self, binary, threads):
        self.binary = str(binary)
        self.threads = threads
        self.has_formats = False

    def probe(self, folder):
        """Whether this binary knows `[report] formats`."""
        try:
            self.run(folder, "T1", formats=[])
            self.has_formats = True
        except process.Failed:
            self.has_formats = False

    def run(self, folder, task, *, replicates=None, weeks=64, censored=False, formats=None, threads=None):
        """Runs a task's study; gives seconds by phase beside wall, processor and memory."""
        folder = pathlib.Path(folder)
        study, out = folder / f"{task}.toml", folder / f"{task}-result"
        text = studies.study(task, replicates=replicates, weeks=weeks, censored=censored, formats=formats)
        study.write_text(text, encoding="utf-8")
        shutil.rmtree(out, ignore_errors=True)
        command = [self.binary, "run", study.name, "--out", out.name, "--threads", str(threads or self.threads)]
        figures, _ = process.run(command, cwd=folder)
        facts = json.loads((out / "internal" / "run.json").read_text(encoding="utf-8"))
        figures["seconds"] = dict(facts["seconds"])
        return figures

    def rows(self, folder, task):
        """The rows of `estimates.csv` of the last run of a task."""
        table = pathlib.Path(folder) / f"{task}-result" / "estimates.csv"
        with open(table, encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
