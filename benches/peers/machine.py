"""What the figures were measured on and with: no name of a person, a host or a folder."""
import os
import pathlib
import platform
import subprocess


def first(text, key):
    for line in text.splitlines():
        if line.startswith(key):
            return line.split("=" if "=" in line else ":", 1)[1].strip().strip('"')
    return "unknown"


def said(command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "none"
    return done.stdout.strip()


def read(path):
    try:
        return pathlib.Path(path).read_text(encoding="utf-8")
    except OSError:
        return ""


def machine():
    pages = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return dict(processor=first(read("/proc/cpuinfo"), "model name"), cores=len(os.sched_getaffinity(0)),
                memory_gib=round(pages / 2**30, 1), system=first(read("/etc/os-release"), "PRETTY_NAME"),
                kernel=platform.release().split("-")[0], libc=" ".join(platform.libc_ver()),
                architecture=platform.machine(), load_at_start=round(os.getloadavg()[0], 2))


def versions(root, python, binary, packages):
    """Of the engine, the compiler, and everything the peers stand on."""
    names = ", ".join(f'"{name}"' for name in ("survival", "boot", "data.table", "coin"))
    of_r = said(["Rscript", "-e", f"for (p in c({names})) cat(p, tryCatch(as.character(packageVersion(p)), "
                                  "error = function(e) 'none'), '\\n'); cat('R', as.character(getRversion()))"])
    r = dict(line.split() for line in of_r.splitlines()) if of_r != "none" else {"R": "none"}
    found = said([str(python), "-c", "import importlib.metadata as m, sys\n"
                                     f"for p in {packages!r}: print(p, m.version(p))\n"
                                     "print('python', sys.version.split()[0])"])
    of_python = dict(line.split() for line in found.splitlines() if found != "none")
    change = "changed since" if said(["git", "-C", str(root), "status", "--porcelain", "src"]) else ""
    return dict(rettevej=said([str(binary), "--version"]).split()[-1],
                commit=" ".join(f"{change} {said(['git', '-C', str(root), 'rev-parse', '--short=12', 'HEAD'])}".split()),
                rustc=said(["rustc", "--version"]).removeprefix("rustc "), **of_python, **r)
