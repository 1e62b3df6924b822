#!/usr/bin/env python3
"""Times Espalier's training step in turn with PyTorch's and JAX's, in one run.

    make bench                      # sets everything up, runs all configurations
    make bench BENCH="--only a --subjects espalier,eager"
    python3 Benchmarks/compare.py --python .espalier/peers/bin/python --only a --pairs 8
    python3 Benchmarks/compare.py --before OLD/StepBenchmark --subjects before,espalier

Each configuration starts all programs, one after the other, then lets them take turns: some steps
of one, some of the next, again and again; who waits is stopped. A ratio is formed within a pair of
turns, so a machine whose speed drifts favours nobody. The roofline is the faster of
OpenBLAS and what PyTorch multiplies with (MKL), on the step's matrix products alone, in the same turns.

Printed are, for each program: the median time of a step; its ratio to the first program's, the
median over the pairs with their middle half; tokens and floating-point operations a second, the
latter by formula; the share of the roofline; the most memory the process ever held; the time to
compile; and the time from the start of the process to the end of its first step, for Espalier also
with its programs in the cache ("warm"). Tables go to standard output as Markdown, progress to
standard error, all figures to --json as well.
"""

import argparse
import datetime
import json
import os
import pathlib
import platform
import shutil
import statistics
import sys

from comparison import tables
from comparison.configurations import CONFIGURATIONS, operations, tokens
from comparison.subjects import NAMES, ROOFLINES, ROOT, Launcher, SubjectError, end_subjects_when_told


def quartiles(values):
    if len(values) == 1:
        return values * 3
    return statistics.quantiles(values, n=4, method="inclusive")


def measure(shape, arguments):
    """Rows of figures, one a program, in the order they were named."""
    with Launcher(
            shape, arguments.python, arguments.plugin, arguments.options, arguments.before) as launcher:
        programs = []
        for key in arguments.subjects:
            progress(f"starting {NAMES[key]}")
            programs.append(launcher.start(key))
        for program in programs:
            check(program, shape)
        times = {program.key: [] for program in programs}
        for pair in range(arguments.pairs):
            progress(f"pair {pair + 1} of {arguments.pairs}")
            for program in programs:
                times[program.key].append(program.step(arguments.steps))
        peaks = {program.key: program.finish() for program in programs}
        warm = {}
        if "espalier" in arguments.subjects:
            progress("starting Espalier again")
            again = launcher.start("espalier")
            warm["espalier"] = again.first_step_seconds
            again.finish()
        progress("")
    return [row(p, shape, programs[0].key, times, peaks, warm) for p in programs]


def check(program, shape):
    """Refuses a comparison of unlike work."""
    ready = program.ready
    if ready["tokensPerStep"] != tokens(shape):
        raise SubjectError(f"{program.name}: steps over {ready['tokensPerStep']} tokens")
    if program.key in ("espalier", "before") and abs(ready["operationsPerStep"] / operations(shape) - 1) > 1e-9:
        raise SubjectError(
            f"{program.name}: counts {ready['operationsPerStep']:.6g} operations a step where "
            f"comparison/configurations.py counts {operations(shape):.6g}")


def row(program, shape, first, times, peaks, warm):
    own = times[program.key]
    median = statistics.median(own)
    work = program.ready["operationsPerStep"] if program.key in ROOFLINES else operations(shape)
    share = None
    rooflines = [times[key] for key in ROOFLINES if key in times]
    if rooflines:
        # Time a unit of work takes in the fastest over the time it takes here, pair by pair.
        fastest = min(rooflines, key=statistics.median)
        rate = work_of_roofline(shape) / work
        share = statistics.median(top / mine for top, mine in zip(fastest, own)) / rate
    return {
        "program": program.key, "name": program.name, "version": program.ready["version"],
        "mode": program.ready["mode"], "threads": program.ready["threads"],
        "milliseconds": median,
        "timeOverFirst": quartiles([mine / base for base, mine in zip(times[first], own)]),
        "tokensPerSecond": tokens(shape) / median * 1000,
        "gigaflops": work / median / 1e6, "shareOfRoofline": share,
        "peakResidentBytes": peaks[program.key],
        "compileSeconds": program.ready["compileSeconds"],
        "firstStepSeconds": program.first_step_seconds,
        "warmFirstStepSeconds": warm.get(program.key), "samples": own,
    }


def work_of_roofline(shape):
    """The step's operations without those of attention."""
    return operations(shape) - 6 * tokens(shape) * shape["layers"] * shape["width"] * (
        shape["length"] + 1)


