"""Runs the notebooks. Without an option: fails when what they print is no longer what is committed. `--write`: commits it.

Pictures are not compared (they depend on the fonts of a machine); every number and word is.
"""

import difflib
import re
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from traitlets.config import Config

HERE = Path(__file__).resolve().parent
MACHINE = re.compile(r"/(?:home|root|tmp|work|usr|var|Users|opt|private)/|[A-Z]:\\\\|File \"")


def printed(notebook):
    """Everything a reader reads in the outputs."""
    lines = []
    for number, cell in enumerate(notebook.cells, 1):
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            texts = [output["text"]] if "text" in output else [data[k] for k in ("text/plain", "text/html") if k in data]
            for text in texts:
                lines += [f"cell {number}: {line}" for line in "".join(text).splitlines()]
    return lines


def clean(notebook):
    """Nothing of the machine and the moment; cells are named by their place, so that a diff shows what changed."""
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for number, cell in enumerate(notebook.cells, 1):
        cell.metadata = {}
        cell.id = f"cell-{number}"
        for output in cell.get("outputs", []):
            output.pop("metadata", None)
            if output.output_type in ("execute_result", "display_data"):
                output.metadata = {}
    return notebook


def main(arguments):
    # Talk to the kernel through files, not over the network; wherever both of them happen to be started.
    with tempfile.TemporaryDirectory() as folder:
        execute("--write" in arguments, Config({"KernelManager": {"transport": "ipc", "ip": f"{folder}/kernel"}}))


def execute(write, config):
    stale = False
    for file in sorted(HERE.glob("*.ipynb")):
        committed = nbformat.read(file, as_version=4)
        fresh = nbformat.read(file, as_version=4)
        client = NotebookClient(fresh, config=config, timeout=120, resources={"metadata": {"path": str(HERE)}})
        client.execute()
        clean(fresh)
        lines = printed(fresh)
        for line in lines:
            if MACHINE.search(line):
                sys.exit(f"{file.name} prints something of the machine: {line}")
        if write:
            nbformat.write(fresh, file)
        difference = list(difflib.unified_diff(printed(committed), lines, "committed", "now", lineterm="", n=0))
        print(f"{file.name}: {len(lines)} lines printed, {'as committed' if not difference else 'changed'}")
        if difference and not write:
            stale = True
            print("\n".join(difference[:40]))
        size = file.stat().st_size
        if size > 200_000:
            sys.exit(f"{file.name} has {size} bytes; keep it below 200 kB")
    if stale:
        sys.exit("the notebooks print something else than what is committed: look why, then run `execute.py --write`")


if __name__ == "__main__":
    main(sys.argv[1:])
