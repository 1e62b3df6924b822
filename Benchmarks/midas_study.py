"""Settles MIDAS's claims at a stated size; `make midas-study` runs it.

The study has parts, each of commands that go on where they were stopped. It works for --minutes and then stops the command
that runs by SIGTERM, which saves; the same command goes on, until all parts are done. What a finished command found is copied
into docs/results/midas, from which alone --report writes docs/results/midas.md: each prediction of
docs/results/midas-predictions.md held, not held or undecided, with its interval; docs/results/midas-log.md, which people write, is its end.
"""

import argparse
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

import midas_report

ROOT = pathlib.Path(__file__).resolve().parent.parent
RUNS = ROOT / "runs/midas"
RECORDS = ROOT / "docs/results/midas"
UNFINISHED = RECORDS / "unfinished"
RECIPES = "Recipes/midas/{}.yaml"

ARMS = [
    "full-depth", "midas", "gradstack", "late-jump", "random-middle", "lidas-interposed",
    "lidas-contiguous", "looped", "block-cosine",
]
MAIN = ["full-depth", "midas"]
LEARNERS = ["full-depth", "midas", "looped"]
EQUAL_FLOPS = ["full-depth", "midas", "gradstack", "late-jump", "shallow"]
SEEDS, LARGE_SEEDS = range(6), range(3)
# What is asked without having been trained on, and what is learnt from few examples.
ASKED = "copying-words,induction,assignment-0,assignment-1-maths,psm,p-hop-1"
ON_THE_WAY = "copying-words,induction,assignment-1-maths"
LEARNT = "assignment-1-maths,p-hop-2"


def recipes(arms):
    return [RECIPES.format(arm) for arm in arms]


def runs(part, arms, seeds):
    return [f"runs/midas/{part}/{arm}/seed-{seed}" for arm in arms for seed in seeds]


def seed_list(seeds):
    return ",".join(map(str, seeds))


class Command:
    """A command of espalier, or a script of this folder, what shows that it is done, and what is kept of it."""

    def __init__(self, part, words, keeps=None, before=None, script=None, goes_on=False):
        self.part, self.words, self.before = part, [str(word) for word in words], before
        # goes_on: its record is all it needs to go on.
        self.script, self.goes_on = script, goes_on
        # From a file in runs/midas to one in docs/results/midas.
        self.keeps = keeps or {}

    def line(self, program):
        own = [sys.executable, str(ROOT / "Benchmarks" / self.script)] if self.script else [program]
        return own + self.words

    @property
    def is_done(self):
        return all((RECORDS / name).exists() for name in self.keeps.values())

    @property
    def lacks(self):
        """The parts of which it reads runs that are not in this folder."""
        read = [word for word in self.words if word.startswith("runs/midas/") and "/seed-" in word]
        return {f"train {run.split('/')[2]}" for run in read if not (ROOT / run / "run.json").exists()}

    def keep(self):
        for source, name in self.keeps.items():
            copy(RUNS / source, RECORDS / name)
            (UNFINISHED / name).unlink(missing_ok=True)

    def keep_unfinished(self):
        """So that another folder, or another machine, goes on with the answers there are."""
        for source, name in self.keeps.items() if self.goes_on else []:
            if (RUNS / source).exists():
                copy(RUNS / source, UNFINISHED / name)

    def take_unfinished(self):
        for source, name in self.keeps.items() if self.goes_on else []:
            if (UNFINISHED / name).exists() and not (RUNS / source).exists():
                copy(UNFINISHED / name, RUNS / source)


def copy(source, target):
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def sweep(part, arms, seeds, equal, before=None):
    words = ["sweep", *recipes(arms), "--seeds", seed_list(seeds), "--equal", equal]
    return Command(
        f"train {part}", words + ["--output", f"runs/midas/{part}"], {f"{part}/sweep.json": f"{part}.json"}, before
    )


def evaluation(name, models, tasks, *options):
    words = ["eval", *models, "--tasks", tasks, *options, "--output", f"runs/midas/{name}"]
    return Command(f"ask {name}", words, {f"{name}/evaluation.json": f"{name}.json"})


def take_full_depth():
    """The baseline is the same at equal steps and at equal FLOPs, and is not trained twice."""
    take(["full-depth"], "flops")


def take_trained():
    """Where the first part was trained in this folder, its models learn."""
    take(LEARNERS, "learners")


def take(arms, part):
    for arm in arms:
        source, target = RUNS / "steps" / arm, RUNS / part / arm
        if source.exists() and not target.exists():
            shutil.copytree(source, target)


