"""From raw figures to the folder of a run: CSV files, machine.json, and the table against the targets."""
import csv
import json
import statistics

from contenders import ALL_LIMITS, HAND, LIBRARIES, PEAK_L_T1, TARGETS, VARIANTS, counted

RAW = ("round", "data", "task", "who", "replicates", "full", "wall", "cpu", "peak_mb")
CURVE = ("curve", "kind", "persons", "weeks", "replicates", "threads", "wall", "peak_mb")
AGREED = ("data", "task", "peer", "quantity", "compared", "worst", "unit", "limit", "ok")
BEGIN, END = "<!-- bench -->", "<!-- /bench -->"


def store(out, about, lines, agreement, curved):
    out.mkdir(parents=True, exist_ok=True)
    (out / "machine.json").write_text(json.dumps(about, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    table(out / "processes.csv", RAW, lines)
    table(out / "curves.csv", CURVE, curved)
    table(out / "agreement.csv", AGREED, agreement)


def table(path, columns, lines):
    phases = sorted({phase for line in lines for phase in line.get("seconds", {})})
    with open(path, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow([*columns, *(f"s_{phase}" for phase in phases)])
        for line in lines:
            seconds = line.get("seconds", {})
            cells = [line[c] for c in columns] + [seconds.get(p, "") for p in phases]
            out.writerow([f"{c:.6g}" if isinstance(c, float) else c for c in cells])


def load(out):
    about = json.loads((out / "machine.json").read_text(encoding="utf-8"))
    return about, lines_of(out / "processes.csv"), lines_of(out / "agreement.csv"), lines_of(out / "curves.csv")


def lines_of(path):
    lines = []
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            line = {"seconds": {}}
            for key, cell in row.items():
                value = cell if key in ("data", "task", "who", "curve", "kind", "peer", "quantity", "unit") else plain(cell)
                if key.startswith("s_"):
                    if cell != "":
                        line["seconds"][key[2:]] = value
                else:
                    line[key] = value
            lines.append(line)
    return lines


def plain(cell):
    if cell in ("True", "False"):
        return cell == "True"
    if cell == "":
        return None
    value = float(cell)
    return int(value) if value.is_integer() and "." not in cell and "e" not in cell else value


class Figures:
    """Medians over the rounds; of the engine first over its turns in a round."""

    def __init__(self, lines):
        self.lines = lines

    def rounds(self, data, task, who, value):
        by_round = {}
        for line in self.lines:
            if (line["data"], line["task"], line["who"]) == (data, task, who):
                by_round.setdefault(line["round"], []).append(value(line))
        return {number: statistics.median(values) for number, values in by_round.items()}

    def whos(self, data, task):
        seen = dict.fromkeys(l["who"] for l in self.lines if (l["data"], l["task"]) == (data, task))
        return [who for who in seen if not who.startswith(("engine", "floor"))]

    def line(self, data, task, who):
        return next((l for l in self.lines if (l["data"], l["task"], l["who"]) == (data, task, who)), None)


def engine_work(line):
    return sum(line["seconds"].get(phase, 0.0) for phase in counted(VARIANTS.get(line["task"], line["task"])))


def engine_draws(line):
    """Without the building of panel, classes and tables."""
    return engine_work(line) - line["seconds"].get("panel", 0.0)


def scale(line):
    return line["full"] / line["replicates"] if line["replicates"] else 1.0


def peer_work(line):
    seconds = line["seconds"]
    work = seconds.get("fixed", 0.0) + seconds.get("loop", 0.0) * scale(line)
    return work + (seconds["load"] if line["task"] == "T1" else 0.0)


def peer_draws(line):
    return line["seconds"].get("loop", 0.0) * scale(line)


def peer_wall(line):
    return line["wall"] + line["seconds"].get("loop", 0.0) * (scale(line) - 1.0)


def wall(line):
    return line["wall"]


def middle(rounds):
    return statistics.median(rounds.values()) if rounds else None


def ratios(peer, engine):
    """Median of the rounds' ratios, with the smallest and the largest."""
    r = sorted(peer[n] / engine[n] for n in peer.keys() & engine.keys())
    return (statistics.median(r), r[0], r[-1]) if r else None


def text(about, lines, agreement, curved):
    figures = Figures(lines)
    parts = [head(about), against_targets(figures, about), everybody(figures), one_run(figures), phases(figures),
             curve_tables(curved), agreed(agreement, about)]
    return "\n".join(part for part in parts if part)


def head(about):
    m, v = about["machine"], about["versions"]
    out = [f"# Measured {about['date']}", "", f"`{about['command']}`", "",
           f"- {m['processor']}, {m['cores']} cores, {m['memory_gib']} GiB; {m['system']}, kernel {m['kernel']}, "
           f"{m['libc']}; load {m['load_at_start']} before the first round, {about['load_at_end']} after the last",
           f"- {', '.join(f'{name} {version}' for name, version in v.items())}",
           f"- {about['rounds']} interleaved rounds, {about['threads']} threads or forked workers for everybody; figures are "
           "medians over the rounds, of the engine first over its three turns in a round"]
    if about["note"]:
        out.append(f"- {about['note']}")
    if about["other_data"]:
        out.append(f"- files that differ from the recorded checksums (another processor's exp): {', '.join(about['other_data'])}")
    out += [f"- skipped: {what}: {why}" for what, why in about["skipped"].items()]
    if not about["formats"]:
        out.append("- this version cannot leave files out: every process writes tables, pictures, workbook and report")
    out += ["", "Raw figures: `processes.csv`, `curves.csv`, `agreement.csv`, `machine.json`. What is counted: "
            "[benches/README.md](../../README.md)."]
    return "\n".join(out) + "\n"


def rows_of(figures, about):
    """One row per comparison with a target: what, the engine's figure, the peer and its figure, ratio, range, target."""
    out = []
    for (data, task), (hand, library, whole) in TARGETS.items():
        for variant in [task] + [v for v, of in VARIANTS.items() if of == task]:
            work = figures.rounds(data, variant, "engine", engine_work)
            if not work:
                continue
            peers = figures.whos(data, task)
            of = {who: figures.rounds(data, task, who, peer_work) for who in peers}
            fastest = min((w for w in peers if w in HAND or w == "R data.table"), key=lambda w: middle(of[w]), default=None)
            if fastest:
                out.append(row(data, variant, "work", fastest, work, of[fastest], hand))
            for who in LIBRARIES[task]:
                if library and who in of:
                    out.append(row(data, variant, "work", who, work, of[who], library))
            if variant != task or not peers:
                continue
            walls = {who: figures.rounds(data, task, who, peer_wall) for who in peers}
            quickest = min(peers, key=lambda w: middle(walls[w]))
            for who in ("engine", "engine, all files"):
                mine = figures.rounds(data, task, who, wall)
                if mine and whole:
                    what = "process, all files" if who != "engine" or not about["formats"] else "process"
                    out.append(row(data, task, what, quickest, mine, walls[quickest], whole))
    return out


def row(data, task, what, who, mine, theirs, target):
    ratio, low, high = ratios(theirs, mine)
    return dict(data=data, task=task, what=what, who=who, mine=middle(mine), theirs=middle(theirs), ratio=ratio, low=low,
                high=high, target=target)


def against_targets(figures, about):
    out = ["## Against the targets", "",
           "| task | data | compared | engine | peer | | times as fast (range over rounds) | target | |",
           "|---|---|---|---|---|---|---|---|---|"]
    for r in rows_of(figures, about):
        verdict = "" if r["target"] is None else "hit" if r["ratio"] >= r["target"] else "**miss**"
        out.append(f"| {r['task']} | {r['data']} | {r['what']} | {ms(r['mine'])} | {r['who']} | {ms(r['theirs'])} | "
                   f"{times(r['ratio'])} ({times(r['low'])}–{times(r['high'])}) | {r['target'] or ''} | {verdict} |")
    out += floors(figures)
    large = figures.rounds("L", "T1", "engine", lambda line: line["peak_mb"])
    if large:
        peak = max(large.values())
        out += ["", f"Peak memory of T1 on L: {peak:.0f} MB, limit {PEAK_L_T1}: "
                f"{'hit' if peak < PEAK_L_T1 else '**miss**'}."]
    return "\n".join(out) + "\n"


def floors(figures):
    """How far the engine is from the prototype that does nothing an engine must; T1 whole, else draws and limits."""
    out = []
    for data, task in TARGETS:
        floor = figures.rounds(data, task, "floor", lambda line: line["seconds"]["loop"])
        for variant in [task] + [v for v, of in VARIANTS.items() if of == task] if floor else ():
            mine = figures.rounds(data, variant, "engine", engine_work if task == "T1" else engine_draws)
            if mine:
                ratio, low, high = ratios(mine, floor)
                out.append(f"| {variant} | {data} | {ms(middle(mine))} | {ms(middle(floor))} | {times(ratio)} "
                           f"({times(low)}–{times(high)}) | 2 | {'hit' if ratio <= 2 else '**miss**'} |")
    if not out:
        return []
    return ["", "Against the prototype of the fastest algorithm, which takes shortcuts no engine can (no join, no checks, no "
            "standard errors, no step-down); of T2 to T5 draws and limits only:", "",
            "| task | data | engine | prototype | times as slow (range over rounds) | target | |", "|---|---|---|---|---|---|---|",
            *out]


def everybody(figures):
    out = ["## Everybody", "", "`x`: fewer replicates were run, and the part that grows with them multiplied.", "",
           "| task | data | who | work | of it draws and limits | whole process | peak MB |", "|---|---|---|---|---|---|---|"]
    seen = dict.fromkeys((l["data"], l["task"]) for l in figures.lines)
    for data, task in seen:
        if task.startswith("all"):
            continue
        for who in ("engine", "engine, all files", *figures.whos(data, task)):
            line = figures.line(data, task, who)
            if not line:
                continue
            mine = who.startswith("engine")
            work = figures.rounds(data, task, who, engine_work if mine else peer_work)
            draws = figures.rounds(data, task, who, engine_draws if mine else peer_draws)
            process = figures.rounds(data, task, who, wall if mine else peer_wall)
            peak = max(figures.rounds(data, task, who, lambda l: l["peak_mb"]).values())
            mark = " x" if line["replicates"] != line["full"] else ""
            only = "" if task == "T1" else ms(middle(draws))
            out.append(f"| {task} | {data} | {who}{mark} | {ms(middle(work))} | {only} | {ms(middle(process))} | {peak:.0f} |")
    return "\n".join(out) + "\n"


def one_run(figures):
    out = []
    for task in ("all", "all-10000"):
        for who in ("engine", "engine, all files"):
            line = figures.line("M", task, who)
            if not line:
                continue
            walls = figures.rounds("M", task, who, wall)
            peak = max(figures.rounds("M", task, who, lambda l: l["peak_mb"]).values())
            seconds, limit = middle(walls), ALL_LIMITS
            verdict = "hit" if seconds < limit[0] and peak < limit[1] else "**miss**"
            out.append(f"| {line['replicates']:,} | {who} | {seconds:.2f} s | {peak:.0f} MB | {verdict} |")
    if not out:
        return ""
    return "\n".join(["## All tasks in one run on M", "", "A study has one number of replicates: that of T3, or that of T5 for "
                      "all tasks. Limit: 3 s and 1,000 MB.", "", "| replicates | | whole process | peak | |",
                      "|---|---|---|---|---|", *out]) + "\n"


def phases(figures):
    out = ["## The engine's phases", "", "Milliseconds.", ""]
    engine = [l for l in figures.lines if l["who"] == "engine"]
    names = list(dict.fromkeys(p for l in engine for p in l["seconds"]))
    order = ("read", "check", "panel", "resample", "permute", "infer", "money", "write")
    names.sort(key=lambda p: order.index(p) if p in order else len(order))
    out += ["| task | data | " + " | ".join(names) + " |", "|---" * (len(names) + 2) + "|"]
    for data, task in dict.fromkeys((l["data"], l["task"]) for l in engine):
        cells = [middle(figures.rounds(data, task, "engine", lambda l, p=p: l["seconds"].get(p, 0.0))) for p in names]
        out.append(f"| {task} | {data} | " + " | ".join(f"{1000 * c:.1f}" for c in cells) + " |")
    return "\n".join(out) + "\n"


def curve_tables(curved):
    if not curved:
        return ""
    out = ["## Curves", "", "The engine on T2, milliseconds by phase; the median of three runs. `low`: 7 % ever employed in 64 "
           "weeks; `high`: half; `censored`: low, and three in ten leave the register on the way.", ""]
    for curve in dict.fromkeys(line["curve"] for line in curved):
        out += [f"### {curve[0].upper()}{curve[1:]}", "",
                "| data | persons | weeks | replicates | threads | read + check | panel | resample | infer | process | peak MB |",
                "|---|---|---|---|---|---|---|---|---|---|---|"]
        for l in (l for l in curved if l["curve"] == curve):
            s = l["seconds"]
            cells = [s.get("read", 0) + s.get("check", 0), s.get("panel", 0), s.get("resample", 0), s.get("infer", 0), l["wall"]]
            out.append(f"| {l['kind']} | {l['persons']:,} | {l['weeks']} | {l['replicates']:,} | {l['threads']} | "
                       + " | ".join(f"{1000 * c:.1f}" for c in cells) + f" | {l['peak_mb']:.0f} |")
        out.append("")
    return "\n".join(out)


def agreed(agreement, about):
    out = ["## Agreement", "", "The largest distance over everything that is compared; points relative, simulated numbers in "
           "standard errors of their difference.", "", "| task | data | peer | points | simulated | |", "|---|---|---|---|---|---|"]
    for data, task, peer in dict.fromkeys((l["data"], l["task"], l["peer"]) for l in agreement):
        own = [l for l in agreement if (l["data"], l["task"], l["peer"]) == (data, task, peer)]
        worst = []
        for unit in ("relative", "standard errors"):
            values = [l["worst"] for l in own if l["unit"] == unit and l["worst"] is not None]
            worst.append((f"{max(values):.0e}" if unit == "relative" else f"{max(values):.1f}") if values else "")
        apart = [l["quantity"] for l in own if not l["ok"]]
        out.append(f"| {task} | {data} | {peer} | {worst[0]} | {worst[1]} | {'apart: ' + ', '.join(apart) if apart else 'agree'} |")
    return "\n".join(out) + "\n"


def ms(seconds):
    if seconds >= 10:
        return f"{seconds:,.0f} s"
    if seconds >= 1:
        return f"{seconds:.1f} s"
    return f"{1000 * seconds:.0f} ms" if seconds >= 0.1 else f"{1000 * seconds:.1f} ms"


def times(ratio):
    return f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.1f}"


def into_readme(path, folder, about, lines, agreement):
    """Writes the marked place anew; everything quoted stands in the folder."""
    readme = path.read_text(encoding="utf-8")
    if BEGIN not in readme or END not in readme:
        raise SystemExit(f"README.md has no place marked {BEGIN} ... {END}")
    figures = Figures(lines)
    rows = rows_of(figures, about)
    m = about["machine"]
    out = [BEGIN, f"Measured {about['date']} on {m['cores']} cores ({m['processor']}), {about['rounds']} interleaved rounds, the "
           f"peers on the same files and cores ([everything, with the misses](benches/runs/{folder}/summary.md)):", "",
           "| | data | engine | fastest by hand | library | process |", "|---|---|---|---|---|---|"]
    for data, task in TARGETS:
        own = [r for r in rows if (r["data"], r["task"]) == (data, task)]
        work = [r for r in own if r["what"] == "work"]
        if not work:
            continue
        hand, libraries = work[0], work[1:]
        whole = [r for r in own if r["what"].startswith("process")]
        say = lambda r: f"{r['who']} {ms(r['theirs'])} ({times(r['ratio'])}x)"
        out.append(f"| {task} | {data} | {ms(hand['mine'])} | {say(hand)} | {'; '.join(say(r) for r in libraries)} | "
                   f"{say(whole[0]) if whole else ''} |")
    path.write_text(readme[: readme.index(BEGIN)] + "\n".join(out) + "\n" + readme[readme.index(END):], encoding="utf-8")
