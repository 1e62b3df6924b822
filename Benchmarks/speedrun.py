"""How long training takes until a held-out text costs a given number of bits; `make speedrun` runs it.

docs/speedrun.md has the rules. There are three stages, each resumable from docs/results/speedrun.json, and none looks at what
the next will measure:

  tune    on a file that holds out other documents: each entry's rate, the target, and each entry's steps to it
  run     on the official file, seeds that nothing was chosen by, all entries in turn
  report  the table, docs/results/speedrun.md

The driver needs a Python that has Benchmarks/peers/requirements.txt.
"""

import argparse
import concurrent.futures
import datetime
import json
import math
import os
import pathlib
import shutil
import statistics
import sys
import time

from commands import ROOT, output
from compare import processor

RUNS = ROOT / "runs/speedrun"
RECORD = ROOT / "docs/results/speedrun.json"

# What is run: which framework, by which recipe or optimizer, and the highest rate that is tried first.
ADAMW, MUON = 0.006, 0.024
ENTRIES = {
    "torch-adamw": ("PyTorch, torch.compile, AdamW", "adamw", ADAMW),
    "torch-muon": ("PyTorch, torch.compile, Muon", "muon", MUON),
    "adamw": ("Espalier, AdamW", "adamw", ADAMW),
    "muon": ("Espalier, Muon", "muon", MUON),
    "adamw-grown": ("Espalier, AdamW, grown", "adamw", ADAMW),
    "muon-grown": ("Espalier, Muon, grown", "muon", MUON),
}
BASE = "adamw"  # whose loss after BASE_STEPS on the official file is the target
BASE_STEPS = 300
TUNING_SEEDS = [900, 901]
OFFICIAL_SEEDS = list(range(8))
STRIDE = 10  # steps are whole multiples of it
SLOPE = 0.2  # bits a byte by which e times the steps are better, where the first guess is
MARGIN = 0.012  # bits a byte by which tuning stays below the base, so that 8 seeds that differ by 0.005 are accepted
ACCEPTED = 0.001


def best_rate(bits_of, first):
    """The rate with the least bits among doubled and halved ones: no end is taken for the best before one beyond it is worse."""
    best = first
    for factor in (0.5, 2):
        while bits_of(best * factor) < bits_of(best):
            best *= factor
        if best < first:
            break
    return best


def fewest_steps(bits_of, first, goal):
    """The fewest steps, in whole strides, whose bits are at most the goal: nearly a line in the logarithm of steps."""
    bits = {first: bits_of(first)}
    while True:
        high = min((steps for steps in bits if bits[steps] <= goal), default=None)
        low = max((steps for steps in bits if bits[steps] > goal and (high is None or steps < high)), default=0)
        if high is not None and high - low <= STRIDE:
            return high
        near, *others = sorted(bits, key=lambda steps: abs(bits[steps] - goal))
        slope = max((bits[near] - bits[others[0]]) / math.log(others[0] / near), SLOPE / 4) if others else SLOPE
        guess = round(near * math.exp((bits[near] - goal) / slope) / STRIDE) * STRIDE
        guess = max(low + STRIDE, min(guess, 2 * low if high is None else high - STRIDE))
        bits[guess] = bits_of(guess)


