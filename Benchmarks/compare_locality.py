#!/usr/bin/env python3
"""Times `espalier lab locality samples --regimes R1 R2` against the same protocol in PyTorch, in one run.

    python3 Benchmarks/compare_locality.py --python VENV/bin/python --pairs 3

The virtual environment needs torch. Both programs take turns, whole processes from start to end; a ratio is formed within
a pair, of seconds and of processor seconds, which other programs on the machine disturb less. Espalier also finds floors,
intervals and exponents, checks, and writes its page. Its first run compiles everything anew and is reported by itself.
Afterwards the sample counts of both, which draw different images, are compared.
"""

import argparse
import datetime
import json
import math
import os
import pathlib
import resource
import statistics
import sys
import tempfile
import time

from commands import ROOT, output
from compare import processor

PEER = ROOT / "Benchmarks/peers/torch_locality.py"


def cost(command):
    """Seconds and processor seconds of a command; its output is shown only if it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    output(*command)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, used


def ratios(espalier, peer):
    """The peer's sample counts over Espalier's, by place; counts below 10 are too rough to compare."""
    own = {}
    for point in espalier["points"]:
        labels, coordinates = point["key"]["labels"], point["key"]["coordinates"]
        if point["key"]["quantity"] == "needed-samples" and labels["method"] in ("thresholded", "averaging"):
            place = labels["regime"], labels["network"], coordinates["patches"], coordinates["dimension"]
            own[place] = point["value"]
    found = {}
    for point in peer["points"]:
        place = point["regime"], point["network"], point["patches"], point["dimension"]
        if min(point["count"], own[place]) >= 10:
            found[place] = point["count"] / own[place]
    return found


def row(name, values):
    return (f"| {name} | {statistics.median(values):.1f} | "
            + ", ".join(f"{value:.1f}" for value in values) + " |")


def alternated(espalier, peer, pairs):
    """The cost of a first run that compiles everything, and of pairs of turns; `espalier` gives the command of a name."""
    cold = cost(espalier("cold", "--no-cache"))
    # Fills the cache, if it is empty, outside the timing.
    cost(espalier("warm"))
    return cold, [(cost(espalier(f"pair-{pair}")), cost(peer)) for pair in range(pairs)]


def report(cold, pairs, name):
    """Prints where it was measured, and a table of seconds and one of processor seconds with their ratios."""
    load = os.getloadavg()[0]
    print(f"{datetime.date.today()}, {processor()}, {os.cpu_count()} cores, {len(pairs)} pairs, "
          f"load at the end {load:.1f}")
    for index, unit in enumerate(("seconds", "processor seconds")):
        own, other = [[pair[side][index] for pair in pairs] for side in (0, 1)]
        quotients = [b / a for a, b in zip(own, other)]
        print(f"\n| program | {unit}, median | all |\n|---|---|---|")
        print(row("Espalier", own))
        print(row(name, other))
        print(row("Espalier, compiling everything", [cold[index]]))
        print(f"\n{name} takes {statistics.median(quotients):.2f} times the {unit} "
              f"({min(quotients):.2f} to {max(quotients):.2f}).")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", default=sys.executable, help="a Python with torch")
    parser.add_argument("--espalier", default=".build/release/espalier", help="the program")
    parser.add_argument("--pairs", type=int, default=3, help="turns each program takes")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        def espalier(name, *flags):
            return [
                arguments.espalier, "lab", "locality", "samples", "--regimes", "R1", "R2",
                "--output", f"{folder}/{name}", *flags]

        peer = [arguments.python, str(PEER), "--output", f"{folder}/peer.json"]
        cold, pairs = alternated(espalier, peer, arguments.pairs)
        counts = ratios(
            json.loads(pathlib.Path(f"{folder}/cold/samples.json").read_text()),
            json.loads(pathlib.Path(f"{folder}/peer.json").read_text()))
    report(cold, pairs, "PyTorch")
    logs = [math.log(ratio) for ratio in counts.values()]
    place = max(counts, key=lambda place: abs(math.log(counts[place])))
    print(f"\nOf {len(counts)} sample counts from 10 up PyTorch's are {math.exp(statistics.mean(logs)):.2f} times "
          f"Espalier's in the geometric mean; the farthest is {counts[place]:.2f}: {place}.")


if __name__ == "__main__":
    main()