def commands():
    two, every = runs("steps", MAIN, SEEDS), runs("steps", ARMS, SEEDS)
    four = ["full-depth", "midas", "gradstack", "looped"]
    return [
        sweep("steps", ARMS, SEEDS, "steps"),
        sweep("flops", EQUAL_FLOPS, SEEDS, "flops", take_full_depth),
        sweep("muon", ["full-depth-muon", "midas-muon"], SEEDS, "steps"),
        sweep("large", ["full-depth-large", "midas-large"], LARGE_SEEDS, "steps"),
        Command(
            "take apart",
            ["analyze", *runs("steps", ARMS, list(SEEDS)[:2]), "--sequences", 8, "--output", "runs/midas/anatomy"],
            {"anatomy/anatomy.json": "anatomy.json", "anatomy/report.html": "anatomy.html"},
        ),
        evaluation("few-shot", runs("steps", four, SEEDS), ASKED, "--shots", 5, "--questions", 100),
        evaluation("no-shot", every, ASKED, "--shots", 0, "--questions", 300),
        evaluation("on-the-way", two, ON_THE_WAY, "--shots", 0, "--questions", 300, "--checkpoints", "all"),
        Command(
            "at equal loss",
            ["isoplot", "runs/midas/on-the-way", "--metric", "choice_logprob"],
            {"on-the-way/isoplot.json": "isoplot.json"},
        ),
        evaluation(
            "repeat-middle", runs("steps", four, list(SEEDS)[:3]),
            "copying-words,induction", "--shots", 0, "--questions", 300, "--repeat-middle", "1,2,3,4", "--block", 3,
        ),
        # Nothing else may run beside this part.
        Command("time steps", ["runs/midas/timing.json"], {"timing.json": "timing.json"}, script="midas_timing.py"),
        # Trained once more: models are not part of the record.
        sweep("learners", LEARNERS, SEEDS, "steps", take_trained),
        Command(
            "learn from few",
            [
                "learning-curve", *runs("learners", LEARNERS, SEEDS), "--tasks", LEARNT, "--examples", "256", "--draws", 1,
                "--rates", "0.001,0.003", "--steps", 100, "--questions", 300, "--output", "runs/midas/learning",
            ],
            {"learning/learning-curve.json": "learning-curve.json"}, goes_on=True,
        ),
    ]


def remaining():
    """What is open, in order, and before it what is done but whose models are gone: records outlive them."""
    every, found = commands(), []
    for command in every:
        if not command.is_done:
            lacks = command.lacks
            found += [other for other in every if other.part in lacks and other not in found] + [command]
    return found


def prepare(program):
    """Packs the texts once, with one tokenizer that has seen both."""
    if (RUNS / "lines.tokens").exists():
        return
    RUNS.mkdir(parents=True, exist_ok=True)
    lines, model = RUNS / "lines.txt", RUNS / "tokenizer.model"
    subprocess.run([sys.executable, ROOT / "scripts/midas-lines.py", lines], check=True)
    book = ROOT / "Data/king-james.jsonl.gz"
    for words in [
        ["tokenizer", "train", book, lines, "--vocabulary-size", 2048, "--output", model],
        ["corpus", "pack", book, "--tokenizer", model, "--output", RUNS / "corpus.tokens"],
        ["corpus", "pack", lines, "--tokenizer", model, "--output", RUNS / "lines.tokens"],
    ]:
        subprocess.run([program, *map(str, words)], check=True, cwd=ROOT)


def keep_costs():
    """Adds to the record what each run took: FLOPs by the formula and seconds of training."""
    costs = RECORDS / "costs.json"
    found = json.loads(costs.read_text()) if costs.exists() else {}
    for path in sorted(RUNS.glob("*/*/seed-*/run.json")):
        record = json.loads(path.read_text())
        if record["outcome"]["status"] != "completed":
            continue
        part, arm, seed = path.parts[-4], path.parts[-3], path.parts[-2].removeprefix("seed-")
        outcome = record["outcome"]
        found.setdefault(part, {}).setdefault(arm, {})[seed] = {
            "loss": outcome["finalValidationLoss"],
            "flops": outcome["flops"],
            "seconds": outcome["trainingSeconds"],
            "steps": outcome["finalStep"],
        }
    costs.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=str(ROOT / ".build/release/espalier"))
    parser.add_argument("--minutes", type=float, default=95, help="after which it stops, to be gone on with")
    parser.add_argument("--plan", action="store_true", help="list the commands: done, open, or again, for models that are gone")
    parser.add_argument("--report", action="store_true", help="write docs/results/midas.md from what is there")
    arguments = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if arguments.plan:
        parts = [command.part for command in remaining()]
        for command in commands():
            state = "done" if command.part not in parts else "again" if command.is_done else "open"
            print(f"{state:5}  {command.part}: {' '.join(command.line('espalier'))[:150]}")
        return
    if not arguments.report:
        work(arguments)
    results = ROOT / "docs/results"
    log = results / "midas-log.md"
    text = midas_report.page(RECORDS, results / "midas-predictions.md")
    (results / "midas.md").write_text(text.rstrip() + "\n\n" + log.read_text())
    print("docs/results/midas.md")


def work(arguments):
    deadline = time.monotonic() + 60 * arguments.minutes
    prepare(arguments.program)
    for command in remaining():
        if command.before:
            command.before()
        command.take_unfinished()
        line = command.line(arguments.program)
        print(f"{command.part}: {' '.join(line)[:200]}", flush=True)
        process = subprocess.Popen(line, cwd=ROOT)
        try:
            code = process.wait(max(1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            # Shells let what they run in the background ignore SIGINT.
            process.send_signal(signal.SIGTERM)
            process.wait()
            command.keep_unfinished()
            keep_costs()
            print("The time is over; the same command goes on.", flush=True)
            return
        if code != 0:
            sys.exit(f"{command.part}: ended with {code}; the same command tries again")
        command.keep()
        keep_costs()


if __name__ == "__main__":
    main()
