"""The programs that are compared: how each is started, told to step, and kept quiet meanwhile."""

import contextlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent

NAMES = {
    "before": "Espalier, before",
    "espalier": "Espalier",
    "eager": "PyTorch, eager",
    "compile": "PyTorch, torch.compile",
    "jax-scan": "JAX, scan",
    "jax-unrolled": "JAX, unrolled",
    "openblas": "OpenBLAS, products alone",
    "torch-products": "PyTorch, products alone",
}

# What multiplies the step's matrices and does nothing else; the fastest is the roofline.
ROOFLINES = ["openblas", "torch-products"]


class SubjectError(Exception):
    """A program that does not do what it was told."""


def end_subjects_when_told():
    """Makes SIGTERM end this process by way of its `with` statements: subjects that wait are stopped and would stay."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("error: told to end"))


class Subject:
    """A program that waits for `step N` and answers in JSON lines; see peers/protocol.py.

    It is stopped whenever it is not its turn, with all of its threads and children, so that
    it cannot use the processor. `first_step_seconds` is the time from its start to the end of its
    first step.
    """

    def __init__(self, key, command, environment):
        self.key, self.name = key, NAMES[key]
        start = time.perf_counter()
        # A session of its own is a group of processes that can be stopped as a whole.
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
            env=environment, start_new_session=True)
        try:
            self._wait("first")
            self.first_step_seconds = time.perf_counter() - start
            self.ready = self._wait("ready")
        except BaseException:
            self.close()
            raise
        self._signal(signal.SIGSTOP)

    def step(self, count):
        """Runs some steps; returns their mean milliseconds."""
        self._signal(signal.SIGCONT)
        self._say(f"step {count}")
        milliseconds = self._wait("done")["milliseconds"] / count
        self._signal(signal.SIGSTOP)
        return milliseconds

    def finish(self):
        """Ends the program; returns the most memory it ever held."""
        self._signal(signal.SIGCONT)
        self._say("quit")
        peak = self._wait("end")["peakResidentBytes"]
        self.process.wait()
        return peak

    def close(self):
        """Ends the program whatever it is doing; does nothing once it has ended."""
        if self.process.poll() is None:
            self._signal(signal.SIGKILL)
            self.process.wait()

    def _wait(self, event):
        for line in self.process.stdout:
            answer = json.loads(line)
            if answer["event"] == event:
                return answer
            if answer["event"] == "error":
                raise SubjectError(f"{self.name}: {answer['message']}")
        raise SubjectError(f"{self.name}: ended with {self.process.wait()} before {event}")

    def _say(self, text):
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()

    def _signal(self, number):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)


class Launcher:
    """Starts subjects of one shape. Compilers get empty caches, which go when it is closed."""

    def __init__(self, shape, python, plugin=None, options=(), before=None):
        self._flags = [word for key, value in shape.items() for word in (f"--{key}", str(value))]
        self._python, self._plugin, self._options = python, plugin, list(options)
        self._builds = {"espalier": ROOT / ".build/release/StepBenchmark", "before": before}
        self._folder = tempfile.TemporaryDirectory(prefix="espalier-bench-")
        self._subjects = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for subject in self._subjects:
            subject.close()
        self._folder.cleanup()

    def start(self, key):
        subject = Subject(key, self._command(key) + self._flags + ["--interactive"],
                          self._environment(key))
        self._subjects.append(subject)
        return subject

    def _command(self, key):
        if key in self._builds:
            plugin = ["--plugin", self._plugin] if self._plugin else []
            cache = ["--cache", f"{self._folder.name}/{key}"]
            return [str(self._builds[key]), *plugin, *cache, *self._options]
        script, *options = {
            "eager": ["pytorch_llama.py"],
            "compile": ["pytorch_llama.py", "--compile"],
            "jax-scan": ["jax_llama.py", "--scan"],
            "jax-unrolled": ["jax_llama.py"],
            "openblas": ["roofline.py", "--library", "openblas"],
            "torch-products": ["roofline.py", "--library", "torch"],
        }[key]
        return [self._python, str(ROOT / "Benchmarks/peers" / script), *options]

    def _environment(self, key):
        environment = dict(os.environ)
        environment["TORCHINDUCTOR_CACHE_DIR"] = f"{self._folder.name}/inductor"
        if key == "openblas":
            # Set for other programs, these make OpenBLAS choose a slow kernel.
            for name in ["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"]:
                environment.pop(name, None)
        return environment