def geometric_means(results):
    """Time and memory over the first program's, over all configurations."""
    means = []
    for rows in zip(*results.values()):
        memory = [
            own["peakResidentBytes"] / configuration[0]["peakResidentBytes"]
            for own, configuration in zip(rows, results.values())]
        means.append({
            "program": rows[0]["program"], "name": rows[0]["name"],
            "timeOverFirst": statistics.geometric_mean(own["timeOverFirst"][1] for own in rows),
            "memoryOverFirst": statistics.geometric_mean(memory)})
    return means


def caches():
    """The sizes of a core's caches, such as "L1d 48K, L2 1024K, L3 32768K"; nothing where they are not told."""
    found = {}
    for cache in sorted(pathlib.Path("/sys/devices/system/cpu/cpu0/cache").glob("index*")):
        kind = (cache / "type").read_text().strip()
        if kind != "Instruction":
            name = f"L{(cache / 'level').read_text().strip()}{'d' if kind == 'Data' else ''}"
            found[name] = (cache / "size").read_text().strip()
    return ", ".join(f"{name} {size}" for name, size in found.items())


def processor():
    try:
        # Virtual machines often hide the name; family and model they leave.
        lines = pathlib.Path("/proc/cpuinfo").read_text().split("\n\n")[0].splitlines()
        told = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        return f"{told['model name']} (family {told['cpu family']}, model {told['model']})"
    except (OSError, KeyError):
        return platform.processor()


def progress(text):
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def subject_list(text):
    keys = text.split(",")
    unknown = [key for key in keys if key not in NAMES]
    if unknown or len(set(keys)) != len(keys):
        raise argparse.ArgumentTypeError(f"needs some of {','.join(NAMES)}, each once; got {text}")
    return keys


def configuration_list(text):
    if not text or any(name not in CONFIGURATIONS for name in text):
        raise argparse.ArgumentTypeError(f"needs some of {''.join(CONFIGURATIONS)}; got {text}")
    return text


def positive(text):
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"needs a positive whole number; got {text}")
    return int(text)


def parsed_arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", default=str(ROOT / ".espalier/peers/bin/python"),
                        help="a Python that has peers/requirements.txt (default: that of make bench)")
    parser.add_argument("--only", type=configuration_list, default="abcd", metavar="LETTERS",
                        help="configurations, such as ab (default: abcd)")
    parser.add_argument("--subjects", type=subject_list, metavar="NAMES",
                        help=f"some of {','.join(NAMES)} (default: all but before); the first is compared with")
    parser.add_argument("--before", metavar="PROGRAM", help="another build of StepBenchmark, the subject before")
    parser.add_argument("--pairs", type=positive, default=8, help="turns each program takes")
    parser.add_argument("--steps", type=positive, default=2, help="steps a turn")
    parser.add_argument("--plugin", help="the PJRT plugin's file")
    parser.add_argument("--options", type=str.split, default=[], metavar="WORDS",
                        help="options of StepBenchmark, as in --options='--execution scan'")
    parser.add_argument("--json", help="where to write all figures")
    arguments = parser.parse_args()
    if arguments.subjects is None:
        arguments.subjects = [name for name in NAMES if name != "before"]
    if ("before" in arguments.subjects) != (arguments.before is not None):
        parser.error("--before PROGRAM and the subject before need each other")
    if "compile" in arguments.subjects and not shutil.which(os.environ.get("CXX", "g++")):
        parser.error("torch.compile needs g++; install it, or leave compile out of --subjects")
    return arguments


def main():
    arguments = parsed_arguments()
    end_subjects_when_told()
    machine = {
        "date": datetime.date.today().isoformat(), "processor": processor(),
        "caches": caches(), "cores": len(os.sched_getaffinity(0)), "system": platform.platform()}
    print(f"{machine['date']}, {machine['processor']}, {machine['cores']} cores"
          f"{', ' + machine['caches'] if machine['caches'] else ''}, "
          f"{arguments.pairs} pairs of {arguments.steps} steps, float32", flush=True)
    results = {}
    try:
        for name in arguments.only:
            results[name] = measure(CONFIGURATIONS[name], arguments)
            print("\n" + tables.table(name, CONFIGURATIONS[name], results[name]), flush=True)
    except (SubjectError, OSError) as error:
        sys.exit(f"error: {error}")
    means = geometric_means(results)
    if len(results) > 1:
        first = NAMES[arguments.subjects[0]]
        print("\n" + tables.means_table(means, first, list(results)), flush=True)
    if arguments.json:
        record = {"machine": machine, "pairs": arguments.pairs, "stepsATurn": arguments.steps,
                  "options": arguments.options, "configurations": results,
                  "geometricMeans": means}
        pathlib.Path(arguments.json).write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main()
