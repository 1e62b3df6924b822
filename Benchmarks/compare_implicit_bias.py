#!/usr/bin/env python3
"""Times `espalier lab implicit-bias diagonal` against the same descents in NumPy, in one run.

    python3 Benchmarks/compare_implicit_bias.py --python VENV/bin/python --pairs 3

The virtual environment needs numpy. Both programs take turns, whole processes from start to end; a ratio is formed within a
pair, of seconds and of processor seconds, which other programs on the machine disturb less. Espalier also integrates
gradient flow, solves for all minima, measures controls and writes its page. Its first run compiles everything anew and is
reported by itself. Afterwards the steps of both, on different regressions of one law, are compared.
"""

import argparse
import datetime
import json
import os
import pathlib
import statistics
import sys
import tempfile

from compare import processor
from compare_locality import cost, row

ROOT = pathlib.Path(__file__).resolve().parent.parent
PEER = ROOT / "Benchmarks/peers/numpy_diagonal.py"


def steps(record):
    """Espalier's mean steps, by network."""
    found = {}
    for point in record["points"]:
        place = point["key"]["coordinates"]
        if point["key"]["quantity"] == "descent-steps":
            found[place["depth"], place["alpha"], place["share"]] = point["value"]
    return found


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", default=sys.executable, help="a Python with numpy")
    parser.add_argument("--espalier", default=".build/release/espalier", help="the program")
    parser.add_argument("--pairs", type=int, default=3, help="turns each program takes")
    arguments = parser.parse_args()
    # Settings for a system's older OpenBLAS would slow the one that NumPy brings.
    for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
        os.environ.pop(name, None)
    with tempfile.TemporaryDirectory() as folder:
        def espalier(name, *flags):
            return [
                arguments.espalier, "lab", "implicit-bias", "diagonal", "--output", f"{folder}/{name}",
                *flags]

        peer = [arguments.python, str(PEER), "--output", f"{folder}/peer.json"]
        cold = cost(espalier("cold", "--no-cache"))
        # Fills the cache, if it is empty, outside the timing.
        cost(espalier("warm"))
        pairs = [
            (cost(espalier(f"pair-{pair}")), cost(peer)) for pair in range(arguments.pairs)]
        own = steps(json.loads(pathlib.Path(f"{folder}/cold/diagonal.json").read_text()))
        others = json.loads(pathlib.Path(f"{folder}/peer.json").read_text())
    load = os.getloadavg()[0]
    print(f"{datetime.date.today()}, {processor()}, {os.cpu_count()} cores, {len(pairs)} pairs, "
          f"load at the end {load:.1f}")
    for index, unit in enumerate(("seconds", "processor seconds")):
        ours, theirs = [[pair[side][index] for pair in pairs] for side in (0, 1)]
        quotients = [b / a for a, b in zip(ours, theirs)]
        print(f"\n| program | {unit}, median | all |\n|---|---|---|")
        print(row("Espalier", ours))
        print(row("NumPy", theirs))
        print(row("Espalier, compiling everything", [cold[index]]))
        print(f"\nNumPy takes {statistics.median(quotients):.2f} times the {unit} "
              f"({min(quotients):.2f} to {max(quotients):.2f}).")
    print("\n| depth | alpha | c | Espalier's steps | NumPy's steps |\n|---|---|---|---|---|")
    for place in others:
        key = place["depth"], place["scale"], place["share"]
        print(f"| {key[0]} | {key[1]} | {key[2]} | {own[key]:.0f} | {place['steps']:.0f} |")


if __name__ == "__main__":
    main()
