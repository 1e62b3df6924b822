"""Compares training in bfloat16 with training in float32; `make compare-precision` runs it.

The demonstration's full-depth model trains for 200 steps: in float32 with Espalier's kernels, in float32 by XLA alone,
whose other order of sums shows how far rounding alone leads two runs apart, and in bfloat16. All see the same batches
in the same order. Every run is an ordinary one in a folder of its own, so what was stopped goes on. Prints a table, and
ends with 1 where bfloat16 leaves the band: each logged training loss within BAND of float32's, as a share of it, and the
final validation loss within FINAL_BAND nats.
"""

import argparse
import json
import os
import pathlib
import sys

from commands import ROOT, output

STEPS = 200
BAND, FINAL_BAND = 0.01, 0.02
RUNS = {
    "float32": {},
    "float32, xla": {"kernels": "xla"},
    "bfloat16": {"training.precision": "bfloat16"},
}


def trained(program, folder, fields):
    """Trains unless that is done; returns the logged losses by step, and how the run ended."""
    record = folder / "run.json"
    if record.exists():
        command = ["resume", folder]
    else:
        fields = {
            "training.steps": STEPS,
            "training.learningRate.warmupSteps": STEPS // 10,
            "logging.every": 5,
            "device": "cpu",
        } | fields
        command = ["train", "Recipes/demo-full-depth.yaml", "--run", folder]
        command += [text for field, value in fields.items() for text in ("--set", f"{field}={value}")]
    if not record.exists() or json.loads(record.read_text())["outcome"]["status"] != "completed":
        output(program, *command)
    rows = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    losses = {row["step"]: row["loss"] for row in rows if row.get("loss") is not None}
    return losses, json.loads(record.read_text())["outcome"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=str(ROOT / ".build/release/espalier"))
    parser.add_argument("--folder", type=pathlib.Path, default=ROOT / "runs/compare-precision")
    arguments = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

    results = {
        name: trained(arguments.program, arguments.folder.resolve() / name.replace(", ", "-"), fields)
        for name, fields in RUNS.items()
    }
    base, end = results["float32"]
    print("| run | seconds | final validation loss | largest difference of a training loss | mean difference |")
    print("|---|---:|---:|---:|---:|")
    for name, (losses, outcome) in results.items():
        shares = {step: (losses[step] - base[step]) / base[step] for step in base}
        worst = max(shares, key=lambda step: abs(shares[step]))
        print(
            f"| {name} | {outcome['trainingSeconds']:.1f} | {outcome['finalValidationLoss']:.4f} | "
            f"{100 * shares[worst]:+.3f} % at step {worst} | "
            f"{100 * sum(shares.values()) / len(shares):+.4f} % |"
        )
    losses, outcome = results["bfloat16"]
    worst = max(abs(losses[step] - base[step]) / base[step] for step in base)
    difference = abs(outcome["finalValidationLoss"] - end["finalValidationLoss"])
    holds = worst <= BAND and difference <= FINAL_BAND
    print(f"\nThe band ({100 * BAND:g} % a training loss, {FINAL_BAND} nats at the end) {'holds' if holds else 'DOES NOT HOLD'}.")
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
