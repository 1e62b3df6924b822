"""Compares Muon with AdamW on the demonstration's model; `make muon-study` runs it.

Each optimizer gets the best of some learning rates, found at full depth with a seed that is not reported; while the
largest is the best, its double is tried. Then both train at full depth and with MIDAS, at equal steps with three seeds,
and Muon once more for as many steps as AdamW's time pays for. Every run is an ordinary one in a folder of its own, so a
study that was stopped goes on. Writes muon.json into its folder and the tables of docs/results/muon.md to the standard
output.
"""

import argparse
import itertools
import json
import math
import os
import pathlib
import statistics

from commands import ROOT, output

RATES = [1.5e-3, 3e-3, 6e-3, 1.2e-2]
OPTIMIZERS = ["adamw", "muon"]
GROWTHS = {"full-depth": "Recipes/demo-full-depth.yaml", "midas": "Recipes/demo-midas.yaml"}
TUNING_SEED, SEEDS = 100, [0, 1, 2]
# Student's t at 97.5 % with two degrees of freedom.
T = 4.303


class Study:
    def __init__(self, program, folder):
        self.program, self.folder = program, folder

    def run(self, name, recipe, optimizer, rate, seed, steps=None):
        """Trains unless that is done; returns the final validation loss, and the seconds and steps of training."""
        folder = self.folder / name
        fields = {
            "name": name,
            "seed": seed,
            "training.optimizer.kind": optimizer,
            "training.learningRate.peak": rate,
        }
        if steps:
            fields |= {"training.steps": steps, "training.learningRate.warmupSteps": steps // 10}
        if not (folder / "run.json").exists():
            command = ["train", recipe, "--run", folder]
            command += [text for field, value in fields.items() for text in ("--set", f"{field}={value}")]
        else:
            command = ["resume", folder]
        outcome = self.outcome(folder)
        if outcome is None or outcome["status"] != "completed":
            output(self.program, *command)
            outcome = self.outcome(folder)
        print(f"{name}: {outcome['finalValidationLoss']:.4f} in {outcome['trainingSeconds']:.1f} s", flush=True)
        return {
            "loss": outcome["finalValidationLoss"],
            "seconds": outcome["trainingSeconds"],
            "steps": outcome["finalStep"],
        }

    @staticmethod
    def outcome(folder):
        path = folder / "run.json"
        return json.loads(path.read_text())["outcome"] if path.exists() else None


def mean_and_interval(values):
    """A mean and half its 95 % interval."""
    spread = statistics.stdev(values) / math.sqrt(len(values))
    return statistics.mean(values), T * spread


def said(pair):
    mean, half = pair
    return f"{mean:.4f} ({mean - half:.4f} to {mean + half:.4f})"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=str(ROOT / ".build/release/espalier"))
    parser.add_argument("--folder", type=pathlib.Path, default=ROOT / "runs/muon-study")
    arguments = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    study = Study(arguments.program, arguments.folder.resolve())

    full_depth = GROWTHS["full-depth"]
    tuning, best = {}, {}
    for optimizer in OPTIMIZERS:
        runs, rates = {}, list(RATES)
        for rate in rates:
            runs[rate] = study.run(f"tuning-{optimizer}-{rate:g}", full_depth, optimizer, rate, TUNING_SEED)
            best[optimizer] = min(runs, key=lambda tried: runs[tried]["loss"])
            if rate == rates[-1] == best[optimizer]:
                rates.append(2 * rate)
        tuning[optimizer] = runs

    arms = {}
    # Seed by seed and in turn, so that a machine that slows down slows all arms alike.
    for seed, growth, optimizer in itertools.product(SEEDS, GROWTHS, OPTIMIZERS):
        run = study.run(f"{growth}-{optimizer}-{seed}", GROWTHS[growth], optimizer, best[optimizer], seed)
        arms.setdefault(f"{growth}, {optimizer}", []).append(run)
    for growth in GROWTHS:
        pairs = zip(arms[f"{growth}, adamw"], arms[f"{growth}, muon"])
        ratio = statistics.median(muon["seconds"] / adamw["seconds"] for adamw, muon in pairs)
        steps = round(arms[f"{growth}, adamw"][0]["steps"] / ratio)
        arms[f"{growth}, muon, equal seconds"] = [
            study.run(f"{growth}-muon-seconds-{seed}", GROWTHS[growth], "muon", best["muon"], seed, steps)
            for seed in SEEDS
        ]

    result = {"rates": best, "tuning": tuning, "seeds": SEEDS, "arms": arms}
    (study.folder / "muon.json").write_text(json.dumps(result, indent=2) + "\n")
    print("\n| rate | " + " | ".join(OPTIMIZERS) + " |\n|---|" + "---:|" * len(OPTIMIZERS))
    for rate in sorted({rate for runs in tuning.values() for rate in runs}):
        losses = [f"{runs[rate]['loss']:.4f}" if rate in runs else "-" for runs in tuning.values()]
        print(f"| {rate:g} | " + " | ".join(losses) + " |")
    print("\n| arm | steps | seconds | final validation loss | difference from AdamW, seed by seed |")
    print("|---|---:|---:|---:|---:|")
    for arm, runs in arms.items():
        base = arms[f"{arm.split(',')[0]}, adamw"]
        losses = [run["loss"] for run in runs]
        differences = [run["loss"] - other["loss"] for run, other in zip(runs, base)]
        print(
            f"| {arm} | {runs[0]['steps']} | {statistics.median(run['seconds'] for run in runs):.1f} | "
            f"{said(mean_and_interval(losses))} | "
            f"{'-' if runs is base else said(mean_and_interval(differences))} |"
        )
    for optimizer in OPTIMIZERS:
        pairs = zip(arms[f"midas, {optimizer}"], arms[f"full-depth, {optimizer}"])
        differences = [midas["loss"] - full["loss"] for midas, full in pairs]
        print(f"\nMIDAS less full depth with {optimizer}: {said(mean_and_interval(differences))}")


if __name__ == "__main__":
    main()
