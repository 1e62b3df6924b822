"""Compares what two builds of espalier compute, bit for bit.

    python3 Benchmarks/same_results.py --before OLD/espalier --after .build/release/espalier

Trains every recipe under Recipes/ for some steps and a list of variants, with kernels and without, compares a
small pool of strategies, and resumes with the second build what the first one began. What is compared: every
number of metrics.jsonl and lag.json that is not a time, and the bytes of every tensor of the last checkpoint.
Prints a line a case and ends with status 1 if any differs.
"""

import argparse
import hashlib
import json
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
TEXT = ROOT / "Data/king-james.jsonl.gz"

# Columns that hold times, or follow from them.
TIMES = {"seconds", "tokensPerSecond", "shareOfPeak", "trainingSeconds", "compileSeconds"}

# A small model that grows once or more, so that variants are quick.
SMALL = {
    "model.layers": 4,
    "model.width": 32,
    "model.headCount": 4,
    "model.keyValueHeadCount": 2,
    "model.feedForwardWidth": 88,
    "model.contextLength": 64,
    "training.batchSize": 8,
    "growth.blockSize": 1,
    "growth.firstLayers": 2,
    "growth.schedule.kind": "equal",
    "evaluation.every": 10,
    "evaluation.sequences": 20,
}
VARIANTS = {
    "midas": {"growth.method": "midas"},
    "scan": {"model.layerExecution": "scan"},
    "rematerialized": {"model.layerExecution": "rematerialized"},
    "untied embedding": {"model.tiedEmbedding": "false"},
    "accumulation": {"training.gradientAccumulation": 2},
    "documents apart": {"corpus.separateDocuments": "true"},
    "mixture": {"training.objective.kind": "mixture"},
    "masked": {"training.objective.kind": "masked"},
    "zero-new": {"growth.optimizerState": "zero-new"},
    "boost": {"growth.learningRate.policy": "boost"},
    "freeze-old": {"growth.method": "gradstack", "growth.learningRate.policy": "freeze-old"},
    "trained gates": {"growth.method": "trained-gate"},
    "annealed gates": {"growth.method": "annealed-gate", "growth.gateSteps": 8},
    "masked ramp": {"growth.method": "masked-ramp", "growth.gateSteps": 8},
    "learned map": {"growth.method": "learned-map", "growth.mapSteps": 5},
    "adaptive": {"growth.method": "adaptive", "growth.adaptive.pool": "midas random", "growth.adaptive.lag": 3},
    "slope": {"growth.schedule.kind": "slope", "growth.schedule.window": 4},
    "no clipping": {"training.optimizer.gradientClipping": 0},
}
POOL = "midas,stack,random,zero-output-copy,trained-gate"


class Build:
    """A build of the command, and the folder that its runs go to."""

    def __init__(self, name, program, folder):
        self.name, self.program, self.folder = name, os.path.abspath(program), folder / name
        self.folder.mkdir(parents=True)

    def run(self, *arguments):
        """Runs a command; returns what is wrong, or nothing."""
        result = subprocess.run(
            [self.program, *map(str, arguments)], cwd=self.folder, capture_output=True, text=True
        )
        if result.returncode == 0:
            return None
        return (result.stderr.strip().splitlines() or [f"exit status {result.returncode}"])[-1]


def numbers(value):
    """A JSON value without times, and without recipes: new fields come to their text."""
    if isinstance(value, dict):
        return {key: numbers(item) for key, item in value.items() if key not in TIMES | {"recipe"}}
    return [numbers(item) for item in value] if isinstance(value, list) else value


def tensors(path):
    """A sum of each tensor of a safetensors file, by name."""
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    body = data[8 + length :]
    return {
        name: (entry["dtype"], entry["shape"], hashlib.sha256(body[slice(*entry["data_offsets"])]).hexdigest())
        for name, entry in header.items()
    }


def outcome(run):
    """All that a run computed."""
    rows = [numbers(json.loads(line)) for line in (run / "metrics.jsonl").read_text().splitlines()]
    last = sorted((run / "checkpoints").glob("step-*"))[-1]
    return {
        "metrics": rows,
        **{file.stem: tensors(file) for file in sorted(last.glob("*.safetensors"))},
    }