class Speedrun:
    def __init__(self, arguments):
        self.program, self.scale = pathlib.Path(arguments.program), arguments.scale
        # What was tried out with fewer steps is no part of the record.
        self.path = RECORD if arguments.scale == 1 else RUNS / "trial.json"
        RUNS.mkdir(parents=True, exist_ok=True)
        self.record = json.loads(self.path.read_text()) if self.path.exists() else {
            "tuning": {}, "chosen": {}, "official": {}}
        self.deadline = time.monotonic() + 60 * arguments.minutes
        self.prepare()

    def keep(self):
        staged = self.path.with_suffix(".new")
        staged.write_text(json.dumps(self.record, indent=1, sort_keys=True) + "\n")
        staged.replace(self.path)

    def prepare(self):
        """Packs the text twice: the official file, and one for tuning that holds out other documents."""
        model, book = RUNS / "tokenizer.model", ROOT / "Data/king-james.jsonl.gz"
        if not model.exists():
            output(self.program, "tokenizer", "train", book, "--vocabulary-size", 2048, "--output", model)
        self.bytes_per_token = {}
        for name, seed in [("official", 0), ("tuning", 1)]:
            path = RUNS / f"{name}.tokens"
            if not path.exists():
                output(
                    self.program, "corpus", "pack", book, "--tokenizer", model, "--seed", seed, "--output", path)
            sizes = json.loads(output(self.program, "corpus", "inspect", path, "--json"))["validation"]
            self.bytes_per_token[name] = sizes["bytes"] / sizes["tokens"]

    def measure(self, entry, file, rate, steps, seed, cores=()):
        """One run: bits a byte of what is held out, and seconds."""
        if time.monotonic() > self.deadline:
            sys.exit("The time is over; the same command goes on.")
        folder = RUNS / f"seed-{seed}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        _, optimizer, _ = ENTRIES[entry]
        is_torch = entry.startswith("torch-")
        recipe = f"Recipes/speedrun/{optimizer if is_torch else entry}.yaml"
        fields = {
            "corpus.tokens": RUNS / f"{file}.tokens", "training.steps": steps, "seed": seed,
            "training.learningRate.peak": rate, "training.learningRate.warmupSteps": min(20, steps // 4)}
        words = [word for name, value in fields.items() for word in ("--set", f"{name}={value}")]
        if is_torch:
            batches = folder / "batches.safetensors"
            output(self.program, "corpus", "batches", recipe, *words, "--output", batches)
            printed = output(
                sys.executable, "Benchmarks/peers/pytorch_speedrun.py", batches, "--optimizer", optimizer,
                "--rate", rate, "--warmup", fields["training.learningRate.warmupSteps"],
                "--threads", len(cores or os.sched_getaffinity(0)), cores=cores)
            result = json.loads(printed.splitlines()[-1])
        else:
            start = time.perf_counter()
            output(self.program, "train", recipe, *words, "--run", folder / "run", cores=cores)
            whole = time.perf_counter() - start
            outcome = json.loads((folder / "run/run.json").read_text())["outcome"]
            result = {
                "loss": outcome["finalValidationLoss"], "seconds": outcome["trainingSeconds"],
                "compileSeconds": outcome["compileSeconds"], "wholeSeconds": whole}
        result["date"] = datetime.date.today().isoformat()
        result["bits"] = result["loss"] / math.log(2) / self.bytes_per_token[file]
        return result

    def tuned(self, entry, rate, steps, file="tuning"):
        """The mean bits of the tuning seeds, which run side by side: tuning looks at no clock."""
        suffix = "" if file == "tuning" else f", {file} file"
        keys = {seed: f"{entry} rate {rate} steps {steps} seed {seed}{suffix}" for seed in TUNING_SEEDS}
        known, cores = self.record["tuning"], sorted(os.sched_getaffinity(0))
        open_seeds = [seed for seed in TUNING_SEEDS if keys[seed] not in known]
        with concurrent.futures.ThreadPoolExecutor(len(TUNING_SEEDS)) as pool:
            found = [
                pool.submit(self.measure, entry, file, rate, steps, seed, cores[index :: len(TUNING_SEEDS)])
                for index, seed in enumerate(open_seeds)]
            for seed, result in zip(open_seeds, found):
                known[keys[seed]] = result.result()["bits"]
                self.keep()
                print(f"{keys[seed]}: {known[keys[seed]]:.4f} bits a byte", flush=True)
        return statistics.mean(known[key] for key in keys.values())

    def tune(self):
        steps = max(STRIDE, int(self.scale * BASE_STEPS) // STRIDE * STRIDE)
        rates = {
            entry: best_rate(lambda rate: self.tuned(entry, rate, steps), first)
            for entry, (_, _, first) in ENTRIES.items()}
        goal = self.tuned(BASE, rates[BASE], steps) - MARGIN
        for entry, rate in rates.items():
            fewest = fewest_steps(lambda steps: self.tuned(entry, rate, steps), steps, goal)
            self.record["chosen"][entry] = {"rate": rate, "steps": fewest}
        # Rounded up, so that the target is a number that one can say.
        self.record["target"] = math.ceil(self.tuned(BASE, rates[BASE], steps, "official") * 200) / 200
        self.keep()

    def official(self):
        """All entries in turn, a seed at a time, on one machine."""
        here = f"{processor()}, {len(os.sched_getaffinity(0))} cores"
        if self.record.setdefault("machine", here) != here:
            sys.exit(
                f"{self.path}: the official runs began on {self.record['machine']}, and this is {here}; "
                "go on there, or take \"machine\" and what is in \"official\" out to begin again here.")
        for seed in OFFICIAL_SEEDS:
            for entry, chosen in self.record["chosen"].items():
                found = self.record["official"].setdefault(entry, {})
                if str(seed) in found:
                    continue
                found[str(seed)] = self.measure(entry, "official", chosen["rate"], chosen["steps"], seed)
                self.keep()
                own = found[str(seed)]
                print(f"{entry} seed {seed}: {own['bits']:.4f} bits a byte in {own['seconds']:.1f} s", flush=True)


def table(record):
    """The results as Markdown."""
    from scipy import stats

    target = record["target"]
    peer = min(("torch-adamw", "torch-muon"), key=lambda entry: statistics.mean(
        run["seconds"] for run in record["official"][entry].values()))
    base = [run["seconds"] for run in record["official"][peer].values()]
    lines = [
        f"| entry | steps | highest rate | bits a byte, mean (deviation) | p that it is above {target:.3f} | "
        "seconds of training | of a step | of compiling | of the whole command | times shorter than PyTorch's best |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|"]
    for entry, (name, _, _) in ENTRIES.items():
        runs = list(record["official"][entry].values())
        bits = [run["bits"] for run in runs]
        p = stats.ttest_1samp(bits, target, alternative="less").pvalue
        seconds = statistics.mean(run["seconds"] for run in runs)
        ratios = [theirs / ours["seconds"] for theirs, ours in zip(base, runs)]
        mark = "" if p < ACCEPTED else " (not accepted)"
        chosen = record["chosen"][entry]
        lines.append(
            f"| {name}{mark} | {chosen['steps']} | {chosen['rate']} | {statistics.mean(bits):.4f} "
            f"({statistics.stdev(bits):.4f}) | {p:.1g} | **{seconds:.1f}** | {seconds / chosen['steps']:.3f} | "
            f"{statistics.mean(run['compileSeconds'] for run in runs):.1f} | "
            f"{statistics.mean(run['wholeSeconds'] for run in runs):.1f} | "
            f"{statistics.median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f}) |")
    return "\n".join(lines)


def report(record):
    runs = [run for entry in record["official"].values() for run in entry.values()]
    torch = next(run["version"] for run in runs if "version" in run)
    days = " and ".join(sorted({run["date"] for run in runs}))
    RECORD.with_suffix(".md").write_text(
        "# Seconds to a target on a processor\n\n"
        f"Made by `make speedrun` by the rules of [speedrun.md](../speedrun.md); all runs are in "
        f"[{RECORD.name}]({RECORD.name}). {days}, {record['machine']}, {torch}. The target is "
        f"**{record['target']:.3f} bits a byte**. Times shorter: the median of the turns, least and most.\n\n{table(record)}\n")
    print(RECORD.with_suffix(".md"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=str(ROOT / ".build/release/espalier"))
    parser.add_argument("--minutes", type=float, default=150, help="after which it stops, to be gone on with")
    parser.add_argument("--scale", type=float, default=1, help="a share of the steps, to try it out")
    parser.add_argument("--stop-after", choices=["tune", "run"], help="go no further")
    arguments = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    speedrun = Speedrun(arguments)
    speedrun.tune()
    if arguments.stop_after == "tune":
        return
    speedrun.official()
    if arguments.scale != 1:
        print(table(speedrun.record))
    elif arguments.stop_after != "run":
        report(speedrun.record)


if __name__ == "__main__":
    main()
