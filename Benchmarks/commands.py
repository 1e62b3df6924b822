"""The commands that benchmarks run and read."""

import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def output(*words, cores=()):
    """What a command prints, on some of the processor's cores or on all; where it fails, what it says ends the benchmark."""
    words = [str(word) for word in words]
    pinned = ["taskset", "--cpu-list", ",".join(str(core) for core in cores)] if cores else []
    finished = subprocess.run([*pinned, *words], cwd=ROOT, capture_output=True, text=True)
    if finished.returncode != 0:
        said = (finished.stderr or finished.stdout).strip()[-2000:]
        sys.exit(f"error: {' '.join(words[:2])} ended with status {finished.returncode}: {said}")
    return finished.stdout
