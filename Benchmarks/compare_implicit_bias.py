#!/usr/bin/env python3
"""Times `espalier lab implicit-bias diagonal` against the same descents in NumPy, in one run.

    python3 Benchmarks/compare_implicit_bias.py --python VENV/bin/python --pairs 3

The virtual environment needs numpy. Both programs take turns, whole processes from start to end; a ratio is formed within a
pair, of seconds and of processor seconds, which other programs on the machine disturb less. Espalier also integrates
gradient flow, solves for all minima, measures controls and writes its page. Its first run compiles everything anew and is
reported by itself. Afterwards the steps of both, on different regressions of one law, are compared.
"""

import argparse
import json
import os
import pathlib
import sys
import tempfile

from compare_locality import alternated, report

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
        cold, pairs = alternated(espalier, peer, arguments.pairs)
        own = steps(json.loads(pathlib.Path(f"{folder}/cold/diagonal.json").read_text()))
        others = json.loads(pathlib.Path(f"{folder}/peer.json").read_text())
    report(cold, pairs, "NumPy")
    print("\n| depth | alpha | c | Espalier's steps | NumPy's steps |\n|---|---|---|---|---|")
    for place in others:
        key = place["depth"], place["scale"], place["share"]
        print(f"| {key[0]} | {key[1]} | {key[2]} | {own[key]:.0f} | {place['steps']:.0f} |")


if __name__ == "__main__":
    main()
