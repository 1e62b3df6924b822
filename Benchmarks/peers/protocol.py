"""How the programs of `make bench` are told what to do, and what they answer.

PROTOCOL. Output is JSON, one object to a line; errors and warnings go to standard error. After the
first of the --warmup steps:

    {"event": "first"}

which lets a driver measure the time from the start of the process. After the last of them:

    {"event": "ready", "peer": "pytorch", "mode": "eager", "version": "2.13.0+cpu", "threads": 2,
     "parameters": 8524032, "tokensPerStep": 2048, "compileSeconds": 0.31}

compileSeconds is the time the compiler took where it can be asked; elsewhere the time of the first
step less that of the fastest later warm-up step, not below 0: the price of a first step, whatever
it is made of. It is null where neither is known.

Without --interactive, --steps steps follow, each reported as

    {"event": "step", "step": 0, "milliseconds": 1012.4, "loss": 9.01}

and then the end:

    {"event": "end", "steps": 10, "peakResidentBytes": 1421344768}

With --interactive the program waits on standard input, so that a driver can alternate with other
programs on the same machine:

    step N    runs N steps, reports each as above, then
              {"event": "done", "steps": N, "milliseconds": <sum of the N>}
    memory    reports {"event": "memory", "peakResidentBytes": ...}
    quit      (or the end of the input) reports the end, as above, and exits with 0

Anything else is answered by {"event": "error", "message": ...} and changes nothing.
"""

import argparse
import json
import os
import pathlib
import sys
import time


def report(**fields):
    print(json.dumps(fields), flush=True)


def core_count():
    """The cores this process may use."""
    return len(os.sched_getaffinity(0))


def peak_resident_bytes():
    """The most memory this process ever held, by the kernel's count."""
    status = pathlib.Path("/proc/self/status")
    if status.exists():
        # Not getrusage: on Linux it carries over the peak of the process that started this one.
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def positive(text):
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"needs a positive whole number; got {text}")
    return value


def parser(description):
    """The options every peer has: the model's shape, the steps and the threads."""
    parser = argparse.ArgumentParser(description=description.split("\n")[0])
    parser.add_argument("--layers", type=positive, default=8)
    parser.add_argument("--width", type=positive, default=256)
    parser.add_argument("--heads", type=positive, default=8)
    parser.add_argument("--key-value-heads", type=positive, help="default: as many as --heads")
    parser.add_argument("--ffn", type=positive, default=704)
    parser.add_argument("--vocabulary", type=positive, default=8192)
    parser.add_argument("--batch", type=positive, default=8)
    parser.add_argument("--length", type=positive, default=256)
    parser.add_argument("--steps", type=positive, default=10)
    parser.add_argument("--warmup", type=int, default=3, help="steps before ready (default: 3)")
    parser.add_argument("--threads", type=positive, help="default: one for each core")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--interactive", action="store_true", help="take commands on stdin")
    return parser


def parsed(parser):
    """The options, checked."""
    shape = parser.parse_args()
    shape.key_value_heads = shape.key_value_heads or shape.heads
    shape.threads = shape.threads or core_count()
    if shape.width % shape.heads or shape.width // shape.heads % 2:
        parser.error(f"--width {shape.width} needs an even share for each of {shape.heads} heads")
    if shape.heads % shape.key_value_heads:
        parser.error(f"--heads {shape.heads} is no multiple of {shape.key_value_heads}")
    return shape


class Timed:
    """Runs and reports the steps of a peer; a step is a function that returns its loss or None."""

    def __init__(self, step):
        self.step = step
        self.count = 0

    def time(self):
        start = time.perf_counter()
        loss = self.step()
        return (time.perf_counter() - start) * 1000, loss

    def warm_up(self, count):
        """Runs steps unreported; returns the seconds that the first took longer than the fastest."""
        times = []
        for index in range(count):
            times.append(self.time()[0])
            if index == 0:
                report(event="first")
        return max(0.0, times[0] - min(times[1:])) / 1000 if times[1:] else None

    def run(self, count):
        """Runs and reports steps; returns the sum of their milliseconds."""
        total = 0.0
        for _ in range(count):
            milliseconds, loss = self.time()
            total += milliseconds
            fields = {} if loss is None else {"loss": loss}
            report(event="step", step=self.count, milliseconds=milliseconds, **fields)
            self.count += 1
        return total

    def interact(self):
        # Not `for line in sys.stdin`, which may read ahead and wait for more than one line.
        while line := sys.stdin.readline():
            match line.split():
                case ["step", count] if count.isascii() and count.isdigit() and int(count) > 0:
                    total = self.run(int(count))
                    report(event="done", steps=int(count), milliseconds=total)
                case ["memory"]:
                    report(event="memory", peakResidentBytes=peak_resident_bytes())
                case ["quit"]:
                    return
                case []:
                    continue
                case _:
                    report(event="error", message=f"needs step N, memory or quit; got {line!r}")

    def serve(self, shape):
        """Everything that follows `ready`."""
        if shape.interactive:
            self.interact()
        else:
            self.run(shape.steps)
        report(event="end", steps=self.count, peakResidentBytes=peak_resident_bytes())
