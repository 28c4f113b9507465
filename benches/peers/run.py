#!/usr/bin/env python3
"""The engine and its peers on the same files, interleaved, in one command.

    python3 benches/peers/run.py [--sizes S,M,L,SH,MH] [--tasks T1,T2,T3,T4,T5,all,curves] [--rounds 5] [--readme]

Builds the binary, a virtual environment and the data under target/ (first time: some minutes), runs every block of
(data set, task) in each round, the order reversed in every other round, checks that all agree, and writes
benches/runs/DATE/. R (survival, boot; data.table and coin where they are there) is skipped with a line when absent.
What is compared with what is said in benches/README.md.
"""
import argparse
import datetime
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys

import agree
import curves
import machine
import process
import summary
from contenders import DATA, PEERS, REPLICATES, blocks
from engine import Engine
from studies import TASKS

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TARGET = ROOT / "target"
STORE = TARGET / "bench-data"
VENV = TARGET / "bench-venv"
# The engine is quick and so its figures are noisy: it runs this often in each block, among the peers.
ENGINE_TURNS = 3


def say(text):
    print(text, flush=True)


def environment(given):
    """Python with the peers' packages, in a virtual environment of the pinned versions."""
    if given:
        return pathlib.Path(given)
    wanted = HERE / "requirements.txt"
    have = VENV / "requirements.txt"
    if not have.exists() or have.read_bytes() != wanted.read_bytes():
        say("making the virtual environment of the Python peers ...")
        shutil.rmtree(VENV, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
        pip = [str(VENV / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "-r", str(wanted)], check=True)
        shutil.copy(wanted, have)
    return VENV / "bin" / "python"


def data(name, python, *, weeks=64, **keys):
    """The folder of a data set, made on first use."""
    folder = STORE / name
    if not (folder / "made").exists():
        say(f"making the data set {name} ...")
        command = [str(python), str(HERE / "gen.py"), "--out", str(folder), "--weeks", str(weeks)]
        for key, value in keys.items():
            command += [f"--{key}"] if value is True else [f"--{key}", str(value)]
        subprocess.run(command, check=True)
        (folder / "made").write_text("")
    return folder


def checksums(names):
    """Sums of the data sets' files, and those that are not the recorded ones."""
    recorded = dict(line.split()[::-1] for line in (HERE / "data.sha256").read_text().splitlines())
    found, other = {}, []
    for name in names:
        for file in ("persons.csv", "spells.csv"):
            with open(STORE / name / file, "rb") as opened:
                found[f"{name}/{file}"] = hashlib.file_digest(opened, "sha256").hexdigest()
            if recorded.get(f"{name}/{file}") != found[f"{name}/{file}"]:
                other.append(f"{name}/{file}")
    return found, other


class Bench:
    def __init__(self, engine, python, threads, has_r):
        self.engine, self.python, self.threads, self.has_r = engine, python, threads, has_r
        self.env = dict(os.environ, OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")
        self.lines, self.agreement, self.skipped, self.results = [], [], {}, {}

    def skip(self, what, why):
        if what not in self.skipped:
            self.skipped[what] = why
            say(f"  skipped: {what}: {why}")

    def note(self, where, who, figures, replicates, full):
        seconds = figures.pop("seconds")
        self.lines.append(dict(**where, who=who, replicates=replicates, full=full, **figures, seconds=seconds))

    def run_engine(self, where, task, formats, replicates):
        who = "engine" if formats == [] or not self.engine.has_formats else "engine, all files"
        try:
            formats = formats if self.engine.has_formats else None
            figures = self.engine.run(STORE / where["data"], task, formats=formats, replicates=replicates)
        except process.Failed as failed:
            self.skip(f"engine {task}", first_line(failed))
            return False
        used = TASKS[task][3] if replicates is None else replicates
        self.note(dict(where, task=task), who, figures, used, used)
        return True

    def run_peer(self, where, peer):
        full = self.full(where["data"], where["task"])
        program = str(HERE / peer.program)
        command = ["Rscript", program] if peer.program.endswith(".R") else [str(self.python), program]
        command += ["--task", where["task"], "--data", str(STORE / where["data"]), "--impl", peer.impl]
        replicates = full if peer.replicates is None else peer.replicates
        command += ["--replicates", str(replicates), "--threads", str(self.threads)]
        try:
            figures, text = process.run(command, env=self.env)
        except process.Failed as failed:
            self.skip(f"{peer.name} {where['task']} {where['data']}", first_line(failed))
            return
        told = json.loads(text)
        figures["peak_mb"] = max(figures["peak_mb"], told["peak_mb"])
        figures["seconds"] = told["seconds"]
        name = "R data.table" if peer.name == "R" and told.get("reader") == "data.table" else peer.name
        self.note(where, name, figures, replicates, full)
        self.results.setdefault((where["data"], where["task"], name), (told["results"], replicates))

    def full(self, data_set, task):
        """Replicates (or permutations) of a task on a data set."""
        return REPLICATES.get((data_set, task), TASKS[task][3] + TASKS[task][4])

    def peers(self, data_set, task):
        for peer in PEERS[(data_set, task)]:
            if not peer.program.endswith(".R"):
                yield peer
            elif not self.has_r:
                self.skip("R", "no Rscript with survival and boot")
            elif peer.name == "R coin" and not self.has_r["coin"]:
                self.skip("R coin", "the package coin is not there")
            else:
                yield peer

    def block(self, number, data_set, task, tasks):
        where = dict(round=number, data=data_set, task=task)
        replicates = REPLICATES.get((data_set, task))
        peers = list(self.peers(data_set, task))
        turns = [("engine", None)] * ENGINE_TURNS
        for i, peer in enumerate(peers):
            turns.insert(1 + i + (i * (ENGINE_TURNS - 1)) // max(1, len(peers)), ("peer", peer))
        for kind, peer in reversed(turns) if number % 2 else turns:
            if kind == "peer":
                self.run_peer(where, peer)
                continue
            for each in tasks:
                if not self.run_engine(where, each, [], replicates):
                    continue
                if number == 0:
                    self.results.setdefault((data_set, each), self.engine.rows(STORE / data_set, each))
                if each == task and self.engine.has_formats:
                    self.run_engine(where, each, None, replicates)

    def floor(self, number, data_set, tasks, program):
        """A program that is given a data set's folder and prints {"task", "seconds"} lines: how fast it could be."""
        _, text = process.run([program, str(STORE / data_set)])
        for told in (json.loads(line) for line in text.splitlines()):
            if told["task"] in tasks:
                where = dict(round=number, data=data_set, task=told["task"])
                self.note(where, "floor", dict(wall=0.0, cpu=0.0, peak_mb=0.0, seconds=dict(loop=told["seconds"])), 0, 0)

    def together(self, number, data_set, tasks):
        """The tasks of one study in one run."""
        for task in tasks:
            for formats in ([], None) if self.engine.has_formats else (None,):
                self.run_engine(dict(round=number, data=data_set), task, formats, None)

    def check(self, planned):
        for data_set, task, tasks in planned:
            for each in tasks:
                rows = self.results.get((data_set, each))
                for (d, t, who), (results, replicates) in [(k, v) for k, v in self.results.items() if len(k) == 3]:
                    if rows and (d, t) == (data_set, task):
                        lines = agree.compare(each, rows, results, DATA[data_set]["n"], self.full(data_set, task), replicates)
                        self.agreement += [dict(data=data_set, task=each, peer=who, **line) for line in lines]


def first_line(failed):
    lines = [line for line in str(failed).splitlines() if line.strip()]
    return lines[0][:160] if lines else "no message"


def r_packages():
    """Which R packages are there; nothing when R cannot run the peers."""
    probe = 'for (p in c("survival", "boot", "data.table", "coin")) cat(p, requireNamespace(p, quietly = TRUE), "\\n")'
    text = machine.said(["Rscript", "-e", probe])
    have = {line.split()[0]: line.split()[1] == "TRUE" for line in text.splitlines() if len(line.split()) == 2}
    return have if have.get("survival") and have.get("boot") else None


def arguments():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--sizes", default=",".join(DATA), help="data sets, of " + ", ".join(DATA))
    ap.add_argument("--tasks", default="T1,T2,T3,T4,T5,all,curves")
    ap.add_argument("--rounds", type=int, default=5)
    ap.add_argument("--out", help="folder to write instead of benches/runs/DATE")
    ap.add_argument("--python", help="Python with the packages of requirements.txt, instead of an own environment")
    ap.add_argument("--binary", help="a built rettevej, instead of building it")
    ap.add_argument("--readme", action="store_true", help="write the marked place of README.md anew")
    ap.add_argument("--floor", help="a program that prints how fast the tasks could be, without all that an engine must do")
    ap.add_argument("--note", default="", help="a sentence for the summary, such as what else ran on the machine")
    ap.add_argument("--again", help="only write the summary (and the README) of this finished folder again")
    return ap.parse_args()


def main():
    a = arguments()
    if a.again:
        return finish(pathlib.Path(a.again), a.readme)
    tasks, sizes = a.tasks.split(","), a.sizes.split(",")
    binary = pathlib.Path(a.binary).resolve() if a.binary else TARGET / "release" / "rettevej"
    if not a.binary:
        subprocess.run(["cargo", "build", "--release", "--locked"], cwd=ROOT, check=True)
    python = environment(a.python)
    threads = min(2, len(os.sched_getaffinity(0)))
    engine = Engine(binary, threads)
    planned = blocks(sizes, tasks)
    needed = sorted({d for d, _, _ in planned} | ({"M"} if "all" in tasks else set()) | {"S"})
    for name in needed:
        data(name, python, **DATA[name])
    engine.probe(STORE / "S")
    about = dict(date=datetime.date.today().isoformat(), command=command_line(), rounds=a.rounds, threads=threads,
                 note=a.note, formats=engine.has_formats, machine=machine.machine(), packages=r_packages() or {},
                 versions=machine.versions(ROOT, python, binary, packages()))
    about["data"], about["other_data"] = checksums(needed)
    bench = Bench(engine, python, threads, r_packages())
    for number in range(a.rounds):
        say(f"round {number + 1} of {a.rounds}")
        for data_set, task, each in reversed(planned) if number % 2 else planned:
            say(f"  {data_set} {task}")
            bench.block(number, data_set, task, each)
        for data_set in dict.fromkeys(d for d, _, _ in planned) if a.floor else ():
            bench.floor(number, data_set, [t for d, t, _ in planned if d == data_set], a.floor)
        if "all" in tasks:
            say("  M, all tasks in one run")
            bench.together(number, "M", ("all", "all-10000"))
    curved = curves.measure(engine, lambda name, **keys: data(name, python, **keys), say) if "curves" in tasks else []
    bench.check(planned)
    about["skipped"] = bench.skipped
    about["load_at_end"] = round(os.getloadavg()[0], 2)
    out = pathlib.Path(a.out) if a.out else ROOT / "benches" / "runs" / about["date"]
    summary.store(out, about, bench.lines, bench.agreement, curved)
    return finish(out, a.readme)


def command_line():
    """As typed, without the folders of this machine."""
    keep, skip = [], False
    for word in sys.argv[1:]:
        if skip or word in ("--python", "--binary", "--out", "--floor", "--note"):
            skip = not skip
            continue
        keep.append(word)
    return " ".join(["python3 benches/peers/run.py", *keep])


def packages():
    return [line.split("==")[0] for line in (HERE / "requirements.txt").read_text().split()]


def finish(out, readme):
    about, lines, agreement, curved = summary.load(out)
    text = summary.text(about, lines, agreement, curved)
    (out / "summary.md").write_text(text, encoding="utf-8")
    say(f"written: {out.name}/summary.md")
    if readme:
        summary.into_readme(ROOT / "README.md", out.name, about, lines, agreement)
    apart = [line for line in agreement if not line["ok"]]
    for line in apart:
        say(f"APART: {line}")
    return 1 if apart else 0


if __name__ == "__main__":
    sys.exit(main())
