#!/usr/bin/env python3
"""Times `espalier lab halfspaces risk` against the same study in NumPy and scikit-learn, in one run.

    python3 Benchmarks/compare_halfspaces.py --python VENV/bin/python --pairs 3

The virtual environment needs numpy and scikit-learn. Both programs take turns, whole processes from start
to end; a ratio is formed within a pair. Espalier also draws the exact lines, checks and writes its page. Its
first run compiles everything anew and is reported by itself. Afterwards the mean risks of both programs,
which draw different samples, are compared in standard errors of their difference.
"""

import argparse
import datetime
import json
import os
import pathlib
import statistics
import sys
import tempfile
import time

from commands import ROOT, output
from compare import processor

PEER = ROOT / "Benchmarks/peers/numpy_halfspaces.py"


def seconds(command):
    """How long a command takes; its output is shown only if it fails."""
    start = time.perf_counter()
    output(*command)
    return time.perf_counter() - start


def farthest(espalier, peer):
    """The largest difference of mean risks, in standard errors of the difference."""
    def key(point):
        return point["method"], point["law"], point["optimum"], point["dimension"]

    own = {}
    for point in espalier["points"]:
        labels, coordinates = point["key"]["labels"], point["key"]["coordinates"]
        if labels["source"] == "sampled" and point["key"]["quantity"] == "risk":
            own[key(labels | coordinates)] = point
    distances = []
    for point in peer["points"]:
        mine = own[key(point)]
        # Half of a t-interval of five seeds, in standard errors.
        error = (mine["high"] - mine["value"]) / 2.776445
        # The peer's risks are counted on a million points besides.
        counted = point["value"] / 1_000_000
        whole = (error**2 + point["deviation"] ** 2 / 5 + counted) ** 0.5
        distances.append((abs(mine["value"] - point["value"]) / whole, key(point)))
    return max(distances), len(distances)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", default=sys.executable, help="a Python with scikit-learn")
    parser.add_argument("--espalier", default=".build/release/espalier", help="the program")
    parser.add_argument("--pairs", type=int, default=3, help="turns each program takes")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        def espalier(name, *flags):
            return [
                arguments.espalier, "lab", "halfspaces", "risk", "--output", f"{folder}/{name}",
                *flags]

        peer = [arguments.python, str(PEER), "--output", f"{folder}/peer.json"]
        cold = seconds(espalier("cold", "--no-cache"))
        # Fills the cache, if it is empty, outside the timing.
        seconds(espalier("warm"))
        pairs = [
            (seconds(espalier(f"pair-{pair}")), seconds(peer)) for pair in range(arguments.pairs)]
        (distance, place), count = farthest(
            json.loads(pathlib.Path(f"{folder}/cold/risk.json").read_text()),
            json.loads(pathlib.Path(f"{folder}/peer.json").read_text()))
    ratios = [other / own for own, other in pairs]
    print(f"{datetime.date.today()}, {processor()}, {os.cpu_count()} cores, {len(pairs)} pairs")
    print("\n| program | s, median | s, all |\n|---|---|---|")
    for name, values in zip(("Espalier", "NumPy and scikit-learn"), zip(*pairs)):
        print(f"| {name} | {statistics.median(values):.1f} | "
              + ", ".join(f"{value:.1f}" for value in values) + " |")
    print(f"| Espalier, compiling everything | {cold:.1f} | |")
    print(f"\nNumPy and scikit-learn take {statistics.median(ratios):.2f} times as long "
          f"({min(ratios):.2f} to {max(ratios):.2f}).")
    print(f"Of {count} mean risks the farthest apart is {distance:.1f} standard errors: {place}.")


if __name__ == "__main__":
    main()
