#!/usr/bin/env python3
"""Times Espalier's training step against PyTorch's in alternating pairs, in one run.

    make bench                      # sets everything up, runs all configurations
    python3 Benchmarks/compare.py --python VENV/bin/python --only a --pairs 8

Each configuration starts all programs, then lets them take turns: some steps of one, some of the
next, again and again. A ratio is formed within a pair, so a machine whose speed drifts does not
favour either. Printed are the median ratio and the middle half of the ratios, absolute medians,
peak memory, and the time to compile. The table goes to standard output as Markdown, all figures to
--json as well.
"""

import argparse
import datetime
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent

CONFIGURATIONS = {
    "a": dict(layers=8, width=256, heads=8, ffn=704, vocabulary=8192, batch=8, length=256),
    "b": dict(layers=12, width=128, heads=4, ffn=344, vocabulary=4096, batch=16, length=128),
    "c": dict(layers=6, width=512, heads=8, ffn=1408, vocabulary=8192, batch=4, length=512),
    "d": dict(layers=8, width=256, heads=8, ffn=704, vocabulary=8192, batch=1, length=2048),
}


class Subject:
    """A program that waits for `step N` and answers in JSON lines."""

    def __init__(self, name, command):
        self.name = name
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        self.ready = self.wait("ready")

    def wait(self, event):
        for line in self.process.stdout:
            answer = json.loads(line)
            if answer["event"] == event:
                return answer
            if answer["event"] == "error":
                sys.exit(f"error: {self.name}: {answer['message']}")
        sys.exit(f"error: {self.name}: ended with {self.process.wait()} before {event}")

    def say(self, text):
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()

    def step(self, count):
        """The mean milliseconds of some steps."""
        self.say(f"step {count}")
        return self.wait("done")["milliseconds"] / count

    def finish(self):
        self.say("quit")
        peak = self.wait("end")["peakResidentBytes"]
        self.process.wait()
        return peak


def subjects(shape, arguments):
    flags = [word for key, value in shape.items() for word in (f"--{key}", str(value))]
    espalier = [str(ROOT / ".build/release/StepBenchmark"), *flags, "--interactive"]
    if arguments.plugin:
        espalier += ["--plugin", arguments.plugin]
    pytorch = [
        arguments.python, str(ROOT / "Benchmarks/peers/pytorch_llama.py"), *flags, "--interactive"]
    commands = {"espalier": espalier, "pytorch eager": pytorch}
    if arguments.compile:
        commands["pytorch compile"] = pytorch + ["--compile"]
    return [Subject(name, command) for name, command in commands.items()]


def measure(shape, arguments):
    programs = subjects(shape, arguments)
    times = {program.name: [] for program in programs}
    for _ in range(arguments.pairs):
        for program in programs:
            times[program.name].append(program.step(arguments.steps))
    tokens = shape["batch"] * shape["length"]
    operations = programs[0].ready["operationsPerStep"]
    rows = []
    for program in programs:
        ratios = [peer / own for own, peer in zip(times["espalier"], times[program.name])]
        median = statistics.median(times[program.name])
        quartiles = statistics.quantiles(ratios, n=4) if len(ratios) > 1 else [ratios[0]] * 3
        rows.append({
            "program": program.name, "milliseconds": median, "timeOverEspalier": quartiles[1],
            "middleHalf": [quartiles[0], quartiles[2]], "tokensPerSecond": tokens / median * 1000,
            "gigaflops": operations / median / 1e6,
            "compileSeconds": program.ready["compileSeconds"],
            "peakResidentBytes": program.finish(), "samples": times[program.name]})
    return rows


def processor():
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
        return next(l.split(":")[1].strip() for l in lines if l.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor()


def print_table(name, shape, rows):
    sizes = ", ".join(f"{key} {value}" for key, value in shape.items())
    print(f"\n### ({name}) {sizes}\n")
    print("| program | ms a step | its time / Espalier's | tokens/s | GFLOP/s | compile s | peak MB |")
    print("|---|---|---|---|---|---|---|")
    for row in rows:
        low, high = row["middleHalf"]
        compile_seconds = row["compileSeconds"]
        print(
            f"| {row['program']} | {row['milliseconds']:.0f} | {row['timeOverEspalier']:.2f} "
            f"({low:.2f}-{high:.2f}) | {row['tokensPerSecond']:.0f} | {row['gigaflops']:.0f} "
            f"| {'-' if compile_seconds is None else format(compile_seconds, '.1f')} "
            f"| {row['peakResidentBytes'] / 1e6:.0f} |", flush=True)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", default=sys.executable, help="a Python that has PyTorch")
    parser.add_argument("--only", default="abcd", help="configurations, such as ab")
    parser.add_argument("--pairs", type=int, default=8, help="turns each program takes")
    parser.add_argument("--steps", type=int, default=2, help="steps a turn")
    parser.add_argument("--compile", action="store_true", help="also torch.compile")
    parser.add_argument("--plugin", help="the PJRT plugin's file")
    parser.add_argument("--json", help="where to write all figures")
    arguments = parser.parse_args()
    print(f"{datetime.date.today()}, {processor()}, {os.cpu_count()} cores, "
          f"{arguments.pairs} pairs of {arguments.steps} steps, float32")
    results = {}
    for name in arguments.only:
        results[name] = measure(CONFIGURATIONS[name], arguments)
        print_table(name, CONFIGURATIONS[name], results[name])
    if arguments.json:
        pathlib.Path(arguments.json).write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