def difference(before, after, path=""):
    """Where two values differ first, or nothing."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted(set(before) | set(after)):
            if key not in before or key not in after:
                return f"{path}.{key} is missing on one side"
            if found := difference(before[key], after[key], f"{path}.{key}"):
                return found
        return None
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        found = (difference(*pair, f"{path}[{index}]") for index, pair in enumerate(zip(before, after)))
        return next((each for each in found if each), None)
    return None if before == after else f"{path}: {before} and {after}"


def settings(fields):
    return [text for field, value in fields.items() for text in ("--set", f"{field}={value}")]


class Comparison:
    def __init__(self, before, after, corpus, steps):
        self.builds, self.corpus, self.steps, self.failures = (before, after), corpus, steps, 0

    def report(self, name, before, after):
        # A case that neither build can run compares nothing.
        found = before.get("error") or after.get("error") or difference(before, after)
        self.failures += bool(found)
        print(f"{'differs' if found else 'same':8}{name}{': ' + found if found else ''}", flush=True)

    def train(self, name, recipe, fields):
        fields = {
            "corpus.tokens": self.corpus,
            "training.steps": self.steps,
            "training.learningRate.warmupSteps": 5,
            "checkpoints.every": self.steps,
            "evaluation.every": 10,
            "logging.every": 1,
        } | fields
        results = []
        for build in self.builds:
            run = build.folder / name.replace(" ", "-")
            error = build.run("train", recipe, "--run", run, *settings(fields))
            results.append({"error": error} if error else outcome(run))
        self.report(name, *results)

    def lag(self, recipe, kernels):
        results = []
        for build in self.builds:
            folder = build.folder / f"lag-{kernels}"
            fields = SMALL | {
                "corpus.tokens": self.corpus,
                "training.steps": self.steps,
                "training.learningRate.warmupSteps": 5,
                "growth.method": "stack",
                "growth.blockSize": 2,
                "kernels": kernels,
            }
            error = build.run(
                "lag", recipe, "--pool", POOL, "--seeds", "0,1", "--lags", "0,1,2,5,10", "--output", folder,
                *settings(fields),
            )
            results.append({"error": error} if error else numbers(json.loads((folder / "lag.json").read_text())))
        self.report(f"lag, {kernels}", *results)

    def resumed(self, recipe):
        """A run that the first build ends, beside one that is killed and that the second build ends."""
        before, after = self.builds
        steps = 20 * self.steps
        fields = SMALL | {
            "corpus.tokens": self.corpus,
            "training.steps": steps,
            "training.learningRate.warmupSteps": 5,
            "checkpoints.every": steps // 3 + 1,
            "evaluation.every": steps,
        }
        whole, begun = before.folder / "whole", before.folder / "begun"
        error = before.run("train", recipe, "--run", whole, *settings(fields))
        expected = {"error": error} if error else outcome(whole)
        process = subprocess.Popen(
            [before.program, "train", recipe, "--run", begun, *settings(fields)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while process.poll() is None and not list(begun.glob("checkpoints/step-*")):
            time.sleep(0.01)
        process.kill()
        if process.wait() == 0:
            found = {"error": "the run ended before it could be killed"}
        else:
            error = after.run("resume", begun)
            found = {"error": error} if error else outcome(begun)
        self.report("resumed from the first build's checkpoint", expected, found)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--before", required=True, help="the older build's espalier")
    parser.add_argument("--after", required=True, help="the newer build's espalier")
    parser.add_argument("--folder", default="runs/same-results", help="where the runs go; emptied first")
    parser.add_argument("--steps", type=int, default=30)
    parser.add_argument("--only", default="", help="cases whose names contain this")
    arguments = parser.parse_args()

    folder = (ROOT / arguments.folder).resolve()
    shutil.rmtree(folder, ignore_errors=True)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    plugins = sorted((ROOT / ".espalier/plugins").glob("pjrt_c_api_cpu_plugin.*"))
    if plugins:
        os.environ.setdefault("ESPALIER_PJRT_PLUGIN", str(plugins[0]))
    builds = [Build("before", arguments.before, folder), Build("after", arguments.after, folder)]
    tokenizer, corpus = folder / "tokenizer.model", folder / "corpus.tokens"
    for command in (
        ("tokenizer", "train", TEXT, "--vocabulary-size", 2048, "--output", tokenizer),
        ("corpus", "pack", TEXT, "--tokenizer", tokenizer, "--output", corpus),
    ):
        if error := builds[0].run(*command):
            sys.exit(error)

    comparison = Comparison(*builds, corpus, arguments.steps)
    wanted = lambda name: arguments.only in name
    for recipe in sorted(ROOT.glob("Recipes/**/*.yaml")):
        fields = {"growth.adaptive.lag": 2} if "adaptive" in recipe.stem else {}
        for kernels in ("swift", "xla"):
            if wanted(name := f"{recipe.stem} {kernels}"):
                comparison.train(name, recipe, fields | {"kernels": kernels})
    recipe = ROOT / "Recipes/demo-midas.yaml"
    for variant, fields in VARIANTS.items():
        for kernels in ("swift", "xla"):
            if wanted(name := f"{variant} {kernels}"):
                comparison.train(name, recipe, SMALL | fields | {"kernels": kernels})
    for kernels in ("swift", "xla"):
        if wanted(f"lag {kernels}"):
            comparison.lag(recipe, kernels)
    if wanted("resumed"):
        comparison.resumed(recipe)
    print(f"{comparison.failures} of the cases differ")
    sys.exit(comparison.failures > 0)


if __name__ == "__main__":
    main()
