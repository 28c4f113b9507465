"""One process at a time: its wall time, processor time and peak memory, and what it wrote to standard output."""
import os
import subprocess
import tempfile
import time


class Failed(Exception):
    """A process that did not end with 0; carries what it said."""


def run(command, *, env=None, cwd=None):
    """Runs to the end. Peak memory is that of the largest single process, its children included."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        started = time.perf_counter()
        child = subprocess.Popen(command, stdout=out, stderr=err, stdin=subprocess.DEVNULL, env=env, cwd=cwd)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        text = out.read().decode(errors="replace")
        if child.returncode != 0:
            raise Failed(err.read().decode(errors="replace")[-1500:])
    return dict(wall=wall, cpu=usage.ru_utime + usage.ru_stime, peak_mb=usage.ru_maxrss / 1024), text
