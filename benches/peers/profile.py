#!/usr/bin/env python3
"""Where the engine's instructions go in each task, under callgrind: the explanation of what misses a target.

    python3 benches/peers/profile.py FOLDER [--data DIR] [--binary FILE]

Writes FOLDER/profiles.md: of each task, on one thread and with `formats = []`, the share of each part of the house and
the functions behind it. DIR holds the data sets (those that run.py made, by default). FILE is a binary with symbols;
without it one is linked: `cargo rustc --release --bin rettevej -- -C strip=none`. Instructions are not seconds: what waits for
memory costs more of these, what the processor does several at a time costs less.
"""
import argparse
import concurrent.futures
import pathlib
import re
import subprocess
import tempfile

import studies

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TASKS = [("T1", "S"), ("T1", "M"), ("T2", "S"), ("T2", "M"), ("T3", "S"), ("T3", "M"), ("T4", "S"), ("T5", "S"), ("T1", "L"),
         ("T3", "L"), ("T4", "M"), ("T2", "MH"), ("T5", "SH")]
SHOWN = 6

# Parts of the house by the first pattern that fits a function.
PARTS = [
    ("drawing", r"resample::|rand_chacha|rand::"),
    ("totals", r"totals::|division::"),
    ("permuting", r"evaluate::permute"),
    ("curves", r"estimand::|evaluate::table|evaluate::replicates"),
    ("intervals", r"inference::|sort::select"),
    ("reading", r"registers::|simdutf8|memchr"),
    ("checking", r"trial::"),
    ("hash of the trial", r"blake3|^0x"),
    ("panel and classes", r"panel::"),
    ("rows and facts", r"evaluate::|results::|report::|study::|disclosure::|check::"),
    ("memory", r"malloc|_int_free|free|memset|memcpy|memmove|realloc|calloc|alloc::"),
]


def linked():
    command = ["cargo", "rustc", "--release", "--locked", "--bin", "rettevej", "--", "-C", "strip=none"]
    subprocess.run(command, cwd=ROOT, check=True)
    with tempfile.NamedTemporaryFile(prefix="rettevej-", delete=False) as kept:
        kept.write((ROOT / "target/release/rettevej").read_bytes())
    path = pathlib.Path(kept.name)
    path.chmod(0o755)
    return path


def profile(binary, folder, task):
    """Functions by instructions of their own, most first."""
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        study = folder / f"profile-{task}.toml"
        study.write_text(studies.study(task, formats=[], replicates=500 if (task, folder.name) == ("T2", "M") else None),
                         encoding="utf-8")
        run = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={scratch / 'out'}", str(binary), "run", str(study),
               "--threads", "1", "--quiet", "--out", str(scratch / "result")]
        subprocess.run(run, check=True, capture_output=True)
        study.unlink()
        told = subprocess.run(["callgrind_annotate", "--auto=no", "--threshold=100", str(scratch / "out")],
                              check=True, capture_output=True, text=True).stdout
    rows = []
    for line in told.splitlines():
        found = re.match(r"\s*([0-9,]+) \(\s*[0-9.]+%\)\s+(.*?)\s*(\[.*)?$", line)
        if found and "PROGRAM TOTALS" not in found[2]:
            rows.append((int(found[1].replace(",", "")), found[2].removeprefix("???:")))
    return rows


def part(function):
    return next((name for name, pattern in PARTS if re.search(pattern, function)), "other")


def short(function):
    """A function's name without the types it was made for."""
    if function.startswith("0x"):
        # The only functions without a name are those of blake3 in assembly.
        return "blake3"
    text = function.rsplit("/", 1)[-1].split(":", 1)[-1] if function[0] in "./" else function
    text = re.sub(r"'\d+$", "", text)
    text = re.sub(r"<impl [^>]*>::", "", text)
    text = re.sub(r"<(?:rettevej::)?([\w:]+) as (?:rettevej::)?([\w:]+)>", lambda m: m[1].split("::")[-1], text)
    return text.replace("rettevej::", "").replace("|", "\\|")[:70]


def chapter(task, size, rows):
    total = sum(count for count, _ in rows)
    sums = {}
    for count, function in rows:
        sums.setdefault(part(function), []).append((count, short(function)))
    lines = [f"\n## {task}, {size}: {total / 1e6:,.0f} million instructions\n", "| part | share | most of it |", "|---|---|---|"]
    for name, own in sorted(sums.items(), key=lambda item: -sum(count for count, _ in item[1])):
        share = sum(count for count, _ in own) / total
        if share >= 0.01:
            most = ", ".join(f"`{f}` {100 * c / total:.1f} %" for c, f in own[:SHOWN] if c / total >= 0.01)
            lines.append(f"| {name} | {100 * share:.1f} % | {most} |")
    return lines


def main():
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("folder", type=pathlib.Path)
    asked.add_argument("--data", type=pathlib.Path, default=ROOT / "target/bench-data")
    asked.add_argument("--binary", type=pathlib.Path)
    asked = asked.parse_args()
    binary = asked.binary or linked()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda job: profile(binary, asked.data / job[1], job[0]), TASKS))
    lines = ["# Where the instructions go", "", "`python3 benches/peers/profile.py`: callgrind, one thread, `formats = []`, processes from start to end."]
    for (task, size), rows in zip(TASKS, found):
        lines += chapter(task, size, rows)
    (asked.folder / "profiles.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
