#!/usr/bin/env python3
"""Times greedy text of a saved model in turn with llama.cpp, which reads the model's GGUF export of float32 and of Q8_0.

    python3 Benchmarks/compare_generation.py RUN --python VENV/bin/python --turns 5

The virtual environment needs llama-cpp-python. Both keep keys and values in float32 and use all cores; the prompt and the first
token are outside llama.cpp's time and inside Espalier's. Ratios are formed within a turn.
"""

import argparse
import datetime
import os
import pathlib
import statistics
import subprocess
import tempfile

from commands import ROOT, output
from compare import processor

FORMATS = {"float32": "float32", "int8": "q8_0"}


def own(program, run, tokens):
    """Tokens a second by precision, of the second turn of a process."""
    lines = output(program, "--model", run, "--tokens", tokens, "--turns", 2).splitlines()
    found = {}
    for line in lines:
        precision, count, _, seconds, _ = line.split()
        found[precision] = int(count) / float(seconds)
    return found


PEER = """
import sys, time
import numpy
from llama_cpp import Llama
model = Llama(sys.argv[1], n_ctx=int(sys.argv[2]), n_threads=int(sys.argv[3]), verbose=False, flash_attn=False,
              type_k=0, type_v=0, logits_all=False)
tokens = int(sys.argv[4])
for turn in range(2):
    model.reset()
    model.eval([1] + model.tokenize(b"In the beginning", add_bos=False))
    start = time.perf_counter()
    for _ in range(tokens):
        token = int(numpy.argmax(model._scores[-1]))
        model.eval([token])
    seconds = time.perf_counter() - start
print(tokens / seconds)
"""


def peer(python, model, context, tokens):
    return float(output(python, "-c", PEER, model, context, os.cpu_count(), tokens).split()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run")
    parser.add_argument("--python", required=True)
    parser.add_argument("--tokens", type=int, default=96)
    parser.add_argument("--context", type=int, default=128)
    parser.add_argument("--turns", type=int, default=5)
    arguments = parser.parse_args()
    release = ROOT / ".build/release"
    with tempfile.TemporaryDirectory() as folder:
        exports = {}
        for precision, format in FORMATS.items():
            exports[precision] = pathlib.Path(folder) / f"{precision}.gguf"
            outcome = subprocess.run(
                [release / "espalier", "export", arguments.run, exports[precision], "--format", "gguf", "--type", format],
                capture_output=True, cwd=ROOT, text=True,
            )
            if outcome.returncode != 0:
                print(f"{precision} left out: {outcome.stderr.strip()}\n")
                del exports[precision]
        rates = {precision: ([], []) for precision in exports}
        for _ in range(arguments.turns):
            found = own(release / "AskingBenchmark", arguments.run, arguments.tokens)
            for precision, (ours, theirs) in rates.items():
                ours.append(found[precision])
                theirs.append(peer(arguments.python, exports[precision], arguments.context, arguments.tokens))
    print(f"{datetime.date.today()}, {processor()}, {os.cpu_count()} cores, {arguments.turns} turns, "
          f"load at the end {os.getloadavg()[0]:.1f}\n")
    print("| weights | Espalier, tokens/s | llama.cpp, tokens/s | Espalier over llama.cpp |\n|---|---|---|---|")
    for precision, (ours, theirs) in rates.items():
        ratios = sorted(a / b for a, b in zip(ours, theirs))
        print(f"| {precision} | {statistics.median(ours):.0f} | {statistics.median(theirs):.0f} | "
              f"{statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f}) |")


if __name__ == "__main__":
    main()
